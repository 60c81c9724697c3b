"""What the owner of a deployment knows, read from a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from contract_tests.files import FileError
from contract_tests.known import TEMPLATE, read_known, varied

ORGANIZATION = "ff4adcc7-8172-45fe-9cf1-e90a6de53aa9"
INVOICE = "550e8400-e29b-41d4-a716-446655440000"
FACILITY = "660e8400-e29b-41d4-a716-446655440000"
KEY = "dcy-Live-0a1B2c3D4e5F"


def write(folder: Path, text: str, name: str = "known.yaml") -> Path:
    path = folder / name
    path.write_bytes(text.encode())
    return path


def refusal(path: Path, environ: dict[str, str] | None = None) -> list[str]:
    """The lines of the error for a file, each without the file's name before it."""
    with pytest.raises(FileError) as caught:
        read_known(path, environ or {})
    assert KEY not in str(caught.value)
    lines = str(caught.value).splitlines()
    assert all(line.startswith(str(path)) for line in lines)
    return [line.removeprefix(str(path)).removeprefix(": ") for line in lines]


def test_the_template_can_be_used_as_it_is(tmp_path: Path) -> None:
    known = read_known(write(tmp_path, TEMPLATE), {"DCYCLE_OTHER_API_KEY": KEY})
    assert known.invoice_ids == (INVOICE,)
    assert known.locked == {("ES0021000000000001XX", FACILITY): False}
    assert known.invoices[0]["start_date"] == "2024-01-01T00:00:00"
    assert known.complete is False
    assert known.other is not None
    assert known.other.credentials.organization_id == ORGANIZATION
    assert known.other.credentials.headers()["x-api-key"] == KEY
    assert known.other.visible is False


def test_yaml_and_json_say_the_same(tmp_path: Path) -> None:
    facts = {"invoice_ids": [INVOICE], "groups": [{"cups": "ES1", "facility_id": FACILITY, "is_locked": True}]}
    from_json = read_known(write(tmp_path, json.dumps(facts), "known.json"))
    from_yaml = read_known(write(tmp_path, json.dumps(facts, indent=2), "known.yaml"))
    assert from_json == from_yaml
    assert from_json.locked == {("ES1", FACILITY): True}


@pytest.mark.parametrize("name", ["known.yaml", "known.json"])
def test_a_byte_order_mark_is_no_mistake(tmp_path: Path, name: str) -> None:
    assert read_known(write(tmp_path, f'\ufeff{{"invoice_ids": ["{INVOICE}"]}}', name)).invoice_ids == (INVOICE,)


def test_an_empty_mapping_says_nothing(tmp_path: Path) -> None:
    known = read_known(write(tmp_path, "{}"))
    assert (known.invoice_ids, known.other, known.locked, known.complete) == ((), None, {}, False)


def test_dates_without_quotes_stay_text(tmp_path: Path) -> None:
    dates = "start_date: 2024-01-01, end_date: 2024-01-31T23:59:59, created_at: 2024-02-01"
    item = f"{{id: {INVOICE}, type: electricity, {dates}}}"
    (invoice,) = read_known(write(tmp_path, f"invoices:\n  complete: true\n  items:\n    - {item}\n")).invoices
    assert invoice["start_date"] == "2024-01-01"
    assert invoice["end_date"] == "2024-01-31T23:59:59"
    assert invoice["created_at"] == "2024-02-01"


