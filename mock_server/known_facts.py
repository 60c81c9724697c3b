"""What the owner of this deployment knows of its data, as the file that a verifier is told it in."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import orjson

from mock_server.banner import varied
from mock_server.state import Store
from mock_server.world.documented import documented_facilities
from mock_server.world.model import Invoice, InvoiceRecord, Organization

MOST_EXPENDABLE = 5
"""How many invoices a check is told that it may delete."""

FIELDS = tuple(field.name for field in fields(Invoice))


def write_known_facts(path: Path, store: Store) -> None:
    """Write the known facts of the first organization, keys included. Raises OSError.

    The text is JSON, even under a name that promises YAML: JSON is YAML too, and is written in no time.
    """
    path.write_bytes(orjson.dumps(known_facts(store), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))


def known_facts(store: Store) -> dict[str, Any]:
    """The known facts of the first organization: some ids, its neighbour, and an export of all its invoices."""
    first, *others = store.organizations
    owned = store.records(first.id)
    named = varied(record.invoice for record in owned)
    facts: dict[str, Any] = {"invoice_ids": named, "expendable_invoice_ids": _expendable(owned, named)}
    if others:
        facts["other_organization"] = _neighbour(store, others[0])
    return {**facts, "invoices": {"complete": True, "items": [_export(record) for record in owned]}}


def _expendable(owned: Sequence[InvoiceRecord], named: Collection[str]) -> list[str]:
    """The ids of a few plain invoices that a check may delete: whole bills, none of them named or documented."""
    shown = {facility.id for facility in documented_facilities()}
    found = [
        record.invoice.id
        for record in owned
        if record.invoice.type == "electricity"
        and record.invoice.status == "active"
        and record.invoice.percentage == 1
        and record.supply_contract_id is None
        and record.invoice.facility_id not in shown
        and record.invoice.id not in named
    ]
    return found[-MOST_EXPENDABLE:]


def _neighbour(store: Store, organization: Organization) -> dict[str, Any]:
    """Another organization; the first one's key opens nothing of it."""
    facts = {"organization_id": organization.id, "api_key": organization.api_key, "visible": False}
    some = store.some_invoice(organization.id)
    return {**facts, "invoice_id": some} if some else facts


def _export(record: InvoiceRecord) -> dict[str, Any]:
    """An invoice as the API answers it, and whether a Datadis supply contract is behind it.

    The address of a document that the mock serves is left out: it begins with whatever name the mock is called by.
    """
    answered = {name: getattr(record.invoice, name) for name in FIELDS}
    if (record.invoice.file_url or "").startswith("/"):
        del answered["file_url"]
    return {**answered, "datadis": record.supply_contract_id is not None}
