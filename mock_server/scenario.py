"""Scenarios: a world and faults under one name, in a small file.

The shipped ones are in ``scenarios/`` beside this module; people write their own in the same form.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from api_spec import SpecError
from api_spec.document import Document, Pointer
from mock_server.errors import InputError
from mock_server.faults import Faults
from mock_server.settings import MockSettings
from mock_server.world.shape import Shape

SHIPPED = Path(__file__).parent / "scenarios"

SUFFIXES = (".yaml", ".yml", ".json")

KEYS = ("description", "world", "data", "faults")
SHAPE_TYPES: Mapping[str, str] = {item.name: str(item.type) for item in fields(Shape)}
FAULT_KEYS = tuple(item.name for item in fields(Faults))

EXPECTED = {"int": "a whole number, 0 or more", "bool": "true or false", "float": "a share from 0 to 1"}


class ScenarioError(InputError):
    """A scenario that cannot be used. Its text says which file and line, what was expected and what was found."""


@dataclass(frozen=True)
class Scenario:
    """A world and faults under one name."""

    name: str = "default"
    description: str = "A few years of invoices of two organizations, with some near-duplicate codes."
    shape: Mapping[str, Any] | None = None
    """What the world's shape differs in from the default one; None to keep the world as it is."""
    data: Path | None = None
    """A data file in place of a generated world."""
    faults: Mapping[str, Any] = field(default_factory=dict)
    """What goes wrong, in plain values."""
    path: Path | None = None
    """The file that it was read from."""


DEFAULT = Scenario()


@dataclass(frozen=True)
class Scenarios:
    """The scenarios that can be named: the shipped ones, those in a folder of the user's own, and a file of theirs."""

    folder: Path | None = None
    file: Path | None = None

    @classmethod
    def of(cls, settings: MockSettings) -> Scenarios:
        """Those that the settings allow."""
        start = settings.scenario
        return cls(settings.scenarios, Path(start) if start.endswith(SUFFIXES) else None)

    def at_start(self, settings: MockSettings) -> Scenario:
        """The scenario that the settings name. Raises ScenarioError."""
        return read_scenario(self.file) if self.file else self.find(settings.scenario)

    def find(self, name: str) -> Scenario:
        """The scenario of a name. Raises ScenarioError."""
        paths = self._paths()
        if name in paths:
            return read_scenario(paths[name])
        if name == DEFAULT.name:
            return DEFAULT
        known = [DEFAULT.name, *paths]
        near = get_close_matches(name, known, n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        own = "Start the mock with --scenario FILE or --scenarios FOLDER to add your own."
        raise ScenarioError(f"There is no scenario {name!r}.{hint} Known: {', '.join(known)}. {own}")

    def all(self) -> list[Scenario]:
        """Every scenario, the default one first. Raises ScenarioError when one of the files cannot be used."""
        return [self.find(name) for name in dict.fromkeys((DEFAULT.name, *self._paths()))]

    def _paths(self) -> dict[str, Path]:
        """Files by name; one's own wins over a shipped one of the same name."""
        folders = (SHIPPED, self.folder) if self.folder else (SHIPPED,)
        found = [path for folder in folders for path in sorted(folder.iterdir()) if path.suffix in SUFFIXES]
        return {path.stem: path for path in (*found, *([self.file] if self.file else []))}


def read_scenario(path: Path) -> Scenario:
    """Read a scenario file. Raises ScenarioError."""
    try:
        document = Document.read(path)
        return _scenario(document)
    except SpecError as error:
        raise ScenarioError(str(error)) from None


def _scenario(document: Document) -> Scenario:
    content = document.content
    _check_keys(document, (), content, KEYS)
    shape, faults = content.get("world"), content.get("faults") or {}
    for name, part in (("world", shape), ("faults", faults)):
        if part is not None and not isinstance(part, dict):
            raise document.error((name,), f"expected a mapping, got {part!r}")
    for name in ("description", "data"):
        if name in content and not (content[name] and isinstance(content[name], str)):
            raise document.error((name,), f"expected a text, got {content[name]!r}")
    if shape is not None:
        _check_shape(document, shape)
    if shape is not None and "data" in content:
        raise document.error(("data",), "expected either world or data, got both")
    _check_faults(document, faults)
    return Scenario(
        name=document.path.stem,
        description=content.get("description", ""),
        shape=shape,
        data=document.path.parent / content["data"] if "data" in content else None,
        faults=faults,
        path=document.path,
    )


def _check_keys(document: Document, pointer: Pointer, mapping: Mapping[str, Any], known: Iterable[str]) -> None:
    for key in mapping:
        if key not in known:
            near = get_close_matches(str(key), known, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise document.error((*pointer, key), f"unknown key.{hint} Known: {', '.join(known)}.")


def _check_shape(document: Document, shape: Mapping[str, Any]) -> None:
    _check_keys(document, ("world",), shape, SHAPE_TYPES)
    for name, value in shape.items():
        kind = SHAPE_TYPES[name]
        if not _fits(kind, value) or (name == "organizations" and value < 1):
            raise document.error(("world", name), f"expected {EXPECTED[kind]}, got {value!r}")


def _fits(kind: str, value: Any) -> bool:
    if kind == "bool" or isinstance(value, bool):
        return kind == "bool" and isinstance(value, bool)
    if kind == "int":
        return isinstance(value, int) and value >= 0
    return isinstance(value, int | float) and 0 <= value <= 1


def _check_faults(document: Document, faults: Mapping[str, Any]) -> None:
    _check_keys(document, ("faults",), faults, FAULT_KEYS)
    for name, value in faults.items():
        try:
            Faults().changed({name: value})
        except ValueError as error:
            raise document.error(("faults", name), str(error).partition(": ")[2]) from None
