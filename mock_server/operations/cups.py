"""CUPS groups: listed, and merged."""

from __future__ import annotations

from mock_server import refusals
from mock_server.answers import Answer, answer
from mock_server.explanations import explain_facility, explain_lock, explain_nothing_merged, explain_source
from mock_server.operations.call import Call, now, page_of
from mock_server.state.change import ForeignFacility, LockedByDatadis


def list_cups_groups(call: Call) -> Answer:
    """One page of the organization's CUPS groups (page "List CUPS groups")."""
    page, size, facility_id = (call.parameters[name] for name in ("page", "size", "facility_id"))
    found = call.store.groups(call.organization_id, facility_id, call.parameters["search"], page, size)
    explained = not found.total and facility_id is not None
    hint = explain_facility(facility_id, call.organization_id, call.store) if explained else ""
    return answer(200, page_of(call, found.items, found.total, "total_pages"), hint)


def consolidate_cups(call: Call) -> Answer:
    """Give the invoices of some groups one code, all or none (page "Consolidate CUPS")."""
    sources = [(source["cups"], source["facility_id"]) for source in call.body["sources"]]
    try:
        done = call.store.consolidate(call.organization_id, sources, call.body["target_cups"], now())
    except ForeignFacility as refused:
        return refusals.foreign_source(explain_source(refused.facility_id, call.store))
    except LockedByDatadis as refused:
        return refusals.locked_source(refused.cups, explain_lock(refused.cups, refused.facility_id))
    hint = "" if done.updated_count else explain_nothing_merged(sources)
    return answer(200, done, hint)
