"""The data that is served, as the console browses it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from mock_server.answers import Answer, answer
from mock_server.operations.invoices import invoice_json
from mock_server.scene import Scene
from mock_server.state.query import InvoiceQuery
from mock_server.world.model import Facility, Organization


def organizations(scene: Scene) -> Answer:
    """All organizations, with their keys and facilities."""
    counts = scene.store.invoices_by_facility()
    facilities = scene.store.all_facilities()
    items = [
        {**_named(organization), "api_key": organization.api_key,
         "invoice_count": sum(count for (owner, _), count in counts.items() if owner == organization.id),
         "facilities": [_facility(one, counts) for one in facilities if one.organization_id == organization.id]}
        for organization in scene.organizations
    ]  # fmt: skip
    return answer(200, {"items": items})


def groups(scene: Scene, values: Mapping[str, Any]) -> Answer:
    """One page of an organization's groups."""
    owner = values["organization_id"] or _first(scene)
    found = scene.store.groups(owner, values["facility_id"], values["search"], values["page"], values["size"])
    return _page(found.items, found.total, values)


def invoices(scene: Scene, values: Mapping[str, Any], base_url: str) -> Answer:
    """One page of an organization's invoices, the latest period first."""
    owner = values["organization_id"] or _first(scene)
    query = InvoiceQuery(
        types=_given(values["type"]),
        statuses=_given(values["status"]),
        facility_ids=_given(values["facility_id"]),
        search=values["search"] or None,
        page=values["page"],
        size=values["size"],
    )
    found = scene.store.invoices(owner, query)
    return _page([orjson.Fragment(invoice_json(one.invoice, base_url)) for one in found], found.total, values)


def _given(value: str | None) -> tuple[str, ...]:
    return () if value is None else (value,)


def _first(scene: Scene) -> str:
    return scene.organizations[0].id if scene.organizations else ""


def _named(organization: Organization) -> dict[str, Any]:
    return {"id": organization.id, "name": organization.name}


def _facility(facility: Facility, counts: Mapping[tuple[str, str | None], int]) -> dict[str, Any]:
    count = counts.get((facility.organization_id, facility.id), 0)
    return {"id": facility.id, "name": facility.name, "invoice_count": count}


def _page(items: Sequence[Any], total: int, values: Mapping[str, Any]) -> Answer:
    page, size = values["page"], values["size"]
    content = {"items": items, "total": total, "page": page, "size": size, "total_pages": -(-total // size)}
    return answer(200, content)
