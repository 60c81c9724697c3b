"""Sessions: who changes what, one after the other, and what is forgotten when.

A session is a layer of its own over a world. It comes with its first change, and goes when it is reset, or when there
are too many and it is the one that was not used for the longest time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from mock_server.state import tables

MOST = 1000
"""How many sessions a world remembers, beside the one without a name."""

SHARED = ""
"""The session of requests that name none."""

TOUCHED_SECONDS = 10.0
"""How exact the memory of a session's last use is."""

UPPER_LAYER = (tables.changed_invoices, tables.changed_groups, tables.jobs)

Where = Mapping[str, Any]


class WorldReplaced(Exception):
    """The world is not in the database any more: another one took its place while a request was under way."""


def lock_world(connection: Connection, world_id: int) -> None:
    """Let nobody else change the world until the transaction ends. Raises WorldReplaced."""
    world = tables.worlds.c
    found = connection.scalar(select(world.id).where(world.id == world_id).with_for_update())
    if found is None:
        raise WorldReplaced


def mark_change(connection: Connection, where: Where, now: float) -> None:
    """Note that a session has changed something, and when it has to be looked at next."""
    job, session = tables.jobs.c, tables.sessions.c
    next_due = select(func.min(job.due)).where(job.world_id == where["world"], job.session == where["session"])
    values = {"used_at": now, "next_due": connection.scalar(next_due)}
    known = update(tables.sessions).where(session.world_id == where["world"], session.name == where["session"])
    if not connection.execute(known.values(values)).rowcount:
        row = {"world_id": where["world"], "name": where["session"], **values}
        connection.execute(insert(tables.sessions), row)


def touch(connection: Connection, where: Where, now: float) -> None:
    """Note that a session is in use."""
    session = tables.sessions.c
    known = update(tables.sessions).where(session.world_id == where["world"], session.name == where["session"])
    connection.execute(known.values(used_at=now))


def forget_unused(connection: Connection, world_id: int, most: int) -> None:
    """Let the sessions go that were not used for the longest time, until there are no more than so many."""
    session = tables.sessions.c
    named = select(session.name).where(session.world_id == world_id, session.name != SHARED)
    for name in connection.scalars(named.order_by(session.used_at.desc(), session.name).offset(most)).all():
        forget_session(connection, {"world": world_id, "session": name})


def forget_session(connection: Connection, where: Where) -> None:
    """Take everything that a session changed out of a world."""
    for table in UPPER_LAYER:
        of_session = (table.c.world_id == where["world"], table.c.session == where["session"])
        connection.execute(delete(table).where(*of_session))
    session = tables.sessions.c
    known = (session.world_id == where["world"], session.name == where["session"])
    connection.execute(delete(tables.sessions).where(*known))


LAST_USE = select(tables.sessions.c.used_at).where(
    tables.sessions.c.world_id == bindparam("world"), tables.sessions.c.name == bindparam("session")
)
"""When a session was used last, in seconds since 1970; no row for one that changed nothing."""
