"""Files that change while the mock runs: the new ones are served, or what is wrong is told and the old ones go on."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from in_process import CUPS, InProcess
from werkzeug.test import Client

from api_spec import DEFAULT_PATH
from mock_server import watching
from mock_server.settings import MockSettings
from mock_server.watching import watch

SECONDS = 10.0
"""How long a change may take to be seen; it takes a few hundredths here."""


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "PAUSE", 0.01)


class Watched:
    """A mock that watches its files."""

    def __init__(self, **settings: Any) -> None:
        self.messages = io.StringIO()
        self.backend, self.app = watch(MockSettings(watch=True, **settings), self.messages)
        self.told = 0

    def ask(self, path: str = CUPS) -> Any:
        first = self.backend.scene.world.organizations[0]
        return self.open(path, headers={"x-api-key": first.api_key, "x-organization-id": first.id})

    def open(self, path: str, method: str = "GET", **more: Any) -> Any:
        return Client(self.app).open(path, method=method, environ_base={"REMOTE_ADDR": "127.0.0.1"}, **more)

    def next_message(self) -> str:
        """What is said next, without the time; waits for it."""
        deadline = time.monotonic() + SECONDS
        while not self.messages.getvalue()[self.told :].endswith("\n"):
            assert time.monotonic() < deadline, "nothing was said"
            Event().wait(0.005)
        said = self.messages.getvalue()[self.told :]
        self.told += len(said)
        return said.partition(" ")[2]


def write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def replace(path: Path, text: str) -> None:
    """Write as editors do that never leave half a file behind."""
    other = path.with_name(f".{path.name}.swp")
    other.write_text(text, encoding="utf-8")
    other.replace(path)


WAYS = [write, replace]


@dataclass
class Files:
    """A contract, a data file and a scenario of the user's own."""

    folder: Path
    organization: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        exported = InProcess.of(scenario="one-page", organizations=1, facilities=2, invoices=8).control("world").json
        (self.organization,) = exported["organizations"]
        write(self.contract, DEFAULT_PATH.read_text(encoding="utf-8"))
        write(self.data, self.world())
        write(self.scenario, "faults: {error_rate: 0}\n")

    @property
    def contract(self) -> Path:
        return self.folder / "contract.yaml"

    @property
    def data(self) -> Path:
        return self.folder / "world.json"

    @property
    def scenario(self) -> Path:
        return self.folder / "bad-day.yaml"

    def world(self) -> str:
        return json.dumps({"organizations": [self.organization]}, indent=1)


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


@pytest.mark.parametrize("save", WAYS)
def test_a_changed_contract_is_served(files: Files, save: Callable[[Path, str], None]) -> None:
    mock = Watched(spec=str(files.contract), facilities=1, invoices=5)
    assert mock.ask(f"{CUPS}?size=150").status_code == 200
    save(files.contract, files.contract.read_text(encoding="utf-8").replace("maximum: 200", "maximum: 100"))
    assert mock.next_message() == "Read anew. 1 operation changed: listCupsGroups.\n"
    assert mock.ask(f"{CUPS}?size=150").status_code == 422
    assert "maximum: 100" in mock.ask("/openapi.yaml").text


@pytest.mark.parametrize("save", WAYS)
def test_while_a_contract_is_broken_the_last_good_one_is_served(
    files: Files, save: Callable[[Path, str], None]
) -> None:
    mock, good = Watched(spec=str(files.contract), facilities=1, invoices=5), files.contract.read_text(encoding="utf-8")
    before = mock.ask().data
    line = 1 + good.splitlines().index("      operationId: getInvoice")
    save(files.contract, good.replace("\n      operationId: getInvoice\n", "\n      operationid: getInvoice\n"))
    told = mock.next_message()
    assert told.startswith(f"{files.contract}:{line}: ")
    assert told.endswith("\n  Going on with the last good version.\n")
    assert mock.ask().data == before
    save(files.contract, good)
    assert mock.next_message() == "Read anew. Nothing that is served changed.\n"


@pytest.mark.parametrize("save", WAYS)
def test_changed_data_are_served(files: Files, save: Callable[[Path, str], None]) -> None:
    mock = Watched(data=files.data, spec=str(files.contract))
    changed, *_, removed = files.organization["invoices"]
    changed["quantity"] = changed["base_quantity"] = 12345.0
    changed["percentage"] = 1.0
    files.organization["invoices"].remove(removed)
    save(files.data, files.world())
    told = mock.next_message()
    assert told.startswith("Read anew. ")
    assert f"1 invoice removed: {removed['id']}." in told
    assert f"1 invoice changed: {changed['id']}." in told
    assert mock.ask(f"/v1/invoices/{changed['id']}").json["quantity"] == 12345.0
    assert mock.ask(f"/v1/invoices/{removed['id']}").status_code == 404


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", ":1: "),
        ('{\n "organizations": 5\n}', ":2: organizations: "),
        ('{\n "organizatons": []\n}', ":1: the file: expected the key 'organizations'"),
        ("", ": expected organizations, got nothing."),
    ],
)
def test_while_data_are_broken_the_last_good_ones_are_served(files: Files, text: str, told: str) -> None:
    mock = Watched(data=files.data, spec=str(files.contract))
    before = mock.ask().data
    write(files.data, text)
    message = mock.next_message()
    assert message.startswith(f"{files.data}{told}")
    assert message.endswith("\n  Going on with the last good version.\n")
    assert mock.ask().data == before
    files.organization["name"] = "Otra S.L."
    write(files.data, files.world())
    assert mock.next_message().startswith("Read anew. 1 organization changed: ")
    assert mock.open("/_mock/organizations").json["items"][0]["name"] == "Otra S.L."


