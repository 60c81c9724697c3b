"""A mock in a process of its own, for pages to talk to."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class ServedMock:
    """A mock in a process of its own."""

    process: subprocess.Popen[str]
    url: str
    organization_id: str
    """The first organization's, as the two that follow."""
    api_key: str
    invoice_id: str

    @classmethod
    def start(cls, folder: Path, *flags: str | Path) -> ServedMock:
        """Start a mock in a folder without settings, and wait until it is ready."""
        process = subprocess.Popen(
            [sys.executable, "-m", "mock_server", "--json", *map(str, flags)],
            cwd=folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
        )  # fmt: skip
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, process.communicate(timeout=10)[1]
        ready = json.loads(line)
        first = ready["organizations"][0]
        return cls(process, ready["url"], first["organization_id"], first["api_key"], first["invoice_ids"][0])

    @property
    def port(self) -> str:
        """The port that it listens on."""
        return self.url.rsplit(":", 1)[1]

    def stop(self) -> None:
        """End it, unless it has ended."""
        self.process.terminate()
        self.process.communicate(timeout=10)


Launch = Callable[..., ServedMock]
