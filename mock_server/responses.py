"""From an answer to what the web framework sends."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response

from mock_server.answers import Answer


def respond(given: Answer) -> Response:
    """An answer as Flask's response."""
    response = Response(given.body, given.status, given.headers, content_type=given.media_type)
    if not given.media_type:
        del response.headers["Content-Type"]
    return response


def base_url(environ: Mapping[str, str]) -> str:
    """The address that a request was sent to, as its sender wrote it."""
    host = environ.get("HTTP_HOST") or f"{environ['SERVER_NAME']}:{environ['SERVER_PORT']}"
    return f"{environ['wsgi.url_scheme']}://{host}"
