"""The web application, for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")
application = get_wsgi_application()

from django.urls import get_resolver  # noqa: E402

from config.boot import refuse_unfit_role, set_aside_what_stays  # noqa: E402  (needs the settings)

refuse_unfit_role()
# Every page's code is loaded here, once, and not by the first request of each worker: gunicorn forks after this.
_ = get_resolver().url_patterns
set_aside_what_stays()
