"""What the invoices of a facility can be filtered by: ids, with the names that people know them by."""

from __future__ import annotations

from collections.abc import Iterable

from mock_server.answers import Answer, answer
from mock_server.operations.call import Call
from mock_server.operations.facilities import find_facility
from mock_server.world.directory import find_fuel, find_supplier, find_user


def get_invoice_filter_options(call: Call) -> Answer:
    """The values on the invoices of one facility and type (page "Filter options")."""
    facility = find_facility(call, call.parameters["facility_id"])
    if isinstance(facility, Answer):
        return facility
    found = call.store.filter_options(call.organization_id, facility.id, call.parameters["type"])
    fuels = [find_fuel(fuel_id) for fuel_id in found.facility_fuel_ids]
    content = {
        "cups": found.cups,
        "suppliers": _by_name((one, find_supplier(one)) for one in found.supplier_ids),
        "uploaded_by": [find_user(one) for one in found.uploader_ids],
        "sources": found.sources,
        "stationary_fuels": _by_name((fuel.stationary_id, fuel.stationary_name) for fuel in fuels),
        "facility_fuels": _by_name((fuel.id, fuel.name) for fuel in fuels),
        "supply_contracts": [{"id": one, "name": cups} for one, cups in found.supply_contracts],
    }
    return answer(200, content)


def _by_name(named: Iterable[tuple[str, str | None]]) -> list[dict[str, str | None]]:
    """Options in the order of their names, each once."""
    listed = sorted(dict(named).items(), key=lambda one: (one[1] or "", one[0]))
    return [{"id": one, "name": name} for one, name in listed]
