"""A world as a session sees it: what it changed, and below that what was loaded. Every query goes through here.

Each statement takes the parameters `world` and `session`.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BindParameter,
    ScalarSelect,
    Select,
    Subquery,
    Table,
    and_,
    bindparam,
    case,
    exists,
    func,
    select,
    union_all,
)

from mock_server.state import tables

WORLD: BindParameter[Any] = bindparam("world")
SESSION: BindParameter[Any] = bindparam("session")


def _layered(loaded: Table, changed: Table, keys: tuple[str, ...]) -> Subquery:
    """The rows of the upper layer that are present, and those of the lower one that it does not hide."""
    names = [column.name for column in loaded.columns if column.name != "world_id"]
    of_session = and_(changed.c.world_id == WORLD, changed.c.session == SESSION)
    same = and_(*(changed.c[key] == loaded.c[key] for key in keys))
    lower = select(*(loaded.c[name] for name in names)).where(
        loaded.c.world_id == WORLD, ~exists().where(of_session, same)
    )
    upper = select(*(changed.c[name] for name in names)).where(of_session, changed.c.present)
    return union_all(lower, upper).subquery()


invoices = _layered(tables.invoices, tables.changed_invoices, ("id",))

groups = _layered(tables.groups, tables.changed_groups, ("organization_id", "cups", "facility_id"))


def of_session(name: str) -> ScalarSelect[Any]:
    """What the row of the session has in a column; null for a session that changed nothing."""
    session = tables.sessions.c
    return select(session[name]).where(session.world_id == WORLD, session.name == SESSION).scalar_subquery()


def counted_groups() -> Select[Any]:
    """The groups that the invoices make, counted: the owner, and the fields of `CupsGroup`.

    Every electricity invoice with a code, a facility and a billing period counts (`group_invoices` says it plainly).
    """
    invoice, facility = invoices.c, tables.facilities.c
    return (
        select(
            invoice.organization_id,
            invoice.cups,
            invoice.facility_id,
            facility.name.label("facility_name"),
            func.count().label("invoice_count"),
            func.substr(func.min(invoice.start_date), 1, 10).label("first_date"),
            func.substr(func.max(invoice.end_date), 1, 10).label("last_date"),
            func.max(case((invoice.supply_contract_id.is_not(None), 1), else_=0)).label("is_locked"),
        )
        .join_from(invoices, tables.facilities, and_(facility.world_id == WORLD, facility.id == invoice.facility_id))
        .where(invoice.type == "electricity", invoice.cups != "", invoice.start_date != "", invoice.end_date != "")
        .group_by(invoice.organization_id, invoice.cups, invoice.facility_id, facility.name)
    )
