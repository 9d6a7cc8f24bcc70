"""The served product. It refuses to start on a setting that would be unsafe, and names all that is wrong at once."""

from dataclasses import fields

from django.core.exceptions import ImproperlyConfigured

from config.environment import Environment
from config.logging import logging_settings
from config.settings.base import *  # noqa: F403
from config.settings.base import env

SHORTEST_SECRET = 50
UNSAFE_SECRETS = ("demo-", "test-", "django-insecure-", "change")


def faults(given: Environment) -> list[str]:
    """What forbids starting, in words an operator can act on; empty when nothing does."""
    found = [
        f"{entry.name.upper()} is not set"
        for entry in fields(Environment)
        if entry.metadata["required"] and not getattr(given, entry.name)
    ]
    secret = given.secret_key
    if secret and (len(secret) < SHORTEST_SECRET or len(set(secret)) < 10):
        found.append(f"SECRET_KEY is too short or too regular: {SHORTEST_SECRET} random characters or more")
    if secret.lower().startswith(UNSAFE_SECRETS):
        found.append("SECRET_KEY is a demo or default one")
    if given.debug:
        found.append("DEBUG is on")
    if "*" in given.allowed_hosts:
        found.append("ALLOWED_HOSTS accepts any host")
    if given.public_url and not given.public_url.startswith("https://"):
        found.append("PUBLIC_URL is not https")
    if given.log_format not in ("", "json", "console"):
        found.append("LOG_FORMAT is neither json nor console")
    if given.hsts_seconds <= 0:
        found.append("HSTS_SECONDS is not above 0")
    return found


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
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.behind_proxy else None
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrf"
LANGUAGE_COOKIE_SECURE = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https"

LOG = logging_settings(level=env.log_level, as_json=env.log_format != "console")
