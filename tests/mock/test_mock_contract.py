"""The whole contract at once: every operation, every example, every refusal; and contracts other than ours."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jsonschema
import pytest
import yaml
from in_process import InProcess
from werkzeug.test import TestResponse

from api_spec import DEFAULT_PATH, Operation, Spec, load_spec
from mock_server.app import create_app
from mock_server.world.model import World

Ask = Callable[..., TestResponse]

FORMATS = jsonschema.FormatChecker()


@FORMATS.checks("date-time", raises=ValueError)
def is_date_time(text: object) -> bool:
    return not isinstance(text, str) or (text.endswith("Z") and datetime.fromisoformat(text).tzinfo is not None)


@FORMATS.checks("date-time-local", raises=ValueError)
def is_date_time_local(text: object) -> bool:
    return not isinstance(text, str) or ("T" in text and datetime.fromisoformat(text).tzinfo is None)


@FORMATS.checks("uri", raises=ValueError)
def is_uri(text: object) -> bool:
    return not isinstance(text, str) or bool(urlsplit(text).scheme and urlsplit(text).netloc)


def validate(body: Any, schema: Any) -> None:
    jsonschema.Draft202012Validator(schema, format_checker=FORMATS).validate(body)


def closed(schema: Any) -> Any:
    """A schema that refuses properties it does not name."""
    if isinstance(schema, dict):
        inner = {key: closed(value) for key, value in schema.items()}
        return (
            {**inner, "additionalProperties": False}
            if "properties" in inner and inner.get("type") == "object"
            else inner
        )
    return [closed(one) for one in schema] if isinstance(schema, list) else schema


def fill(operation: Operation) -> str:
    """The path of an operation with its parameters' examples."""
    examples = {parameter.name: parameter.example for parameter in operation.parameters_in("path")}
    return re.sub(r"{(\w+)}", lambda found: str(examples[found[1]]), operation.path)


def test_every_example_of_the_contract_is_valid(spec: Spec) -> None:
    checked = 0
    for operation in spec.operations:
        for response in operation.responses.values():
            for example in response.examples.values():
                validate(example, response.schema)
                checked += 1
    assert checked >= 9


def sent(operation: Operation) -> dict[str, Any]:
    """What a request as documented carries: the required parameters' examples, and the first example of a body."""
    query = {one.name: one.example for one in operation.parameters_in("query") if one.required}
    body = next(iter(operation.body.examples.values())) if operation.body else None
    return {"query_string": query, "json": body}


def test_every_operation_answers_as_its_schema_says(large: InProcess, spec: Spec) -> None:
    for operation in sorted(spec.operations, key=lambda one: one.method == "DELETE"):
        response = large.ask(fill(operation), operation.method, **sent(operation))
        assert response.status_code == int(operation.success.status), operation.id
        assert response.content_type == operation.success.media_type
        assert "X-Contract-Violations" not in response.headers
        if operation.success.schema:
            validate(response.json, closed(operation.success.schema))


def test_every_invoice_of_the_world_answers_as_the_schema_says(spec: Spec, world: World) -> None:
    client = create_app(spec=spec, world=world).test_client()
    keys = {organization.id: organization.api_key for organization in world.organizations}
    validator = jsonschema.Draft202012Validator(
        closed(spec.operation("getInvoice").success.schema), format_checker=FORMATS
    )
    for record in world.invoices[::3]:
        headers = {"x-api-key": keys[record.organization_id], "x-organization-id": record.organization_id}
        body = client.get(f"/v1/invoices/{record.invoice.id}", headers=headers).json
        assert not list(validator.iter_errors(body)), record.invoice.id


@pytest.mark.parametrize("operation_id", ["listInvoices", "listFacilities"])
def test_every_page_answers_as_the_schema_says(small: InProcess, spec: Spec, operation_id: str) -> None:
    operation = spec.operation(operation_id)
    for page in range(1, (small.ask(operation.path, query_string={"size": 100}).json or {})["pages"] + 1):
        body = small.ask(operation.path, query_string={"size": 100, "page": page}).json
        validate(body, closed(operation.success.schema))


