"""The contract says what the pages say: nothing left out, nothing made up."""

from __future__ import annotations

from typing import Any

import pytest

from api_spec import Spec

UUID = {"type": "string", "format": "uuid"}
TEXT = {"type": "string"}
FLOAT = {"type": "number", "format": "double"}

DATE = {"type": "string", "format": "date"}
DATE_TIME = {"type": "string", "format": "date-time"}
LIST = {"type": "array"}
TYPE = {"type": "string", "enum": ["heat", "electricity", "water", "recharge"]}
STATUS = {"type": "string", "enum": ["uploaded", "loading", "active", "inactive", "review", "error"]}
SORTED_BY = ["start_date", "end_date", "created_at", "quantity", "invoice_id"]


def list_of(schema: dict[str, Any] | str) -> dict[str, Any]:
    return {**LIST, "items": schema}


def page(most: int, default: int) -> list[tuple[str, dict[str, Any]]]:
    return [
        ("page", {"type": "integer", "minimum": 1, "default": 1}),
        ("size", {"type": "integer", "minimum": 1, "maximum": most, "default": default}),
    ]


QUERIES = {
    "listCupsGroups": [("facility_id", UUID), ("search", TEXT), *page(200, 50)],
    "listInvoices": [
        ("type[]", list_of(TYPE)),
        ("status[]", list_of(STATUS)),
        ("facility_id[]", list_of(UUID)),
        ("cups[]", list_of(TEXT)),
        ("start_date", DATE),
        ("end_date", DATE),
        ("co2e_status", {"type": "string", "enum": ["calculated", "not_calculated"]}),
        ("invoice_id", TEXT),
        ("sort", {"type": "string", "enum": [*SORTED_BY, *(f"-{field}" for field in SORTED_BY)]}),
        *page(100, 50),
    ],
    "getInvoiceFilterOptions": [
        ("facility_id", UUID),
        ("type", {"type": "string", "enum": [*TYPE["enum"], "process", "waste_water_treatment"]}),
    ],
    "listFacilities": [
        ("name", TEXT),
        ("country", TEXT),
        ("type", TEXT),
        ("status[]", list_of({"type": "string", "enum": ["active", "archived"]})),
        *page(100, 10),
    ],
}
"""The query parameters of each operation that has some, with type, default and bounds."""
PATHS = {
    "getInvoice": "invoice_id",
    "updateInvoice": "invoice_id",
    "deleteInvoice": "invoice_id",
    "getFacility": "facility_id",
}
REQUIRED_QUERIES = {"getInvoiceFilterOptions"}

OPERATIONS = [
    ("listCupsGroups", "GET", "/v1/invoices/cups", "200 401 403 422"),
    ("consolidateCups", "POST", "/v1/invoices/consolidate-cups", "200 401 403 409 422"),
    ("listInvoices", "GET", "/v1/invoices", "200 401 403 422"),
    ("getInvoice", "GET", "/v1/invoices/{invoice_id}", "200 401 403 404 422"),
    ("updateInvoice", "PATCH", "/v1/invoices/{invoice_id}", "200 401 403 404 422"),
    ("deleteInvoice", "DELETE", "/v1/invoices/{invoice_id}", "204 401 403 404 422"),
    ("recalculateInvoices", "POST", "/v1/invoices/recalculate", "202 400 401 403 422"),
    ("getInvoiceFilterOptions", "GET", "/v1/invoices/filter-options", "200 401 403 404 422"),
    ("listFacilities", "GET", "/v1/facilities", "200 401 403 422"),
    ("getFacility", "GET", "/v1/facilities/{facility_id}", "200 401 403 404 422"),
]

PAGE_FIELDS = {
    "items": list_of("CupsGroup"),
    "total": {"type": "integer", "minimum": 0},
    "page": {"type": "integer", "minimum": 1},
    "size": {"type": "integer", "minimum": 1, "maximum": 200},
    "total_pages": {"type": "integer", "minimum": 0},
}
GROUP_FIELDS = {
    "cups": {"type": "string", "minLength": 1},
    "facility_id": UUID,
    "facility_name": TEXT,
    "invoice_count": {"type": "integer", "minimum": 1},
    "first_date": {"type": "string", "format": "date"},
    "last_date": {"type": "string", "format": "date"},
    "is_locked": {"type": "boolean"},
}


def or_null(schema: dict[str, Any]) -> dict[str, Any]:
    return {**schema, "type": [schema["type"], "null"]}


