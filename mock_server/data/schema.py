"""The form of a data file, as a JSON Schema. What an invoice has is taken from the contract."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from api_spec import Spec
from mock_server.world.model import Facility, Invoice

LARGEST = 1_000_000_000_000
"""The largest amount. A double keeps the cents of all numbers up to here."""

INVOICE_FIELDS = tuple(field.name for field in fields(Invoice))

FACILITY_FIELDS = tuple(field.name for field in fields(Facility) if field.name != "organization_id")

DEFAULTS: Mapping[str, str] = {
    "id": "made from the organization's id and the position among its invoices",
    "status": "active",
    "quantity": "base_quantity times percentage, rounded to 2 decimals",
    "base_quantity": "quantity divided by percentage, rounded to 2 decimals",
    "unit_id": "kWh, for water m3",
    "start_date": "the first of the end's month; with neither, an active invoice has a month by its position",
    "end_date": "the last of the start's month; with neither, an active invoice has a month by its position",
    "co2e": "quantity times the usual factor for the type; null for an uploaded, loading or error invoice",
    "co2e_biomass": "0; null for an uploaded, loading or error invoice",
    "file_id": "with a file_url, made from it; else null",
    "file_url": "with a file_id, a PDF that the mock makes; else null",
    "percentage": "1",
    "enabled": "true",
    "created_at": "some days after the period",
    "updated_at": "created_at",
}
"""What stands for a field that is left out; for every other one, null."""

VISIBLE = "^[!-~]+$"
"""What a header can carry without quotes: ASCII, no blanks."""

AMOUNT = {"minimum": 0, "maximum": LARGEST}

CHANGES: Mapping[str, Mapping[str, Any]] = {
    "quantity": AMOUNT,
    "base_quantity": AMOUNT,
    "co2e": AMOUNT,
    "co2e_biomass": AMOUNT,
    "start_date": {"format": None, "anyOf": [{"format": "date"}, {"format": "date-time-local"}]},
    "end_date": {"format": None, "anyOf": [{"format": "date"}, {"format": "date-time-local"}]},
    "file_url": {"format": "uri-reference", "pattern": r"^(https?://[^/\s]|/[^/\s])\S*$"},
}
"""Where a data file has other bounds than the API's answer: looser to write by hand, tighter to serve."""

MOMENT = "2024-02-01T10:30:00Z"

SUMMED = "Default: the sum over its active, enabled invoices."

EXAMPLES: Mapping[str, str] = {
    "start_date": "2024-01-01",
    "end_date": "2024-01-31",
    "created_at": MOMENT,
    "updated_at": MOMENT,
    "file_url": "/invoices/january.pdf",
}


def data_schema(spec: Spec) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a data file. Raises SpecError for a contract without the fields of an invoice."""
    organizations = {
        "type": "array",
        "minItems": 1,
        "description": "The organizations, each with its own key.",
        "items": _organization(invoice_properties(spec)),
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Data of dcycle-mock",
        "description": "What `dcycle-mock --data FILE` serves in place of made-up data. Most may be left out.",
        **_mapping({"$schema": _text("The schema of this file, for editors."), "organizations": organizations}),
        "required": ["organizations"],
    }


def invoice_properties(spec: Spec) -> dict[str, dict[str, Any]]:
    """The schemas of what an invoice in a data file may have, by name. Raises SpecError like `data_schema`."""
    try:
        answered = spec.operation("getInvoice").success.schema or {}
        contract = {name: answered["properties"][name] for name in INVOICE_FIELDS}
    except KeyError as missing:
        reason = f"expected an operation getInvoice that answers the fields of an invoice, got no {missing}"
        raise spec.document.error(("paths",), reason) from None
    own = {
        "facility_name": _text("The name of the facility, in place of its id or beside it.", "Oficina Madrid"),
        "supply_contract_id": {
            "type": ["string", "null"],
            "format": "uuid",
            "description": "The Datadis supply contract behind the invoice; it locks the CUPS group. Default: null.",
        },
        "source": {
            "type": ["string", "null"],
            "enum": ["manual", "pdf", "bulk_file", "datadis", None],
            "description": "Where the invoice came from; null for an older one, which counts as manual. "
            "Default: datadis with a supply_contract_id, pdf with a file, else manual.",
        },
    }
    return {name: _property(name, schema) for name, schema in contract.items()} | own


def _property(name: str, contract: Mapping[str, Any]) -> dict[str, Any]:
    schema = {key: value for key, value in contract.items() if not key.startswith("x-")}
    schema.update(CHANGES.get(name, {}))
    if name in EXAMPLES:
        schema["examples"] = [EXAMPLES[name]]
    if name != "type":
        schema["description"] = f"{schema['description']} Default: {DEFAULTS.get(name, 'null')}."
    return {key: value for key, value in schema.items() if value is not None}


def _organization(invoice: dict[str, dict[str, Any]]) -> dict[str, Any]:
    key = _text("The key that its requests carry. Default: made from the id.", "my-own-key-1")
    return _mapping(
        {
            "id": _id("The id of the organization. Default: the documented ones in turn, then made ones."),
            "name": _text("Its name. Default: Organization N."),
            "api_key": {**key, "pattern": VISIBLE},
            "facilities": {
                "type": "array",
                "description": "Its facilities. Default: those that its invoices name.",
                "items": _mapping(_facility()),
            },
            "invoices": {
                "type": "array",
                "description": "Its invoices.",
                "items": {
                    **_mapping(invoice),
                    "required": ["type"],
                    "anyOf": [{"required": ["base_quantity"]}, {"required": ["quantity"]}],
                },
            },
        }
    )


def _facility() -> dict[str, dict[str, Any]]:
    status = {"type": "string", "enum": ["active", "archived"], "description": "Whether it is in use. Default: active."}
    return {
        "id": _id("The id of the facility. Default: made."),
        "name": _text("Its name. Default: Facility N."),
        "address": _or_null(_text("Where it is. Default: null.", "Calle Gran Vía 1, Madrid")),
        "country": _text("The country, as a code of two letters. Default: ES.", "ES"),
        "type": _text("What kind of place it is. Default: office.", "office"),
        "status": status,
        "co2e": _amount(f"Its emissions in kg CO2e. {SUMMED}"),
        "co2e_biomass": _amount(f"Its emissions from biomass in kg CO2e. {SUMMED}"),
        "logistic_factor": _amount("Its factor for logistics. Default: 0.8."),
        "categories": _texts("What it consumes. Default: the types of its invoices."),
        "cups_list": _texts("Its supply-point codes. Default: the valid ones on its invoices."),
        "facility_purpose_type": _or_null(_text("What it is for. Default: facilities.")),
        "created_at": _moment("When it was created, in UTC. Default: null."),
        "updated_at": _moment("When it was last updated, in UTC. Default: null."),
    }


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    return {**schema, "type": [schema["type"], "null"]}


def _amount(description: str) -> dict[str, Any]:
    return {"type": ["number", "null"], **AMOUNT, "description": description}


def _texts(description: str) -> dict[str, Any]:
    return {"type": ["array", "null"], "items": {"type": "string"}, "description": description}


def _moment(description: str) -> dict[str, Any]:
    return {"type": ["string", "null"], "format": "date-time", "description": description, "examples": [MOMENT]}


def _mapping(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "properties": dict(properties)}


def _text(description: str, example: str = "") -> dict[str, Any]:
    examples = {"examples": [example]} if example else {}
    return {"type": "string", "minLength": 1, "description": description, **examples}


def _id(description: str) -> dict[str, Any]:
    return {"type": "string", "format": "uuid", "description": description}
