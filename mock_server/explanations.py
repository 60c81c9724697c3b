"""Explains refusals whose vendor's body has no room for it: what was wrong, and the nearest right thing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from api_spec import Operation, Spec
from mock_server.environ import header
from mock_server.routing import find_sibling
from mock_server.state import Store
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
