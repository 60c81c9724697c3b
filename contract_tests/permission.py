"""Whether a run may change anything, and if not, what to give so that it may."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from api_spec import Spec
from contract_tests.settings import Settings

NO_LEAVE = "Writing is off. --allow-writes allows it: the run names what it changes beforehand, and puts it back."
PRODUCTION = "This is the production of the contract. To write to it, give --allow-writes-to-production too."


@dataclass(frozen=True)
class Permission:
    """Whether a run may write."""

    granted: bool
    reason: str = ""
    """Why not, and what to give."""


GRANTED = Permission(granted=True)
REFUSED = Permission(granted=False, reason=NO_LEAVE)


def permission_of(settings: Settings, spec: Spec) -> Permission:
    """What the settings permit.

    The bundled mock is ours and thrown away, so it may be written to without being asked for.
    """
    if settings.base_url is None:
        return GRANTED
    if not settings.allow_writes:
        return REFUSED
    if is_production(settings.base_url, spec) and not settings.allow_writes_to_production:
        return Permission(granted=False, reason=PRODUCTION)
    return GRANTED


def is_production(base_url: str, spec: Spec) -> bool:
    """Whether an address is of the host of the contract's first server, whatever its port and path."""
    return bool(spec.servers) and _host(base_url) == _host(spec.servers[0])


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").lower().rstrip(".")
