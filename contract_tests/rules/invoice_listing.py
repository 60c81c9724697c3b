"""Judges of the listing of invoices: its pages, and what it shows of each invoice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from contract_tests.conformance import brief, same_uuid
from contract_tests.findings import Finding
from contract_tests.listings import SUMMARIES, Filters, Item, Key, facilities_of
from contract_tests.rules.answers import schema_findings
from contract_tests.rules.invoices import same_value
from contract_tests.rules.paging import (
    other_default_size,
    other_first_page,
    pages_of,
    repeats,
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
    affordable,
    in_small_pages,
    sizes_for,
    unfiltered_views,
)
from contract_tests.survey import Survey


@judges("invoices-page-schema", last=True)
def page_schema(survey: Survey) -> Iterator[Finding]:
    """Compares every page of invoices of the run with its schema, types as strictly as JSON writes them."""
    if survey.live:
        survey.summaries.ask()
    return schema_findings(survey, SUMMARIES.operation_id, "invoices-page-schema")


@judges("invoices-unique")
def unique(survey: Survey) -> Iterator[Finding]:
    """Looks for the same invoice twice, on one page or on two, in the whole listing and in filtered ones."""
    return repeats(survey.summaries, "invoices-unique", _views(survey), across=True)


def _views(survey: Survey) -> list[View]:
    """The whole listing at two sizes, and parts of it in small pages, sorted and not."""
    listed = survey.summaries
    if not survey.live:
        return [View(size, filters) for size, filters in listed.views()]
    items = list(listed.whole().values())
    if not listed.is_complete:
        return [View(listed.largest), *_small_views(survey, items)]
    return list(dict.fromkeys([*unfiltered_views(listed), *_small_views(survey, items)]))


def _small_views(survey: Survey, items: Sequence[Item]) -> list[View]:
    listed = survey.summaries
    facilities = facilities_of(items)[:1]
    filters: list[Filters] = [(("facility_id[]", one),) for one in facilities]
    filters += [(("facility_id[]", one), ("type[]", "electricity")) for one in facilities]
    count = sum(item.get("facility_id") in facilities for item in items)
    sorted_ones = [
        View(size, (("facility_id[]", one), ("sort", order)))
        for one in facilities
        for size in sizes_for(listed, count)[:1]
        for order in ("start_date", "-start_date")
    ]
    return affordable(listed, [], [*in_small_pages(listed, *filters), *sorted_ones])


@judges("invoices-agree")
def agree(survey: Survey) -> Iterator[Finding]:
    """Asks for listed invoices one by one, and compares the attributes that both answers show."""
    listed, fresh = survey.summaries.some(), False
    for key in _sample(survey, listed):
        problem = _disagreement(survey, listed, key, fresh=False)
        if problem and survey.live:
            # What was changed or deleted between the two answers is no disagreement.
            listed = listed if fresh else survey.summaries.whole(fresh=True)
            fresh, problem = True, _disagreement(survey, listed, key, fresh=True)
        if problem:
            yield problem


def _sample(survey: Survey, listed: Mapping[Key, Item]) -> list[Key]:
    ids = survey.invoice_ids()
    return [key for key in ((same_uuid(one),) for one in ids) if key in listed]


def _disagreement(survey: Survey, listed: Mapping[Key, Item], key: Key, *, fresh: bool) -> Finding | None:
    if key not in listed:
        return None
    exchange = survey.ask(survey.invoice(listed[key]["id"]), fresh=fresh)
    if exchange.answer.refused and not survey.absence_of("getInvoice"):
        return Finding("invoices-agree", "status", "the listed invoice", str(exchange.answer.status), exchange)
    invoice = survey.object_of(exchange)
    for name, value in listed[key].items():
        if name in invoice and not same_value(name, value, invoice[name]):
            got = f"{brief(invoice[name])}, and the listing shows {brief(value)}"
            pages = [page.exchange for page in survey.summaries.whole_walk().pages if key in page.keys][:1]
            return Finding("invoices-agree", name, "the value that the listing shows", got, exchange, tuple(pages))
    return None


@judges("invoices-page-default")
def page_default(survey: Survey) -> Iterator[Finding]:
    """Asks without page and without size, and expects the first page, and the default size and a page that it fills."""
    yield from other_first_page(survey.summaries, "invoices-page-default", (None, 2))
    yield from other_default_size(survey.summaries, "invoices-page-default", [View(None)])


@judges("invoices-page-bounds")
def page_bounds(survey: Survey) -> Iterator[Finding]:
    """Asks for pages and sizes just outside and far outside the bounds, and for the two bounds of size themselves."""
    listed = survey.summaries
    schema = listed.parameter("size")
    low, high = int(schema["minimum"]), int(schema["maximum"])
    yield from unrefused(listed, "invoices-page-bounds", "page", ("0", "-1"))
    yield from unrefused(listed, "invoices-page-bounds", "size", (str(low - 1), "-1", str(high + 1), "10000"))
    yield from unserved_sizes(listed, "invoices-page-bounds", (low, high))


WRONG = {
    "type[]": ("no-such-type", "electric"),
    "status[]": ("no-such-status", "!active"),
    "facility_id[]": ("not-a-uuid", "123"),
    "start_date": ("yesterday", "2024-13-01"),
    "end_date": ("tomorrow", "2024-00-10"),
    "co2e_status": ("perhaps",),
    "sort": ("no_such_field", "start_date desc"),
    "page": ("abc", "1.5"),
    "size": ("abc", "10.5"),
}
"""Values that no reader can take for a right one."""


@judges("invoices-parameter-values")
def parameter_values(survey: Survey) -> Iterator[Finding]:
    """Asks with values outside the documented ones or of another type, its own and those that Schemathesis makes up."""
    requests = [survey.summaries.request(((name, value),)) for name, values in WRONG.items() for value in values]
    made_up = survey.generated(SUMMARIES.operation_id)
    requests += [one.request for one in made_up if one.invalid and not one.out_of_bounds]
    for exchange in survey.ask_some(list(dict.fromkeys(requests))):
        if not exchange.answer.refused:
            asked = " and ".join(f"{name}={value}" for name, value in exchange.request.query)
            name = next((name for name, _ in exchange.request.query), "")
            yield Finding("invoices-parameter-values", name, "a 4xx", f"{exchange.answer.status} for {asked}", exchange)


def _nothing(survey: Survey) -> Filters:
    """A filter that no invoice matches."""
    numbers = [str(item.get("invoice_id")) for item in survey.summaries.whole().values()]
    return (("invoice_id", absent_text(survey, numbers)),)


@judges("invoices-total")
def total(survey: Survey) -> Iterator[Finding]:
    """Compares the total of every page of every view, and of empty pages, with the invoices that match the view."""
    nothing = [View(size, _nothing(survey)) for size in (None, 7)] if survey.live else []
    return wrong_totals(survey.summaries, "invoices-total", [*_views(survey), *nothing])


@judges("invoices-pages")
def page_count(survey: Survey) -> Iterator[Finding]:
    """Divides the total of every page of every view by its size, also where it divides exactly and on nothing."""
    pages = pages_of(survey.summaries, _views(survey), _nothing(survey) if survey.live else ())
    return wrong_page_counts(survey.summaries, "invoices-pages", pages)


@judges("invoices-partition")
def partition(survey: Survey) -> Iterator[Finding]:
    """Puts the pages of every view together, sorted or not, and compares them with the listing in its largest pages."""
    survey.summaries.some()
    return wrong_partition(survey.summaries, "invoices-partition", _views(survey))
