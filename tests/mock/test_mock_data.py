"""Data files that a person writes: what may be left out, and what is made of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from stores import groups_of, store_of

from api_spec import Spec
from mock_server.data import load_data
from mock_server.world.catalogue import KWH, M3
from mock_server.world.documented import ORGANIZATION_IDS
from mock_server.world.model import Invoice, World

Load = Callable[..., World]
ID = "11111111-1111-4111-8111-111111111111"
OTHER = "22222222-2222-4222-8222-222222222222"

MINIMAL = """\
organizations:
  - invoices:
      - type: electricity
        base_quantity: 1200
        cups: ES0021000000000001XX
        facility_name: Oficina Málaga
"""


@pytest.fixture
def load(tmp_path: Path, spec: Spec) -> Load:
    """The world of a file with this text or these bytes."""

    def read(content: str | bytes, name: str = "world.yaml") -> World:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return load_data(path, spec)

    return read


def invoice_of(load: Load, **given: Any) -> Invoice:
    """What becomes of the only invoice of a file."""
    invoice = {"type": "electricity", "base_quantity": 1000, **given}
    text = json.dumps({"organizations": [{"invoices": [invoice]}]})
    return load(text, "world.json").invoices[0].invoice


def test_four_lines_about_an_invoice_make_a_group_in_the_listing(load: Load) -> None:
    world = load(MINIMAL)
    (organization,) = world.organizations
    assert (organization.id, organization.name) == (ORGANIZATION_IDS[0], "Organization 1")
    (group,) = groups_of(store_of(world), organization.id)
    assert (group.cups, group.facility_name, group.invoice_count) == ("ES0021000000000001XX", "Oficina Málaga", 1)
    assert (group.first_date, group.last_date, group.is_locked) == ("2023-01-01", "2023-01-31", False)


def test_the_same_file_makes_the_same_world(load: Load) -> None:
    assert load(MINIMAL) == load(MINIMAL)


def test_json_and_yaml_of_the_same_content_make_the_same_world(load: Load) -> None:
    invoice = {"type": "electricity", "base_quantity": 1200, "cups": "ES0021000000000001XX"}
    content = {"organizations": [{"invoices": [{**invoice, "facility_name": "Oficina Málaga"}]}]}
    assert load(json.dumps(content), "world.json") == load(MINIMAL)


def test_organizations_without_ids_get_the_documented_ones_then_made_ones(load: Load) -> None:
    world = load(f"organizations: [{{}}, {{id: {ORGANIZATION_IDS[0]}}}, {{}}]")
    ids = [organization.id for organization in world.organizations]
    assert ids[:2] == [ORGANIZATION_IDS[1], ORGANIZATION_IDS[0]]
    assert ids[2] not in ORGANIZATION_IDS


def test_a_made_key_looks_like_a_generated_one_and_goes_with_the_organization(load: Load, world: World) -> None:
    first, second = load("organizations: [{}, {}]").organizations
    (moved,) = load(f"organizations: [{{id: {second.id}}}]").organizations
    assert moved.api_key == second.api_key != first.api_key
    assert len(first.api_key) == len(world.organizations[0].api_key)
    assert first.api_key.startswith("demo-")


def test_an_invoice_of_two_fields_is_whole(load: Load) -> None:
    invoice = invoice_of(load)
    assert (invoice.status, invoice.enabled, invoice.percentage, invoice.quantity) == ("active", True, 1, 1000)
    assert (invoice.unit_id, invoice.co2e, invoice.co2e_biomass) == (KWH, 170.0, 0)
    assert (invoice.start_date, invoice.end_date) == ("2023-01-01T00:00:00", "2023-01-31T23:59:59")
    assert invoice.created_at == invoice.updated_at == "2023-02-05T10:30:00Z"
    absent = (invoice.invoice_id, invoice.facility_id, invoice.facility_fuel_id, invoice.supplier_id, invoice.cups)
    assert {*absent, invoice.custom_emission_factor_id, invoice.file_id, invoice.file_url, invoice.uploaded_by} == {
        None
    }


def test_active_invoices_without_dates_are_of_one_month_after_the_other(load: Load) -> None:
    text = "organizations: [{invoices: [" + "{type: water, quantity: 3}, " * 13 + "]}]"
    starts = [record.invoice.start_date for record in load(text).invoices]
    assert starts[0] == "2023-01-01T00:00:00"
    assert starts[12] == "2024-01-01T00:00:00"


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ({"type": "water"}, {"unit_id": M3, "co2e": 350.0}),
        ({"percentage": 0.25}, {"quantity": 250.0, "co2e": 42.5}),
        ({"quantity": 250, "base_quantity": 1000, "percentage": 0.25}, {"quantity": 250}),
        ({"quantity": 333.33, "base_quantity": 1000, "percentage": 0.33}, {"quantity": 333.33}),
        ({"status": "uploaded"}, {"co2e": None, "co2e_biomass": None, "start_date": None}),
        ({"co2e": None}, {"co2e": None, "co2e_biomass": 0.0}),
        ({"co2e": 1.5}, {"co2e": 1.5}),
        ({"start_date": "2024-02-03"}, {"start_date": "2024-02-03T00:00:00", "end_date": "2024-02-29T23:59:59"}),
        ({"end_date": "2023-12-15"}, {"start_date": "2023-12-01T00:00:00", "end_date": "2023-12-15T23:59:59"}),
        ({"start_date": "2024-02-03T12:00:00", "end_date": "2024-02-03T12:00:00"}, {"end_date": "2024-02-03T12:00:00"}),
        ({"start_date": "9999-12-01"}, {"end_date": "9999-12-31T23:59:59", "created_at": "9999-12-05T10:30:00Z"}),
        ({"updated_at": "2020-01-01T00:00:00Z"}, {"created_at": "2020-01-01T00:00:00Z"}),
        ({"created_at": "2025-01-01T00:00:00+01:00"}, {"updated_at": "2025-01-01T00:00:00+01:00"}),
        ({"file_id": ID.upper()}, {"file_id": ID, "file_url": f"/invoices/{ID}.pdf"}),
        ({"file_url": "https://files.example/a.pdf", "file_id": ID}, {"file_url": "https://files.example/a.pdf"}),
        ({"supplier_id": ID.replace("1", "A")}, {"supplier_id": ID.replace("1", "a")}),
    ],
    ids=str,
)  # fmt: skip
def test_what_is_left_out_follows_from_what_is_given(load: Load, given: dict[str, Any], made: dict[str, Any]) -> None:
    invoice = invoice_of(load, **given)
    assert {name: getattr(invoice, name) for name in made} == made


def test_a_whole_follows_from_its_share(load: Load) -> None:
    world = load("organizations: [{invoices: [{type: heat, quantity: 25, percentage: 0.3}]}]")
    assert world.invoices[0].invoice.base_quantity == 83.33


def test_a_file_address_alone_has_an_id_made_for_it(load: Load) -> None:
    first, second = (invoice_of(load, file_url=f"/invoices/{name}.pdf") for name in "ab")
    assert first.file_id
    assert first.file_id != second.file_id


def test_a_made_id_gives_way_to_one_that_stands_in_the_file(load: Load) -> None:
    made = load(MINIMAL).invoices[0].invoice.id
    ids = [
        record.invoice.id
        for record in load(
            f"organizations: [{{invoices: [{{type: water, quantity: 1}}, {{type: water, quantity: 1, id: {made}}}]}}]"
        ).invoices
    ]
    assert ids[1] == made != ids[0]


def test_listed_facilities_are_found_by_name_and_by_id(load: Load) -> None:
    world = load(f"""\
