"""How a body is delivered: not at all if the client has it already, and compressed if it takes that."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from hashlib import blake2b

from flask import Response
from werkzeug.http import parse_accept_header

LEAST_BYTES = 1024
"""Bodies shorter than this are sent as they are: a packet is sent for them either way."""

LEVEL = 3
"""How hard to compress. More takes longer than it saves on a local network."""


def deliver(response: Response, body: bytes, environ: Mapping[str, str]) -> list[tuple[str, str]]:
    """Make a response short where the request allows that; the headers that say so, its validator among them.

    The validator is a weak one: it names the content, however that is encoded.
    """
    headers = []
    if response.status_code == 200 and environ["REQUEST_METHOD"] in ("GET", "HEAD"):
        etag = f'W/"{blake2b(body, digest_size=12).hexdigest()}"'
        headers += [("ETag", etag), ("Cache-Control", "no-cache")]
        if _has(environ.get("HTTP_IF_NONE_MATCH", ""), etag):
            _send_none(response)
            return headers
    if len(body) >= LEAST_BYTES and _takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", "")):
        response.set_data(gzip.compress(body, LEVEL, mtime=0))
        headers.append(("Content-Encoding", "gzip"))
    return headers


def _has(if_none_match: str, etag: str) -> bool:
    bare = etag.removeprefix("W/")
    return bool(if_none_match) and any(
        one.strip() == "*" or one.strip().removeprefix("W/") == bare for one in if_none_match.split(",")
    )


def _send_none(response: Response) -> None:
    response.status_code = 304
    response.set_data(b"")
    for name in ("Content-Type", "Content-Length"):
        response.headers.pop(name, None)


def _takes_gzip(accept_encoding: str) -> bool:
    return "gzip" in accept_encoding and parse_accept_header(accept_encoding)["gzip"] > 0