def test_a_file_that_goes_and_comes_again_is_read_anew(files: Files) -> None:
    mock = Watched(data=files.data, spec=str(files.contract))
    before = mock.ask().data
    files.data.unlink()
    assert "cannot be read" in mock.next_message()
    assert mock.ask().data == before
    write(files.data, files.world())
    assert mock.next_message() == "Read anew. Nothing that is served changed.\n"


@pytest.mark.parametrize("save", WAYS)
def test_a_changed_scenario_is_in_force_at_once(files: Files, save: Callable[[Path, str], None]) -> None:
    mock = Watched(scenario=str(files.scenario), data=files.data, spec=str(files.contract))
    assert mock.ask().status_code == 200
    save(files.scenario, "faults: {error_rate: 1, error_codes: [503]}\n")
    assert mock.next_message() == (
        "Read anew. Scenario bad-day. Faults: latency None, error_rate 1.0, error_codes [503], rate_limit None.\n"
    )
    assert mock.ask().status_code == 503
    save(files.scenario, "faults:\n  error_rat: 0\n")
    assert mock.next_message().startswith(
        f"{files.scenario}:2: faults.error_rat: unknown key. Did you mean 'error_rate'?"
    )
    assert mock.ask().status_code == 503


def test_flags_still_win_over_a_scenario_that_changed(files: Files) -> None:
    mock = Watched(scenario=str(files.scenario), data=files.data, spec=str(files.contract), error_codes=(502,))
    write(files.scenario, "faults: {error_rate: 1, error_codes: [503]}\n")
    assert "error_rate 1.0, error_codes [502]" in mock.next_message()
    assert mock.ask().status_code == 502


def test_the_data_file_of_a_scenario_is_watched_too(files: Files) -> None:
    write(files.scenario, "data: world.json\n")
    mock = Watched(scenario=str(files.scenario), spec=str(files.contract))
    files.organization["name"] = "Otra S.L."
    write(files.data, files.world())
    assert mock.next_message().startswith("Read anew. 1 organization changed: ")


def test_a_scenario_that_was_set_while_the_mock_ran_is_watched_too(files: Files) -> None:
    folder = files.folder / "own"
    folder.mkdir()
    write(folder / "flaky.yaml", "faults: {error_rate: 0}\n")
    mock = Watched(scenarios=folder, data=files.data, spec=str(files.contract))
    changed = mock.open("/_mock/state", "PATCH", json={"scenario": "flaky"})
    assert changed.status_code == 200
    code = 500
    while not mock.messages.getvalue():  # the first look at the file may come after the first change of it
        code += 1
        write(folder / "flaky.yaml", f"faults: {{error_rate: 1, error_codes: [{code}]}}\n")
        Event().wait(0.1)
        assert code < 590, "nothing was said"
    assert "Faults: latency None, error_rate 1.0, error_codes [5" in mock.next_message()
    assert mock.ask().status_code > 500


def test_what_was_set_while_the_mock_ran_stays_when_files_change(files: Files) -> None:
    mock = Watched(data=files.data, spec=str(files.contract))
    change = {"strict": True, "seed": 5, "faults": {"error_rate": 1, "error_codes": [418]}}
    assert mock.open("/_mock/state", "PATCH", json=change).status_code == 200
    files.organization["name"] = "Otra S.L."
    write(files.data, files.world())
    mock.next_message()
    state = mock.open("/_mock/state").json
    assert (state["strict"], state["seed"], state["faults"]["error_codes"]) == (True, 5, [418])


def test_a_watching_process_says_on_standard_error_what_changed(launch: Callable[..., Any], files: Files) -> None:
    running = launch("--json", "--watch", "--data", str(files.data), "--spec", str(files.contract))
    write(files.data, '{\n "organizations": 5\n}')
    told = running.process.stderr.readline()
    assert told.partition(" ")[2].startswith(f"{files.data}:2: organizations: ")
    assert running.process.stderr.readline() == "  Going on with the last good version.\n"
    write(files.data, files.world())
    assert running.process.stderr.readline().partition(" ")[2] == "Read anew. Nothing that is served changed.\n"
