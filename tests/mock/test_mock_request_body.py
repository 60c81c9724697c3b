"""What a request carries, checked by the contract."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import yaml
from werkzeug.test import TestResponse

from api_spec import DEFAULT_PATH, load_spec
from mock_server.app import create_app
from mock_server.world.model import World

NOTE = {
    "operationId": "addNote",
    "summary": "Add a note",
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["text"],
                    "additionalProperties": False,
                    "properties": {
                        "text": {"type": "string", "minLength": 1},
                        "stars": {"type": "integer", "minimum": 1, "maximum": 5},
                        "invoices": {"type": "array", "items": {"type": "string", "format": "uuid"}},
                    },
                }
            }
        },
    },
    "responses": {"201": {"description": "The note was added."}},
}
UUID = "550e8400-e29b-41d4-a716-446655440000"

Post = Callable[..., TestResponse]


@pytest.fixture(scope="module")
def post(tmp_path_factory: pytest.TempPathFactory, world: World) -> Post:
    """Send a body to a mock whose contract has an operation that takes one."""
    content = yaml.safe_load(DEFAULT_PATH.read_text(encoding="utf-8"))
    content["paths"]["/v1/notes"] = {"post": NOTE}
    path = tmp_path_factory.mktemp("contract") / "openapi.yaml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    client = create_app(spec=load_spec(path), world=world).test_client()
    demo = world.organizations[0]
    headers = {"x-api-key": demo.api_key, "x-organization-id": demo.id}

    def send(body: Any, content_type: str = "application/json") -> TestResponse:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return client.post("/v1/notes", data=data, content_type=content_type, headers=headers)

    return send


def test_a_right_body_is_served_and_breaks_nothing(post: Post) -> None:
    response = post({"text": "Seen.", "stars": 5, "invoices": [UUID]})
    assert response.status_code == 201
    assert "X-Contract-Violations" not in response.headers


WRONG: list[tuple[Any, list[Any], str, str]] = [
    (b"", ["body"], "missing", "Field required"),
    (b"{", ["body", 1], "json_invalid", "JSON decode error"),
    ([], ["body"], "model_attributes_type", "Input should be a valid dictionary or object to extract fields from"),
    ({}, ["body", "text"], "missing", "Field required"),
    ({"text": 1}, ["body", "text"], "string_type", "Input should be a valid string"),
    ({"text": ""}, ["body", "text"], "string_too_short", "String should have at least 1 character"),
    ({"text": "a", "stars": 9}, ["body", "stars"], "less_than_equal", "Input should be less than or equal to 5"),
    ({"text": "a", "stars": "9"}, ["body", "stars"], "int_type", "Input should be a valid integer"),
    ({"text": "a", "star": 1}, ["body", "star"], "extra_forbidden", "Extra inputs are not permitted"),
    ({"text": "a", "invoices": UUID}, ["body", "invoices"], "list_type", "Input should be a valid list"),
    (
        {"text": "a", "invoices": [UUID, "abc"]},
        ["body", "invoices", 1],
        "uuid_parsing",
        "Input should be a valid UUID, invalid length: expected length 32 for simple format, found 3",
    ),
]


@pytest.mark.parametrize(("body", "place", "kind", "message"), WRONG)
def test_a_wrong_body_is_refused_as_fastapi_does(
    post: Post, body: Any, place: list[Any], kind: str, message: str
) -> None:
    response = post(body)
    assert response.status_code == 422
    (finding,) = response.get_json()["detail"]
    assert (finding["loc"], finding["type"], finding["msg"]) == (place, kind, message)
    assert response.headers["X-Contract-Violations"].startswith(".".join(map(str, place)) + ": ")


@pytest.mark.parametrize("spelling", [UUID.upper(), UUID.replace("-", "")])
def test_an_id_in_a_body_is_understood_in_other_spellings(post: Post, spelling: str) -> None:
    response = post({"text": "Seen.", "invoices": [spelling]})
    assert response.status_code == 201
    assert "X-Contract-Violations" not in response.headers


def test_a_body_of_another_media_type_is_refused(post: Post) -> None:
    (finding,) = post({"text": "a"}, "text/plain").get_json()["detail"]
    assert (finding["loc"], finding["type"]) == (["body"], "model_attributes_type")


def test_a_body_without_end_is_refused(post: Post) -> None:
    assert post(b" " * (1024 * 1024 + 1)).status_code == 413
