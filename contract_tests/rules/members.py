"""The invoices that stand behind the groups, and whether a group says of them what they add up to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from itertools import combinations

from contract_tests.conformance import wall_time
from contract_tests.exchange import Exchange
from contract_tests.findings import Finding, NotExercised
from contract_tests.listings import Item, Key, loose
from contract_tests.membership import Invoice, filters_of, key_of_invoice
from contract_tests.rules.views import finding, named
from contract_tests.survey import GET, UNSEEN, Survey

MIDNIGHT = time(0)
STATUSES = ("uploaded", "loading", "active", "inactive", "review", "error")
LISTING_RULES = frozenset({"invoices-unique", "invoices-agree", "invoices-total", "invoices-partition"})
"""Rules without which the listing of invoices proves nothing about groups."""
FILTER_RULES = frozenset({"invoices-facility-filter", "invoices-cups-filter", "invoices-filters-together"})
"""Rules without which a part of it proves nothing either."""


@dataclass(frozen=True)
class Members:
    """All the invoices of the organization, or all those of some of its groups."""

    invoices: tuple[Invoice, ...]
    source: str
    """Who says so, as a sentence has it."""
    groups: frozenset[Key] | None = None
    """The groups whose invoices these are; None for all groups."""

    @property
    def are_all(self) -> bool:
        """Whether the organization has no other invoices."""
        return self.groups is None

    def by_group(self, plain: Callable[[Key], Key]) -> dict[Key, list[Invoice]]:
        """The electricity invoices by their group, under one reading of which codes are equal."""
        found: dict[Key, list[Invoice]] = {}
        for one in self.invoices:
            if one.get("type") == "electricity" and one.get("cups") and one.get("facility_id"):
                found.setdefault(plain(key_of_invoice(one)), []).append(one)
        return found

    def kinds(self) -> dict[Key, str]:
        """The groups that invoices of other types would make, with the type."""
        others = (one for one in self.invoices if one.get("type") != "electricity")
        return {key_of_invoice(one): str(one.get("type")) for one in others if one.get("cups")}


def loose_key(key: Key) -> Key:
    """A group's key by which codes are equal that differ in case, blanks or hyphens: no page says that they are not."""
    return loose(key[0]), key[1]


def all_members(survey: Survey, *, fresh: bool = False) -> Members | None:
    """The invoices behind the groups: from a complete export, else as they are listed; None where neither tells."""
    if survey.known.complete:
        return Members(survey.known.invoices, "the export")
    if LISTING_RULES & survey.broken:
        return None
    with suppress(*UNSEEN):
        listed = survey.summaries
        invoices = tuple(listed.whole(fresh=fresh).values())
        if listed.is_complete:
            return Members(invoices, "the listing of invoices")
        if survey.live and not FILTER_RULES & survey.broken:
            return _of_some_groups(survey, fresh)
    return None