INVOICE_FIELDS = {
    "id": UUID,
    "type": TYPE,
    "status": STATUS,
    "quantity": FLOAT,
    "base_quantity": FLOAT,
    "unit_id": or_null(UUID),
    "start_date": or_null({"type": "string", "format": "date-time-local"}),
    "end_date": or_null({"type": "string", "format": "date-time-local"}),
    "invoice_id": or_null(TEXT),
    "facility_id": or_null(UUID),
    "facility_fuel_id": or_null(UUID),
    "supplier_id": or_null(UUID),
    "custom_emission_factor_id": or_null(UUID),
    "co2e": or_null(FLOAT),
    "co2e_biomass": or_null(FLOAT),
    "cups": or_null(TEXT),
    "file_id": or_null(UUID),
    "file_url": or_null({"type": "string", "format": "uri"}),
    "uploaded_by": or_null(UUID),
    "percentage": {**FLOAT, "minimum": 0, "maximum": 1},
    "enabled": {"type": "boolean"},
    "created_at": DATE_TIME,
    "updated_at": DATE_TIME,
}
LISTED = (
    "id type status quantity unit_id total_energy_kwh start_date end_date invoice_id facility_id supplier_id co2e cups "
    "created_at updated_at"
)
SUMMARY_FIELDS = {
    name: or_null(FLOAT) if name == "total_energy_kwh" else INVOICE_FIELDS[name] for name in LISTED.split()
}


def paged(items: str) -> dict[str, Any]:
    total, number, _, pages = list(PAGE_FIELDS.values())[1:]
    size = {"type": "integer", "minimum": 1, "maximum": 100}
    return {"items": list_of(items), "total": total, "page": number, "size": size, "pages": pages}


FACILITY_FIELDS = {
    "id": UUID,
    "name": TEXT,
    "address": or_null(TEXT),
    "country": TEXT,
    "type": TEXT,
    "status": {"type": "string", "enum": ["active", "archived"]},
    "co2e": or_null(FLOAT),
    "co2e_biomass": or_null(FLOAT),
    "logistic_factor": or_null(FLOAT),
    "categories": or_null(list_of(TEXT)),
    "cups_list": or_null(list_of(TEXT)),
    "facility_purpose_type": or_null(TEXT),
    "created_at": or_null(DATE_TIME),
    "updated_at": or_null(DATE_TIME),
}
UPDATE_FIELDS = {
    "uploaded_by": UUID, "facility_id": UUID, "supplier_id": UUID, "status": STATUS, "invoice_id": TEXT, "cups": TEXT
}  # fmt: skip
CONSOLIDATION_FIELDS = {"target_cups": {"type": "string", "minLength": 1}, "sources": list_of("CupsSource")}
CONSOLIDATED_FIELDS = {"updated_count": {"type": "integer", "minimum": 0}, "affected_facilities": list_of(UUID)}
CATEGORIES = (
    "stationary stationary_generation electricity electricity_location_based electricity_generation "
    "electricity_transmission_and_distribution energy recharge"
)
RECALCULATION_FIELDS = {
    "invoice_ids": {**list_of(UUID), "minItems": 1},
    "activity_categories": {**list_of({"type": "string", "enum": CATEGORIES.split()}), "minItems": 1},
}
STARTED_FIELDS = {
    "invoice_ids": list_of(UUID), "count": {"type": "integer", "minimum": 0}, "processing_job_ids": list_of(TEXT)
}  # fmt: skip
OPTIONS_FIELDS = {
    "cups": list_of(TEXT), "suppliers": list_of("NamedOption"), "uploaded_by": list_of("UserOption"),
    "sources": list_of(TEXT), "stationary_fuels": list_of("NamedOption"), "facility_fuels": list_of("NamedOption"),
    "supply_contracts": list_of("NamedOption"),
}  # fmt: skip

CONSTRAINTS = ("type", "format", "enum", "default", "minimum", "maximum", "minLength", "minItems")


def constraints(schema: Any) -> dict[str, Any]:
    """What a schema demands, without what it tells."""
    found = {key: schema[key] for key in CONSTRAINTS if key in schema}
    if "items" in schema:
        found["items"] = schema["items"].get("$ref", "").rpartition("/")[2] or constraints(schema["items"])
    return found


def test_the_operations_are_the_documented_ones(spec: Spec) -> None:
    found = [(one.id, one.method, one.path, " ".join(one.responses)) for one in spec.operations]
    assert sorted(found) == sorted(OPERATIONS)


