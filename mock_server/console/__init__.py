"""The console at ``/_mock/``: one page of plain HTML, CSS and JavaScript modules, served as they are."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from mock_server.answers import Answer

FOLDER = Path(__file__).parent

MEDIA_TYPES: Mapping[str, str] = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
"""The media type of each kind of file that is served, by suffix."""

HEADERS = (
    (
        "Content-Security-Policy",
        (
            "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'; "
            "require-trusted-types-for 'script'; trusted-types 'none'"
        ),
    ),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
)
"""What keeps the page to its own files, and data from ever being taken for markup or code."""


def page(name: str) -> Answer | None:
    """A file of the console; None when it has none of this name."""
    path = next((path for path in FOLDER.iterdir() if path.name == name and path.suffix in MEDIA_TYPES), None)
    return Answer(200, path.read_bytes(), MEDIA_TYPES[path.suffix], HEADERS) if path else None
