"""What is changed in a world: rows of the upper layer, and the groups that they touch.

Every function here is part of a transaction that has locked the world.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, exists, insert, select

from mock_server.state import layers, reading, tables
from mock_server.state.change import Consolidation, ForeignFacility, LockedByDatadis, NoSuchInvoice
from mock_server.state.loading import group_row, invoice_row
from mock_server.world.bill import emissions
from mock_server.world.catalogue import SUPPLIES
from mock_server.world.model import InvoiceRecord

Where = Mapping[str, Any]
"""The world and the session, as parameters of every statement."""

Pair = tuple[str, str, str]
"""What groups are told apart by: organization, CUPS code and facility."""

Placed = tuple[int, InvoiceRecord]
"""An invoice and its position in the world."""

_PLACED = select(*reading.RECORD, reading.invoice.position)
_OF_IDS = _PLACED.where(reading.invoice.id.in_(bindparam("ids", expanding=True)))
_OF_PAIR = _PLACED.where(
    reading.invoice.organization_id == bindparam("organization"),
    reading.invoice.cups == bindparam("cups"),
    reading.invoice.facility_id == bindparam("facility"),
    reading.invoice.type == "electricity",
).order_by(reading.invoice.position)


def update_invoice(
    connection: Connection, where: Where, invoice_id: str, changes: Mapping[str, str | None], now: str
) -> InvoiceRecord:
    """Change fields of an invoice; the invoice as it is then. Raises NoSuchInvoice."""
    position, old = _find(connection, where, invoice_id)
    updated = later(old.invoice.updated_at, now)
    changed: dict[str, Any] = {**changes, "updated_at": updated}
    new = replace(old, invoice=replace(old.invoice, **changed))
    _put(connection, where, [(position, new)])
    _recount(connection, where, [old, new])
    return new


def delete_invoice(connection: Connection, where: Where, invoice_id: str) -> None:
    """Take an invoice out of the world. Raises NoSuchInvoice."""
    position, old = _find(connection, where, invoice_id)
    _put(connection, where, [(position, old)], present=False)
    _recount(connection, where, [old])


def consolidate(
    connection: Connection,
    where: Where,
    organization_id: str,
    sources: Sequence[tuple[str, str]],
    target_cups: str,
    now: str,
) -> Consolidation:
    """Give the invoices of all sources one code. Raises ForeignFacility and LockedByDatadis."""
    distinct = list(dict.fromkeys(sources))
    _refuse_foreign(connection, where, organization_id, [facility_id for _, facility_id in distinct])
    members = {pair: _members(connection, where, organization_id, *pair) for pair in distinct}
    for pair, placed in members.items():
        if any(record.supply_contract_id for _, record in placed):
            raise LockedByDatadis(*pair)
    old = [placed for pair, found in members.items() if pair[0] != target_cups for placed in found]
    new = [(position, _renamed(record, target_cups, now)) for position, record in old]
    _put(connection, where, new)
    _recount(connection, where, [record for _, record in (*old, *new)])
    affected = dict.fromkeys(str(record.invoice.facility_id) for _, record in new)
    return Consolidation(len(new), tuple(affected))


def owned(connection: Connection, where: Where, organization_id: str, invoice_ids: Sequence[str]) -> list[str]:
    """Those of some ids that are of an organization's invoices, each once."""
    records = (record for _, record in _of_ids(connection, where, invoice_ids))
    return [record.invoice.id for record in records if record.organization_id == organization_id]


def recalculate(connection: Connection, where: Where, invoice_ids: Iterable[str], now: str) -> None:
    """Calculate the emissions of invoices anew; those that are no longer there are passed over."""
    found = _of_ids(connection, where, invoice_ids)
    _put(connection, where, [(position, _recalculated(record, now)) for position, record in found])


def later(old: str, now: str) -> str:
    """When something was updated: now, but at least a second after it was before; UTC, to the second."""
    moment, before = moment_of(now).replace(microsecond=0), moment_of(old)
    if moment <= before:
        try:
            moment = before.replace(microsecond=0) + timedelta(seconds=1 + bool(before.microsecond))
        except OverflowError:  # the calendar of Python ends here, and so does time
            moment = before
    return written(moment)


