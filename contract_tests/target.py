"""The deployment to judge, and what its owner says of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from contract_tests.exchange import Credentials, Secret

UNMISTAKABLE = 8
"""Characters from which on a key's variants are taken for nothing else."""


@dataclass(frozen=True)
class OtherOrganization:
    """A second organization of the same deployment."""

    credentials: Credentials
    invoice_id: str | None = None
    visible: bool = False
    """Whether the first key may see this organization's data."""


@dataclass(frozen=True)
class Known:
    """What the owner of a deployment knows of its data."""

    invoice_ids: tuple[str, ...] = ()
    other: OtherOrganization | None = None
    locked: Mapping[tuple[str, ...], bool] = field(default_factory=dict)
    """Whether a group is locked, by its CUPS code and facility id."""
    invoices: tuple[Mapping[str, Any], ...] = ()
    """Invoices of the organization, with the fields of Get invoice."""
    complete: bool = False
    """Whether `invoices` are all that the organization has."""
    expendable: tuple[str, ...] = ()
    """Invoices that may be deleted for good."""


@dataclass(frozen=True)
class Target:
    """A deployment, and how to be let in."""

    base_url: str
    """Without a slash at its end."""
    credentials: Credentials
    known: Known = field(default_factory=Known)

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """Every secret that may come back in an answer, and every variant of one that is no ordinary word."""
        keys = [self.credentials.api_key]
        if self.known.other is not None:
            keys.append(self.known.other.credentials.api_key)
        found = [key for key in keys if isinstance(key, Secret)]
        long = [key for key in found if len(key.value) >= UNMISTAKABLE]
        return tuple(found + [variant for key in long for variant in key.variants.values()])


def parse_base_url(text: str) -> str:
    """A base URL in its plain form; raises ValueError that says what was expected."""
    if " " in text or not text.isprintable():
        raise ValueError("Expected no blank in the address")
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("Expected an address such as https://api.dcycle.io or http://127.0.0.1:8000")
    if parts.username or parts.password:
        raise ValueError("Expected no user name or password in the address")
    if "?" in text or "#" in text:
        raise ValueError("Expected no query and no fragment")
    try:
        parts.port  # noqa: B018 - reading it checks it
    except ValueError:
        raise ValueError("Expected a port from 0 to 65535") from None
    return text.rstrip("/")


def parse_uuid(text: str) -> str:
    """A UUID as it was given; raises ValueError that says what was expected."""
    try:
        UUID(text)
    except ValueError:
        raise ValueError("Expected a UUID such as a8315ef3-dd50-43f8-b7ce-d839e68d51fa") from None
    return text


def parse_key(text: str) -> str:
    """An API key; raises ValueError when it cannot be sent in a header."""
    if not text.isascii() or not text.isprintable() or text != text.strip():
        raise ValueError("Expected printable ASCII without blanks around it")
    return text