@pytest.mark.parametrize("operation_id", [name for name, *_ in OPERATIONS])
def test_the_parameters_are_the_documented_ones_with_type_default_and_bounds(spec: Spec, operation_id: str) -> None:
    found = [
        (parameter.location, parameter.name, parameter.required, constraints(parameter.schema))
        for parameter in spec.operation(operation_id).parameters
    ]
    expected = [("header", "x-organization-id", True, UUID)]
    expected += [("path", PATHS[operation_id], True, UUID)] if operation_id in PATHS else []
    required = operation_id in REQUIRED_QUERIES
    assert found == expected + [("query", name, required, schema) for name, schema in QUERIES.get(operation_id, [])]


@pytest.mark.parametrize("operation_id", [name for name, *_ in OPERATIONS])
def test_every_request_carries_an_api_key(spec: Spec, operation_id: str) -> None:
    assert [header.name for header in spec.operation(operation_id).security] == ["x-api-key"]


def test_every_answer_is_json_but_that_of_a_deletion_which_is_empty(spec: Spec) -> None:
    found = {
        (operation.id, status): response.media_type
        for operation in spec.operations
        for status, response in operation.responses.items()
    }
    assert found.pop(("deleteInvoice", "204")) is None
    assert set(found.values()) == {"application/json"}


def test_the_operations_that_change_something_take_a_body_but_for_the_deletion(spec: Spec) -> None:
    taking = {operation.id: operation.body for operation in spec.operations if operation.body}
    assert set(taking) == {"consolidateCups", "updateInvoice", "recalculateInvoices"}
    assert {(body.media_type, body.required) for body in taking.values()} == {("application/json", True)}


@pytest.mark.parametrize(
    ("schema", "fields", "optional"),
    [
        ("CupsGroupPage", PAGE_FIELDS, ()),
        ("CupsGroup", GROUP_FIELDS, ()),
        ("Invoice", INVOICE_FIELDS, ()),
        ("InvoicePage", paged("InvoiceSummary"), ()),
        ("InvoiceSummary", SUMMARY_FIELDS, ("total_energy_kwh",)),
        ("InvoiceUpdate", UPDATE_FIELDS, tuple(UPDATE_FIELDS)),
        ("CupsConsolidation", CONSOLIDATION_FIELDS, ()),
        ("CupsSource", {"cups": TEXT, "facility_id": UUID}, ()),
        ("CupsConsolidated", CONSOLIDATED_FIELDS, ()),
        ("Recalculation", RECALCULATION_FIELDS, ()),
        ("RecalculationStarted", STARTED_FIELDS, ()),
        ("InvoiceFilterOptions", OPTIONS_FIELDS, ()),
        ("NamedOption", {"id": TEXT, "name": or_null(TEXT)}, ()),
        ("UserOption", {"id": TEXT} | dict.fromkeys(("first_name", "last_name", "email"), or_null(TEXT)), ()),
        ("FacilityPage", paged("Facility"), ()),
        ("Facility", FACILITY_FIELDS, ()),
    ],
)
def test_the_fields_are_the_documented_ones_in_their_order(
    contract: dict[str, Any], schema: str, fields: dict[str, Any], optional: tuple[str, ...]
) -> None:
    written = contract["components"]["schemas"][schema]
    properties = {name: constraints(value) for name, value in written["properties"].items()}
    assert list(properties.items()) == list(fields.items())
    required = [name for name in fields if name not in optional]
    assert written.get("required", []) == required, "what every page and copy shows is always there"


def test_the_fields_of_the_given_pages_are_counted() -> None:
    assert [len(fields) for fields in (PAGE_FIELDS, GROUP_FIELDS, INVOICE_FIELDS)] == [5, 7, 23]


def test_no_schema_forbids_a_field_that_the_vendor_may_add(contract: dict[str, Any]) -> None:
    assert [
        name for name, schema in contract["components"]["schemas"].items() if "additionalProperties" in schema
    ] == []


@pytest.mark.parametrize(
    ("schema", "field", "unit"),
    [
        ("Invoice", "quantity", "unit_id"),
        ("Invoice", "base_quantity", "unit_id"),
        ("Invoice", "co2e", "kg CO2e"),
        ("Invoice", "co2e_biomass", "kg CO2e"),
        ("InvoiceSummary", "quantity", "unit_id"),
        ("InvoiceSummary", "total_energy_kwh", "kWh"),
        ("InvoiceSummary", "co2e", "kg CO2e"),
        ("Facility", "co2e", "kg CO2e"),
        ("Facility", "co2e_biomass", "kg CO2e"),
    ],
)
def test_amounts_name_their_unit(contract: dict[str, Any], schema: str, field: str, unit: str) -> None:
    assert contract["components"]["schemas"][schema]["properties"][field]["x-unit"] == unit


def test_the_servers_are_production_and_the_local_mock(spec: Spec) -> None:
    assert spec.servers == ("https://api.dcycle.io", "http://127.0.0.1:8000")
