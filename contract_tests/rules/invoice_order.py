"""Judge of the order of the listing of invoices."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from contract_tests.conformance import brief, wall_time
from contract_tests.findings import Finding, NotExercised
from contract_tests.listings import Item, Key, Walk
from contract_tests.rules.invoices import moment_of, number_of
from contract_tests.rules.registry import judges
from contract_tests.rules.views import View, confirmed, finding
from contract_tests.survey import Survey

Comparable = Any
Reading = Callable[[Any], Comparable]
SORTED_PAGES, SORTED_SIZE = 3, 20
"""How many pages of a sorted listing are looked at, and how many invoices are on each."""


def _natural(text: str) -> Comparable:
    """A text by which numbers in it are in order of their value."""
    parts = re.split(r"(\d+)", text.casefold())
    return [(int(part), "") if part.isdigit() else (-1, part) for part in parts]


def _collated(text: str) -> Comparable:
    """A text as collations of languages read it: marks, then digits, then letters, case and accents aside."""
    plain = [one for one in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(one)]
    return [(one.isalnum() + one.isalpha(), one) for one in plain]


def _bare(text: str) -> Comparable:
    """The same as collations read it that pass over marks."""
    return [one for one in _collated(text) if one[0]]


def _of_text(read: Reading) -> Reading:
    return lambda value: read(value) if isinstance(value, str) else None


READINGS: Mapping[str, tuple[Reading, ...]] = {
    "start_date": (wall_time,),
    "end_date": (wall_time,),
    "created_at": (moment_of,),
    "quantity": (number_of,),
    "invoice_id": tuple(_of_text(read) for read in (str.strip, str.casefold, str.swapcase, _natural, _collated, _bare)),
}
"""How the values of a field can be put in order; any one of several will do, as long as it is always the same."""


@judges("invoices-sort")
def sort(survey: Survey) -> Iterator[Finding]:
    """Sorts by each field, up and down, and looks for steps back, nulls in between and invoices passed over."""
    told = False
    for name, readings in READINGS.items():
        if not survey.live or _is_various(survey, name):
            for order in (name, f"-{name}"):
                with suppress(NotExercised):
                    yield from _misplaced(survey, name, order, readings)
                    told = True
    if not told:
        raise NotExercised("The listed invoices are too much alike to be sorted. Name an organization with more.")


def _is_various(survey: Survey, name: str) -> bool:
    """Whether an order by a field can be told from one that is not."""
    values = {item[name] for item in survey.summaries.some().values() if isinstance(item.get(name), (str, int, float))}
    return len(values) > 2


def _misplaced(survey: Survey, name: str, order: str, readings: Sequence[Reading]) -> Iterator[Finding]:
    listed, filters = survey.summaries, (("sort", order),)
    if not survey.live:
        views = [View(size, found) for size, found in listed.views() if ("sort", order) in found]
        return confirmed(listed, views, lambda view, _: _out_of_order(view.walk(listed), name, order, readings))

    def look(view: View, fresh: bool) -> list[Finding]:
        before = set(listed.whole(fresh=fresh))
        requests = [listed.request(view.filters, size=view.size, page=page + 1) for page in range(SORTED_PAGES)]
        pages = [listed.page_of(one) for one in survey.ask_all(requests, fresh=fresh) if one.answer.status == 200]
        if not pages:
            return [finding("invoices-sort", survey.ask(requests[0]), "status", "200", "a refusal")]
        walk = Walk(listed.listing, view.filters, view.size, tuple(pages))
        found = _out_of_order(walk, name, order, readings)
        known = {key: item for key, item in listed.whole(fresh=fresh).items() if key in before}
        return found or _passed_over(walk, known, name, order, readings)

    return confirmed(listed, [View(SORTED_SIZE, filters)], look)


def _out_of_order(walk: Walk, name: str, order: str, readings: Sequence[Reading]) -> list[Finding]:
    """A step in the wrong direction under every reading, or a null between values."""
    problems = [_first_step_back(walk, name, order, read) for read in readings]
    problem = problems[0] if all(problems) else _null_between(walk, name, order)
    return [problem] if problem else []


def _first_step_back(walk: Walk, name: str, order: str, read: Reading) -> Finding | None:
    before: Comparable = None
    for page, index, item in walk.placed():
        value = read(item.get(name))
        if value is None:
            continue
        if before is not None and (value > before if order.startswith("-") else value < before):
            expected = f"{'from the highest down' if order.startswith('-') else 'from the lowest up'}, as sort={order}"
            text = f"{brief(item[name])} after a value that it should come before"
            return finding("invoices-sort", page, f"items/{index}/{name}", expected, text)
        before = value
    return None


def _null_between(walk: Walk, name: str, order: str) -> Finding | None:
    runs: list[bool] = []
    for page, index, item in walk.placed():
        empty = item.get(name) is None
        if not runs or runs[-1] != empty:
            runs.append(empty)
        if len(runs) > 2:  # nulls, then values, or values, then nulls
            where = f"items/{index}/{name}"
            return finding("invoices-sort", page, where, f"nulls at one end, as sort={order}", "nulls between values")
    return None


def _passed_over(
    walk: Walk, known: Mapping[Key, Item], name: str, order: str, readings: Sequence[Reading]
) -> list[Finding]:
    """An invoice that is not on the first pages, though it comes before one that is, under every reading."""
    downwards, found = order.startswith("-"), []
    absent = {key: item for key, item in known.items() if key not in walk.items}
    for read in readings:
        shown = [value for item in walk.items.values() if (value := read(item.get(name))) is not None]
        others = [(value, key) for key, item in absent.items() if (value := read(item.get(name))) is not None]
        if not shown or not others:
            return []
        value, key = (max if downwards else min)(others)
        if not (value > min(shown) if downwards else value < max(shown)):
            return []
        found.append(key)
    key, value = found[0], known[found[0]][name]
    expected = f"every invoice that comes first, as sort={order}"
    text = f"{walk.listing.named(key)} with {brief(value)} on none of the first {len(walk.pages)} pages"
    return [finding("invoices-sort", walk.pages[-1], f"items/*/{name}", expected, text)]
