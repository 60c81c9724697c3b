"""The command as a person or a CI server runs it: a process, its exit code, its output."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from contract_processes import ROOT, TIMEOUT, Command, Ended, Mock, Start, environment
from http_server import Asked, Reply, http_server
from raw_server import raw_server

from api_spec import load_spec
from api_spec.rendering import render_spec
from contract_tests import cli

QUICK = ("--profile", "quick")
ORGANIZATION = "a8315ef3-dd50-43f8-b7ce-d839e68d51fa"
INVOICE = "550e8400-e29b-41d4-a716-446655440000"
RULES = [rule.id for rule in load_spec().rules if rule.operation_id in (None, "getInvoice")]
KEY = "dcy_Live-0a1B2c3D4e5F6g7H"
SIGNALLED = pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for one process")


def given(url: str, *, key: str = KEY) -> list[str]:
    who = ["--organization-id", ORGANIZATION, "--api-key", key, "--invoice-id", INVOICE]
    return ["check", *QUICK, "--base-url", url, *who]


def nothing_much(_: Asked) -> Reply:
    return Reply({})


Main = Callable[..., Ended]


@pytest.fixture
def main(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Main:
    """Run the command within this process, in an empty directory, which spares a process the time to start."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith(("DCYCLE_", "GITHUB_", "PYTEST_"))]:
        monkeypatch.delenv(name)

    def run(*arguments: str, **environ: str) -> Ended:
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        try:
            code = cli.main(arguments)
        except SystemExit as error:
            code = int(error.code or 0)
        return Ended(code, *capsys.readouterr())

    return run


# Exit code 0


@dataclass(frozen=True)
class Kept:
    """A run that kept the contract."""

    ended: Ended
    folder: Path
    """Where it ran."""
    reports: Path
    """Where it wrote its reports, without their suffix."""


@pytest.fixture(scope="module")
def kept(mock: Mock, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """A process that the environment tells of the mock, in a directory where settings of pytest lie in wait.

    One operation is enough here: a run over all of them is that of the bundled mock.
    """
    folder, reports = tmp_path_factory.mktemp("kept"), tmp_path_factory.mktemp("reports") / "verdict"
    (folder / "pytest.ini").write_text("[pytest]\naddopts = --no-such-flag\n", encoding="utf-8")
    environ = {"PYTEST_ADDOPTS": "-k nothing --maxfail=1", "PYTEST_PLUGINS": "nosuch", "FORCE_COLOR": "1"}
    files = ["--json", f"{reports}.json", "--junit", f"{reports}.xml"]
    done = subprocess.run(
        [sys.executable, "-m", "contract_tests", "check", *QUICK, "--operation", "getInvoice", "--verbose", *files],
        cwd=folder, env=environment({**environ, **mock.environ, "NO_COLOR": "1"}),
        capture_output=True, text=True, timeout=TIMEOUT, check=False,
    )  # fmt: skip
    return Kept(Ended(done.returncode, done.stdout, done.stderr), folder, reports)


def test_settings_of_pytest_do_not_change_a_run(kept: Kept) -> None:
    assert (kept.ended.code, kept.ended.err) == (0, ""), kept.ended.out
    assert [rule for rule in RULES if f" {rule} " not in kept.ended.out] == []


def test_a_run_leaves_nothing_in_the_directory(kept: Kept) -> None:
    assert [path.name for path in kept.folder.iterdir()] == ["pytest.ini"]


def test_output_has_no_escape_codes_when_it_is_no_terminal(kept: Kept) -> None:
    assert "\x1b" not in kept.ended.out + kept.ended.err


def test_the_mock_keeps_the_contract_when_flags_name_it(main: Main, mock: Mock) -> None:
    ended = main("check", *QUICK, *mock.flags, "--operation", "getInvoice")
    assert (ended.code, ended.err) == (0, ""), ended.out
    assert ended.last_line.startswith("KEPT: the contract is kept. ")


def test_the_mock_keeps_the_contract_when_the_environment_names_it(kept: Kept, mock: Mock) -> None:
    assert kept.ended.code == 0, kept.ended.out
    assert kept.ended.last_line.startswith("KEPT: the contract is kept. ")
    verdict = json.loads(kept.reports.with_suffix(".json").read_text(encoding="utf-8"))
    assert verdict["exit_code"] == 0
    assert verdict["base_url"] == mock.url
    assert [rule["id"] for rule in verdict["rules"]] == RULES
    suite = ET.parse(kept.reports.with_suffix(".xml")).getroot()
    assert suite.get("failures") == "0"
    assert len(list(suite.iter("testcase"))) == len(RULES)


def test_an_output_that_cannot_hold_every_character_is_no_trouble(command: Command, mock: Mock) -> None:
    ended = command(
        "check",
        *QUICK,
        *mock.flags,
        "--operation",
        "getInvoice",
        "--verbose",
        PYTHONUTF8="0",
        PYTHONIOENCODING="cp1252",
    )
    assert ended.code == 0, ended.err
    assert ended.err == ""


@pytest.mark.parametrize("arguments", [("rules",), ("known", "--template"), ("check",)], ids=" ".join)
def test_a_reader_that_has_read_enough_sees_no_traceback(
    arguments: tuple[str, ...], mock: Mock, tmp_path: Path
) -> None:
    flags = [*QUICK, *mock.flags, "--operation", "getInvoice"] if arguments == ("check",) else []
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "contract_tests", *arguments, *flags],
        cwd=tmp_path, env=environment({}), stdout=writing, stderr=subprocess.PIPE, text=True, timeout=60, check=False,
    )  # fmt: skip
    os.close(writing)
    assert done.stderr == ""


