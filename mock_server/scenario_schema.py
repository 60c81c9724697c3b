"""The JSON Schema of a scenario file."""

from __future__ import annotations

from typing import Any

from mock_server.control.document import document
from mock_server.world.shape import Shape

WORLD: dict[str, tuple[str, str]] = {
    "organizations": ("integer", "How many organizations there are, each with its own key."),
    "facilities": ("integer", "How many facilities each organization has, beside the documented ones."),
    "invoices": ("integer", "About how many invoices each organization has, beside the documented ones."),
    "documented": ("boolean", "Whether the first organization has the records that the documentation shows."),
    "misspelt": ("number", "The share of electricity supply points with misspelt codes on some bills."),
    "contracted": ("number", "The share of electricity supply points that Datadis reports, which locks their groups."),
}


def scenario_schema() -> dict[str, Any]:
    """What a scenario file may hold. Its faults are those of the control API."""
    default = Shape()
    limits: dict[str, dict[str, int]] = {
        "integer": {"minimum": 0}, "boolean": {}, "number": {"minimum": 0, "maximum": 1},
    }  # fmt: skip
    world = {
        name: {"type": kind, "description": text, "default": getattr(default, name), **limits[kind]}
        for name, (kind, text) in WORLD.items()
    }
    world["organizations"]["minimum"] = 1
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Scenario of dcycle-mock",
        "type": "object",
        "additionalProperties": False,
        "not": {"required": ["world", "data"]},
        "properties": {
            "description": {"type": "string"},
            "world": {"type": "object", "additionalProperties": False, "properties": world},
            "data": {"type": "string", "description": "A data file, beside this one, in place of a generated world."},
            "faults": document().content["components"]["schemas"]["Faults"],
        },
    }
