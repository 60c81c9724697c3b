"""The record of decisions is complete, and each row can be linked to."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from api_spec import Spec

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "decisions.md").read_text(encoding="utf-8")
ROWS = [re.split(r"(?<!\\) \| ", line.strip("| ")) for line in TEXT.splitlines() if line.startswith('| <a id="')]
IDS = [row[0].rpartition("`")[0].rpartition("`")[2] for row in ROWS]


def test_every_row_has_an_id_of_its_own() -> None:
    assert len(IDS) == len(set(IDS)) > 50


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_a_row_has_an_anchor_a_question_two_answers_and_a_reason(row: list[str]) -> None:
    anchor, question, mock, verifier, why = row
    assert re.fullmatch(r'<a id="([a-z0-9-]+)"></a>`\1`', anchor)
    assert question.endswith(("?", "."))
    assert [cell for cell in (mock, verifier, why) if not re.fullmatch(r"\S.*\.", cell)] == []


def test_a_rule_or_parameter_named_in_a_row_exists(spec: Spec) -> None:
    rules = {rule.id for rule in spec.rules}
    named = {word for row in ROWS for word in re.findall(r"`([a-z]+(?:-[a-z]+)+)`", " ".join(row[1:]))}
    headers = {"x-api-key", "x-user-id", "x-organization-id"}
    assert named - headers <= rules
