"""The installed Chromium, with a new empty profile and nothing that calls home."""

from __future__ import annotations

import os
import shutil

from playwright.sync_api import Browser, Playwright

# The first is the same engine without windows, which takes a third less of the processor.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
REMEDY = (
    "Browser tests need Chromium, and none was found: apt-get install chromium-headless-shell (or chromium)"
)
OPTIONS = [
    "--disable-gpu",
    # What draws in a graphics card's stead needs no process of its own.
    "--in-process-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # Whatever a page would ask for elsewhere is not found; the journeys also see that it asked.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]


def launch(playwright: Playwright) -> Browser:
    """Errors: AssertionError with the remedy where no Chromium is installed."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    assert found is not None, REMEDY
    # Chromium's sandbox refuses to be run by root.
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    return playwright.chromium.launch(executable_path=found, args=[*OPTIONS, *as_root])
