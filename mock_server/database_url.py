"""Where the mock keeps its data, as a person names it. Reading that needs no database yet."""

from __future__ import annotations

from urllib.parse import urlsplit

MEMORY = "sqlite://"
"""A database in the memory of one process."""

EXPECTED = "expected sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME"


def parse_database(text: str) -> str:
    """Read the URL of a database; raises ValueError with what was expected."""
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        raise ValueError(EXPECTED) from None
    if text == MEMORY or (text.startswith("sqlite:///") and len(text) > len("sqlite:///")):
        return text
    if parts.scheme in ("postgresql", "postgresql+psycopg") and parts.path.strip("/"):
        return f"postgresql+psycopg{text[len(parts.scheme) :]}"
    raise ValueError(EXPECTED)


def shown(url: str) -> str:
    """The URL without what may be a secret: no password, and nothing after a question mark."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    user = parts.username
    return f"{parts.scheme}://{user}@{host}{parts.path}" if user else f"{parts.scheme}://{host}{parts.path}"
