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
    more = f"more     http://127.0.0.1:8000/docs/rules.html#{rule.id}\n"
    told = [rule.sentence, f"basis    {rule.basis}: ", rule.page.url, f"judged   {JUDGES[rule.id].how}", more]
    assert [text for text in told if text not in out] == []
    line = int(out.split("openapi.yaml:")[1].split()[0])
    assert f"id: {rule.id}" in SPEC.document.path.read_text(encoding="utf-8").splitlines()[line - 1]


@pytest.mark.parametrize("given", ["https://docs.example.org/contract", "https://docs.example.org/contract/"])
def test_more_is_where_the_documentation_is_said_to_be(given: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["explain", "cups-unique", "--docs", given]) == 0
    assert "more     https://docs.example.org/contract/rules.html#cups-unique\n" in capsys.readouterr().out


def test_what_is_no_address_of_a_folder_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["explain", "cups-unique", "--docs", "docs.example.org"]) == 2
    assert "--docs: 'docs.example.org' cannot be used. Expected the address of a folder" in capsys.readouterr().err


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
