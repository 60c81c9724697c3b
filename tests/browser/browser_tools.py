"""Drives the system's Chromium through a script of this folder."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from npm_tools import NpmTools

FOLDER = Path(__file__).resolve().parent
NPM = NpmTools(FOLDER)

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--remote-debugging-port=0",
)  # fmt: skip
"""Without a window, and without a word to anybody but this machine."""

MISSING = """Chromium is not installed, so no page was looked at.
Install it (Debian: `apt-get install chromium`), or name its program in DCYCLE_CHROMIUM.
To leave the tests with browsers and npm tools out on purpose, set DCYCLE_SKIP_NPM=1."""


@dataclass(frozen=True)
class Browser:
    """A Chromium that scripts can connect to."""

    address: str

    def drive(self, script: str, part: str, facts: Mapping[str, Any]) -> dict[str, Any]:
        """What a part of a script saw; `facts` are told to it. The test fails when the script cannot go on."""
        run = NPM.run_node(FOLDER / script, part, json.dumps(facts), cwd=FOLDER, DCYCLE_BROWSER=self.address)
        assert run.returncode == 0, run.stderr
        seen: dict[str, Any] = json.loads(run.stdout)
        return seen


@contextmanager
def running_browser(profile: Path, *flags: str) -> Iterator[Browser]:
    """Chromium with a profile of its own, for as long as it is used."""
    NPM.path_of("playwright-core/index.js")
    command = [_chromium(), *FLAGS, *flags, f"--user-data-dir={profile}"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        said = []
        for line in process.stderr:
            said.append(line)
            if found := re.search(r"DevTools listening on (ws://\S+)", line):
                break
        else:
            pytest.fail(f"Chromium did not start:\n{''.join(said)}", pytrace=False)
        try:
            yield Browser(found[1])
        finally:
            process.terminate()


def _chromium() -> str:
    """The program of the browser; fails the test when there is none."""
    if os.environ.get("DCYCLE_SKIP_NPM"):
        pytest.skip("DCYCLE_SKIP_NPM is set: the npm tools are left out on purpose")
    named = os.environ.get("DCYCLE_CHROMIUM")
    found = named or next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        pytest.fail(MISSING, pytrace=False)
    return str(found)
