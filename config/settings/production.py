"""The served product. It refuses to start on a setting that would be unsafe, and names all that is wrong at once."""

from django.core.exceptions import ImproperlyConfigured

from config.logging import logging_settings
from config.safety import faults
from config.settings.base import *  # noqa: F403
from config.settings.base import env

if _faults := faults(env):
    raise ImproperlyConfigured("Boussole does not start like this: " + "; ".join(_faults) + ".")

DEBUG = False
SECRET_KEY = env.secret_key
ALLOWED_HOSTS = env.allowed_hosts
CSRF_TRUSTED_ORIGINS = [env.public_url, *env.csrf_trusted_origins]

SECURE_SSL_REDIRECT = True
# The container's own health check speaks http to the process itself.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = env.hsts_seconds
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
# Being on the browsers' preload list is the domain owner's decision, and hard to take back.
SILENCED_SYSTEM_CHECKS = ["security.W021"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.behind_proxy else None
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrf"
LANGUAGE_COOKIE_SECURE = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https"

LOG = logging_settings(level=env.log_level, as_json=env.log_format != "console")
