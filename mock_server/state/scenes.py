"""What is in force, as the database has it: the same for every process that serves from it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from mock_server.state import tables


@dataclass(frozen=True)
class InForce:
    """What is in force."""

    started_as: str
    """What the mock was started with, as text that is the same for the same settings."""
    first_world_id: int
    """The world that it was started with."""
    world_id: int
    scenario: str
    seed: int
    strict: bool
    faults: Mapping[str, Any]
    """In plain values."""
    era: int = 0
    """Different after every reset."""
    revision: int = 0
    """Different after every change."""


def stamp() -> int:
    """A number that was not used before, in any process."""
    return secrets.randbits(63)


REVISION = select(tables.scene.c.revision)


def read_in_force(connection: Connection) -> InForce | None:
    """What is in force; None before the first start."""
    columns = (tables.scene.c[field.name] for field in fields(InForce))
    row = connection.execute(select(*columns)).first()
    return None if row is None else replace(InForce(*row), seed=int(row.seed))


def put_in_force(connection: Connection, new: InForce) -> InForce:
    """Put something in force; it as it is then, with its revision."""
    given = replace(new, revision=stamp())
    connection.execute(delete(tables.scene))
    row = {field.name: getattr(given, field.name) for field in fields(given)}
    connection.execute(insert(tables.scene), {**row, "seed": str(new.seed), "format": tables.FORMAT})
    return given
