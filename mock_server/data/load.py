"""From a data file to a world."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from api_spec import Spec
from mock_server.data.assembly import Assembly
from mock_server.data.csv_file import read_csv
from mock_server.data.json_file import read_json
from mock_server.data.mistake import DataError
from mock_server.data.schema import data_schema, invoice_properties
from mock_server.data.source import NOTHING, Source, read_text
from mock_server.data.structure import broken_parts, find_mistakes
from mock_server.data.yaml_file import read_yaml
from mock_server.world.model import World

READERS: dict[str, Callable[[Path, str], Source]] = {".json": read_json, ".yaml": read_yaml, ".yml": read_yaml}


def load_data(path: Path, spec: Spec) -> World:
    """The world of a data file. Raises DataError with everything that is wrong in it.

    Raises SpecError for a contract that does not say what an invoice is.
    """
    source = _read(path, spec)
    try:
        mistakes = find_mistakes(source.content, data_schema(spec))
    except ValueError:  # from the validator, for anything within 255 others
        raise DataError.about(path, "is nested too deeply to read") from None
    assembly = Assembly(source.content, broken_parts(mistakes))
    world = assembly.make_world()
    if mistakes or assembly.mistakes:
        raise source.error([*mistakes, *assembly.mistakes])
    return world


def _read(path: Path, spec: Spec) -> Source:
    suffix = path.suffix.lower()
    if suffix not in (*READERS, ".csv"):
        got = path.suffix or "none"
        raise DataError.about(path, f"expected a name that ends in .json, .yaml, .yml or .csv, got {got}")
    text = read_text(path)
    if not text.strip():
        raise DataError.about(path, NOTHING)
    return read_csv(path, text, invoice_properties(spec)) if suffix == ".csv" else READERS[suffix](path, text)
