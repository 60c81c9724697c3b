"""Judges of the groups themselves: what a group is, and what it says of its invoices."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from typing import Any

from contract_tests.conformance import is_date, is_date_time, same_uuid
from contract_tests.exchange import Exchange
from contract_tests.findings import Finding, NotExercised
from contract_tests.listings import GROUPS, Item, Key, Page
from contract_tests.membership import Invoice, counts_surely, key_of_invoice
from contract_tests.rules.members import (
    Members,
    all_members,
    disagreements,
    has_count,
    has_span,
    known_by_group,
    loose_key,
    readable_span,
    span_of,
    spans,
)
from contract_tests.rules.paging import repeats
from contract_tests.rules.registry import judges
from contract_tests.rules.views import View, compare, confirmed, finding, group_views, named, unfiltered_views
from contract_tests.survey import GET, UNSEEN, Survey

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
        if not difference.changed:
            return []
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
    """Collects the names that each facility has in the whole listing, and compares them with the facility's own."""

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
    found = list(confirmed(survey.groups, unfiltered_views(survey.groups)[:2], look))
    yield from found or _misnamed(survey)


def _misnamed(survey: Survey) -> Iterator[Finding]:
    """Groups whose facility has another name, both where it is listed and where it is asked for alone."""
    with suppress(*UNSEEN):
        for fresh in (False, True) if survey.live else (False,):
            listed = survey.facilities.whole(fresh=fresh)
            groups = {one[2]["facility_id"]: one for one in survey.groups.whole_walk(fresh=fresh).placed()}
            found = [
                finding("cups-facility-name", page, f"items/{index}/facility_name", repr(own), repr(told))
                for facility_id, (page, index, group) in groups.items()
                if (own := listed.get((same_uuid(facility_id),), {}).get("name")) != (told := group["facility_name"])
                and isinstance(own, str)
                and survey.object_of(survey.ask(survey.facility(facility_id), fresh=fresh)).get("name") == own
            ]
            if not found:
                return
        yield from found[:1]


@judges("cups-date-range")
def date_range(survey: Survey) -> Iterator[Finding]:
    """Checks the order of the two dates of every group, and that they are the span of the invoices known of it."""
    whole = survey.groups.whole_walk()
    for page, index, group in whole.placed():
        first, last = _day(group.get("first_date")), _day(group.get("last_date"))
        if first and last and first > last:
            text = f"{group['first_date']} after {group['last_date']}"
            yield finding("cups-date-range", page, f"items/{index}/first_date", "not after last_date", text)
    yield from disagreements(survey, "cups-date-range", "first_date", has_span)
    for key, members in known_by_group(survey, counts_surely).items():
        yield from _wrong_span(survey, key, members)
        for exchange, invoice in members:
            yield from _outside(survey, key, exchange, invoice)


def _wrong_span(survey: Survey, key: Key, members: list[tuple[Exchange, Invoice]]) -> Iterator[Finding]:
    """The span of a group is known exactly where every invoice that it counts is known."""
    group, invoices = survey.groups.whole().get(key), [invoice for _, invoice in members]
    days = span_of(invoices)
    if group and days and group.get("invoice_count") == len(members) and not spans(group, days):
        told = f"{group.get('first_date')} to {group.get('last_date')}"
        got = f"{told}, and its invoices cover {readable_span(days)}, for {named(key)}"
        yield finding("cups-date-range", members[0][0], "first_date", "the span of the group's invoices", got)


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
    """Looks for the group of each electricity invoice that is active and enabled, and for groups without invoices."""
    proof = survey.groups.whole_walk().pages
    members = {key: exchange for key, [(exchange, _), *_] in known_by_group(survey, counts_surely).items()}
    every = all_members(survey)
    wanted = _active(every) if every else {}
    members |= {key: proof[0].exchange for key in wanted if key not in members}
    if not members:
        raise NotExercised(f"No active electricity invoice with a CUPS code and a facility is known. {GIVE_INVOICES}")
    if not survey.groups.is_complete:
        raise NotExercised("The recording does not hold the whole listing.")
    listed = set(map(loose_key, survey.groups.whole()))
    absent = [key for key in members if loose_key(key) not in listed]
    fresh = set(map(loose_key, survey.groups.whole(fresh=True))) if absent and survey.live else listed
    for key in absent:
        if loose_key(key) not in fresh and (key not in wanted or _is_counted(survey, wanted[key])):
            expected, text = "a group for the invoice's code and facility", f"no group of {named(key)}"
            yield finding("cups-invoice-listed", members[key], "cups", expected, text, *proof[:1])
    if every and every.are_all:
        yield from _strangers(survey, every)