# Exit code 1


@dataclass(frozen=True)
class Broken:
    """A whole run that found the contract broken."""

    ended: Ended
    url: str
    asked: list[Asked]
    reports: Path
    """Where it wrote its reports, without their suffix."""


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Broken:
    """A process that judges a deployment which answers everything with an empty object."""
    reports = tmp_path_factory.mktemp("reports") / "verdict"
    files = ["--json", f"{reports}.json", "--junit", f"{reports}.xml"]
    with http_server(nothing_much) as server:
        done = subprocess.run(
            [sys.executable, "-m", "contract_tests", *given(server.url), *files],
            cwd=reports.parent, env=environment({}), capture_output=True, text=True, timeout=TIMEOUT, check=False,
        )  # fmt: skip
    return Broken(Ended(done.returncode, done.stdout, done.stderr), server.url, server.asked, reports)


def test_a_deployment_that_answers_anything_else_breaks_the_contract(broken: Broken) -> None:
    ended = broken.ended
    assert ended.code == 1
    assert ended.last_line.startswith("BROKEN: the contract is broken. ")
    assert "Traceback" not in ended.out + ended.err
    verdict = json.loads(broken.reports.with_suffix(".json").read_text(encoding="utf-8"))
    assert verdict["exit_code"] == 1
    found = {rule["id"] for rule in verdict["rules"] if rule["status"] == "broken"}
    assert {"cups-page-schema", "invoice-schema", "key-required", "key-checked", "invoice-unknown"} <= found
    failures = ET.parse(broken.reports.with_suffix(".xml")).getroot().get("failures")
    assert int(failures or 0) == sum(rule["fails"] for rule in verdict["rules"])


def test_a_failure_shows_its_proof(broken: Broken) -> None:
    out = broken.ended.out
    told = out[out.index("BROKEN: invoice-schema") :].splitlines()
    assert told[0].startswith("BROKEN: invoice-schema  (stated: Get invoice, https://")
    assert "  expected  a value" in told
    assert "  got       nothing" in told
    repeat = next(line for line in told if line.startswith("  repeat"))
    assert f"curl --include --compressed {broken.url}/v1/invoices/{INVOICE}" in repeat
    assert '-H "x-api-key: $DCYCLE_API_KEY"' in repeat


