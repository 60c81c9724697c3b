"""``dcycle-contract explain`` tells of every rule what it says, whence, and how it is judged."""

from __future__ import annotations

import pytest

from api_spec import Rule, load_spec
from contract_tests import cli
from contract_tests.rules import JUDGES

SPEC = load_spec()


@pytest.mark.parametrize("rule", SPEC.rules, ids=lambda rule: rule.id)
def test_every_rule_is_explained(rule: Rule, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["explain", rule.id]) == 0
    out = capsys.readouterr().out
    told = [rule.sentence, f"basis    {rule.basis}: ", rule.page.url, f"judged   {JUDGES[rule.id].how}"]
    assert [text for text in told if text not in out] == []
    line = int(out.split("openapi.yaml:")[1].split()[0])
    assert f"id: {rule.id}" in SPEC.document.path.read_text(encoding="utf-8").splitlines()[line - 1]


@pytest.mark.parametrize(
    ("asked", "hint"),
    [("cups-uniqe", "Did you mean cups-unique"), ("zzz", "See them with: dcycle-contract rules")],
)
def test_an_unknown_rule_gets_a_hint(asked: str, hint: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["explain", asked]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert f"no rule {asked!r}" in told.err
    assert hint in told.err
