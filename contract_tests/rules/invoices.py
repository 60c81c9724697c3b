"""Judges of single invoices."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from math import inf
from typing import Any
from uuid import UUID

from contract_tests.conformance import ZONED, brief, is_date_time, is_uuid, same_uuid
from contract_tests.exchange import Exchange
from contract_tests.findings import Blocked, Broken, Finding, NotExercised
from contract_tests.listings import facilities_of
from contract_tests.rules.registry import judges
from contract_tests.survey import GET, Survey

Invoice = Mapping[str, Any]
CLOCK_SLACK = timedelta(seconds=2)
"""How far two clocks of one service may disagree on one moment."""


def _each(survey: Survey, problem: Callable[[Invoice], tuple[str, str, str] | None], rule_id: str) -> Iterator[Finding]:
    for exchange, invoice in survey.invoices():
        found = problem(invoice)
        if found:
            where, expected, got = found
            yield Finding(rule_id, where, expected, got, exchange)


@judges("invoice-id-answered")
def id_answered(survey: Survey) -> Iterator[Finding]:
    """Compares the id of every known invoice with the one asked for, also where it is asked for in capitals."""
    for exchange, invoice in survey.invoices():
        yield from _other_id(exchange, invoice)
    for exchange in survey.ask_all([survey.invoice(survey.invoice_ids()[0].upper())]) if survey.live else ():
        if exchange.answer.status == 200:
            yield from _other_id(exchange, survey.object_of(exchange))
        elif not exchange.answer.refused:
            status = str(exchange.answer.status)
            yield Finding("invoice-id-answered", "status", "the invoice, or a 4xx", status, exchange)


def _other_id(exchange: Exchange, invoice: Invoice) -> Iterator[Finding]:
    asked = exchange.request.path.rsplit("/", 1)[-1]
    if isinstance(invoice.get("id"), str) and _bare(invoice["id"]) != _bare(asked):
        yield Finding("invoice-id-answered", "id", "the id asked for", f"{invoice['id']} for {asked}", exchange)


def _bare(text: str) -> str:
    return text.replace("-", "").lower()


@judges("invoice-attributes")
def attributes(survey: Survey) -> Iterator[Finding]:
    """Compares every attribute of every known invoice with the export of the organization."""
    exported = {same_uuid(str(one.get("id"))): one for one in survey.known.invoices}
    if not exported:
        raise NotExercised("Export invoices of the organization in a --known file.")
    for exchange, invoice in survey.invoices():
        before = exported.get(same_uuid(str(invoice.get("id"))), {})
        moved = moment_of(before.get("updated_at")) != moment_of(invoice.get("updated_at"))
        for name, value in before.items():
            if moved and name not in LASTING:
                continue
            if name in invoice and not same_value(name, value, invoice[name]):
                got = f"{brief(invoice[name])}, and the export says {brief(value)}"
                yield Finding("invoice-attributes", name, "the value of the export", got, exchange)


LASTING = ("id", "type", "created_at")
"""Attributes that an update after the export leaves as they were."""


def same_value(name: str, known: Any, got: Any) -> bool:
    """Whether two values are the same, however they are written."""
    if name == "file_url" or known == got:
        return True
    if isinstance(known, str) and isinstance(got, str):
        moments = moment_of(known), moment_of(got)
        if moments[0] and moments[1]:
            return abs(moments[0] - moments[1]) < timedelta(seconds=1)
        return same_uuid(known) == same_uuid(got)
    numbers = number_of(known), number_of(got)
    if numbers[0] is None or numbers[1] is None:
        return False
    return abs(numbers[0] - numbers[1]) <= max(_rounding(numbers[0], 0), _rounding(numbers[1], 0))


@judges("invoice-complete")
def complete(survey: Survey) -> Iterator[Finding]:
    """Looks for nulls in the unit and the billing period of active invoices."""

    def problem(invoice: Invoice) -> tuple[str, str, str] | None:
        if invoice.get("status") != "active":
            return None
        empty = [name for name in ("unit_id", "start_date", "end_date") if name in invoice and invoice[name] is None]
        return (empty[0], "a value on an active invoice", "null") if empty else None

    return _each(survey, problem, "invoice-complete")


@judges("invoice-allocation")
def allocation(survey: Survey) -> Iterator[Finding]:
    """Multiplies base_quantity by percentage and compares with quantity, as far as their decimals allow."""

    def problem(invoice: Invoice) -> tuple[str, str, str] | None:
        numbers = [number_of(invoice.get(name)) for name in ("quantity", "base_quantity", "percentage")]
        if any(number is None for number in numbers):
            return None
        quantity, base, share = (number for number in numbers if number is not None)
        off = abs(quantity - base * share)
        slack = _rounding(quantity, 0) + abs(share) * _rounding(base, 0) + abs(base) * _rounding(share, 2)
        if off <= slack + abs(quantity) * Decimal("1e-9"):
            return None
        return "quantity", "base_quantity times percentage", f"{quantity}, where {base} x {share} = {base * share}"

    return _each(survey, problem, "invoice-allocation")


def number_of(value: Any) -> Decimal | None:
    """A finite number as it is written; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value in (inf, -inf):
        return None
    return Decimal(str(value))


