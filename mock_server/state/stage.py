"""What is in force for every process that serves from a database, and how that changes.

Each change is one transaction that nobody else of these runs beside.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, select

from mock_server.database_url import shown
from mock_server.errors import InputError
from mock_server.state import scenes, sessions, tables, worlds
from mock_server.state.database import Database
from mock_server.state.scenes import InForce
from mock_server.state.worlds import Origin

CHECK = "Look whether its folder or its server is there, and may be used."

ADVICE = "Name another database, or replace what this one holds with --reset-database."


class DatabaseError(InputError):
    """A database that cannot be used. Its text says which, what it holds, and what to do."""


@dataclass(frozen=True)
class Scenery:
    """What is to be in force."""

    scenario: str
    seed: int
    strict: bool
    faults: Mapping[str, Any]
    """In plain values."""
    origin: Origin | None
    """What the world is made from; None to keep the one that there is."""

    @property
    def text(self) -> str:
        """The same for the same scenery."""
        fingerprint = self.origin.fingerprint if self.origin else None
        return json.dumps([self.scenario, self.seed, self.strict, self.faults, fingerprint], sort_keys=True)


@dataclass(frozen=True)
class Stage:
    """A database, as what is served from it."""

    database: Database

    def open(self, start: Scenery, *, anew: bool) -> InForce:
        """Set the stage, or find it set; `anew` throws away what it holds.

        What was in force stays in force when the mock is started in the same way again. Raises DatabaseError when the
        database holds another world, and InputError for data that cannot be read.
        """
        try:
            with self.database.writing(alone=True) as connection:
                if anew:
                    tables.metadata.drop_all(connection)
                tables.metadata.create_all(connection)
                return self._open(connection, start)
        except self.database.errors as error:
            raise DatabaseError(
                f"--database: {self._name} cannot be used: {self.database.reason(error)}. {CHECK}"
            ) from None

    def _open(self, connection: Connection, start: Scenery) -> InForce:
        self._check_format(connection)
        found = scenes.read_in_force(connection)
        if found is None:
            return self._put(connection, start, start.text, None)
        self._check_world(connection, found, start)
        return found if found.started_as == start.text else self._put(connection, start, start.text, found)

    def read(self) -> InForce:
        """What is in force."""
        with self.database.reading() as connection:
            found = scenes.read_in_force(connection)
        if found is None:
            raise DatabaseError(f"{self._name} was emptied while it was served from. Start the mock anew.")
        return found

    def change(self, new: Scenery) -> InForce:
        """Put something else in force. Raises InputError for data that cannot be read; nothing is changed then."""
        with self.database.writing(alone=True) as connection:
            found = scenes.read_in_force(connection)
            started_as = found.started_as if found else new.text
            return self._put(connection, new, started_as, found)

    def reset(self, start: Scenery) -> InForce:
        """Put in force what the mock was started with, and forget what requests without a session changed."""
        with self.database.writing(alone=True) as connection:
            self._forget(connection, sessions.SHARED)
            found = scenes.read_in_force(connection)
            return self._put(connection, start, start.text, found and replace(found, era=scenes.stamp()))

    def reset_session(self, name: str) -> None:
        """Forget what a session changed."""
        with self.database.writing(alone=True) as connection:
            self._forget(connection, name)

    def reload(self, new: Scenery, start: Scenery) -> InForce:
        """Put in force what was read anew; worlds that other ones take the place of go, and what was changed in them.

        `start` is what the mock would be started with now. Raises InputError as `change` does.
        """
        with self.database.writing(alone=True) as connection:
            found = scenes.read_in_force(connection)
            first = self._choose(connection, start)
            given = self._put(connection, new, start.text, found, first)
            if found:
                for gone in {found.first_world_id, found.world_id} - {first, given.world_id}:
                    worlds.drop_world(connection, gone)
            return given

    def _put(
        self, connection: Connection, new: Scenery, started_as: str, found: InForce | None, first: int | None = None
    ) -> InForce:
        world_id = found.world_id if found and new.origin is None else self._choose(connection, new)
        if first is None:
            first = world_id if found is None or new.text == started_as else found.first_world_id
        worlds.drop_unused(connection, first)
        era = found.era if found else scenes.stamp()
        given = InForce(started_as, first, world_id, new.scenario, new.seed, new.strict, new.faults, era)
        return scenes.put_in_force(connection, given)

    def _choose(self, connection: Connection, new: Scenery) -> int:
        assert new.origin is not None  # noqa: S101 - only what leaves the world as it is has none
        return worlds.choose_world(connection, new.origin, self.database.clock())

    def _forget(self, connection: Connection, session: str) -> None:
        for world_id in connection.scalars(select(tables.worlds.c.id).order_by(tables.worlds.c.id)).all():
            sessions.lock_world(connection, world_id)
            sessions.forget_session(connection, {"world": world_id, "session": session})

    def _check_format(self, connection: Connection) -> None:
        found = connection.scalar(select(tables.scene.c.format))
        if found not in (None, tables.FORMAT):
            raise DatabaseError(
                f"--database: {self._name} was made by another version of dcycle-mock: expected its format to be "
                f"{tables.FORMAT}, got {found}. {ADVICE}"
            )

    def _check_world(self, connection: Connection, found: InForce, start: Scenery) -> None:
        world = tables.worlds.c
        first = connection.execute(select(world.fingerprint, world.description).where(world.id == found.first_world_id))
        fingerprint, description = first.one()
        if start.origin and fingerprint != start.origin.fingerprint:
            raise DatabaseError(
                f"--database: {self._name} holds {description}, but the settings describe {start.origin.description}. "
                f"{ADVICE}"
            )

    @property
    def _name(self) -> str:
        return shown(self.database.url)
