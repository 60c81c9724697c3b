"""Starts the bundled mock, to judge it when no deployment is named.

It is started as a program of its own and known only by what it prints, as any other deployment would be.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from contract_tests.exchange import Credentials, Secret
from contract_tests.target import Known, OtherOrganization, Target


class MockFailed(Exception):
    """The bundled mock did not start. Its text says why."""


@contextmanager
def bundled_mock(spec: Path | None = None) -> Iterator[Target]:
    """A mock on a free port of this machine, for as long as the block runs."""
    command = [sys.executable, "-m", "mock_server", "--port", "0", "--json", "--quiet"]
    if spec is not None:
        command += ["--spec", str(spec)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603
        try:
            line = process.stdout.readline() if process.stdout else ""
            if not line:
                reason = process.stderr.read().strip() if process.stderr else ""
                raise MockFailed(f"The bundled mock did not start: {reason or 'it said nothing'}")
            yield _target(json.loads(line))
        finally:
            process.terminate()


def _target(ready: dict[str, object]) -> Target:
    organizations = ready["organizations"]
    if not isinstance(organizations, list):
        raise MockFailed("The bundled mock named no organizations.")
    first, *others = organizations
    other = None
    if others:
        credentials = Credentials(others[0]["organization_id"], Secret(others[0]["api_key"], "$DCYCLE_OTHER_API_KEY"))
        other = OtherOrganization(credentials, others[0]["invoice_ids"][0])
    return Target(
        base_url=str(ready["url"]).rstrip("/"),
        credentials=Credentials(first["organization_id"], Secret(first["api_key"], "$DCYCLE_API_KEY")),
        known=Known(invoice_ids=tuple(first["invoice_ids"]), other=other),
    )
