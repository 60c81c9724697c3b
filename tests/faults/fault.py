"""What a fault and a variant are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from faults.deployment import CORRECT, Deployment, known_facts
from faults.server import serve
from faults.site import Edit, unchanged


@dataclass(frozen=True)
class Fault:
    """One way of breaking the contract."""

    name: str
    rule: str | tuple[str, ...]
    """The rule it breaks in openapi.yaml; of several, the first says it best."""
    about: str
    edit: Edit
    needs: str = ""
    """`known` when only somebody who knows the data, or a second organization, can see it."""

    @property
    def rules(self) -> tuple[str, ...]:
        """Every rule by which it may be found."""
        return (self.rule,) if isinstance(self.rule, str) else self.rule

    def known_facts(self) -> dict[str, Any]:
        """What the owner of the deployment knows; the fault changes nothing of it."""
        return known_facts()

    @contextmanager
    def served(self) -> Iterator[str]:
        """Serve the faulty deployment and give its base URL."""
        with serve(self.edit) as base_url:
            yield base_url


@dataclass(frozen=True)
class Variant:
    """A deployment that keeps the contract in another way."""

    name: str
    about: str
    edit: Edit = unchanged
    deployment: Deployment = CORRECT
    """What is edited: another one where the data itself differs."""
    protocol: str = "HTTP/1.1"
    grows: bool = False
    """Whether its data changes while it is served, so that no export of it stays complete."""

    def known_facts(self) -> dict[str, Any]:
        """What the owner of the variant knows."""
        return known_facts(self.deployment, complete=not self.grows)

    @contextmanager
    def served(self) -> Iterator[str]:
        """Serve the variant and give its base URL."""
        with serve(self.edit, self.deployment, self.protocol) as base_url:
            yield base_url
