"""Databases that outlive a process, and processes that share one."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from in_process import DOCUMENTED, InProcess
from sqlalchemy import func, select

from mock_server import cli
from mock_server.backend import Backend
from mock_server.database_url import parse_database, shown
from mock_server.settings import MockSettings
from mock_server.state import tables
from mock_server.state.stage import DatabaseError

SMALL = {"facilities": 1, "invoices": 20}
COUNT = select(func.count()).select_from(tables.worlds)
INVOICE = DOCUMENTED.rpartition("/")[2]
NOW = "2030-02-15T14:22:00Z"


def start(url: str, **settings: Any) -> InProcess:
    """A mock on a database, as another process would start it."""
    return InProcess.of(database=url, **{**SMALL, **settings})


def delete(mock: InProcess) -> None:
    assert mock.backend.scene.store.delete_invoice(INVOICE)


def has_it(mock: InProcess) -> bool:
    return mock.ask(DOCUMENTED).status_code == 200


def test_a_change_is_still_there_after_a_restart(lasting_url: str) -> None:
    delete(start(lasting_url))
    assert not has_it(start(lasting_url))


def test_a_recalculation_comes_true_in_another_process(lasting_url: str) -> None:
    first = start(lasting_url)
    first.backend.scene.store.schedule_recalculation(first.organization().id, [INVOICE], ["energy"], NOW, 0)
    assert start(lasting_url).ask(DOCUMENTED).json["co2e"] == 255


def test_what_was_in_force_is_in_force_after_a_restart(lasting_url: str) -> None:
    start(lasting_url).change({"scenario": "slow", "strict": True, "faults": {"latency": 0}})
    state = start(lasting_url).state()
    assert (state["scenario"], state["strict"], state["faults"]["latency"]) == ("slow", True, "0")


def test_other_flags_win_over_what_was_in_force(lasting_url: str) -> None:
    first = start(lasting_url)
    delete(first)
    first.change({"strict": True})
    again = start(lasting_url, error_rate=0.5)
    assert (again.state()["strict"], again.state()["faults"]["error_rate"]) == (False, 0.5)
    again.change({"faults": {"error_rate": 0}})
    assert not has_it(again)


def test_what_one_process_puts_in_force_is_in_force_in_the_other(lasting_url: str) -> None:
    one, two = start(lasting_url), start(lasting_url)
    one.change({"seed": 3, "strict": True})
    assert two.state() == {**one.state(), "journal": two.state()["journal"]}
    assert two.organization() == one.organization()
    two.control("reset", "POST")
    assert one.state()["seed"] == 1


def test_what_one_process_changes_the_other_sees(lasting_url: str) -> None:
    one, two = start(lasting_url), start(lasting_url)
    delete(one)
    assert not has_it(two)
    two.control("reset", "POST")
    assert has_it(one)


def test_a_reset_empties_the_journals_of_all_processes(lasting_url: str) -> None:
    one, two = start(lasting_url), start(lasting_url)
    two.ask()
    one.change({"strict": True})
    assert (two.state()["strict"], len(two.journal())) == (True, 1)
    one.control("reset", "POST")
    assert (two.state()["strict"], two.journal()) == (False, [])


def test_processes_that_start_at_once_load_one_world(lasting_url: str) -> None:
    with ThreadPoolExecutor(4) as threads:
        mocks = list(threads.map(lambda _: start(lasting_url), range(4)))
    assert len({mock.backend.scene.store.world_id for mock in mocks}) == 1
    assert {mock.state()["world"]["invoices"] for mock in mocks} == {mocks[0].state()["world"]["invoices"]}


def test_a_database_with_another_world_is_refused_and_kept(lasting_url: str) -> None:
    delete(start(lasting_url))
    with pytest.raises(DatabaseError) as refused:
        start(lasting_url, seed=5)
    said = str(refused.value)
    assert "holds made-up data of seed 1, facilities 1, invoices 20" in said
    assert "the settings describe made-up data of seed 5, facilities 1, invoices 20" in said
    assert "--reset-database" in said
    assert not has_it(start(lasting_url))


def test_a_database_is_replaced_when_that_is_asked_for(lasting_url: str) -> None:
    delete(start(lasting_url))
    assert start(lasting_url, seed=5, reset_database=True).state()["seed"] == 5
    assert start(lasting_url, seed=5).state()["seed"] == 5


def test_a_data_file_that_changed_is_another_world(lasting_url: str, tmp_path: Path) -> None:
    data = tmp_path / "world.json"
    data.write_bytes(InProcess.of(**SMALL).control("world").data)
    delete(InProcess.of(database=lasting_url, data=data))
    assert not has_it(InProcess.of(database=lasting_url, data=data))
    data.write_text(data.read_text(encoding="utf-8").replace("INV-2024-001", "INV-2024-X"), encoding="utf-8")
    with pytest.raises(DatabaseError, match=r"holds the data of world\.json .* describe the data of world\.json "):
        InProcess.of(database=lasting_url, data=data)


def test_a_database_of_another_version_is_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'mock.db'}"
    start(url)
    with sqlite3.connect(tmp_path / "mock.db") as connection:
        connection.execute("UPDATE mock_scene SET format = 0")
    connection.close()
    with pytest.raises(DatabaseError, match=r"made by another version .* expected its format to be 1, got 0"):
        start(url)


def test_a_world_is_loaded_once_and_keeps_what_was_changed_in_it_until_a_reset() -> None:
    mock = InProcess.of(**SMALL)
    delete(mock)
    mock.change({"seed": 2})
    other = mock.backend.scene.store.world_id
    assert has_it(mock)
    delete(mock)
    mock.change({"seed": 1})
    assert not has_it(mock)
    mock.control("reset", "POST")
    assert has_it(mock)
    mock.change({"seed": 2})
    assert mock.backend.scene.store.world_id == other
    assert has_it(mock)


def test_of_many_worlds_the_last_few_are_kept_and_the_first_always() -> None:
    mock = InProcess.of(**SMALL)
    delete(mock)
    for seed in range(2, 9):
        mock.change({"seed": seed})
    (count,) = mock.backend.database.rows(COUNT, {})[0]
    assert count == 5
    mock.change({"seed": 1})
    assert not has_it(mock)


def test_a_reset_brings_the_world_of_the_start_back_within_a_twentieth_of_a_second() -> None:
    mock = InProcess.of()
    times = []
    for _ in range(5):
        delete(mock)
        began = time.process_time()
        assert mock.control("reset", "POST").status_code == 200
        times.append(time.process_time() - began)
        assert has_it(mock)
    assert min(times) < 0.05


SECRET = "postgresql+psycopg://me:s3cret@127.0.0.1:1/mock?password=s3cret"


def test_a_password_is_never_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(SECRET) == "postgresql+psycopg://me@127.0.0.1:1/mock"
    with pytest.raises(DatabaseError) as refused:
        Backend(MockSettings(database=SECRET))
    assert "s3cret" not in str(refused.value)
    assert cli.main(["--database", "postgres://me:s3cret@host/mock"]) == cli.USAGE
    assert "s3cret" not in capsys.readouterr().err


@pytest.mark.parametrize(
    "url",
    [
        "sqlite",
        "sqlite:///",
        "mysql://me@host/mock",
        "postgresql://me@host",
        "postgresql://me@host:port/mock",
        "world.db",
    ],
)
def test_a_url_of_no_database_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="expected sqlite:///FILE or postgresql"):
        parse_database(url)


def test_a_file_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="cannot be used: unable to open database file"):
        Backend(MockSettings(database=f"sqlite:///{tmp_path}/none/mock.db"))
    (tmp_path / "text").write_text("This is no database, but a text." * 10)
    with pytest.raises(DatabaseError, match="cannot be used: file is not a database"):
        Backend(MockSettings(database=f"sqlite:///{tmp_path}/text"))


def test_workers_need_a_database_that_they_share(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--workers", "2"]) == cli.USAGE
    assert "--workers: 2 processes cannot share a database in memory." in capsys.readouterr().err


def test_without_psycopg_the_way_to_get_it_is_told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli, "find_spec", lambda _name: None)
    assert cli.main(["--database", "postgresql+psycopg://me@host/mock"]) == cli.USAGE
    assert "pip install 'dcycle-contract[postgresql]'" in capsys.readouterr().err


def fetch(url: str, method: str = "GET", body: Any = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    with urlopen(Request(url, data, method=method), timeout=30) as response:
        return json.load(response)


def test_several_workers_serve_one_world_and_one_scene(launch: Callable[..., Any], lasting_url: str) -> None:
    flags = ("--json", "--workers", "3", "--facilities", "1", "--invoices", "20", "--database", lasting_url)
    running = launch(*flags)
    fetch(f"{running.url}/_mock/state", "PATCH", {"scenario": "one-page", "strict": True})
    states = [fetch(f"{running.url}/_mock/state") for _ in range(12)]
    assert {(state["scenario"], state["strict"]) for state in states} == {("one-page", True)}


def test_workers_tell_of_a_database_that_they_cannot_use_once(launch: Callable[..., Any], tmp_path: Path) -> None:
    running = launch("--workers", "2", "--database", f"sqlite:///{tmp_path}/none/mock.db")
    assert running.process.wait(30) == cli.USAGE
    assert running.process.stderr.read().count("cannot be used: unable to open database file") == 1
