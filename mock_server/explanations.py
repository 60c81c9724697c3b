"""Explains refusals whose vendor's body has no room for it: what was wrong, and the nearest right thing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from api_spec import Operation, Spec
from mock_server.environ import header
from mock_server.routing import find_sibling
from mock_server.state import Store
from mock_server.state.query import FacilityQuery
from mock_server.world.model import Organization


def explain_key(operation: Operation, environ: Mapping[str, str], organizations: Iterable[Organization]) -> str:
    """Why the credentials of a request are none of this mock's. The key itself is not repeated."""
    name = operation.security[0].name
    given = header(environ, name)
    keys = "The keys are on the page /_mock/."
    if not given:
        return keys
    for organization in organizations:
        key = organization.api_key
        if given.lower() == key.lower():
            return f"{name} is the key of {organization.id}, but for the case of its letters."
        if key in given or (given in key and len(given) > len(key) / 2):
            return f"{name} holds the key of {organization.id}, but not exactly: no more and no fewer characters."
    return f"{name} is no key of this mock. {keys} A change of the seed changes them."


def explain_organization(organization_id: str, owner: str, organizations: Iterable[Organization]) -> str:
    """Why an organization is not that of the key."""
    known = any(organization.id == organization_id for organization in organizations)
    about = "is another organization" if known else "is no organization of this mock"
    return f"{organization_id} {about}. The key belongs to {owner}: send that as x-organization-id."


def explain_foreign_invoice(owner: str) -> str:
    """Why another organization's invoice is refused."""
    return f"The invoice belongs to {owner}: send that as x-organization-id, with its key from the page /_mock/."


def explain_unknown_invoice(organization_id: str, store: Store) -> str:
    """Why there is no such invoice, and one that there is."""
    some = store.some_invoice(organization_id)
    return "No organization has an invoice with this id." + (f" One that you have: {some}." if some else "")


def explain_number(text: str, organization_id: str | None, store: Store) -> str:
    """Whose id to ask for in place of the number that a utility printed; empty when the text is no number."""
    found = store.invoice_by_number(text, organization_id)
    return f"{text} is the number of the invoice with the id {found}: ask for the id." if found else ""


def explain_path(path: str, spec: Spec) -> str:
    """The path that was meant by one whose end was taken for a parameter; empty when it is like none."""
    found = find_sibling(path, spec.operations)
    return f"Did you mean {found}?" if found else ""


def explain_facility(facility_id: str, organization_id: str, store: Store) -> str:
    """Why a filter by facility finds nothing; empty when the facility is the organization's."""
    facility = store.facility(facility_id)
    if facility is None:
        return "No organization has a facility with this id, so nothing is found."
    if facility.organization_id == organization_id:
        return ""
    return f"The facility belongs to the organization {facility.organization_id}, so nothing is found."


def explain_foreign_facility(owner: str) -> str:
    """Why another organization's facility is refused."""
    return f"The facility belongs to {owner}: send that as x-organization-id, with its key from the page /_mock/."


def explain_unknown_facility(organization_id: str, store: Store) -> str:
    """Why there is no such facility, and one that there is."""
    some = store.facilities(organization_id, FacilityQuery(size=1)).items
    return "No organization has a facility with this id." + "".join(f" One that you have: {one.id}." for one in some)


def explain_source(facility_id: str, store: Store) -> str:
    """Whose the facility of a group is that cannot be merged."""
    facility = store.facility(facility_id)
    owner = f"belongs to {facility.organization_id}" if facility else "is nobody's"
    return f"The facility {facility_id} {owner}. Nothing was changed."


def explain_lock(cups: str, facility_id: str) -> str:
    """Which group cannot be merged, and how to see that beforehand."""
    return f"{cups} at the facility {facility_id} is_locked in the listing of groups. Nothing was changed."


def explain_nothing_merged(sources: Sequence[object]) -> str:
    """Why a merger found nothing to rewrite."""
    if not sources:
        return "sources is empty, so there is nothing to rewrite."
    return "Nothing to rewrite: no electricity invoice has one of these codes, to the letter, at its facility."


def explain_no_change(changeable: Iterable[str]) -> str:
    """Why an update left everything as it was, the time of the last update too."""
    return f"The body names nothing that can be changed: {', '.join(changeable)}."


def explain_dropped(dropped: int, asked: int) -> str:
    """How many invoices were left out in silence; empty when none was."""
    return f"{dropped} of {asked} invoices are not the organization's, so they are left out." if dropped else ""


def explain_mixture(types: Mapping[str, int]) -> str:
    """Which types do not go together, and what does."""
    counted = ", ".join(f"{count} {kind}" for kind, count in types.items())
    return f"The invoices are {counted}. Ask for one type at a time, or for the category energy alone."


def explain_types(types: Iterable[str]) -> str:
    """Which types have a calculation."""
    return f"These can be: {', '.join(types)}."


def explain_categories(type: str, categories: Iterable[str]) -> str:
    """Which categories fit a type."""
    return f"Those that fit {type}: {', '.join(categories)}."
