"""Who asks: from the credentials of a request to the organization that they belong to."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from api_spec import Operation
from mock_server.environ import header
from mock_server.world.model import Organization


@dataclass(frozen=True)
class Keys:
    """The API keys in force, and whose they are."""

    organizations: Mapping[str, str]
    """Organization ids by key."""

    @classmethod
    def of(cls, organizations: Iterable[Organization]) -> Keys:
        """The keys of some organizations."""
        return cls({organization.api_key: organization.id for organization in organizations})

    def owner(self, key: str) -> str | None:
        """The organization that a key belongs to, found in a time that says nothing about the key."""
        given = key.encode("utf-8", "replace")
        found = None
        for known, organization_id in self.organizations.items():
            if hmac.compare_digest(known.encode(), given):
                found = organization_id
        return found


def find_owner(operation: Operation, environ: Mapping[str, str], keys: Keys) -> str | None:
    """The one organization that every credential of a request belongs to; None when there is no such one."""
    owners = {keys.owner(header(environ, credential.name) or "") for credential in operation.security}
    return owners.pop() if len(owners) == 1 else None
