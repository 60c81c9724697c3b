"""Serves a WSGI application on loopback, fast enough for hundreds of starts.

Unlike a production server it sends what the application says, wrong or not: a false Content-Length, header names
in lower case, a body in chunks when `Transfer-Encoding: chunked` is among the headers.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from threading import Thread
from typing import Any, cast
from urllib.parse import unquote
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment
from wsgiref.util import setup_testing_defaults

from faults.deployment import CORRECT, Deployment
from faults.exchange import to_wsgi
from faults.site import Edit, Site, unchanged


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, application: WSGIApplication, protocol: str) -> None:
        self.application = application
        handler = type("Handler", (_Handler,), {"protocol_version": protocol})
        super().__init__(("127.0.0.1", 0), handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """Stay silent about clients that hang up."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    disable_nagle_algorithm = True
    wbufsize = -1
    timeout = 30

    def answer(self) -> None:
        """Pass the request to the application and send what it answers, in one write."""
        started: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], *_: object) -> object:
            started[:] = [status, headers]
            return started.append

        body = b"".join(self.server.application(self._environ(), cast(StartResponse, start_response)))
        status, headers = started
        names = {name.lower(): value for name, value in headers}
        in_chunks = names.get("transfer-encoding") == "chunked" and self.command != "HEAD"
        self._send(status, headers, _chunked(body) if in_chunks else body)
        declared = names.get("content-length", str(len(body)))
        if self.command != "HEAD" and declared != str(len(body)):
            self.close_connection = True

    do_GET = do_HEAD = do_OPTIONS = do_POST = do_PUT = do_PATCH = do_DELETE = do_TRACE = answer  # noqa: N815 - http.server's names

    def _send(self, status: str, headers: list[tuple[str, str]], body: bytes) -> None:
        code, _, phrase = status.partition(" ")
        self.send_response_only(int(code), phrase)
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _environ(self) -> WSGIEnvironment:
        path, _, query = self.path.partition("?")
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        environ: WSGIEnvironment = {
            "REQUEST_METHOD": self.command,
            "PATH_INFO": unquote(path, "latin-1"),
            "QUERY_STRING": query,
            "SERVER_PROTOCOL": self.request_version,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": BytesIO(body),
        }
        setup_testing_defaults(environ)
        for name, value in self.headers.items():
            environ["HTTP_" + name.replace("-", "_").upper()] = value.strip()
        return environ

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""


def _chunked(body: bytes) -> bytes:
    pieces = [body[start : start + 700] for start in range(0, len(body), 700)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in [*pieces, b""])


@contextmanager
def served(application: WSGIApplication, protocol: str = "HTTP/1.1") -> Iterator[str]:
    """Serve an application on a free port of loopback, and give its base URL."""
    with _Server(application, protocol) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def serve(edit: Edit = unchanged, deployment: Deployment = CORRECT, protocol: str = "HTTP/1.1") -> Iterator[str]:
    """Serve an edited deployment on a free port of loopback, and give its base URL."""
    with served(to_wsgi(edit(as_site(deployment))), protocol) as base_url:
        yield base_url


def as_site(deployment: Deployment) -> Site:
    """A deployment as edits see it."""
    accounts = tuple(organization.account for organization in deployment.world.organizations)
    return Site(deployment.open(), accounts, tuple(deployment.known_ids))
