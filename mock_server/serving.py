"""Runs the mock on Granian: a parent that owns the signals, and a worker that answers requests."""

from __future__ import annotations

import sys
from functools import partial
from typing import Any, cast

from granian.constants import HTTPModes, Interfaces
from granian.server import Server

from api_spec import SpecError
from mock_server.address import Address
from mock_server.crew import Crew
from mock_server.errors import InputError
from mock_server.settings import MockSettings

THREADS = 16
"""How many requests are worked on at once, those that wait on purpose and open event streams among them; threads come
as they are needed. More of them would take requests from each other under load: 32 serve a fifth fewer than 16. Slow
clients take none: Granian reads and writes for them outside Python."""

GRACE_SECONDS = 0.5
"""How long clients that are being answered are waited for when the server stops."""


USAGE = 2
"""The exit code when a worker found a mistake of the user's, and said so."""


def serve(settings: MockSettings, address: Address) -> int:
    """Serve until a signal comes; the exit code: 0 after a signal, 1 when a worker ended by itself, 2 for a mistake."""
    crew = Crew()
    server = Server(
        "mock_server",
        address=address.ip,
        port=address.port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        workers=settings.workers,
        blocking_threads=THREADS,
        log_enabled=False,
        workers_kill_timeout=cast(int, GRACE_SECONDS),  # handed to Process.join, which takes parts of a second
    )
    try:
        server.serve(target_loader=partial(_load, settings, address, crew), wrap_loader=False)
    except SystemExit:
        # A Ctrl-C reaches the worker too, and Granian takes a worker that ended first for a failed one.
        if crew.failed:
            return USAGE
        if not server.interrupt_signal:
            print("dcycle-mock: the server ended unexpectedly.", file=sys.stderr)  # noqa: T201 - a message to a person
            return 1
    return 0


def _load(settings: MockSettings, address: Address, crew: Crew) -> Any:
    from mock_server.worker import start  # by the worker alone: the parent needs nothing of the application

    try:
        return start(settings, address, crew)
    except (SpecError, InputError) as mistake:
        if crew.tell_once():
            print(f"dcycle-mock: {mistake}", file=sys.stderr)  # noqa: T201 - a message to a person
        sys.exit(USAGE)
