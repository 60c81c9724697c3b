"""What stands for the fields of an invoice that a person left out. Told to users by `mock_server.data.schema`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from mock_server.data.schema import INVOICE_FIELDS, LARGEST
from mock_server.world.bill import allocate, emissions
from mock_server.world.catalogue import SUPPLIES
from mock_server.world.model import Invoice
from mock_server.world.period import MONTHS, Period, month
from mock_server.world.stream import Stream

NOTHING: dict[str, Any] = dict.fromkeys(INVOICE_FIELDS)

IDS = ("unit_id", "facility_fuel_id", "supplier_id", "custom_emission_factor_id", "file_id", "uploaded_by")
"""The fields with ids of things that a data file says nothing else about."""

ENTRY = 5 * 24 * 3600 + 37800
"""How many seconds after its period's last day began an invoice is created."""

LAST_DAY = date.max - timedelta(days=31)
"""The last day after which an invoice can be created; Python's calendar ends soon after."""


def complete(given: Mapping[str, Any], id: str, facility_id: str | None, position: int) -> Invoice:
    """The invoice of what a person gave, which has the form of a data file.

    `position` is its place among the invoices of its organization, counted from 0.
    """
    supply, status = SUPPLIES.get(given["type"]), given.get("status", "active")
    amounts = _amounts(given)
    start, end = _period(given, status, position)
    co2e, biomass = emissions(supply, status, amounts["quantity"]) if supply else (None, None)
    created = given.get("created_at") or given.get("updated_at") or _entry(start, end)
    usual = {
        "status": status,
        "unit_id": supply.unit_id if supply else None,
        "co2e": co2e,
        "co2e_biomass": biomass,
        "enabled": True,
        "created_at": created,
        "updated_at": created,
        **_file(given),
    }
    lowered = {name: given[name].lower() for name in IDS if given.get(name)}
    fixed = {"id": id, "facility_id": facility_id, "start_date": start, "end_date": end, **amounts, **lowered}
    return Invoice(**{name: value for name, value in {**NOTHING, **usual, **given, **fixed}.items() if name in NOTHING})


def usual_source(invoice: Invoice, supply_contract_id: str | None) -> str:
    """Where an invoice of which nobody says it came from."""
    if supply_contract_id:
        return "datadis"
    return "pdf" if invoice.file_id else "manual"


def _amounts(given: Mapping[str, Any]) -> dict[str, float]:
    share = given.get("percentage", 1.0)
    base = given["base_quantity"] if "base_quantity" in given else _whole(given["quantity"], share)
    quantity = given["quantity"] if "quantity" in given else allocate(base, share)
    return {"percentage": share, "base_quantity": base, "quantity": quantity}


def _whole(quantity: float, share: float) -> float:
    """What a share was taken of."""
    return min(round(quantity / share, 2), LARGEST) if share not in (0, 1) else quantity


def _period(given: Mapping[str, Any], status: str, position: int) -> tuple[str | None, str | None]:
    start, end = given.get("start_date"), given.get("end_date")
    if start is None and end is None and status == "active" and not {"start_date", "end_date"} & given.keys():
        period = month(position % MONTHS)
        return period.start_text, period.end_text
    if start is None and end is not None and "start_date" not in given:
        start = f"{end[:8]}01"
    if end is None and start is not None and "end_date" not in given:
        end = _month_of(date.fromisoformat(start[:10])).last.isoformat()
    return _with_time(start, "00:00:00"), _with_time(end, "23:59:59")


def _month_of(day: date) -> Period:
    length = 31 if day.month == 12 else (day.replace(month=day.month + 1, day=1) - day.replace(day=1)).days
    return Period(day.replace(day=1), day.replace(day=length))


def _with_time(moment: str | None, time: str) -> str | None:
    return f"{moment}T{time}" if moment and len(moment) == len("2024-01-31") else moment


def _entry(start: str | None, end: str | None) -> str:
    """When an invoice was created: after its period, or after the first month of the mock's calendar."""
    last = end or start
    day = min(date.fromisoformat(last[:10]), LAST_DAY) if last else month(0).last
    return Period(day, day).later(ENTRY)


def _file(given: Mapping[str, Any]) -> dict[str, str]:
    """The file that follows from the half of it that was given."""
    if given.get("file_id") and "file_url" not in given:
        return {"file_url": f"/invoices/{given['file_id'].lower()}.pdf"}
    if given.get("file_url") and "file_id" not in given:
        return {"file_id": Stream("data", "file", given["file_url"]).uuid()}
    return {}