def _active(members: Members) -> dict[Key, Invoice]:
    """An active electricity invoice for each group that one makes; it may turn out not to be enabled."""
    surely = [{**one, "enabled": one.get("enabled", True)} for one in members.invoices]
    return {key_of_invoice(one): members.invoices[place] for place, one in enumerate(surely) if counts_surely(one)}


def _is_counted(survey: Survey, invoice: Invoice) -> bool:
    """Whether an active invoice is enabled, asked for where the listing does not tell."""
    if "enabled" in invoice:
        return True
    if not survey.reads(GET):
        return False
    exchange = survey.ask(survey.invoice(str(invoice["id"])))
    return exchange.answer.status == 200 and counts_surely(survey.object_of(exchange))


def _strangers(survey: Survey, members: Members) -> Iterator[Finding]:
    """Groups that no invoice stands behind, though all invoices are known."""
    known = {loose_key(key_of_invoice(invoice)) for invoice in members.invoices}
    strange = [one for one in survey.groups.whole_walk().placed() if loose_key(GROUPS.key_of(one[2])) not in known]
    if strange and survey.live and not survey.known.complete:
        again = all_members(survey, fresh=True) or members
        known |= {loose_key(key_of_invoice(invoice)) for invoice in again.invoices}
    for page, index, group in strange:
        if loose_key(GROUPS.key_of(group)) not in known:
            expected = f"a group that an invoice of {members.source} stands behind"
            yield finding("cups-invoice-listed", page, f"items/{index}", expected, named(GROUPS.key_of(group)))


@judges("cups-electricity-only")
def electricity_only(survey: Survey) -> Iterator[Finding]:
    """Looks for groups that invoices of other types explain, and no electricity invoice does."""
    others = known_by_group(survey, lambda invoice: invoice.get("type") != "electricity")
    electricity = {key_of_invoice(one) for one in survey.known.invoices if one.get("type") == "electricity"}
    electricity |= set(known_by_group(survey, lambda invoice: invoice.get("type") == "electricity"))
    every = all_members(survey)
    every = every if every and every.are_all else None
    if not others and not every:
        raise NotExercised(
            "No heat, water or recharge invoice with a CUPS code and a facility is known. " + GIVE_INVOICES
        )
    kinds = every.kinds() if every else {}
    electricity |= set(every.by_group(tuple)) if every else set()
    for page, index, group in survey.groups.whole_walk().placed():
        key = GROUPS.key_of(group)
        members = others.get(key, [])
        kind = kinds.get(key) if every else members[0][1]["type"] if members else None
        if kind and key not in electricity and (every or _explains(members, group)):
            text = f"{named(key)}, which stands on a {kind} invoice"
            yield finding("cups-electricity-only", page, f"items/{index}", "no such group", text)


def _explains(members: list[tuple[Exchange, Invoice]], group: Item) -> bool:
    """Whether these invoices alone account for the count and the span of a group."""
    days = [day for _, invoice in members for day in (_day(invoice.get("start_date")), _day(invoice.get("end_date")))]
    span = {_day(group.get("first_date")), _day(group.get("last_date"))}
    return group.get("invoice_count") == len(members) and span <= set(days)


@judges("cups-invoice-count")
def invoice_count(survey: Survey) -> Iterator[Finding]:
    """Compares each count with the invoices of the group: exactly where all are listed or exported, else at least."""
    if all_members(survey) is not None:
        yield from disagreements(survey, "cups-invoice-count", "invoice_count", has_count)
        return
    members = known_by_group(survey, counts_surely)
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
