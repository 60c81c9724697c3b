"""Lets pages of other origins call the mock: cross-origin resource sharing, as browsers ask for it (Fetch standard)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

LOOPBACK = ("localhost", "127.0.0.1", "::1")

EXPOSED = "ETag, Link, Preference-Applied, Retry-After, X-Contract-Violations, X-Mock-Fault, X-Mock-Hint"
"""The headers of an answer that a page may read beside the few that it always may."""

ORIGIN = re.compile(r"(?P<scheme>https?)://([a-z0-9_.-]+|\[[0-9a-f:.]+\])(:(?P<port>[0-9]{1,5}))?")
"""An origin as browsers write it (RFC 6454)."""

REMEMBERED = "600"
"""For how many seconds a browser need not ask again."""


def is_loopback(host: str | None) -> bool:
    """Whether a host name is one of this machine's own."""
    return host is not None and (host.lower() in LOOPBACK or host.lower().endswith(".localhost"))


def host_name(origin_or_host: str) -> str | None:
    """The host name in an origin or a Host header, without its port; None when there is none."""
    text = origin_or_host if "//" in origin_or_host else f"//{origin_or_host}"
    try:
        return urlsplit(text).hostname
    except ValueError:
        return None


@dataclass(frozen=True)
class Cors:
    """Which origins may call the mock from a page."""

    origins: frozenset[str] = frozenset()
    """Origins that may, beside those of this machine; ``*`` for any."""

    def allows(self, origin: str) -> bool:
        """Whether pages of an origin may call the API."""
        return "*" in self.origins or self.trusts(origin)

    def trusts(self, origin: str) -> bool:
        """Whether pages of an origin may steer the mock: those of this machine, and those named one by one."""
        if origin in self.origins - {"*"}:
            return True
        return origin.startswith(("http://", "https://")) and is_loopback(host_name(origin))

    def headers(self, origin: str) -> dict[str, str]:
        """What an answer to a page of an allowed origin carries."""
        return {
            "Access-Control-Allow-Origin": origin,
            "Access-Control-Allow-Credentials": "true",
            "Access-Control-Expose-Headers": EXPOSED,
        }

    def preflight(self, environ: Mapping[str, str], allow: str) -> dict[str, str]:
        """What the answer to a browser's question beforehand carries; `allow` lists the methods of the path.

        The method asked for is let through even where the path does not have it: only then can the page read the
        refusal that says so.
        """
        method = environ["HTTP_ACCESS_CONTROL_REQUEST_METHOD"]
        methods = allow if method in allow.split(", ") else f"{allow}, {method}".removeprefix(", ")
        asked = environ.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS")
        headers = {"Access-Control-Allow-Methods": methods, "Access-Control-Max-Age": REMEMBERED}
        return {**headers, "Access-Control-Allow-Headers": asked} if asked else headers


def parse_origin(text: str) -> str:
    """Read an origin; raises ValueError with what was expected."""
    text = text.rstrip("/").lower()
    if text == "*":
        return text
    found = ORIGIN.fullmatch(text)
    if not found or int(found["port"] or 0) > 65535:
        raise ValueError("expected an origin such as https://app.example.org, or * for any")
    usual = {"http": "80", "https": "443"}[found["scheme"]]
    return text.removesuffix(f":{usual}")  # browsers leave it out
