"""The web application, for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")
application = get_wsgi_application()

from config.boot import refuse_unfit_role  # noqa: E402  (needs the settings)

refuse_unfit_role()
