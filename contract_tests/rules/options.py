"""Judges of the options by which invoices can be filtered."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import product
from typing import Any

from contract_tests.conformance import brief, same_uuid
from contract_tests.exchange import Exchange
from contract_tests.findings import Finding, NotExercised
from contract_tests.listings import Filters, Item, loose
from contract_tests.rules.answers import schema_findings
from contract_tests.rules.registry import judges
from contract_tests.survey import OPTIONS, UNSEEN, Survey

OCCASIONS = 12
"""Pairs of facility and type that options are asked for, at most."""
FEWEST = 4
"""How many of them are those with the fewest invoices."""
UNSURE = "Nothing lists invoices with a facility and a type, which options could be compared with."


@judges("options-schema", last=True)
def schema(survey: Survey) -> Iterator[Finding]:
    """Compares every answer with options of the run with its schema, types as strictly as JSON writes them."""
    if survey.live:
        survey.ask_all(survey.probes(OPTIONS))
    return schema_findings(survey, OPTIONS, "options-schema")


@judges("options-cups")
def cups(survey: Survey) -> Iterator[Finding]:
    """Compares the codes with those of the invoices of that facility and type: none twice, strange or left out."""

    def told(options: Mapping[str, Any]) -> list[str]:
        return [one for one in _list(options, "cups") if isinstance(one, str)]

    return _compared(survey, "options-cups", "cups", told, loose)


@judges("options-suppliers")
def suppliers(survey: Survey) -> Iterator[Finding]:
    """Compares the ids of suppliers with those of the invoices of that facility and type, likewise."""

    def told(options: Mapping[str, Any]) -> list[str]:
        entries = [one for one in _list(options, "suppliers") if isinstance(one, dict)]
        return [one["id"] for one in entries if isinstance(one.get("id"), str)]

    return _compared(survey, "options-suppliers", "suppliers", told, same_uuid)


def _list(options: Mapping[str, Any], name: str) -> Sequence[Any]:
    value = options.get(name)
    return value if isinstance(value, list) else []


def _compared(
    survey: Survey,
    rule_id: str,
    name: str,
    told: Callable[[Mapping[str, Any]], list[str]],
    plain: Callable[[str], str],
) -> Iterator[Finding]:
    """What options tell, against the invoices of some facilities and types."""
    field = "cups" if name == "cups" else "supplier_id"
    occasions = _occasions(survey)
    telling = False
    for facility_id, kind in occasions:
        for fresh in (False, True) if survey.live else (False,):
            problems: list[Finding] = []
            invoices = _invoices(survey, facility_id, kind, fresh=fresh)
            if invoices is None:
                break
            exchange = survey.ask(survey.options(facility_id=facility_id, type=kind), fresh=fresh)
            found = told(survey.object_of(exchange))
            telling = telling or any(item.get(field) for item in invoices)
            problems = list(_problems(survey, rule_id, name, (field, plain), found, invoices, exchange))
            if not problems:
                break
        yield from problems
    if not telling:
        needed = f"Name an organization with a facility that has few invoices of a type, some with a {field}."
        raise NotExercised(needed)


def _occasions(survey: Survey) -> list[tuple[str, str]]:
    if not survey.live:
        recorded = [one.request.parameters for one in survey.exchanges if one.request.operation_id == OPTIONS]
        return [(one["facility_id"], one["type"]) for one in recorded if {"facility_id", "type"} <= one.keys()]
    pairs = list(survey.occasions)
    facilities, kinds = (list(dict.fromkeys(pair[place] for pair in pairs)) for place in (0, 1))
    firsts = [next(pair for pair in pairs if pair[1] == kind) for kind in kinds]
    empty = [pair for pair in product(facilities, kinds) if pair not in pairs][:1]
    # Few invoices have few codes and suppliers, by which those of others show.
    chosen = [*firsts, *empty, *pairs[: -FEWEST - 1 : -1], *pairs[:: max(1, len(pairs) // OCCASIONS)]]
    if not chosen:
        raise NotExercised(UNSURE)
    return list(dict.fromkeys(chosen))[:OCCASIONS]


def _invoices(survey: Survey, facility_id: str, kind: str, *, fresh: bool) -> list[Item] | None:
    """The listed invoices of a facility and type, from the whole listing or from a filtered one where that is long.

    None where that is long, too: what was not seen of it may have any code.
    """
    listed = survey.summaries
    filters: Filters = (("facility_id[]", facility_id), ("type[]", kind))
    if listed.is_complete or not listed.live:
        items = listed.whole(fresh=fresh)
        if not listed.is_complete:
            raise NotExercised(UNSURE)
    else:
        walk = listed.walk(filters, size=listed.largest, fresh=fresh)
        if not walk.complete:
            return None
        items = walk.items
    return [item for item in items.values() if listed.listing.shows(filters, item)]


def _problems(
    survey: Survey,
    rule_id: str,
    name: str,
    read: tuple[str, Callable[[str], str]],
    told: Sequence[str],
    invoices: Sequence[Item],
    exchange: Exchange,
) -> Iterator[Finding]:
    field, plain = read
    known = {plain(item[field]): item for item in invoices if isinstance(item.get(field), str) and item[field].strip()}
    twice = [one for index, one in enumerate(told) if one in told[:index]]
    exact = {same_uuid(str(item.get(field))) for item in invoices}
    strange = [one for one in told if same_uuid(one) not in exact]
    shown = set(map(plain, told))
    # No page says that options count an invoice that is not active or not enabled.
    absent = [item for one, item in known.items() if one not in shown]
    surely = {
        plain(item[field]) for item in invoices if isinstance(item.get(field), str) and item.get("status") == "active"
    }
    for one in twice[:1]:
        yield Finding(rule_id, name, "each once", f"{brief(one)} again", exchange)
    for one in strange[:1]:
        yield Finding(rule_id, name, "only those of the invoices of that facility and type", brief(one), exchange)
    for item in absent:
        if plain(item[field]) in surely and _is_enabled(survey, invoices, field, item[field]):
            expected = "those of every invoice of that facility and type"
            yield Finding(rule_id, name, expected, f"{brief(item[field])} is missing", exchange)
            return


def _is_enabled(survey: Survey, invoices: Sequence[Item], field: str, value: str) -> bool:
    """Whether an active invoice with this value is enabled, as far as it can be asked."""
    for item in invoices:
        if item.get(field) == value and item.get("status") == "active":
            with suppress(*UNSEEN):
                if survey.object_of(survey.ask(survey.invoice(item["id"]))).get("enabled") is True:
                    return True
    return False


@judges("options-required")
def required(survey: Survey) -> Iterator[Finding]:
    """Asks without facility_id, without type, without both, and with values that are none of either."""
    facility_id, kind = next(iter(survey.occasions), ("660e8400-e29b-41d4-a716-446655440000", "electricity"))
    asked = {
        "no facility_id": survey.options(type=kind),
        "no type": survey.options(facility_id=facility_id),
        "neither facility_id nor type": survey.options(),
        "type=no-such-type": survey.options(facility_id=facility_id, type="no-such-type"),
        "facility_id=not-a-uuid": survey.options(facility_id="not-a-uuid", type=kind),
    }
    for exchange in survey.ask_some(list(asked.values())):
        if not exchange.answer.refused:
            name = next(name for name, request in asked.items() if request.query == exchange.request.query)
            yield Finding("options-required", name, "a 4xx", str(exchange.answer.status), exchange)
