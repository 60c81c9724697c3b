"""The data that is served, as the console browses it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import orjson

from mock_server.answers import Answer, answer
from mock_server.operations import invoice_json
from mock_server.scene import Scene
from mock_server.world.model import Invoice, Organization

T = TypeVar("T")


def organizations(scene: Scene) -> Answer:
    """All organizations, with their keys and facilities."""
    by_owner = Counter(record.organization_id for record in scene.world.invoices)
    by_facility = Counter(record.invoice.facility_id for record in scene.world.invoices)
    items = [
        {**_named(organization), "api_key": organization.api_key, "invoice_count": by_owner[organization.id],
         "facilities": _facilities(scene, organization, by_facility)}
        for organization in scene.world.organizations
    ]  # fmt: skip
    return answer(200, {"items": items})


def groups(scene: Scene, values: Mapping[str, Any]) -> Answer:
    """One page of an organization's groups."""
    owner = values["organization_id"] or _first(scene)
    found = scene.store.groups(owner, values["facility_id"], values["search"])
    return _page(found, values)


def invoices(scene: Scene, values: Mapping[str, Any], base_url: str) -> Answer:
    """One page of an organization's invoices, the latest period first."""
    owner = values["organization_id"] or _first(scene)
    wanted = {name: values[name] for name in ("facility_id", "type", "status") if values[name] is not None}
    search = (values["search"] or "").lower()
    found = [
        record.invoice
        for record in scene.store.records(owner)
        if all(getattr(record.invoice, name) == value for name, value in wanted.items())
        and (not search or search in _searched(record.invoice))
    ]
    found.sort(key=lambda invoice: (invoice.start_date or "", invoice.id), reverse=True)
    return _page(found, values, lambda invoice: orjson.Fragment(invoice_json(invoice, base_url)))


def _first(scene: Scene) -> str:
    return scene.world.organizations[0].id if scene.world.organizations else ""


def _named(organization: Organization) -> dict[str, Any]:
    return {"id": organization.id, "name": organization.name}


def _facilities(scene: Scene, organization: Organization, counts: Counter[str | None]) -> list[dict[str, Any]]:
    return [
        {"id": facility.id, "name": facility.name, "invoice_count": counts[facility.id]}
        for facility in scene.world.facilities
        if facility.organization_id == organization.id
    ]


def _searched(invoice: Invoice) -> str:
    return " ".join(filter(None, (invoice.id, invoice.invoice_id, invoice.cups))).lower()


def _page(found: Sequence[T], values: Mapping[str, Any], shown: Callable[[T], Any] = lambda one: one) -> Answer:
    page, size = values["page"], values["size"]
    start = (page - 1) * size
    content = {
        "items": [shown(one) for one in found[start : start + size]],
        "total": len(found),
        "page": page,
        "size": size,
        "total_pages": -(-len(found) // size),
    }
    return answer(200, content)
