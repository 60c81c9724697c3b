"""Reads what the owner of a deployment knows: ``--known FILE``, in YAML or JSON."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from contract_tests.conformance import same_uuid
from contract_tests.exchange import Credentials, Secret
from contract_tests.files import FileError, read_file
from contract_tests.target import Known, OtherOrganization, parse_key

OTHER_KEY = "$DCYCLE_OTHER_API_KEY"

TEMPLATE = """\
# What you know of one organization's data. Everything is optional.
# Give it to: dcycle-contract check --known FILE

# Invoices of the organization, of different types and statuses.
invoice_ids:
  - 550e8400-e29b-41d4-a716-446655440000

# Invoices that may be deleted for good. Nothing else is ever deleted, and these only with --allow-writes.
expendable_invoice_ids: []

# A second organization: neither may see the other's data, unless visible says so.
other_organization:
  organization_id: ff4adcc7-8172-45fe-9cf1-e90a6de53aa9
  api_key_env: DCYCLE_OTHER_API_KEY
  invoice_id: 660e8400-e29b-41d4-a716-446655440001
  visible: false

# Groups known to be backed by a Datadis supply contract, or known not to be.
groups:
  - cups: ES0021000000000001XX
    facility_id: 660e8400-e29b-41d4-a716-446655440000
    is_locked: false

# An export of the organization's invoices, with the fields of Get invoice that you have.
invoices:
  complete: false  # true: these are all, so counts and dates are judged exactly
  items:
    - id: 550e8400-e29b-41d4-a716-446655440000
      type: electricity
      status: active
      enabled: true
      cups: ES0021000000000001XX
      facility_id: 660e8400-e29b-41d4-a716-446655440000
      start_date: '2024-01-01T00:00:00'
      end_date: '2024-01-31T23:59:59'
      datadis: false
"""


def read_known(path: Path, environ: Mapping[str, str] = os.environ) -> Known:
    """The facts in a file. Raises FileError with every mistake in it."""
    return _known(path, read_file(path, "known"), environ)


def _known(path: Path, raw: Mapping[str, Any], environ: Mapping[str, str]) -> Known:
    export = raw.get("invoices", {})
    invoices = tuple(export.get("items", ()))
    ids = dict.fromkeys([*raw.get("invoice_ids", ()), *(one["id"] for one in varied(invoices))])
    locked: dict[tuple[str, ...], bool] = _locks(invoices) if export.get("complete") else {}
    locked |= {(one["cups"], same_uuid(one["facility_id"])): one["is_locked"] for one in raw.get("groups", ())}
    return Known(
        invoice_ids=tuple(ids),
        other=_other(path, raw.get("other_organization"), environ),
        locked=locked,
        invoices=invoices,
        complete=bool(export.get("complete")),
        expendable=tuple(dict.fromkeys(raw.get("expendable_invoice_ids", ()))),
    )


def _other(path: Path, raw: Mapping[str, Any] | None, environ: Mapping[str, str]) -> OtherOrganization | None:
    if raw is None:
        return None
    name = raw.get("api_key_env", "")
    value = raw.get("api_key") or environ.get(name, "")
    if not value:
        raise FileError(f"{path}: other_organization.api_key_env: expected a variable that is set, got one that is not")
    try:
        key = Secret(parse_key(value), f"${name}" if name else OTHER_KEY)
    except ValueError as error:
        raise FileError(f"{path}: other_organization: the key cannot be used. {error}") from None
    return OtherOrganization(
        Credentials(raw["organization_id"], key), raw.get("invoice_id"), bool(raw.get("visible", False))
    )


def _locks(invoices: tuple[Mapping[str, Any], ...]) -> dict[tuple[str, ...], bool]:
    """Which groups are locked, where the export says of every electricity invoice whether Datadis backs it."""
    found: dict[tuple[str, ...], bool] = {}
    unsure: set[tuple[str, ...]] = set()
    for one in invoices:
        if one["type"] != "electricity" or not one.get("cups") or not one.get("facility_id"):
            continue
        key = (one["cups"], same_uuid(one["facility_id"]))
        found[key] = found.get(key, False) or bool(one.get("datadis"))
        if "datadis" not in one or (one["datadis"] and not _counts_surely(one)):
            unsure.add(key)
    return {key: value for key, value in found.items() if key not in unsure}


def _counts_surely(invoice: Mapping[str, Any]) -> bool:
    """Whether an invoice counts in its group under every reading of the pages."""
    return invoice.get("status") == "active" and invoice.get("enabled") is True


def varied(invoices: tuple[Mapping[str, Any], ...]) -> list[Mapping[str, Any]]:
    """The invoices in such an order that a few of the first are as different as possible.

    They differ by type, status, whether they are enabled, shared, and by which of their fields are null.
    """
    seen: dict[object, int] = {}
    ranked = []
    for one in invoices:
        nulls = tuple(sorted(name for name, value in one.items() if value is None))
        kinds = [
            (one["type"], one.get("status")),
            (one["type"], nulls),
            (one["type"], one.get("enabled")),
            (one["type"], one.get("percentage") == 1),
        ]
        rank = min(seen.get(kind, 0) for kind in kinds)
        for kind in kinds:
            seen[kind] = seen.get(kind, 0) + 1
        ranked.append(rank)
    order = sorted(range(len(invoices)), key=lambda place: ranked[place])
    return [invoices[place] for place in order]
