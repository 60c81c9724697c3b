"""Scenarios: each keeps its promise, and mistakes in one's own are told by file and line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from difflib import SequenceMatcher
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import yaml
from in_process import CUPS, DOCUMENTED, InProcess
from jsonschema import Draft202012Validator
from stdnum.es import cups as standard

from api_spec import Spec
from mock_server.faults import RateLimit
from mock_server.scenario import SHIPPED, ScenarioError, Scenarios, read_scenario
from mock_server.scenario_schema import WORLD, scenario_schema
from mock_server.world.model import World
from mock_server.world.shape import Shape

NAMES = sorted(path.stem for path in SHIPPED.iterdir())


def groups(mock: InProcess, owner: int = 0) -> list[dict[str, Any]]:
    """The whole listing of an organization, as the API answers it."""
    first = mock.ask(f"{CUPS}?size=200", owner=owner).json or {}
    rest = (mock.ask(f"{CUPS}?size=200&page={page}", owner=owner) for page in range(2, first["total_pages"] + 1))
    found = [*first["items"], *(item for page in rest for item in (page.json or {})["items"])]
    assert len(found) == first["total"]
    return found


@pytest.fixture
def serve(spec: Spec) -> Callable[..., InProcess]:
    """Serve a scenario from the start."""
    return lambda scenario, **settings: InProcess.of(spec, scenario=scenario, **settings)


Serve = Callable[..., InProcess]


def test_in_an_empty_organization_there_is_nothing_yet(serve: Serve) -> None:
    mock = serve("empty")
    for owner in (0, 1):
        expected = {"items": [], "total": 0, "page": 1, "size": 50, "total_pages": 0}
        assert mock.ask(owner=owner).json == expected
    assert mock.ask(DOCUMENTED).status_code == 404
    assert mock.state()["world"] == {"organizations": 2, "facilities": 0, "invoices": 0}
    assert mock.control("invoices").json["items"] == []


def test_a_busy_organization_has_many_pages(serve: Serve) -> None:
    mock = serve("busy")
    assert mock.ask(CUPS).json["total_pages"] >= 8
    assert mock.ask(f"{CUPS}?size=200").json["total_pages"] >= 2


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_one_page_is_enough_for_every_list_of_one_page(serve: Serve, seed: int) -> None:
    mock = serve("one-page", seed=seed)
    for owner in (0, 1):
        listing = mock.ask(owner=owner).json
        assert 5 < listing["total"] <= 50
        assert listing["total_pages"] == 1


def near_duplicates(items: list[dict[str, Any]]) -> set[tuple[str, str]]:
    """The groups whose code is much like that of another group of the same facility."""
    found = set()
    for one, other in combinations(items, 2):
        if one["facility_id"] == other["facility_id"] and is_near(one["cups"], other["cups"]):
            found |= {(one["facility_id"], one["cups"]), (other["facility_id"], other["cups"])}
    return found


def is_near(code: str, other: str) -> bool:
    codes = (standard.compact(code).upper(), standard.compact(other).upper())
    return SequenceMatcher(None, *codes, autojunk=False).ratio() > 0.85


@pytest.mark.parametrize("seed", [1, 2])
def test_of_duplicates_there_is_a_wealth(serve: Serve, seed: int) -> None:
    listed, usual = groups(serve("duplicates", seed=seed)), groups(serve("default", seed=seed))
    near, usually_near = len(near_duplicates(listed)), len(near_duplicates(usual))
    assert near > 0.9 * len(listed), "most groups have one"
    assert near > 3 * usually_near
    assert near / len(listed) > usually_near / len(usual)


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_every_group_of_all_locked_is_locked(serve: Serve, seed: int) -> None:
    mock = serve("all-locked", seed=seed)
    for owner in (0, 1):
        locked = Counter(item["is_locked"] for item in groups(mock, owner))
        assert locked[True] > 5
        assert locked[False] == 0


def test_in_an_outage_every_request_fails_for_now(serve: Serve) -> None:
    mock = serve("outage")
    for path in (CUPS, DOCUMENTED, f"{CUPS}?page=0"):
        failed = mock.ask(path)
        assert (failed.status_code, failed.headers["Retry-After"]) == (503, "1")
        assert failed.json == {"detail": "Service Unavailable", "code": "SERVICE_UNAVAILABLE"}
    assert mock.control("health").status_code == 200


def test_a_slow_mock_takes_one_to_three_seconds(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    delays: list[float] = []
    monkeypatch.setattr("mock_server.endpoint.time.sleep", delays.append)
    mock = serve("slow")
    assert {mock.ask(f"{CUPS}?page={page}").status_code for page in range(1, 30)} == {200}
    assert 1 <= min(delays) < 1.4
    assert 2.6 < max(delays) <= 3


def test_unauthorized_refuses_every_key_as_documented(serve: Serve) -> None:
    mock = serve("unauthorized")
    for path, owner in ((CUPS, 0), (CUPS, 1), (DOCUMENTED, 0)):
        refused = mock.ask(path, owner=owner)
        assert (refused.status_code, refused.json) == (401, {"detail": "Invalid API key", "code": "INVALID_API_KEY"})


def test_the_default_scenario_has_the_documented_records_and_no_faults(serve: Serve) -> None:
    mock = serve("default")
    assert mock.ask(DOCUMENTED).status_code == 200
    assert mock.ask().json["items"][0]["cups"] == "ES0021000000000000001AB"
    assert mock.state()["faults"] == {
        "latency": None, "error_rate": 0.0, "error_codes": [500, 503], "rate_limit": None,
    }  # fmt: skip


@pytest.fixture(params=["all-locked", "busy", "duplicates", "one-page"], scope="module")
def generated(request: pytest.FixtureRequest, spec: Spec) -> InProcess:
    return InProcess.of(spec, scenario=request.param, seed=5)


def invoices(world: World) -> Iterator[Any]:
    return (record.invoice for record in world.invoices)


def test_the_data_of_a_scenario_keeps_the_contract(generated: InProcess, spec: Spec) -> None:
    world = generated.backend.scene.world
    schema = Draft202012Validator(spec.operation("getInvoice").success.schema)
    for record in world.invoices[:: max(1, len(world.invoices) // 200)]:
        owner = [organization.id for organization in world.organizations].index(record.organization_id)
        schema.validate(generated.ask(f"/v1/invoices/{record.invoice.id}", owner=owner).json)
    listing = Draft202012Validator(spec.operation("listCupsGroups").success.schema)
    for owner in range(len(world.organizations)):
        listing.validate(generated.ask(f"{CUPS}?size=200", owner=owner).json)


def test_the_data_of_a_scenario_is_coherent(generated: InProcess) -> None:
    world = generated.backend.scene.world
    owners = {facility.id: facility.organization_id for facility in world.facilities}
    ids = [invoice.id for invoice in invoices(world)]
    assert len(ids) == len(set(ids))
    for record in world.invoices:
        invoice = record.invoice
        assert owners[invoice.facility_id or world.facilities[0].id]
        assert invoice.facility_id is None or owners[invoice.facility_id] == record.organization_id
        assert invoice.quantity == round(invoice.base_quantity * invoice.percentage, 2)
        assert (invoice.start_date or "") <= (invoice.end_date or "")
        assert not record.supply_contract_id or (invoice.type == "electricity" and invoice.cups)


def test_the_groups_of_a_scenario_are_those_of_its_invoices(generated: InProcess) -> None:
    world, first = generated.backend.scene.world, generated.organization()
    counted = Counter(
        (record.invoice.cups, record.invoice.facility_id)
        for record in world.invoices
        if record.organization_id == first.id
        and record.invoice.type == "electricity"
        and record.invoice.cups
        and record.invoice.facility_id
        and record.invoice.start_date
    )
    assert {(one["cups"], one["facility_id"]): one["invoice_count"] for one in groups(generated)} == dict(counted)


@pytest.mark.parametrize("name", NAMES)
def test_every_shipped_scenario_fits_the_published_schema(name: str) -> None:
    content = yaml.safe_load((SHIPPED / f"{name}.yaml").read_text(encoding="utf-8"))
    Draft202012Validator(scenario_schema()).validate(content)
    assert content["description"].endswith(".")
    assert len(content["description"]) < 90


def test_the_schema_tells_of_everything_in_a_shape() -> None:
    assert set(WORLD) == set(Shape.__dataclass_fields__)


def test_every_scenario_can_be_set_while_the_mock_runs(mock: InProcess) -> None:
    listed = [one["name"] for one in mock.control("scenarios").json["items"]]
    assert listed == ["default", *NAMES]
    for name in ("empty", "outage", "default"):
        assert mock.change({"scenario": name}).json["scenario"] == name
    assert mock.ask().status_code == 200


def test_a_scenario_takes_its_world_and_faults_with_it_when_it_goes(mock: InProcess) -> None:
    at_start = mock.state()
    mock.change({"scenario": "empty", "faults": {"latency": 0.5}})
    mock.change({"scenario": "outage"})
    assert mock.state()["faults"]["latency"] is None
    mock.change({"scenario": "default"})
    assert mock.state() == at_start


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_of_ones_own_is_served(serve: Serve, tmp_path: Path) -> None:
    path = write(tmp_path, "tiny.yaml", "world: {facilities: 1, invoices: 10, documented: false}\nfaults:\n")
    state = serve(str(path), organizations=1).state()
    assert (state["scenario"], state["world"]["facilities"]) == ("tiny", 1)


def test_in_a_folder_of_ones_own_scenarios_have_names(serve: Serve, tmp_path: Path) -> None:
    write(tmp_path, "tiny.yml", "description: Tiny.\nworld: {facilities: 1, invoices: 10}\n")
    write(
        tmp_path, "outage.json", '{"description": "My own outage.", "faults": {"error_rate": 1, "error_codes": [502]}}'
    )
    write(tmp_path, "notes.txt", "no scenario")
    mock = serve("outage", scenarios=tmp_path)
    assert mock.ask().status_code == 502, "one's own wins over the shipped one"
    assert mock.change({"scenario": "tiny"}).status_code == 200
    assert [one["name"] for one in mock.control("scenarios").json["items"]] == ["default", *NAMES, "tiny"]


def test_a_scenario_may_name_a_data_file_beside_it(serve: Serve, tmp_path: Path) -> None:
    exported = serve("one-page", organizations=1, facilities=2, invoices=12).control("world").data
    (tmp_path / "kept.json").write_bytes(exported)
    path = write(tmp_path, "kept.yaml", "data: kept.json\n")
    mock = serve(str(path))
    assert mock.control("world").data == exported
    assert mock.change({"seed": 9}).status_code == 200
    assert mock.control("world").data == exported, "a seed does not change data from a file"


MISTAKES = [
    ("world: {facilites: 3}", "1: world.facilites: unknown key. Did you mean 'facilities'? Known: organizations, "),
    ("\nwrld: {}", "2: wrld: unknown key. Did you mean 'world'? Known: description, world, data, faults."),
    ("1: 2", "1: 1: unknown key. Known: description, world, data, faults."),
    ("world:\n  facilities: -1", "2: world.facilities: expected a whole number, 0 or more, got -1"),
    ("world:\n  facilities: many", "2: world.facilities: expected a whole number, 0 or more, got 'many'"),
    ("world: {facilities: .inf}", "1: world.facilities: expected a whole number, 0 or more, got inf"),
    ("world: {organizations: 0}", "1: world.organizations: expected a whole number, "),
    ("world: {documented: 1}", "1: world.documented: expected true or false, got 1"),
    ("world: {contracted: 1.5}", "1: world.contracted: expected a share from 0 to 1, got 1.5"),
    ("world: {misspelt: true}", "1: world.misspelt: expected a share from 0 to 1, got True"),
    ("world: {misspelt: .nan}", "1: world.misspelt: expected a share from 0 to 1, got nan"),
    ("world: []", "1: world: expected a mapping, got []"),
    ("faults: outage", "1: faults: expected a mapping, got 'outage'"),
    ("faults:\n  error_rate: 2", "2: faults.error_rate: expected a share from 0 to 1, such as 0.1, got 2"),
    ("faults: {error_codes: 500}", "1: faults.error_codes: expected a list of status codes from 400 to 599, such as "),
    ("faults: {error_codes: []}", "1: faults.error_codes: expected a list of status codes from 400 to 599, such as "),
    ("faults: {latency: 2020-01-01}", "1: faults.latency: expected seconds such as 0.5, or a range such as 0.2-0.8, "),
    ("faults: {latncy: 1}", "1: faults.latncy: unknown key. Did you mean 'latency'? Known: latency, error_rate, "),
    ("description: [1]", "1: description: expected a text, got [1]"),
    ("data: 5", "1: data: expected a text, got 5"),
    ("data: ''", "1: data: expected a text, got ''"),
    ("world: {}\ndata: own.json", "2: data: expected either world or data, got both"),
    ("[1]", "1: expected a mapping, got list"),
    ("", "1: expected a mapping, got NoneType"),
    ("a: [", "2: is not YAML: "),
    ("world: {}\nworld: {}", "2: "),
]


@pytest.mark.parametrize(("text", "told"), MISTAKES)
def test_a_mistake_in_a_scenario_file_is_told_by_file_and_line(tmp_path: Path, text: str, told: str) -> None:
    path = write(tmp_path, "own.yaml", text)
    with pytest.raises(ScenarioError) as refused:
        read_scenario(path)
    assert str(refused.value).startswith(f"{path}:{told}")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("bussy", "There is no scenario 'bussy'. Did you mean 'busy'? Known: default, all-locked, busy, "),
        ("defualt", "There is no scenario 'defualt'. Did you mean 'default'? "),
        ("", "There is no scenario ''. Known: default, "),
        ("../busy", "There is no scenario '../busy'. Did you mean 'busy'? "),
        ("busy.yaml", "There is no scenario 'busy.yaml'. Did you mean 'busy'? "),
        ("/etc/passwd.json", "There is no scenario '/etc/passwd.json'. Known: default, "),
    ],
)
def test_a_name_that_no_scenario_has_is_told_with_the_nearest(mock: InProcess, name: str, told: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        Scenarios().find(name)
    assert str(refused.value).startswith(told)
    answered = mock.change({"scenario": name})
    assert (answered.status_code, answered.json["detail"]) == (400, str(refused.value))


def test_a_file_named_at_start_can_be_gone_back_to_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "audit.yaml").write_text("faults: {latency: 0.01}\n")
    mock = InProcess.of(scenario=str(tmp_path / "audit.yaml"))
    assert mock.change({"scenario": "empty"}).json["scenario"] == "empty"
    assert mock.change({"scenario": "audit"}).json["faults"]["latency"] == "0.01"
    assert "audit" in [one["name"] for one in mock.control("scenarios").json["items"]]


def test_a_default_of_ones_own_is_the_default(tmp_path: Path) -> None:
    (tmp_path / "default.yaml").write_text("description: Mine.\nworld: {invoices: 0}\n")
    mock = InProcess.of(scenarios=tmp_path)
    assert mock.backend.scene.scenario.description == "Mine."
    assert [one["name"] for one in mock.control("scenarios").json["items"]].count("default") == 1


def test_strict_alone_lets_the_rate_limit_run_on() -> None:
    mock = InProcess.of(rate_limit=RateLimit(1, "hour"))
    assert [mock.ask().status_code for _ in range(2)] == [200, 429]
    mock.change({"strict": True})
    assert mock.ask().status_code == 429
