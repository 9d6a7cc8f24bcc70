"""The demo's settings for the processes of the browser tests, on a clock of their own."""

import os
import time
from datetime import UTC, datetime

import time_machine

from tests.browser.clock import SHIFT

# Before anything reads the time. It goes on from there at its usual pace, also in forked processes.
time_machine.travel(datetime.fromtimestamp(time.time() + float(os.environ[SHIFT]), UTC), tick=True).start()

from config.settings.demo import *  # noqa: E402, F403
from config.settings.demo import BASE_DIR, STORAGES  # type: ignore[attr-defined] # noqa: E402

# Collected here, so that a demo that runs from the same checkout keeps its own.
STATIC_ROOT = BASE_DIR / "build" / "browser" / "static"
# Named by their digests as ever, but not compressed: a browser on this machine needs none of it.
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
