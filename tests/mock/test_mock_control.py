"""The control API: what its document says is what is served; a mistake changes nothing; a reset restores all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis.openapi
from hypothesis import HealthCheck, given, settings
from in_process import CUPS, InProcess
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance
from werkzeug.test import TestResponse

from api_spec import Spec
from mock_server.app import make_app
from mock_server.control.document import document
from mock_server.data import DataError
from mock_server.faults import Latency, RateLimit

Json = dict[str, Any]

BESIDE = {"/_mock/", "/_mock/console/<path:name>", "/_mock/openapi.yaml"}
"""Files under the control API's path that are no part of it."""

EVENTS = "/_mock/journal/events"


def documented() -> Iterator[tuple[str, str, Json]]:
    for path, item in document().content["paths"].items():
        for method, operation in item.items():
            yield method.upper(), path, operation


OPERATIONS = [(method, path) for method, path, _ in documented() if path != EVENTS]


@pytest.fixture(scope="module")
def small() -> InProcess:
    return InProcess.of(organizations=2, facilities=2, invoices=20)


def test_the_document_is_a_valid_openapi_document() -> None:
    validate(document().content)


def test_what_is_documented_is_what_is_served(mock: InProcess) -> None:
    rules = make_app(mock.backend).url_map.iter_rules()
    served = {
        (method, rule.rule)
        for rule in rules
        if rule.rule.startswith("/_mock/") and rule.rule not in BESIDE
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert served == {(method, path) for method, path, _ in documented()}


def test_the_document_is_served(mock: InProcess) -> None:
    served = mock.control("openapi.yaml")
    assert (served.data.decode(), served.content_type) == (document().text, "application/yaml; charset=utf-8")


def whole(schema: Json) -> Json:
    """A schema of the document, with what it refers to."""
    return {**schema, "components": document().content["components"]}


def assert_documented(method: str, path: str, answered: TestResponse) -> None:
    """Fail unless an answer's status, media type and body are in the document."""
    responses = document().content["paths"][path][method.lower()]["responses"]
    described = responses[str(answered.status_code)]
    if "$ref" in described:
        described = document().content["components"]["responses"][described["$ref"].rpartition("/")[2]]
    if "content" not in described:
        assert answered.data == b""
        return
    schema = described["content"][answered.mimetype]["schema"]
    if answered.mimetype in ("application/json", "application/problem+json"):
        Draft202012Validator(whole(schema)).validate(answered.json)


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_every_answer_is_as_documented(small: InProcess, method: str, path: str) -> None:
    small.ask(f"{CUPS}?page=0&colour=red", headers={"Prefer": "delay=0"})
    answered = small.client.open(path, method=method, data="{}" if method == "PATCH" else None)
    assert answered.status_code in (200, 204)
    assert_documented(method, path, answered)


QUERIES = [
    ("/_mock/world", "format=yaml"), ("/_mock/world", "format=csv"), ("/_mock/world", "format=xml"),
    ("/_mock/journal", "format=ndjson"), ("/_mock/journal", "violations=true&operation_id=getInvoice&after=3"),
    ("/_mock/journal", "violations=perhaps"), ("/_mock/journal", "after=-1"),
    ("/_mock/groups", "page=2&size=1&search=es"), ("/_mock/groups", "size=0"), ("/_mock/groups", "page=" + "9" * 40),
    ("/_mock/groups", "organization_id=00000000-0000-4000-8000-000000000000"),
    ("/_mock/invoices", "type=heat&status=active&size=200"), ("/_mock/invoices", "type=gas"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "query"), QUERIES)
def test_every_answer_to_a_query_is_as_documented(small: InProcess, path: str, query: str) -> None:
    small.ask()
    assert_documented("GET", path, small.client.get(f"{path}?{query}"))


TAKING = [(method, path) for method, path, one in documented() if "parameters" in one or "requestBody" in one]
"""Operations that can be asked wrongly."""


@pytest.mark.parametrize(
    ("mode", "method", "path"),
    [(GenerationMode.POSITIVE, *one) for one in OPERATIONS] + [(GenerationMode.NEGATIVE, *one) for one in TAKING],
)
def test_no_generated_request_is_answered_otherwise_than_documented(
    small: InProcess, mode: GenerationMode, method: str, path: str
) -> None:
    schema = schemathesis.openapi.from_wsgi("/_mock/openapi.yaml", small.client.application)

    @settings(max_examples=10, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(schema[path][method].as_strategy(generation_mode=mode))
    def check(case: schemathesis.Case) -> None:
        # Unlike a browser it does not unpack what it asks to have packed. Which scenarios there are, no schema can say.
        excluded = [positive_data_acceptance] if method == "PATCH" else []
        case.call_and_validate(headers={"Accept-Encoding": "identity"}, excluded_checks=excluded)

    check()


def test_what_is_in_force_is_told(mock: InProcess) -> None:
    mock.ask()
    mock.ask(f"{CUPS}?colour=red")
    state = mock.state()
    assert state["world"] == {"organizations": 2, "facilities": 26, "invoices": 3144}
    assert state["journal"] == {"kept": 2, "dropped": 0, "violating": 1}
    assert (state["scenario"], state["seed"], state["strict"]) == ("default", 1, False)


def test_a_scenario_and_faults_in_one_request_are_both_set(mock: InProcess) -> None:
    state = mock.change({"faults": {"error_rate": 0.5}, "scenario": "outage", "strict": True, "seed": 7}).json
    assert (state["scenario"], state["seed"], state["strict"]) == ("outage", 7, True)
    assert (state["faults"]["error_rate"], state["faults"]["error_codes"]) == (0.5, [503]), "the scenario's come first"


def test_what_is_left_out_of_a_change_stays(mock: InProcess) -> None:
    mock.change({"seed": 3, "faults": {"latency": 0.5}})
    mock.change({"strict": True})
    state = mock.change({"faults": {"rate_limit": "5/minute"}}).json
    assert (state["seed"], state["strict"]) == (3, True)
    assert state["faults"] == {"latency": "0.5", "error_rate": 0.0, "error_codes": [500, 503], "rate_limit": "5/minute"}


def test_a_change_of_seed_changes_data_and_keys() -> None:
    mock = InProcess.of(scenario="one-page")
    before = mock.organization().api_key
    mock.change({"seed": 2})
    assert mock.ask(headers={"x-api-key": before}).status_code == 401
    assert mock.ask().status_code == 200


CHANGES = [
    (b"", "The body is not JSON: "),
    (b"{", "The body is not JSON: "),
    (b"\xff", "The body is not JSON: "),
    (b"[1]", "The body: expected an object with some of scenario, seed, strict, faults, got [1]."),
    (b"null", "The body: expected an object with some of scenario, seed, strict, faults, got null."),
    ({"scenari": "busy"}, "scenari: unknown. Did you mean scenario?"),
    ({"colour": "red"}, "colour: unknown. Known: scenario, seed, strict, faults."),
    ({"scenario": 5}, "scenario: expected the name of a scenario, got 5."),
    ({"scenario": None}, "scenario: expected the name of a scenario, got null."),
    ({"scenario": "bussy"}, "There is no scenario 'bussy'. Did you mean 'busy'? Known: default, "),
    ({"scenario": ""}, "There is no scenario ''. Known: default, "),
    ({"seed": -1}, "seed: expected a whole number, 0 or more, got -1."),
    ({"seed": 1.5}, "seed: expected a whole number, 0 or more, got 1.5."),
    ({"seed": True}, "seed: expected a whole number, 0 or more, got true."),
    ({"seed": "1"}, 'seed: expected a whole number, 0 or more, got "1".'),
    (b'{"seed": 99999999999999999999}', "seed: expected a whole number, 0 or more, got 1e+20."),
    ({"strict": 1}, "strict: expected true or false, got 1."),
    ({"strict": "x" * 100}, f'strict: expected true or false, got "{"x" * 55} ....'),
    ({"faults": []}, "faults: expected an object with some of latency, error_rate, error_codes, rate_limit, got []."),
    ({"faults": {"latncy": 1}}, "faults.latncy: unknown. Did you mean faults.latency?"),
    ({"faults": {"x": 1}}, "faults.x: unknown. Known: latency, error_rate, error_codes, rate_limit."),
    ({"faults": {"latency": 31}}, "faults.latency: expected seconds such as 0.5, or a range such as 0.2-0.8, of at m"),
    ({"faults": {"error_rate": None}}, "faults.error_rate: expected a share from 0 to 1, such as 0.1, got null."),
    ({"faults": {"error_codes": 503}}, "faults.error_codes: expected a list of status codes from 400 to 599, such "),
    ({"faults": {"rate_limit": "5/day"}}, "faults.rate_limit: expected a number of requests and a period (second, "),
]


@pytest.mark.parametrize(("change", "told"), CHANGES)
def test_a_mistake_in_a_change_is_told_and_changes_nothing(mock: InProcess, change: Any, told: str) -> None:
    mock.change({"seed": 2, "strict": True, "faults": {"latency": 0.25}})
    before = mock.state()
    body = change if isinstance(change, bytes) else {"seed": 9, "strict": False, **change}
    refused = mock.change(body)
    assert (refused.status_code, refused.mimetype) == (400, "application/problem+json")
    assert refused.json["detail"].startswith(told)
    assert mock.state() == before


def test_a_body_that_is_too_large_is_refused_as_a_problem(mock: InProcess) -> None:
    refused = mock.change(b" " * 2_000_000)
    assert (refused.status_code, refused.mimetype) == (413, "application/problem+json")


def test_a_reset_restores_everything_from_the_start() -> None:
    mock = InProcess.of(seed=4, strict=True, scenario="one-page", latency=Latency(0, 0), organizations=1)
    before, key = mock.state(), mock.organization().api_key
    mock.change({"seed": 5, "strict": False, "scenario": "outage", "faults": {"rate_limit": "1/hour"}})
    mock.ask()
    assert mock.control("reset", "POST").json == before
    assert (mock.organization().api_key, mock.journal(), mock.state()) == (key, [], before)


def test_a_reset_starts_every_rate_limit_anew() -> None:
    mock = InProcess.of(scenario="one-page", rate_limit=RateLimit(1, "hour"))
    assert [mock.ask().status_code for _ in range(2)] == [200, 429]
    mock.control("reset", "POST")
    assert mock.ask().status_code == 200


def test_while_a_data_file_is_broken_the_last_good_one_can_still_be_steered(spec: Spec, tmp_path: Path) -> None:
    path = tmp_path / "world.json"
    path.write_bytes(InProcess.of(spec, scenario="one-page", organizations=1).control("world").data)
    mock = InProcess.of(spec, data=path)
    before = mock.state()
    path.write_text('{"organizations": 5}')
    with pytest.raises(DataError):
        mock.backend.reload()
    changed = mock.change({"strict": True, "faults": {"error_rate": 0.5}}).json
    assert changed == {**before, "strict": True, "faults": {**before["faults"], "error_rate": 0.5}}
    refused = mock.change({"seed": 2})
    assert (refused.status_code, refused.json["detail"].startswith(f"{path}:1: ")) == (400, True)
    assert mock.state() == changed


def test_a_reset_to_a_file_that_is_gone_says_so_and_changes_nothing(spec: Spec, tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text("world: {facilities: 1, invoices: 5, documented: false}\n")
    mock = InProcess.of(spec, scenario=str(path))
    mock.change({"strict": True})
    before = mock.state()
    path.write_text("world:\n  facilities: none\n")
    refused = mock.control("reset", "POST")
    assert (refused.status_code, refused.mimetype) == (400, "application/problem+json")
    assert refused.json["detail"] == f"{path}:2: world.facilities: expected a whole number, 0 or more, got 'none'"
    assert mock.state() == before


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("groups?sise=1", "Unknown parameter 'sise'. Did you mean size?"),
        ("state?colour=red", "Unknown parameter 'colour'. Known: none."),
        ("world?format=xml", "format: Input should be 'json', 'yaml' or 'csv', got 'xml'."),
        (
            "groups?size=0&page=x",
            "page: Input should be a valid integer, unable to parse string as an integer, got 'x'.",
        ),
        ("journal?after=x", "after: Input should be a valid integer, unable to parse string as an integer, got 'x'."),
    ],
)
def test_a_mistake_in_a_query_is_told(mock: InProcess, path: str, told: str) -> None:
    refused = mock.control(path)
    assert (refused.status_code, refused.mimetype) == (400, "application/problem+json")
    assert refused.json["detail"].startswith(told)


@pytest.mark.parametrize(
    ("path", "method", "status", "told"),
    [
        ("stat", "GET", 404, "The control API has no /_mock/stat. It is described in /_mock/openapi.yaml"),
        ("state", "PUT", 405, "PUT is not allowed at /_mock/state. Allowed: GET, HEAD, OPTIONS, PATCH"),
        ("reset", "GET", 405, "GET is not allowed at /_mock/reset. Allowed: OPTIONS, POST"),
        ("console/none.js", "GET", 404, "The console has no file 'none.js'."),
        ("console/../routes.py", "GET", 404, "The console has no file '../routes.py'."),
    ],
)
def test_what_is_not_there_is_told_as_a_problem(
    mock: InProcess, path: str, method: str, status: int, told: str
) -> None:
    refused = mock.control(path, method)
    assert (refused.status_code, refused.mimetype, refused.json["detail"]) == (status, "application/problem+json", told)
    assert mock.journal() == []


def test_what_steers_the_mock_is_not_journaled(mock: InProcess) -> None:
    for method, path in OPERATIONS:
        mock.client.open(path, method=method, data="{}" if method == "PATCH" else None)
    mock.client.get("/openapi.yaml")
    assert mock.journal() == []


def test_the_state_tells_of_every_setting_of_a_scene(mock: InProcess) -> None:
    schema = whole(document().content["components"]["schemas"]["State"])
    Draft202012Validator(schema).validate(mock.state())
    assert set(json.loads(mock.control("state").data)["faults"]) == {
        "latency",
        "error_rate",
        "error_codes",
        "rate_limit",
    }
