"""Requests made up from the contract, and what the contract says of each."""

from __future__ import annotations

from dataclasses import replace

import pytest

from api_spec import load_spec
from contract_tests.exchange import Credentials, Request
from contract_tests.generated import Generated, classified, generate

SPEC = load_spec()
LISTING, INVOICE = SPEC.operation("listCupsGroups"), SPEC.operation("getInvoice")
UUID = "da59c96f-995a-4ec3-88bd-465dcbabf63d"
PLAIN = Request("listCupsGroups", LISTING.path, Credentials(UUID, None))


def classify(*query: tuple[str, str]) -> Generated:
    return classified(LISTING, replace(PLAIN, query=query))


@pytest.fixture(scope="module")
def listings() -> list[Generated]:
    return generate(SPEC, LISTING, PLAIN, {"facility_id": UUID, "search": "ES00"}, count=0, seed=0)


@pytest.fixture(scope="module")
def invoices() -> list[Generated]:
    plain = replace(PLAIN, operation_id="getInvoice", path=INVOICE.path)
    return generate(SPEC, INVOICE, plain, {"invoice_id": UUID}, count=0, seed=0)


RIGHT = [("page", "1"), ("size", "50"), ("size", "200"), ("facility_id", UUID), ("search", "x"), ("search", "")]
LENIENT = [
    ("page", "1.0"), ("page", "1."), ("page", " 1"), ("page", "+1"), ("page", "01"), ("page", "1_0"), ("page", ""),
    ("page", "１２"), ("page", "1２"), ("page", "9" * 400), ("page", "9" * 400 + ".0"),
    ("facility_id", UUID.replace("-", "")), ("facility_id", UUID.upper()), ("facility_id", f"{{{UUID}}}"),
    ("facility_id", f"urn:uuid:{UUID}"), ("facility_id", ""), ("facility_id", " "),
]  # fmt: skip
WRONG_TYPE = [
    ("page", "1.5"), ("page", "abc"), ("page", "true"), ("page", "null"), ("page", "1e2"), ("page", "0x1"),
    ("page", "[1]"), ("page", "-"), ("page", "1 2"), ("size", "NaN"),
    ("facility_id", "abc"), ("facility_id", "123"), ("facility_id", UUID[:-1]), ("facility_id", UUID[:-1] + "g"),
    ("facility_id", "null"),
]  # fmt: skip
OUT_OF_BOUNDS = [("page", "0"), ("page", "-1"), ("page", "0.0"), ("size", "0"), ("size", "201"), ("size", "9" * 40)]


@pytest.mark.parametrize("pair", RIGHT)
def test_a_right_value_is_valid(pair: tuple[str, str]) -> None:
    found = classify(pair)
    assert (found.valid, found.invalid) == (True, False)


@pytest.mark.parametrize("pair", LENIENT)
def test_a_value_that_some_reader_takes_is_neither_valid_nor_invalid(pair: tuple[str, str]) -> None:
    found = classify(pair)
    assert (found.valid, found.invalid) == (False, False)


@pytest.mark.parametrize("pair", WRONG_TYPE)
def test_a_value_of_the_wrong_type_must_be_refused(pair: tuple[str, str]) -> None:
    found = classify(pair)
    assert (found.valid, found.parameter, found.value, found.out_of_bounds) == (False, *pair, False)


@pytest.mark.parametrize("pair", OUT_OF_BOUNDS)
def test_a_number_beyond_a_bound_must_be_refused(pair: tuple[str, str]) -> None:
    found = classify(pair)
    assert (found.valid, found.parameter, found.value, found.out_of_bounds) == (False, *pair, True)


@pytest.mark.parametrize(
    "query",
    [
        (("page", "0"), ("page", "1")),
        (("page", "0"), ("size", "0")),
        (("page", "0"), ("unknown", "1")),
    ],
    ids=["twice", "two mistakes", "an unknown name beside"],
)
def test_a_mistake_is_put_down_to_a_parameter_only_when_it_is_the_only_oddity(
    query: tuple[tuple[str, str], ...],
) -> None:
    found = classify(*query)
    assert (found.valid, found.invalid) == (False, False)


def test_a_wrong_value_in_the_path_is_found_too() -> None:
    request = replace(PLAIN, operation_id="getInvoice", path="/v1/invoices/INV-1")
    assert classified(INVOICE, request).parameter == "invoice_id"
    assert classified(INVOICE, replace(request, path=f"/v1/invoices/{UUID}")).valid


@pytest.mark.parametrize("pair", [("page", "0"), ("size", "0"), ("size", "201"), ("size", "200"), ("size", "1")])
def test_the_bounds_of_the_listing_are_tried(listings: list[Generated], pair: tuple[str, str]) -> None:
    assert [one for one in listings if pair in one.request.query]


def test_ids_that_are_none_are_tried(listings: list[Generated], invoices: list[Generated]) -> None:
    assert [one for one in listings if one.parameter == "facility_id"]
    assert [one for one in invoices if one.parameter == "invoice_id"]


def test_live_values_take_the_place_of_the_documented_ones(invoices: list[Generated]) -> None:
    assert [one.request.path for one in invoices if one.valid] == [f"/v1/invoices/{UUID}"]


def test_every_request_is_a_get_of_its_own_operation(listings: list[Generated], invoices: list[Generated]) -> None:
    assert {one.request.method for one in [*listings, *invoices]} == {"GET"}
    assert {one.request.path for one in listings} == {LISTING.path}
    assert {one.request.path.rsplit("/", 1)[0] for one in invoices} == {"/v1/invoices"}
    assert {one.request.credentials for one in listings} == {PLAIN.credentials}


def test_no_request_is_made_up_twice(listings: list[Generated]) -> None:
    assert len({one.request for one in listings}) == len(listings)


def test_the_same_seed_makes_up_the_same_requests() -> None:
    first, second = (generate(SPEC, LISTING, PLAIN, {}, count=5, seed=7) for _ in range(2))
    assert first == second
