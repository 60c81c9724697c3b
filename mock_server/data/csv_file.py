"""Invoices in CSV: one row for each, under a line of column names.

What a table cannot say is made up when it is read: names and keys of organizations, facilities without invoices,
organizations without either. An empty cell is a value left out; the word null is one that is null where a value left
out would not be.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from api_spec.document import Pointer
from mock_server.data.mistake import DataError, nearest
from mock_server.data.source import Source

ORGANIZATION = "organization_id"
"""The column that says whose invoice a row is; one organization for all when there is none."""

DELIMITERS = (",", ";", "\t")
"""What may stand between cells. Spreadsheets write semicolons where the comma is for decimals."""

FILLED = ("unit_id", "start_date", "end_date", "co2e", "co2e_biomass", "source")
"""The columns in which null is not what is left out."""

INTEGER, DECIMAL = (
    re.compile(r"-?\d{1,18}"),
    re.compile(r"-?\d{1,18}\.\d+(?:[eE][-+]?\d{1,3})?|-?\d{1,18}[eE][-+]?\d{1,3}"),
)
BOOLEANS = {"true": True, "false": False}


@dataclass
class _Table:
    """Rows, sorted by organization into the form of a data file."""

    organizations: list[dict[str, Any]] = field(default_factory=list)
    lines: dict[Pointer, int] = field(default_factory=dict)
    positions: dict[str | None, int] = field(default_factory=dict)
    """Where in the list an organization is, by its id as written."""

    def add(self, invoice: dict[str, Any], line: int) -> None:
        """Add the invoice of a row to those of its organization."""
        organization_id = invoice.pop(ORGANIZATION, None)
        index = self.positions.setdefault(organization_id, len(self.organizations))
        if index == len(self.organizations):
            self.organizations.append({"id": organization_id} if organization_id else {})
            self.lines["organizations", index] = line
        owned = self.organizations[index].setdefault("invoices", [])
        self.lines["organizations", index, "invoices", len(owned)] = line
        owned.append(invoice)

    def line_of(self, pointer: Pointer) -> int:
        """The line of the row that a value stands in."""
        return self.lines.get(pointer[:4]) or self.lines.get(pointer[:2], 1)


def read_csv(path: Path, text: str, columns: Mapping[str, Mapping[str, Any]]) -> Source:
    """The source of a CSV text. Raises DataError for a text that is no table or has wrong columns.

    `columns` are the schemas of those that there may be, by name.
    """
    table = _Table()
    rows = _rows(path, text)
    line, header = next(rows, (1, []))
    names = [name.strip() for name in header]
    _check_header(path, line, names, (ORGANIZATION, *columns))
    for line, cells in rows:
        if len(cells) > len(names) and any(cells[len(names) :]):
            reason = f"expected {len(names)} cells, got {len(cells)}. Put a cell with a delimiter in it in quotes."
            raise DataError.about(path, reason, line)
        given = {name: cell for name, cell in zip(names, cells, strict=False) if cell}
        table.add({name: _value(name, cell, columns.get(name, {})) for name, cell in given.items()}, line)
    return Source(path, {"organizations": table.organizations}, table.line_of, _where)


def _rows(path: Path, text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not blank, each with the line that it begins on."""
    first = text.lstrip("\r\n").partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(DELIMITERS, key=first.count), strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise DataError.about(path, f"is not CSV: {error}", line) from None


def _check_header(path: Path, line: int, names: Sequence[str], known: Sequence[str]) -> None:
    def at(name: str, reason: str) -> str:
        return f"{path}:{line}: {name or 'a column without a name'}: {reason}".rstrip()

    mistakes = []
    for index, name in enumerate(names):
        if name not in known:
            advice = nearest(name, known) or f"The columns are: {', '.join(known)}."
            mistakes.append(at(name, f"expected a known column, got {name!r}. {advice}"))
        elif name in names[:index]:
            mistakes.append(at(name, "expected the column once, got it twice. Remove one."))
    if "type" not in names:
        mistakes.append(at("type", "expected the column, got none. Add it: every invoice has a type."))
    if not {"base_quantity", "quantity"} & set(names):
        mistakes.append(at("base_quantity", "expected this column or quantity, got neither. Add one."))
    if mistakes:
        raise DataError(mistakes)


def _value(name: str, cell: str, schema: Mapping[str, Any]) -> Any:
    """The value of a cell; what does not look like one of its type stays text, for the schema to refuse."""
    kinds = schema.get("type", "string")
    if name in FILLED and cell == "null":
        return None
    if "number" in kinds and INTEGER.fullmatch(cell.strip()):
        return int(cell)
    if "number" in kinds and DECIMAL.fullmatch(cell.strip()):
        return float(cell)
    if "boolean" in kinds:
        return BOOLEANS.get(cell.strip().lower(), cell)
    return cell


def _where(pointer: Pointer) -> str:
    if pointer[2:3] == ("id",):
        return ORGANIZATION
    return str(pointer[4]) if len(pointer) > 4 else "the row"
