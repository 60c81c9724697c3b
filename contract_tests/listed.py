"""One listing of a deployment: asks for its pages, walks them, and puts them together."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from contract_tests.exchange import Exchange, Request
from contract_tests.findings import Blocked, NotExercised
from contract_tests.inquiry import Inquiry
from contract_tests.listings import Filters, Item, Key, Listing, Page, Walk

MANY = 2000
"""Items from which on a listing is walked at its largest size only."""
MOST_PAGES = 400
"""Pages of one listing that are asked for, at most."""
EXTRA_PAGES = 8
"""Pages asked for beyond those that the total tells, while they are full and show new items."""
BATCH = 24
"""Pages asked for side by side."""
WALKS = 8
"""Walks that are remembered whole, the last ones asked for."""

Views = dict[tuple[int | None, Filters], list[Page]]


class Listed:
    """A listing, as one deployment answers it."""

    def __init__(self, inquiry: Inquiry, listing: Listing, most_pages: int = MOST_PAGES) -> None:
        """`most_pages` bounds every walk; a filtered one is bounded closer where they do not hold the whole listing."""
        self.inquiry = inquiry
        self.listing = listing
        self._most_pages = most_pages
        self._walks: dict[tuple[int | None, Filters], Walk] = {}
        self._whole: tuple[list[Walk], dict[Key, Item]] = ([], {})
        self._belonging: tuple[Mapping[Key, Item], dict[Filters, dict[Key, bool | None]]] = ({}, {})

    @property
    def is_asked(self) -> bool:
        """Whether it belongs to the operations of this run."""
        return self.listing.operation_id in self.inquiry.operations

    @property
    def live(self) -> bool:
        """Whether anything can be asked that was not asked before."""
        return self.inquiry.live

    def request(self, filters: Filters = (), **query: object) -> Request:
        """A question for a page, with filters and other parameters; those that are None are left out."""
        pairs = ((name, str(value)) for name, value in query.items() if value is not None)
        return self.inquiry.request(self.listing.operation_id, query=(*pairs, *filters))

    def ask(self, filters: Filters = (), **query: object) -> Exchange:
        """The exchange for such a question."""
        return self.inquiry.ask(self.request(filters, **query))

    def page_of(self, exchange: Exchange) -> Page:
        """The page in an answer; raises Broken or Blocked when there is none."""
        body = self.inquiry.object_of(exchange)
        items = body.get("items")
        if not isinstance(items, list) or not all(map(self.listing.is_item, items)):
            raise Blocked(self.listing.schema_rule, exchange)
        return Page(self.listing, exchange, body, tuple(map(self._documented_part, items)))

    def _documented_part(self, item: Item) -> Item:
        """An item without what is not documented: that may change from answer to answer, and so is not compared."""
        names = self.fields
        return item if item.keys() <= names.keys() else {name: item[name] for name in names if name in item}

    @cached_property
    def fields(self) -> Mapping[str, Any]:
        """The schemas of the documented fields of an item, in their order."""
        documented = self.inquiry.spec.operation(self.listing.operation_id).success.schema or {}
        found: Mapping[str, Any] = documented["properties"]["items"]["items"]["properties"]
        return found

    def page(self, filters: Filters = (), *, fresh: bool = False, **query: object) -> Page:
        """One page, asked with these filters and parameters."""
        return self.page_of(self.inquiry.ask(self.request(filters, **query), fresh=fresh))

    def walk(self, filters: Filters = (), *, size: int | None = None, fresh: bool = False) -> Walk:
        """The pages of a filtered listing: those that its total tells, and a few more while they are full.

        It ends early where pages show nothing new, so that a total that lies is not followed far.
        """
        view = (size, filters)
        found = self._walks.pop(view, None)
        if found is None or fresh:
            found = self._walk(filters, size, fresh)
        self._walks[view] = found
        if len(self._walks) > WALKS:
            del self._walks[next(iter(self._walks))]
        return found

    def _walk(self, filters: Filters, size: int | None, fresh: bool) -> Walk:
        def ask(first: int, count: int) -> list[Exchange]:
            numbers = range(first, first + count)
            asked = [self.request(filters, size=size, page=one) for one in numbers]
            return self.inquiry.ask_all(asked, fresh=fresh)

        def walked(complete: bool = True) -> Walk:
            return Walk(self.listing, filters, size, tuple(pages), complete)

        most = self._most_pages if not filters or self.is_complete else self.inquiry.profile.pages
        pages = [self.page_of(exchange) for exchange in ask(1, 1)]
        seen = set(pages[0].keys)
        told, room = -(-pages[0].total // pages[0].room), pages[0].room
        while len(pages) < min(told, most):
            count = min(min(told, most) - len(pages), BATCH)
            batch = [self.page_of(one) for one in ask(len(pages) + 1, count)]
            pages += batch
            new = {key for page in batch for key in page.keys} - seen
            if not new:
                return walked()
            seen |= new
        for _ in range(EXTRA_PAGES if told <= most else 0):
            if len(pages[-1].items) < room:
                return walked()
            (exchange,) = ask(len(pages) + 1, 1)
            page = None if exchange.answer.refused else self.page_of(exchange)
            if page is None or set(page.keys) <= seen:
                return walked()
            pages.append(page)
            seen |= set(page.keys)
        return walked(complete=False)

    def parameter(self, name: str) -> Mapping[str, Any]:
        """The schema of a parameter."""
        parameters = self.inquiry.spec.operation(self.listing.operation_id).parameters
        return next(one.schema for one in parameters if one.name == name)

    @property
    def default_size(self) -> int:
        """How many items make a page when size is not given."""
        return int(self.parameter("size")["default"])

    @cached_property
    def largest(self) -> int | None:
        """The largest size that is documented; None, which asks for the default one, where it is refused."""
        size = int(self.parameter("size")["maximum"])
        with self.inquiry.judging(self.listing.size_rule):
            return size if self.ask(size=size, page=1).answer.status == 200 else None

    def whole(self, *, fresh: bool = False) -> dict[Key, Item]:
        """Every item of the organization, by its key: those of its default pages, and of its largest ones."""
        walk = self.whole_walk(fresh=fresh)
        walks = [*self._hidden(fresh), walk]
        if walk.size is not None and walk.pages[0].total <= MANY:
            walks.insert(0, self.walk(size=None, fresh=fresh))
        # Put together once for the same walks: most rules begin with it.
        if [*map(id, walks)] != [*map(id, self._whole[0])]:
            self._whole = walks, {key: item for one in walks for key, item in one.items.items()}
        return self._whole[1]

    def _hidden(self, fresh: bool) -> list[Walk]:
        """The walk that shows what a listing without filters may leave out, where there is one."""
        everything = self.listing.everything
        if not everything or not self.live:
            return []
        first = self.inquiry.ask(self.request(everything, size=self.largest, page=1), fresh=fresh)
        return [self.walk(everything, size=self.largest)] if first.answer.status == 200 else []

    def belonging(self, filters: Filters, items: Mapping[Key, Item]) -> dict[Key, bool | None]:
        """Which of some items a filtered listing shows; None where the pages leave it open."""
        if self._belonging[0] is not items:
            self._belonging = items, {}
        found = self._belonging[1]
        if filters not in found:
            shows = self.listing.showing(filters)
            found[filters] = {key: shows(item) for key, item in items.items()}
        return found[filters]

    def whole_walk(self, *, fresh: bool = False) -> Walk:
        """The unfiltered listing in its largest pages."""
        return self.walk(size=self.largest, fresh=fresh)

    @property
    def is_complete(self) -> bool:
        """Whether `whole` holds every item, and not only those that were seen."""
        first = self.whole_walk().pages[0]
        return -(-first.total // first.room) <= self._most_pages

    def views(self) -> Views:
        """The pages of a recording by their size and filters; a live listing has none to keep to."""
        return {}

    def some(self) -> dict[Key, Item]:
        """The whole listing; raises NotExercised when it is empty."""
        items = self.whole()
        if not items:
            raise NotExercised(f"The organization has no {self.listing.noun}. Name one that has some.")
        return items
