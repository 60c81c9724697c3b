"""What is read of a world, as statements, and how their rows become what the store gives back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, bindparam, case, func, select

from mock_server.state import layers, tables
from mock_server.state.contains import contains, fold
from mock_server.state.query import FacilityQuery, FilterOptions
from mock_server.world.model import Facility, Invoice, InvoiceRecord, Organization

INVOICE = tuple(field.name for field in fields(Invoice))
NUMBERS = tuple(INVOICE.index(field.name) for field in fields(Invoice) if "float" in str(field.type))
ENABLED = INVOICE.index("enabled")
FACILITY = tuple(field.name for field in fields(Facility))
LISTS = ("categories", "cups_list")
"""The fields of a facility that are lists."""

FURTHEST = 2**62
"""The furthest row that a page is looked for at: databases count in 64 bits."""

invoice, group = layers.invoices.c, layers.groups.c

RECORD = (*(invoice[name] for name in INVOICE), *(invoice[name] for name in tables.KEPT))

INVOICE_OF_ID = select(*RECORD, layers.of_session("next_due")).where(invoice.id == bindparam("id"))

_OWNED = select(invoice.id).where(invoice.organization_id == bindparam("organization"))
SOME_INVOICE = _OWNED.order_by(invoice.position).limit(1)
OWNED_TYPES = _OWNED.add_columns(invoice.type).where(invoice.id.in_(bindparam("ids", expanding=True)))
INVOICE_OF_NUMBER = SOME_INVOICE.where(invoice.invoice_id == bindparam("number"))
INVOICE_OF_FILE = select(*RECORD).where(invoice.file_path == bindparam("path")).order_by(invoice.position).limit(1)

ALL_INVOICES = select(*RECORD).order_by(invoice.position)
INVOICES_OF = ALL_INVOICES.where(invoice.organization_id == bindparam("organization"))

NEXT_DUE = select(layers.of_session("next_due"))


PORTION = 500
"""Ids in one statement, at most: databases bound the number of parameters."""


def portions(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    """Ids in as many statements as they need."""
    return (ids[start : start + PORTION] for start in range(0, len(ids), PORTION))


def to_record(row: Sequence[Any]) -> InvoiceRecord:
    """An invoice of a row that begins with `RECORD`."""
    values = list(row)
    for at in NUMBERS:
        values[at] = shortest(values[at])
    values[ENABLED] = bool(values[ENABLED])
    return InvoiceRecord(Invoice(*values[: len(INVOICE)]), *values[len(INVOICE) : len(RECORD)])


def shortest(number: float | None) -> float | None:
    """A number as it is written with the fewest characters: without a point if it is whole."""
    return int(number) if number is not None and number == int(number) else number


def offset(page: int, size: int) -> int:
    """How many rows come before a page."""
    return min((page - 1) * size, FURTHEST)


@cache
def groups_page(facility: bool, search: bool) -> Select[Any]:
    """A page of groups: the JSON of each, how many match, and what they are ordered by.

    SQLite follows the index of each layer only where all that it orders by is asked for; else it sorts every group.
    """
    order = (group.invoice_count, group.cups, group.facility_id)
    matching = select(group.shown, groups_total(facility, search), *order).where(*_wanted_groups(facility, search))
    listed = matching.order_by(order[0].desc(), *order[1:])
    return listed.limit(bindparam("size")).offset(bindparam("offset"))


@cache
def all_groups(facility: bool, search: bool) -> Select[Any]:
    """How many groups match, on their own."""
    return select(groups_total(facility, search))


@cache
def groups_total(facility: bool, search: bool) -> ScalarSelect[Any]:
    """How many groups match."""
    if search:
        counted = select(func.count()).select_from(layers.groups)
        return counted.where(*_wanted_groups(facility, search)).scalar_subquery()
    loaded, changed = tables.group_totals.c, tables.changed_groups.c
    added = case((changed.present, 1), else_=0) - case((changed.hides, 1), else_=0)
    lower = select(func.coalesce(func.sum(loaded.total), 0)).where(
        loaded.world_id == layers.WORLD, *_of_owner(loaded, facility)
    )
    upper = select(func.coalesce(func.sum(added), 0)).where(
        changed.world_id == layers.WORLD, changed.session == layers.SESSION, *_of_owner(changed, facility)
    )
    return (lower.scalar_subquery() + upper.scalar_subquery()).self_group()  # type: ignore[return-value]


def _wanted_groups(facility: bool, search: bool) -> list[ColumnElement[bool]]:
    found = contains(group.folded_cups, bindparam("search"))
    return [*_of_owner(group, facility), *([found] if search else [])]


def _of_owner(columns: Any, facility: bool) -> list[ColumnElement[bool]]:
    wanted = [columns.organization_id == bindparam("organization")]
    return [*wanted, columns.facility_id == bindparam("facility")] if facility else wanted


facility = tables.facilities.c

_FACILITIES = select(*(facility[name] for name in FACILITY)).where(facility.world_id == layers.WORLD)
FACILITIES = _FACILITIES.order_by(facility.position)
FACILITY_OF_ID = _FACILITIES.where(facility.id == bindparam("id"))


def facilities_page(organization_id: str, query: FacilityQuery) -> tuple[Select[Any], Select[int]]:
    """The page of facilities that a query wants, and how many there are on all pages."""
    wanted = (facility.world_id == layers.WORLD, *_wanted_facilities(organization_id, query))
    page = FACILITIES.where(*wanted).limit(query.size).offset(offset(query.page, query.size))
    return page, select(func.count()).select_from(tables.facilities).where(*wanted)


def _wanted_facilities(organization_id: str, query: FacilityQuery) -> Iterator[ColumnElement[bool]]:
    yield facility.organization_id == organization_id
    if query.country is not None:
        yield facility.country == query.country
    if query.type is not None:
        yield facility.type == query.type
    if query.statuses:
        yield facility.status.in_(query.statuses)
    if query.name is not None:
        yield contains(facility.folded_name, fold(query.name))


def to_facility(row: Sequence[Any]) -> Facility:
    """A facility of a row with its columns."""
    values = dict(zip(FACILITY, row, strict=True))
    lists = {name: tuple(values[name]) for name in LISTS if values[name] is not None}
    numbers = {name: shortest(values[name]) for name in ("co2e", "co2e_biomass", "logistic_factor")}
    return Facility(**{**values, **numbers, **lists})


FINGERPRINT = select(tables.worlds.c.fingerprint).where(tables.worlds.c.id == layers.WORLD)

COUNTS = select(
    select(func.count()).where(tables.organizations.c.world_id == layers.WORLD).scalar_subquery(),
    select(func.count()).where(tables.facilities.c.world_id == layers.WORLD).scalar_subquery(),
    select(tables.worlds.c.invoices).where(tables.worlds.c.id == layers.WORLD).scalar_subquery()
    - select(func.count())
    .where(
        tables.changed_invoices.c.world_id == layers.WORLD,
        tables.changed_invoices.c.session == layers.SESSION,
        ~tables.changed_invoices.c.present,
    )
    .scalar_subquery(),
)
"""How many organizations, facilities and invoices there are: those that were loaded, without those deleted since."""

INVOICES_BY_FACILITY = select(invoice.organization_id, invoice.facility_id, func.count()).group_by(
    invoice.organization_id, invoice.facility_id
)

organization = tables.organizations.c

ORGANIZATIONS = (
    select(*(organization[field.name] for field in fields(Organization)))
    .where(organization.world_id == layers.WORLD)
    .order_by(organization.position)
)

_OPTIONS = ("cups", "supplier_id", "uploaded_by", "source", "facility_fuel_id", "supply_contract_id")

OPTIONS = (
    select(*(invoice[name] for name in _OPTIONS))
    .where(
        invoice.organization_id == bindparam("organization"),
        invoice.facility_id == bindparam("facility"),
        invoice.type == bindparam("type"),
    )
    .distinct()
)
"""The distinct combinations of what the invoices of a facility and a type can be told apart by."""


def to_options(rows: Iterable[Sequence[Any]]) -> FilterOptions:
    """What the rows of `OPTIONS` have, column by column."""
    found = list(rows)
    cups, suppliers, uploaders, _, fuels, _ = ([row[at] for row in found] for at in range(len(_OPTIONS)))
    contracts = sorted((row[5], row[0] or "") for row in found if row[5])
    return FilterOptions(
        cups=_distinct(cups),
        supplier_ids=_distinct(suppliers),
        uploader_ids=_distinct(uploaders),
        sources=_distinct(row[3] or "manual" for row in found),
        facility_fuel_ids=_distinct(fuels),
        supply_contracts=tuple(dict(contracts).items()),
    )


def _distinct(values: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(sorted({value for value in values if value}))
