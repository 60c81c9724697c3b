"""Client generators read the contract, and what they generate compiles and works."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from npm_tools import NpmTools

from api_spec import DEFAULT_PATH, load_fixtures

TOOLS = NpmTools(Path(__file__).parent)

TYPESCRIPT_USAGE = """
import type { components, operations, paths } from "./dcycle";

type Group = components["schemas"]["CupsGroup"];
type Page = paths["/v1/invoices/cups"]["get"]["responses"]["200"]["content"]["application/json"];
type Invoice = operations["getInvoice"]["responses"]["200"]["content"]["application/json"];
type Mistake = components["schemas"]["ValidationErrorDetail"];
type Query = NonNullable<operations["listCupsGroups"]["parameters"]["query"]>;

export const query: Query = { search: "1AB", page: 1, size: 200 };
export const locked = (page: Page): Group[] => page.items.filter((group) => group.is_locked);
export const kilograms = (invoice: Invoice): number => invoice.co2e ?? 0;
export const kind: Invoice["type"] = "electricity";
export const mistake: Mistake = { type: "int_type", loc: ["body", "invoice_ids", 1], msg: "Wrong.", input: [{ a: 1 }] };

// @ts-expect-error - not a type of invoice
export const coal: Invoice["type"] = "coal";
// @ts-expect-error - not a query parameter
export const limited: Query = { limit: 200 };
// @ts-expect-error - emissions that are not yet calculated are null
export const careless = (invoice: Invoice): number => invoice.co2e;
// @ts-expect-error - an entry of a list is named by its number
export const steps = (mistake: Mistake): string[] => mistake.loc;
"""


def test_openapi_typescript_types_allow_the_right_use_and_no_wrong_one(tmp_path: Path) -> None:
    generated = TOOLS.run("openapi-typescript/bin/cli.js", DEFAULT_PATH, "--output", tmp_path / "dcycle.d.ts")
    assert generated.returncode == 0, generated.stderr
    usage = tmp_path / "usage.ts"
    usage.write_text(TYPESCRIPT_USAGE, encoding="utf-8")
    compiled = TOOLS.run("typescript/bin/tsc", "--strict", "--noEmit", "--skipDefaultLibCheck", usage)
    assert (compiled.returncode, compiled.stdout) == (0, "")


@pytest.fixture(scope="module")
def python_client(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A client package made by openapi-python-client, named dcycle_client."""
    folder = tmp_path_factory.mktemp("clients") / "dcycle_client"
    environ = {**os.environ, "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])}
    generated = subprocess.run(
        [sys.executable, "-m", "openapi_python_client", "generate", "--path", str(DEFAULT_PATH),
         "--output-path", str(folder), "--meta", "none", "--fail-on-warning"],
        env=environ, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert generated.returncode == 0, generated.stdout + generated.stderr
    return folder


def test_what_openapi_python_client_makes_of_the_contract_passes_mypy(python_client: Path) -> None:
    # The generator's own client.py, the same for every contract, does not pass: its errors are not ours to report.
    checked = subprocess.run(
        [sys.executable, "-m", "mypy", "--config-file=", "--strict", "--follow-imports=silent",
         "--package", "dcycle_client.api", "--package", "dcycle_client.models"],
        cwd=python_client.parent, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize(("model", "operation"), [("CupsGroupPage", "listCupsGroups"), ("Invoice", "getInvoice")])
def test_the_python_client_reads_the_documented_answer_and_writes_it_back(
    python_client: Path, monkeypatch: pytest.MonkeyPatch, model: str, operation: str
) -> None:
    monkeypatch.syspath_prepend(python_client.parent)
    models = importlib.import_module("dcycle_client.models")
    body = load_fixtures()[operation].body
    written = getattr(models, model).from_dict(body).to_dict()
    assert json.loads(json.dumps(written).replace("+00:00", "Z")) == body


def test_the_python_client_reads_a_refusal_that_names_an_entry_of_a_list_and_writes_it_back(
    python_client: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(python_client.parent)
    models = importlib.import_module("dcycle_client.models")
    mistake = {"type": "uuid_type", "loc": ["body", "invoice_ids", 1], "msg": "UUID input should be a string"}
    body = {"detail": [{**mistake, "input": given} for given in (7, None, {"a": [1]})]}
    assert models.ValidationError.from_dict(body).to_dict() == body
