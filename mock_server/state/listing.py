"""The listing of invoices: a statement for each kind of query, made once, and its total in the same row.

What most listings are filtered by is counted when a world is loaded, so that a total takes no longer in a large world.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, or_, select

from mock_server.state import layers, reading, tables
from mock_server.state.contains import contains, fold
from mock_server.state.query import SORTABLE, InvoiceQuery

LISTS = {"types": "type", "statuses": "status", "facility_ids": "facility_id", "cups": "cups"}
"""The fields of a query that hold several values, and the column of each."""

COUNTED = ("types", "statuses", "facility_ids")
"""Those of them that invoices are counted by when a world is loaded; whether emissions are known is another."""

Wanted = Iterator[ColumnElement[bool]]


@dataclass(frozen=True)
class Kind:
    """What the statement of a query depends on: which fields are given, not with which values."""

    sort: str
    lists: tuple[tuple[str, int], ...]
    """The lists that are given, each with the number of its places."""
    co2e_status: str | None
    texts: frozenset[str]
    """The names of the other fields that are given."""

    @classmethod
    def of(cls, query: InvoiceQuery) -> Kind:
        """The kind of a query. Raises ValueError for an order that there is none of."""
        sort = query.sort or "-start_date"
        if sort.removeprefix("-") not in SORTABLE:
            raise ValueError(f"expected one of {', '.join(SORTABLE)}, got {sort.removeprefix('-')!r}")
        lists = tuple((name, _places(getattr(query, name))) for name in LISTS if getattr(query, name))
        given = ("start_date", "end_date", "invoice_number", "search")
        texts = frozenset(name for name in given if getattr(query, name) is not None)
        return cls(sort, lists, query.co2e_status, texts)

    @property
    def is_counted(self) -> bool:
        """Whether the invoices were counted by all that is given."""
        return not self.texts and all(name in COUNTED for name, _ in self.lists)


def values_of(query: InvoiceQuery) -> dict[str, Any]:
    """The values of a query, as parameters of its statements."""
    values: dict[str, Any] = {"size": query.size, "offset": reading.offset(query.page, query.size)}
    for name in LISTS:
        values |= {f"{name}_{at}": value for at, value in enumerate(_filled(getattr(query, name)))}
    folded = {name: fold(getattr(query, name) or "") for name in ("invoice_number", "search")}
    return {**values, **folded, "start_date": query.start_date, "end_date": query.end_date}


def _places(given: tuple[str, ...]) -> int:
    """For how many values there is room: a power of two, so that there are few kinds of queries."""
    return 1 << (len(given) - 1).bit_length()


def _filled(given: tuple[str, ...]) -> tuple[str, ...]:
    """The values, with the last one over and over in the room that is left."""
    return given + given[-1:] * (_places(given) - len(given)) if given else ()


@lru_cache(maxsize=200)
def page(kind: Kind) -> Select[Any]:
    """A page of invoices; at the end of each row how many match, and when the session has to be looked at next."""
    column = reading.invoice[kind.sort.removeprefix("-")]
    key = (column.desc() if kind.sort.startswith("-") else column.asc()).nulls_last()
    found = select(*reading.RECORD, *_around(kind)).where(*_wanted(reading.invoice, kind))
    return found.order_by(key, reading.invoice.id).limit(bindparam("size")).offset(bindparam("offset"))


@lru_cache(maxsize=200)
def around(kind: Kind) -> Select[Any]:
    """What stands at the end of the rows of a page, for a page that has none."""
    return select(*_around(kind))


def _around(kind: Kind) -> tuple[ColumnElement[Any], ...]:
    return (_total(kind).label("matching"), layers.of_session("next_due").label("next_due"))


def _total(kind: Kind) -> ColumnElement[int]:
    if not kind.is_counted:
        matching = select(func.count()).select_from(layers.invoices)
        return matching.where(*_wanted(reading.invoice, kind)).scalar_subquery()
    loaded, changed, counts = tables.invoices.c, tables.changed_invoices.c, tables.invoice_totals.c
    of_session = and_(changed.world_id == layers.WORLD, changed.session == layers.SESSION)
    lower = select(func.coalesce(func.sum(counts.total), 0)).where(counts.world_id == layers.WORLD, *_counted(kind))
    below = exists().where(loaded.world_id == layers.WORLD, loaded.id == changed.id, *_wanted(loaded, kind))
    hidden = select(func.count()).where(of_session, below)
    upper = select(func.count()).where(of_session, changed.present, *_wanted(changed, kind))
    return lower.scalar_subquery() - hidden.scalar_subquery() + upper.scalar_subquery()


def _counted(kind: Kind) -> Wanted:
    """What is wanted, of the counts."""
    counts = tables.invoice_totals.c
    yield from _in_lists(counts, kind)
    if kind.co2e_status is not None:
        yield counts.is_calculated if kind.co2e_status == "calculated" else ~counts.is_calculated


def _wanted(invoice: Any, kind: Kind) -> Wanted:
    """What is wanted, of the columns of invoices in either layer or of both."""
    yield from _in_lists(invoice, kind)
    if kind.co2e_status is not None:
        yield invoice.co2e.is_not(None) if kind.co2e_status == "calculated" else invoice.co2e.is_(None)
    if "start_date" in kind.texts:
        yield func.substr(invoice.start_date, 1, 10) >= bindparam("start_date")
    if "end_date" in kind.texts:
        yield func.substr(invoice.end_date, 1, 10) <= bindparam("end_date")
    if "invoice_number" in kind.texts:
        yield contains(invoice.folded_number, bindparam("invoice_number"))
    if "search" in kind.texts:
        searched = (invoice.id, invoice.folded_number, invoice.folded_cups)
        yield or_(*(contains(text, bindparam("search")) for text in searched))


def _in_lists(columns: Any, kind: Kind) -> Wanted:
    yield columns.organization_id == bindparam("organization")
    for name, places in kind.lists:
        yield columns[LISTS[name]].in_([bindparam(f"{name}_{at}") for at in range(places)])
