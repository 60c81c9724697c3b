"""Faults of the listing's pages: which groups a page holds, what it says of itself, which pages may be asked for."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from faults.edits import (
    When,
    answer_with,
    borrow,
    both,
    change_items,
    change_page,
    change_request,
    convert,
    copy,
    crash,
    empty,
    given,
    not_given,
    page_from,
    put,
    retry_refused,
    serve_refused,
    valued,
)
from faults.exchange import Answer, Handler, Request
from faults.fault import Fault
from faults.relisting import Ask, Groups, Relisting
from faults.site import Edit, Site, chain


def _ask(**parameters: str | None) -> Callable[[Request], Request]:
    return lambda request: request.with_parameters(**parameters)


def _number(parameter: str, test: Callable[[int], bool]) -> When:
    return valued(parameter, lambda text: text.removeprefix("-").isdecimal() and test(int(text)))


def _no_number(parameter: str) -> When:
    return valued(parameter, lambda text: not text.removeprefix("-").isdecimal())


def _echo(parameter: str) -> Edit:
    """Answer the number that was asked for, whatever is served."""

    def edit(site: Site) -> Handler:
        def handle(request: Request) -> Answer:
            answer = site.answer(request)
            asked = request.parameters.get(parameter, "")
            if not request.is_listing or answer.status != 200 or not asked.removeprefix("-").isdecimal():
                return answer
            return answer.with_json(answer.json | {parameter: int(asked)})

        return handle

    return edit


def _shift(by: int) -> Callable[[Ask, Groups], Groups]:
    """Start every page but the first some groups later."""

    def cut(ask: Ask, groups: Groups) -> Groups:
        start = ask.start + (by if ask.page > 1 else 0)
        return groups[start : start + ask.size]

    return cut


def _short_pages(ask: Ask, groups: Groups) -> Groups:
    """Leave the last group out of every page that is full."""
    items = groups[ask.start : ask.start + ask.size]
    return items[:-1] if len(items) == ask.size > 1 else items


def _no_rest(ask: Ask, groups: Groups) -> Groups:
    """Show full pages only, except where there is but one."""
    items = groups[ask.start : ask.start + ask.size]
    return items if len(items) == ask.size or ask.page == 1 else []


def _reversed_on_even_pages(ask: Ask, groups: Groups) -> Groups:
    return groups if ask.page % 2 else groups[::-1]


def _sorted_by_ties(ask: Ask, groups: Groups) -> Groups:
    """Order by count alone, and groups of the same count in another order on each page."""
    shuffled = Random(ask.page).sample(groups, len(groups))
    return sorted(shuffled, key=lambda group: int(group["invoice_count"]))


def _shuffled_when_searching(ask: Ask, groups: Groups) -> Groups:
    return Random(ask.page).sample(groups, len(groups)) if ask.search else groups


def _clamp_to_last(ask: Ask, groups: Groups) -> Groups:
    last = max(1, -(-len(groups) // ask.size))
    start = (min(ask.page, last) - 1) * ask.size
    return groups[start : start + ask.size]


def _wrap_around(ask: Ask, groups: Groups) -> Groups:
    last = max(1, -(-len(groups) // ask.size))
    start = (ask.page - 1) % last * ask.size
    return groups[start : start + ask.size]


PARTITION_FAULTS = (
    Fault(
        "partition-offset-late",
        ("cups-partition", "cups-page-full"),
        "Pages from the second on start one group late, so that one is lost at each edge.",
        Relisting(cut=_shift(1)),
    ),
    Fault(
        "partition-offset-early",
        ("cups-partition", "cups-page-full"),
        "Pages from the second on start one group early, so that one is repeated at each edge.",
        Relisting(cut=_shift(-1)),
    ),
    Fault(
        "partition-last-of-page-lost",
        ("cups-page-full", "cups-partition"),
        "A full page lacks its last group.",
        Relisting(cut=_short_pages),
    ),
    Fault(
        "partition-rest-lost",
        ("cups-page-full", "cups-partition"),
        "The last page is empty unless it is full.",
        Relisting(cut=_no_rest),
    ),
    Fault(
        "partition-last-group-lost",
        ("cups-page-full", "cups-partition"),
        "The very last group of a listing of several pages is not shown.",
        Relisting(cut=lambda ask, groups: groups[:-1][ask.start : ask.start + ask.size] if ask.page > 1 else
                  groups[: ask.size]),
    ),
    Fault(
        "partition-extra-group",
        ("cups-page-full", "cups-partition"),
        "A page holds one group more than its size; the next page starts with that group.",
        Relisting(cut=lambda ask, groups: groups[ask.start : ask.start + ask.size + 1]),
    ),
    Fault(
        "partition-offset-by-page",
        ("cups-partition", "cups-page-full"),
        "The page number is taken for the number of groups to leave out.",
        Relisting(cut=lambda ask, groups: groups[ask.page - 1 : ask.page - 1 + ask.size]),
    ),
    Fault(
        "partition-offset-of-50",
        ("cups-partition", "cups-page-full"),
        "Each page starts 50 groups after the one before, whatever the size.",
        Relisting(cut=lambda ask, groups: groups[(ask.page - 1) * 50 :][: ask.size]),
    ),
    Fault(
        "partition-zero-based",
        ("cups-page-default", "cups-partition", "cups-page-full"),
        "Page 1 is the second page.",
        Relisting(cut=lambda ask, groups: groups[ask.page * ask.size : (ask.page + 1) * ask.size]),
    ),
    Fault(
        "partition-order-flips",
        ("cups-partition", "cups-unique"),
        "Every other page is cut from the listing in reverse.",
        Relisting(arrange=_reversed_on_even_pages),
    ),
    Fault(
        "partition-order-of-ties",
        ("cups-partition", "cups-unique"),
        "Groups with the same count stand in another order for each page.",
        Relisting(arrange=_sorted_by_ties),
    ),
    Fault(
        "partition-shuffled-when-searching",
        ("cups-partition", "cups-unique"),
        "A searched listing is in another order for each page.",
        Relisting(arrange=_shuffled_when_searching),
    ),
    Fault(
        "partition-page-ignored",
        ("cups-partition", "cups-beyond-last"),
        "Every page holds what the first one holds.",
        Relisting(cut=lambda ask, groups: groups[: ask.size]),
    ),
    Fault(
        "partition-page-ignored-with-facility",
        ("cups-partition", "cups-beyond-last"),
        "In one facility's listing, every page holds what the first one holds.",
        Relisting(cut=lambda ask, groups: groups[0 if ask.facility_id else ask.start :][: ask.size]),
    ),
    Fault(
        "partition-from-page-3",
        ("cups-partition", "cups-page-full"),
        "The third page repeats the second.",
        Relisting(cut=lambda ask, groups: groups[(min(ask.page, 2) - 1) * ask.size if ask.page == 3 else ask.start :][
            : ask.size
        ]),
    ),
    Fault(
        "page-full-size-ignored",
        "cups-page-full",
        "Every page has room for 50 groups.",
        Relisting(cut=lambda ask, groups: groups[(ask.page - 1) * 50 : ask.page * 50]),
    ),
    Fault(
        "page-full-capped-at-100",
        ("cups-page-full", "cups-size-bounds"),
        "A page holds at most 100 groups, whatever its size.",
        Relisting(cut=lambda ask, groups: groups[ask.start : ask.start + min(ask.size, 100)]),
    ),
    Fault(
        "page-full-capped-and-said",
        ("cups-echo", "cups-page-full", "cups-size-bounds"),
        "A size above 100 is taken for 100, and the answer says so.",
        change_request(_ask(size="100"), _number("size", lambda size: 100 < size <= 200)),
    ),
    Fault(
        "beyond-last-repeats",
        "cups-beyond-last",
        "A page beyond the last one shows the last one again.",
        Relisting(cut=_clamp_to_last),
    ),
    Fault(
        "beyond-last-wraps",
        "cups-beyond-last",
        "A page beyond the last one starts again with the first.",
        Relisting(cut=_wrap_around),
    ),
    Fault(
        "beyond-last-crashes",
        ("no-server-error", "cups-beyond-last"),
        "A page beyond the tenth thousand is a server error.",
        crash(_number("page", lambda page: page > 10_000)),
    ),
)  # fmt: skip

SUMMARY_FAULTS = (
    Fault("total-of-page", "cups-total", "The total counts the groups of the page.",
          Relisting(total=lambda ask, listed, items: len(items))),
    Fault("total-so-far", "cups-total", "The total counts the groups up to this page.",
          Relisting(total=lambda ask, listed, items: min(len(listed), ask.start + len(items)))),
    Fault("total-capped", "cups-total", "The total goes up to 100.",
          Relisting(total=lambda ask, listed, items: min(len(listed), 100))),
    Fault("total-unsearched", "cups-total", "The total leaves the search out of account.",
          borrow("total", "total_pages", of=_ask(search=None, page="1"), when=given("search"))),
    Fault("total-of-all-facilities", "cups-total", "The total leaves facility_id out of account.",
          borrow("total", "total_pages", of=_ask(facility_id=None, page="1"), when=given("facility_id"))),
    Fault("total-one-more-when-filtered", "cups-total", "The total is one too many when both filters are given.",
          change_page(convert("total", lambda total: total + 1), given("facility_id", "search"))),
    Fault("total-zero-beyond-first", ("cups-total", "cups-total-pages"), "The total is counted on the first page only.",
          change_page(put(total=0, total_pages=0), page_from(2))),
    Fault("total-wrong-when-empty", "cups-total", "An empty listing has the total of the whole.",
          borrow("total", of=_ask(search=None, facility_id=None, page="1"),
                 when=valued("search", lambda text: len(text) > 6))),
    Fault("total-pages-floor", "cups-total-pages", "The total_pages is rounded down.",
          Relisting(pages=lambda total, size: total // size)),
    Fault("total-pages-one-more", "cups-total-pages", "The total_pages is one too many where the last page is full.",
          Relisting(pages=lambda total, size: total // size + 1)),
    Fault("total-pages-of-default", "cups-total-pages", "The total_pages is counted with pages of 50.",
          Relisting(pages=lambda total, size: max(1, -(-total // 50)))),
    Fault("total-pages-unsearched", "cups-total-pages", "The total_pages leaves the search out of account.",
          borrow("total_pages", of=_ask(search=None, page="1"), when=given("search"))),
    Fault("total-pages-is-total", "cups-total-pages", "The total_pages is the total.",
          change_page(copy("total", "total_pages"))),
    Fault("total-pages-two-when-empty", "cups-total-pages", "An empty listing has two pages.",
          change_page(put(total_pages=2), where=empty)),
    Fault("total-pages-rounded-to-even", "cups-total-pages", "The total_pages is rounded to the nearest.",
          Relisting(pages=lambda total, size: max(1, round(total / size)))),
    Fault("echo-page-1", "cups-echo", "The answer says page 1 on every page.", change_page(put(page=1))),
    Fault("echo-page-next", "cups-echo", "The answer says the page after the one asked for.",
          change_page(convert("page", lambda page: page + 1))),
    Fault("echo-page-from-0", ("cups-echo", "cups-page-schema"), "The answer counts pages from 0.",
          change_page(convert("page", lambda page: page - 1))),
    Fault("echo-size-50", "cups-echo", "The answer says size 50 for every size.", change_page(put(size=50))),
    Fault("echo-size-of-items", ("cups-echo", "cups-size-default"), "The answer says how many groups the page holds.",
          change_page(lambda page: page | {"size": max(1, len(page["items"]))})),
    Fault("echo-size-with-search", "cups-echo", "The answer says size 50 when searched.",
          change_page(put(size=50), given("search"))),
    Fault("default-size-20", "cups-size-default", "Without size, a page has room for 20.",
          change_request(_ask(size="20"), not_given("size"))),
    Fault("default-size-100", "cups-size-default", "Without size, a page has room for 100.",
          change_request(_ask(size="100"), not_given("size"))),
    Fault("default-size-20-with-facility", "cups-size-default", "Without size, a facility's page has room for 20.",
          change_request(_ask(size="20"), both(not_given("size"), given("facility_id")))),
    Fault("default-size-hidden", ("cups-size-default", "cups-page-full"),
          "Without size, a page holds 20 groups and says 50.",
          change_items(lambda items: items[:20], not_given("size"))),
    Fault("default-size-all", ("cups-size-default", "cups-page-full"),
          "Without size, a page holds all groups and says 50.",
          chain(change_request(_ask(size="200"), not_given("size")),
                change_page(put(size=50), not_given("size")))),
    Fault("default-page-2", "cups-page-default", "Without page, the second page is answered.",
          change_request(_ask(page="2"), not_given("page"))),
    Fault("default-page-2-hidden", "cups-page-default", "Without page, the second page is answered as page 1.",
          chain(change_request(_ask(page="2"), not_given("page")), change_page(put(page=1), not_given("page")))),
    Fault("default-page-empty", ("cups-page-default", "cups-page-full"), "Without page, no groups are answered.",
          change_items(lambda items: [], not_given("page"))),
)  # fmt: skip

BOUND_FAULTS = (
    Fault("bounds-page-0-as-1", "cups-page-bounds", "Page 0 is answered with page 1.",
          change_request(_ask(page="1"), _number("page", lambda page: page == 0))),
    Fault("bounds-page-negative-as-1", "cups-page-bounds", "A negative page is answered with page 1.",
          change_request(_ask(page="1"), _number("page", lambda page: page < 0))),
    Fault("bounds-page-0-echoed", "cups-page-bounds", "Page 0 is answered with the groups of page 1, as page 0.",
          chain(change_request(_ask(page="1"), _number("page", lambda page: page < 1)), _echo("page"))),
    Fault("bounds-page-0-empty", "cups-page-bounds", "Page 0 is answered with an empty page.",
          serve_refused({"items": [], "total": 0, "page": 1, "size": 50, "total_pages": 0},
                        _number("page", lambda page: page < 1))),
    Fault("bounds-page-0-crashes", ("no-server-error", "cups-page-bounds"),
          "Page 0 makes a negative offset, which crashes.",
          crash(_number("page", lambda page: page == 0))),
    Fault("bounds-size-0-as-default", "cups-size-bounds", "Size 0 is answered as size 50.",
          change_request(_ask(size=None), _number("size", lambda size: size == 0))),
    Fault("bounds-size-0-crashes", ("no-server-error", "cups-size-bounds"), "Size 0 divides by zero.",
          crash(_number("size", lambda size: size == 0))),
    Fault("bounds-size-negative-as-1", "cups-size-bounds", "A negative size is answered as size 1.",
          change_request(_ask(size="1"), _number("size", lambda size: size < 0))),
    Fault("bounds-size-201-clamped", "cups-size-bounds", "A size above 200 is answered as size 200.",
          change_request(_ask(size="200"), _number("size", lambda size: size > 200))),
    Fault("bounds-size-201-echoed", "cups-size-bounds", "A size of 201 is served and echoed.",
          chain(change_request(_ask(size="200"), _number("size", lambda size: size == 201)), _echo("size"))),
    Fault("bounds-size-huge", "cups-size-bounds", "Any size above 1000 is served.",
          change_request(_ask(size="200"), _number("size", lambda size: size > 1000))),
    Fault("bounds-size-200-refused", "cups-size-bounds", "Size 200 is refused.",
          answer_with(400, {"detail": "size must be below 200", "code": "INVALID_PARAMETER"},
                      _number("size", lambda size: size == 200))),
    Fault("bounds-size-above-100-refused", "cups-size-bounds", "A size above 100 is refused.",
          answer_with(400, {"detail": "size must be at most 100", "code": "INVALID_PARAMETER"},
                      _number("size", lambda size: size > 100))),
    Fault("bounds-size-1-refused", "cups-size-bounds", "Size 1 is refused.",
          answer_with(422, {"detail": [{"type": "greater_than", "loc": ["query", "size"], "msg": "more than 1"}]},
                      _number("size", lambda size: size == 1))),
    Fault("types-page-word", "cups-parameter-types", "A page that is no number is taken for 1.",
          retry_refused(_ask(page=None), _no_number("page"))),
    Fault("types-size-word", "cups-parameter-types", "A size that is no number is taken for 50.",
          retry_refused(_ask(size=None), _no_number("size"))),
    Fault("types-page-half", "cups-parameter-types", "A page of 1.5 is cut to 1.",
          retry_refused(_ask(page="1"), valued("page", lambda text: text in {"1.5", "1.9", "2.5"}))),
    Fault("types-size-leading-digits", "cups-parameter-types", "Of a size like 10abc the leading digits count.",
          retry_refused(_ask(size="10"), valued("size", lambda text: text[:1].isdigit() and text[-1:].isalpha()))),
    Fault("types-page-word-crashes", ("no-server-error", "cups-parameter-types"), "A page that is no number crashes.",
          crash(valued("page", lambda text: text.isalpha()))),
    Fault("types-facility-ignored", "cups-parameter-types", "A facility_id that is no UUID is left out of account.",
          retry_refused(_ask(facility_id=None), given("facility_id"))),
    Fault("types-facility-empty", "cups-parameter-types", "A facility_id that is no UUID lists nothing.",
          retry_refused(_ask(facility_id="00000000-0000-4000-8000-000000000000"), given("facility_id"))),
    Fault("types-facility-crashes", ("no-server-error", "cups-parameter-types"),
          "A facility_id that is no UUID crashes.",
          crash(valued("facility_id", lambda text: len(text) != 36))),
)  # fmt: skip

PAGING_FAULTS = (*PARTITION_FAULTS, *SUMMARY_FAULTS, *BOUND_FAULTS)
