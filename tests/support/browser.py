"""The browser of this machine, if it has one."""

from __future__ import annotations

import os
import shutil
from functools import cache

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
ADVICE = "For the browser tests: apt-get install chromium-headless-shell, or set SAMKONTRAKT_BROWSER to one."
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""For ``launch(executable_path=path(), args=FLAGS)``: nothing but the pages under test is fetched."""


@cache
def path() -> str | None:
    """The program to start, or None."""
    named = os.environ.get("SAMKONTRAKT_BROWSER")
    return named or next(filter(None, map(shutil.which, NAMES)), None)
