"""Facilities: listed, and got."""

from __future__ import annotations

from typing import Any

from mock_server import refusals
from mock_server.answers import Answer, answer
from mock_server.explanations import explain_foreign_facility, explain_unknown_facility
from mock_server.operations.call import Call, page_of
from mock_server.state.query import FacilityQuery
from mock_server.world.model import Facility

FIELDS = tuple(name for name in Facility.__slots__ if name != "organization_id")
"""What is answered of a facility, in its order (page "Get facility")."""


def list_facilities(call: Call) -> Answer:
    """One page of the organization's facilities (page "List facilities")."""
    given = call.parameters
    query = FacilityQuery(
        name=given.get("name"),
        country=given.get("country"),
        type=given.get("type"),
        statuses=call.values("status[]"),
        page=given["page"],
        size=given["size"],
    )
    found = call.store.facilities(call.organization_id, query)
    return answer(200, page_of(call, [_plain(one) for one in found.items], found.total))


def get_facility(call: Call) -> Answer:
    """One facility of the organization (page "Get facility")."""
    found = find_facility(call, call.parameters["facility_id"])
    return found if isinstance(found, Answer) else answer(200, _plain(found))


def find_facility(call: Call, facility_id: str) -> Facility | Answer:
    """The organization's facility of an id, or the refusal."""
    facility = call.store.facility(facility_id)
    if facility is None:
        return refusals.unknown_facility(facility_id, explain_unknown_facility(call.organization_id, call.store))
    if facility.organization_id != call.organization_id:
        return refusals.foreign_facility(explain_foreign_facility(facility.organization_id))
    return facility


def _plain(facility: Facility) -> dict[str, Any]:
    return {name: getattr(facility, name) for name in FIELDS}
