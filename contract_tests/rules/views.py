"""A listing, seen in pages of several sizes and through several filters."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contract_tests.exchange import Exchange
from contract_tests.findings import Finding, NotExercised
from contract_tests.listed import Listed
from contract_tests.listings import GROUPS, Filters, Item, Key, Page, Walk, facilities_of
from contract_tests.survey import Survey


@dataclass(frozen=True)
class View:
    """One way to look at a listing."""

    size: int | None
    filters: Filters = ()

    def walk(self, listed: Listed, *, fresh: bool = False) -> Walk:
        """Its pages, from first to last."""
        return listed.walk(self.filters, size=self.size, fresh=fresh)

    def __str__(self) -> str:
        return " and ".join(f"{name}={value}" for name, value in self.filters)


def matches(listed: Listed, view: View, items: Mapping[Key, Item]) -> int:
    """How many of some items surely belong in a view."""
    return sum(map(bool, listed.belonging(view.filters, items).values()))


def sizes_for(listed: Listed, total: int) -> list[int]:
    """Page sizes that put the edges of a listing to the test without asking for too many pages.

    The smallest that needs few pages, one that divides the total exactly, the total itself and one less, so that the
    last page holds one item.
    """
    smallest = max(2, -(-total // listed.inquiry.profile.pages))
    exact = next((size for size in range(smallest, total) if total % size == 0), None)
    wanted = [smallest, exact, total, total - 1]
    return list(dict.fromkeys(size for size in wanted if size and 1 < size <= (listed.largest or listed.default_size)))


def recorded_views(listed: Listed, *names: str) -> list[View]:
    """The views that a recording shows, with just these filters, each once or more."""
    return [View(size, filters) for size, filters in listed.views() if {name for name, _ in filters} == {*names}]


def unfiltered_views(listed: Listed) -> list[View]:
    """The whole listing in pages of the default size, the largest, and those of `sizes_for`."""
    if not listed.live:
        return recorded_views(listed)
    total = len(listed.whole())
    return [View(None), View(listed.largest), *(View(size) for size in sizes_for(listed, total))]


def in_small_pages(listed: Listed, *filters: Filters) -> list[View]:
    """Filtered listings in the largest pages and in two of the sizes of `sizes_for`."""
    items = listed.whole()
    found: list[View] = []
    for one in filters:
        view = View(listed.largest, one)
        sizes = sizes_for(listed, matches(listed, view, items))
        found += [view, *(View(size, one) for size in sizes[:2])]
    return found


def facility_views(survey: Survey) -> list[View]:
    """The groups of each facility on its own, and of the largest ones in small pages too."""
    listed = survey.groups
    if not survey.live:
        return recorded_views(listed, "facility_id")
    facilities = facilities_of(listed.whole().values())[: survey.profile.facilities]
    views = [View(listed.largest, (("facility_id", facility),)) for facility in facilities]
    small = in_small_pages(listed, *((("facility_id", facility),) for facility in facilities[:2]))
    return list(dict.fromkeys([*views, *small]))


def search_views(survey: Survey) -> list[View]:
    """A search that many groups match, in small pages, alone and within a facility."""
    listed = survey.groups
    if not survey.live:
        return [*recorded_views(listed, "search"), *recorded_views(listed, "facility_id", "search")]
    groups = list(listed.whole().values())
    if not groups:
        return []
    text = common_text([group["cups"] for group in groups])
    return in_small_pages(listed, (("search", text),), (("facility_id", facilities_of(groups)[0]), ("search", text)))


def common_text(texts: Sequence[str]) -> str:
    """A piece of three characters that many texts contain, but as few as possible contain at their start."""
    pieces: dict[str, int] = {}
    for text in texts:
        for piece in {text[at : at + 3].lower() for at in range(2, len(text) - 2)}:
            if piece.isascii() and piece.isalnum():
                pieces[piece] = pieces.get(piece, 0) + 1
    if not pieces:
        return texts[0]
    half = len(texts) * 0.7
    return min(pieces, key=lambda piece: (abs(pieces[piece] - half), piece))


def absent_text(survey: Survey, texts: Iterable[str]) -> str:
    """A text to search for that none of some texts contains."""
    lowered = [text.lower() for text in texts]
    choices = survey.random("absent text")
    while True:
        found = "".join(choices.choices("qjzxwkvy", k=9))
        if not any(found in text for text in lowered):
            return found


KINDS: tuple[Callable[[str], bool], ...] = (
    lambda code: code != code.upper() and code.isascii(),
    lambda code: not code.isalnum() and code.isascii(),
    lambda code: not code.isascii(),
    lambda code: len(code) > 22,
    lambda code: len(code) < 20,
)
"""Ways in which a code can be out of the ordinary."""


def various_codes(codes: Sequence[str], count: int) -> list[str]:
    """Some codes, as different from each other as they come: a few of each odd kind, and a spread over all."""
    odd = [code for kind in KINDS for code in list(filter(kind, codes))[: max(1, count // 4)]]
    spread = codes[:: max(1, len(codes) // count)]
    return list(dict.fromkeys([*spread[:2], *odd, *spread[2:count]]))


def group_views(survey: Survey) -> list[View]:
    """Every view that the paging rules of the groups are judged in."""
    return [*unfiltered_views(survey.groups), *facility_views(survey), *search_views(survey)]


@dataclass(frozen=True)
class Difference:
    """How the items that a walk shows differ from those it should show."""

    missing: tuple[Key, ...] = ()
    extra: tuple[Key, ...] = ()
    changed: tuple[tuple[Key, str, Any, Any], ...] = ()
    """Item, field, value in the whole listing, value here."""
    matching: tuple[int, int] = (0, 0)
    """How many items match at least and at most, as data may have changed meanwhile."""


def compare(listed: Listed, view: View, *, fresh: bool = False) -> tuple[Walk, Difference]:
    """Compare a view with the whole listing, both before and after it, so that data may change meanwhile."""
    before = listed.whole(fresh=fresh)
    walk = view.walk(listed, fresh=fresh)
    after = listed.whole(fresh=True) if fresh else before
    shown = walk.items
    shows = listed.listing.showing(view.filters)
    first, last = listed.belonging(view.filters, before), listed.belonging(view.filters, after)
    steady = [key for key, belongs in first.items() if belongs and last.get(key)]
    possible = {key for belonging in (first, last) for key, belongs in belonging.items() if belongs is not False}
    # A long listing is not walked to its end; what was seen of it must be shown, and what it shows may be more.
    whole_is_known = listed.is_complete or not listed.live
    complete = walk.complete and (listed.is_complete or listed.live)
    return walk, Difference(
        missing=tuple(key for key in steady if key not in shown) if complete else (),
        extra=tuple(key for key in shown if shows(shown[key]) is False or (whole_is_known and key not in possible)),
        changed=tuple(_changes(before, after, shown)),
        matching=(
            len(steady) if listed.is_complete or listed.live else 0,
            len(possible) if listed.is_complete else sys.maxsize,
        ),
    )


def _changes(
    before: dict[Key, Item], after: dict[Key, Item], shown: dict[Key, Item]
) -> Iterator[tuple[Key, str, Any, Any]]:
    """Values shown that differ from those that the whole listing has, before and after."""
    for key, item in before.items():
        if key in shown and shown[key] != item and after.get(key) == item:
            for name, value in item.items():
                if shown[key].get(name) != value:
                    yield key, name, value, shown[key].get(name)


def confirmed(listed: Listed, views: Sequence[View], judge: Callable[[View, bool], list[Finding]]) -> Iterator[Finding]:
    """What a judge finds in some views and still finds on a second, fresh look.

    Only the first few views are looked at again: if those findings stand, the data is steady and the others stand too.
    """
    if not views:
        raise NotExercised("No such page was seen.")
    prefetch(listed, views)
    suspects = [(view, found) for view in views if (found := judge(view, False))]
    if not listed.live:
        yield from (one for _, found in suspects for one in found)
        return
    again = [judge(view, True) and judge(view, True) for view, _ in suspects[:3]]
    for found in again:
        yield from found
    if again and all(again):
        for _, found in suspects[3:]:
            yield from found


def prefetch(listed: Listed, views: Iterable[View]) -> None:
    """Ask for the first page of every view side by side."""
    if listed.live:
        listed.inquiry.ask_all([listed.request(view.filters, size=view.size, page=1) for view in views])


def differences(listed: Listed, rule_id: str, views: Sequence[View]) -> Iterator[Finding]:
    """Items shown that do not match, and items that match and are not shown in the largest pages.

    What small pages lose is the matter of the rule about the pages put together.
    """
    noun, named = listed.listing.noun, listed.listing.named

    def look(view: View, fresh: bool) -> list[Finding]:
        walk, difference = compare(listed, view, fresh=fresh)
        found = []
        for page, index, item in walk.placed() if difference.extra else ():
            key = listed.listing.key_of(item)
            if key in difference.extra and listed.listing.shows(view.filters, item) is False:
                text = f"{named(key)} for {view}"
                found.append(finding(rule_id, page, f"items/{index}", f"only {noun} that match", text))
                break
        for key in difference.extra[:1] if view.size == listed.largest and not found else ():
            text = f"{named(key)} for {view}, which the unfiltered listing lacks"
            found.append(finding(rule_id, walk.pages[0], "items", f"only {noun} of the whole listing", text))
        for key in difference.missing[:1] if view.size == listed.largest else ():
            text = f"{named(key)} is missing for {view}"
            found.append(finding(rule_id, walk.pages[0], "items", f"every {noun_of_one(listed)} that matches", text))
        return found

    return confirmed(listed, views, look)


def shown_for_nothing(listed: Listed, rule_id: str, filters: Iterable[Filters]) -> Iterator[Finding]:
    """Items shown for values that nothing has; such values may be refused, too."""
    noun = listed.listing.noun
    for exchange in listed.inquiry.ask_some([listed.request(one) for one in filters]):
        if exchange.answer.refused:
            continue
        page = listed.page_of(exchange)
        if page.items:
            asked = View(None, tuple(pair for pair in exchange.request.query if pair[0] in listed.listing.filters))
            yield finding(rule_id, page, "items", f"no {noun}, or a 4xx", f"{len(page.items)} {noun} for {asked}")


def telling(listed: Listed, views: Sequence[View], needed: str) -> list[View]:
    """The views of which one shows some items and one leaves some out; raises NotExercised where none do.

    `needed` says what data would tell a filter that works from one that does not.
    """
    items = listed.some()
    shown = [matches(listed, view, items) for view in views]
    if not views or max(shown) == 0 or min(shown) == len(items):
        raise NotExercised(needed)
    return list(views)


def affordable(listed: Listed, needed: Iterable[View], more: Iterable[View] = ()) -> list[View]:
    """The views that are needed, and more of them, the smallest first, as long as they have few pages together."""
    items = listed.whole()
    room = listed.largest or listed.default_size
    costs = {view: matches(listed, view, items) // (view.size or room) for view in dict.fromkeys(more)}
    spent = 0
    found = list(dict.fromkeys(needed))
    for view in sorted(costs, key=lambda one: costs[one]):
        spent += costs[view]
        if spent <= listed.inquiry.profile.pages and view not in found:
            found.append(view)
    return found


def noun_of_one(listed: Listed) -> str:
    """One item of a listing, as a sentence has it."""
    noun = listed.listing.noun
    return f"{noun[:-3]}y" if noun.endswith("ies") else noun[:-1]


def finding(rule_id: str, page: Page | Exchange, where: str, expected: object, got: object, *also: Page) -> Finding:
    """A finding shown by a page."""
    exchange = page.exchange if isinstance(page, Page) else page
    return Finding(rule_id, where, str(expected), str(got), exchange, tuple(one.exchange for one in also))


named = GROUPS.named
