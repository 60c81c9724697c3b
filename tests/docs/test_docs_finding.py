"""Whatever has a name on the pages can be searched for, and is where the search says."""

from __future__ import annotations

import json

import pytest
from statements import clause_names, decision_ids

from api_spec import Spec, load_spec
from contract_tests.cli import command_parser
from mock_server.docs import PAGES


@pytest.fixture(scope="module")
def spec() -> Spec:
    return load_spec()


def found() -> dict[str, list[str]]:
    """What the search knows, by name: kind, place, text, basis and basis of null."""
    text = (PAGES / "findable.js").read_text(encoding="utf-8")
    return {name: rest for name, *rest in reversed(json.loads(text.partition("= ")[2].rstrip(";\n")))}


def test_every_rule_clause_decision_code_and_flag_is_found(spec: Spec) -> None:
    names = found().keys()
    assert {rule.id for rule in spec.rules} - names == set()
    schemas = spec.document.content["components"]["schemas"]
    assert {name for name in clause_names(spec) if name.partition(".")[0] in schemas} - names == set()
    assert {f"{one.id}.{parameter.name}" for one in spec.operations for parameter in one.parameters} - names == set()
    assert decision_ids() - names == set()
    assert {"409 CUPS_LOCKED_BY_DATADIS", "401 INVALID_API_KEY", "422"} - names == set()
    flags = {name for action in subparsers() for name in action}
    assert len(flags) > 20
    assert [flag for flag in flags if not any(flag in name.split() for name in names)] == []


def subparsers() -> list[list[str]]:
    [commands] = [one for one in command_parser()._actions if one.dest == "==SUPPRESS=="]
    check = commands.choices["check"]  # type: ignore[index]
    return [[name for name in action.option_strings if name.startswith("--") and name != "--help"]
            for action in check._actions]  # fmt: skip


def test_a_field_is_found_with_how_sure_it_is_and_how_sure_its_null() -> None:
    kind, place, text, basis, null_basis = found()["Invoice.co2e"]
    assert (kind, place) == ("Field", "fields.html#Invoice.co2e")
    assert (basis, null_basis) == ("stated", "inferred")
    assert "kg CO2e" in text


def test_every_place_that_is_told_exists() -> None:
    pages = {path.name: path.read_text(encoding="utf-8") for path in PAGES.glob("*.html")}
    places = {place for _, place, *_ in found().values()}
    assert len(places) > 400
    wrong = []
    for place in places:
        name, _, anchor = place.partition("#")
        if anchor and f'id="{anchor}"' not in pages[name]:
            wrong.append(place)
    assert wrong == []


def test_no_mark_of_markdown_is_left_in_what_is_told() -> None:
    assert [row for row in found().items() if any(mark in row[1][2] for mark in ("`", "](", "**"))] == []
