"""The documentation as the mock serves it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from in_process import InProcess

from api_spec import Spec, load_spec
from mock_server.docs import MEDIA_TYPES, RENDERER, files, policy_of, read
from mock_server.docs.reference import as_reference
from mock_server.world.model import World

FILES = dict(files())
START = "window.reference = "


def reference(mock: InProcess, **request: Any) -> dict[str, Any]:
    """What the page is handed by the script with the contract."""
    answer = mock.client.get("/docs/contract.js", **request)
    assert (answer.status_code, answer.content_type) == (200, MEDIA_TYPES[".js"])
    return dict(json.loads(answer.text.removeprefix(START).removesuffix(";\n")))


def test_the_short_address_leads_to_the_first_page(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/docs").headers["Location"] == "/docs/"
    assert client.get("/docs/").data == client.get("/docs/index.html").data == FILES["index.html"].read_bytes()


@pytest.mark.parametrize("name", FILES)
def test_every_file_is_served_as_what_it_is(app: Flask, name: str) -> None:
    answer = app.test_client().get(f"/docs/{name}")
    assert answer.status_code == 200
    assert answer.content_type == MEDIA_TYPES[f".{name.rpartition('.')[2]}"]
    assert answer.data == read(FILES[name])
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "name", ["no.html", "routes.py", "renderer.json", "../app.py", "..%2Fapp.py", "pages/index.html"]
)
def test_nothing_else_is_served(app: Flask, name: str) -> None:
    assert app.test_client().get(f"/docs/{name}").status_code == 404


def test_no_page_may_run_or_load_anything_from_elsewhere(app: Flask) -> None:
    client = app.test_client()
    strict, reference = (
        client.get(f"/docs/{name}.html").headers["Content-Security-Policy"].split("; ")
        for name in ("rules", "reference")
    )
    assert {"default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'"} <= set(strict)
    assert "require-trusted-types-for 'script'" in strict
    assert {"script-src 'self'", "connect-src 'self'", "style-src 'self' 'unsafe-inline'"} <= set(reference)
    assert "unsafe-eval" not in policy_of("reference.html")


def test_the_renderer_is_the_release_that_is_recorded() -> None:
    record = json.loads((RENDERER / "renderer.json").read_text(encoding="utf-8"))
    script = read(RENDERER / "scalar.js.gz")
    assert (len(script), hashlib.sha256(script).hexdigest()) == (record["bytes"], record["sha256"])
    assert (record["package"], record["file"]) == ("@scalar/api-reference", "dist/browser/standalone.js")
    assert (record["licence"], (RENDERER / "LICENSE").read_text().splitlines()[0]) == ("MIT", "MIT License")


def test_the_reference_is_of_the_contract_that_is_served(mock: InProcess, tmp_path: Path) -> None:
    other = tmp_path / "other.yaml"
    text = load_spec().document.text.replace("title: Dcycle Invoices API", "title: Another API")
    other.write_text(text, encoding="utf-8")
    served = InProcess.of(spec=load_spec(other), invoices=10)
    assert reference(mock)["contract"]["info"]["title"] == "Dcycle Invoices API"
    assert reference(served)["contract"]["info"]["title"] == "Another API"
    assert served.client.get("/docs/openapi.yaml").text == text


def test_requests_are_tried_at_the_mock_alone_with_a_key_that_works(mock: InProcess) -> None:
    given = reference(mock, base_url="http://127.0.0.1:9999")
    assert [one["url"] for one in given["contract"]["servers"]] == ["http://127.0.0.1:9999"]
    assert given["key"] == mock.organization().api_key


@pytest.mark.parametrize(
    ("settings", "environ"),
    [
        ({"control_token": "a-token-of-sixteen-or-more"}, {}),
        ({}, {"REMOTE_ADDR": "192.0.2.7"}),
        ({}, {"HTTP_HOST": "mock.example.org"}),
    ],
    ids=["token", "another machine", "another name"],
)
def test_a_key_is_handed_only_to_whoever_may_see_the_console(
    spec: Spec, world: World, settings: dict[str, Any], environ: dict[str, str]
) -> None:
    given = reference(InProcess.of(spec, world, **settings), environ_overrides=environ)
    assert given["key"] is None
    assert given["contract"]["paths"]


def test_the_reference_says_how_sure_each_clause_is_and_links_to_the_rules(spec: Spec) -> None:
    contract = as_reference(spec, "http://127.0.0.1:8000")
    fields = contract["components"]["schemas"]["Invoice"]["properties"]
    assert fields["co2e"]["description"].startswith("`stated` `null: inferred` Calculated emissions")
    assert (
        "[invoice-period](rules.html#invoice-period)"
        in contract["paths"]["/v1/invoices/{invoice_id}"]["get"]["description"]
    )
    assert [key for key in contract if key.startswith("x-")] == []
    assert "x-basis" not in json.dumps(contract["components"]["schemas"])
    assert "x-basis" in json.dumps(spec.document.content), "the contract itself is as it was"


def test_looking_at_the_documentation_leaves_nothing_in_the_journal(mock: InProcess) -> None:
    for name in ("", "rules.html", "contract.js", "no.html"):
        mock.client.get(f"/docs/{name}")
    assert mock.journal() == []