MISTAKES: dict[str, tuple[str, list[str]]] = {
    "nothing at all": ("", ["the file: expected object, got null"]),
    "a list": ("- 1", ["the file: expected object, got a list"]),
    "an unknown key": ("invoices_ids: []", ["invoices_ids: expected one of"]),
    "an id that is none": ("invoice_ids: [abc]", ['invoice_ids.0: expected a UUID, got "abc"']),
    "ids that are no list": (f"invoice_ids: {INVOICE}", ["invoice_ids: expected array, got"]),
    "a group without its lock": (
        f"groups: [{{cups: E, facility_id: {FACILITY}}}]", ["groups.0.is_locked: expected a value, got nothing"],
    ),
    "a lock that is a word": (
        f"groups: [{{cups: E, facility_id: {FACILITY}, is_locked: maybe}}]",
        ['groups.0.is_locked: expected boolean, got "maybe"'],
    ),
    "an export that does not say if it is complete": (
        "invoices: {items: []}", ["invoices.complete: expected a value, got nothing"],
    ),
    "an invoice whose facility is a number": (
        f"invoices: {{complete: true, items: [{{id: {INVOICE}, type: electricity, cups: E, facility_id: 5}}]}}",
        ["invoices.items.0.facility_id: expected string or null, got 5"],
    ),
    "an invoice whose status is a list": (
        f"invoices: {{complete: true, items: [{{id: {INVOICE}, type: water, status: [active]}}]}}",
        ["invoices.items.0.status: expected string, got a list"],
    ),
    "several mistakes": (
        "invoice_ids: [1, abc]\ngroups: 5\n",
        ["invoice_ids.0: expected string, got 1", 'invoice_ids.1: expected a UUID, got "abc"',
         "groups: expected array, got 5"],
    ),
    "a bracket left open": ("a: [1,\nb: 2", [":2: is not YAML:"]),
    "a tab for an indent": ("a:\n\t- 1", [":2: is not YAML:"]),
    "a character that no text has": ("a: \x01", ["is not YAML: character 3"]),
    "a tag with a wrong value": ("a: !!int abc", ["is not YAML:"]),
    "a tag that makes objects": ("a: !!python/object/apply:os.getcwd []", [":1: is not YAML:"]),
    "brackets without end": ("[" * 5000, ["is nested too deeply to read"]),
}  # fmt: skip


@pytest.mark.parametrize(("text", "lines"), MISTAKES.values(), ids=MISTAKES.keys())
def test_every_mistake_is_told_with_its_place(tmp_path: Path, text: str, lines: list[str]) -> None:
    told = refusal(write(tmp_path, text))
    assert len(told) == len(lines)
    assert [line for line, start in zip(told, lines, strict=True) if not line.startswith(start)] == []


def test_json_that_is_none_is_told_with_its_line(tmp_path: Path) -> None:
    (line,) = refusal(write(tmp_path, '{\n"invoice_ids": nope}', "known.json"))
    assert line.startswith(":2: is not JSON: ")


def test_a_file_that_is_not_there_cannot_be_read(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none.yaml") == ["cannot be read: No such file or directory"]


def test_a_file_in_another_encoding_is_told(tmp_path: Path) -> None:
    path = tmp_path / "known.yaml"
    path.write_bytes("a: ñ".encode("latin-1"))
    assert refusal(path)[0].startswith("is not UTF-8 text: ")


# The other organization's key


def other(**about: Any) -> str:
    return json.dumps({"other_organization": {"organization_id": ORGANIZATION, **about}})


@pytest.mark.parametrize(
    ("about", "shell"),
    [({"api_key": KEY}, "$DCYCLE_OTHER_API_KEY"), ({"api_key_env": "STAGING_KEY"}, "$STAGING_KEY")],
)
def test_the_other_key_comes_from_the_file_or_the_environment(tmp_path: Path, about: Any, shell: str) -> None:
    known = read_known(write(tmp_path, other(**about, invoice_id=INVOICE, visible=True)), {"STAGING_KEY": KEY})
    assert known.other is not None
    assert known.other.credentials.headers() == {"x-organization-id": ORGANIZATION, "x-api-key": KEY}
    assert known.other.invoice_id == INVOICE
    assert known.other.visible is True
    assert getattr(known.other.credentials.api_key, "shell", None) == shell
    assert KEY not in repr(known)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (other(), "other_organization: expected exactly one of api_key, api_key_env, got none of them"),
        (other(api_key=KEY, api_key_env="A"),
         "other_organization: expected exactly one of api_key, api_key_env, got api_key and api_key_env"),
        (other(api_key=KEY, key=KEY), "other_organization.key: expected one of "),
        (other(api_key=[KEY]), "other_organization.api_key: expected string, got a value that is not shown"),
        (other(api_key=int("9" * 16)), "other_organization.api_key: expected string, got a value that is not shown"),
        (other(api_key=KEY + "\n"), "other_organization: the key cannot be used"),
        (other(api_key=KEY + "ñ"), "other_organization: the key cannot be used"),
        (other(api_key_env="UNSET"), "other_organization.api_key_env: expected a variable that is set"),
        (other(api_key_env=KEY), "other_organization.api_key_env: expected a variable that is set"),
        (json.dumps({"other_organization": [{"api_key": KEY}]}), "other_organization: expected object, got a list"),
        (json.dumps([{"api_key": KEY}]), "the file: expected object, got a list"),
    ],
)  # fmt: skip
def test_no_mistake_about_the_key_repeats_it(tmp_path: Path, text: str, line: str) -> None:
    told = refusal(write(tmp_path, text, "known.json"))
    assert told[0].startswith(line)
    assert "9999" not in " ".join(told)


