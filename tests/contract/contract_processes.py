"""One running mock, and the command as a process of its own, shared by the tests of the verifier."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
TIMEOUT = 180
"""Seconds that a command may take on a machine that is busy with other tests."""

KEEP = ("PATH", "SYSTEMROOT", "TMPDIR", "TEMP", "TMP", "PYTHONPYCACHEPREFIX")


@dataclass(frozen=True)
class Mock:
    """The mock in a process of its own, known by the line it prints."""

    info: dict[str, Any]

    @property
    def url(self) -> str:
        return str(self.info["url"])

    @property
    def demo(self) -> dict[str, Any]:
        return dict(self.info["organizations"][0])

    @property
    def flags(self) -> list[str]:
        """How the command is told of it."""
        return [
            "--base-url", self.url,
            "--organization-id", self.demo["organization_id"],
            "--api-key", self.demo["api_key"],
            *(flag for one in self.demo["invoice_ids"] for flag in ("--invoice-id", one)),
        ]  # fmt: skip

    @property
    def environ(self) -> dict[str, str]:
        """How the environment tells the command of it."""
        return {
            "DCYCLE_BASE_URL": self.url,
            "DCYCLE_ORGANIZATION_ID": self.demo["organization_id"],
            "DCYCLE_API_KEY": self.demo["api_key"],
            "DCYCLE_INVOICE_IDS": ",".join(self.demo["invoice_ids"]),
        }


def environment(environ: dict[str, str]) -> dict[str, str]:
    """An environment without anything of the person who runs the tests."""
    kept = {name: os.environ[name] for name in KEEP if name in os.environ}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **environ}


@pytest.fixture(scope="session")
def mock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mock]:
    with subprocess.Popen(
        [sys.executable, "-m", "mock_server", "--port", "0", "--json", "--quiet"],
        cwd=tmp_path_factory.mktemp("mock"), env=environment({}), text=True, stdout=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        yield Mock(json.loads(process.stdout.readline()))
        process.terminate()


@dataclass(frozen=True)
class Ended:
    """How the command ended."""

    code: int
    out: str
    err: str

    @property
    def last_line(self) -> str:
        return self.out.rstrip("\n").rsplit("\n", 1)[-1]


Start = Callable[..., "subprocess.Popen[str]"]
Command = Callable[..., Ended]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start the command in an empty directory."""
    started: list[subprocess.Popen[str]] = []

    def begin(*arguments: str, module: str = "contract_tests", **environ: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments], cwd=tmp_path, env=environment(environ), text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        started.append(process)
        return process

    yield begin
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate(timeout=10)


@pytest.fixture
def command(start: Start) -> Command:
    """Run the command to its end."""

    def run(*arguments: str, module: str = "contract_tests", **environ: str) -> Ended:
        process = start(*arguments, module=module, **environ)
        out, err = process.communicate(timeout=TIMEOUT)
        return Ended(process.returncode, out, err)

    return run
