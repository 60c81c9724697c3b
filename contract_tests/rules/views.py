"""The listing, seen in pages of several sizes and through several filters."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from contract_tests.exchange import Exchange
from contract_tests.findings import Finding, NotExercised
from contract_tests.survey import Group, GroupKey, Page, Survey, Walk, facilities_of


@dataclass(frozen=True)
class View:
    """One way to look at the listing."""

    size: int | None
    filters: tuple[tuple[str, str], ...] = ()

    def walk(self, survey: Survey, *, fresh: bool = False) -> Walk:
        """Its pages, from first to last."""
        return survey.walk(dict(self.filters), size=self.size, fresh=fresh)

    def shows(self, group: Group) -> bool:
        """Whether a group belongs in it."""
        asked = dict(self.filters)
        if "facility_id" in asked and group["facility_id"].lower() != asked["facility_id"].lower():
            return False
        return asked.get("search", "").lower() in group["cups"].lower()


def sizes_for(survey: Survey, total: int) -> list[int]:
    """Page sizes that put the edges of a listing to the test without asking for too many pages.

    The smallest that needs few pages, one that divides the total exactly, the total itself and one less, so that the
    last page holds one group.
    """
    smallest = max(2, -(-total // survey.profile.pages))
    exact = next((size for size in range(smallest, total) if total % size == 0), None)
    wanted = [smallest, exact, total, total - 1]
    return list(dict.fromkeys(size for size in wanted if size and 1 < size <= (survey.largest or survey.default_size)))


def recorded_views(survey: Survey, *names: str) -> list[View]:
    """The views that a recording shows, with just these filters."""
    return [View(size, filters) for size, filters in survey.pages_by_view() if tuple(n for n, _ in filters) == names]


def unfiltered_views(survey: Survey) -> list[View]:
    """The whole listing in pages of the default size, the largest, and those of `sizes_for`."""
    if not survey.live:
        return recorded_views(survey)
    total = len(survey.whole())
    return [View(None), View(survey.largest), *(View(size) for size in sizes_for(survey, total))]


def facility_views(survey: Survey) -> list[View]:
    """Each facility on its own, and the largest ones in small pages too."""
    if not survey.live:
        return recorded_views(survey, "facility_id")
    groups = list(survey.whole().values())
    facilities = facilities_of(groups)[: survey.profile.facilities]
    views = [View(survey.largest, (("facility_id", facility),)) for facility in facilities]
    for facility in facilities[:2]:
        count = sum(group["facility_id"] == facility for group in groups)
        views += [View(size, (("facility_id", facility),)) for size in sizes_for(survey, count)[:2]]
    return views


def search_views(survey: Survey) -> list[View]:
    """A search that many groups match, in small pages, alone and within a facility."""
    if not survey.live:
        return [*recorded_views(survey, "search"), *recorded_views(survey, "facility_id", "search")]
    groups = list(survey.whole().values())
    if not groups:
        return []
    text = _common_text([group["cups"] for group in groups])
    facility = facilities_of(groups)[0]
    found: list[View] = []
    for filters in ((("search", text),), (("facility_id", facility), ("search", text))):
        count = sum(View(None, filters).shows(group) for group in groups)
        found.append(View(survey.largest, filters))
        found += [View(size, filters) for size in sizes_for(survey, count)[:2]]
    return found


def _common_text(codes: Sequence[str]) -> str:
    """A piece of three characters that many codes contain, but as few as possible contain at their start."""
    pieces: dict[str, int] = {}
    for code in codes:
        for piece in {code[at : at + 3].lower() for at in range(2, len(code) - 2)}:
            if piece.isascii() and piece.isalnum():
                pieces[piece] = pieces.get(piece, 0) + 1
    if not pieces:
        return codes[0]
    half = len(codes) * 0.7
    return min(pieces, key=lambda piece: (abs(pieces[piece] - half), piece))


def all_views(survey: Survey) -> list[View]:
    """Every view that the paging rules are judged in."""
    return [*unfiltered_views(survey), *facility_views(survey), *search_views(survey)]


@dataclass(frozen=True)
class Difference:
    """How the groups that a walk shows differ from those it should show."""

    missing: tuple[GroupKey, ...] = ()
    extra: tuple[GroupKey, ...] = ()
    changed: tuple[tuple[GroupKey, str, Any, Any], ...] = ()
    """Group, field, value in the whole listing, value here."""
    matching: tuple[int, int] = (0, 0)
    """How many groups match at least and at most, as data may have changed meanwhile."""


def compare(survey: Survey, view: View, *, fresh: bool = False) -> tuple[Walk, Difference]:
    """Compare a view with the whole listing, both before and after it, so that data may change meanwhile."""
    before = survey.whole(fresh=fresh)
    walk = view.walk(survey, fresh=fresh)
    after = survey.whole(fresh=True) if fresh else before
    shown = walk.groups
    certain = {key: group for key, group in before.items() if after.get(key) == group and view.shows(group)}
    steady = {key for key, group in before.items() if view.shows(group) and key in after}
    complete = walk.complete and survey.whole_is_complete
    possible = {key for whole in (before, after) for key, group in whole.items() if view.shows(group)}
    return walk, Difference(
        missing=tuple(key for key in steady if key not in shown) if complete else (),
        extra=tuple(key for key in shown if key not in possible or not view.shows(shown[key])),
        changed=tuple(
            (key, name, value, shown[key].get(name))
            for key, group in certain.items()
            if key in shown
            for name, value in group.items()
            if shown[key].get(name) != value
        ),
        matching=(len(steady), len(possible)) if survey.whole_is_complete else (0, sys.maxsize),
    )


def confirmed(survey: Survey, views: Sequence[View], judge: Callable[[View, bool], list[Finding]]) -> Iterator[Finding]:
    """What a judge finds in some views and still finds on a second, fresh look.

    Only the first few views are looked at again: if those findings stand, the data is steady and the others stand too.
    """
    if not views:
        raise NotExercised("No such page was seen.")
    prefetch(survey, views)
    suspects = [(view, found) for view in views if (found := judge(view, False))]
    if not survey.live:
        yield from (one for _, found in suspects for one in found)
        return
    again = [judge(view, True) and judge(view, True) for view, _ in suspects[:3]]
    for found in again:
        yield from found
    if again and all(again):
        for _, found in suspects[3:]:
            yield from found


def prefetch(survey: Survey, views: Iterable[View]) -> None:
    """Ask for the first page of every view side by side."""
    if survey.live:
        survey.ask_all([survey.listing(size=view.size, page=1, **dict(view.filters)) for view in views])


def finding(rule_id: str, page: Page | Exchange, where: str, expected: object, got: object, *also: Page) -> Finding:
    """A finding shown by a page."""
    exchange = page.exchange if isinstance(page, Page) else page
    return Finding(rule_id, where, str(expected), str(got), exchange, tuple(one.exchange for one in also))


def named(key: GroupKey) -> str:
    """A group, as a sentence names it."""
    return f"{key[0]!r} of facility {key[1]}"
