"""Data files that cannot be used: every mistake is told with file and line, and no file leads to any other error."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api_spec import Spec, SpecError, load_spec
from mock_server.data import DataError, data_schema, load_data
from mock_server.world.model import World

A = "aaaaaaaa-1111-4111-8111-111111111111"
TABLE = Path(__file__).with_name("data_mistakes.txt")
TITLE = re.compile(r"^=== (\w+): (.*)\n", re.MULTILINE)

NOT_FOR_A_TABLE = [
    ("yaml", " \n", [" expected organizations, got nothing. `dcycle-mock schema data` shows the form."]),
    ("yaml", "# later", [" expected organizations, got nothing. `dcycle-mock schema data` shows the form."]),
    ("yaml", "a\x07", [" is not YAML: unacceptable character #x0007: control characters are not allowed"]),
    ("yaml", "- " * 5000 + "a", ["1: expected lists and mappings within at most 40 others, got more"]),
    ("json", "[" * 100_000, [" is nested too deeply to read"]),
    ("json", '{"organizations": ' + "[" * 300 + "]" * 300 + "}", [" is nested too deeply to read"]),
]


def cases() -> Iterator[Any]:
    """The cases of the table and those that no table can show: a kind of file, its text, and what is said of it."""
    _, *parts = TITLE.split(TABLE.read_text(encoding="utf-8"))
    for kind, title, body in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        text, said = body.rstrip().split("\n...\n")
        yield pytest.param(kind, text, said.splitlines(), id=f"{kind}-{title}")
    for kind, text, said_lines in NOT_FOR_A_TABLE:
        yield pytest.param(kind, text, said_lines, id=f"{kind}-{text[:8]!r}")


@cache
def contract() -> Spec:
    """The contract, of which Hypothesis need not print anything."""
    return load_spec()


def mistakes(path: Path) -> list[str]:
    """What is wrong in a file, without the path at the beginning of each line."""
    with pytest.raises(DataError) as caught:
        load_data(path, contract())
    assert all(line.startswith(f"{path}:") for line in caught.value.lines)
    return [line.removeprefix(f"{path}:") for line in caught.value.lines]


@pytest.mark.parametrize(("kind", "text", "said"), list(cases()))
def test_a_mistake_is_told(kind: str, text: str, said: list[str], tmp_path: Path) -> None:
    path = tmp_path / f"file.{kind}"
    path.write_bytes(text.encode())
    assert mistakes(path) == said


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("folder.yaml", " expected a file, got a folder"),
        ("absent.yaml", " cannot be read: No such file or directory"),
        ("data.txt", " expected a name that ends in .json, .yaml, .yml or .csv, got .txt"),
        ("data", " expected a name that ends in .json, .yaml, .yml or .csv, got none"),
        ("utf-16.csv", " expected text in UTF-8, got the byte 0xff at position 0. Save the file as UTF-8."),
        ("latin.csv", " expected text in UTF-8, got the byte 0xf3 at position 2. Save the file as UTF-8."),
    ],
)
def test_a_file_that_is_none_is_told(name: str, expected: str, tmp_path: Path) -> None:
    (tmp_path / "folder.yaml").mkdir()
    (tmp_path / "utf-16.csv").write_bytes("type".encode("utf-16"))
    (tmp_path / "latin.csv").write_bytes("Almacén ó".replace("Almacén ", "a,").encode("latin-1"))
    assert mistakes(tmp_path / name) == [expected]


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "file.yaml"
    path.write_text(f"""\
organizations:
- invoices:
  - {{type: water, quantity: 1, facility_fuel_id: {A}}}
  - {{type: water, quantity: one}}
- name: 1
- invoices:
  - {{type: heat, quantity: 1, id: {A}}}
  - {{type: heat, quantity: 1, id: {A}}}
""")
    assert [line.split(":")[0] for line in mistakes(path)] == ["3", "4", "5", "8"]


def test_only_the_first_fifty_mistakes_are_shown(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_text("type,quantity\n" + "gas,1\n" * 62)
    with pytest.raises(DataError) as caught:
        load_data(path, contract())
    shown = str(caught.value).splitlines()
    assert len(shown) == 51
    assert shown[-1] == "... and 12 more"
    assert len(caught.value.lines) == 62


def test_a_key_never_stands_in_a_message(tmp_path: Path) -> None:
    path = tmp_path / "file.json"
    for keys in (["se cret"], ["secret"] * 2):
        path.write_text(json.dumps({"organizations": [{"api_key": key} for key in keys]}))
        assert not any("cret" in line for line in mistakes(path))


def test_a_contract_without_invoices_has_no_form_for_data(tmp_path: Path) -> None:
    path = tmp_path / "openapi.yaml"
    path.write_text("openapi: 3.1.0\ninfo: {title: a, version: '1'}\npaths: {}\n")
    with pytest.raises(SpecError, match="expected an operation getInvoice"):
        data_schema(load_spec(str(path)))


def world_or_mistakes(path: Path) -> World | tuple[str, ...]:
    """What reading a file gives; any other error than a DataError passes."""
    try:
        return load_data(path, contract())
    except DataError as error:
        return error.lines


NAMES = st.sampled_from(
    ["organizations", "id", "name", "api_key", "facilities", "invoices", "type", "quantity", "co2e"]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["water", A, "2024-01-01"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES | st.text(), inner, max_size=4),
    max_leaves=12,
)
NEARLY = st.fixed_dictionaries(
    {"organizations": st.lists(st.fixed_dictionaries({}, optional={
        "invoices": st.lists(st.fixed_dictionaries(
            {"type": st.sampled_from(["water", "heat"]), "quantity": st.integers(-1, 10) | st.floats()},
            optional=dict.fromkeys(["percentage", "facility_id", "start_date", "created_at", "file_id", "id"], JSON),
        )), "facilities": JSON, "id": JSON,
    }))}
)  # fmt: skip


@pytest.mark.parametrize("suffix", [".json", ".yaml"])
@given(content=JSON | NEARLY)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_value_is_a_world_or_a_mistake(suffix: str, content: Any, tmp_path: Path) -> None:
    path = tmp_path / f"file{suffix}"
    path.write_text(json.dumps(content), encoding="utf-8")
    assert world_or_mistakes(path)


@pytest.mark.parametrize("suffix", [".json", ".yaml", ".csv"])
@given(content=st.binary() | st.text().map(str.encode) | st.text("{}[]:,-?&*!\"'# \n\tab1;\\").map(str.encode))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_a_world_or_a_mistake(suffix: str, content: bytes, tmp_path: Path) -> None:
    path = tmp_path / f"file{suffix}"
    path.write_bytes(content)
    assert world_or_mistakes(path)
