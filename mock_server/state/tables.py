"""The tables. Those of what a world is made of have a column for each field of its dataclass.

A world lies in two layers. The lower one is the world as it was loaded and is only read. The upper one has, for each
session, the invoices that it changed or deleted and the groups that changed with them.
"""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any, get_args, get_type_hints

from sqlalchemy import JSON, BigInteger, Boolean, Column, Double, Index, Integer, MetaData, Table, Text
from sqlalchemy.types import TypeEngine

from mock_server.world.model import Facility, Invoice, Organization

FORMAT = 1
"""The version of all this. A database of another one is refused."""

TEXT = Text().with_variant(Text(collation="C"), "postgresql")
"""Ordered by the number of each character, on every database."""

TYPES: Mapping[Any, TypeEngine[Any]] = {str: TEXT, float: Double(), bool: Boolean(), int: Integer(), tuple: JSON()}

KEPT = ("organization_id", "supply_contract_id", "source")
"""What a record has beside its invoice."""

metadata = MetaData()


def _columns(kind: type[Any]) -> Iterator[Column[Any]]:
    """A column for each field of a dataclass."""
    hints = get_type_hints(kind)
    for field in fields(kind):
        yield _column(field.name, hints[field.name])


def _column(name: str, hint: Any) -> Column[Any]:
    choices = get_args(hint) if isinstance(hint, types.UnionType) else (hint,)
    kind = next(choice for choice in choices if choice is not type(None))
    return Column(name, TYPES[getattr(kind, "__origin__", kind)], nullable=type(None) in choices)


def _world() -> Column[Any]:
    return Column("world_id", Integer, primary_key=True, autoincrement=False)


def _session() -> Column[Any]:
    return Column("session", TEXT, primary_key=True)


def _invoice_columns() -> Iterator[Column[Any]]:
    yield Column("position", Integer, nullable=False)
    yield from (column for column in _columns(Invoice) if column.name != "id")
    yield Column("organization_id", TEXT, nullable=False)
    yield from (Column(name, TEXT) for name in KEPT[1:])
    yield Column("folded_number", TEXT)
    yield Column("folded_cups", TEXT)
    yield Column("file_path", TEXT)


def _group_columns() -> Iterator[Column[Any]]:
    yield from (Column(name, TEXT, primary_key=True) for name in ("organization_id", "cups", "facility_id"))
    yield Column("invoice_count", Integer, nullable=False)
    yield Column("folded_cups", TEXT, nullable=False)
    yield Column("shown", TEXT, nullable=False)  # the whole group as JSON: most groups are read to be shown


worlds = Table(
    "mock_worlds",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("fingerprint", TEXT, nullable=False, unique=True),
    Column("description", TEXT, nullable=False),
    Column("chosen_at", Double, nullable=False),
    Column("invoices", Integer, nullable=False),
)
"""What was loaded. Who changes anything in a world locks its row here first."""

organizations = Table(
    "mock_organizations", metadata, _world(), Column("position", Integer, primary_key=True), *_columns(Organization)
)

facilities = Table(
    "mock_facilities",
    metadata,
    _world(),
    Column("id", TEXT, primary_key=True),
    Column("position", Integer, nullable=False),
    *(column for column in _columns(Facility) if column.name != "id"),
    Column("folded_name", TEXT, nullable=False),
)

invoices = Table(
    "mock_invoices",
    metadata,
    _world(),
    Column("id", TEXT, primary_key=True),
    *_invoice_columns(),
    Index("mock_invoices_in_order", "world_id", "organization_id", "position"),
    Index("mock_invoices_by_code", "world_id", "organization_id", "cups", "facility_id"),
    Index("mock_invoices_by_facility", "world_id", "organization_id", "facility_id", "type"),
    Index("mock_invoices_by_number", "world_id", "organization_id", "invoice_id"),
    Index("mock_invoices_by_file", "world_id", "file_path"),
)
"""The invoices as they were loaded."""

OWNER = (invoices.c.world_id, invoices.c.organization_id)

