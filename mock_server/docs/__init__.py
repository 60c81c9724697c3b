"""The documentation at ``/docs/``: pages that `docs/build_pages.py` made, and the API reference of the contract served.

The static site is the same files, copied by `docs/build_pages.py`.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from mock_server.answers import Answer
from mock_server.console import FOLDER as CONSOLE

FOLDER = Path(__file__).parent
PAGES = FOLDER / "pages"
ASSETS = FOLDER / "assets"
RENDERER = FOLDER / "renderer"

START = "index.html"
REFERENCE = "reference.html"
"""The page that the renderer draws."""

CONTRACT = "contract.js"
"""The script that hands the contract to the renderer. It is made when it is asked for, not shipped."""

SHARED = ("theme.css", "frame.css", "theme.js", "icon.svg")
"""Files of the console that the pages use too: one house, one look."""

MEDIA_TYPES: Mapping[str, str] = {
    ".html": "text/html; charset=utf-8",
    ".md": "text/markdown; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
"""The media type of each kind of file that is served, by suffix."""

STRICT = (
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "base-uri 'none'",
    "form-action 'none'", "require-trusted-types-for 'script'", "trusted-types 'none'",
)  # fmt: skip
"""The policy of our own pages: their own files, and nothing else."""


def policy_of(name: str, peers: Iterable[str] = ("'self'",)) -> str:
    """The Content-Security-Policy of a page; `peers` are the origins that the API reference may send requests to.

    The renderer writes its style sheets into the page and positions what it draws with style attributes, hence
    'unsafe-inline' for styles on its page alone. It needs no such thing for scripts, and no eval.
    """
    if name != REFERENCE:
        return "; ".join(STRICT)
    return "; ".join((
        "default-src 'none'", "script-src 'self'", "style-src 'self' 'unsafe-inline'", "img-src 'self' data:",
        f"connect-src {' '.join(peers)}", "base-uri 'none'", "form-action 'none'",
    ))  # fmt: skip


def page(name: str) -> Answer | None:
    """A file of the documentation; None when it has none of this name."""
    content = dict(files()).get(name)
    if content is None:
        return None
    headers = (
        ("Content-Security-Policy", f"{policy_of(name)}; frame-ancestors 'none'"),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "no-referrer"),
    )
    return Answer(200, read(content), MEDIA_TYPES[Path(name).suffix], headers)


def files() -> Iterator[tuple[str, Path]]:
    """Every file under the name that pages know it by."""
    for folder in (PAGES, ASSETS):
        for path in sorted(folder.iterdir()):
            yield path.name, path
    for name in SHARED:
        yield name, CONSOLE / name
    yield "scalar.js", RENDERER / "scalar.js.gz"


def read(path: Path) -> bytes:
    """What a file holds, the renderer unpacked."""
    content = path.read_bytes()
    return gzip.decompress(content) if path.suffix == ".gz" else content
