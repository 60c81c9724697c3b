"""Judges of how the listing is cut into pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from contract_tests.findings import Finding
from contract_tests.rules.registry import judges
from contract_tests.rules.views import View, all_views, compare, confirmed, facility_views, finding, named, search_views
from contract_tests.survey import LIST, Page, Survey, Walk, key_of

FAR_AWAY = (10**6, 2**31, 2**63)


@judges("cups-page-default")
def page_default(survey: Survey) -> Iterator[Finding]:
    """Asks without page and with page=1, at the default size and a small one, and compares the groups."""
    for size in (None, 2):

        def look(view: View, fresh: bool) -> list[Finding]:
            plain, first = survey.page(size=view.size, fresh=fresh), survey.page(size=view.size, page=1, fresh=fresh)
            if plain.number("page") != 1:
                return [finding("cups-page-default", plain, "page", 1, plain.body["page"])]
            if [key_of(group) for group in plain.groups] == [key_of(group) for group in first.groups]:
                return []
            return [finding("cups-page-default", plain, "items", "the groups of page 1", "other groups", first)]

        yield from confirmed(survey, [View(size)], look)


@judges("cups-size-default")
def size_default(survey: Survey) -> Iterator[Finding]:
    """Asks without size, with and without filters, and expects the default size and a page that it fills."""
    room = survey.default_size

    def look(view: View, fresh: bool) -> list[Finding]:
        whole, plain = survey.whole(fresh=fresh), survey.page(fresh=fresh, **dict(view.filters))
        expected = min(room, sum(map(view.shows, whole.values())))
        if plain.number("size") != room:
            return [finding("cups-size-default", plain, "size", room, plain.body["size"])]
        if len(plain.groups) != expected and len(plain.groups) != min(room, plain.total):
            return [finding("cups-size-default", plain, "items", f"{expected} groups", f"{len(plain.groups)} groups")]
        return []

    filtered = [replace(view, size=None) for view in (*facility_views(survey)[:1], *search_views(survey)[:1])]
    yield from confirmed(survey, [View(None), *(filtered if survey.live else ())], look)


@judges("cups-page-bounds")
def page_bounds(survey: Survey) -> Iterator[Finding]:
    """Asks for pages below the lower bound, alone and with a filter."""
    return _refusals(survey, "cups-page-bounds", "page", ("0", "-1", "-50"))


@judges("cups-size-bounds")
def size_bounds(survey: Survey) -> Iterator[Finding]:
    """Asks for sizes just outside and far outside the bounds, and for the two bounds themselves."""
    low, high = int(survey.parameter("size")["minimum"]), int(survey.parameter("size")["maximum"])
    yield from _refusals(
        survey, "cups-size-bounds", "size", (str(low - 1), "-1", str(high + 1), str(high * 5), "10000", "1000000")
    )
    for exchange in survey.ask_some([survey.listing(size=size, page=1) for size in (low, high)]):
        if exchange.answer.status != 200:
            size = exchange.request.parameters["size"]
            yield finding("cups-size-bounds", exchange, f"size={size}", "200", exchange.answer.status)


def _refusals(survey: Survey, rule_id: str, name: str, values: Iterable[str]) -> Iterator[Finding]:
    made_up = [one.request for one in survey.generated(LIST) if one.parameter == name and one.out_of_bounds]
    requests = [survey.listing(**{name: value}) for value in values]
    for exchange in survey.ask_some(list(dict.fromkeys([*requests, *made_up]))):
        if not exchange.answer.refused:
            asked = exchange.request.parameters[name]
            yield finding(rule_id, exchange, name, "a 4xx", f"{exchange.answer.status} for {name}={asked}")


@judges("cups-echo")
def echo(survey: Survey) -> Iterator[Finding]:
    """Compares page and size of every page of every view, and of empty pages, with what was asked for."""
    for page in _pages(survey):
        asked = page.exchange.request.parameters
        for name in ("page", "size"):
            if name in asked and page.number(name) != int(asked[name]):
                text = f"{page.body[name]} for {name}={asked[name]}"
                yield finding("cups-echo", page, name, "what was asked for", text)


def _pages(survey: Survey) -> Iterator[Page]:
    """Every page of every view, the empty one after it, pages of few groups, and pages that list nothing."""
    for view in all_views(survey):
        walk = view.walk(survey)
        yield from walk.pages
        yield from _after(survey, view, walk)
    if survey.live:
        yield from (survey.page(size=size, page=1) for size in (1, 3))
        yield from (survey.page(size=size, page=1, search=absent_text(survey)) for size in (1, 7))
        yield survey.page(search=absent_text(survey))


def _after(survey: Survey, view: View, walk: Walk, *, fresh: bool = False) -> list[Page]:
    """The page after the last of a view, where it is answered and not refused."""
    if not survey.live or not walk.complete:
        return []
    request = survey.listing(size=view.size, page=len(walk.pages) + 1, **dict(view.filters))
    exchange = survey.ask(request, fresh=fresh)
    return [survey.page_of(exchange)] if exchange.answer.status == 200 else []


@judges("cups-total")
def total(survey: Survey) -> Iterator[Finding]:
    """Compares the total of every page of every view, and of empty pages, with the groups that match the view."""

    def look(view: View, fresh: bool) -> list[Finding]:
        walk, difference = compare(survey, view, fresh=fresh)
        low, high = difference.matching
        expected = "the number of groups that match"
        return [
            finding("cups-total", page, "total", expected, f"{page.total}, and {high} match")
            for page in (*walk.pages, *_after(survey, view, walk, fresh=fresh))
            if not low <= page.total <= high
        ][:1]

    nothing = [View(size, (("search", absent_text(survey)),)) for size in (None, 7)] if survey.live else []
    yield from confirmed(survey, [*all_views(survey), *nothing], look)


def absent_text(survey: Survey) -> str:
    """A search text that no code of the listing contains."""
    codes = [key[0].lower() for key in survey.whole()]
    choices = survey.random("absent text")
    while True:
        text = "".join(choices.choices("qjzxwkvy", k=9))
        if not any(text in code for code in codes):
            return text


@judges("cups-total-pages")
def total_pages(survey: Survey) -> Iterator[Finding]:
    """Divides the total of every page of every view by its size, also where it divides exactly and on nothing."""
    for page in _pages(survey):
        allowed = {-(-page.total // page.room)}
        if not page.groups:
            # On nothing there are 0 or 1 pages, and a page beyond the last may speak of itself.
            allowed |= {0, 1}
        got = page.number("total_pages")
        if got not in allowed:
            expected = "total / size, rounded up" if page.total else "0 or 1 on an empty listing"
            text = f"{got} for a total of {page.total} and a size of {page.room}"
            yield finding("cups-total-pages", page, "total_pages", expected, text)


@judges("cups-page-full")
def page_full(survey: Survey) -> Iterator[Finding]:
    """Counts the groups on each page of every view: size of them, and the rest on the last."""

    def look(view: View, fresh: bool) -> list[Finding]:
        return list(_fullness(view.walk(survey, fresh=fresh)))

    yield from confirmed(survey, all_views(survey), look)


def _fullness(walk: Walk) -> Iterator[Finding]:
    room = walk.pages[0].room
    for page in walk.pages:
        number = page.asked_number
        left = page.total - room * (number - 1)
        expected = max(0, min(room, left))
        if len(page.groups) != expected:
            where = "items of the last page" if left <= room else "items of a page before the last"
            got = f"{len(page.groups)} groups, not {expected}, on page {number} of size {room}"
            yield finding("cups-page-full", page, where, "size groups, and the rest on the last page", got)


@judges("cups-partition")
def partition(survey: Survey) -> Iterator[Finding]:
    """Puts the pages of every view together and compares them with the same listing in its largest pages."""
    survey.some_groups()

    def look(view: View, fresh: bool) -> list[Finding]:
        walk = view.walk(survey, fresh=fresh)
        largest = replace(view, size=survey.largest) if survey.live else view
        before = largest.walk(survey).groups
        after = largest.walk(survey, fresh=True).groups if fresh else before
        if not view.filters:
            before, after = before | survey.whole(), after | survey.whole(fresh=fresh)
        missing = [key for key in before if key in after and key not in walk.groups] if walk.complete else []
        extra = [key for key in walk.groups if key not in before and key not in after]
        return [*_repeats(walk), *_lost(walk, missing), *_strange(walk, extra)]

    yield from confirmed(survey, all_views(survey), look)
    if survey.live:
        yield from confirmed(survey, [View(1)], lambda _, fresh: _single_pages(survey, fresh))


def _repeats(walk: Walk) -> Iterator[Finding]:
    seen: dict[object, Page] = {}
    for page, index, group in walk.placed():
        key = key_of(group)
        if key in seen and seen[key] is not page:
            expected = "each group on one page only"
            yield finding("cups-partition", page, f"items/{index}", expected, f"{named(key)} again", seen[key])
        seen[key] = page


def _lost(walk: Walk, missing: Iterable[tuple[str, str]]) -> Iterator[Finding]:
    for key in missing:
        yield finding("cups-partition", walk.pages[-1], "items", "every group on some page", f"{named(key)} on none")


def _strange(walk: Walk, extra: Iterable[tuple[str, str]]) -> Iterator[Finding]:
    for page, index, group in walk.placed():
        if key_of(group) in extra:
            expected = "only groups of the whole listing"
            yield finding("cups-partition", page, f"items/{index}", expected, named(key_of(group)))


def _single_pages(survey: Survey, fresh: bool) -> list[Finding]:
    """Problems of the first, second and last page of size 1."""
    whole = survey.whole(fresh=fresh)
    numbers = sorted({1, min(2, len(whole)), len(whole)})
    requests = [survey.listing(size=1, page=number) for number in numbers]
    pages = [survey.page_of(exchange) for exchange in survey.ask_all(requests, fresh=fresh)]
    found: list[Finding] = []
    seen: dict[object, Page] = {}
    for page in pages:
        for key in map(key_of, page.groups):
            if key in seen:
                expected = "each group on one page only"
                found.append(finding("cups-partition", page, "items/0", expected, f"{named(key)} again", seen[key]))
            elif key not in whole:
                expected = "only groups of the whole listing"
                found.append(finding("cups-partition", page, "items/0", expected, named(key)))
            seen[key] = page
        if not page.groups:
            found.append(finding("cups-partition", page, "items", "one group on a page of size 1", "none"))
    return found


@judges("cups-beyond-last")
def beyond_last(survey: Survey) -> Iterator[Finding]:
    """Asks for the page after the last at several sizes and filters, and for pages far away."""
    requests = []
    for view in all_views(survey):
        walk = view.walk(survey)
        if walk.complete:
            # A page of slack, so that a group added meanwhile does not fill the page.
            for number in (len(walk.pages) + 1, len(walk.pages) + 2):
                requests.append(survey.listing(size=view.size, page=number, **dict(view.filters)))
    requests += [survey.listing(page=number) for number in FAR_AWAY]
    for exchange in survey.ask_some(requests):
        if exchange.answer.refused:
            continue
        if exchange.answer.status != 200:
            yield finding("cups-beyond-last", exchange, "status", "200 or a 4xx", exchange.answer.status)
            continue
        page = survey.page_of(exchange)
        if page.groups and page.total <= page.room * (page.asked_number - 1):
            yield finding("cups-beyond-last", page, "items", "no groups", f"{len(page.groups)} groups")