def test_every_group_of_the_world_answers_as_the_schema_says(ask: Ask, spec: Spec) -> None:
    for page in (1, 2, 3):
        validate(ask("/v1/invoices/cups", page=page).json, closed(spec.operation("listCupsGroups").success.schema))


NOBODYS = "00000000-0000-4000-8000-000000000000"
LISTS = {"listCupsGroups", "listInvoices", "listFacilities"}


def wrong_way(operation: Operation, status: str, mock: InProcess) -> dict[str, Any]:
    """What differs in a request that is refused with a status from one as documented."""
    facility, locked = mock.facilities(1)[0].id, "ES0022000007171638YH1P"
    water, heat = mock.owned(type="water")[0].invoice.id, mock.owned(type="heat")[0].invoice.id
    if status == "401":
        return {"headers": {"x-api-key": None}}
    if status == "422":
        return {"query_string": {"page": 0}} if operation.id in LISTS else {"headers": {"x-organization-id": "x"}}
    if status == "403" and "{" not in operation.path and operation.id != "getInvoiceFilterOptions":
        return {"headers": {"x-organization-id": mock.organization(1).id}}
    if status == "409":
        own = "da59c96f-995a-4ec3-88bd-465dcbabf63d"
        return {"json": {"target_cups": "A", "sources": [{"cups": locked, "facility_id": own}]}}
    if status == "400":
        return {"json": {"invoice_ids": [water, heat], "activity_categories": ["stationary"]}}
    if operation.id == "getInvoiceFilterOptions":
        return {"query_string": {"facility_id": NOBODYS if status == "404" else facility, "type": "heat"}}
    foreign = facility if "facility_id" in operation.path else mock.owned(1)[0].invoice.id
    return {"path": re.sub(r"{\w+}", NOBODYS if status == "404" else foreign, operation.path)}


def test_every_refusal_in_the_contract_can_be_reached_and_is_valid(small: InProcess, spec: Spec) -> None:
    for operation in spec.operations:
        for status, response in operation.responses.items():
            if not status.startswith("2"):
                request = {"path": fill(operation), **sent(operation), **wrong_way(operation, status, small)}
                answered = small.ask(method=operation.method, **request)
                assert answered.status_code == int(status), (operation.id, answered.json)
                validate(answered.json, closed(response.schema))


def test_the_refusal_of_a_body_is_valid_whatever_was_sent_in_it(small: InProcess, spec: Spec) -> None:
    operation = spec.operation("consolidateCups")
    for wrong in (7, None, True, [1.5], {"cups": {}}, "a text"):
        answered = small.ask(operation.path, operation.method, json={"target_cups": "A", "sources": [wrong]})
        assert answered.status_code == 422, wrong
        validate(answered.json, closed(operation.responses["422"].schema))
        (place, *_) = (mistake["loc"] for mistake in (answered.json or {})["detail"])
        assert place[:3] == ["body", "sources", 0]


Change = Callable[[dict[str, Any]], None]


@pytest.fixture
def changed(tmp_path: Path, world: World) -> Callable[[Change], Callable[..., TestResponse]]:
    """A client of a mock whose contract has been changed."""

    def serve(change: Change) -> Callable[..., TestResponse]:
        content = yaml.safe_load(DEFAULT_PATH.read_text(encoding="utf-8"))
        change(content)
        path = tmp_path / "openapi.yaml"
        path.write_text(yaml.safe_dump(content), encoding="utf-8")
        client = create_app(spec=load_spec(path), world=world).test_client()
        demo = world.organizations[0]
        headers = {"x-api-key": demo.api_key, "x-organization-id": demo.id}
        return lambda path, method="GET", **query: client.open(path, method=method, headers=headers, query_string=query)

    return serve


def parameter(content: dict[str, Any], name: str) -> dict[str, Any]:
    parameters = content["paths"]["/v1/invoices/cups"]["get"]["parameters"]
    return next(one for one in parameters if one.get("name") == name)


