"""Judges of the groups themselves: what a group is, and what it says of its invoices."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, time, timedelta
from itertools import combinations
from typing import Any

from contract_tests.conformance import is_date, is_date_time, same_uuid, wall_time
from contract_tests.exchange import Exchange
from contract_tests.findings import Finding, NotExercised
from contract_tests.listings import GROUPS, Item, Key, Page
from contract_tests.rules.paging import repeats
from contract_tests.rules.registry import judges
from contract_tests.rules.views import View, compare, confirmed, finding, group_views, named, unfiltered_views
from contract_tests.survey import Survey

Invoice = Mapping[str, Any]
MIDNIGHT = time(0)
GIVE_INVOICES = "Name invoices of the organization with --invoice-id, or export them in a --known file."


@judges("cups-unique")
def unique(survey: Survey) -> Iterator[Finding]:
    """Looks for the same code and facility twice, in the whole listing and on every page of every view."""

    return repeats(survey.groups, "cups-unique", group_views(survey))


@judges("cups-stable")
def stable(survey: Survey) -> Iterator[Finding]:
    """Compares every field of every group between the whole listing and all other views."""

    def look(view: View, fresh: bool) -> list[Finding]:
        walk, difference = compare(survey.groups, view, fresh=fresh)
        pages = {GROUPS.key_of(group): (page, index) for page, index, group in walk.placed()}
        found = []
        for key, name, value, got in difference.changed:
            page, index = pages[key]
            expected = f"the same {name} as in the whole listing"
            text = f"{got!r} here and {value!r} there, for {named(key)}"
            found.append(finding("cups-stable", page, f"items/{index}/{name}", expected, text))
        return found

    yield from confirmed(survey.groups, group_views(survey), look)
    if survey.live:
        yield from _flapping(survey)


def _flapping(survey: Survey) -> Iterator[Finding]:
    """Values that go back and forth between identical requests: data that changes does not return at once."""
    pages = [survey.groups.page(fresh=True) for _ in range(4)]
    seen: dict[tuple[Key, str], list[Any]] = {}
    for page in pages:
        for group in page.items:
            for name, value in group.items():
                history = seen.setdefault((GROUPS.key_of(group), name), [])
                if not history or history[-1] != value:
                    history.append(value)
    for (key, name), history in seen.items():
        if any(history.count(value) > 1 for value in history):
            text = f"{history[0]!r}, then {history[1]!r}, then {history[2]!r}, for {named(key)}"
            yield finding("cups-stable", pages[-1], f"items/*/{name}", "the same value each time", text, *pages[:-1])


@judges("cups-facility-name")
def facility_name(survey: Survey) -> Iterator[Finding]:
    """Collects the names that each facility has in the whole listing."""

    def look(view: View, fresh: bool) -> list[Finding]:
        names: dict[str, tuple[Any, Page]] = {}
        found = []
        for page, index, group in view.walk(survey.groups, fresh=fresh).placed():
            facility, name = same_uuid(group["facility_id"]), group.get("facility_name")
            first, where = names.setdefault(facility, (name, page))
            if name != first:
                text = f"{name!r} and {first!r} for facility {facility}"
                leaf = f"items/{index}/facility_name"
                found.append(finding("cups-facility-name", page, leaf, "one name for one facility", text, where))
        return found

    survey.groups.some()
    yield from confirmed(survey.groups, unfiltered_views(survey.groups)[:2], look)


@judges("cups-date-range")
def date_range(survey: Survey) -> Iterator[Finding]:
    """Checks the order of the two dates of every group, and that the invoices known of it fall between them."""
    whole = survey.groups.whole_walk()
    for page, index, group in whole.placed():
        first, last = _day(group.get("first_date")), _day(group.get("last_date"))
        if first and last and first > last:
            text = f"{group['first_date']} after {group['last_date']}"
            yield finding("cups-date-range", page, f"items/{index}/first_date", "not after last_date", text)
    if survey.known.complete:
        yield from _exact(survey, "cups-date-range", "first_date", span_of, spans)
    for key, members in _members(survey).items():
        yield from _wrong_span(survey, key, members)
        for exchange, invoice in members:
            yield from _outside(survey, key, exchange, invoice)


def _wrong_span(survey: Survey, key: Key, members: list[tuple[Exchange, Invoice]]) -> Iterator[Finding]:
    """The span of a group is known exactly where every invoice that it counts is known."""
    group = survey.groups.whole().get(key)
    expected = span_of([invoice for _, invoice in members])
    if group and expected and group.get("invoice_count") == len(members) and not spans(group, expected):
        got = f"{_told(group, 'first_date')}, and its invoices cover {readable_span(expected)}, for {named(key)}"
        proof = members[0][0]
        yield finding("cups-date-range", proof, "first_date", "the span of the group's invoices", got)


def _outside(survey: Survey, key: Key, exchange: Exchange, invoice: Invoice) -> Iterator[Finding]:
    group = survey.groups.whole().get(key)
    if group is None:
        return
    first, last = _day(group.get("first_date")), _day(group.get("last_date"))
    start, end = _day(invoice.get("start_date")), _day(invoice.get("end_date"))
    # Whichever of its dates the span is made from, an invoice of the group overlaps it.
    if first and last and start and end and (start > last or end < first) and start <= end:
        text = f"{start} to {end}, and the group of {named(key)} spans {first} to {last}"
        expected = "a billing period within the span of its group"
        yield finding("cups-date-range", exchange, "start_date", expected, text, *survey.groups.whole_walk().pages[:1])


def _day(value: Any) -> date | None:
    if isinstance(value, str) and (is_date(value) or is_date_time(value)):
        return date.fromisoformat(value[:10])
    return None


@judges("cups-invoice-listed")
def invoice_listed(survey: Survey) -> Iterator[Finding]:
    """Looks for the group of every known electricity invoice that is active and enabled."""
    members = {key: exchange for key, [(exchange, _), *_] in _members(survey).items()}
    proof = survey.groups.whole_walk().pages
    if survey.known.complete:
        members |= {_key_of_invoice(one): proof[0].exchange for one in survey.known.invoices if _counts(one)}
    if not members:
        raise NotExercised(f"No active electricity invoice with a CUPS code and a facility is known. {GIVE_INVOICES}")
    if not survey.groups.is_complete:
        raise NotExercised("The recording does not hold the whole listing.")
    listed = set(map(_loose, survey.groups.whole()))
    absent = [key for key in members if _loose(key) not in listed]
    fresh = set(map(_loose, survey.groups.whole(fresh=True))) if absent else set()
    for key in absent:
        if _loose(key) not in fresh:
            expected = "a group for the invoice's code and facility"
            yield finding(
                "cups-invoice-listed", members[key], "cups", expected, f"no group of {named(key)}", *proof[:1]
            )
    if survey.known.complete:
        yield from _strangers(survey)


def _loose(key: Key) -> Key:
    """A group's key by which codes are equal that differ in case, blanks or hyphens: no page says that they are not."""
    return "".join(filter(str.isalnum, key[0])).upper(), key[1]


