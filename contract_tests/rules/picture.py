"""What the listings show at one moment, to be compared with what must be there after a write."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from contract_tests.exchange import Exchange
from contract_tests.findings import Blocked, Broken, Finding, NotExercised
from contract_tests.journal import Invoice
from contract_tests.listings import GROUPS, Key, Walk
from contract_tests.rules.members import readable_span, span_of, spans
from contract_tests.subjects import key_of
from contract_tests.survey import Survey

Group = Mapping[str, Any]


@dataclass(frozen=True)
class Picture:
    """The groups, and the invoices that are listed with some codes."""

    groups: Mapping[Key, Group]
    proof: Exchange
    """The first page of the groups."""
    listed: Mapping[str, Mapping[str, Invoice]]
    """By code, the listed invoices by id; empty where the listing of invoices cannot be used."""
    listings: Mapping[str, Exchange]
    """By code, the first page of that listing."""

    def keys_listed(self, invoice_id: str) -> set[Key]:
        """The groups that an invoice is listed in; more than one would be wrong."""
        return {key_of(some[invoice_id]) for some in self.listed.values() if invoice_id in some}


def take(survey: Survey, keys: Iterable[Key]) -> Picture:
    """Look at some groups with all of their facilities, and at the invoices with their codes."""
    wanted = list(dict.fromkeys(keys))
    walks = _walks(survey, wanted)
    listed: dict[str, dict[str, Invoice]] = {}
    listings: dict[str, Exchange] = {}
    with suppress(Broken, Blocked, NotExercised):
        for code in dict.fromkeys(cups for cups, _ in wanted) if "invoices-cups-filter" not in survey.broken else ():
            found = survey.summaries.walk((("cups[]", code),), size=survey.summaries.largest, fresh=True)
            listed[code] = {item["id"]: item for item in found.items.values() if item.get("cups") == code}
            listings[code] = found.pages[0].exchange
    groups = {key: group for walk in walks for key, group in walk.items.items()}
    return Picture(groups, walks[0].pages[0].exchange, listed, listings)


def _walks(survey: Survey, keys: list[Key]) -> list[Walk]:
    """The whole listing of groups where it is one page, and else that of each facility that may be concerned."""
    whole = survey.groups.whole_walk()
    if len(whole.pages) == 1 or not keys or "cups-facility-filter" in survey.broken:
        return [survey.groups.whole_walk(fresh=True)]
    codes = [cups for cups, _ in keys]
    near = [key for key in whole.items if any(_related(key[0], code) for code in codes)]
    facilities = dict.fromkeys(facility for _, facility in (*keys, *near))
    size = survey.groups.largest
    return [survey.groups.walk((("facility_id", one),), size=size, fresh=True) for one in facilities]


def _related(one: str, other: str) -> bool:
    return one.lower() in other.lower() or other.lower() in one.lower()


def strays(
    rule_id: str, picture: Picture, invoices: Mapping[str, Invoice], keys: Iterable[Key], *sent: Exchange
) -> Iterator[Finding]:
    """Where groups, and the listing of invoices, differ from what invoices add up to.

    `invoices` are all that may be in the groups `keys`, as they are now.
    """
    for key in dict.fromkeys(keys):
        members = {one: invoice for one, invoice in invoices.items() if key_of(invoice) == key}
        problem = _group_problem(picture.groups.get(key), list(members.values()))
        if problem:
            where, expected, got = problem
            yield Finding(rule_id, where, expected, f"{got}, for {GROUPS.named(key)}", picture.proof, sent)
        if key[0] in picture.listings:
            yield from _unlisted(rule_id, picture, key, set(members), sent)


def _group_problem(group: Group | None, members: list[Invoice]) -> tuple[str, str, str] | None:
    if not members:
        return ("items", "no such group, as none of its invoices is left", "a group") if group else None
    if group is None:
        return "items", f"a group of {len(members)} invoices", "none"
    if group.get("invoice_count") != len(members):
        return "items/*/invoice_count", f"{len(members)} invoices", str(group.get("invoice_count"))
    days = span_of(members)
    if days and not spans(group, days):
        got = f"{group.get('first_date')} to {group.get('last_date')}, and they cover {readable_span(days)}"
        return "items/*/first_date", "the span of its invoices", got
    return None


def _unlisted(
    rule_id: str, picture: Picture, key: Key, expected: set[str], sent: tuple[Exchange, ...]
) -> Iterator[Finding]:
    shown = {
        one for one, item in picture.listed[key[0]].items() if item.get("type") == "electricity" and key_of(item) == key
    }
    proof = picture.listings[key[0]]
    for one in sorted(expected - shown):
        wanted = f"invoice {one}, which is of {GROUPS.named(key)}"
        yield Finding(rule_id, "items", wanted, "it is not listed", proof, sent)
    for one in sorted(shown - expected):
        got = f"invoice {one} with cups {key[0]!r}, which it has no longer"
        yield Finding(rule_id, "items", "invoices that have this code", got, proof, sent)


def bystanders(
    rule_id: str, before: Picture, after: Picture, keys: Iterable[Key], *sent: Exchange
) -> Iterator[Finding]:
    """Groups that a write was not about and that have other invoices after it.

    Only those of a facility or with a code like those that it was about: others may be at work elsewhere.
    """
    about = set(keys)
    for key in (before.groups.keys() | after.groups.keys()) - about:
        if not any(key[1] == facility or _related(key[0], cups) for cups, facility in about):
            continue
        counts = [one.groups[key].get("invoice_count") if key in one.groups else 0 for one in (before, after)]
        if counts[0] != counts[1]:
            got = f"{counts[1]} invoices, {counts[0]} before, for {GROUPS.named(key)}"
            wanted = "as before, for a group that was not named"
            yield Finding(rule_id, "items/*/invoice_count", wanted, got, after.proof, sent)
