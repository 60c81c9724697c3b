"""Requests and answers as values, and the way between them and WSGI."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from http import HTTPStatus
from io import BytesIO
from typing import Any, cast
from urllib.parse import parse_qsl, quote, unquote, urlencode
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment
from wsgiref.util import setup_testing_defaults

from faults.operations import INVOICES_PREFIX, operation_at

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Request:
    """One request."""

    method: str
    path: str
    """Percent-encoded."""
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    """By name in lower case."""
    body: bytes = b""

    @cached_property
    def operation(self) -> str:
        """The operation that it asks for, or an empty text."""
        return operation_at(self.method, self.path)

    @property
    def is_listing(self) -> bool:
        """Whether it asks for groups."""
        return self.operation == "listCupsGroups"

    @property
    def is_invoice(self) -> bool:
        """Whether it asks to see one invoice."""
        return self.operation == "getInvoice"

    @property
    def is_write(self) -> bool:
        """Whether it may change something."""
        return self.method not in {"GET", "HEAD", "OPTIONS"}

    @property
    def last_segment(self) -> str:
        """The end of the path, where the id stands when one thing is asked for."""
        return self.path.rpartition("/")[2]

    @property
    def invoice_id(self) -> str:
        """The id of the invoice asked for."""
        return self.last_segment

    @property
    def json(self) -> Any:
        """The body as JSON, or None where it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    @cached_property
    def parameters(self) -> dict[str, str]:
        """The query, decoded; the last of repeated parameters counts."""
        return dict(self.pairs)

    @cached_property
    def pairs(self) -> list[tuple[str, str]]:
        """The query, decoded, with repeated parameters as often as they stand there."""
        return parse_qsl(self.query, keep_blank_values=True, errors="replace")

    def values(self, name: str) -> list[str]:
        """Every value of a query parameter that may be repeated."""
        return [value for key, value in self.pairs if key == name]

    def with_values(self, name: str, values: Iterable[str]) -> Request:
        """The request with other values of a query parameter that may be repeated."""
        kept = [pair for pair in self.pairs if pair[0] != name]
        return replace(self, query=urlencode([*kept, *((name, value) for value in values)]))

    def with_parameters(self, **changed: str | None) -> Request:
        """The request with some query parameters set, or removed where the value is None."""
        kept = [pair for pair in self.pairs if pair[0] not in changed]
        given = [(name, value) for name, value in changed.items() if value is not None]
        return replace(self, query=urlencode([*kept, *given]))

    def with_headers(self, **changed: str | None) -> Request:
        """The request with some headers set (``x_api_key`` for ``x-api-key``), or removed where the value is None."""
        named = {name.replace("_", "-"): value for name, value in changed.items()}
        kept = {name: value for name, value in {**self.headers, **named}.items() if value is not None}
        return replace(self, headers=kept)

    def with_invoice_id(self, invoice_id: str) -> Request:
        """The request for another invoice."""
        return replace(self, path=INVOICES_PREFIX + invoice_id)

    def with_json(self, content: Any) -> Request:
        """The request with another JSON body."""
        return replace(self, body=json.dumps(content).encode())

    def asking(self, method: str, path: str, query: str = "", content: Any = None) -> Request:
        """Another request of the same client."""
        body = b"" if content is None else json.dumps(content).encode()
        headers = dict(self.headers) | ({"content-type": "application/json"} if body else {})
        return Request(method, path, query, headers, body)


@dataclass(frozen=True)
class Answer:
    """One answer."""

    status: int
    headers: Headers
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    def header(self, name: str) -> str | None:
        """The value of a header, whatever the case of its name."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    def with_headers(self, **changed: str | None) -> Answer:
        """The answer with some headers set (``content_type`` for ``Content-Type``), or removed where None."""
        named = {name.replace("_", "-").title(): value for name, value in changed.items()}
        names = {name.lower() for name in named}
        kept = tuple((name, value) for name, value in self.headers if name.lower() not in names)
        return replace(self, headers=kept + tuple((name, value) for name, value in named.items() if value is not None))

    def with_json(self, content: Any) -> Answer:
        """The answer with another JSON body."""
        return replace(self, body=json.dumps(content, ensure_ascii=False).encode())


Handler = Callable[[Request], Answer]


def json_answer(status: int, content: Any, headers: Headers = ()) -> Answer:
    """An answer with a JSON body."""
    return Answer(status, (("Content-Type", "application/json"), *headers), b"").with_json(content)


def to_wsgi(handler: Handler) -> WSGIApplication:
    """The handler as a WSGI application, which adds Content-Length and leaves the body out of answers to HEAD."""

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = _read_request(environ)
        answer = handler(request)
        headers = list(answer.headers)
        has_length = answer.header("Content-Length") or answer.header("Transfer-Encoding")
        if not has_length and answer.status not in {204, 304}:
            headers.append(("Content-Length", str(len(answer.body))))
        start_response(f"{answer.status} {HTTPStatus(answer.status).phrase}", headers)
        return [b"" if request.method == "HEAD" else answer.body]

    return application


def _read_request(environ: WSGIEnvironment) -> Request:
    headers = {name[5:].replace("_", "-").lower(): value for name, value in environ.items() if name[:5] == "HTTP_"}
    path = quote(environ["PATH_INFO"].encode("latin-1"), safe="/-._~!$&'()*+,;=:@")
    if "CONTENT_TYPE" in environ:
        headers["content-type"] = environ["CONTENT_TYPE"]
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    return Request(environ["REQUEST_METHOD"], path, environ.get("QUERY_STRING", ""), headers, body)


def from_wsgi(application: WSGIApplication) -> Handler:
    """A WSGI application as a handler; HEAD is asked as GET and nothing compressed, so there is a body to edit."""

    def handle(request: Request) -> Answer:
        started: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], *_: object) -> Callable[[bytes], object]:
            started[:] = [status, headers]
            return started.append

        body = b"".join(application(_write_environ(request), cast(StartResponse, start_response)))
        status, headers = started
        return Answer(int(status[:3]), tuple(item for item in headers if item[0].lower() != "content-length"), body)

    return handle


def _write_environ(request: Request) -> WSGIEnvironment:
    sent = {name: value for name, value in request.headers.items() if name != "accept-encoding"}
    headers = {"HTTP_" + name.replace("-", "_").upper(): value for name, value in sent.items()}
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": "GET" if request.method == "HEAD" else request.method,
        "PATH_INFO": unquote(request.path, "latin-1"),
        "QUERY_STRING": request.query,
        "CONTENT_TYPE": request.headers.get("content-type", ""),
        "CONTENT_LENGTH": str(len(request.body)),
        "wsgi.input": BytesIO(request.body),
    }
    setup_testing_defaults(environ)
    return environ | headers
