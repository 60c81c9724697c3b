"""What the mock says once it is ready: a few lines for a person, or one line of JSON for a program."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from api_spec import VERSION
from mock_server.scene import Scene
from mock_server.state import Store
from mock_server.state.query import FacilityQuery
from mock_server.world.model import Facility, Invoice, Organization


def human_banner(url: str, scene: Scene) -> str:
    """At most eight lines, with a curl that works as printed."""
    first, *others = scene.organizations
    _, facilities, invoices = scene.store.counts()
    organizations = f"{1 + len(others)} organizations (--json names them all)" if others else "1 organization"
    scenario = "" if scene.scenario.name == "default" else f"; scenario {scene.scenario.name}"
    return "\n".join(
        (
            f"dcycle-mock {VERSION} is ready at {url}. Stop it with Ctrl-C.",
            f"  {invoices} invoices at {facilities} facilities of {organizations}{scenario}",
            f"  x-organization-id: {first.id} ({first.name})",
            f"  x-api-key:         {first.api_key}",
            f'  curl "{url}/v1/invoices/cups{_filter(first, scene.store)}" \\',
            f'    -H "x-organization-id: {first.id}" -H "x-api-key: {first.api_key}"',
            f"  Console: {url}/_mock/   Docs: {url}/docs/   Contract: {url}/openapi.yaml",
        )
    )


def _filter(organization: Organization, store: Store) -> str:
    """A filter by the organization's first facility, if it has one."""
    for facility in store.facilities(organization.id, FacilityQuery(size=1)):
        return f"?facility_id={facility.id}"
    return ""


def json_banner(url: str, scene: Scene) -> str:
    """One line: address, version, scenario, and each organization's key and ids."""
    facilities = scene.store.all_facilities()
    organizations = [_entry(organization, scene.store, facilities) for organization in scene.organizations]
    ready = {"url": url, "version": VERSION, "scenario": scene.scenario.name, "organizations": organizations}
    return json.dumps(ready)


def _entry(organization: Organization, store: Store, facilities: Iterable[Facility]) -> dict[str, Any]:
    return {
        "organization_id": organization.id,
        "api_key": organization.api_key,
        "invoice_ids": varied(record.invoice for record in store.records(organization.id)),
        "facility_ids": [one.id for one in facilities if one.organization_id == organization.id],
    }


def varied(invoices: Iterable[Invoice]) -> list[str]:
    """The ids of a few invoices that differ in type, in status, in being enabled or shared, and in what is null."""
    seen: set[tuple[str, Any]] = set()
    chosen = []
    for invoice in invoices:
        traits = _traits(invoice)
        if not traits <= seen:
            seen |= traits
            chosen.append(invoice.id)
    return chosen


def _traits(invoice: Invoice) -> set[tuple[str, Any]]:
    nullable = ("start_date", "invoice_id", "facility_id", "facility_fuel_id", "supplier_id", "co2e", "cups", "file_id",
                "custom_emission_factor_id", "uploaded_by")  # fmt: skip
    return {
        ("type", invoice.type),
        ("status", invoice.status),
        ("enabled", invoice.enabled),
        ("shared", invoice.percentage < 1),
        *((name, getattr(invoice, name) is None) for name in nullable),
    }
