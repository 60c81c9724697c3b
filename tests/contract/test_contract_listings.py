"""What the filters of the listings mean, and how a listing is walked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from faults.edits import asking, change_page, put
from faults.exchange import Answer, Handler, Request
from faults.site import Site
from surveying import LONG, QUICK, surveyed

from contract_tests.listings import FACILITIES, GROUPS, SUMMARIES, Filters, Listing, facilities_of

FACILITY = "660e8400-e29b-41d4-a716-446655440000"
INVOICE = {
    "id": "550e8400-e29b-41d4-a716-446655440000", "type": "electricity", "status": "active", "facility_id": FACILITY,
    "cups": "ES0021ab", "start_date": "2024-01-01T00:00:00", "end_date": "2024-01-31T23:59:59",
    "invoice_id": "Fe-24/007", "co2e": 245.5,
}  # fmt: skip
PLACE = {"id": FACILITY, "name": "Madrid Office", "country": "ES", "type": "office", "status": "active"}
GROUP = {"cups": "ES0021ab", "facility_id": FACILITY}


@pytest.mark.parametrize(
    ("listing", "item", "filters", "shown"),
    [
        (SUMMARIES, INVOICE, (), True),
        (SUMMARIES, INVOICE, (("type[]", "electricity"),), True),
        (SUMMARIES, INVOICE, (("type[]", "heat"),), False),
        (SUMMARIES, INVOICE, (("type[]", "heat"), ("type[]", "electricity")), True),
        (SUMMARIES, INVOICE, (("type[]", "electricity"), ("status[]", "error")), False),
        (SUMMARIES, INVOICE, (("facility_id[]", FACILITY.upper()),), True),
        (SUMMARIES, INVOICE | {"facility_id": None}, (("facility_id[]", FACILITY),), False),
        (SUMMARIES, INVOICE, (("cups[]", "ES0021ab"),), True),
        (SUMMARIES, INVOICE, (("cups[]", "es 0021-AB"),), None),
        (SUMMARIES, INVOICE, (("cups[]", "ES0021a"),), False),
        (SUMMARIES, INVOICE, (("start_date", "2024-01-01"),), True),
        (SUMMARIES, INVOICE, (("start_date", "2024-01-02"),), False),
        (SUMMARIES, INVOICE, (("end_date", "2024-01-31"),), True),
        (SUMMARIES, INVOICE, (("end_date", "2024-01-30"),), False),
        (SUMMARIES, INVOICE | {"end_date": None}, (("end_date", "2024-01-30"),), None),
        (SUMMARIES, INVOICE | {"end_date": None}, (("end_date", "2024-01-30"), ("type[]", "heat")), False),
        (SUMMARIES, INVOICE, (("co2e_status", "calculated"),), True),
        (SUMMARIES, INVOICE, (("co2e_status", "not_calculated"),), False),
        (SUMMARIES, INVOICE | {"co2e": None}, (("co2e_status", "not_calculated"),), True),
        (SUMMARIES, INVOICE | {"co2e": 0}, (("co2e_status", "not_calculated"),), None),
        (SUMMARIES, INVOICE, (("invoice_id", "E-24"),), True),
        (SUMMARIES, INVOICE, (("invoice_id", "E_24"),), False),
        (SUMMARIES, INVOICE | {"invoice_id": None}, (("invoice_id", "24"),), False),
        (SUMMARIES, INVOICE, (("sort", "-quantity"),), True),
        (FACILITIES, PLACE, (("name", "mADRID"),), True),
        (FACILITIES, PLACE, (("country", "ES"),), True),
        (FACILITIES, PLACE, (("country", "es"),), None),
        (FACILITIES, PLACE, (("type", "offic"),), False),
        (FACILITIES, PLACE | {"status": "archived"}, (), None),
        (FACILITIES, PLACE | {"status": "archived"}, (("name", "madrid"),), None),
        (FACILITIES, PLACE | {"status": "archived"}, (("name", "paris"),), False),
        (FACILITIES, PLACE | {"status": "archived"}, (("status[]", "archived"),), True),
        (GROUPS, GROUP, (("search", "AB"), ("facility_id", FACILITY)), True),
        (GROUPS, GROUP, (("search", "AC"), ("facility_id", FACILITY)), False),
    ],
)
def test_a_filter_shows_an_item_or_not_or_leaves_it_open(
    listing: Listing, item: dict[str, Any], filters: Filters, shown: bool | None
) -> None:
    assert listing.shows(filters, item) is shown


def test_the_facility_with_most_items_comes_first() -> None:
    items = [{"facility_id": one} for one in ("b", "a", "b", None, "c", "a", "b")]
    assert facilities_of(items) == ["b", "a", "c"]


# Walking


@pytest.mark.parametrize("operation_id", ["listCupsGroups", "listInvoices", "listFacilities"])
def test_the_whole_of_a_listing_is_walked_without_doubles(operation_id: str) -> None:
    with surveyed() as survey:
        listed = next(one for one in survey.listings if one.listing.operation_id == operation_id)
        assert len(listed.whole()) == listed.page().total
        assert listed.is_complete
        assert sum(len(page.items) for page in listed.whole_walk().pages) == len(listed.whole())


@pytest.mark.parametrize("total", [10**6, 10**12])
def test_a_total_that_lies_is_not_followed_far(total: int) -> None:
    for operation_id in ("listInvoices", "listFacilities"):
        with surveyed(change_page(put(total=total), asking(operation_id))) as survey:
            listed = next(one for one in survey.listings if one.listing.operation_id == operation_id)
            listed.walk(size=100)
            assert len(survey.exchanges) < 40


def test_pages_that_never_end_are_not_followed_for_ever() -> None:
    def endless(site: Site) -> Handler:
        def handle(request: Request) -> Answer:
            if request.operation != "listFacilities" or "page" not in request.parameters:
                return site.answer(request)
            first = site.answer(request.with_parameters(page="1"))
            number = int(request.parameters["page"])
            items = [item | {"id": f"{number:08x}{item['id'][8:]}"} for item in first.json["items"]]
            return first.with_json(first.json | {"items": items, "total": 10, "page": number})

        return handle

    with surveyed(endless) as survey:
        walk = survey.facilities.walk(size=5)
        assert not walk.complete
        assert len(walk.pages) <= 10


def test_a_long_listing_is_walked_in_part_and_known_to_be() -> None:
    with surveyed(profile=LONG) as survey:
        walk = survey.summaries.whole_walk()
        assert [len(page.items) for page in walk.pages] == [100, 100]
        assert not walk.complete
        assert not survey.summaries.is_complete


def test_a_part_of_a_long_listing_is_walked_within_bounds() -> None:
    with surveyed(profile=replace(LONG, pages=3)) as survey:
        walk = survey.summaries.walk((("type[]", "electricity"),), size=10)
        assert len(walk.pages) == 3
        assert not walk.complete


def test_what_a_plain_listing_leaves_out_is_found_by_its_filters() -> None:
    def active_by_default(site: Site) -> Handler:
        def handle(request: Request) -> Answer:
            if request.operation == "listFacilities" and "status[]" not in request.parameters:
                query = "&".join(filter(None, (request.query, "status[]=active")))
                return site.answer(replace(request, query=query))
            return site.answer(request)

        return handle

    with surveyed(active_by_default) as hiding, surveyed() as plain:
        assert hiding.facilities.whole() == plain.facilities.whole()
        assert len(hiding.facilities.whole_walk().items) < len(hiding.facilities.whole())


# Sampling


def test_the_invoices_to_ask_for_are_those_given_and_then_listed_ones() -> None:
    with surveyed() as survey:
        listed = survey.invoice_ids()
    assert len(listed) == QUICK.invoices
    with surveyed(invoice_ids=(listed[-1],)) as survey:
        assert survey.invoice_ids()[0] == listed[-1]
        assert len({*survey.invoice_ids()}) == QUICK.invoices


@pytest.mark.parametrize("profile", [QUICK, replace(LONG, invoices=60)], ids=["whole", "long"])
def test_the_listed_invoices_asked_for_are_of_every_type_and_status(profile: Any) -> None:
    with surveyed(profile=profile) as survey:
        invoices = [invoice for _, invoice in survey.invoices()]
    assert {one["type"] for one in invoices} == {"electricity", "heat", "water", "recharge"}
    assert {one["status"] for one in invoices} == {"uploaded", "loading", "active", "inactive", "review", "error"}
    assert {one["supplier_id"] is None for one in invoices} == {True, False}
    assert {one["cups"] is None for one in invoices} == {True, False}
