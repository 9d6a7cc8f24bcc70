"""The test suite, and the type checker's view of the settings. Servers are the embedded ones of `.boussole-test/`."""

from config.environment import BASE_DIR
from config.settings.base import *  # noqa: F403
from config.settings.base import LOG, MAILERS, STORAGES, env

DATA_DIR = BASE_DIR / ".boussole-test"
MEDIA_ROOT = DATA_DIR / "uploads"
SECRET_KEY = env.secret_key or "test-" + "boussole" * 8
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
ACCOUNT_EMAIL_VERIFICATION = "none"
SHOW_GALLERY = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MAILERS = {**MAILERS, "default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
# No manifest: tests run without collected files.
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
# Static files straight from their sources, looked up at each request: nothing is collected before the tests.
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
# pytest keeps every record already, for the tests that read them and for the report of one that fails: nobody reads them
# on standard error.
LOG["root"]["handlers"] = []
