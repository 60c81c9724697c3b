"""The worlds of a database: which there are, and how one comes and goes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select, update

from mock_server.state import tables
from mock_server.state.loading import load_world
from mock_server.world.model import World

KEPT = 4
"""How many worlds are kept beside the one that the mock was started with: those that were chosen last."""


@dataclass(frozen=True)
class Origin:
    """What a world is made from."""

    fingerprint: str
    """The same for the same world."""
    description: str
    """What a person calls it."""
    make: Callable[[], World]
    """Makes the world. It may raise InputError."""


def choose_world(connection: Connection, origin: Origin, now: float) -> int:
    """The id of the world of an origin, which is made and loaded if it is not there."""
    world = tables.worlds.c
    known: int | None = connection.scalar(select(world.id).where(world.fingerprint == origin.fingerprint))
    if known is not None:
        connection.execute(update(tables.worlds).where(world.id == known).values(chosen_at=now))
        return known
    made = origin.make()
    row = {"fingerprint": origin.fingerprint, "description": origin.description, "chosen_at": now}
    inserted = connection.execute(insert(tables.worlds), {**row, "invoices": len(made.invoices)})
    (world_id,) = inserted.inserted_primary_key or (0,)
    load_world(connection, world_id, made)
    return int(world_id)


def drop_unused(connection: Connection, first_world_id: int) -> None:
    """Take the worlds out that were not chosen for the longest time; never the one that the mock was started with."""
    world = tables.worlds.c
    others = select(world.id).where(world.id != first_world_id).order_by(world.chosen_at.desc(), world.id.desc())
    for world_id in connection.scalars(others.offset(KEPT)).all():
        drop_world(connection, world_id)


def drop_world(connection: Connection, world_id: int) -> None:
    """Take a world out of the database, with all that was changed in it."""
    for table in tables.OF_A_WORLD:
        connection.execute(delete(table).where(table.c.world_id == world_id))
    connection.execute(delete(tables.worlds).where(tables.worlds.c.id == world_id))
