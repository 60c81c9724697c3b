"""Runs the mock on Granian: a parent that owns the signals, and a worker that answers requests."""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from functools import cache, partial
from multiprocessing.process import BaseProcess
from typing import cast

from granian.constants import HTTPModes, Interfaces
from granian.server import Server

from api_spec import Spec, load_spec
from mock_server.access_log import Wsgi, log_requests
from mock_server.address import Address
from mock_server.app import OPERATION_ID, create_app
from mock_server.settings import MockSettings
from mock_server.world.generator import Size, make_world
from mock_server.world.model import World

THREADS = 8
"""How many requests are worked on at once. Slow clients take none: Granian reads and writes for them outside Python."""

GRACE_SECONDS = 0.5
"""How long clients that are being answered are waited for when the server stops."""


@cache
def load(settings: MockSettings) -> tuple[Spec, World]:
    """The contract and the world of some settings.

    Kept, as the parent loads them to complain of a malformed contract, and a forked worker can use them as they are.
    """
    size = Size(settings.organizations, settings.facilities, settings.invoices)
    return load_spec(settings.spec), make_world(settings.seed, size)


def build(settings: MockSettings) -> Wsgi:
    """The application that a worker serves."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    app = create_app(*load(settings))
    return app if settings.quiet else log_requests(app, sys.stderr, OPERATION_ID)


def _end_with(parent: BaseProcess) -> None:
    """End this worker when its parent is gone, even if it was killed and could not say so."""
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)


def serve(settings: MockSettings, address: Address, when_ready: Callable[[], None]) -> int:
    """Serve until a signal comes; the exit code: 0 after a signal, 1 when the worker ended by itself."""
    server = Server(
        "mock_server",
        address=address.ip,
        port=address.port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        blocking_threads=THREADS,
        log_enabled=False,
        workers_kill_timeout=cast(int, GRACE_SECONDS),  # handed to Process.join, which takes parts of a second
    )
    server.on_startup(threading.Thread(target=_announce, args=(address, when_ready), daemon=True).start)
    try:
        server.serve(target_loader=partial(build, settings), wrap_loader=False)
    except SystemExit:
        # A Ctrl-C reaches the worker too, and Granian takes a worker that ended first for a failed one.
        if not server.interrupt_signal:
            print("dcycle-mock: the server ended unexpectedly.", file=sys.stderr)  # noqa: T201 - a message to a person
            return 1
    return 0


def _announce(address: Address, when_ready: Callable[[], None]) -> None:
    while not _listens(address):
        time.sleep(0.005)
    when_ready()


def _listens(address: Address) -> bool:
    """Whether the worker listens, which it does only once its application is built."""
    try:
        with socket.create_connection((address.reachable_ip, address.port), timeout=5):
            return True
    except OSError:
        return False
