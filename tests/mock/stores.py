"""Stores over worlds of a test's own."""

from __future__ import annotations

from mock_server.origins import handed_over
from mock_server.state import Database, Store
from mock_server.state.groups import CupsGroup
from mock_server.state.stage import Scenery, Stage
from mock_server.world.model import World

ALL = 1_000_000
"""More groups than there are."""


def store_of(world: World, database: Database | None = None) -> Store:
    """A world in a database; in memory, unless there is one."""
    database = database or Database()
    in_force = Stage(database).open(Scenery("default", 1, False, {}, handed_over(world)), anew=False)
    return Store(database, in_force.world_id)


def all_groups(store: Store, organization_id: str, **filters: str | None) -> list[CupsGroup]:
    """The groups of an organization, on one page."""
    return store.groups(organization_id, size=ALL, **filters).items  # type: ignore[arg-type]
