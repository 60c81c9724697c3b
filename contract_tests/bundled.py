"""Starts the bundled mock, to judge it when no deployment is named.

It is started as a program of its own and known only by what it prints and by the facts it writes down, as any other
deployment would be.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from contract_tests.exchange import Credentials, Secret
from contract_tests.known import read_known
from contract_tests.target import Known, Target


class MockFailed(Exception):
    """The bundled mock did not start. Its text says why."""


@contextmanager
def bundled_mock(spec: Path | None = None) -> Iterator[Target]:
    """A mock on a free port of this machine, with all there is to know of it, for as long as the block runs."""
    folder = TemporaryDirectory(prefix="dcycle-contract-")
    facts = Path(folder.name) / "known.json"
    command = [sys.executable, "-m", "mock_server", "--port", "0", "--json", "--quiet", "--known-out", str(facts)]
    if spec is not None:
        command += ["--spec", str(spec)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603
        try:
            with folder:  # gone before anything is judged, so that a verifier that is killed leaves nothing behind
                target = _target(_ready(process), facts)
            yield target
        finally:
            process.terminate()


def _ready(process: subprocess.Popen[str]) -> dict[str, Any]:
    """What a mock prints once it can be asked."""
    line = process.stdout.readline() if process.stdout else ""
    if not line:
        reason = process.stderr.read().strip() if process.stderr else ""
        raise MockFailed(f"The bundled mock did not start: {reason or 'it said nothing'}")
    return dict(json.loads(line))


def _target(ready: Mapping[str, Any], facts: Path) -> Target:
    first = ready["organizations"][0]
    known = read_known(facts)
    return Target(
        base_url=ready["url"],
        credentials=Credentials(first["organization_id"], Secret(first["api_key"], "$DCYCLE_API_KEY")),
        known=replace(known, expendable=known.expendable or _expendable(known)),
    )


def _expendable(known: Known) -> tuple[str, ...]:
    """An invoice that counts in a group: the mock is thrown away, so any will do."""
    counting = (one for one in reversed(known.invoices) if one["type"] == "electricity" and one.get("cups"))
    return tuple(one["id"] for one in counting if one.get("status") == "active" and one.get("enabled"))[:1]
