"""A world as a data file, from which `mock_server.data.load` makes the same world again."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from mock_server.data.csv_file import FILLED, ORGANIZATION
from mock_server.data.schema import FACILITY_FIELDS, INVOICE_FIELDS
from mock_server.world.model import Facility, InvoiceRecord, World

COLUMNS = (ORGANIZATION, "facility_name", *INVOICE_FIELDS, "supply_contract_id", "source")
"""The columns of a CSV export."""

NULL = ("address", "created_at", "updated_at")
"""What of a facility is null when it is left out."""

WORDS: Mapping[Any, str] = {None: "null", True: "true", False: "false"}


def export_world(world: World, format: str) -> bytes:
    """The data file of a world, in UTF-8. Raises KeyError for a format that is not one of `FORMATS`.

    CSV has the invoices alone: names and keys of organizations, what has no invoices, and all of a facility but its id
    and name are lost.
    """
    return FORMATS[format](world)


def _to_json(world: World) -> bytes:
    import orjson

    return orjson.dumps(_content(world), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _to_yaml(world: World) -> bytes:
    import yaml

    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    text = yaml.dump(_content(world), Dumper=dumper, sort_keys=False, allow_unicode=True, width=10_000)
    return f"# Data for dcycle-mock --data. Its form: dcycle-mock schema data\n{text}".encode()


def _to_csv(world: World) -> bytes:
    names = {facility.id: facility.name for facility in world.facilities}
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow(COLUMNS)
    for record in world.invoices:
        table.writerow(_row(record, names))
    return text.getvalue().encode()


FORMATS: Mapping[str, Callable[[World], bytes]] = {"json": _to_json, "yaml": _to_yaml, "csv": _to_csv}
"""How a world is written, by the name of the format."""


def _content(world: World) -> dict[str, Any]:
    facilities: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    invoices: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for facility in world.facilities:
        facilities[facility.organization_id].append(_facility(facility))
    for record in world.invoices:
        invoices[record.organization_id].append(_invoice(record))
    return {
        "organizations": [
            {**asdict(one), "facilities": facilities[one.id], "invoices": invoices[one.id]}
            for one in world.organizations
        ]
    }


def _facility(facility: Facility) -> dict[str, Any]:
    """A facility without the nulls that are null again when they are left out."""
    fields = {name: getattr(facility, name) for name in FACILITY_FIELDS}
    listed = {name: list(value) if isinstance(value, tuple) else value for name, value in fields.items()}
    return {name: value for name, value in listed.items() if value is not None or name not in NULL}


def _invoice(record: InvoiceRecord) -> dict[str, Any]:
    """An invoice without the nulls that are made up again when they are left out."""
    return {name: value for name, value in _fields(record) if value is not None or name in FILLED}


def _fields(record: InvoiceRecord) -> list[tuple[str, Any]]:
    answered = [(name, getattr(record.invoice, name)) for name in INVOICE_FIELDS]
    return [*answered, ("supply_contract_id", record.supply_contract_id), ("source", record.source)]


def _row(record: InvoiceRecord, names: Mapping[str, str]) -> list[Any]:
    named = names.get(record.invoice.facility_id or "", "")
    cells = [_cell(name, value) for name, value in _fields(record)]
    return [record.organization_id, named, *cells]


def _cell(name: str, value: Any) -> Any:
    if value is None and name not in FILLED:
        return ""
    return WORDS[value] if value is None or isinstance(value, bool) else value