# The order of a listing that names none, of all invoices and of those that most listings ask for.
for name, columns in {
    "mock_invoices_latest_first": OWNER,
    "mock_invoices_of_facility_latest_first": (*OWNER, invoices.c.facility_id),
    "mock_invoices_of_code_latest_first": (*OWNER, invoices.c.cups),
}.items():
    Index(name, *columns, invoices.c.start_date.desc(), invoices.c.id).ddl_if("sqlite")
    latest = invoices.c.start_date.desc().nulls_last()
    Index(f"{name}_nulls_last", *columns, latest, invoices.c.id).ddl_if("postgresql")

changed_invoices = Table(
    "mock_changed_invoices",
    metadata,
    _world(),
    _session(),
    Column("id", TEXT, primary_key=True),
    *_invoice_columns(),
    Column("present", Boolean, nullable=False),
    Index("mock_changed_invoices_by_code", "world_id", "session", "organization_id", "cups", "facility_id"),
)
"""The invoices that a session changed, in full; one that is not present was deleted."""

groups = Table("mock_groups", metadata, _world(), *_group_columns())
"""The groups as they were loaded."""

LISTED = (groups.c.invoice_count.desc(), groups.c.cups, groups.c.facility_id)

Index("mock_groups_in_order", groups.c.world_id, groups.c.organization_id, *LISTED)
Index(
    "mock_groups_of_facility_in_order",
    groups.c.world_id,
    groups.c.organization_id,
    groups.c.facility_id,
    *LISTED[:2],
)

changed_groups = Table(
    "mock_changed_groups",
    metadata,
    _world(),
    _session(),
    *_group_columns(),
    Column("present", Boolean, nullable=False),
    Column("hides", Boolean, nullable=False),
)
"""The groups that a session changed, in full; one that is not present has no invoices any more."""

group_totals = Table(
    "mock_group_totals",
    metadata,
    _world(),
    *(Column(name, TEXT, primary_key=True) for name in ("organization_id", "facility_id")),
    Column("total", Integer, nullable=False),
)
"""How many groups each facility had when the world was loaded."""

invoice_totals = Table(
    "mock_invoice_totals",
    metadata,
    Column("world_id", Integer, nullable=False),
    Column("organization_id", TEXT, nullable=False),
    Column("facility_id", TEXT),
    Column("type", TEXT, nullable=False),
    Column("status", TEXT, nullable=False),
    Column("is_calculated", Boolean, nullable=False),
    Column("total", Integer, nullable=False),
    Index("mock_invoice_totals_of_owner", "world_id", "organization_id"),
)
"""How many invoices there were of each kind when the world was loaded, and whether their emissions were known."""

sessions = Table(
    "mock_sessions",
    metadata,
    _world(),
    Column("name", TEXT, primary_key=True),
    Column("used_at", Double, nullable=False),
    Column("next_due", Double),
)
"""The sessions that changed something; the one without a name is that of requests that name none."""

scene = Table(
    "mock_scene",
    metadata,
    Column("format", Integer, primary_key=True, autoincrement=False),
    Column("revision", BigInteger, nullable=False),
    Column("era", BigInteger, nullable=False),
    Column("started_as", TEXT, nullable=False),
    Column("first_world_id", Integer, nullable=False),
    Column("world_id", Integer, nullable=False),
    Column("scenario", TEXT, nullable=False),
    Column("seed", TEXT, nullable=False),
    Column("strict", Boolean, nullable=False),
    Column("faults", JSON, nullable=False),
)
"""One row: what is in force for every process that serves from the database, and how it was started."""

jobs = Table(
    "mock_jobs",
    metadata,
    _world(),
    _session(),
    Column("id", TEXT, primary_key=True),
    Column("category", TEXT, nullable=False),
    Column("invoice_ids", JSON, nullable=False),
    Column("due", Double, nullable=False),
    Column("done_at", TEXT, nullable=False),
)
"""The recalculations that are still to come."""

OF_A_WORLD = (
    organizations, facilities, invoices, changed_invoices, groups, changed_groups, group_totals, invoice_totals,
    sessions, jobs,
)  # fmt: skip
"""The tables whose rows go with their world."""
