"""A stream of choices that is the same on every machine and day.

Only whole numbers, sums and products are used, no functions such as cosine whose last digit depends on the machine.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import TypeVar
from uuid import UUID

T = TypeVar("T")


class Stream(random.Random):
    """A random stream with a name; streams with different names know nothing of each other."""

    def __init__(self, *name: object) -> None:
        super().__init__("/".join(str(part) for part in name))

    def uuid(self) -> str:
        """A UUID of version 4."""
        return str(UUID(int=self.getrandbits(128), version=4))

    def happens(self, probability: float) -> bool:
        """Whether something of this probability, from 0 to 1, happens."""
        return self.random() < probability

    def pick(self, weights: Mapping[T, float]) -> T:
        """One of the keys, each as often as its weight says."""
        return self.choices(list(weights), list(weights.values()))[0]
