"""Who may use the control API: this machine, or whoever has the token; never a page of a foreign origin."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from ipaddress import ip_address

from mock_server.answers import Answer
from mock_server.cors import Cors, host_name, is_loopback
from mock_server.problems import problem
from mock_server.responses import base_url


def refuse(environ: Mapping[str, str], token: str, cors: Cors) -> Answer | None:
    """The refusal of a request to the control API; None when it may be served.

    With a token set, every request needs it, and may come from anywhere. Without one, it must come from this machine
    and have been sent to a name of this machine, so that no page can get here through a name of its own (DNS
    rebinding).
    """
    host, origin = environ.get("HTTP_HOST", ""), environ.get("HTTP_ORIGIN")
    if origin is not None and origin != base_url(environ) and not cors.trusts(origin):
        return problem(
            403, f"Pages of {origin} may not use the control API. Start the mock with --cors-origin {origin}"
        )
    if token:
        return None if _has_token(environ, token) else _unauthorized()
    if not _is_local(environ.get("REMOTE_ADDR", "")):
        return problem(403, "The control API serves this machine only. Start the mock with --control-token to open it.")
    if not is_loopback(host_name(host)):
        return problem(403, f"The control API is not at {host!r}. Ask for 127.0.0.1, or set --control-token.")
    return None


def _unauthorized() -> Answer:
    refused = problem(401, "The control API needs the token that the mock was started with, as a bearer token.")
    return Answer(refused.status, refused.body, refused.media_type, (("WWW-Authenticate", "Bearer"),))


def _has_token(environ: Mapping[str, str], token: str) -> bool:
    scheme, _, given = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    return scheme.lower() == "bearer" and hmac.compare_digest(given.strip().encode("utf-8", "replace"), token.encode())


def _is_local(address: str) -> bool:
    """Whether a request came from this machine; one without an address came from this process, or a socket file."""
    if not address:
        return True
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return ip.is_loopback or bool(ip.version == 6 and ip.ipv4_mapped and ip.ipv4_mapped.is_loopback)
