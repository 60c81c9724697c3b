"""What is wrong in a data file, and where."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from api_spec.document import Pointer
from mock_server.errors import InputError

MOST_SHOWN = 50
"""How many mistakes are listed; of the others, only their number is told."""

LONGEST = 60
"""How many characters of a value are shown."""


@dataclass(frozen=True)
class Mistake:
    """One thing that is wrong."""

    pointer: Pointer
    expected: str
    got: str
    advice: str = ""
    """What to do, as a sentence."""
    twin: Pointer | None = None
    """Where the same value stands first, which may stand only once."""


class DataError(InputError):
    """A data file that cannot be used. Its text has a line for each mistake: file, line, where, what and what next."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = tuple(lines)
        """Every mistake, also those that the text leaves out."""
        left_out = len(self.lines) - MOST_SHOWN
        more = [f"... and {left_out} more"] if left_out > 0 else []
        super().__init__("\n".join([*self.lines[:MOST_SHOWN], *more]))

    @classmethod
    def about(cls, path: Path, reason: str, line: int | None = None) -> DataError:
        """An error with one reason, about a file or a line of it."""
        return cls([f"{path}: {reason}" if line is None else f"{path}:{line}: {reason}"])


def describe(value: Any) -> str:
    """A value as it is shown in a message."""
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    text = repr(value) if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."


def nearest(name: str, known: Iterable[str]) -> str:
    """Advice that names the known word that a misspelt one is like; empty when none is."""
    near = get_close_matches(name, list(known), n=1)
    return f"Did you mean {near[0]!r}?" if near else ""
