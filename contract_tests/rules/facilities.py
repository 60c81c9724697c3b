"""Judges of facilities, listed and single."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any
from uuid import UUID

from contract_tests.conformance import brief, same_uuid
from contract_tests.exchange import Exchange
from contract_tests.findings import Finding, NotExercised
from contract_tests.listings import FACILITIES, Filters, Item, Key
from contract_tests.reading import NotJson
from contract_tests.rules.answers import schema_findings
from contract_tests.rules.invoices import same_value
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
    common_text,
    differences,
    in_small_pages,
    recorded_views,
    shown_for_nothing,
    telling,
    unfiltered_views,
)
from contract_tests.survey import FACILITY, UNSEEN, Survey

SINGLE = 12
"""Facilities that are asked for one by one, at most."""


@judges("facilities-page-schema", last=True)
def page_schema(survey: Survey) -> Iterator[Finding]:
    """Compares every page of facilities of the run with its schema, types as strictly as JSON writes them."""
    if survey.live:
        survey.facilities.ask()
    return schema_findings(survey, FACILITIES.operation_id, "facilities-page-schema")


@judges("facilities-complete")
def complete(survey: Survey) -> Iterator[Finding]:
    """Looks for the facility of each group and invoice, listed or single, and compares its name with the groups'."""
    named = _named(survey)
    if not named:
        raise NotExercised("No group or invoice names a facility. Name an organization that has some.")
    listed = survey.facilities.whole()
    for facility_id, (name, proof) in named.items():
        yield from _unlisted(survey, listed, facility_id, name, proof)


def _named(survey: Survey) -> dict[str, tuple[str | None, Exchange]]:
    """The facilities that groups and invoices name, each with its name if a group tells it, and where that stands."""
    found: dict[str, tuple[str | None, Exchange]] = {}
    for listed, field in ((survey.summaries, None), (survey.groups, "facility_name")):
        with suppress(*UNSEEN):
            for page, _, item in listed.whole_walk().placed():
                if isinstance(item.get("facility_id"), str):
                    name = item.get(field) if field else None
                    found[same_uuid(item["facility_id"])] = (name if isinstance(name, str) else None, page.exchange)
    return found


def _unlisted(
    survey: Survey, listed: Mapping[Key, Item], facility_id: str, name: str | None, proof: Exchange
) -> Iterator[Finding]:
    facility = listed.get((facility_id,)) or _archived(survey, facility_id)
    if facility is None and survey.live and (facility_id,) in survey.facilities.whole(fresh=True):
        return
    if facility is None:
        if survey.facilities.is_complete:
            text = f"{facility_id}, which is not listed"
            yield Finding("facilities-complete", "facility_id", "a facility that is listed", text, proof)
    elif name is not None and isinstance(facility.get("name"), str) and facility["name"] != name:
        text = f"{name!r}, and the facility is {facility['name']!r}"
        yield Finding("facilities-complete", "facility_name", "the name of the facility", text, proof)


def _archived(survey: Survey, facility_id: str) -> Item | None:
    """A facility that is not listed, where it is archived."""
    with suppress(*UNSEEN):
        facility = survey.object_of(survey.ask(survey.facility(facility_id)))
        return facility if facility.get("status") == "archived" else None
    return None


@judges("facilities-name-filter")
def name_filter(survey: Survey) -> Iterator[Finding]:
    """Asks for pieces of live names from start, middle and end, in either case, and for text of no name."""
    listed, rule_id = survey.facilities, "facilities-name-filter"
    if not survey.live:
        yield from differences(listed, rule_id, recorded_views(listed, "name"))
        return
    names = [item["name"] for item in listed.some().values() if isinstance(item.get("name"), str)]
    texts = [text for name in names[: survey.profile.codes] for text in _pieces(name)]
    views = [View(listed.largest, (("name", text),)) for text in dict.fromkeys(texts)]
    needed = "All listed facilities have the same name. Name an organization with several facilities."
    yield from differences(listed, rule_id, telling(listed, views, needed))
    yield from shown_for_nothing(listed, rule_id, [(("name", absent_text(survey, names)),)])


def _pieces(name: str) -> Iterator[str]:
    """Pieces of a name as a person types them, where case is no question of language."""
    middle = len(name) // 2
    for piece in (name, name[: middle + 1], name[-4:], name[middle - 2 : middle + 2], *name.split()[:1]):
        for text in (piece, piece.swapcase()):
            if text.strip() == text and text.replace(" ", "").isalnum() and (text == piece or text.isascii()):
                yield text


@judges("facilities-value-filters")
def value_filters(survey: Survey) -> Iterator[Finding]:
    """Asks for each live country, type and status, for both statuses and for values of no facility, and compares."""
    listed, rule_id = survey.facilities, "facilities-value-filters"
    if not survey.live:
        names = ("country", "type", "status[]")
        yield from differences(listed, rule_id, [view for name in names for view in recorded_views(listed, name)])
        return
    items = listed.some().values()
    filters: list[Filters] = [(("status[]", "active"),), (("status[]", "archived"),), listed.listing.everything]
    for field in ("country", "type"):
        values = sorted({item[field] for item in items if isinstance(item.get(field), str) and item[field].strip()})
        filters += [((field, value),) for value in values[: survey.profile.codes]]
    views = [View(listed.largest, one) for one in filters]
    needed = "All listed facilities have one country, type and status. Name an organization with different ones."
    yield from differences(listed, rule_id, telling(listed, views, needed))
    absent = absent_text(survey, [str(item.get("type")) for item in items])
    yield from shown_for_nothing(listed, rule_id, [(("type", absent),), (("country", absent[:2].upper()),)])