def _of_some_groups(survey: Survey, fresh: bool) -> Members:
    """The invoices of some groups, asked for group by group where the listing is too long to walk."""
    listed, keys = survey.summaries, list(survey.groups.whole())
    found: list[Item] = []
    seen: set[Key] = set()
    for key in keys[:: max(1, len(keys) // survey.profile.facilities)]:
        filters = filters_of(key)
        walk = listed.walk(filters, size=listed.largest, fresh=fresh)
        right = all(listed.listing.shows(filters, item) is not False for item in walk.items.values())
        if walk.complete and right:
            seen.add(key)
            found += walk.items.values()
    return Members(tuple(found), "the listing of its invoices", frozenset(seen))


# Counting

Agrees = Callable[[Item, Sequence[Invoice], Sequence[Invoice]], bool]
"""Whether a group agrees with the invoices that count surely, and those that may count."""


def has_count(group: Item, sure: Sequence[Invoice], possible: Sequence[Invoice]) -> bool:
    """Whether a group counts what it stands for."""
    count = group.get("invoice_count")
    return isinstance(count, int) and len(sure) <= count <= len(possible)


def has_span(group: Item, sure: Sequence[Invoice], possible: Sequence[Invoice]) -> bool:
    """Whether the dates of a group are those of its invoices."""
    days = span_of(possible)
    if days is None:
        return bool(possible)
    if len(sure) < len(possible):
        return str(group.get("first_date")) >= min(days[0]) and str(group.get("last_date")) <= max(days[1])
    return spans(group, days)


Span = tuple[frozenset[str], frozenset[str]]
"""A first day and a last one, each in every form that will do."""


def spans(group: Item, days: Span) -> bool:
    """Whether the dates of a group are these."""
    # Looked for in lists: what stands in the place of a date may be nothing that a set can be asked for.
    return all(group.get(name) in [*wanted] for name, wanted in zip(("first_date", "last_date"), days, strict=True))


def span_of(invoices: Sequence[Invoice]) -> Span | None:
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


@dataclass(frozen=True)
class Policy:
    """One reading of which invoices count, as no page says it."""

    statuses: tuple[str, ...]
    only_enabled: bool
    plain: Callable[[Key], Key]
    """Which codes are equal."""

    def sort_out(self, invoices: Sequence[Invoice]) -> tuple[list[Invoice], list[Invoice]]:
        """The invoices that count surely, and those that may: the listing does not show which are enabled."""
        counted = [one for one in invoices if one.get("status") in self.statuses]
        if not self.only_enabled:
            return counted, counted
        return (
            [one for one in counted if one.get("enabled") is True],
            [one for one in counted if one.get("enabled") is not False],
        )


def _policies(only_enabled: Sequence[bool]) -> Iterator[Policy]:
    for plain in (tuple, loose_key):
        for size in range(len(STATUSES), 0, -1):
            for statuses in combinations(STATUSES, size):
                if "active" in statuses:
                    yield from (Policy(statuses, one, plain) for one in only_enabled)


def disagreements(survey: Survey, rule_id: str, leaf: str, agrees: Agrees) -> Iterator[Finding]:
    """Compares every group with its invoices, counted in the way that explains most groups.

    What is found must still be there on a second look, for the groups that stay the same meanwhile.
    """
    members = all_members(survey)
    if members is None:
        return
    found = _unexplained(survey, rule_id, leaf, agrees, members, survey.groups.whole_walk().items)
    if found and survey.live and not survey.known.complete:
        before = survey.groups.whole(fresh=True)
        members = all_members(survey, fresh=True) or members
        after = survey.groups.whole(fresh=True)
        steady = {key: group for key, group in before.items() if after.get(key) == group}
        found = _unexplained(survey, rule_id, leaf, agrees, members, steady)
    yield from found


def _unexplained(
    survey: Survey, rule_id: str, leaf: str, agrees: Agrees, members: Members, groups: Mapping[Key, Item]
) -> list[Finding]:
    """The groups that no policy explains, under the policy that explains most."""
    is_told = all("enabled" in one for one in members.invoices)
    odd = _least(_policies([False, True] if is_told else [False]), members, agrees, groups)
    if odd and not is_told:
        members = _with_enabled(survey, members, [key for key, _ in odd])
        odd = _least(_policies([False, True]), members, agrees, groups)
    places = {
        survey.groups.listing.key_of(group): (page, index) for page, index, group in survey.groups.whole_walk().placed()
    }
    found = []
    for key, invoices in odd:
        if key in places:
            page, index = places[key]
            got = f"{_told(groups[key], leaf)}, and {members.source} says {_added_up(invoices, leaf)}, for {named(key)}"
            found.append(finding(rule_id, page, f"items/{index}/{leaf}", "what its invoices add up to", got))
    return found


def _least(
    policies: Iterator[Policy], members: Members, agrees: Agrees, groups: Mapping[Key, Item]
) -> list[tuple[Key, list[Invoice]]]:
    """The groups that disagree, each with the invoices that may count, under the policy that leaves fewest."""
    best: list[tuple[Key, list[Invoice]]] | None = None
    behind: dict[Callable[[Key], Key], dict[Key, list[Invoice]]] = {}
    for policy in policies:
        by_group = behind.setdefault(policy.plain, {}) or members.by_group(policy.plain)
        behind[policy.plain] = by_group
        found = []
        for key, group in groups.items():
            invoices = by_group.get(policy.plain(key))
            if invoices and (members.groups is None or key in members.groups):
                sure, possible = policy.sort_out(invoices)
                if not agrees(group, sure, possible):
                    found.append((key, possible))
        if best is None or len(found) < len(best):
            best = found
        if not best:
            break
    return best or []


def _with_enabled(survey: Survey, members: Members, keys: Sequence[Key]) -> Members:
    """The same, with what single invoices tell of whether they are enabled: those of the smallest of some groups."""
    by_group = members.by_group(loose_key)
    asked: dict[str, Invoice] = {}
    for key in sorted(keys, key=lambda one: len(by_group.get(loose_key(one), ()))):
        more = {str(one["id"]): one for one in by_group.get(loose_key(key), ())}
        if asked and len(asked) + len(more) > survey.profile.invoices:
            break
        asked |= more
    if not survey.reads(GET):
        return members
    enabled = {}
    with suppress(*UNSEEN):
        for one, exchange in zip(asked, survey.ask_all([survey.invoice(one) for one in asked]), strict=True):
            if exchange.answer.status == 200:
                enabled[one] = survey.object_of(exchange).get("enabled")
    told = [{**one, "enabled": enabled[one["id"]]} if one.get("id") in enabled else one for one in members.invoices]
    return replace(members, invoices=tuple(told))


def _told(group: Item, leaf: str) -> str:
    return f"{group.get('first_date')} to {group.get('last_date')}" if leaf == "first_date" else str(group.get(leaf))


def _added_up(invoices: Sequence[Invoice], leaf: str) -> str:
    if leaf != "first_date":
        return str(len(invoices))
    days = span_of(invoices)
    return readable_span(days) if days else "that none counts"


def readable_span(days: Span) -> str:
    """A first day and a last one, in words."""
    return " to ".join(map(min, days))


# Single invoices


def known_by_group(survey: Survey, wanted: Callable[[Invoice], bool]) -> dict[Key, list[tuple[Exchange, Invoice]]]:
    """The single invoices of this run that are wanted, by the group that they make, each once."""
    found: dict[Key, list[tuple[Exchange, Invoice]]] = {}
    try:
        invoices = survey.invoices()
    except NotExercised:
        return found
    seen: set[str] = set()
    for exchange, invoice in invoices:
        own = str(invoice.get("id"))
        if invoice.get("cups") and invoice.get("facility_id") and wanted(invoice) and own not in seen:
            seen.add(own)
            found.setdefault(key_of_invoice(invoice), []).append((exchange, invoice))
    return found