def test_an_answer_gives_the_terminal_no_orders(main: Main) -> None:
    reply = Reply({"type": "\u202e\x9b2J"}, headers=(("Content-Type", "text/html; \x1b[31m"),))
    with http_server(lambda _: reply) as server:
        ended = main(*given(server.url), "--operation", "getInvoice", "--operation", "listCupsGroups")
    assert ended.code == 1
    assert ended.err == ""
    assert [char for char in ended.out if not char.isprintable() and char != "\n"] == []
    assert r"text/html; \x1b[31m" in ended.out


def test_half_a_character_in_an_answer_is_no_trouble(command: Command, tmp_path: Path) -> None:
    group = {"cups": "\ud800", "facility_id": "\ud800\r\nx: y", "facility_name": "\ud800"}
    reply = Reply({"items": [group, group], "total": 2, "page": 1, "size": 50, "total_pages": 1})
    files = ["--json", "v.json", "--junit", "v.xml", "--html", "v.html", "--sarif", "v.sarif", "--events", "v.jsonl"]
    with http_server(lambda _: reply) as server:
        ended = command(*given(server.url), *files, "--operation", "listCupsGroups")
    assert (ended.code, ended.err) == (1, "")
    assert len(list(tmp_path.iterdir())) == 5


# Exit code 2


def test_without_an_organization_nothing_is_asked(main: Main) -> None:
    ended = main("check", "--base-url", "http://127.0.0.1:9", "--api-key", KEY)
    assert (ended.code, ended.out) == (2, "")
    assert "No organization. Name it with --organization-id or DCYCLE_ORGANIZATION_ID." in ended.err


MISTAKES: dict[str, tuple[list[str], list[str]]] = {
    "no key": (
        ["--base-url", "http://127.0.0.1:9", "--organization-id", ORGANIZATION],
        ["No API key", "DCYCLE_API_KEY"],
    ),
    "credentials and no deployment": (["--api-key", KEY], ["Credentials without a deployment", "--base-url"]),
    "an organization that is no UUID": (
        ["--organization-id", "acme"],
        ["--organization-id", "'acme'", "Expected a UUID"],
    ),
    "an invoice that is no UUID": (["--invoice-id", "INV-1"], ["--invoice-id", "'INV-1'", "Expected a UUID"]),
    "an address without a scheme": (["--base-url", "api.dcycle.io"], ["--base-url", "'api.dcycle.io'", "https://"]),
    "another scheme": (["--base-url", "ftp://api.dcycle.io"], ["--base-url", "https://"]),
    "an address with a password": (["--base-url", "http://me:pw@127.0.0.1"], ["no user name or password"]),
    "an address with a query": (["--base-url", "http://127.0.0.1/?a=b"], ["no query and no fragment"]),
    "an address with an empty query": (["--base-url", "http://127.0.0.1/?"], ["no query and no fragment"]),
    "an address with a blank": (["--base-url", "http://127.0.0.1 /"], ["--base-url", "blank"]),
    "a port out of range": (["--base-url", "http://127.0.0.1:99999"], ["a port from 0 to 65535"]),
    "a key that no header can carry": (["--api-key", f"{KEY}\nx"], ["--api-key", "cannot be used"]),
    "an unknown operation": (["--operation", "getInvoices"], ["'getInvoices'", "Did you mean getInvoice?"]),
    "an unknown profile": (["--profile", "quik"], ["'quik'", "Did you mean 'quick'?"]),
    "a rate of nothing": (["--rate", "0"], ["--rate", "a number above 0"]),
    "a timeout that is no number": (["--timeout", "nan"], ["--timeout", "a number above 0"]),
    "too many lanes": (["--concurrency", "65"], ["--concurrency", "from 1 to 64"]),
    "a seed that is no number": (["--seed", "x"], ["--seed", "a whole number"]),
    "a file of facts that is not there": (["--known", "none.yaml"], ["none.yaml", "cannot be read"]),
    "a contract that is not there": (["--spec", "none.yaml"], ["none.yaml"]),
    "an unknown flag": (["--no-such-flag"], ["--no-such-flag"]),
    "a flag cut short": (["--organization", ORGANIZATION], ["--organization"]),
}


