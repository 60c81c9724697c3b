"""The world that the mock serves: what holds in it for any seed."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import product
from pathlib import Path

import orjson
import pytest
from stdnum.es import cups as standard

from api_spec import load_fixtures
from mock_server.state.groups import CupsGroup, group_invoices
from mock_server.world import catalogue
from mock_server.world.documented import ORGANIZATION_IDS
from mock_server.world.generator import make_world
from mock_server.world.model import Facility, Invoice, World
from mock_server.world.shape import Shape

FACILITY_1 = "da59c96f-995a-4ec3-88bd-465dcbabf63d"
SEEDS = (1, 2, 987654321)
NULLABLE = {
    "start_date", "end_date", "invoice_id", "facility_id", "facility_fuel_id", "supplier_id",
    "custom_emission_factor_id", "co2e", "co2e_biomass", "cups", "file_id", "file_url", "uploaded_by",
}  # fmt: skip


@pytest.fixture(scope="module", params=SEEDS)
def any_world(request: pytest.FixtureRequest) -> World:
    return make_world(request.param, Shape())


def invoices(world: World) -> Iterator[Invoice]:
    return (record.invoice for record in world.invoices)


def groups(world: World) -> list[CupsGroup]:
    owned = (record for record in world.invoices if record.organization_id == world.organizations[0].id)
    return group_invoices(owned, {facility.id: facility.name for facility in world.facilities})


def digest(world: World) -> str:
    return hashlib.sha256(orjson.dumps(world)).hexdigest()


def test_the_same_seed_gives_the_same_bytes_in_another_process(world: World) -> None:
    code = (
        "import hashlib, orjson; from mock_server.world.generator import *; from mock_server.world.shape import *; "
        "print(hashlib.sha256(orjson.dumps(make_world(1, Shape()))).hexdigest())"
    )
    other = subprocess.run(
        [sys.executable, "-c", code], cwd=Path(__file__).parents[2], env={**os.environ, "PYTHONHASHSEED": "7"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert other.stdout.strip() == digest(world)


def test_ids_keys_and_invoices_are_the_same_on_every_machine_and_with_every_faker(world: World) -> None:
    """A change of the generator changes this digest, and every id that users may have written down."""
    names = ("invoice", "organization_id", "supply_contract_id")
    invoices = [{name: getattr(record, name) for name in names} for record in world.invoices]
    content = ([(o.id, o.api_key) for o in world.organizations], [f.id for f in world.facilities], invoices)
    assert hashlib.sha256(orjson.dumps(content)).hexdigest()[:16] == "33f61b8285fdfe71"


def test_another_seed_gives_another_world_and_other_keys(world: World) -> None:
    other = make_world(2, Shape())
    assert digest(other) != digest(world)
    assert not {o.api_key for o in other.organizations} & {o.api_key for o in world.organizations}


def test_more_organizations_leave_the_first_ones_as_they_are(world: World) -> None:
    larger = make_world(1, Shape(organizations=3))
    assert larger.organizations[:2] == world.organizations
    assert set(world.invoices) < set(larger.invoices)


def test_more_invoices_leave_the_first_ones_as_they_are(world: World) -> None:
    assert set(world.invoices) < set(make_world(1, Shape(invoices=1600)).invoices)


@pytest.mark.parametrize("wanted", [0, 1, 100, 1500])
def test_an_organization_has_about_as_many_invoices_as_asked_for(wanted: int) -> None:
    world = make_world(1, Shape(organizations=2, invoices=wanted))
    second = sum(record.organization_id == ORGANIZATION_IDS[1] for record in world.invoices)
    assert wanted <= second <= wanted + 3


def test_one_facility_is_enough() -> None:
    world = make_world(1, Shape(organizations=1, facilities=1, invoices=200))
    assert len(world.facilities) == 3, "the documented ones come on top"


def test_the_named_organizations_come_first_with_keys_of_their_own(any_world: World) -> None:
    assert tuple(organization.id for organization in any_world.organizations) == ORGANIZATION_IDS
    keys = [organization.api_key for organization in any_world.organizations]
    assert len(set(keys)) == 2
    assert all(key.startswith("demo-") and key != key.lower() and key != key.upper() for key in keys)


def test_the_documented_facility_has_eleven_groups_and_the_documented_one_first(any_world: World) -> None:
    found = [group for group in groups(any_world) if group.facility_id == FACILITY_1]
    (documented,) = load_fixtures()["listCupsGroups"].body["items"]
    assert len(found) == 11
    assert orjson.loads(orjson.dumps(found[0])) == documented
    assert all(group.invoice_count < 45 for group in found[1:])


def test_the_sources_of_the_consolidate_page_exist_and_are_unlocked(any_world: World) -> None:
    found = {group.cups: group for group in groups(any_world) if group.facility_id == FACILITY_1}
    for cups, count in (("ES0021000000000000001A", 20), ("ES0021000000000000001", 15)):
        assert (found[cups].invoice_count, found[cups].is_locked) == (count, False)


def test_the_documented_invoice_exists_and_its_group_is_listed(any_world: World) -> None:
    documented = load_fixtures()["getInvoice"].body
    (found,) = [invoice for invoice in invoices(any_world) if invoice.id == documented["id"]]
    assert orjson.loads(orjson.dumps(found)) == documented
    assert any((g.cups, g.facility_id) == (found.cups, found.facility_id) for g in groups(any_world))


def test_the_first_listing_has_a_second_page_but_not_a_fifth(any_world: World) -> None:
    assert 55 <= len(groups(any_world)) < 200


def test_groups_are_locked_and_unlocked(any_world: World) -> None:
    locked = Counter(group.is_locked for group in groups(any_world))
    assert locked[True] >= 3
    assert locked[False] >= 30


def test_some_codes_are_wrong_and_some_are_in_two_facilities(any_world: World) -> None:
    listed = groups(any_world)
    assert sum(not standard.is_valid(group.cups) for group in listed) >= 10
    assert sum(group.cups != standard.compact(group.cups) for group in listed) >= 3, "with separators or in lower case"
    assert max(Counter(group.cups for group in listed).values()) >= 2


def test_ids_are_unique_and_of_version_four(any_world: World) -> None:
    ids = [invoice.id for invoice in invoices(any_world)] + [facility.id for facility in any_world.facilities]
    assert len(set(ids)) == len(ids)
    assert all(len(one) == 36 and one[14] == "4" and one[19] in "89ab" and one == one.lower() for one in ids)


def test_every_facility_belongs_to_the_organization_of_its_invoices(any_world: World) -> None:
    owners = {facility.id: facility.organization_id for facility in any_world.facilities}
    for record in any_world.invoices:
        if record.invoice.facility_id:
            assert owners[record.invoice.facility_id] == record.organization_id


def test_every_type_has_every_status_enabled_and_disabled(any_world: World) -> None:
    seen = {(invoice.type, invoice.status, invoice.enabled) for invoice in invoices(any_world)}
    types = ("electricity", "heat", "water", "recharge")
    statuses = ("uploaded", "loading", "active", "inactive", "review", "error")
    assert {(kind, status) for kind, status, _ in seen} == set(product(types, statuses))
    assert {(kind, enabled) for kind, _, enabled in seen} == set(product(types, (True, False)))


def test_every_nullable_field_is_null_somewhere_and_filled_elsewhere(any_world: World) -> None:
    for name in NULLABLE:
        assert {getattr(invoice, name) is None for invoice in invoices(any_world)} == {True, False}, name


def test_quantity_is_the_share_of_the_base_quantity(any_world: World) -> None:
    for invoice in invoices(any_world):
        assert invoice.quantity == round(invoice.base_quantity * invoice.percentage, 2)
        assert invoice.quantity > 0


def test_the_shares_of_a_bill_make_a_whole(any_world: World) -> None:
    bills: defaultdict[tuple[object, ...], float] = defaultdict(float)
    for invoice in invoices(any_world):
        if invoice.percentage < 1:
            bill = (invoice.base_quantity, invoice.start_date, invoice.created_at, invoice.invoice_id, invoice.cups)
            bills[bill] += invoice.percentage
    assert len(bills) > 20
    assert set(bills.values()) == {1.0}


def test_dates_are_in_order(any_world: World) -> None:
    for invoice in invoices(any_world):
        assert (invoice.start_date or "") <= (invoice.end_date or "")
        assert (invoice.start_date is None) == (invoice.end_date is None)
        assert (invoice.end_date or "") < invoice.created_at <= invoice.updated_at


def test_emissions_are_unknown_until_an_invoice_is_processed(any_world: World) -> None:
    for invoice in invoices(any_world):
        unknown = invoice.status in ("uploaded", "loading", "error")
        assert (invoice.co2e is None) == (invoice.co2e_biomass is None) == unknown


@pytest.mark.parametrize(
    "supply",
    [catalogue.ELECTRICITY, catalogue.HEAT, catalogue.WATER, catalogue.RECHARGE],
    ids=lambda supply: supply.type,
)
def test_emissions_are_quantity_times_factor(world: World, supply: catalogue.Supply) -> None:
    documented = load_fixtures()["getInvoice"].body["base_quantity"]
    usual = [
        invoice
        for invoice in invoices(world)
        if invoice.type == supply.type
        and invoice.co2e is not None
        and not invoice.custom_emission_factor_id
        and invoice.base_quantity != documented
    ]
    assert usual
    assert all(invoice.co2e == round(invoice.quantity * supply.factor, 2) for invoice in usual)


def test_an_active_invoice_is_complete(any_world: World) -> None:
    for invoice in invoices(any_world):
        if invoice.status in ("active", "inactive", "review"):
            wanted = (invoice.unit_id, invoice.start_date, invoice.facility_id, invoice.supplier_id, invoice.invoice_id)
            assert None not in wanted


def test_fuels_are_for_heat_and_recharge_only(any_world: World) -> None:
    assert {i.type for i in invoices(any_world) if i.facility_fuel_id} == {"heat", "recharge"}
    assert all(invoice.facility_fuel_id for invoice in invoices(any_world) if invoice.type == "heat")


def test_codes_are_for_electricity_and_gas_only(any_world: World) -> None:
    assert {invoice.type for invoice in invoices(any_world) if invoice.cups} == {"electricity", "heat"}


def test_a_file_has_both_an_id_and_an_address_or_neither(any_world: World) -> None:
    assert all((invoice.file_id is None) == (invoice.file_url is None) for invoice in invoices(any_world))


def test_contracts_back_electricity_with_a_code_only(any_world: World) -> None:
    backed = [record.invoice for record in any_world.invoices if record.supply_contract_id]
    assert backed
    assert all(invoice.type == "electricity" and invoice.cups for invoice in backed)


def test_heat_follows_the_winter(world: World) -> None:
    by_month: defaultdict[int, float] = defaultdict(float)
    for invoice in invoices(world):
        if invoice.type == "heat" and invoice.start_date:
            by_month[date.fromisoformat(invoice.start_date[:10]).month] += invoice.quantity
    assert by_month[1] > 3 * by_month[7]


def test_facilities_have_spanish_names_of_their_own(world: World) -> None:
    names = [facility.name for facility in world.facilities]
    assert len(set(names)) == len(names)
    assert {name.split()[0] for name in names} == {"Facility", "Oficina", "Tienda", "Almacén", "Fábrica", "Hotel"}


def test_a_facility_has_every_documented_field(any_world: World) -> None:
    for facility in any_world.facilities:
        assert None not in (getattr(facility, name) for name in Facility.__slots__)
        assert (facility.country, facility.facility_purpose_type) == ("ES", "facilities")
        assert (facility.created_at or "") <= (facility.updated_at or "")


def test_facilities_are_of_every_kind_and_a_few_are_archived(any_world: World) -> None:
    kinds = {kind.type for kind in catalogue.FACILITY_KINDS}
    assert {facility.type for facility in any_world.facilities} == kinds
    assert 0 < sum(facility.status == "archived" for facility in any_world.facilities) < 4


def test_a_facility_is_at_the_place_that_its_name_says(world: World) -> None:
    for facility in world.facilities[2:]:
        street, _, town = facility.name.partition(" ")[2].partition(", ")
        assert re.fullmatch(rf"{re.escape(street)} \d+, {re.escape(town)}", facility.address or "")


def test_a_facility_says_what_its_invoices_say(any_world: World) -> None:
    by_facility: defaultdict[str | None, list[Invoice]] = defaultdict(list)
    for invoice in invoices(any_world):
        by_facility[invoice.facility_id].append(invoice)
    for facility in any_world.facilities:
        owned = by_facility[facility.id]
        counted = [invoice.co2e or 0 for invoice in owned if invoice.status == "active" and invoice.enabled]
        assert facility.co2e == pytest.approx(sum(counted))
        assert set(facility.categories or ()) == {invoice.type for invoice in owned}
        assert set(facility.cups_list or ()) <= {invoice.cups for invoice in owned}


def test_the_codes_of_a_facility_are_the_right_ones(world: World) -> None:
    codes = [code for facility in world.facilities[2:] for code in facility.cups_list or ()]
    assert len(codes) > 30
    assert all(standard.is_valid(code) and code == standard.compact(code) for code in codes)


def test_invoices_come_from_everywhere(any_world: World) -> None:
    assert {record.source for record in any_world.invoices} == {"manual", "pdf", "bulk_file", "datadis", None}
    for record in any_world.invoices:
        assert (record.source == "datadis") == bool(record.supply_contract_id)
        assert (record.source == "pdf") == bool(record.invoice.file_id)
