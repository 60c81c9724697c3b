"""What a session's changes of invoices do to the emissions of facilities.

Facilities stay as they were loaded. Only changed invoices are added up here, so it takes no longer in a large world.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Select, Table, func, select, union_all

from mock_server.state import tables
from mock_server.state.layers import SESSION, WORLD
from mock_server.state.reading import shortest
from mock_server.world.model import Facility


def move_emissions(facilities: Iterable[Facility], rows: Iterable[Sequence[Any]]) -> list[Facility]:
    """Facilities with what the rows of `MOVED` add to their emissions in kg CO2e; unknown ones stay unknown."""
    moved = {facility_id: (co2e, biomass) for facility_id, co2e, biomass in rows}
    return [_moved(one, *moved[one.id]) if one.id in moved else one for one in facilities]


def _moved(facility: Facility, co2e: float, biomass: float) -> Facility:
    return replace(facility, co2e=_sum(facility.co2e, co2e), co2e_biomass=_sum(facility.co2e_biomass, biomass))


def _sum(loaded: float | None, more: float) -> float | None:
    return None if loaded is None else shortest(round(loaded + more, 2))


def _counted(table: Table, sign: int) -> Select[Any]:
    """The emissions of the changed invoices that count, as a table has them."""
    invoice, changed = table.c, tables.changed_invoices.c
    return select(
        invoice.facility_id,
        (sign * func.coalesce(invoice.co2e, 0)).label("co2e"),
        (sign * func.coalesce(invoice.co2e_biomass, 0)).label("co2e_biomass"),
    ).where(changed.world_id == WORLD, changed.session == SESSION, invoice.status == "active", invoice.enabled)


_LOADED, _CHANGED = tables.invoices.c, tables.changed_invoices.c
_BEFORE = _counted(tables.invoices, -1).where(_LOADED.world_id == _CHANGED.world_id, _LOADED.id == _CHANGED.id)
_SINCE = _counted(tables.changed_invoices, 1).where(_CHANGED.present)
_BOTH = union_all(_BEFORE, _SINCE).subquery().c

MOVED = select(_BOTH.facility_id, func.sum(_BOTH.co2e), func.sum(_BOTH.co2e_biomass)).group_by(_BOTH.facility_id)
"""How far the emissions of active, enabled invoices have moved since the world was loaded, by facility."""
