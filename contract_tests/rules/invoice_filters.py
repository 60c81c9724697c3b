"""Judges of the filters of the listing of invoices."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import date, timedelta
from itertools import pairwise
from uuid import UUID

from contract_tests.conformance import is_date_time
from contract_tests.findings import Finding
from contract_tests.listings import Filters, Item, facilities_of, loose
from contract_tests.rules.registry import judges
from contract_tests.rules.views import (
    View,
    absent_text,
    affordable,
    confirmed,
    differences,
    finding,
    recorded_views,
    shown_for_nothing,
    telling,
    various_codes,
)
from contract_tests.survey import UNSEEN, Survey


def _judge(
    survey: Survey, rule_id: str, names: Sequence[str], filters: Sequence[Filters], needed: str, single: int = 0
) -> Iterator[Finding]:
    """Compares the listing with each of some filters with the invoices of the whole that match.

    The first `single` filters are looked at whatever they cost.
    """
    listed = survey.summaries
    if not survey.live:
        views = [view for count in range(1, len(names) + 1) for view in recorded_views(listed, *names[:count])]
        return differences(listed, rule_id, views)
    views = [View(listed.largest, one) for one in filters]
    chosen = affordable(listed, views[:single], views[single:])
    return differences(listed, rule_id, telling(listed, chosen, needed))


def _each_and_pairs(name: str, values: Sequence[str]) -> list[Filters]:
    """A filter with each of some values, and with two of them at a time."""
    return [*(((name, one),) for one in values), *(((name, one), (name, two)) for one, two in pairwise(values))]


def _values(survey: Survey, name: str) -> list[str]:
    """The texts that invoices have in a field, the rarest first."""
    count: dict[str, int] = {}
    for item in survey.summaries.some().values() if survey.live else ():
        if isinstance(item.get(name), str) and item[name]:
            count[item[name]] = count.get(item[name], 0) + 1
    return sorted(count, key=lambda value: (count[value], value))


@judges("invoices-type-filter")
def type_filter(survey: Survey) -> Iterator[Finding]:
    """Asks for types, one and two at a time, and compares with the invoices of these types in the whole listing."""
    values = survey.summaries.parameter("type[]")["items"]["enum"]
    needed = "All listed invoices have one type. Name an organization with invoices of different types."
    return _judge(survey, "invoices-type-filter", ["type[]"], _each_and_pairs("type[]", values), needed, len(values))


@judges("invoices-status-filter")
def status_filter(survey: Survey) -> Iterator[Finding]:
    """Asks for statuses, one and two at a time, and compares with the invoices of these in the whole listing."""
    values = survey.summaries.parameter("status[]")["items"]["enum"]
    needed = "All listed invoices have one status. Name an organization with invoices of different statuses."
    return _judge(
        survey, "invoices-status-filter", ["status[]"], _each_and_pairs("status[]", values), needed, len(values)
    )


@judges("invoices-facility-filter")
def facility_filter(survey: Survey) -> Iterator[Finding]:
    """Asks for facilities, one and two at a time and one unknown, and compares with their invoices in the whole."""
    values = _values(survey, "facility_id")[: survey.profile.facilities]
    needed = "All listed invoices are of one facility. Name an organization with invoices of several facilities."
    yield from _judge(
        survey, "invoices-facility-filter", ["facility_id[]"], _each_and_pairs("facility_id[]", values), needed
    )
    if survey.live:
        unknown = str(UUID(int=survey.random("unknown facility").getrandbits(128), version=4))
        yield from shown_for_nothing(survey.summaries, "invoices-facility-filter", [(("facility_id[]", unknown),)])


@judges("invoices-cups-filter")
def cups_filter(survey: Survey) -> Iterator[Finding]:
    """Asks for live CUPS codes, one and two at a time, for pieces of them and for one of no invoice, and compares."""
    codes = sorted(code for code in _values(survey, "cups") if code.strip() == code)
    some = list(dict.fromkeys([*various_codes(codes, 2 * survey.profile.codes), *_lookalikes(codes)])) if codes else []
    pieces: list[Filters] = [(("cups[]", code[:-1]),) for code in some if len(code) > 1]
    needed = "The listed invoices have no CUPS codes, or all the same. Name an organization with several."
    filters = [*_each_and_pairs("cups[]", some), *pieces[:LOOKALIKES]]
    yield from _judge(survey, "invoices-cups-filter", ["cups[]"], filters, needed, len(filters))
    if survey.live:
        yield from _confused(survey, some)
        absent = absent_text(survey, codes).upper()
        yield from shown_for_nothing(survey.summaries, "invoices-cups-filter", [(("cups[]", absent),)])


LOOKALIKES = 4
"""Pairs of codes looked at that are alike in one way."""


def _lookalikes(codes: Sequence[str]) -> list[str]:
    """Codes of which one starts with the other, or that differ in case, blanks or punctuation only."""
    starts = [pair for pair in pairwise(codes) if pair[1].startswith(pair[0])]
    twins = [pair for pair in pairwise(sorted(codes, key=loose)) if loose(pair[0]) == loose(pair[1])]
    return [code for pairs in (starts, twins) for pair in pairs[:LOOKALIKES] for code in pair]


def _confused(survey: Survey, codes: Sequence[str]) -> Iterator[Finding]:
    """Invoices shown for a code that have one like it, where the groups tell the two apart."""
    listed = survey.summaries
    with suppress(*UNSEEN):
        apart = {key[0] for key in survey.groups.whole()}
        twins = [one for one in codes if one in apart and any(loose(one) == loose(code) for code in apart - {one})]
        for code in twins:
            page = listed.page((("cups[]", code),), size=listed.largest, page=1)
            for index, item in enumerate(page.items):
                other = item.get("cups")
                if other != code and other in apart:
                    text = f"{other!r} for {code!r}, which are two groups"
                    where = f"items/{index}/cups"
                    yield finding("invoices-cups-filter", page, where, "only invoices with one of these codes", text)


@judges("invoices-period-filter")
def period_filter(survey: Survey) -> Iterator[Finding]:
    """Asks with days on which live invoices start and end, with those around them and with both, and compares."""
    needed = "The listed invoices have no dates, or all the same. Name an organization with invoices of several months."
    return _judge(survey, "invoices-period-filter", ["start_date", "end_date"], _periods(survey), needed, 2)


def _periods(survey: Survey) -> list[Filters]:
    starts, ends = _days(survey, "start_date"), _days(survey, "end_date")
    if not starts or not ends:
        return []
    late, early = starts[-1 - len(starts) // 8], ends[len(ends) // 8]
    found: list[Filters] = [(("start_date", one),) for one in (late, _next(late), _next(starts[-1]))]
    found += [(("end_date", one),) for one in (early, _next(early, -1), _next(ends[0], -1))]
    middle = starts[len(starts) // 2]
    until = next((one for one in ends if one > middle), ends[-1])
    found += [(("start_date", middle), ("end_date", one)) for one in (until, _next(until, -1)) if one >= middle]
    return found


def _days(survey: Survey, name: str) -> list[str]:
    """The days on which invoices start or end, in order, leaving out the first and last that a calendar has."""
    items = survey.summaries.some().values() if survey.live else ()
    days = {item[name][:10] for item in items if isinstance(item.get(name), str) and is_date_time(item[name])}
    return sorted(day for day in days if "1000" < day < "9000")


def _next(day: str, by: int = 1) -> str:
    return (date.fromisoformat(day) + timedelta(days=by)).isoformat()


@judges("invoices-co2e-filter")
def co2e_filter(survey: Survey) -> Iterator[Finding]:
    """Asks for either status of emissions, and compares with the invoices that have some and those that have none."""
    needed = "All listed invoices have emissions, or none has. Name an organization with a freshly uploaded invoice."
    both: list[Filters] = [(("co2e_status", one),) for one in ("not_calculated", "calculated")]
    yield from _judge(survey, "invoices-co2e-filter", ["co2e_status"], both, needed, len(both))
    if survey.live:
        yield from confirmed(survey.summaries, [View(survey.summaries.largest, both[1])], _zeros_left_out(survey))
        yield from confirmed(survey.summaries, [View(1, one) for one in both[:1]], _shared_out(survey, both))


def _shared_out(survey: Survey, both: Sequence[Filters]) -> Callable[[View, bool], list[Finding]]:
    """Whether an invoice is calculated or not, it is one of the two: the totals add up."""
    listed = survey.summaries

    def look(_: View, fresh: bool) -> list[Finding]:
        before = listed.page(size=1, page=1, fresh=fresh)
        parts = [listed.page(one, size=1, page=1, fresh=fresh) for one in both]
        after = listed.page(size=1, page=1, fresh=fresh)
        low, high = sorted((before.total, after.total))
        totals = [page.total for page in parts]
        if low <= sum(totals) <= high:
            return []
        got = f"{totals[0]} not calculated and {totals[1]} calculated of {after.total}"
        return [finding("invoices-co2e-filter", parts[0], "total", "each invoice in one of the two", got, *parts[1:])]

    return look


def _zeros_left_out(survey: Survey) -> Callable[[View, bool], list[Finding]]:
    """Emissions of zero are calculated where null says that others are not."""
    listed = survey.summaries

    def look(view: View, fresh: bool) -> list[Finding]:
        whole, walk = listed.whole(fresh=fresh), view.walk(listed, fresh=fresh)
        if not walk.complete or all(item.get("co2e") is not None for item in whole.values()):
            return []
        zeros = [key for key, item in whole.items() if item.get("co2e") == 0 and key not in walk.items]
        text = f"{listed.listing.named(zeros[0])} with a co2e of 0 is missing for {view}" if zeros else ""
        expected = "every invoice whose emissions are not null"
        return [finding("invoices-co2e-filter", walk.pages[0], "items", expected, text)] if zeros else []

    return look


@judges("invoices-number-filter")
def number_filter(survey: Survey) -> Iterator[Finding]:
    """Asks for pieces of live invoice numbers, in either case, and for text of other fields and of none."""
    listed = survey.summaries
    every = _values(survey, "invoice_id")
    numbers = [one for one in every if one.isascii() and len(one) > 3]
    some = numbers[:: max(1, len(numbers) // survey.profile.codes)][: survey.profile.codes]
    filters: list[Filters] = [(("invoice_id", text),) for number in some for text in _pieces(number)]
    filters += [(("invoice_id", text),) for number in some[:2] for text in _disguised(number)]
    needed = "The listed invoices have no numbers, or all the same. Name an organization with several."
    yield from _judge(survey, "invoices-number-filter", ["invoice_id"], filters, needed, 2)
    if survey.live:
        others = [
            text for name in ("cups", "supplier_id", "type") for text in _values(survey, name)[:2] if text.strip()
        ]
        texts = [one for one in others if not any(one.lower() in number.lower() for number in every)]
        absent = [(("invoice_id", text),) for text in (*texts, absent_text(survey, every))]
        yield from shown_for_nothing(listed, "invoices-number-filter", absent)


def _pieces(number: str) -> Iterator[str]:
    """Pieces of a number, as a person types them."""
    middle = len(number) // 2
    for piece in (
        number,
        number.swapcase(),
        number[-4:],
        number[middle - 2 : middle + 2],
        number[: middle + 1].lower(),
    ):
        if piece.strip() == piece:
            yield piece


def _disguised(number: str) -> Iterator[str]:
    """A number with a character replaced by what stands for any character in a pattern."""
    middle = len(number) // 2
    for wildcard in ("_", "%", ".", "*"):
        yield (number[:middle] + wildcard + number[middle + 1 :]).strip()


@judges("invoices-filters-together")
def filters_together(survey: Survey) -> Iterator[Finding]:
    """Asks for several attributes of live invoices at once, and for those of two that no invoice has together."""
    listed = survey.summaries
    if not survey.live:
        return differences(listed, "invoices-filters-together", _recorded_together(survey))
    needed = "The listed invoices are too much alike. Name an organization with several types and facilities."
    views = affordable(listed, [], [View(listed.largest, one) for one in _together(list(listed.some().values()))])
    return differences(listed, "invoices-filters-together", telling(listed, views, needed))


def _recorded_together(survey: Survey) -> list[View]:
    found = (View(size, filters) for size, filters in survey.summaries.views())
    return [view for view in found if len({name for name, _ in view.filters}) > 1]


FIELDS = {"type[]": "type", "status[]": "status", "facility_id[]": "facility_id", "cups[]": "cups"}
"""The filters that take values, and the fields that they are about."""


def _together(items: Sequence[Item]) -> list[Filters]:
    """Combinations of filters: of one live invoice, or of two that differ."""
    coded = [one for one in items if all(isinstance(one.get(name), str) and one[name] for name in FIELDS.values())]
    facilities = facilities_of(coded)
    found: list[Filters] = []
    for facility in (*facilities[:2], *facilities[-1:]):
        own = [one for one in coded if one["facility_id"] == facility]
        others = [one for one in coded if one["facility_id"] != facility]
        for one in (own[0], own[-1]):
            found += [
                _asked(one, *names) for names in (("type[]", "status[]", "facility_id[]"), ("facility_id[]", "cups[]"))
            ]
            found.append((*_asked(one, "facility_id[]", "type[]"), ("start_date", str(one["start_date"])[:10])))
        found += [(*_asked(own[0], "facility_id[]"), *_asked(other, "cups[]")) for other in others[:1]]
        found += [
            (*_asked(own[0], "facility_id[]"), *_asked(other, "facility_id[]", "status[]")) for other in others[-1:]
        ]
    return [one for one in dict.fromkeys(found) if all(is_day(value) for name, value in one if name == "start_date")]


def is_day(text: str) -> bool:
    """Whether a text is a day that every calendar has."""
    return is_date_time(f"{text}T00:00:00") and "1000" < text < "9000"


def _asked(item: Item, *names: str) -> Filters:
    return tuple((name, str(item[FIELDS[name]])) for name in names)