def _strangers(survey: Survey) -> Iterator[Finding]:
    """Groups that no invoice of a complete export stands behind."""
    known = {_loose(_key_of_invoice(invoice)) for invoice in survey.known.invoices}
    for page, index, group in survey.groups.whole_walk().placed():
        if _loose(GROUPS.key_of(group)) not in known:
            expected = "a group that an exported invoice stands behind"
            yield finding("cups-invoice-listed", page, f"items/{index}", expected, named(GROUPS.key_of(group)))


@judges("cups-electricity-only")
def electricity_only(survey: Survey) -> Iterator[Finding]:
    """Looks for groups that known invoices of other types explain, and no electricity invoice does."""
    others = _by_group(survey, lambda invoice: invoice.get("type") != "electricity")
    electricity = {_key_of_invoice(one) for one in survey.known.invoices if one.get("type") == "electricity"}
    electricity |= set(_by_group(survey, lambda invoice: invoice.get("type") == "electricity"))
    if not others and not survey.known.complete:
        raise NotExercised(
            "No heat, water or recharge invoice with a CUPS code and a facility is known. " + GIVE_INVOICES
        )
    exported = {_key_of_invoice(one): one["type"] for one in survey.known.invoices if one["type"] != "electricity"}
    for page, index, group in survey.groups.whole_walk().placed():
        key = GROUPS.key_of(group)
        members = others.get(key, [])
        kind = exported.get(key) if survey.known.complete else members[0][1]["type"] if members else None
        if kind and key not in electricity and (survey.known.complete or _explains(members, group)):
            text = f"{named(key)}, which stands on a {kind} invoice"
            yield finding("cups-electricity-only", page, f"items/{index}", "no such group", text)


def _explains(members: list[tuple[Exchange, Invoice]], group: Item) -> bool:
    """Whether these invoices alone account for the count and the span of a group."""
    days = [day for _, invoice in members for day in (_day(invoice.get("start_date")), _day(invoice.get("end_date")))]
    span = {_day(group.get("first_date")), _day(group.get("last_date"))}
    return group.get("invoice_count") == len(members) and span <= set(days)


@judges("cups-invoice-count")
def invoice_count(survey: Survey) -> Iterator[Finding]:
    """Compares each count with the invoices known of the group: at least those, and exactly with a full export."""
    members = _members(survey)
    if survey.known.complete:
        yield from _exact(survey, "cups-invoice-count", "invoice_count", len, _has_count)
        return
    if not members:
        raise NotExercised(f"No active electricity invoice with a CUPS code and a facility is known. {GIVE_INVOICES}")
    for key, invoices in members.items():
        group = survey.groups.whole().get(key)
        count = group.get("invoice_count") if group else None
        if isinstance(count, int) and count < len(invoices):
            text = f"{count}, and {len(invoices)} known invoices are of {named(key)}"
            pages = survey.groups.whole_walk().pages[:1]
            expected = "at least the known invoices of the group"
            yield finding("cups-invoice-count", pages[0], "items/*/invoice_count", expected, text)


