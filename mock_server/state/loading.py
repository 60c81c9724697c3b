"""Puts a world into the lower layer of the database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, fields
from operator import attrgetter
from typing import Any

import orjson
from sqlalchemy import Connection, Table, func, insert, select

from mock_server.state import layers, tables
from mock_server.state.contains import fold
from mock_server.state.groups import CupsGroup
from mock_server.world.documented import VENDOR_STORAGE
from mock_server.world.model import Invoice, InvoiceRecord, World

_FIELDS = attrgetter(*(field.name for field in fields(Invoice) if field.name != "id"))
_KEPT = attrgetter(*tables.KEPT)


def load_world(connection: Connection, world_id: int, world: World) -> None:
    """Write a world into the lower layer, and count its groups."""
    _insert_few(connection, tables.organizations, world_id, [asdict(one) for one in world.organizations])
    named = [{**asdict(one), "folded_name": fold(one.name)} for one in world.facilities]
    _insert_few(connection, tables.facilities, world_id, named)
    records = ((world_id, *invoice_row(position, one)) for position, one in enumerate(world.invoices))
    _insert_many(connection, tables.invoices, records)
    counted = connection.execute(layers.counted_groups(), {"world": world_id, "session": ""})
    _insert_many(connection, tables.groups, ((world_id, *group_row(row)) for row in counted))
    group, invoice = tables.groups.c, tables.invoices.c
    _count(connection, tables.group_totals, world_id, group.organization_id, group.facility_id)
    kinds = (invoice.organization_id, invoice.facility_id, invoice.type, invoice.status)
    _count(connection, tables.invoice_totals, world_id, *kinds, invoice.co2e.is_not(None))


def _count(connection: Connection, totals: Table, world_id: int, *by: Any) -> None:
    """Count the rows of a table of the lower layer by some of its columns."""
    counted = by[0].table
    found = select(counted.c.world_id, *by, func.count()).where(counted.c.world_id == world_id)
    grouped = found.group_by(counted.c.world_id, *by)
    connection.execute(insert(totals).from_select([column.name for column in totals.c], grouped))


def invoice_row(position: int, record: InvoiceRecord) -> tuple[Any, ...]:
    """The columns of an invoice in either layer, beginning with its id."""
    invoice = record.invoice
    folded = (text and fold(text) for text in (invoice.invoice_id, invoice.cups))
    path = invoice.file_url and invoice.file_url.removeprefix(VENDOR_STORAGE)
    return (invoice.id, position, *_FIELDS(invoice), *_KEPT(record), *folded, path)


def group_row(counted: Any) -> tuple[Any, ...]:
    """The columns of a group in either layer, of a row of `layers.counted_groups`."""
    seen = (counted.invoice_count, counted.first_date, counted.last_date, bool(counted.is_locked))
    shown = orjson.dumps(CupsGroup(counted.cups, counted.facility_id, counted.facility_name, *seen)).decode()
    keys = (counted.organization_id, counted.cups, counted.facility_id)
    return (*keys, counted.invoice_count, fold(counted.cups), shown)


def _insert_few(connection: Connection, table: Table, world_id: int, rows: list[dict[str, Any]]) -> None:
    if rows:
        placed = [{"world_id": world_id, "position": position, **row} for position, row in enumerate(rows)]
        connection.execute(insert(table), placed)


def _insert_many(connection: Connection, table: Table, rows: Iterator[tuple[Any, ...]]) -> None:
    """Insert rows the driver's way, which takes a fraction of SQLAlchemy's."""
    names = ", ".join(column.name for column in table.columns)
    if connection.dialect.name == "postgresql":
        _copy(connection, f"COPY {table.name} ({names}) FROM STDIN", rows)
        return
    marks = ", ".join("?" * len(table.columns))
    driver: Any = connection.connection.cursor()
    driver.executemany(f"INSERT INTO {table.name} ({names}) VALUES ({marks})", rows)  # noqa: S608 - our own names


def _copy(connection: Connection, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
    driver: Any = connection.connection.cursor()
    with driver.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