def _rounding(number: Decimal, least: int) -> Decimal:
    """How much a number may have lost to rounding: half of its last digit, if it has at least so many decimals."""
    exponent = number.normalize().as_tuple().exponent
    decimals = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    if decimals < least:
        return Decimal(0)
    return Decimal(5).scaleb(-max(decimals, 0) - 1) if decimals < 9 else Decimal(0)


def moment_of(value: Any) -> datetime | None:
    """A moment, in UTC where it names no zone; None for anything else."""
    if not isinstance(value, str) or not is_date_time(value):
        return None
    moment = datetime.fromisoformat(value.upper())
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@judges("invoice-period")
def period(survey: Survey) -> Iterator[Finding]:
    """Compares start and end of every billing period."""

    def problem(invoice: Invoice) -> tuple[str, str, str] | None:
        start, end = moment_of(invoice.get("start_date")), moment_of(invoice.get("end_date"))
        if start and end and start > end:
            return "start_date", "not after end_date", f"{invoice['start_date']} after {invoice['end_date']}"
        return None

    return _each(survey, problem, "invoice-period")


@judges("invoice-updated-after-created")
def updated_after_created(survey: Survey) -> Iterator[Finding]:
    """Compares the times of creation and last update."""

    def problem(invoice: Invoice) -> tuple[str, str, str] | None:
        created, updated = moment_of(invoice.get("created_at")), moment_of(invoice.get("updated_at"))
        if created and updated and created - updated > CLOCK_SLACK:
            return "updated_at", "not before created_at", f"{invoice['updated_at']} before {invoice['created_at']}"
        return None

    return _each(survey, problem, "invoice-updated-after-created")


@judges("invoice-fuel")
def fuel(survey: Survey) -> Iterator[Finding]:
    """Looks for a facility fuel on electricity and water invoices."""

    def problem(invoice: Invoice) -> tuple[str, str, str] | None:
        if invoice.get("type") in ("electricity", "water") and invoice.get("facility_fuel_id") is not None:
            return "facility_fuel_id", f"null on a {invoice['type']} invoice", brief(invoice["facility_fuel_id"])
        return None

    return _each(survey, problem, "invoice-fuel")


@judges("invoice-file")
def file(survey: Survey) -> Iterator[Finding]:
    """Looks for invoices with a file_id and no file_url."""

    def problem(invoice: Invoice) -> tuple[str, str, str] | None:
        if invoice.get("file_id") is not None and "file_url" in invoice and not invoice["file_url"]:
            return "file_url", "an address, as file_id is set", brief(invoice["file_url"])
        return None

    return _each(survey, problem, "invoice-file")


