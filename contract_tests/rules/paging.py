"""How any listing is cut into pages: what the judges of each listing share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from contract_tests.findings import Finding
from contract_tests.listed import Listed
from contract_tests.listings import Filters, Item, Key, Page, Walk
from contract_tests.rules.views import View, compare, confirmed, finding, matches, noun_of_one


def other_first_page(listed: Listed, rule_id: str, sizes: Sequence[int | None]) -> Iterator[Finding]:
    """Asks without page and with page=1, and compares the items."""
    noun = listed.listing.noun

    def look(view: View, fresh: bool) -> list[Finding]:
        plain, first = listed.page(size=view.size, fresh=fresh), listed.page(size=view.size, page=1, fresh=fresh)
        if plain.number("page") != 1:
            return [finding(rule_id, plain, "page", 1, plain.body["page"])]
        if plain.keys == first.keys:
            return []
        return [finding(rule_id, plain, "items", f"the {noun} of page 1", f"other {noun}", first)]

    for size in sizes:
        yield from confirmed(listed, [View(size)], look)


def other_default_size(listed: Listed, rule_id: str, views: Sequence[View]) -> Iterator[Finding]:
    """Asks without size, and expects the default size and a page that it fills."""
    room, noun = listed.default_size, listed.listing.noun

    def look(view: View, fresh: bool) -> list[Finding]:
        whole, plain = listed.whole(fresh=fresh), listed.page(view.filters, fresh=fresh)
        expected = min(room, matches(listed, view, whole))
        if plain.number("size") != room:
            return [finding(rule_id, plain, "size", room, plain.body["size"])]
        if len(plain.items) != expected and len(plain.items) != min(room, plain.total):
            return [finding(rule_id, plain, "items", f"{expected} {noun}", f"{len(plain.items)} {noun}")]
        return []

    return confirmed(listed, views, look)


def unrefused(listed: Listed, rule_id: str, name: str, values: Iterable[str]) -> Iterator[Finding]:
    """Asks with values out of bounds, its own and those that Schemathesis makes up, and expects refusals."""
    inquiry = listed.inquiry
    made_up = inquiry.generated(listed.listing.operation_id)
    requests = [listed.request(((name, value),)) for value in values]
    requests += [one.request for one in made_up if one.parameter == name and one.out_of_bounds]
    for exchange in inquiry.ask_some(list(dict.fromkeys(requests))):
        if not exchange.answer.refused:
            asked = exchange.request.parameters[name]
            yield finding(rule_id, exchange, name, "a 4xx", f"{exchange.answer.status} for {name}={asked}")


def unserved_sizes(listed: Listed, rule_id: str, sizes: Iterable[int]) -> Iterator[Finding]:
    """Asks for sizes within the bounds."""
    for exchange in listed.inquiry.ask_some([listed.request(size=size, page=1) for size in sizes]):
        if exchange.answer.status != 200:
            size = exchange.request.parameters["size"]
            yield finding(rule_id, exchange, f"size={size}", "200", exchange.answer.status)


def pages_of(listed: Listed, views: Iterable[View], nothing: Filters = ()) -> Iterator[Page]:
    """Every page of some views, the empty one after it, pages of few items, and pages that list nothing."""
    for view in views:
        walk = view.walk(listed)
        yield from walk.pages
        yield from _after(listed, view, walk)
    if listed.live:
        yield from (listed.page(size=size, page=1) for size in (1, 3))
    if listed.live and nothing:
        yield from (listed.page(nothing, size=size, page=1) for size in (1, 7))
        yield listed.page(nothing)


def _after(listed: Listed, view: View, walk: Walk, *, fresh: bool = False) -> list[Page]:
    """The page after the last of a view, where it is answered and not refused."""
    if not listed.live or not walk.complete:
        return []
    request = listed.request(view.filters, size=view.size, page=len(walk.pages) + 1)
    exchange = listed.inquiry.ask(request, fresh=fresh)
    return [listed.page_of(exchange)] if exchange.answer.status == 200 else []


def wrong_totals(listed: Listed, rule_id: str, views: Sequence[View]) -> Iterator[Finding]:
    """Compares the total of every page, and of the empty page after the last, with the items that match the view."""
    expected = f"the number of {listed.listing.noun} that match"

    def look(view: View, fresh: bool) -> list[Finding]:
        walk, difference = compare(listed, view, fresh=fresh)
        low, high = difference.matching
        return [
            finding(rule_id, page, "total", expected, f"{page.total}, and {high if page.total > high else low} match")
            for page in (*walk.pages, *_after(listed, view, walk, fresh=fresh))
            if not low <= page.total <= high
        ][:1]

    return confirmed(listed, views, look)


def wrong_page_counts(listed: Listed, rule_id: str, pages: Iterable[Page]) -> Iterator[Finding]:
    """Divides the total of each page by its size, also where it divides exactly and on nothing."""
    name = listed.listing.page_count
    for page in pages:
        allowed = {-(-page.total // page.room)}
        if not page.items:
            # On nothing there are 0 or 1 pages, and a page beyond the last may speak of itself.
            allowed |= {0, 1}
        got = page.number(name)
        if got not in allowed:
            expected = "total / size, rounded up" if page.total else "0 or 1 on an empty listing"
            text = f"{got} for a total of {page.total} and a size of {page.room}"
            yield finding(rule_id, page, name, expected, text)


def repeats(listed: Listed, rule_id: str, views: Sequence[View], *, across: bool = False) -> Iterator[Finding]:
    """Looks for the same item twice on one page or, where that is wanted, across the pages of a view."""
    one = noun_of_one(listed)

    def look(view: View, fresh: bool) -> list[Finding]:
        found: list[Finding] = []
        seen: set[Key] = set()
        for page in view.walk(listed, fresh=fresh).pages:
            seen = seen if across else set()
            for index, key in enumerate(page.keys):
                if key in seen:
                    text = f"{listed.listing.named(key)} again"
                    found.append(finding(rule_id, page, f"items/{index}", f"{_a(one)} of its own", text))
                seen.add(key)
        return found

    return confirmed(listed, views, look)


def _a(noun: str) -> str:
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"


def wrong_partition(listed: Listed, rule_id: str, views: Sequence[View]) -> Iterator[Finding]:
    """Puts the pages of every view together and compares them with the same listing in its largest pages."""

    def look(view: View, fresh: bool) -> list[Finding]:
        # In this order, so that what arrives or goes meanwhile is not in both.
        before = _largest(listed, view)
        walk = view.walk(listed, fresh=fresh)
        after = _largest(listed, view, fresh=True) if fresh else before
        complete = walk.complete and (listed.is_complete or bool(view.filters))
        missing = [key for key in before if key in after and key not in walk.items] if complete else []
        extra = [key for key in walk.items if key not in before and key not in after] if complete else []
        return [*_shared(rule_id, walk), *_lost(rule_id, listed, walk, missing), *_strange(rule_id, walk, extra)]

    yield from confirmed(listed, views, look)
    if listed.live:
        yield from confirmed(listed, [View(1)], lambda _, fresh: _single_pages(listed, rule_id, fresh))


def _largest(listed: Listed, view: View, *, fresh: bool = False) -> dict[Key, Item]:
    """What a view shows in the largest pages: the whole listing where it does not filter."""
    if not view.filters and not listed.listing.everything:
        return listed.whole(fresh=fresh)
    largest = replace(view, size=listed.largest) if listed.live else view
    return largest.walk(listed, fresh=fresh).items


def _shared(rule_id: str, walk: Walk) -> Iterator[Finding]:
    """Items that stand on more than one page."""
    seen: dict[Key, Page] = {}
    for page in walk.pages:
        for index, key in enumerate(page.keys):
            if key in seen and seen[key] is not page:
                expected = f"each of the {walk.listing.noun} on one page only"
                text = f"{walk.listing.named(key)} again"
                yield finding(rule_id, page, f"items/{index}", expected, text, seen[key])
            seen[key] = page


def _lost(rule_id: str, listed: Listed, walk: Walk, missing: Iterable[Key]) -> Iterator[Finding]:
    for key in missing:
        text = f"{walk.listing.named(key)} on none"
        yield finding(rule_id, walk.pages[-1], "items", f"every {noun_of_one(listed)} on some page", text)


def _strange(rule_id: str, walk: Walk, extra: Sequence[Key]) -> Iterator[Finding]:
    for page in walk.pages:
        for index, key in enumerate(page.keys):
            if key in extra:
                expected = f"only {walk.listing.noun} of the whole listing"
                yield finding(rule_id, page, f"items/{index}", expected, walk.listing.named(key))


def _single_pages(listed: Listed, rule_id: str, fresh: bool) -> list[Finding]:
    """Problems of the first, second and last page of size 1."""
    whole = listed.whole(fresh=fresh)
    last = listed.whole_walk().pages[0].total if listed.listing.everything else len(whole)
    numbers = sorted({1, min(2, last), last} - {0}) if listed.is_complete else [1, 2]
    requests = [listed.request(size=1, page=number) for number in numbers]
    pages = [listed.page_of(exchange) for exchange in listed.inquiry.ask_all(requests, fresh=fresh)]
    found: list[Finding] = []
    seen: dict[Key, Page] = {}
    for page in pages:
        for key in page.keys:
            text = listed.listing.named(key)
            if key in seen:
                expected = f"each of the {listed.listing.noun} on one page only"
                found.append(finding(rule_id, page, "items/0", expected, f"{text} again", seen[key]))
            elif key not in whole and listed.is_complete:
                expected = f"only {listed.listing.noun} of the whole listing"
                found.append(finding(rule_id, page, "items/0", expected, text))
            seen[key] = page
        if not page.items:
            found.append(finding(rule_id, page, "items", f"one {noun_of_one(listed)} on a page of size 1", "none"))
    return found