@pytest.mark.parametrize(("flags", "told"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_of_the_user_is_told(main: Main, flags: list[str], told: list[str]) -> None:
    ended = main("check", *flags)
    assert ended.code == 2
    assert ended.out == ""
    assert [text for text in told if text not in ended.err] == []
    assert KEY not in ended.err


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("openapi: 3.1.0\npaths: [\n", "spec.yaml"),
        ("openapi: 3.1.0\ninfo: {title: A, version: '1'}\npaths: {}\nx-rulez: []\n", "x-rules"),
        ("", "spec.yaml"),
    ],
    ids=["no YAML", "an unknown key", "empty"],
)
def test_a_malformed_contract_is_refused(main: Main, tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "spec.yaml").write_text(text, encoding="utf-8")
    ended = main("check", "--spec", "spec.yaml")
    assert ended.code == 2
    assert told in ended.err


def test_a_rule_that_nothing_judges_is_refused(main: Main, tmp_path: Path) -> None:
    text = (ROOT / "openapi.yaml").read_text(encoding="utf-8").replace("id: cups-unique", "id: cups-uniqe")
    (tmp_path / "spec.yaml").write_text(text, encoding="utf-8")
    ended = main("check", "--spec", "spec.yaml")
    assert ended.code == 2
    assert "nothing judges the rule 'cups-uniqe'; did you mean 'cups-unique'?" in ended.err


def test_an_unknown_key_in_pyproject_is_refused(main: Main, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.dcycle.contract]\nbase_ur = 'x'\n", encoding="utf-8")
    ended = main("check")
    assert ended.code == 2
    assert "Did you mean 'base_url'?" in ended.err


def test_a_flag_comes_before_the_environment_and_that_before_the_file(main: Main, mock: Mock, tmp_path: Path) -> None:
    text = f"[tool.dcycle.contract]\nprofile = 'quick'\nseed = 3\nbase_url = '{mock.url}'\n"
    (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
    environ = {**mock.environ, "DCYCLE_BASE_URL": "", "DCYCLE_SEED": "4"}
    ended = main("check", "--operation", "getInvoice", **environ)
    assert f"{mock.url} by openapi.yaml" in ended.out
    assert "quick profile, seed 4" in ended.out
    assert "seed 5" in main("check", "--operation", "getInvoice", "--seed", "5", **environ).out


REPORTS = ("--json", "--junit", "--sarif", "--html", "--events")


@pytest.mark.parametrize("flag", REPORTS)
@pytest.mark.parametrize("path", ["no/such/folder/report", "."])
def test_a_report_that_cannot_be_written_is_told_before_anything_is_asked(main: Main, flag: str, path: str) -> None:
    with http_server(nothing_much) as server:
        ended = main(*given(server.url), flag, path)
        assert server.asked == []
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith(f"dcycle-contract: {Path(path)}: cannot be written: ")
    assert len(ended.err.splitlines()) == 1


def test_a_run_that_does_not_start_leaves_reports_as_they_were(main: Main, tmp_path: Path) -> None:
    (tmp_path / "old.json").write_text("old", encoding="utf-8")
    assert main("check", "--api-key", KEY, "--json", "old.json", "--html", "new.html").code == 2
    assert {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()} == {"old.json": "old"}


def test_two_reports_in_one_file_are_refused(main: Main) -> None:
    ended = main("check", "--json", "report", "--html", "report")
    assert (ended.code, ended.err) == (2, "dcycle-contract: report: two reports cannot go to the same file.\n")


def test_without_a_command_the_usage_is_told(main: Main) -> None:
    ended = main()
    assert ended.code == 2
    assert "usage: dcycle-contract" in ended.err


# Exit codes 3 and 130


def test_a_port_where_nothing_listens_is_unreachable(main: Main) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
    ended = main(*given(url))
    assert ended.code == 3
    assert ended.last_line.startswith(f"UNREACHABLE: {url} does not answer: ")
    assert "Traceback" not in ended.out + ended.err


def test_a_server_that_hangs_up_is_unreachable(main: Main, tmp_path: Path) -> None:
    with raw_server(lambda connection: connection.close()) as server:
        ended = main(*given(server.url), "--json", "verdict.json")
    assert ended.code == 3
    assert ended.last_line.startswith("UNREACHABLE: ")
    verdict = json.loads((tmp_path / "verdict.json").read_text(encoding="utf-8"))
    assert (verdict["exit_code"], verdict["verdict"]) == (3, "unreachable")


@SIGNALLED
def test_an_interrupted_run_reports_what_it_has(start: Start, tmp_path: Path) -> None:
    def slowly(_: Asked) -> Reply:
        time.sleep(0.05)
        return Reply({})

    with http_server(slowly) as server:
        process = start(*given(server.url), "--json", "verdict.json")
        deadline = time.monotonic() + 20
        while len(server.asked) < 10 and time.monotonic() < deadline:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=10)
    assert process.returncode == 130
    assert out.rstrip().rsplit("\n", 1)[-1].startswith("INTERRUPTED: no verdict. ")
    assert "Traceback" not in out + err
    verdict = json.loads((tmp_path / "verdict.json").read_text(encoding="utf-8"))
    assert (verdict["exit_code"], verdict["verdict"]) == (130, "interrupted")


