"""What is noted about a request on its way, for the answer's headers, the journal and the log."""

from __future__ import annotations

import time
from collections.abc import MutableMapping
from dataclasses import dataclass, field
from typing import Any

from mock_server.violations import Violation

KEY = "dcycle.notes"
"""Where the environ of a request holds its notes."""


@dataclass(slots=True)
class Notes:
    """Notes about one request."""

    began: float = field(default_factory=time.perf_counter)
    operation_id: str | None = None
    page: str = "/openapi.yaml"
    """Where the operation is documented."""
    violations: list[Violation] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)
    """What the mock has to say beside the vendor's answer."""
    faults: list[str] = field(default_factory=list)
    """What was made to go wrong."""
    applied: str = ""
    """The preferences that were honoured."""
    journaled: bool = False
    """Whether the exchange is one for the journal, as every call of the API is."""

    @property
    def milliseconds(self) -> float:
        """How long ago the request came."""
        return (time.perf_counter() - self.began) * 1000


def notes_of(environ: MutableMapping[str, Any]) -> Notes:
    """The notes of a request, begun with the first look at them."""
    notes = environ.get(KEY)
    if notes is None:
        notes = environ[KEY] = Notes()
    return notes
