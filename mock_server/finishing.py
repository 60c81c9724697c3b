"""The last step of every answer: headers for the page and its author, delivery, and the journal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from flask import Response, request

from mock_server.backend import Backend
from mock_server.delivery import deliver
from mock_server.journal import Exchange, now
from mock_server.notes import Notes, notes_of
from mock_server.redaction import Redaction
from mock_server.responses import base_url
from mock_server.violations import Violation, in_header, printable

SAFE = "/%:@!$&'()*+,;=~-._"
"""What stands for itself in a path."""

MOST_READ = 64 * 1024
"""How many bytes of a request's body are kept."""


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
        self._add_cors(environ, notes, response)
        _add_notes(notes, response)
        body = b""
        if not response.is_streamed:
            body = response.get_data()
            deliver(response, body, environ)
        response.headers["Vary"] = "Origin, Accept-Encoding"
        if notes.journaled and self.backend.journal.most:
            self._keep(environ, notes, response, body)
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

    def _add_cors(self, environ: Mapping[str, str], notes: Notes, response: Response) -> None:
        origin = environ.get("HTTP_ORIGIN")
        if origin is None:
            return
        if self.backend.cors.allows(origin):
            response.headers.update(self.backend.cors.headers(origin))
        else:
            notes.hints.append(f"Pages of {origin} may not read this: start the mock with --cors-origin {origin}")

    def _keep(self, environ: dict[str, Any], notes: Notes, response: Response, body: bytes) -> None:
        """Put the exchange into the journal, without credentials."""
        sent = {key[5:].replace("_", "-").lower(): value for key, value in environ.items() if key.startswith("HTTP_")}
        if environ.get("CONTENT_TYPE"):
            sent["content-type"] = environ["CONTENT_TYPE"]
        redaction = Redaction.of(environ, sent, self.credentials)
        query = environ.get("QUERY_STRING")
        path = quote(environ["PATH_INFO"], safe=SAFE, encoding="latin-1")
        url = redaction.text(f"{base_url(environ)}{path}{'?' if query else ''}{query or ''}")
        request_body = redaction.bytes(_body_of_request(environ))
        headers, spent = {name.lower(): value for name, value in response.headers.items()}, notes.milliseconds
        self.backend.journal.add(
            lambda number: Exchange(
                id=number,
                time=now(),
                operation_id=notes.operation_id,
                method=environ["REQUEST_METHOD"],
                url=url,
                request_headers=redaction.headers(sent),
                request_body=request_body,
                status=response.status_code,
                response_headers=redaction.headers(headers),
                response_body=redaction.bytes(body),
                milliseconds=spent,
                violations=tuple(redacted(one, redaction) for one in notes.violations),
                hints=tuple(redaction.text(hint) for hint in notes.hints),
                faults=tuple(notes.faults),
            )
        )


def _add_notes(notes: Notes, response: Response) -> None:
    """Show the notes where a browser's network panel shows them."""
    headers = response.headers
    if notes.violations:
        headers["X-Contract-Violations"] = in_header(notes.violations)
        headers["Link"] = ", ".join(f'<{url}>; rel="help"' for url in _pages(notes.violations))
    if notes.hints:
        headers["X-Mock-Hint"] = printable(" ".join(notes.hints))
    if notes.faults:
        headers["X-Mock-Fault"] = ", ".join(notes.faults)
    if notes.applied:
        headers["Preference-Applied"] = printable(notes.applied)


def _pages(violations: Iterable[Violation]) -> Iterable[str]:
    """The pages that the violations refer to, each once."""
    return dict.fromkeys(violation.see.partition(" ")[0] for violation in violations)


def redacted(violation: Violation, redaction: Redaction) -> Violation:
    """A violation without credentials."""
    return replace(violation, where=redaction.text(violation.where), message=redaction.text(violation.message))


def _body_of_request(environ: Mapping[str, Any]) -> bytes:
    """The beginning of what the request carries; nothing is read where it carries nothing."""
    length = environ.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or length == "0":
        return b""
    return bytes(request.get_data()[:MOST_READ])
