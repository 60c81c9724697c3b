"""A correct deployment of the two operations, written from the documentation pages alone.

It shares no code with the contract's two tools, and has habits of its own where the pages leave a choice:
groups are listed by facility name, a bad parameter is refused with 400, another organization's invoice is unknown,
and an empty listing has one page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from hmac import compare_digest
from typing import Any

from faults.exchange import INVOICES_PREFIX, Answer, Request, json_answer
from faults.records import Invoice, Organization, World
from faults.world import build_world

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)
WHOLE = re.compile(r"-?[0-9]{1,18}", re.ASCII)

Group = dict[str, Any]
Counts = Callable[[Invoice], bool]


class Refused(Exception):
    """The request is refused with this answer."""

    def __init__(self, status: int, detail: str, code: str) -> None:
        super().__init__(detail)
        self.answer = json_answer(status, {"detail": detail, "code": code})


def every(_: Invoice) -> bool:
    """Counts every electricity invoice, whatever its status."""
    return True


def group_invoices(organization: Organization, counts: Counts = every) -> list[Group]:
    """The CUPS groups of an organization, by facility name and code."""
    names = {facility.id: facility.name for facility in organization.facilities}
    pairs: dict[tuple[str, str], list[Invoice]] = {}
    for invoice in organization.invoices:
        if invoice.fields["type"] == "electricity" and invoice.pair and counts(invoice):
            pairs.setdefault(invoice.pair, []).append(invoice)
    groups = [_group(cups, facility, names[facility], members) for (cups, facility), members in pairs.items()]
    return sorted(groups, key=lambda group: (group["facility_name"], group["facility_id"], group["cups"]))


def _group(cups: str, facility_id: str, facility_name: str, members: list[Invoice]) -> Group:
    return {
        "cups": cups,
        "facility_id": facility_id,
        "facility_name": facility_name,
        "invoice_count": len(members),
        "first_date": min(_days(members, "start_date")),
        "last_date": max(_days(members, "end_date")),
        "is_locked": any(invoice.is_datadis for invoice in members),
    }


def _days(members: Iterable[Invoice], field: str) -> list[str]:
    return [invoice.fields[field][:10] for invoice in members if invoice.fields[field]]


@dataclass(frozen=True)
class Listing:
    """What a request for groups asks for."""

    facility_id: str | None
    search: str
    page: int
    size: int

    @classmethod
    def read(cls, parameters: Mapping[str, str]) -> Listing:
        """The listing that a query asks for; raises Refused."""
        facility_id = parameters.get("facility_id")
        if facility_id is not None and not UUID.fullmatch(facility_id):
            raise Refused(400, "facility_id is not a UUID", "INVALID_PARAMETER")
        page, size = _whole(parameters, "page", 1), _whole(parameters, "size", 50)
        if page < 1 or not 1 <= size <= 200:
            raise Refused(400, "page starts at 1; size goes from 1 to 200", "INVALID_PARAMETER")
        return cls(facility_id and facility_id.lower(), parameters.get("search", ""), page, size)

    def matches(self, group: Group) -> bool:
        """Whether the filters let a group through."""
        in_facility = self.facility_id is None or group["facility_id"] == self.facility_id
        return in_facility and self.search.lower() in group["cups"].lower()

    def answer(self, groups: Iterable[Group]) -> dict[str, Any]:
        """The page of the matching groups."""
        matching = [group for group in groups if self.matches(group)]
        start = (self.page - 1) * self.size
        return {
            "items": matching[start : start + self.size],
            "total": len(matching),
            "page": self.page,
            "size": self.size,
            "total_pages": max(1, -(-len(matching) // self.size)),
        }


def _whole(parameters: Mapping[str, str], name: str, default: int) -> int:
    text = parameters.get(name, str(default))
    if not WHOLE.fullmatch(text):
        raise Refused(400, f"{name} is not a whole number", "INVALID_PARAMETER")
    return int(text)


@dataclass(frozen=True, eq=False)
class Deployment:
    """A correct deployment over a world; calling it answers a request."""

    world: World
    counts: Counts = every
    """Which electricity invoices stand in a group: the pages do not say."""

    def __call__(self, request: Request) -> Answer:
        try:
            return self._route(request)
        except Refused as refused:
            return refused.answer

    def _route(self, request: Request) -> Answer:
        if not request.path.startswith(INVOICES_PREFIX) or "/" in request.path.removeprefix(INVOICES_PREFIX):
            raise Refused(404, "No such path", "NOT_FOUND")
        if request.method == "OPTIONS":
            return Answer(204, (("Allow", "GET, HEAD, OPTIONS"),), b"")
        if request.method not in {"GET", "HEAD"}:
            return json_answer(
                405, {"detail": "Read only", "code": "METHOD_NOT_ALLOWED"}, (("Allow", "GET, HEAD, OPTIONS"),)
            )
        organization = self._admit(request.headers)
        if request.is_listing:
            listing = Listing.read(request.parameters)
            return json_answer(200, listing.answer(self._groups[organization.account.organization_id]))
        return json_answer(200, self._find(organization, request.invoice_id).fields)

    def _admit(self, headers: Mapping[str, str]) -> Organization:
        """The organization that the credentials open; raises Refused."""
        key = headers.get("x-api-key", "").encode("latin-1", "replace")
        owners = [own for own in self.world.organizations if compare_digest(own.account.api_key.encode(), key)]
        if not owners:
            raise Refused(401, "Missing or unknown API key", "INVALID_API_KEY")
        asked = headers.get("x-organization-id", "")
        if not UUID.fullmatch(asked):
            raise Refused(400, "x-organization-id is missing or not a UUID", "INVALID_PARAMETER")
        if owners[0].account.organization_id != asked.lower():
            raise Refused(403, "The key does not belong to this organization", "FORBIDDEN")
        return owners[0]

    def _find(self, organization: Organization, invoice_id: str) -> Invoice:
        if not UUID.fullmatch(invoice_id):
            raise Refused(400, "The invoice id is not a UUID", "INVALID_PARAMETER")
        found = self._invoices.get((organization.account.organization_id, invoice_id.lower()))
        if found is None:
            raise Refused(404, "No such invoice", "NOT_FOUND")
        return found

    @cached_property
    def known_ids(self) -> list[str]:
        """The invoices that the owner of the first organization names to others."""
        return _varied_ids(self.world.organizations[0])

    @cached_property
    def _groups(self) -> dict[str, list[Group]]:
        return {own.account.organization_id: group_invoices(own, self.counts) for own in self.world.organizations}

    @cached_property
    def _invoices(self) -> dict[tuple[str, str], Invoice]:
        return {
            (own.account.organization_id, invoice.id): invoice
            for own in self.world.organizations
            for invoice in own.invoices
        }


CORRECT = Deployment(build_world())
"""The deployment that faults and variants are edits of."""


def known_facts(deployment: Deployment = CORRECT, *, complete: bool = True) -> dict[str, Any]:
    """What the owner of a deployment knows, as plain data.

    `complete` says whether the export holds every invoice of the organization for as long as a check lasts.
    """
    main, *others = deployment.world.organizations
    groups = group_invoices(main, deployment.counts)
    return {
        "organization": {"organization_id": main.account.organization_id, "api_key": main.account.api_key},
        "invoice_ids": deployment.known_ids,
        "second_organization": _second(others[0]) if others else None,
        "locked_groups": [_pair(group) for group in groups if group["is_locked"]],
        "unlocked_groups": [_pair(group) for group in groups if not group["is_locked"]],
        "export": {
            "complete": complete,
            "invoices": [invoice.fields | {"is_datadis": invoice.is_datadis} for invoice in main.invoices],
        },
    }


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