Reading = Callable[[list[Invoice]], Any]
Policy = Callable[[Invoice], bool]


def span_of(invoices: list[Invoice]) -> tuple[frozenset[str], frozenset[str]] | None:
    """The first and the last day that invoices cover. An end at midnight may stand for the day before, too."""
    starts = [str(one["start_date"])[:10] for one in invoices if one.get("start_date")]
    ends = [moment for one in invoices if (moment := wall_time(one.get("end_date")))]
    if not starts or not ends:
        return None
    last = max(ends)
    days = {last.date()}
    if last.time() == MIDNIGHT and last.date() > date.min:
        days.add(last.date() - timedelta(days=1))
    return frozenset({min(starts)}), frozenset(day.isoformat() for day in days)


def spans(group: Item, days: Any) -> bool:
    return group.get("first_date") in days[0] and group.get("last_date") in days[1]


def _has_count(group: Item, count: Any) -> bool:
    return bool(group.get("invoice_count") == count)


STATUSES = ("uploaded", "loading", "active", "inactive", "review", "error")


def _policies() -> Iterator[Policy]:
    """Every reading of which invoices count, as no page says it: by status, enabled or not."""
    for size in range(len(STATUSES), 0, -1):
        for statuses in combinations(STATUSES, size):
            if "active" in statuses:
                yield lambda invoice, allowed=statuses: invoice.get("status") in allowed  # type: ignore[misc]
                yield lambda invoice, allowed=statuses: invoice.get("status") in allowed and invoice.get("enabled")  # type: ignore[misc]


def _exact(
    survey: Survey, rule_id: str, leaf: str, read: Reading, agrees: Callable[[Item, Any], bool]
) -> Iterator[Finding]:
    """Compares every group with the exported invoices, counted in the way that explains most groups."""
    by_group: dict[Key, list[Invoice]] = {}
    for invoice in survey.known.invoices:
        if invoice.get("type") == "electricity":
            by_group.setdefault(_key_of_invoice(invoice), []).append(invoice)
    best: list[Finding] | None = None
    for counts in _policies():
        counted = {key: [one for one in invoices if counts(one)] for key, invoices in by_group.items()}
        found = []
        for page, index, group in survey.groups.whole_walk().placed():
            invoices = counted.get(GROUPS.key_of(group))
            expected = read(invoices) if invoices else None
            if expected is not None and not agrees(group, expected):
                whose = named(GROUPS.key_of(group))
                got = f"{_told(group, leaf)}, and the export says {readable_span(expected)}, for {whose}"
                expectation = "what the exported invoices add up to"
                found.append(finding(rule_id, page, f"items/{index}/{leaf}", expectation, got))
        if best is None or len(found) < len(best):
            best = found
        if not best:
            return
    yield from best or []


def _told(group: Item, leaf: str) -> str:
    return f"{group.get('first_date')} to {group.get('last_date')}" if leaf == "first_date" else str(group.get(leaf))


def readable_span(expected: Any) -> str:
    return " to ".join(min(days) for days in expected) if isinstance(expected, tuple) else str(expected)


@judges("cups-locked")
def locked(survey: Survey) -> Iterator[Finding]:
    """Compares is_locked with what is known of the groups."""
    if not survey.known.locked:
        raise NotExercised("Say in a --known file which groups are locked and which are not.")
    for page, index, group in survey.groups.whole_walk().placed():
        expected = survey.known.locked.get(GROUPS.key_of(group))
        if expected is not None and group.get("is_locked") is not expected:
            text = f"{group.get('is_locked')!r} for {named(GROUPS.key_of(group))}, known as {expected!r}"
            yield finding("cups-locked", page, f"items/{index}/is_locked", "what is known of the group", text)


def _key_of_invoice(invoice: Invoice) -> Key:
    return str(invoice.get("cups")), same_uuid(str(invoice.get("facility_id")))


def _by_group(survey: Survey, wanted: Callable[[Invoice], bool]) -> dict[Key, list[tuple[Exchange, Invoice]]]:
    found: dict[Key, list[tuple[Exchange, Invoice]]] = {}
    try:
        invoices = survey.invoices()
    except NotExercised:
        return found
    seen: set[str] = set()
    for exchange, invoice in invoices:
        if (
            invoice.get("cups")
            and invoice.get("facility_id")
            and wanted(invoice)
            and str(invoice.get("id")) not in seen
        ):
            seen.add(str(invoice.get("id")))
            found.setdefault(_key_of_invoice(invoice), []).append((exchange, invoice))
    return found


def _members(survey: Survey) -> dict[Key, list[tuple[Exchange, Invoice]]]:
    """The known invoices that count in a group under every reading of the pages."""
    return _by_group(survey, _counts)


def _counts(invoice: Invoice) -> bool:
    active = invoice.get("status") == "active" and invoice.get("enabled") is True
    return active and invoice.get("type") == "electricity" and bool(invoice.get("cups") and invoice.get("facility_id"))
