"""Which values the mock makes for each field, found by asking it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from flask.testing import FlaskClient

from api_spec import Operation, Spec
from mock_server.app import make_app
from mock_server.backend import Backend
from mock_server.banner import varied
from mock_server.settings import MockSettings
from mock_server.world.model import World

MOST_SHOWN = 3

Seen = dict[str, list[str]]
"""Different values of each field as JSON, by `Schema.field`."""


def sample_values(spec: Spec) -> Seen:
    """Some values of each field in the answers of the mock's default world to every GET of the contract."""
    backend = Backend(MockSettings(), spec, None)
    client, world = make_app(backend).test_client(), backend.scene.world
    seen: Seen = {}
    for operation in spec.operations:
        if operation.method == "GET":
            for answer in _answers(operation, client, world):
                note(seen, answer, success_schema(spec, operation), spec)
    return {name: _varied(values) for name, values in seen.items()}


def example_values(spec: Spec) -> Seen:
    """The values of each field in the examples of the contract, the first of them first."""
    seen: Seen = {}
    for operation in spec.operations:
        if operation.body:
            for example in operation.body.examples.values():
                note(seen, example, _body_schema(spec, operation), spec)
        for status, response in operation.responses.items():
            for example in response.examples.values():
                note(seen, example, answer_schema(spec, operation, status), spec)
    return seen


def note(seen: Seen, value: Any, schema: Any, spec: Spec, name: str = "") -> None:
    """Note the values of all fields of a value, by the schemas that the contract has for it."""
    if not isinstance(schema, Mapping):
        return
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        schema, _ = spec.document.resolve(schema, ())
    for part in (*schema.get("allOf", ()), *schema.get("anyOf", ()), *schema.get("oneOf", ())):
        note(seen, value, part, spec, name)
    if isinstance(value, list):
        for entry in value:
            note(seen, entry, schema.get("items"), spec, name)
    if isinstance(value, Mapping):
        for field, inner in schema.get("properties", {}).items():
            if field in value:
                _add(seen, f"{name}.{field}", value[field])
                note(seen, value[field], inner, spec, f"{name}.{field}")


def success_schema(spec: Spec, operation: Operation) -> Any:
    """The schema of the documented success, with its references."""
    return answer_schema(spec, operation, operation.success.status)


def answer_schema(spec: Spec, operation: Operation, status: str) -> Any:
    """The schema of a documented answer, with its references; None for one without a body."""
    pointer = operation.responses[status].pointer
    raw, _ = spec.document.resolve(_at(spec, pointer), ())
    return next((media.get("schema") for media in raw.get("content", {}).values()), None)


def _body_schema(spec: Spec, operation: Operation) -> Any:
    assert operation.body is not None  # noqa: S101 - asked for where there is one
    return next(iter(_at(spec, operation.body.pointer)["content"].values())).get("schema")


def _at(spec: Spec, pointer: tuple[str | int, ...]) -> Any:
    found: Any = spec.document.content
    for step in pointer:
        found = found[step]
    return found


def _answers(operation: Operation, client: FlaskClient, world: World) -> Iterator[Any]:
    owner = world.organizations[0]
    invoices = (one.invoice for one in world.invoices if one.organization_id == owner.id)
    headers = {"x-api-key": owner.api_key, "x-organization-id": owner.id}
    in_path = operation.parameters_in("path")
    ids = varied(invoices) if [one.name for one in in_path] == ["invoice_id"] else [None]
    for invoice_id in ids:
        path = operation.path
        for one in in_path:
            path = path.replace(f"{{{one.name}}}", str(invoice_id or one.example))
        answer = client.get(path, headers=headers)
        if answer.status_code == 200 and answer.is_json:
            yield answer.get_json()


def _add(seen: Seen, name: str, value: Any) -> None:
    if isinstance(value, dict | list):
        return
    text = json.dumps(value, ensure_ascii=False)
    if text not in seen.setdefault(name, []):
        seen[name].append(text)


def _varied(values: list[str]) -> list[str]:
    """A few of the values, null among them where it occurs."""
    shown = [one for one in values if one != "null"][: MOST_SHOWN - ("null" in values)]
    return [*shown, "null"] if "null" in values else shown