def written(moment: datetime) -> str:
    """A moment in UTC, to the second."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def moment_of(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _find(connection: Connection, where: Where, invoice_id: str) -> Placed:
    for placed in _of_ids(connection, where, [invoice_id]):
        return placed
    raise NoSuchInvoice(invoice_id)


def _of_ids(connection: Connection, where: Where, invoice_ids: Iterable[str]) -> list[Placed]:
    """The invoices of some ids, each once, in the order of the ids."""
    wanted = list(dict.fromkeys(invoice_ids))
    found = {
        placed[1].invoice.id: placed
        for some in reading.portions(wanted)
        for placed in _records(connection, where, _OF_IDS, ids=some)
    }
    return [found[one] for one in wanted if one in found]


def _members(connection: Connection, where: Where, organization_id: str, cups: str, facility_id: str) -> list[Placed]:
    values = {"organization": organization_id, "cups": cups, "facility": facility_id}
    return _records(connection, where, _OF_PAIR, **values)


def _records(connection: Connection, where: Where, statement: Any, **values: Any) -> list[Placed]:
    found = connection.execute(statement, {**where, **values})
    return [(row.position, reading.to_record(row)) for row in found]


def _refuse_foreign(connection: Connection, where: Where, organization_id: str, facility_ids: Iterable[str]) -> None:
    facility = tables.facilities.c
    owned = select(facility.id).where(facility.world_id == where["world"], facility.organization_id == organization_id)
    known = set(connection.scalars(owned))
    for facility_id in facility_ids:
        if facility_id not in known:
            raise ForeignFacility(facility_id)


def _renamed(record: InvoiceRecord, cups: str, now: str) -> InvoiceRecord:
    updated = later(record.invoice.updated_at, now)
    return replace(record, invoice=replace(record.invoice, cups=cups, updated_at=updated))


def _recalculated(record: InvoiceRecord, now: str) -> InvoiceRecord:
    """An invoice with the emissions that follow from its quantity.

    An organization's own factor is not on record. What it gave once stays, as neither has changed since.
    """
    invoice, supply = record.invoice, SUPPLIES.get(record.invoice.type)
    updated = later(invoice.updated_at, now)
    own_factor = invoice.custom_emission_factor_id is not None and invoice.co2e is not None
    if supply is None or own_factor:
        return replace(record, invoice=replace(invoice, updated_at=updated))
    co2e, biomass = emissions(supply, invoice.status, invoice.quantity)
    return replace(record, invoice=replace(invoice, co2e=co2e, co2e_biomass=biomass, updated_at=updated))


def _put(connection: Connection, where: Where, placed: Sequence[Placed], *, present: bool = True) -> None:
    """Write invoices into the upper layer, in the place of what it has of them."""
    if not placed:
        return
    table = tables.changed_invoices
    names = [column.name for column in table.columns]
    head = (where["world"], where["session"])
    rows = [dict(zip(names, (*head, *invoice_row(*one), present), strict=True)) for one in placed]
    _clear(connection, table, where, [{"id": row["id"]} for row in rows])
    connection.execute(insert(table), rows)


def _recount(connection: Connection, where: Where, records: Iterable[InvoiceRecord]) -> None:
    """Count the groups anew that some invoices are or were in."""
    pairs = dict.fromkeys(pair for record in records if (pair := _pair(record)))
    if not pairs:
        return
    keys = [dict(zip(_KEYS, pair, strict=True)) for pair in pairs]
    _clear(connection, tables.changed_groups, where, keys)
    connection.execute(insert(tables.changed_groups), [_group(connection, where, key) for key in keys])


_KEYS = ("organization_id", "cups", "facility_id")

_COUNTED = layers.counted_groups().where(*(layers.invoices.c[key] == bindparam(f"the_{key}") for key in _KEYS))


def _pair(record: InvoiceRecord) -> Pair | None:
    invoice = record.invoice
    if invoice.type != "electricity" or not invoice.cups or not invoice.facility_id:
        return None
    return record.organization_id, invoice.cups, invoice.facility_id


def _group(connection: Connection, where: Where, key: Mapping[str, str]) -> dict[str, Any]:
    """The row of a group in the upper layer."""
    loaded = tables.groups.c
    below = exists().where(loaded.world_id == where["world"], *(loaded[name] == key[name] for name in key))
    hides = bool(connection.scalar(select(below)))
    counted = connection.execute(_COUNTED, {**where, **{f"the_{name}": value for name, value in key.items()}}).first()
    nothing = (*key.values(), 0, "", "")
    row = nothing if counted is None else group_row(counted)
    names = [column.name for column in tables.changed_groups.columns]
    values = (where["world"], where["session"], *row, counted is not None, hides)
    return dict(zip(names, values, strict=True))


def _clear(connection: Connection, table: Any, where: Where, keys: Sequence[Mapping[str, str]]) -> None:
    """Take rows of the upper layer away."""
    matching = [table.c[name] == bindparam(f"the_{name}") for name in keys[0]]
    of_session = (table.c.world_id == where["world"], table.c.session == where["session"])
    given = [{f"the_{name}": value for name, value in key.items()} for key in keys]
    connection.execute(delete(table).where(*of_session, *matching), given)
