"""Runs the tools on served faults and variants, each in a process of its own, and keeps what came of it."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from contenders import CONTENDERS
from faults.catalogue import FAULT_BY_NAME, VARIANT_BY_NAME

ROOT = Path(__file__).resolve().parents[1]
TIMEOUT = 600.0
"""Seconds after which a run is given up."""


@dataclass(frozen=True)
class Job:
    """One tool on one fault or variant, by their names."""

    contender: str
    subject: str


@dataclass(frozen=True)
class Measurement:
    """What came of a job."""

    contender: str
    subject: str
    exit_code: int | None
    """None when the run was given up."""
    seconds: float
    rules: frozenset[str]
    """The rules that the tool named."""
    trouble: str
    """The end of what it printed, when it neither passed nor failed."""

    @property
    def failed(self) -> bool:
        """Whether the tool says that the deployment is wrong."""
        return self.exit_code == 1

    @property
    def decided(self) -> bool:
        """Whether the tool came to a verdict at all."""
        return self.exit_code in (0, 1)


def measure_all(jobs: Sequence[Job], workers: int) -> Iterator[Measurement]:
    """Do the jobs, some at a time, and give what came of them in their order."""
    # Spawned workers are the same on every system.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        yield from pool.map(measure, jobs)


def measure(job: Job) -> Measurement:
    """Serve the fault or variant anew, put the tool on it, and wait for its end."""
    subject = FAULT_BY_NAME.get(job.subject) or VARIANT_BY_NAME[job.subject]
    contender = CONTENDERS[job.contender]
    with subject.served() as base_url, TemporaryDirectory() as name:
        folder = Path(name)
        command = contender.command(base_url, subject.known_facts(), folder)
        started = time.perf_counter()
        code, printed = _run(command, folder)
        seconds = time.perf_counter() - started
        trouble = "" if code in (0, 1) else printed[-2000:]
        return Measurement(job.contender, job.subject, code, seconds, contender.rules_in(folder), trouble)


def _run(command: list[str], folder: Path) -> tuple[int | None, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DCYCLE_", "GITHUB_"))}
    environ = kept | {"PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
    try:
        done = subprocess.run(
            command, cwd=folder, env=environ, timeout=TIMEOUT, check=False, text=True, encoding="utf-8",
            errors="replace", stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return None, f"given up after {TIMEOUT:.0f} s"
    return done.returncode, done.stdout
