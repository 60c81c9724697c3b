"""Values that only one thing may have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from api_spec.document import Pointer
from mock_server.data.mistake import Mistake
from mock_server.world.stream import Stream


@dataclass
class Unique:
    """The ids or keys of one kind: those that are given, and those made up beside them."""

    expected: str
    """What is asked for, such as "an id that no other invoice has"."""
    _first: dict[str, Pointer] = field(default_factory=dict)

    def claim(self, value: str, shown: str, pointer: Pointer) -> list[Mistake]:
        """Note a given value; a mistake when it is taken."""
        twin = self._first.setdefault(value, pointer)
        return [] if twin == pointer else [Mistake(pointer, self.expected, shown, twin=twin)]

    def make(self, stream: Stream, draw: Callable[[Stream], str] = Stream.uuid) -> str:
        """A value that is not given anywhere, drawn from a stream."""
        while (value := draw(stream)) in self._first:
            pass
        return value
