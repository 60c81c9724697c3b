"""A world written as a file is the same world when it is read again; the form of the file is published."""

from __future__ import annotations

import csv
import json
import uuid
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import orjson
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api_spec import Spec, load_spec
from mock_server.data import FORMATS, data_schema, export_world, load_data
from mock_server.world.generator import make_world
from mock_server.world.model import World
from mock_server.world.shape import Shape

SMALL = Shape(organizations=3, facilities=3, invoices=60)
IDS = st.integers(0, 2**128 - 1).map(lambda number: str(uuid.UUID(int=number, version=4)))
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1) | st.sampled_from(
    ["1e5", "0123", "yes", "null", "~", "2024-01-31", "12:30", "a: b", "# c", "- d", " e ", "=1+1", "\r", "*f", "1_0"]
)
AMOUNTS = st.integers(0, 10**12) | st.floats(0, 1e12)
INVOICES = st.fixed_dictionaries(
    {"type": st.sampled_from(["heat", "electricity", "water", "recharge"]), "base_quantity": AMOUNTS},
    optional={
        "percentage": st.floats(0, 1),
        "status": st.sampled_from(["uploaded", "active", "inactive", "error"]),
        "start_date": st.dates().map(str),
        "facility_name": st.sampled_from(["Norte", "Sur"]) | TEXTS,
        "invoice_id": st.none() | TEXTS,
        "cups": st.none() | TEXTS,
        "co2e": st.none() | AMOUNTS,
        "co2e_biomass": st.none() | AMOUNTS,
        "file_id": IDS,
        "enabled": st.booleans(),
        "supply_contract_id": st.none() | IDS,
        "source": st.sampled_from(["manual", "pdf", "bulk_file", "datadis", None]),
    },
)
FACILITIES = st.fixed_dictionaries(
    {},
    optional={
        "address": st.none() | TEXTS,
        "country": TEXTS,
        "type": TEXTS,
        "status": st.sampled_from(["active", "archived"]),
        "co2e": st.none() | AMOUNTS,
        "logistic_factor": st.none() | AMOUNTS,
        "categories": st.none() | st.lists(TEXTS, max_size=2),
        "cups_list": st.none() | st.lists(TEXTS, max_size=2),
        "facility_purpose_type": st.none() | TEXTS,
        "created_at": st.sampled_from([None, "2024-01-31T00:00:00Z"]),
    },
)
ORGANIZATIONS = st.lists(
    st.fixed_dictionaries({"invoices": st.lists(INVOICES, max_size=4)}, optional={"name": TEXTS}),
    min_size=1,
    max_size=3,
)


@cache
def contract() -> Spec:
    """The contract, of which Hypothesis need not print anything."""
    return load_spec()


def again(world: World, format: str, folder: Path, spec: Spec) -> World:
    """A world that has been written to a file and read from it."""
    path = folder / f"world.{format}"
    path.write_bytes(export_world(world, format))
    return load_data(path, spec)


def with_invoices(world: World) -> World:
    """What of a world a table can carry, made up as reading a table does."""
    ids = [record.organization_id for record in world.invoices]
    named = {record.invoice.facility_id for record in world.invoices}
    return World(
        tuple(organization for organization in world.organizations if organization.id in ids),
        tuple(facility for facility in world.facilities if facility.id in named),
        world.invoices,
    )


def test_the_default_world_comes_back_from_json(world: World, spec: Spec, tmp_path: Path) -> None:
    assert again(world, "json", tmp_path, spec) == world


@pytest.mark.parametrize("seed", [2, 3])
@pytest.mark.parametrize("format", ["json", "yaml"])
def test_any_world_comes_back(seed: int, format: str, spec: Spec, tmp_path: Path) -> None:
    world = make_world(seed, SMALL)
    assert again(world, format, tmp_path, spec) == world