# Secrets


def echo(asked: Asked) -> Reply:
    """Repeat the key wherever a server may repeat it: bodies, headers, cut short or not."""
    key = asked.headers.get("x-api-key", "")
    group = {"cups": f"ES{key}", "facility_id": key, "facility_name": "x" * 100 + key, "invoice_count": key}
    page = {"items": [group, group], "total": 2, "page": key, "size": f"{'y' * 108}{key}", "total_pages": [key] * 9}
    invoice = {
        "id": key,
        "type": key,
        "status": "z" * 105 + key,
        "start_date": {key: key},
        "co2e": -1,
        "cups": f"{key}!",
    }
    body: Any = page if "cups" in asked.target else invoice
    return Reply(body, headers=(("Content-Type", f"text/{key}"), ("X-Echo", key), ("Location", f"/{key}")))


def echoed_refusal(asked: Asked) -> Reply:
    key = asked.headers.get("x-api-key", "")
    return Reply({"detail": [key], "code": {key: key}}, status=404, headers=(("Content-Type", f"a/{key}"),))


@pytest.mark.parametrize(
    ("answering", "key"), [(echo, KEY), (echo, 'a"quoted\\key$HOME'), (echoed_refusal, KEY)],
    ids=["in data", "in data, with quotes", "in refusals"],
)  # fmt: skip
def test_the_key_appears_nowhere(main: Main, tmp_path: Path, answering: Any, key: str) -> None:
    flags = ["--json", "v.json", "--junit", "v.xml", "--html", "v.html", "--sarif", "v.sarif", "--events", "v.jsonl"]
    with http_server(answering) as server:
        ended = main(*given(server.url, key=key), "--verbose", *flags)
    assert ended.code == 1
    texts = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()}
    assert len(texts) == 5
    for name, text in {**texts, "stdout": ended.out, "stderr": ended.err}.items():
        # Eight characters of a key are a piece of it; fewer may stand there by chance.
        pieces = {key[at : at + 8] for at in range(len(key) - 7)}
        pieces |= {json.dumps(piece)[1:-1] for piece in pieces}
        assert sorted(piece for piece in pieces if piece in text) == [], name


def test_the_key_appears_nowhere_when_a_server_sends_it_in_place_of_http(main: Main, tmp_path: Path) -> None:
    with raw_server(f"{KEY}\r\n\r\n".encode()) as server:
        ended = main(*given(server.url), "--json", "v.json", "--junit", "v.xml")
    assert ended.code == 3
    texts = [path.read_text(encoding="utf-8") for path in tmp_path.iterdir()]
    assert [text for text in [*texts, ended.out, ended.err] if KEY in text] == []


# What is sent


def test_only_methods_that_read_are_sent(broken: Broken) -> None:
    assert {asked.method for asked in broken.asked} <= {"GET", "HEAD", "OPTIONS"}
    assert len(broken.asked) > 20