def test_the_mock_follows_a_changed_bound_and_default(changed: Callable[[Change], Any]) -> None:
    def change(content: dict[str, Any]) -> None:
        parameter(content, "size")["schema"].update(maximum=20, default=5)

    ask = changed(change)
    assert ask("/v1/invoices/cups").json["size"] == 5
    assert ask("/v1/invoices/cups", size=20).status_code == 200
    (finding,) = ask("/v1/invoices/cups", size=21).json["detail"]
    assert (finding["msg"], finding["ctx"]) == ("Input should be less than or equal to 20", {"le": 20})


def test_the_mock_follows_a_changed_path(changed: Callable[[Change], Any]) -> None:
    def change(content: dict[str, Any]) -> None:
        content["paths"]["/v9/groups"] = content["paths"].pop("/v1/invoices/cups")

    ask = changed(change)
    assert ask("/v9/groups").json["total"] > 50
    assert ask("/v1/invoices/cups").status_code == 422, "it is the id of an invoice now"


def test_the_mock_follows_a_changed_key_header(changed: Callable[[Change], Any]) -> None:
    def change(content: dict[str, Any]) -> None:
        content["components"]["securitySchemes"]["apiKey"]["name"] = "x-other-key"

    assert changed(change)("/v1/invoices/cups").status_code == 401


def test_the_mock_follows_a_contract_without_keys(changed: Callable[[Change], Any]) -> None:
    def change(content: dict[str, Any]) -> None:
        content["security"] = []

    assert changed(change)("/v1/invoices/cups").json["total"] > 50


ADDED: dict[str, Any] = {
    "operationId": "listSites",
    "parameters": [
        {"$ref": "#/components/parameters/OrganizationId"},
        {"name": "status[]", "in": "query", "schema": {"type": "array", "items": {"enum": ["active", "archived"]}}},
    ],
}


def added(responses: dict[str, Any]) -> Change:
    def change(content: dict[str, Any]) -> None:
        content["paths"]["/v1/sites"] = {"get": {**ADDED, "responses": responses}}

    return change


def test_an_added_operation_is_served_from_its_example(changed: Callable[[Change], Any]) -> None:
    body = {"application/json": {"examples": {"one": {"value": {"items": ["x"]}}}}}
    ask = changed(added({"200": {"description": "All.", "content": body}}))
    assert ask("/v1/sites").json == {"items": ["x"]}


def test_an_added_operation_without_example_is_served_from_its_schema(changed: Callable[[Change], Any]) -> None:
    schema = {"$ref": "#/components/schemas/Invoice"}
    ask = changed(added({"201": {"description": "One.", "content": {"application/json": {"schema": schema}}}}))
    response = ask("/v1/sites")
    assert response.status_code == 201
    validate(response.json, closed(load_spec().operation("getInvoice").success.schema))


def test_an_added_operation_checks_its_parameters_and_its_key(changed: Callable[[Change], Any]) -> None:
    ask = changed(added({"204": {"description": "Nothing."}}))
    response = ask("/v1/sites")
    assert (response.status_code, response.data) == (204, b"")
    assert ask("/v1/sites", **{"status[]": ["active", "archived"]}).status_code == 204
    assert ask("/v1/sites", **{"status[]": ["active", "lost"]}).status_code == 422


def test_a_method_of_the_contract_answers_at_a_path_that_has_another(changed: Callable[[Change], Any]) -> None:
    def change(content: dict[str, Any]) -> None:
        operation = {**ADDED, "operationId": "renewCups", "responses": {"204": {"description": "Done."}}}
        content["paths"]["/v1/invoices/cups"]["post"] = operation

    ask = changed(change)
    assert ask("/v1/invoices/cups", "POST").status_code == 204
    assert ask("/v1/invoices/cups").status_code == 200
    assert ask("/v1/invoices/cups", "PUT").headers["Allow"] == "GET, HEAD, OPTIONS, POST"
    assert ask("/v1/invoices/cups", "OPTIONS").headers["Allow"] == "GET, HEAD, OPTIONS, POST"
