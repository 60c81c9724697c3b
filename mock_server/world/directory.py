"""Who and what is behind an id on an invoice. It follows from the id alone, so any id has the same name every time."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from mock_server.world.catalogue import ENERGY_SUPPLIERS, FUELS, WATER_SUPPLIERS
from mock_server.world.names import Names
from mock_server.world.stream import Stream

SUPPLIERS = {own_id: name for name, own_id in (*ENERGY_SUPPLIERS.items(), *WATER_SUPPLIERS.items())}
"""Names by id."""


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who uploads invoices."""

    id: str
    first_name: str
    last_name: str
    email: str


@dataclass(frozen=True, slots=True)
class Fuel:
    """A fuel of a facility, and what is burnt there."""

    id: str
    name: str | None
    """None for a fuel that is none of the world's."""
    stationary_id: str
    stationary_name: str | None


@lru_cache(maxsize=1024)
def find_user(id: str) -> User:
    """The user of an id."""
    first, last = Names(Stream("user", id)).person()
    return User(id, first, last, f"{_plain(first)}.{_plain(last)}@example.org")


def _plain(name: str) -> str:
    """A name as it can stand in an address: without accents and blanks."""
    return re.sub(r"[^a-z]", "", unicodedata.normalize("NFKD", name).lower())


@lru_cache(maxsize=1024)
def find_supplier(id: str) -> str:
    """The name of a supplier."""
    return SUPPLIERS.get(id) or Names(Stream("supplier", id)).company()


def find_fuel(id: str) -> Fuel:
    """The fuel of an id."""
    name, stationary_name = FUELS.get(id, (None, None))
    return Fuel(id, name, Stream("stationary fuel", id).uuid(), stationary_name)
