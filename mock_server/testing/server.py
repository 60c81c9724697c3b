"""A mock in a process of its own, for as long as a block of code runs."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from typing import IO

from mock_server.testing.control import MockError
from mock_server.testing.mock import Mock

START_SECONDS = 30.0
"""How long a start may take; it takes about half a second."""

END_SECONDS = 5.0
"""How long the end may take before it is forced."""


@contextmanager
def running_mock(*flags: str, folder: Path | None = None) -> Iterator[Mock]:
    """Run ``dcycle-mock`` on a free port, with more flags, in a folder; raises MockError when it does not start.

    The server ends with the block, and with this process, however that ends.
    """
    # -P: a folder named mock_server among the tests must not be taken for this package
    command = [sys.executable, "-P", "-m", "mock_server.testing.leash", "--port", "0", "--quiet", "--json", *flags]
    with (
        tempfile.TemporaryFile() as messages,  # a pipe that nobody reads would fill up
        subprocess.Popen(  # noqa: S603 - this very Python, and the flags of whoever runs the tests
            command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=messages
        ) as process,
    ):
        try:
            yield Mock(json.loads(_ready_line(process, messages, flags))["url"])
        finally:
            _end(process)


def _ready_line(process: subprocess.Popen[bytes], messages: IO[bytes], flags: Sequence[str]) -> bytes:
    assert process.stdout is not None  # noqa: S101 - it was opened as a pipe
    timer = Timer(START_SECONDS, process.kill)
    timer.start()
    line = process.stdout.readline()
    timer.cancel()
    if line:
        return line
    code = process.wait(END_SECONDS)
    messages.seek(0)
    said = messages.read().decode("utf-8", "replace").strip() or "It said nothing."
    given = f" with the flags {' '.join(flags)}" if flags else ""
    raise MockError(f"dcycle-mock did not start{given} (exit code {code}):\n{said}")


def _end(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin is not None  # noqa: S101 - it was opened as a pipe
    process.stdin.close()
    try:
        process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