organizations:
  - facilities: [{{name: Norte}}, {{id: {ID}}}]
    invoices:
      - {{type: water, quantity: 1, facility_name: Norte}}
      - {{type: water, quantity: 1, facility_id: {ID}}}
      - {{type: water, quantity: 1, facility_id: {ID}, facility_name: Facility 2}}
      - {{type: water, quantity: 1, facility_id: null}}
""")
    north, second = world.facilities
    assert (north.name, second.name, second.id) == ("Norte", "Facility 2", ID)
    assert [record.invoice.facility_id for record in world.invoices] == [north.id, ID, ID, None]


def test_facilities_that_are_not_listed_are_those_that_invoices_name(load: Load) -> None:
    world = load(f"""\
organizations:
  - invoices:
      - {{type: water, quantity: 1, facility_name: Sur}}
      - {{type: water, quantity: 1, facility_id: {ID}}}
      - {{type: water, quantity: 1, facility_name: Norte}}
      - {{type: water, quantity: 1, facility_id: {ID}, facility_name: Norte}}
""")
    south, north = world.facilities
    assert [(south.name), (north.id, north.name)] == ["Sur", (ID, "Norte")]
    assert [record.invoice.facility_id for record in world.invoices] == [south.id, ID, ID, ID]


def test_a_supply_contract_locks_the_group(load: Load) -> None:
    world = load(MINIMAL + f"        supply_contract_id: {ID}\n")
    assert [group.is_locked for group in groups_of(store_of(world), ORGANIZATION_IDS[0])] == [True]


def test_yaml_texts_that_look_like_dates_and_switches_are_the_texts_they_are(load: Load) -> None:
    world = load("organizations: [{name: 2024-01-31}, {name: yes}, {name: 0123}, {name: 1_000}]")
    assert [organization.name for organization in world.organizations] == ["2024-01-31", "yes", "0123", "1_000"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_table_is_read_however_a_spreadsheet_wrote_it(load: Load, delimiter: str, mark: bytes, end: str) -> None:
    rows = (
        ("type", "base_quantity", "facility_name", "enabled", "invoice_id"),
        ("electricity", "12.5", "Almacén", "FALSE", "00123"),
        ("", "", "", "", ""),
        ("water", "3", "Almacén", "", ""),
    )
    text = end.join(delimiter.join(row) for row in rows) + end
    world = load(mark + text.encode(), "invoices.csv")
    first, second = (record.invoice for record in world.invoices)
    assert (first.base_quantity, first.enabled, first.invoice_id) == (12.5, False, "00123")
    assert (second.base_quantity, second.enabled, second.invoice_id) == (3, True, None)
    assert [facility.name for facility in world.facilities] == ["Almacén"]


def test_the_rows_of_a_table_are_of_the_organizations_they_name(load: Load) -> None:
    rows = f"type,quantity,organization_id\nwater,1,{ID}\nwater,2,{OTHER}\nwater,3,{ID}\n"
    world = load(rows, "invoices.csv")
    assert [organization.id for organization in world.organizations] == [ID, OTHER]
    assert [(record.organization_id, record.invoice.quantity) for record in world.invoices] == [
        (ID, 1), (ID, 3), (OTHER, 2)
    ]  # fmt: skip


def test_null_in_a_table_is_not_what_an_empty_cell_is(load: Load) -> None:
    world = load("type,quantity,co2e\nwater,10,null\nwater,10,\n", "invoices.csv")
    assert [record.invoice.co2e for record in world.invoices] == [None, 3.5]
