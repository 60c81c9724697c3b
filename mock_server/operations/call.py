"""What a function of an operation is given, and what they share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from mock_server.answers import Answer
from mock_server.scene import Scene
from mock_server.state import Store


@dataclass(frozen=True, slots=True)
class Call:
    """A request that has passed every check."""

    organization_id: str
    parameters: Mapping[str, Any]
    """Typed values by name, defaults filled in; None for an absent one."""
    body: Any
    """What the request carries, read from JSON; None for nothing."""
    scene: Scene
    base_url: str
    """The address that the request was sent to, such as ``http://127.0.0.1:8000``."""

    @property
    def store(self) -> Store:
        """The data that is asked for and changed."""
        return self.scene.store

    def values(self, name: str) -> tuple[Any, ...]:
        """The values of a list parameter; none when it is absent."""
        return tuple(self.parameters.get(name) or ())


Behaviour = Callable[[Call], Answer]


def now() -> str:
    """This second in UTC, as the API writes it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def page_of(call: Call, items: Sequence[Any], total: int, pages: str = "pages") -> dict[str, Any]:
    """A page of a listing; `pages` is what the operation calls their number."""
    page, size = call.parameters["page"], call.parameters["size"]
    return {"items": items, "total": total, "page": page, "size": size, pages: -(-total // max(size, 1))}
