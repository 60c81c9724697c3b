"""The console, as a person uses it in a browser. `console.mjs` does what is described here and tells what it saw."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from browser_tools import Browser
from npm_tools import NpmTools
from served_mock import ROOT, Launch, ServedMock

from mock_server.world.model import Invoice

FEW = """
description: A world that is quick to look at.
world: {facilities: 2, invoices: 8, documented: false, misspelt: 1, contracted: 0.5}
"""

INVOICE = "550e8400-e29b-41d4-a716-446655440000"
TOKEN = "a-token-for-the-console"
MARKUP = "<img src=x onerror=hacked()>"

DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 360, "height": 780}

SPEC_TOOLS = NpmTools(ROOT / "tests" / "spec")


@pytest.fixture(scope="module")
def mock(launch: Launch) -> ServedMock:
    return launch("--port", "0")


@pytest.fixture(scope="module")
def little(launch: Launch, tmp_path_factory: pytest.TempPathFactory) -> ServedMock:
    scenario = tmp_path_factory.mktemp("scenarios") / "few.yaml"
    scenario.write_text(FEW, encoding="utf-8")
    return launch("--port", "0", "--scenario", scenario)


Look = Callable[..., dict[str, Any]]


@pytest.fixture
def look(browser: Browser) -> Look:
    """What a part of the script saw at a mock, where nothing else went wrong."""

    def drive(part: str, mock: ServedMock, script: str = "console.mjs", **facts: Any) -> dict[str, Any]:
        known = {"url": mock.url, "organization": mock.organization_id, "key": mock.api_key, "invoice": INVOICE}
        seen = browser.drive(script, part, {**known, **facts})
        assert seen.pop("trouble", []) == []
        return seen

    return drive


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_axe_finds_nothing_in_any_view_and_none_scrolls_sideways(
    look: Look, little: ServedMock, scheme: str, viewport: dict[str, int]
) -> None:
    found = look("accessibility", little, scheme=scheme, viewport=viewport, invoice=little.invoice_id)["found"]
    assert len(found) == 13
    assert {view: problems for view, problems in found.items() if problems} == {}


def test_a_request_shows_up_in_the_journal_with_what_in_it_breaks_the_contract(look: Look, mock: ServedMock) -> None:
    seen = look("journal", mock)
    assert seen["waiting"] == "Waiting for the first request"
    assert [("getInvoice" in text, "1 violation" in text) for text in seen["texts"]] == [(True, False), (False, True)]
    assert "query.serach" in seen["violation"]
    assert "Did you mean search?" in seen["violation"]
    assert seen["link"] == "https://code.dcycle.io/api-reference/invoices/list-cups"
    assert (seen["kept"], seen["whilePaused"], seen["entries"]) == (1, 1, 3)


def test_a_busy_journal_is_drawn_in_parts(look: Look, mock: ServedMock) -> None:
    assert look("flood", mock) == {"drawn": 100, "later": 200}


def test_a_change_is_in_force_at_once_shown_everywhere_and_taken_back(look: Look, mock: ServedMock) -> None:
    seen = look("controls", mock)
    assert "empty" in seen["inForce"]
    assert seen["world"] == "No invoices yet"
    assert seen["state"]["scenario"] == "default"
    assert seen["state"]["strict"] is True
    assert seen["state"]["faults"] == {
        "latency": "0.2-0.8", "error_rate": 0.1, "error_codes": [503], "rate_limit": "5/minute",
    }  # fmt: skip
    assert seen["after"] == ""


def test_an_invoice_is_found_opened_and_copied_as_a_request_that_works(look: Look, mock: ServedMock) -> None:
    seen = look("world", mock)
    assert seen["id"] == fetched(seen["curl"])["id"] == seen["answer"]["id"] == INVOICE
    assert seen["fields"] == list(Invoice.__dataclass_fields__)
    assert seen["nulls"] == sum(value is None for value in seen["answer"].values()) > 0
    assert seen["code"] == seen["answer"]["cups"]
    with urllib.request.urlopen(seen["pdf"], timeout=10) as document:
        assert document.headers["Content-Type"] == "application/pdf"


def fetched(curl: str) -> dict[str, Any]:
    """The answer to a copied curl command, sent without curl."""
    program, url, *options = shlex.split(curl.replace("\\\n", ""))
    assert (program, options[::2]) == ("curl", ["-H", "-H"])
    return fetched_json(url, dict(header.split(": ", 1) for header in options[1::2]))


def fetched_json(url: str, headers: Mapping[str, str] = MappingProxyType({})) -> dict[str, Any]:
    """The JSON object at an address."""
    with urllib.request.urlopen(urllib.request.Request(url, headers=dict(headers)), timeout=10) as answer:
        return dict(json.load(answer))


CODES = {
    "misread": ("ES0021000051246455YZ", "ES002100005I246455YZ", ["same ES002100005", "added I", "same 246455YZ"]),
    "swapped": ("ES0021000051246455YZ", "ES0021000015246455YZ", ["same ES00210000", "added 15", "same 246455YZ"]),
    "cut short": ("ES0021000051246455YZ", "ES0021000051246455", ["same ES0021000051246455", "missing YZ"]),
    "in lower case": ("ES0021YZ", "es0021yz", ["added es", "same 0021", "added yz"]),
    "separated": ("ES0021000051", "ES 0021 000051", ["same ES", "added  ", "same 0021", "added  ", "same 000051"]),
}  # fmt: skip


def test_near_duplicates_stand_together_with_what_is_wrong_in_them_marked(look: Look, mock: ServedMock) -> None:
    others = [["ES0021000051246455YZ", "ES0021000770131777VG"]]
    seen = look("groups", mock, pairs=[[right, code] for right, code, _parts in CODES.values()] + others)
    *alike, apart = seen["differences"]
    assert [one["parts"] for one in alike] == [parts for _right, _code, parts in CODES.values()]
    assert [one["near"] for one in alike] == [True] * len(CODES)
    assert apart["near"] is False
    assert seen["heads"] > 0
    assert seen["all"] == seen["heads"] + seen["alike"]


CHANGES = "console_changes.mjs"
FACILITY = "da59c96f-995a-4ec3-88bd-465dcbabf63d"
COUNTS = {"ES0021000000000000001AB": 45, "ES0021000000000000001A": 20, "ES0021000000000000001": 15}
"""The groups of the documented consolidation: codes of one facility, with their invoices."""


def test_picked_groups_are_merged_as_the_preview_said_and_brought_back_by_a_reset(look: Look, mock: ServedMock) -> None:
    target, *sources = COUNTS
    seen = look("consolidation", mock, CHANGES, search="ES002100000000000000", codes=list(COUNTS))
    assert seen["bar"] == [
        "1 group picked, pick another to merge", False, "2 groups picked", True, "3 groups picked", True,
    ]  # fmt: skip
    assert seen["target"] == target
    assert seen["previews"] == [
        "Will rewrite 60 invoices in 1 facility.", "Will rewrite 65 invoices in 1 facility.",
        "Will rewrite 35 invoices in 1 facility.", "Which code shall the invoices get?",
        "Will rewrite 80 invoices in 1 facility.",
    ]  # fmt: skip
    assert seen["sendable"] is False
    assert json.loads(shlex.split(seen["curl"].replace("\\\n", ""))[-1]) == {
        "target_cups": target, "sources": [{"cups": cups, "facility_id": FACILITY} for cups in sources],
    }  # fmt: skip
    assert (seen["before"], seen["after"], seen["reset"]) == (COUNTS, {target: 80}, COUNTS)
    assert seen["focused"] == seen["announced"] == "Rewrote 35 invoices in 1 facility"
    assert seen["outcome"] == [
        "35", f"Facility 1 {FACILITY}", "80 invoices at Facility 1, 2024-01-01 – 2024-12-31",
    ]  # fmt: skip
    assert (seen["picked"], seen["cards"]) == ("", 0)


def test_what_cannot_be_merged_says_why_in_the_words_of_the_api(look: Look, mock: ServedMock) -> None:
    foreign = fetched_json(f"{mock.url}/_mock/organizations")["items"][1]["facilities"][0]["id"]
    seen = look("refusals", mock, CHANGES, codes=list(COUNTS), foreign=foreign)
    assert "locked groups cannot be consolidated" in seen["reason"]
    assert seen["reason"] in seen["label"]
    assert seen["lockedIsPicked"] is False
    malformed, foreign, locked = seen["refusals"]
    assert (malformed[0], "body.target_cups" in malformed[1]) == ("422", True)
    assert foreign[0] == "403FACILITY_NOT_BELONG_TO_ORGANIZATION"
    assert locked[:2] == [
        "409CUPS_LOCKED_BY_DATADIS", "CUPS ES0021000000000000001A is backed by a Datadis supply contract",
    ]  # fmt: skip
    assert seen["announcedAs"] == 1
    assert (seen["left"], seen["isLocked"]) == ("2 groups picked", "true")


def test_an_invoice_is_changed_calculated_anew_and_deleted(look: Look, mock: ServedMock) -> None:
    seen = look("changes", mock, CHANGES)
    assert seen["fields"] == ["uploaded_by", "facility_id", "supplier_id", "status", "invoice_id", "cups"]
    assert seen["sendable"] is False
    assert "body.supplier_id" in seen["refused"]
    changes = {
        "facility_id": FACILITY, "supplier_id": "11111111-1111-4111-8111-111111111111", "status": "review",
    }  # fmt: skip
    assert json.loads(shlex.split(seen["curl"].replace("\\\n", ""))[-1]) == changes
    assert {name: seen["edited"][name] for name in changes} == changes
    assert seen["focused"] == "Edit"
    assert seen["category"] == "electricity"
    assert seen["calculated"]["co2e"] != seen["edited"]["co2e"]
    assert seen["notice"] == f"Emissions: {seen['edited']['co2e']:.2f} → {seen['calculated']['co2e']:.2f} kg CO₂e"
    assert (seen["kept"], seen["deleted"]) == (200, 404)
    whole = fetched_json(f"{mock.url}/_mock/organizations")["items"][0]["invoice_count"]
    assert int(seen["tallies"].replace(",", "")) == whole


def test_everything_can_be_done_with_the_keyboard(look: Look, mock: ServedMock) -> None:
    assert look("keyboard", mock)["trace"] == {
        "first": "Skip to content", "main": "MAIN", "search": "Search id, number or CUPS code",
        "down": 2, "end": True, "opened": True, "closed": 0, "stops": 2,
        "help": "dialog-title", "tab": "Try", "sent": "200",
    }  # fmt: skip


def test_a_request_can_be_sent_with_preferences(look: Look, mock: ServedMock) -> None:
    seen = look("send", mock)
    assert seen["body"]["id"] == INVOICE
    assert "preference-appliedexample=documented" in seen["headers"]


def test_a_chosen_theme_is_remembered(look: Look, mock: ServedMock) -> None:
    seen = look("theme", mock)["seen"]
    assert seen["system"] != seen["dark"] == seen["remembered"]
    assert seen["label"] == "Theme: dark"


def test_text_that_looks_like_markup_or_code_stays_text(look: Look, launch: Launch, tmp_path: Path) -> None:
    data = tmp_path / "data.json"
    data.write_text(json.dumps(hostile_world()), encoding="utf-8")
    seen = look("hostile", launch("--port", "0", "--data", data))
    assert seen["shown"]["facility"] == seen["shown"]["organization"] == MARKUP
    assert seen["shown"]["code"] == MARKUP
    assert MARKUP in seen["shown"]["violation"]
    assert MARKUP in seen["panel"]
    assert seen["link"] == "<span>javascript:alert(1)</span>"
    assert (seen["elements"], seen["refused"]) == ([], "TypeError")


def hostile_world() -> dict[str, Any]:
    """A data file with markup wherever it takes text."""
    facility = {"id": "11111111-1111-4111-8111-111111111111", "name": MARKUP}
    invoice = {
        "type": "electricity", "start_date": "2024-01-01T00:00:00", "end_date": "2024-01-31T23:59:59",
        "quantity": 1.5, "facility_id": facility["id"], "cups": MARKUP, "invoice_id": MARKUP,
    }  # fmt: skip
    return {"organizations": [{"name": MARKUP, "facilities": [facility], "invoices": [invoice]}]}


def test_a_token_is_asked_for_once_and_kept_out_of_the_address(look: Look, launch: Launch) -> None:
    seen = look("token", launch("--port", "0", "--control-token", TOKEN), token=TOKEN)
    assert seen == {"asked": 0, "leaked": False}


def test_a_mock_that_stops_is_waited_for_and_taken_up_again(look: Look, launch: Launch) -> None:
    first = launch("--port", "0")
    command = [sys.executable, "-m", "mock_server", "--port", first.port, "--quiet"]
    seen = look("outage", first, pid=first.process.pid, command=command)
    assert seen["before"] == seen["kept"] > 0
    assert "not answering" in seen["notice"]
    assert seen["after"] == ""


def test_the_console_uses_both_apis_as_their_documents_describe_them(tmp_path: Path) -> None:
    console = ROOT / "mock_server" / "console"
    for file in (*console.glob("*.js"), *console.glob("*.d.ts")):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    for name, document in (("control", "mock_server/control/openapi.yaml"), ("contract", "openapi.yaml")):
        output = tmp_path / "generated" / f"{name}.d.ts"
        made = SPEC_TOOLS.run("openapi-typescript/bin/cli.js", ROOT / document, "--output", output)
        assert made.returncode == 0, made.stderr
    right = (tmp_path / "organization.js").read_text(encoding="utf-8")
    (tmp_path / "wrong.js").write_text(right.replace("api_key: key", "apiKey: key"), encoding="utf-8")
    mistakes = [line for line in compiled(tmp_path, "main.js", "wrong.js").splitlines() if not line.startswith(" ")]
    assert [line for line in mistakes if not line.startswith("wrong.js(")] == []
    assert any("Property 'apiKey' does not exist" in line for line in mistakes)


def compiled(folder: Path, *files: str) -> str:
    """What TypeScript finds wrong in the types of modules, and of all that they import."""
    checked: subprocess.CompletedProcess[str] = SPEC_TOOLS.run(
        "typescript/bin/tsc", "--allowJs", "--checkJs", "--strict", "--noEmit", "--skipDefaultLibCheck",
        "--pretty", "false", "--target", "es2023",
        "--lib", "es2023,dom,dom.iterable,dom.asynciterable", "--module", "esnext", "--moduleResolution", "bundler",
        *(folder / file for file in files), cwd=folder,
    )  # fmt: skip
    return checked.stdout
