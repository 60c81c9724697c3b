"""A correct deployment of the contract's operations, written from the documentation pages alone.

It shares no code with the contract's two tools, and has habits of its own where the pages leave a choice:
groups are listed by facility name, a bad parameter is refused with 400, another organization's invoice is unknown,
an empty listing has one page, no sources to merge are merged, and a recalculation takes longer than any test.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from hmac import compare_digest
from threading import Lock
from typing import Any

from faults.exchange import Answer, Request, json_answer
from faults.listings import find_facility, list_facilities, list_groups, list_invoices, list_options
from faults.operations import methods_at
from faults.records import Organization, World
from faults.refusal import UUID, Refused, invalid
from faults.tenant import DEFAULT, Group, Habits, Tenant, group_invoices
from faults.world import build_world
from faults.writes import consolidate, delete, find_invoice, recalculate, update

Operation = Callable[[Tenant, Request], Answer]
Reading = Callable[[Tenant, Request], dict[str, Any]]


def _reading(read: Reading) -> Operation:
    return lambda tenant, request: json_answer(200, read(tenant, request))


OPERATIONS: Mapping[str, Operation] = {
    "listInvoices": _reading(list_invoices),
    "listCupsGroups": _reading(list_groups),
    "consolidateCups": consolidate,
    "getInvoiceFilterOptions": _reading(list_options),
    "recalculateInvoices": recalculate,
    "getInvoice": _reading(lambda tenant, request: find_invoice(tenant, request.last_segment).fields),
    "updateInvoice": update,
    "deleteInvoice": delete,
    "listFacilities": _reading(list_facilities),
    "getFacility": _reading(lambda tenant, request: find_facility(tenant, request.last_segment).fields),
}


@dataclass(frozen=True, eq=False)
class Deployment:
    """A correct deployment over a world, before it is served."""

    world: World
    habits: Habits = DEFAULT

    def open(self) -> Service:
        """Serve it: what is written is remembered there, and nowhere else."""
        return Service(
            Tenant(own, self.groups[own.account.organization_id], self.habits, self._foreign_facilities(own))
            for own in self.world.organizations
        )

    def _foreign_facilities(self, own: Organization) -> frozenset[str]:
        others = [other for other in self.world.organizations if other is not own]
        return frozenset(facility.id for other in others for facility in other.facilities)

    @cached_property
    def known_ids(self) -> list[str]:
        """The invoices that the owner of the first organization names to others."""
        return _varied_ids(self.world.organizations[0])

    @cached_property
    def groups(self) -> dict[str, list[Group]]:
        """The groups of each organization, before anything is written."""
        return {
            own.account.organization_id: group_invoices(own.facilities, own.invoices, self.habits.counts)
            for own in self.world.organizations
        }


class Service:
    """A deployment while it is served; calling it answers a request."""

    def __init__(self, tenants: Iterable[Tenant]) -> None:
        """Take the organizations."""
        self._tenants = tuple(tenants)
        self._lock = Lock()
        self._answers = 0

    def __call__(self, request: Request) -> Answer:
        with self._lock:
            for tenant in self._tenants:
                tenant.habits.happens(tenant, self._answers)
            self._answers += 1
            try:
                return self._route(request)
            except Refused as refused:
                return refused.answer

    def _route(self, request: Request) -> Answer:
        methods = methods_at(request.path)
        allowed = ", ".join((*methods, *(["HEAD"] if "GET" in methods else []), "OPTIONS"))
        if not methods:
            raise Refused(404, "No such path", "NOT_FOUND")
        if request.method == "OPTIONS":
            return Answer(204, (("Allow", allowed),), b"")
        if not request.operation:
            return json_answer(405, {"detail": "No such method", "code": "METHOD_NOT_ALLOWED"}, (("Allow", allowed),))
        return OPERATIONS[request.operation](self._admit(request.headers), request)

    def _admit(self, headers: Mapping[str, str]) -> Tenant:
        """The organization that the credentials open; raises Refused."""
        key = headers.get("x-api-key", "").encode("latin-1", "replace")
        owners = [own for own in self._tenants if compare_digest(own.account.api_key.encode(), key)]
        if not owners:
            raise Refused(401, "Missing or unknown API key", "INVALID_API_KEY")
        asked = headers.get("x-organization-id", "")
        if not UUID.fullmatch(asked):
            raise invalid("x-organization-id is missing or not a UUID")
        if owners[0].account.organization_id != asked.lower():
            raise Refused(403, "The key does not belong to this organization", "FORBIDDEN")
        return owners[0]


CORRECT = Deployment(build_world())
"""The deployment that faults and variants are edits of."""


def known_facts(deployment: Deployment = CORRECT, *, complete: bool = True) -> dict[str, Any]:
    """What the owner of a deployment knows before anything is written, as plain data.

    `complete` says whether the export holds every invoice of the organization for as long as a check lasts.
    """
    main, *others = deployment.world.organizations
    groups = deployment.groups[main.account.organization_id]
    return {
        "organization": {"organization_id": main.account.organization_id, "api_key": main.account.api_key},
        "invoice_ids": deployment.known_ids,
        "expendable_invoice_ids": _expendable_ids(deployment),
        "second_organization": _second(others[0]) if others else None,
        "locked_groups": [_pair(group) for group in groups if group["is_locked"]],
        "unlocked_groups": [_pair(group) for group in groups if not group["is_locked"]],
        "export": {
            "complete": complete,
            "invoices": [invoice.fields | {"is_datadis": invoice.is_datadis} for invoice in main.invoices],
        },
    }


def _expendable_ids(deployment: Deployment) -> list[str]:
    """Invoices that may be deleted: some of groups that have others, and one of each other type."""
    main = deployment.world.organizations[0]
    shared = {
        (group["cups"], group["facility_id"])
        for group in deployment.groups[main.account.organization_id]
        if group["invoice_count"] > 2 and not group["is_locked"]
    }
    spare = [invoice for invoice in main.invoices if invoice.id not in deployment.known_ids]
    grouped = {invoice.pair: invoice.id for invoice in spare if invoice.pair in shared}
    others = {invoice.fields["type"]: invoice.id for invoice in spare if invoice.fields["type"] != "electricity"}
    return [*list(grouped.values())[-3:], *others.values()]


def _pair(group: Group) -> dict[str, str]:
    return {"cups": group["cups"], "facility_id": group["facility_id"]}


def _second(other: Organization) -> dict[str, Any]:
    return {
        "organization_id": other.account.organization_id,
        "api_key": other.account.api_key,
        "invoice_id": other.invoices[0].id,
        "visible_to_first_key": False,
    }


def _varied_ids(organization: Organization) -> list[str]:
    """About thirty invoices that differ in what they are, not in when."""
    kinds: dict[object, str] = {}
    for invoice in organization.invoices:
        fields = invoice.fields
        nulls = sum(value is None for value in fields.values())
        traits = (
            ("status", fields["type"], fields["status"]),
            ("enabled", fields["enabled"]),
            ("shared", fields["percentage"] in {0.35, 0.3333} and fields["percentage"]),
            ("datadis", invoice.is_datadis),
            ("bare", nulls > 10),
            ("coded", fields["type"], fields["type"] != "electricity" and invoice.pair),
        )
        for trait in traits:
            kinds.setdefault(trait, invoice.id)
    return list(dict.fromkeys(kinds.values()))
