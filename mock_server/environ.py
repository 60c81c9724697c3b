"""Reads a request where WSGI keeps it, in its environ mapping."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from urllib.parse import parse_qsl


def header(environ: Mapping[str, str], name: str) -> str | None:
    """The value of a request header, or None."""
    return environ.get(_key(name))


@cache
def _key(name: str) -> str:
    """Where WSGI keeps a header. The names are those of the contract, so they are few."""
    return "HTTP_" + name.upper().replace("-", "_")


def path_of(environ: Mapping[str, str]) -> str:
    """The path as the client wrote it, with its escapes read as UTF-8."""
    return environ.get("PATH_INFO", "").encode("latin-1", "replace").decode("utf-8", "replace")


def query(environ: Mapping[str, str]) -> list[tuple[str, str]]:
    """The query parameters in the order sent; a value may be empty."""
    text = environ.get("QUERY_STRING", "")
    if not text.isascii():  # WSGI hands over bytes as Latin-1; clients that do not escape them send UTF-8
        text = text.encode("latin-1", "replace").decode("utf-8", "replace")
    return parse_qsl(text, keep_blank_values=True) if text else []