@judges("facilities-page-default")
def page_default(survey: Survey) -> Iterator[Finding]:
    """Asks without page and without size, and expects the first page, and the default size and a page that it fills."""
    yield from other_first_page(survey.facilities, "facilities-page-default", (None, 2))
    yield from other_default_size(survey.facilities, "facilities-page-default", [View(None)])


@judges("facilities-page-bounds")
def page_bounds(survey: Survey) -> Iterator[Finding]:
    """Asks for sizes just above and far above the largest, and for the largest itself."""
    high = int(survey.facilities.parameter("size")["maximum"])
    sizes = (str(high + 1), str(high * 5), "10000")
    for found in unrefused(survey.facilities, "facilities-page-bounds", "size", sizes):
        if int(found.exchange.request.parameters["size"]) > high:
            yield found
    yield from unserved_sizes(survey.facilities, "facilities-page-bounds", (high,))


@judges("facilities-partition")
def partition(survey: Survey) -> Iterator[Finding]:
    """Puts the pages of several views together, compares them with the largest pages, and checks what each counts."""
    listed, rule_id = survey.facilities, "facilities-partition"
    listed.some()
    views = _views(survey)
    yield from wrong_partition(listed, rule_id, views)
    yield from wrong_totals(listed, rule_id, views)
    yield from wrong_page_counts(listed, rule_id, pages_of(listed, views))


def _views(survey: Survey) -> list[View]:
    """The whole listing, and a search that many facilities match, in pages of several sizes."""
    listed = survey.facilities
    if not survey.live:
        return [View(size, filters) for size, filters in listed.views()]
    names = [item["name"] for item in listed.whole().values() if isinstance(item.get("name"), str)]
    texts = [text for name in names[:1] for text in (common_text(names),) if text.isascii() and text.strip() == text]
    return [*unfiltered_views(listed), *in_small_pages(listed, *((("name", text),) for text in texts if text))]


@judges("facility-schema", last=True)
def facility_schema(survey: Survey) -> Iterator[Finding]:
    """Compares every single facility of the run with its schema, types as strictly as JSON writes them."""
    if survey.live:
        survey.ask_all([survey.facility(one) for one in survey.facility_ids()[:SINGLE]])
    return schema_findings(survey, FACILITY, "facility-schema")


@judges("facility-agrees")
def agrees(survey: Survey) -> Iterator[Finding]:
    """Asks for listed facilities one by one, and compares the attributes that both answers show."""
    listed = survey.facilities.some()
    for key in list(listed)[:SINGLE]:
        problem = _disagreement(survey, listed, key, fresh=False)
        if problem and survey.live:
            problem = _disagreement(survey, survey.facilities.whole(fresh=True), key, fresh=True)
        if problem:
            yield problem


def _disagreement(survey: Survey, listed: Mapping[Key, Item], key: Key, *, fresh: bool) -> Finding | None:
    if key not in listed:
        return None
    exchange = survey.ask(survey.facility(listed[key]["id"]), fresh=fresh)
    if exchange.answer.refused:
        return Finding("facility-agrees", "status", "the listed facility", str(exchange.answer.status), exchange)
    single = survey.object_of(exchange)
    for name, value in listed[key].items():
        if name in single and not _is_same(name, value, single[name]):
            got = f"{brief(single[name])}, and the listing shows {brief(value)}"
            return Finding("facility-agrees", name, "the value that the listing shows", got, exchange)
    return None


def _is_same(name: str, listed: Any, single: Any) -> bool:
    """Whether two values are the same; the order of texts in a list means nothing."""
    if isinstance(listed, list) and isinstance(single, list):
        return sorted(map(str, listed)) == sorted(map(str, single))
    return same_value(name, listed, single)


@judges("facility-unknown")
def unknown(survey: Survey) -> Iterator[Finding]:
    """Asks for random ids, and expects 404 and the code NOT_FOUND."""
    choices = survey.random("no such facility")
    ids = [str(UUID(int=choices.getrandbits(128), version=4)) for _ in range(2)]
    for exchange in survey.ask_some([survey.facility(one) for one in ids]):
        if exchange.answer.status != 404:
            yield Finding("facility-unknown", "status", "404", str(exchange.answer.status), exchange)
        elif (code := _code_of(survey, exchange)) != "NOT_FOUND":
            yield Finding("facility-unknown", "code", "NOT_FOUND", brief(code), exchange)


def _code_of(survey: Survey, exchange: Exchange) -> Any:
    try:
        body = survey.json_of(exchange)
    except NotJson:
        return None
    return body.get("code") if isinstance(body, dict) else None


@judges("facility-foreign")
def foreign(survey: Survey) -> Iterator[Finding]:
    """Asks for a facility of a second organization, and expects 403."""
    other = survey.known.other
    if other is None or not survey.live:
        raise NotExercised("Name a second organization and its key in a --known file.")
    if other.visible:
        raise NotExercised("The first key may see the second organization. Name one that it may not see.")
    ids = survey.foreign_facilities
    if not ids:
        raise NotExercised("The second organization shows no facility. Name one that has some.")
    for exchange in survey.ask_all([survey.facility(one) for one in ids[:2]]):
        if exchange.answer.status != 403:
            yield Finding("facility-foreign", "status", "403", str(exchange.answer.status), exchange)
