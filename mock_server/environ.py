"""Reads a request where WSGI keeps it, in its environ mapping."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl


def header(environ: Mapping[str, str], name: str) -> str | None:
    """The value of a request header, or None."""
    return environ.get("HTTP_" + name.upper().replace("-", "_"))


def query(environ: Mapping[str, str]) -> list[tuple[str, str]]:
    """The query parameters in the order sent; a value may be empty."""
    text = environ.get("QUERY_STRING", "")
    return parse_qsl(text, keep_blank_values=True) if text else []
