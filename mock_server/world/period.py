"""Billing periods. The world's calendar is fixed, so that its data does not depend on the day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import pairwise

FIRST_YEAR = 2023
MONTHS = 24
"""How many months each supply point is billed for, from January of the first year."""


@dataclass(frozen=True)
class Period:
    """The days that a bill covers, both ends included."""

    first: date
    last: date

    @property
    def start_text(self) -> str:
        """The first moment, as the API writes it."""
        return f"{self.first.isoformat()}T00:00:00"

    @property
    def end_text(self) -> str:
        """The last second, as the API writes it."""
        return f"{self.last.isoformat()}T23:59:59"

    def later(self, seconds: int) -> str:
        """The moment so many seconds after the period's last day began, in UTC."""
        return f"{(datetime.combine(self.last, time()) + timedelta(seconds=seconds)).isoformat()}Z"


@cache
def month(index: int) -> Period:
    """A calendar month; 0 is January of the first year."""
    return Period(_first_of(index), _first_of(index + 1) - timedelta(days=1))


def _first_of(index: int) -> date:
    return date(FIRST_YEAR + index // 12, index % 12 + 1, 1)


def slices(first: date, last: date, count: int) -> list[Period]:
    """A span of days cut into periods of about the same length."""
    days = (last - first).days + 1
    edges = [first + timedelta(days=days * index // count) for index in range(count + 1)]
    return [Period(start, following - timedelta(days=1)) for start, following in pairwise(edges)]
