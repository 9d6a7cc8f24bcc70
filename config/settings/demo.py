"""This machine, this person: the embedded servers, no https, mails in files. What manage.py uses unless told."""

import contextlib
import os
import secrets
from pathlib import Path

from config.settings.base import *  # noqa: F403
from config.settings.base import DATA_DIR, MAILERS, env

DEMO_KEY_PREFIX = "demo-"


def demo_key(folder: Path) -> str:
    """The secret of this DATA_DIR, drawn at its first use, so that no secret is written in the source."""
    file = folder / "secret_key"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / f"secret_key.{os.getpid()}"
        draft.touch(mode=0o600)
        draft.write_text(DEMO_KEY_PREFIX + secrets.token_urlsafe(48))
        # The first of several processes wins.
        with contextlib.suppress(FileExistsError):
            os.link(draft, file)
        draft.unlink()
    return file.read_text().strip()


SECRET_KEY = env.secret_key or demo_key(DATA_DIR)
ALLOWED_HOSTS = env.allowed_hosts or ["127.0.0.1", "localhost", "[::1]"]
ACCOUNT_EMAIL_VERIFICATION = "none"
SHOW_GALLERY = True
if not env.email_host:
    MAILERS = {
        **MAILERS,
        "default": {
            "BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "OPTIONS": {"file_path": str(DATA_DIR / "mail")},
        },
    }