def test_an_operation_that_was_not_named_is_not_asked(main: Main) -> None:
    with http_server(nothing_much) as server:
        ended = main(*given(server.url), "--operation", "getInvoice")
        assert [asked.target for asked in server.asked if asked.target.startswith("/v1/invoices/cups")] == []
        assert server.asked
    assert ended.code == 1


def test_a_base_url_may_have_a_path(main: Main) -> None:
    with http_server(nothing_much) as server:
        main(*given(f"{server.url}/staging/"), "--operation", "getInvoice")
        assert {asked.target.startswith("/staging/v1/invoices/") for asked in server.asked} == {True}


# As a pytest suite


def test_the_suite_runs_under_pytest_and_a_rule_can_be_picked(command: Command, mock: Mock) -> None:
    ended = command(str(ROOT / "contract_tests"), *QUICK, *mock.flags, "-k", "cups-unique", module="pytest")
    assert ended.code == 0, ended.out + ended.err
    assert "1 passed" in ended.out
    assert f"contract of {mock.url}, quick profile, seed 0" in ended.out


def test_a_broken_rule_fails_under_pytest_without_the_key(command: Command) -> None:
    with http_server(echo) as server:
        flags = given(server.url)[1:]
        ended = command(str(ROOT / "contract_tests"), *flags, "-k", "content-type-json", module="pytest")
    assert ended.code == 1
    assert "at Content-Type: expected application/json, got text/$DCYCLE_API_KEY" in ended.out
    assert KEY not in ended.out + ended.err


def test_a_flag_that_a_pytest_plugin_has_already_is_given_with_a_prefix(command: Command, tmp_path: Path) -> None:
    plugin = "def pytest_addoption(parser):\n    parser.addoption('--timeout', type=int)\n"
    (tmp_path / "greedy.py").write_text(plugin, encoding="utf-8")
    suite, path = str(ROOT / "contract_tests"), os.pathsep.join((str(ROOT), str(tmp_path)))
    ended = command(
        "-p", "greedy", suite, "--timeout", "5", "--contract-timeout", "never", "--co",
        module="pytest", PYTHONPATH=path,
    )  # fmt: skip
    assert (ended.code, "--timeout" in ended.err) == (4, True), ended.out + ended.err
    assert "'never'" in ended.err


# Other commands


def test_rules_lists_every_rule_with_its_basis_and_page(main: Main) -> None:
    ended = main("rules", "--json")
    assert ended.code == 0
    assert json.loads(ended.out) == [
        {
            "id": rule.id,
            "operation": rule.operation_id,
            "basis": rule.basis,
            "rule": rule.sentence,
            "page": rule.page.url,
        }
        for rule in load_spec().rules
    ]
    plain = main("rules").out
    assert [rule.id for rule in load_spec().rules if f"  {rule.id} " not in plain or rule.page.url not in plain] == []


def test_the_template_of_known_facts_is_valid_by_the_command(
    main: Main, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "known.yaml").write_text(main("known", "--template").out, encoding="utf-8")
    monkeypatch.setenv("DCYCLE_OTHER_API_KEY", KEY)
    ended = main("known", "--validate", "known.yaml")
    assert ended.code == 0
    assert KEY not in ended.out + ended.err


@pytest.mark.parametrize("name", ["known", "baseline", "report", "event"])
def test_the_schema_of_a_file_is_a_json_schema(main: Main, name: str) -> None:
    schema = json.loads(main("schema", name).out)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["title"]


def test_an_unknown_schema_is_refused(main: Main) -> None:
    ended = main("schema", "reports")
    assert ended.code == 2
    assert "'known', 'baseline', 'report', 'event'" in ended.err


def test_the_contract_is_printed_for_other_tools(main: Main) -> None:
    ended = main("spec", "--json", "--dereferenced", "--no-extensions")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == render_spec(load_spec(), as_json=True, dereferenced=True, extensions=False)


def test_a_contract_that_cannot_be_read_is_not_printed(main: Main) -> None:
    ended = main("spec", "--spec", "none.yaml")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == "dcycle-contract: none.yaml:0: cannot be read: No such file or directory\n"
