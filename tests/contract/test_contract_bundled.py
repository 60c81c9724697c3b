"""The check that names no deployment: it starts the bundled mock, and knows everything about it."""

from __future__ import annotations

import json
import socket
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from api_spec import load_spec
from contract_tests.bundled import bundled_mock

Command = Callable[..., Any]

QUICK = ("--profile", "quick")


def temporary(folder: Path) -> dict[str, str]:
    """The environment in which temporary files go to a folder, on any system."""
    return dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(folder))


def is_listening(url: str) -> bool:
    address = urlsplit(url)
    try:
        socket.create_connection((address.hostname, address.port), timeout=5).close()
    except OSError:
        return False
    return True


def test_every_rule_is_exercised_and_nothing_is_left_behind(
    command: Command, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    scratch = tmp_path_factory.mktemp("scratch")
    ended = command("check", *QUICK, "--require-exercised", "--json", "verdict.json", **temporary(scratch))
    assert (ended.code, ended.err) == (0, ""), ended.out
    verdict = json.loads((tmp_path / "verdict.json").read_text(encoding="utf-8"))
    assert {rule["id"]: rule["status"] for rule in verdict["rules"]} == {rule.id: "kept" for rule in load_spec().rules}
    assert [path.name for path in tmp_path.iterdir()] == ["verdict.json"]
    assert list(scratch.iterdir()) == []
    assert not is_listening(verdict["base_url"])


def test_the_facts_are_read_and_removed_before_anything_is_judged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with bundled_mock() as target:
        assert list(tmp_path.iterdir()) == []
        assert target.known.complete
        assert len(target.known.invoices) > 1500
        assert {*target.known.locked.values()} == {True, False}
        assert target.known.other is not None
        assert [one.shell for one in target.secrets[:2]] == ["$DCYCLE_API_KEY", "$DCYCLE_OTHER_API_KEY"]


def test_a_bundled_mock_that_cannot_start_is_told_and_leaves_nothing(command: Command, tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    ended = command("check", *QUICK, DCYCLE_MOCK_SEED="x", **temporary(scratch))
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("dcycle-contract: The bundled mock did not start: dcycle-mock: DCYCLE_MOCK_SEED: 'x' ")
    assert list(scratch.iterdir()) == []
