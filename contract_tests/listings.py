"""The listings of the API: what makes one of their items, what their filters mean, and their pages as answered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from contract_tests.conformance import is_date, is_date_time, same_uuid
from contract_tests.exchange import Exchange
from contract_tests.findings import Blocked

Item = Mapping[str, Any]
Key = tuple[str, ...]
"""What makes an item: CUPS code and facility of a group, the id of an invoice or facility."""
Filters = tuple[tuple[str, str], ...]
Test = Callable[[Item], bool | None]
"""Whether an item is shown; None where the pages leave it open."""
Filter = Callable[[Sequence[str]], Test]
"""What a filter with these values shows."""


@dataclass(frozen=True, eq=False)
class Listing:
    """An operation that lists something page by page."""

    operation_id: str
    noun: str
    """What it lists, as a sentence has it."""
    identity: tuple[str, ...]
    """The fields that make an item."""
    page_count: str
    """The field that tells the number of pages."""
    schema_rule: str
    size_rule: str
    """The rule that its largest size is documented by."""
    filters: Mapping[str, Filter]
    everything: Filters = ()
    """Filters that show what a listing without any may leave out."""

    def key_of(self, item: Item) -> Key:
        """What makes an item."""
        return tuple(same_uuid(item[name]) for name in self.identity)

    def is_item(self, value: Any) -> bool:
        """Whether a value is well enough formed to be told from others."""
        return isinstance(value, dict) and all(isinstance(value.get(name), str) for name in self.identity)

    def shows(self, filters: Filters, item: Item) -> bool | None:
        """Whether an item belongs in the filtered listing; None where the pages leave it open."""
        return self.showing(filters)(item)

    def showing(self, filters: Filters) -> Test:
        """The same for many items of one listing."""
        asked: dict[str, list[str]] = {}
        for name, value in filters:
            asked.setdefault(name, []).append(value)
        tests = [self.filters[name](values) for name, values in asked.items() if name in self.filters]
        hides_archived = bool(self.everything) and "status[]" not in asked

        def shows(item: Item) -> bool | None:
            verdict: bool | None = None if hides_archived and item.get("status") == "archived" else True
            for test in tests:
                one = test(item)
                if one is False:
                    return False
                verdict = verdict and one
            return verdict

        return shows

    def named(self, key: Key) -> str:
        """An item, as a sentence names it."""
        return f"{key[0]!r} of facility {key[1]}" if len(key) > 1 else key[0]


@lru_cache(maxsize=65536)
def loose(text: str) -> str:
    """A text by which those are equal that differ in case, blanks or punctuation only."""
    return "".join(filter(str.isalnum, text)).upper()


def _is_one_of(name: str) -> Filter:
    return lambda values: lambda item: item.get(name) in values


def _has_id(name: str) -> Filter:
    def shown(values: Sequence[str]) -> Test:
        ids = {same_uuid(value) for value in values}
        return lambda item: isinstance(item.get(name), str) and same_uuid(item[name]) in ids

    return shown


def _contains(name: str) -> Filter:
    def shown(values: Sequence[str]) -> Test:
        part = values[-1].lower()
        return lambda item: isinstance(item.get(name), str) and part in item[name].lower()

    return shown


def _is_alike(name: str) -> Filter:
    """Equal text is shown; whether text that differs in case or blanks is equal is open."""

    def shown(values: Sequence[str]) -> Test:
        alike = {loose(value) for value in values}

        def test(item: Item) -> bool | None:
            value = item.get(name)
            if value in values:
                return True
            return None if isinstance(value, str) and loose(value) in alike else False

        return test

    return shown


def _by_day(name: str, holds: Callable[[str, str], bool]) -> Filter:
    """Days are compared; whether an invoice without the day is shown is open."""

    def shown(values: Sequence[str]) -> Test:
        def test(item: Item) -> bool | None:
            value = item.get(name)
            day = _day(value) if isinstance(value, str) else None
            return None if day is None else holds(day, values[-1])

        return test

    return shown


@lru_cache(maxsize=65536)
def _day(text: str) -> str | None:
    """The day of a date, with or without a time; None for what is none."""
    return text[:10] if is_date(text) or is_date_time(text) else None


def _has_emissions(values: Sequence[str]) -> Test:
    """Emissions of null are not calculated and other numbers are; no page says what zero is."""

    def test(item: Item) -> bool | None:
        emissions = item.get("co2e")
        return None if emissions == 0 else (emissions is not None) == (values[-1] == "calculated")

    return test


GROUPS = Listing(
    "listCupsGroups", "groups", ("cups", "facility_id"), "total_pages", "cups-page-schema", "cups-size-bounds",
    {"facility_id": _has_id("facility_id"), "search": _contains("cups")},
)  # fmt: skip
SUMMARIES = Listing(
    "listInvoices", "invoices", ("id",), "pages", "invoices-page-schema", "invoices-page-bounds",
    {
        "type[]": _is_one_of("type"),
        "status[]": _is_one_of("status"),
        "facility_id[]": _has_id("facility_id"),
        "cups[]": _is_alike("cups"),
        "start_date": _by_day("start_date", lambda day, bound: day >= bound),
        "end_date": _by_day("end_date", lambda day, bound: day <= bound),
        "co2e_status": _has_emissions,
        "invoice_id": _contains("invoice_id"),
    },
)  # fmt: skip
FACILITIES = Listing(
    "listFacilities", "facilities", ("id",), "pages", "facilities-page-schema", "facilities-page-bounds",
    {
        "name": _contains("name"),
        "country": _is_alike("country"),
        "type": _is_alike("type"),
        "status[]": _is_one_of("status"),
    },
    everything=(("status[]", "active"), ("status[]", "archived")),
)  # fmt: skip
LISTINGS = {one.operation_id: one for one in (GROUPS, SUMMARIES, FACILITIES)}


@dataclass(frozen=True)
class Page:
    """One page of a listing, well enough formed to be compared with others."""

    listing: Listing
    exchange: Exchange
    body: Mapping[str, Any]
    items: tuple[Item, ...]

    @property
    def asked_number(self) -> int:
        """The page number that was asked for."""
        return int(self.exchange.request.parameters.get("page", "1"))

    @property
    def room(self) -> int:
        """How many items the page has room for: the size asked for or, where none was, the size it tells."""
        asked = self.exchange.request.parameters.get("size")
        return max(1, int(asked) if asked else self.number("size"))

    @property
    def total(self) -> int:
        """The number of items the page says there are; blocks the rule when it is no number."""
        return self.number("total")

    @cached_property
    def keys(self) -> list[Key]:
        """What makes each of its items, in their order."""
        return [self.listing.key_of(item) for item in self.items]

    def number(self, name: str) -> int:
        """A whole number of the page; blocks the rule when it is none."""
        value = self.body.get(name)
        if isinstance(value, bool) or not isinstance(value, int):
            raise Blocked(self.listing.schema_rule, self.exchange)
        return value


@dataclass(frozen=True)
class Walk:
    """The pages of one listing, in order."""

    listing: Listing
    filters: Filters
    size: int | None
    pages: tuple[Page, ...]
    complete: bool = True
    """Whether every page was fetched."""

    @cached_property
    def items(self) -> dict[Key, Item]:
        """The items of all pages by their key."""
        return {key: item for page in self.pages for key, item in zip(page.keys, page.items, strict=True)}

    def placed(self) -> Iterator[tuple[Page, int, Item]]:
        """Every item with its page and its place in it."""
        for page in self.pages:
            for index, item in enumerate(page.items):
                yield page, index, item


def facilities_of(items: Iterable[Item]) -> list[str]:
    """The facilities of some groups or invoices, the one with most of them first."""
    count: dict[str, int] = {}
    for item in items:
        if isinstance(item.get("facility_id"), str):
            count[item["facility_id"]] = count.get(item["facility_id"], 0) + 1
    return sorted(count, key=lambda facility: (-count[facility], facility))
