"""What the worker process does: it builds the application, says when it is ready, and ends with its parent."""

from __future__ import annotations

import gc
import multiprocessing
import os
import socket
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from mock_server.access_log import Colours, Wsgi, log_requests
from mock_server.address import Address
from mock_server.app import make_app
from mock_server.backend import Backend
from mock_server.banner import human_banner, json_banner
from mock_server.crew import Crew
from mock_server.known_facts import write_known_facts
from mock_server.settings import MockSettings
from mock_server.state import Store
from mock_server.watching import watch


def start(settings: MockSettings, address: Address, crew: Crew) -> Wsgi:
    """The application to serve; the first worker prints the banner once it is served at the address."""
    gc.disable()  # what is made here stays, and looking for garbage in it takes a tenth of the start
    parent = multiprocessing.parent_process()
    if parent is not None:
        _in_background(_end_with, parent)
    first = crew.joins_first()
    if not first:
        settings = replace(settings, reset_database=False, known_out=None)
    backend, app = watch(settings, sys.stderr) if settings.watch else _still(settings)
    crew.say_set()
    if settings.known_out:
        _write_known_facts(settings.known_out, backend.scene.store)
    if first:
        banner = (json_banner if settings.json else human_banner)(address.url, backend.scene)
        _in_background(_announce, address, banner)
    gc.freeze()
    gc.enable()
    served = app if settings.quiet else log_requests(app, sys.stderr, Colours.of(sys.stderr, os.environ))
    # Granian adds the environment of this process to that of each request, where HTTP_PROXY is taken for a header.
    os.environ.clear()
    return served


def _still(settings: MockSettings) -> tuple[Backend, Wsgi]:
    backend = Backend(settings)
    return backend, make_app(backend)


def _write_known_facts(path: Path, store: Store) -> None:
    """Write the known facts, or end this worker with a sentence: the file opened, but a disk may be full."""
    try:
        write_known_facts(path, store)
    except OSError as error:
        sys.exit(f"dcycle-mock: --known-out: {str(path)!r} cannot be written: {error.strerror}.")


def _in_background(work: Callable[..., None], *arguments: Any) -> None:
    threading.Thread(target=work, args=arguments, daemon=True).start()


def _end_with(parent: BaseProcess) -> None:
    """End this worker at once when its parent is gone, even if it was killed and could not say so."""
    parent.join()
    os._exit(1)


def _announce(address: Address, banner: str) -> None:
    while not _listens(address):
        time.sleep(0.005)
    print(banner, flush=True)  # noqa: T201 - the output of the command


def _listens(address: Address) -> bool:
    try:
        with socket.create_connection((address.reachable_ip, address.port), timeout=5):
            return True
    except OSError:
        return False