@judges("invoice-timestamps-zoned")
def timestamps_zoned(survey: Survey) -> Iterator[Finding]:
    """Looks for a zone in the times of creation and update."""

    def problem(invoice: Invoice) -> tuple[str, str, str] | None:
        for name in ("created_at", "updated_at"):
            value = invoice.get(name)
            if isinstance(value, str) and is_date_time(value) and not ZONED.search(value):
                return name, "a zone, such as Z", value
        return None

    return _each(survey, problem, "invoice-timestamps-zoned")


@judges("invoice-amounts")
def amounts(survey: Survey) -> Iterator[Finding]:
    """Looks for negative quantities and emissions."""

    def problem(invoice: Invoice) -> tuple[str, str, str] | None:
        for name in ("quantity", "base_quantity", "co2e", "co2e_biomass"):
            number = number_of(invoice.get(name))
            if number is not None and number < 0:
                return name, "not negative", str(number)
        return None

    return _each(survey, problem, "invoice-amounts")


@judges("invoice-stable")
def stable(survey: Survey) -> Iterator[Finding]:
    """Asks for every known invoice again and compares all attributes, unless it was updated meanwhile."""
    known = survey.invoices()[: max(10, survey.profile.invoices // 3)]
    again = survey.ask_all([exchange.request for exchange, _ in known], fresh=True)
    for (exchange, first), fresh in zip(known, again, strict=True):
        before, after = _lasting(survey, first), _lasting(survey, survey.object_of(fresh))
        if before == after:
            continue
        third = _lasting(survey, survey.object_of(survey.ask(exchange.request, fresh=True)))
        if before.get("updated_at") != after.get("updated_at") and after == third:
            continue
        name = next(name for name in (*before, *after) if before.get(name) != after.get(name))
        got = f"{brief(before.get(name))}, then {brief(after.get(name))}"
        yield Finding("invoice-stable", name, "the same value each time", got, fresh, (exchange,))


def _lasting(survey: Survey, invoice: Invoice) -> dict[str, Any]:
    """What a repeated answer must repeat: the documented attributes, where a download address may be signed anew."""
    schema: Mapping[str, Any] = survey.spec.operation(GET).success.schema or {}
    found = {name: invoice[name] for name in schema["properties"] if name in invoice}
    if isinstance(found.get("file_url"), str):
        found["file_url"] = re.split("[?#]", found["file_url"])[0]
    return found


@judges("invoice-unknown")
def unknown(survey: Survey) -> Iterator[Finding]:
    """Asks for random ids, and for the ids of other things: the organization, a facility."""
    choices = survey.random("unknown invoice")
    ids = [str(UUID(int=choices.getrandbits(128), version=4)) for _ in range(2)]
    ids += ["00000000-0000-4000-8000-000000000000", survey.target.credentials.organization_id or ids[0]]
    with suppress(Broken, Blocked, NotExercised):
        ids += facilities_of(survey.groups.whole().values())[:1]
    known = {same_uuid(one) for one in survey.known.invoice_ids}
    return _refused(survey, "invoice-unknown", [one for one in ids if same_uuid(one) not in known])


@judges("invoice-malformed")
def malformed(survey: Survey) -> Iterator[Finding]:
    """Asks for ids that are no UUID: words, numbers, a UUID cut short or with a letter beyond f."""
    whole = survey.known.invoice_ids[0] if survey.known.invoice_ids else "550e8400-e29b-41d4-a716-446655440000"
    ids = ["not-a-uuid", "123", whole[:-1], whole[:-1] + "g", whole + "0", "INV-2024-001"]
    ids += [one.value for one in survey.generated(GET) if one.parameter == "invoice_id" and one.invalid]
    return _refused(survey, "invoice-malformed", [one for one in dict.fromkeys(ids) if not is_uuid(one)])


def _refused(survey: Survey, rule_id: str, ids: list[str]) -> Iterator[Finding]:
    for exchange in survey.ask_some([survey.invoice(one) for one in ids]):
        if not exchange.answer.refused:
            yield Finding(rule_id, "status", "a 4xx", str(exchange.answer.status), exchange)