# What an export says of locks


def export(*invoices: dict[str, Any], complete: bool = True) -> str:
    items = [
        {"id": INVOICE, "type": "electricity", "status": "active", "enabled": True, "cups": "ES1",
         "facility_id": FACILITY.upper(), **one}
        for one in invoices
    ]  # fmt: skip
    return json.dumps({"invoices": {"complete": complete, "items": items}})


@pytest.mark.parametrize(
    ("text", "locked"),
    [
        (export({"datadis": False}, {"datadis": False}), {("ES1", FACILITY): False}),
        (export({"datadis": False}, {"datadis": True}), {("ES1", FACILITY): True}),
        (export({"datadis": True}, {}), {}),
        (export({"datadis": True, "status": "inactive"}), {}),
        (export({"datadis": True, "enabled": False}), {}),
        (export({"datadis": True, "type": "heat"}), {}),
        (export({"datadis": True, "cups": None}), {}),
        (export({"datadis": True}, complete=False), {}),
    ],
    ids=["none backed", "one backed", "one unsure", "an inactive one backed", "a disabled one backed", "no electricity",
         "no code", "not complete"],
)  # fmt: skip
def test_locks_follow_from_an_export_where_it_is_sure(tmp_path: Path, text: str, locked: dict[Any, bool]) -> None:
    assert read_known(write(tmp_path, text, "known.json")).locked == locked


def test_invoices_that_are_named_come_before_those_of_the_export(tmp_path: Path) -> None:
    facts = {**json.loads(export({})), "invoice_ids": [FACILITY, INVOICE]}
    assert read_known(write(tmp_path, json.dumps(facts), "known.json")).invoice_ids == (FACILITY, INVOICE)


# Variety


def test_the_first_of_many_invoices_cover_every_type_and_status() -> None:
    types, statuses = ("electricity", "heat", "water", "recharge"), ("active", "inactive", "review", "error")
    many = [{"id": f"same {n}", "type": "electricity", "status": "active", "percentage": 1} for n in range(200)]
    rare = [{"id": f"{one} {two}", "type": one, "status": two, "percentage": 1} for one in types for two in statuses]
    first = varied((*many, *rare))[: len(rare)]
    assert {(one["type"], one["status"]) for one in first} == {(one, two) for one in types for two in statuses}


@pytest.mark.parametrize(
    "odd",
    [{"percentage": 0.5}, {"enabled": False}, {"cups": None}, {"status": "error"}, {"type": "water"}],
    ids=lambda odd: next(iter(odd)),
)
def test_the_one_invoice_that_differs_is_among_the_first(odd: dict[str, Any]) -> None:
    plain = {"type": "heat", "status": "active", "percentage": 1, "enabled": True, "cups": "ES1"}
    invoices = [{"id": str(number), **plain} for number in range(100)]
    invoices[70] |= odd
    assert "70" in [one["id"] for one in varied(tuple(invoices))[:2]]


def test_an_order_of_variety_loses_and_repeats_nothing() -> None:
    invoices = tuple({"id": number, "type": "heat", "status": number % 3} for number in range(30))
    assert sorted(one["id"] for one in varied(invoices)) == list(range(30))
