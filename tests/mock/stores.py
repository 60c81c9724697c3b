"""Stores over worlds of a test's own."""

from __future__ import annotations

from typing import Any

import orjson

from mock_server.origins import handed_over
from mock_server.state import Database, Store
from mock_server.state.groups import CupsGroup
from mock_server.state.query import Found
from mock_server.state.stage import Scenery, Stage
from mock_server.world.model import World

ALL = 1_000_000
"""More groups than there are."""

_LOADED: dict[int, tuple[World, Database]] = {}
"""Worlds that were loaded before, each with its database, by the world's identity."""


def store_of(world: World, database: Database | None = None) -> Store:
    """A world in a database; in memory, unless there is one."""
    database = database or Database()
    in_force = Stage(database).open(Scenery("default", 1, False, {}, handed_over(world)), anew=False)
    return Store(database, in_force.world_id)


def database_of(world: World) -> Database:
    """A database of a test's own that holds a world already: a copy, as loading takes a tenth of a second."""
    if id(world) not in _LOADED:
        _LOADED[id(world)] = (world, store_of(world).database)
    database = Database()
    _driver(_LOADED[id(world)][1]).backup(_driver(database))
    return database


def groups_of(store: Store, organization_id: str, *args: Any, **filters: Any) -> Found[CupsGroup]:
    """A page of groups, read from their JSON."""
    found = store.groups(organization_id, *args, **filters)
    return Found([CupsGroup(**one) for one in orjson.loads(orjson.dumps(found.items))], found.total)


def all_groups(store: Store, organization_id: str, **filters: str | None) -> list[CupsGroup]:
    """The groups of an organization, on one page."""
    return groups_of(store, organization_id, size=ALL, **filters).items


def _driver(database: Database) -> Any:
    return database.engine.raw_connection().driver_connection
