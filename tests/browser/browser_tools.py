"""Drives the system's Chromium through a script of this folder."""

from __future__ import annotations

import json
import re
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from chromium import find_chromium
from npm_tools import NpmTools

FOLDER = Path(__file__).resolve().parent
NPM = NpmTools(FOLDER)

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--remote-debugging-port=0",
)  # fmt: skip
"""Without a window, and without a word to anybody but this machine."""


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
    command = [find_chromium(), *FLAGS, *flags, f"--user-data-dir={profile}"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        said = []
        for line in process.stderr:
            said.append(line)
            if found := re.search(r"DevTools listening on (ws://\S+)", line):
                break
        else:
            pytest.fail(f"Chromium did not start:\n{''.join(said)}", pytrace=False)
        threading.Thread(target=process.stderr.read, daemon=True).start()  # a full pipe would stop the browser
        try:
            yield Browser(found[1])
        finally:
            process.terminate()
