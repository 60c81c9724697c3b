"""What the mock writes down for the verifier: true, complete, and in the published format."""

from __future__ import annotations

import json
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from stores import store_of

from mock_server.backend import Backend
from mock_server.banner import json_banner
from mock_server.cli import main
from mock_server.known_facts import write_known_facts
from mock_server.settings import MockSettings
from mock_server.world.generator import make_world
from mock_server.world.model import World
from mock_server.world.shape import Shape

Launch = Callable[..., Any]
Ask = Callable[..., Any]
Facts = dict[str, Any]

SCHEMA = json.loads((Path(__file__).parents[2] / "contract_tests/schemas/known.schema.json").read_text("utf-8"))


def facts_of(world: World, folder: Path) -> Facts:
    path = folder / "known.json"
    write_known_facts(path, store_of(world))
    return dict(json.loads(path.read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def facts(world: World, tmp_path_factory: pytest.TempPathFactory) -> Facts:
    return facts_of(world, tmp_path_factory.mktemp("facts"))


@pytest.mark.parametrize(
    ("size", "neighbour"),
    [
        (Shape(), {"organization_id", "api_key", "invoice_id", "visible"}),
        (Shape(invoices=0), {"organization_id", "api_key", "visible"}),
        (Shape(organizations=1), set()),
    ],
    ids=["default", "no invoices", "one organization"],
)
def test_the_facts_of_a_world_fit_the_published_schema(size: Shape, neighbour: set[str], tmp_path: Path) -> None:
    facts = facts_of(make_world(1, size), tmp_path)
    validator = Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)
    assert [error.message for error in validator.iter_errors(facts)] == []
    assert set(facts.get("other_organization", ())) == neighbour


def test_the_named_invoices_are_those_of_the_json_line(facts: Facts, world: World) -> None:
    assert (
        facts["invoice_ids"]
        == json.loads(json_banner("", Backend(MockSettings(), world=world).scene))["organizations"][0]["invoice_ids"]
    )


def test_the_expendable_invoices_are_plain_and_not_named_elsewhere(facts: Facts) -> None:
    expendable = facts["expendable_invoice_ids"]
    assert len(expendable) == len(set(expendable)) == 5
    assert not set(expendable) & set(facts["invoice_ids"])
    found = [item for item in facts["invoices"]["items"] if item["id"] in expendable]
    assert len(found) == 5
    assert {(one["type"], one["status"], one["percentage"], one["datadis"]) for one in found} == {
        ("electricity", "active", 1, False)
    }
    assert all(one["cups"] and one["start_date"] for one in found), "so that groups count them"


def test_an_exported_invoice_is_what_get_invoice_answers(facts: Facts, ask: Ask) -> None:
    for item in facts["invoices"]["items"]:
        answered = ask(f"/v1/invoices/{item['id']}").get_json()
        if "file_url" not in item:
            del answered["file_url"]
        assert item == {**answered, "datadis": item["datadis"]}


def test_an_exported_invoice_leaves_out_only_the_addresses_that_depend_on_the_name_of_the_mock(
    facts: Facts, ask: Ask
) -> None:
    left_out = [item["id"] for item in facts["invoices"]["items"] if "file_url" not in item]
    assert left_out
    for invoice_id in left_out[::50]:
        assert ask(f"/v1/invoices/{invoice_id}").get_json()["file_url"].startswith("http://localhost/invoices/")


def test_the_export_is_complete(facts: Facts, world: World) -> None:
    owned = [one.invoice.id for one in world.invoices if one.organization_id == world.organizations[0].id]
    assert facts["invoices"]["complete"] is True
    assert [item["id"] for item in facts["invoices"]["items"]] == owned


def test_the_listing_is_what_the_exported_invoices_add_up_to(facts: Facts, ask: Ask) -> None:
    members: dict[tuple[str, str], list[Facts]] = {}
    for item in facts["invoices"]["items"]:
        if item["type"] == "electricity" and item["cups"] and item["facility_id"]:
            members.setdefault((item["cups"], item["facility_id"]), []).append(item)
    expected = {
        key: (
            len(items),
            min(item["start_date"] for item in items)[:10],
            max(item["end_date"] for item in items)[:10],
            any(item["datadis"] for item in items),
        )
        for key, items in members.items()
    }
    listing = ask("/v1/invoices/cups", size=200).get_json()
    assert listing["total_pages"] == 1
    assert {
        (group["cups"], group["facility_id"]): (
            group["invoice_count"], group["first_date"], group["last_date"], group["is_locked"],
        )
        for group in listing["items"]
    } == expected  # fmt: skip
    assert {locked for *_, locked in expected.values()} == {True, False}


def test_the_other_organization_opens_with_its_own_key_alone(facts: Facts, ask: Ask) -> None:
    other = facts["other_organization"]
    path = f"/v1/invoices/{other['invoice_id']}"
    own = {"x-organization-id": other["organization_id"], "x-api-key": other["api_key"]}
    assert ask(path, headers=own).get_json()["id"] == other["invoice_id"]
    assert other["visible"] is False
    assert ask(path).status_code == 403
    assert ask(path, headers={"x-organization-id": other["organization_id"]}).status_code == 403


def test_the_file_is_there_once_the_mock_is_ready_and_the_same_in_yaml_and_json(launch: Launch, tmp_path: Path) -> None:
    few = ("--json", "--invoices", "20")
    info = launch(*few, "--known-out", "known.json").info
    assert launch(*few, DCYCLE_MOCK_KNOWN_OUT="known.yaml").info["organizations"] == info["organizations"]
    from_json = json.loads((tmp_path / "known.json").read_text(encoding="utf-8"))
    assert from_json["invoice_ids"] == info["organizations"][0]["invoice_ids"]
    assert yaml.safe_load((tmp_path / "known.yaml").read_text(encoding="utf-8")) == from_json


@pytest.mark.parametrize("name", ["", "none/known.json"], ids=["a directory", "a directory that is not there"])
def test_a_file_that_cannot_be_written_is_told(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / name
    code = main(["--port", "0", "--known-out", str(path)])
    out, message = capsys.readouterr()
    assert (code, out, message.count("\n")) == (2, "", 1)
    assert message.startswith(f"dcycle-mock: --known-out: {str(path)!r} cannot be written: ")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a file that is always full")
def test_a_disk_that_is_full_is_told(launch: Launch) -> None:
    running = launch("--json", "--known-out", "/dev/full")
    _, message = running.process.communicate(timeout=10)
    assert (running.ready_line, running.process.returncode) == ("", 1)
    assert message.startswith("dcycle-mock: --known-out: '/dev/full' cannot be written: No space left on device.\n")
    assert "Traceback" not in message


def test_a_mock_that_cannot_listen_writes_nothing(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert main(["--port", port, "--known-out", str(tmp_path / "known.json")]) == 2
    assert list(tmp_path.iterdir()) == []
