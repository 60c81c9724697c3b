"""Judges of how the listing of groups is cut into pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from contract_tests.findings import Finding
from contract_tests.listings import Filters, Page, Walk
from contract_tests.rules.paging import (
    other_default_size,
    other_first_page,
    pages_of,
    unrefused,
    unserved_sizes,
    wrong_page_counts,
    wrong_partition,
    wrong_totals,
)
from contract_tests.rules.registry import judges
from contract_tests.rules.views import (
    View,
    absent_text,
    confirmed,
    facility_views,
    finding,
    group_views,
    search_views,
)
from contract_tests.survey import Survey

FAR_AWAY = (10**6, 2**31, 2**63)


@judges("cups-page-default")
def page_default(survey: Survey) -> Iterator[Finding]:
    """Asks without page and with page=1, at the default size and a small one, and compares the groups."""
    return other_first_page(survey.groups, "cups-page-default", (None, 2))


@judges("cups-size-default")
def size_default(survey: Survey) -> Iterator[Finding]:
    """Asks without size, with and without filters, and expects the default size and a page that it fills."""
    filtered = [replace(view, size=None) for view in (*facility_views(survey)[:1], *search_views(survey)[:1])]
    views = [View(None), *(filtered if survey.live else ())]
    return other_default_size(survey.groups, "cups-size-default", views)


@judges("cups-page-bounds")
def page_bounds(survey: Survey) -> Iterator[Finding]:
    """Asks for pages below the lower bound, alone and with a filter."""
    return unrefused(survey.groups, "cups-page-bounds", "page", ("0", "-1", "-50"))


@judges("cups-size-bounds")
def size_bounds(survey: Survey) -> Iterator[Finding]:
    """Asks for sizes just outside and far outside the bounds, and for the two bounds themselves."""
    schema = survey.groups.parameter("size")
    low, high = int(schema["minimum"]), int(schema["maximum"])
    sizes = (str(low - 1), "-1", str(high + 1), str(high * 5), "10000", "1000000")
    yield from unrefused(survey.groups, "cups-size-bounds", "size", sizes)
    yield from unserved_sizes(survey.groups, "cups-size-bounds", (low, high))


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
    return pages_of(survey.groups, group_views(survey), _nothing(survey) if survey.live else ())


def _nothing(survey: Survey) -> Filters:
    return (("search", absent_code(survey)),)


@judges("cups-total")
def total(survey: Survey) -> Iterator[Finding]:
    """Compares the total of every page of every view, and of empty pages, with the groups that match the view."""
    nothing = [View(size, _nothing(survey)) for size in (None, 7)] if survey.live else []
    return wrong_totals(survey.groups, "cups-total", [*group_views(survey), *nothing])


def absent_code(survey: Survey) -> str:
    """A search text that no code of the listing contains."""
    return absent_text(survey, [key[0] for key in survey.groups.whole()])


@judges("cups-total-pages")
def total_pages(survey: Survey) -> Iterator[Finding]:
    """Divides the total of every page of every view by its size, also where it divides exactly and on nothing."""
    return wrong_page_counts(survey.groups, "cups-total-pages", _pages(survey))


@judges("cups-page-full")
def page_full(survey: Survey) -> Iterator[Finding]:
    """Counts the groups on each page of every view: size of them, and the rest on the last."""

    def look(view: View, fresh: bool) -> list[Finding]:
        return list(_fullness(view.walk(survey.groups, fresh=fresh)))

    return confirmed(survey.groups, group_views(survey), look)


def _fullness(walk: Walk) -> Iterator[Finding]:
    room = walk.pages[0].room
    for page in walk.pages:
        number = page.asked_number
        left = page.total - room * (number - 1)
        expected = max(0, min(room, left))
        if len(page.items) != expected:
            where = "items of the last page" if left <= room else "items of a page before the last"
            got = f"{len(page.items)} groups, not {expected}, on page {number} of size {room}"
            yield finding("cups-page-full", page, where, "size groups, and the rest on the last page", got)


@judges("cups-partition")
def partition(survey: Survey) -> Iterator[Finding]:
    """Puts the pages of every view together and compares them with the same listing in its largest pages."""
    survey.groups.some()
    return wrong_partition(survey.groups, "cups-partition", group_views(survey))


@judges("cups-beyond-last")
def beyond_last(survey: Survey) -> Iterator[Finding]:
    """Asks for the page after the last at several sizes and filters, and for pages far away."""
    requests = []
    for view in group_views(survey):
        walk = view.walk(survey.groups)
        if walk.complete:
            # A page of slack, so that a group added meanwhile does not fill the page.
            for number in (len(walk.pages) + 1, len(walk.pages) + 2):
                requests.append(survey.groups.request(view.filters, size=view.size, page=number))
    requests += [survey.groups.request(page=number) for number in FAR_AWAY]
    for exchange in survey.ask_some(requests):
        if exchange.answer.refused:
            continue
        if exchange.answer.status != 200:
            yield finding("cups-beyond-last", exchange, "status", "200 or a 4xx", exchange.answer.status)
            continue
        page = survey.groups.page_of(exchange)
        if page.items and page.total <= page.room * (page.asked_number - 1):
            yield finding("cups-beyond-last", page, "items", "no groups", f"{len(page.items)} groups")
