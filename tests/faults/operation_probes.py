"""A fixed set of requests to the operations beside the two first ones, and what is read after each that writes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from faults.exchange import Request
from faults.operations import (
    CONSOLIDATION_PATH,
    FACILITIES_PATH,
    FACILITIES_PREFIX,
    INVOICES_PATH,
    INVOICES_PREFIX,
    LISTING_PATH,
    OPTIONS_PATH,
    RECALCULATION_PATH,
)

NOBODY = "00000000-0000-4000-8000-000000000000"

INVOICE_QUERIES = (
    "", "page=2", "page=3&size=100", "size=100", "size=1", "size=101", "size=5000", "size=0", "size=-1", "page=0",
    "page=-2", "page=99", "size=7&page=5", "size=abc", "type[]=heat", "type[]=heat&type[]=water", "type[]=recharge",
    "type[]=electricity&size=100", "type[]=gas", "status[]=active&size=100", "status[]=error",
    "status[]=review&status[]=error&size=100", "status[]=deleted", "type[]=heat&status[]=review",
    "type[]=water&status[]=active", "facility_id[]=abc", f"facility_id[]={NOBODY}", "cups[]=nobodys",
    "start_date=2024-03-01&size=100", "end_date=2023-03-31&size=100", "start_date=2024-01-01&end_date=2024-03-31",
    "end_date=2023-03-30&size=100", "start_date=2024-02-29&size=100", "end_date=2024-06-29&size=100", "start_date=soon",
    "end_date=2023-13-01", "co2e_status=calculated&size=100", "co2e_status=not_calculated", "co2e_status=perhaps",
    "invoice_id=2", "invoice_id=FE-2", "invoice_id=fe-2", "invoice_id=E-23", "invoice_id=_", "invoice_id=.",
    "invoice_id=ES00", "sort=start_date", "sort=-end_date&size=100", "sort=quantity", "sort=-quantity&page=2",
    "sort=created_at", "sort=-invoice_id", "sort=invoice_id", "sort=end_date", "sort=co2e",
    "page=10&size=70", "start_date=2024-02-02",
)  # fmt: skip

FACILITY_QUERIES = (
    "", "page=2", "size=100", "size=101", "size=3&page=2", "name=a", "name=OFICINA", "name=oficina", "name=norte",
    "name=Madrid", "country=ES", "country=PT", "type=office", "status[]=archived", "status[]=active",
    "status[]=closed", "size=1",
)  # fmt: skip

Facts = Mapping[str, Any]


def list_operation_requests(facts: Facts, facility_ids: list[str], foreign_facility: str) -> Iterator[Request]:
    """Every probe: first what reads, then what writes."""
    own = facts["organization"]
    client = Request("GET", "/", "", {"x-organization-id": own["organization_id"], "x-api-key": own["api_key"]})
    yield from _reading(client, facts, facility_ids, foreign_facility)
    yield from _recalculating(client, facts)
    yield from _consolidating(client, facts, foreign_facility)
    yield from _updating(client, facts, facility_ids)
    yield from _deleting(client, facts)


def _reading(client: Request, facts: Facts, facility_ids: list[str], foreign_facility: str) -> Iterator[Request]:
    facilities = [*facility_ids, foreign_facility, NOBODY]
    yield from (client.asking("GET", INVOICES_PATH, query) for query in INVOICE_QUERIES)
    yield from (client.asking("GET", INVOICES_PATH, f"facility_id[]={one}&size=100") for one in facilities)
    two = "&".join(f"facility_id[]={one}" for one in facility_ids[:2])
    yield client.asking("GET", INVOICES_PATH, f"{two}&type[]=electricity&size=100")
    yield from (client.asking("GET", INVOICES_PATH, f"cups[]={quote(code)}&size=100") for code in _codes(facts)[:30])
    codes = "&".join(f"cups[]={quote(code)}" for code in _codes(facts)[:3])
    yield client.asking("GET", INVOICES_PATH, f"{codes}&facility_id[]={facility_ids[0]}")
    yield from (client.asking("GET", FACILITIES_PATH, query) for query in FACILITY_QUERIES)
    yield from (client.asking("GET", FACILITIES_PREFIX + one) for one in [*facilities, "abc"])
    for one in facilities:
        for kind in ("electricity", "heat"):
            yield client.asking("GET", OPTIONS_PATH, f"facility_id={one}&type={kind}")
    for query in ("", "type=heat", f"facility_id={facility_ids[0]}", f"facility_id={facility_ids[0]}&type=gas",
                  "facility_id=abc&type=heat"):  # fmt: skip
        yield client.asking("GET", OPTIONS_PATH, query)
    yield client.asking("HEAD", INVOICES_PATH)


def _codes(facts: Facts) -> list[str]:
    """Codes of the export: those that stand with gas, that differ in case or length alone, then the rest."""
    found = sorted({one["cups"] for one in facts["export"]["invoices"] if one["cups"]})
    kinds = defaultdict(set)
    for one in facts["export"]["invoices"]:
        kinds[one["cups"]].add(one["type"])
    alike = defaultdict(list)
    for code in found:
        alike[code.lower()[:19]].append(code)
    return sorted(found, key=lambda code: (-len(kinds[code]), -len(alike[code.lower()[:19]]), code))


def _recalculating(client: Request, facts: Facts) -> Iterator[Request]:
    first: dict[str, str] = {}
    for one in facts["export"]["invoices"]:
        first.setdefault(one["type"], one["id"])
    bodies = [
        ([kind], [category])
        for kind in ("electricity", "heat", "water")
        for category in ("electricity", "stationary", "energy")
    ]
    bodies += [
        (["electricity", "heat"], ["energy"]), (["electricity", "heat"], ["electricity"]), ([], ["energy"]),
        (["heat"], []), (["electricity"], ["electricity", "energy", "electricity"]),
    ]  # fmt: skip
    for kinds, categories in bodies:
        ids = [first[kind] for kind in kinds if kind in first]
        yield _recalculation(client, ids, categories)
        yield _recalculation(client, [*ids, NOBODY] if ids else [], categories)
    yield client.asking("POST", RECALCULATION_PATH, content={"invoice_ids": list(first.values())[:1]})
    yield from (client.asking("GET", INVOICES_PREFIX + one) for one in first.values())


def _recalculation(client: Request, ids: list[str], categories: list[str]) -> Request:
    content = {"invoice_ids": ids, "activity_categories": categories}
    return client.asking("POST", RECALCULATION_PATH, content=content)


def _views(client: Request) -> Iterator[Request]:
    """What shows whether a write was done: all groups, and some invoices."""
    yield client.asking("GET", LISTING_PATH, "size=200")
    yield client.asking("GET", INVOICES_PATH, "type[]=heat&size=100")
    yield client.asking("GET", INVOICES_PATH, "sort=-end_date&size=100")


def _groups(facts: Facts) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """The electricity invoices of the export by code and facility, where no contract stands behind any."""
    found = defaultdict(list)
    for one in facts["export"]["invoices"]:
        if one["type"] == "electricity" and one["cups"] and one["facility_id"]:
            found[one["cups"], one["facility_id"]].append(one)
    return {pair: members for pair, members in found.items() if not any(one["is_datadis"] for one in members)}


def _consolidating(client: Request, facts: Facts, foreign_facility: str) -> Iterator[Request]:
    order = {code: place for place, code in enumerate(_codes(facts))}
    unlocked = sorted(_groups(facts), key=lambda pair: (order[pair[0]], pair[1]))
    locked = [
        (one["cups"], one["facility_id"])
        for one in facts["export"]["invoices"]
        if one["is_datadis"] and one["cups"] and one["facility_id"] and one["type"] == "electricity"
    ]
    good = unlocked[-1:]
    for sources in (locked[:1], [*good, *locked[:1]], [("X", foreign_facility)], [*good, ("X", foreign_facility)],
                    [("X", "abc")], []):  # fmt: skip
        yield _consolidation(client, "PROBE-0", sources)
    yield _consolidation(client, "", good)
    yield client.asking("POST", CONSOLIDATION_PATH, content={"target_cups": "PROBE-0"})
    yield client.asking("POST", CONSOLIDATION_PATH)
    yield from _views(client)
    for number, pair in enumerate(unlocked[:8]):
        yield _consolidation(client, f"PROBE-{number}ab", [pair])
    large = sorted(_groups(facts).items(), key=lambda item: (-len(item[1]), item[0]))[:2]
    pairs = [pair for pair, _ in large if pair not in unlocked[:8]]
    yield _consolidation(client, pairs[0][0] if pairs else "PROBE", pairs)
    yield from _views(client)
    for pair in unlocked[:8]:
        yield client.asking("GET", INVOICES_PREFIX + _groups(facts)[pair][0]["id"])


def _consolidation(client: Request, target: str, pairs: list[tuple[str, str]]) -> Request:
    sources = [{"cups": cups, "facility_id": facility_id} for cups, facility_id in pairs]
    return client.asking("POST", CONSOLIDATION_PATH, content={"target_cups": target, "sources": sources})


def _updating(client: Request, facts: Facts, facility_ids: list[str]) -> Iterator[Request]:
    changed = next(iter(facts["invoice_ids"]), NOBODY)
    second = facts["second_organization"]
    contents: list[Any] = [
        {"cups": "Probe-Of-More-Than-20-Characters"}, {"status": "review"}, {"status": "active"},
        {"invoice_id": "PROBE-1"}, {"supplier_id": NOBODY}, {"uploaded_by": NOBODY},
        {"facility_id": facility_ids[0]}, {"facility_id": facility_ids[1]},
        {"cups": "PROBE-2", "invoice_id": "PROBE-2"}, {"status": "done"}, {"cups": 7}, {"supplier_id": "abc"}, [],
    ]  # fmt: skip
    for content in contents:
        yield client.asking("PATCH", INVOICES_PREFIX + changed, content=content)
        yield client.asking("GET", INVOICES_PREFIX + changed)
    for other in (NOBODY, second["invoice_id"] if second else NOBODY):
        yield client.asking("PATCH", INVOICES_PREFIX + other, content={"status": "review"})
    yield from _views(client)


def _deleting(client: Request, facts: Facts) -> Iterator[Request]:
    for invoice_id in [*facts["expendable_invoice_ids"][:2], NOBODY]:
        yield client.asking("DELETE", INVOICES_PREFIX + invoice_id)
        yield client.asking("GET", INVOICES_PREFIX + invoice_id)
        yield client.asking("DELETE", INVOICES_PREFIX + invoice_id)
    yield from _views(client)
