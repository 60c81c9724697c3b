"""What the mock says once it is ready: a few lines for a person, or one line of JSON for a program."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from api_spec import VERSION
from mock_server.scene import Scene
from mock_server.world.model import Invoice, Organization, World


def human_banner(url: str, scene: Scene) -> str:
    """At most eight lines, with a curl that works as printed."""
    world = scene.world
    first, *others = world.organizations
    organizations = f"{1 + len(others)} organizations (--json names them all)" if others else "1 organization"
    scenario = "" if scene.scenario.name == "default" else f"; scenario {scene.scenario.name}"
    return "\n".join(
        (
            f"dcycle-mock {VERSION} is ready at {url}. Stop it with Ctrl-C.",
            f"  {len(world.invoices)} invoices at {len(world.facilities)} facilities of {organizations}{scenario}",
            f"  x-organization-id: {first.id} ({first.name})",
            f"  x-api-key:         {first.api_key}",
            f'  curl "{url}/v1/invoices/cups{_filter(first, world)}" \\',
            f'    -H "x-organization-id: {first.id}" -H "x-api-key: {first.api_key}"',
            f"  Console: {url}/_mock/   Docs: {url}/docs/   Contract: {url}/openapi.yaml",
        )
    )


def _filter(organization: Organization, world: World) -> str:
    """A filter by the organization's first facility, if it has one."""
    for facility in world.facilities:
        if facility.organization_id == organization.id:
            return f"?facility_id={facility.id}"
    return ""


def json_banner(url: str, scene: Scene) -> str:
    """One line: address, version, scenario, and each organization's key and ids."""
    organizations = [_entry(organization, scene.world) for organization in scene.world.organizations]
    ready = {"url": url, "version": VERSION, "scenario": scene.scenario.name, "organizations": organizations}
    return json.dumps(ready)


def _entry(organization: Organization, world: World) -> dict[str, Any]:
    owned = (record.invoice for record in world.invoices if record.organization_id == organization.id)
    facilities = (facility for facility in world.facilities if facility.organization_id == organization.id)
    return {
        "organization_id": organization.id,
        "api_key": organization.api_key,
        "invoice_ids": varied(owned),
        "facility_ids": [facility.id for facility in facilities],
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
