"""What has to hold within one invoice, as the rules of the contract say. A mock breaks them only when told to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from api_spec.document import Pointer
from mock_server.data.mistake import Mistake, describe
from mock_server.world.bill import allocate
from mock_server.world.model import Invoice

WITHOUT_FUEL = ("electricity", "water")
"""The types that nothing is burnt for."""


def find_incoherence(invoice: Invoice, given: Mapping[str, Any], pointer: Pointer) -> Iterator[Mistake]:
    """What contradicts itself in an invoice that was made of what a person gave."""
    yield from _period(invoice, pointer)
    yield from find_untimely_update(invoice.created_at, invoice.updated_at, pointer)
    yield from _quantity(invoice, given, pointer)
    yield from _fuel(invoice, pointer)
    yield from _file(invoice, pointer)
    yield from _complete(invoice, given, pointer)


def _period(invoice: Invoice, pointer: Pointer) -> Iterator[Mistake]:
    start, end = invoice.start_date, invoice.end_date
    if start and end and datetime.fromisoformat(start) > datetime.fromisoformat(end):
        yield Mistake((*pointer, "end_date"), f"an end at or after the start, {start}", describe(end))


def find_untimely_update(created: str | None, updated: str | None, pointer: Pointer) -> Iterator[Mistake]:
    """An update before the creation, of an invoice or a facility."""
    if created and updated and created != updated and datetime.fromisoformat(created) > datetime.fromisoformat(updated):
        expected = f"an update at or after the creation, {created}"
        yield Mistake((*pointer, "updated_at"), expected, describe(updated))


def _quantity(invoice: Invoice, given: Mapping[str, Any], pointer: Pointer) -> Iterator[Mistake]:
    quantity, base, share = invoice.quantity, invoice.base_quantity, invoice.percentage
    usual = allocate(base, share)
    if quantity == usual or _rounded(Decimal(str(quantity)), Decimal(str(base)), Decimal(str(share))):
        return
    expected = f"base_quantity times percentage, which is {usual}"
    advice = "Leave quantity out to have it calculated." if "base_quantity" in given else "Give base_quantity instead."
    yield Mistake((*pointer, "quantity"), expected, describe(quantity), advice)


def _rounded(quantity: Decimal, base: Decimal, share: Decimal) -> bool:
    """Whether a quantity can be a share of a base, when each of the three may have lost half of its last digit."""
    slack = _half_digit(quantity) + share * _half_digit(base)
    if _decimals(share) >= 2:  # 0.33 may stand for a third, 0.5 is a half
        slack += base * _half_digit(share)
    return abs(quantity - base * share) <= slack


def _half_digit(number: Decimal) -> Decimal:
    return Decimal(5).scaleb(-_decimals(number) - 1)


def _decimals(number: Decimal) -> int:
    exponent = number.normalize().as_tuple().exponent
    return max(0, -int(exponent))


def _fuel(invoice: Invoice, pointer: Pointer) -> Iterator[Mistake]:
    if invoice.facility_fuel_id and invoice.type in WITHOUT_FUEL:
        expected = f"no fuel on an invoice for {invoice.type}"
        yield Mistake((*pointer, "facility_fuel_id"), expected, describe(invoice.facility_fuel_id), "Remove it.")


def _file(invoice: Invoice, pointer: Pointer) -> Iterator[Mistake]:
    if bool(invoice.file_id) != bool(invoice.file_url):
        missing, present = ("file_url", "file_id") if invoice.file_id else ("file_id", "file_url")
        expected = f"a value, as there is a {present}"
        yield Mistake((*pointer, missing), expected, "null", f"Remove {missing} to have it made, or both.")


def _complete(invoice: Invoice, given: Mapping[str, Any], pointer: Pointer) -> Iterator[Mistake]:
    if invoice.status != "active":
        return
    for name in ("unit_id", "start_date", "end_date"):
        if getattr(invoice, name) is None and (name in given or name == "unit_id"):
            advice = "Give one, or another status."
            yield Mistake((*pointer, name), "a value, as the invoice is active", "null", advice)
