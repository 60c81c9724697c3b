"""Writes one line for each request: time, method, path, status, milliseconds and operation; remarks below it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TextIO
from urllib.parse import quote

from mock_server.notes import Notes, notes_of
from mock_server.redaction import Redaction
from mock_server.violations import printable

Start = Callable[..., Any]
Wsgi = Callable[[dict[str, Any], Start], Iterable[bytes]]

UNSEEN = "/_mock/"
"""What is below this path is not logged: the console asks for it all the time."""


@dataclass(frozen=True)
class Colours:
    """How a terminal colours parts of the log; with empty codes, not at all."""

    codes: Mapping[str, str]

    @classmethod
    def of(cls, stream: TextIO, environ: Mapping[str, str]) -> Colours:
        """Colours for a terminal that can show them and a person who has not declined (NO_COLOR)."""
        wanted = stream.isatty() and not environ.get("NO_COLOR") and environ.get("TERM") != "dumb"
        return cls({"2": "32", "3": "36", "4": "33", "5": "31", "faint": "2"} if wanted else {})

    def paint(self, text: str, part: str) -> str:
        """A text in the colour of a part: the first digit of a status, or faint."""
        code = self.codes.get(part)
        return f"\x1b[{code}m{text}\x1b[0m" if code else text


def log_requests(app: Wsgi, stream: TextIO, colours: Colours) -> Wsgi:
    """A WSGI application that does the same and logs each request to a stream.

    Neither headers nor the query are logged, and a key that stands in the path is taken out, so no key ever is.
    """

    def logged(environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        notes = notes_of(environ)
        status = "-"

        def start(line: str, *rest: Any) -> Any:
            nonlocal status
            status = line[:3]
            return start_response(line, *rest)

        body = app(environ, start)
        if not environ.get("PATH_INFO", "").startswith(UNSEEN):
            first = (
                f"{colours.paint(time.strftime('%H:%M:%S'), 'faint')} "
                f"{environ['REQUEST_METHOD']} {_path(environ, notes)} "
                f"{colours.paint(status, status[0])} {notes.milliseconds:.1f}ms {notes.operation_id or '-'}"
            )
            stream.write("".join(f"{line}\n" for line in (first, *_remarks(notes, colours))))
        return body

    return logged


def _remarks(notes: Notes, colours: Colours) -> Iterator[str]:
    """What broke the contract, what was made to go wrong, and what explains the answer; an indented line each."""
    for violation in notes.violations:
        yield f"  {colours.paint('violation', '4')} {printable(f'{violation.where}: {violation.message}')}"
        yield f"    {colours.paint(f'see {violation.see}', 'faint')}"
    for fault in notes.faults:
        yield f"  {colours.paint('fault', '5')} {fault}"
    for hint in notes.hints:
        yield f"  {colours.paint('hint', '3')} {printable(hint)}"
    if notes.hints and not notes.violations:
        yield f"    {colours.paint(f'see {notes.page}', 'faint')}"


def _path(environ: Mapping[str, str], notes: Notes) -> str:
    """The path without a key, in characters that stay on their line and cannot steer a terminal."""
    path = environ.get("PATH_INFO", "")
    if notes.violations:  # a path without any has no room for a key
        path = Redaction.of(environ).text(path)
    return path if path.isascii() and path.isprintable() else quote(path, encoding="latin-1")