@pytest.mark.parametrize("seed", [2, 3])
def test_a_table_brings_back_all_invoices_and_their_facilities(seed: int, spec: Spec, tmp_path: Path) -> None:
    world = with_invoices(make_world(seed, SMALL))
    found = again(world, "csv", tmp_path, spec)
    assert found.invoices == world.invoices
    assert {(one.id, one.name) for one in found.facilities} == {(one.id, one.name) for one in world.facilities}
    assert [one.id for one in found.organizations] == [one.id for one in world.organizations]


@pytest.mark.parametrize("format", list(FORMATS))
@given(content=ORGANIZATIONS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_a_person_writes_comes_back(format: str, content: Any, tmp_path: Path) -> None:
    path = tmp_path / "own.json"
    path.write_bytes(orjson.dumps({"organizations": content}))
    world = load_data(path, contract())
    found = again(world, format, tmp_path, contract()) if format != "csv" or world.invoices else world
    assert found.invoices == world.invoices
    if format != "csv":
        assert found == world


@pytest.mark.parametrize("format", ["json", "yaml"])
@given(facilities=st.lists(FACILITIES, max_size=3))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_a_person_writes_of_facilities_comes_back(format: str, facilities: Any, tmp_path: Path) -> None:
    path = tmp_path / "own.json"
    path.write_bytes(orjson.dumps({"organizations": [{"facilities": facilities}]}))
    world = load_data(path, contract())
    assert again(world, format, tmp_path, contract()) == world


def test_exports_are_for_people_to_read(spec: Spec, tmp_path: Path) -> None:
    world = make_world(1, Shape(organizations=1, facilities=1, invoices=1, documented=False))
    text = export_world(world, "yaml").decode()
    assert text.startswith("# Data for dcycle-mock --data.")
    assert list(yaml.safe_load(text)["organizations"][0]) == ["id", "name", "api_key", "facilities", "invoices"]
    assert "facility_fuel_id" not in text, "what is null anyway is left out"
    assert json.loads(export_world(world, "json")) == yaml.safe_load(text)
    assert "Oficina" in text


def test_a_table_has_a_line_for_each_invoice(world: World) -> None:
    header, *rows = csv.reader(export_world(world, "csv").decode().splitlines())
    assert header[:3] == ["organization_id", "facility_name", "id"]
    assert header[-2:] == ["supply_contract_id", "source"]
    assert [row[2] for row in rows] == [record.invoice.id for record in world.invoices]


def test_the_published_schema_is_a_schema_that_the_default_world_keeps(world: World, spec: Spec) -> None:
    schema = data_schema(spec)
    jsonschema.Draft202012Validator.check_schema(schema)
    small = export_world(make_world(1, SMALL), "json")
    assert not list(jsonschema.Draft202012Validator(schema).iter_errors(json.loads(small)))


def test_the_published_schema_says_what_the_contract_says(spec: Spec) -> None:
    organization = data_schema(spec)["properties"]["organizations"]["items"]["properties"]
    written = organization["invoices"]["items"]["properties"]
    contract = (spec.operation("getInvoice").success.schema or {})["properties"]
    assert list(written) == [*contract, "facility_name", "supply_contract_id", "source"]
    for name, schema in contract.items():
        assert written[name]["type"] == schema["type"]
        assert written[name].get("enum") == schema.get("enum")
        assert written[name]["description"].startswith(schema["description"])


def test_the_published_schema_has_every_field_of_a_facility(spec: Spec) -> None:
    organization = data_schema(spec)["properties"]["organizations"]["items"]["properties"]
    contract = (spec.operation("getFacility").success.schema or {})["properties"]
    assert list(organization["facilities"]["items"]["properties"]) == list(contract)


def test_every_default_is_told(spec: Spec) -> None:
    organization = data_schema(spec)["properties"]["organizations"]["items"]["properties"]
    silent = {
        (part, name)
        for part in ("invoices", "facilities")
        for name, schema in organization[part]["items"]["properties"].items()
        if "Default: " not in schema["description"]
    }
    assert silent == {("invoices", "type"), ("invoices", "facility_name")}
