"""The workers of one start: the first of them sets the stage and speaks, the others follow."""

from __future__ import annotations

import multiprocessing
from dataclasses import dataclass, field
from multiprocessing.synchronize import Event, Lock


@dataclass(frozen=True)
class Crew:
    """What the workers share. The parent makes it, and each worker inherits it."""

    _first: Lock = field(default_factory=multiprocessing.Lock)
    _set: Event = field(default_factory=multiprocessing.Event)
    _told: Event = field(default_factory=multiprocessing.Event)

    def joins_first(self) -> bool:
        """Whether a worker that joins is the first; the others are held up until the stage is set."""
        first = self._first.acquire(block=False)
        if not first:
            self._set.wait()
        return first

    def say_set(self) -> None:
        """Let the others go on."""
        self._set.set()

    def tell_once(self) -> bool:
        """Whether a worker is to tell of a mistake; it is the same mistake for all of them."""
        told_before = self._told.is_set()
        self._told.set()
        self._set.set()
        return not told_before

    @property
    def failed(self) -> bool:
        """Whether a worker told of a mistake."""
        return self._told.is_set()
