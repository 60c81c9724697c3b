"""The last step of every answer: headers for the page and its author, delivery, and the journal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import Response, request

from mock_server.backend import Backend
from mock_server.delivery import deliver
from mock_server.journal import Exchange
from mock_server.notes import Notes, notes_of
from mock_server.redaction import Redaction
from mock_server.violations import in_header, printable

VARY = ("Vary", "Origin, Accept-Encoding")
"""What an answer depends on beside its address."""

MOST_KEPT = 64 * 1024
"""How many bytes the body of a request may have to be kept."""


@dataclass(frozen=True)
class Finisher:
    """Finishes answers."""

    backend: Backend
    credentials: frozenset[str]
    """The headers that carry credentials under the contract, in lower case."""

    @classmethod
    def of(cls, backend: Backend) -> Finisher:
        """The finisher for the contract that a backend has now."""
        names = (one.name.lower() for operation in backend.spec.operations for one in operation.security)
        return cls(backend, frozenset(names))

    def finish(self, response: Response) -> Response:
        """Complete the answer to the request that Flask is handling, and keep both."""
        environ = request.environ
        notes = notes_of(environ)
        headers = [VARY, *self._cors(environ, notes)]
        if notes.violations or notes.hints:
            self._redact(environ, notes)
        headers += _in_headers(notes)
        body = b""
        if not response.is_streamed:
            body = response.get_data()
            headers += deliver(response, body, environ)
        response.headers.extend(headers)
        if notes.journaled:
            has_body = environ["REQUEST_METHOD"] != "HEAD" and response.status_code != 304
            self._keep(environ, notes, response, body if has_body else b"")
        return response

    def options_view(self, allow: str) -> Callable[..., Response]:
        """Answers OPTIONS on a path that has these methods, a browser's question beforehand among them."""

        def view(**_in_path: str) -> Response:
            response = Response(status=204, headers={"Allow": allow})
            del response.headers["Content-Type"]
            if request.environ.get("HTTP_ACCESS_CONTROL_REQUEST_METHOD"):
                response.headers.update(self.backend.cors.preflight(request.environ, allow))
            return response

        return view

    def _cors(self, environ: Mapping[str, str], notes: Notes) -> Iterable[tuple[str, str]]:
        """The headers that let a page read the answer; a hint where its origin may not."""
        origin = environ.get("HTTP_ORIGIN")
        if origin is None:
            return ()
        if self.backend.cors.allows(origin):
            return self.backend.cors.headers(origin).items()
        notes.hints.append(f"Pages of {origin} may not read this: start the mock with --cors-origin {origin}")
        return ()

    def _redact(self, environ: Mapping[str, str], notes: Notes) -> None:
        """Take the credentials out of what is noted, before it reaches a header or the log."""
        redaction = Redaction.of(environ, self.credentials)
        notes.hints = [redaction.text(hint) for hint in notes.hints]
        notes.violations = [
            replace(one, where=redaction.text(one.where), message=redaction.text(one.message))
            for one in notes.violations
        ]

    def _keep(self, environ: dict[str, Any], notes: Notes, response: Response, body: bytes) -> None:
        """Put the exchange into the journal."""
        self.backend.journal.add(
            Exchange(
                operation_id=notes.operation_id,
                environ={name: value for name, value in environ.items() if type(value) is str},
                request_body=_body_of_request(environ),
                status=response.status_code,
                headers=response.headers,
                response_body=body,
                milliseconds=notes.milliseconds,
                credentials=self.credentials,
                violations=notes.violations,
                hints=notes.hints,
                faults=notes.faults,
            )
        )


def _in_headers(notes: Notes) -> list[tuple[str, str]]:
    """The notes, where a browser's network panel shows them."""
    headers = []
    if notes.violations:
        headers.append(("X-Contract-Violations", in_header(notes.violations)))
    if notes.hints:
        headers.append(("X-Mock-Hint", printable(" ".join(notes.hints))))
    if notes.violations or notes.hints:
        headers.append(("Link", f'<{notes.page}>; rel="help"'))
    if notes.faults:
        headers.append(("X-Mock-Fault", ", ".join(notes.faults)))
    if notes.applied:
        headers.append(("Preference-Applied", printable(notes.applied)))
    return headers


def _body_of_request(environ: Mapping[str, Any]) -> bytes:
    """What the request carries; nothing where it carries nothing, or too much to keep."""
    length = environ.get("CONTENT_LENGTH") or "0"
    return request.get_data() if length.isdigit() and 0 < int(length) <= MOST_KEPT else b""
