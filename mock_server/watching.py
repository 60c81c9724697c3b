"""Reads contract, scenario and data files anew when they change, and goes on with the last good ones when it cannot."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TextIO

from api_spec import DEFAULT_PATH, SpecError
from mock_server.access_log import Wsgi
from mock_server.app import make_app
from mock_server.backend import Backend
from mock_server.changes import describe_changes
from mock_server.errors import InputError
from mock_server.scenario import Scenario, Scenarios
from mock_server.settings import MockSettings

PAUSE = 0.3
"""Seconds between two looks at the files. A look is one system call for each, whatever editor or mount is behind."""

Stamps = dict[Path, tuple[int, int] | None]
"""When each file was written and how long it is; None for one that is not there."""


def watch(settings: MockSettings, messages: TextIO) -> tuple[Backend, Wsgi]:
    """A backend and its application, made anew whenever a file changed; what changed or is wrong goes to `messages`."""
    # Before the files are read: what changes while they are is then seen as a change.
    seen = _stamps(settings, Scenarios(settings.scenarios).find(settings.scenario))
    backend = Backend(settings)
    current: Wsgi = make_app(backend)

    def follow() -> None:
        nonlocal current, seen
        while True:
            time.sleep(PAUSE)
            stamps = _stamps(settings, backend.scene.scenario)
            changed = any(seen[path] != stamps[path] for path in seen.keys() & stamps.keys())
            seen = stamps
            if changed:
                current = _reloaded(backend, messages) or current

    def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        return current(environ, start_response)

    threading.Thread(target=follow, daemon=True).start()
    return backend, app


def _reloaded(backend: Backend, messages: TextIO) -> Wsgi | None:
    before = backend.spec, backend.scene
    try:
        backend.reload()
    except (SpecError, InputError) as mistake:
        _say(messages, f"{mistake}\n  Going on with the last good version.")
        return None
    _say(messages, "Read anew. " + describe_changes(*before, backend.spec, backend.scene))
    return make_app(backend)


def _say(messages: TextIO, text: str) -> None:
    messages.write(f"{time.strftime('%H:%M:%S')} {text}\n")
    messages.flush()


def _stamps(settings: MockSettings, scenario: Scenario) -> Stamps:
    files = (Path(settings.spec or DEFAULT_PATH), settings.data, scenario.path, scenario.data)
    return {path: _stamp(path) for path in files if path}


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
