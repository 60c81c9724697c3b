"""The subcommands of ``dcycle-mock``: data on standard output, messages on standard error, 2 for a mistake."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from mock_server.cli import main
from mock_server.scenario import SHIPPED
from mock_server.world.generator import make_world
from mock_server.world.shape import Shape

SMALL = ("--facilities", "2", "--invoices", "20")


@pytest.fixture(autouse=True)
def _no_settings_of_the_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def output(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What a command prints, when it says nothing else and succeeds."""
    code = main(arguments)
    captured = capsys.readouterr()
    assert (code, captured.err) == (0, "")
    return captured.out


def mistake(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What a command says of a mistake, when it prints nothing else."""
    try:
        code: Any = main(arguments)
    except SystemExit as ended:
        code = ended.code
    captured = capsys.readouterr()
    assert (code, captured.out) == (2, "")
    return captured.err


@pytest.mark.parametrize("where", ["before", "after", "both"])
def test_a_flag_counts_before_and_after_the_command(capsys: pytest.CaptureFixture[str], where: str) -> None:
    before = {"before": ("--seed", "7", *SMALL), "after": (), "both": ("--seed", "8", *SMALL)}[where]
    after = {"before": (), "after": ("--seed", "7", *SMALL), "both": ("--seed", "7")}[where]
    exported = json.loads(output(capsys, *before, "export", *after))
    expected = make_world(7, Shape(facilities=2, invoices=20))
    assert exported["organizations"][0]["api_key"] == expected.organizations[0].api_key


@pytest.mark.parametrize("format", ["json", "yaml", "csv"])
def test_an_export_to_a_file_is_the_one_on_standard_output(
    capsysbinary: pytest.CaptureFixture[bytes], tmp_path: Path, format: str
) -> None:
    assert main(["export", *SMALL, "--format", format]) == 0
    printed = capsysbinary.readouterr().out
    assert main(["export", *SMALL, "--format", format, "--output", "world"]) == 0
    assert capsysbinary.readouterr() == (b"", b"")
    assert (tmp_path / "world").read_bytes() == printed


@pytest.mark.parametrize("name", ["data", "scenario"])
def test_a_schema_is_printed_as_json_schema(capsys: pytest.CaptureFixture[str], name: str) -> None:
    schema = json.loads(output(capsys, "schema", name))
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_the_scenarios_are_listed_with_their_descriptions(capsys: pytest.CaptureFixture[str]) -> None:
    lines = output(capsys, "scenarios").splitlines()
    assert [line.split()[0] for line in lines] == ["default", *sorted(path.stem for path in SHIPPED.glob("*.yaml"))]
    assert "outage        Every request fails with 503." in lines


def test_scenarios_of_ones_own_are_listed_too(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "demo.yaml").write_text("description: For the trade fair.\n")
    assert "demo          For the trade fair." in output(capsys, "--scenarios", ".", "scenarios").splitlines()


MISTAKES = [
    (("exprot",), "invalid choice: 'exprot' (choose from"),
    (("schema",), "the following arguments are required: name"),
    (("schema", "dat"), "invalid choice: 'dat' (choose from"),
    (("export", "--format", "xml"), "argument --format: invalid choice: 'xml'"),
    (("export", "--port", "1"), "unrecognized arguments: --port 1"),
    (("export", "--output", "no/such/folder"), "--output: 'no/such/folder' cannot be written: No such file"),
    (("export", "--scenario", "bussy"), "There is no scenario 'bussy'. Did you mean 'busy'? Known: default, "),
    (("export", "--data", "none.json"), "none.json"),
    (("scenarios", "--scenarios", "nowhere"), "--scenarios: 'nowhere' cannot be used. expected an existing folder."),
    (("--scenari=busy",), "unknown flag --scenari. Did you mean --scenario?"),
    (("--scenari", "busy"), "unknown flag --scenari. Did you mean --scenario?"),
    (("export", "--colour"), "unknown flag --colour. --help lists the known ones."),
    (("--cors-origin", "foo"), "--cors-origin: 'foo' cannot be used. expected an origin such as https://app"),
    (("--cors-origin", "http://[::1"), "--cors-origin: 'http://[::1' cannot be used. expected an origin such as"),
    (("--journal", "-1"), "--journal: '-1' cannot be used. expected a whole number of at least 0 and at most 100000"),
]


@pytest.mark.parametrize(("arguments", "told"), MISTAKES)
def test_a_mistake_is_told_on_standard_error(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], told: str
) -> None:
    message = mistake(capsys, *arguments)
    assert told in message
    assert "Traceback" not in message


def test_a_token_that_cannot_be_is_refused_without_repeating_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert mistake(capsys, "--control-token", "s3cret") == (
        "dcycle-mock: --control-token: its value cannot be used. expected at least 16 visible ASCII characters.\n"
    )


def test_data_and_a_scenario_with_data_of_its_own_exclude_each_other(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "own.json").write_text('{"organizations": []}')
    assert mistake(capsys, "export", "--data", "own.json", "--scenario", "empty") == (
        "dcycle-mock: --data: the scenario 'empty' brings data of its own. Leave one of them out.\n"
    )


def test_a_reader_that_stops_early_gets_no_traceback() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command, folder = [sys.executable, "-m", "mock_server", "schema", "scenario"], Path(__file__).parents[2]
    ended = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, cwd=folder, timeout=30)
    os.close(writer)
    assert (ended.returncode, ended.stderr) == (1, b"")
