"""Finds the system's Chromium."""

from __future__ import annotations

import os
import shutil

import pytest

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")

MISSING = """Chromium is not installed, so no page was looked at.
Install it (Debian: `apt-get install chromium`), or name its program in DCYCLE_CHROMIUM.
To leave the tests with browsers and npm tools out on purpose, set DCYCLE_SKIP_NPM=1."""


def find_chromium() -> str:
    """The program of the browser; fails the test when there is none, skips it under DCYCLE_SKIP_NPM."""
    if os.environ.get("DCYCLE_SKIP_NPM"):
        pytest.skip("DCYCLE_SKIP_NPM is set: the browser is left out on purpose")
    found = os.environ.get("DCYCLE_CHROMIUM") or next(filter(None, map(shutil.which, PROGRAMS)), None)
    if found is None:
        pytest.fail(MISSING, pytrace=False)
    return found
