"""Keeps credentials out of whatever is kept or shown of a request."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import unquote_plus

from mock_server.environ import header, query

PLACEHOLDER = "$DCYCLE_API_KEY"
"""What stands for a credential."""

CREDENTIALS = frozenset({"authorization", "cookie", "proxy-authorization", "x-api-key"})
"""Headers that are credentials under any contract, in lower case."""

LIKELY = re.compile(r"(api|access)[-_]?key|token|secret|password|authorization", re.IGNORECASE)
"""What the name of a header or a query parameter holds that somebody put a credential in."""

KEY_LIKE = re.compile(r"(?:demo-[A-Za-z0-9]{24}|sk_(?:live|test)_[A-Za-z0-9]{8,})")
"""What keys look like: those that this mock makes, and the one that the vendor's pages show."""

ORGANIZATION = "x-organization-id"

UUID_LIKE = re.compile(r"[0-9a-fA-F-]*")

LEAST = 6
"""How long a text must be to be looked for elsewhere: a shorter one would be found in everything."""


@dataclass(frozen=True)
class Redaction:
    """Replaces the credentials of one request, wherever they occur in its texts."""

    names: frozenset[str]
    """The headers that carry credentials, in lower case."""
    secrets: tuple[str, ...]
    """Their values, the longest first."""

    @classmethod
    def of(cls, environ: Mapping[str, str], names: Iterable[str] = ()) -> Redaction:
        """The redaction of a request; `names` are the headers that carry credentials under its contract."""
        likely = (_header_name(key) for key in environ if key.startswith("HTTP_") and LIKELY.search(key))
        every = CREDENTIALS.union(names, likely)
        found = {value for name in every if (value := header(environ, name))}
        found |= {value.partition(" ")[2] for value in found}  # what follows "Bearer"
        organization = header(environ, ORGANIZATION)
        if organization and not UUID_LIKE.fullmatch(organization):
            found.add(organization)  # whoever swaps the two headers
        if LIKELY.search(environ.get("QUERY_STRING", "")):
            found |= {value for name, value in query(environ) if LIKELY.search(name)}
        return cls(every, tuple(sorted((one for one in found if len(one) >= LEAST), key=len, reverse=True)))

    def headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        """Headers without the credentials."""
        return {name: PLACEHOLDER if name in self.names else self.text(value) for name, value in headers.items()}

    def text(self, text: str) -> str:
        """A text without the credentials."""
        for secret in self.secrets:
            text = text.replace(secret, PLACEHOLDER)
        return KEY_LIKE.sub(PLACEHOLDER, text)

    def query(self, text: str) -> str:
        """A query without the credentials, whichever of their characters are escaped."""
        return "&".join(self._pair(pair) for pair in text.split("&"))

    def bytes(self, body: bytes) -> bytes:
        """A body without the credentials."""
        return self.text(body.decode("latin-1")).encode("latin-1")

    def _pair(self, pair: str) -> str:
        name, equals, value = pair.partition("=")
        if value and LIKELY.search(unquote_plus(name)):
            value = PLACEHOLDER
        return f"{self._part(name)}{equals}{self._part(value)}"

    def _part(self, part: str) -> str:
        """The name or the value of a parameter, unless a credential is in it, escaped or not."""
        return part if all(self.text(text) == text for text in (part, unquote_plus(part, "latin-1"))) else PLACEHOLDER


def _header_name(key: str) -> str:
    """The name, in lower case, of the header that WSGI keeps under a key."""
    return key.removeprefix("HTTP_").replace("_", "-").lower()
