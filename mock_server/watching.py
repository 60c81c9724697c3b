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

PAUSE = 0.2
"""Seconds between two looks at the files. A look is one system call for each, whatever editor or mount is behind."""

Stamps = dict[Path, tuple[int, int] | None]
"""When each file was written and how long it is; None for one that is not there."""


def watch(settings: MockSettings, messages: TextIO) -> tuple[Backend, Wsgi]:
    """A backend and its application, made anew whenever a file changed; what changed or is wrong goes to `messages`."""
    # Before the files are read: what changes while they are is then seen as a change.
    seen = _stamps(settings, Scenarios.of(settings).at_start(settings))
    backend = Backend(settings)
    current: Wsgi = make_app(backend)

    def follow() -> None:
        nonlocal current, seen
        last = seen
        while True:
            time.sleep(PAUSE)
            stamps = _stamps(settings, backend.scene.scenario)
            seen = {path: seen.get(path, stamp) for path, stamp in stamps.items()}
            if stamps != seen and stamps == last:  # not while a file is still being written
                seen = stamps
                told, anew = _reloaded(backend)
                current = anew or current
                _say(messages, told)
            last = stamps

    def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        return current(environ, start_response)

    threading.Thread(target=follow, daemon=True).start()
    return backend, app


def _reloaded(backend: Backend) -> tuple[str, Wsgi | None]:
    """What to say of files that changed, and the application made of them, if one can be."""
    before = backend.spec, backend.scene
    try:
        replaced = backend.reload()
    except (SpecError, InputError) as mistake:
        return f"{mistake}\n  Going on with the last good version.", None
    return "Read anew. " + describe_changes(*before, backend.spec, backend.scene, replaced), make_app(backend)


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
