"""The pages follow the contract: whatever an operation has is on them, without a change of their builder."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from handbook import errors
from handbook.errors import Refusal, RefusalError, errors_page
from handbook.fields import fields_page
from handbook.overview import overview_page
from handbook.reference import reference_page
from statements import DOCS

from api_spec import Spec, load_spec
from mock_server.docs.reference import as_reference

MORE = """
  /v1/invoices/consolidate:
    post:
      operationId: consolidate
      tags: [Invoices]
      summary: Merge groups
      externalDocs: {url: https://example.org/consolidate}
      parameters:
        - $ref: '#/components/parameters/OrganizationId'
        - name: status[]
          in: query
          description: Only these.
          x-basis: stated
          schema: {type: array, maxItems: 6, items: {type: string, enum: [active, review]}}
      requestBody:
        required: true
        description: What to merge.
        x-basis: stated
        content:
          application/json:
            schema: {$ref: '#/components/schemas/Merge'}
            examples:
              documented: {value: {target: {cups: ES01}, sources: [ES02, ES03], note: null}}
      responses:
        '202': {description: It is being done., x-basis: stated}
        '204': {description: There was nothing to do., x-basis: shown}
        '409':
          description: A group is locked.
          x-basis: stated
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Error'}
              examples:
                locked: {value: {detail: A group is locked, code: CUPS_LOCKED}}
"""

SCHEMA = """
    Merge:
      type: object
      description: What becomes of which groups.
      required: [target, sources]
      properties:
        target:
          type: object
          description: The group that stays.
          x-basis: stated
          required: [cups]
          properties:
            cups: {type: string, description: Its code., x-basis: stated}
        sources:
          type: array
          description: The codes that go.
          minItems: 1
          items: {type: string}
          x-basis: stated
        note:
          oneOf: [{type: string, maxLength: 80}, {type: 'null'}]
          description: Why.
          x-basis: shown
          x-null-basis: shown
"""


@pytest.fixture(scope="module")
def spec(tmp_path_factory: pytest.TempPathFactory) -> Spec:
    path = tmp_path_factory.mktemp("contract") / "openapi.yaml"
    text = load_spec().document.text.replace("\ncomponents:\n", f"{MORE}\ncomponents:\n")
    path.write_text(text.replace("\n  schemas:\n", f"\n  schemas:\n{SCHEMA}"), encoding="utf-8")
    return load_spec(path)


def test_fields_and_parameters_of_every_kind_have_a_row(spec: Spec) -> None:
    text = fields_page(spec).text
    row = '| <a id="Merge.{0}"></a>`{1}`{2} | {3} |'
    for expected in (
        row.format("target", "target", "", "The group that stays. | object | never | `stated` |  | "),
        row.format("target.cups", "cups", "", 'Its code. | text | never | `stated` | `"ES01"` | '),
        row.format(
            "sources", "sources", "", "The codes that go. | list of text, 1 or more entries | never | `stated` |  | "
        ),
        row.format(
            "note",
            "note",
            " (may be absent)",
            "Why. | text, at most 80 long | may be null: `shown` | `shown` | `null` | ",
        ),
        "`status[]` in the query | Only these. | list of one of `active`, `review`, 6 or fewer entries | no |",
    ):
        assert expected in text


def test_an_operation_with_a_body_is_in_reference_and_overview(spec: Spec) -> None:
    text = reference_page(spec).text
    assert "### Body of consolidate\n\nWhat to merge. `application/json`, `stated`." in text
    assert "### 204 of consolidate\n\nThere was nothing to do. `shown`" in text
    assert "[`POST /v1/invoices/consolidate`](reference.md#tag/invoices/consolidate)" in overview_page(spec, []).text
    assert "operationId" in as_reference(spec, "http://x")["paths"]["/v1/invoices/consolidate"]["post"]


def test_a_code_that_is_not_described_fails_the_build(spec: Spec) -> None:
    with pytest.raises(RefusalError, match="code CUPS_LOCKED is not described"):
        errors_page(spec)


def test_a_described_code_is_on_the_page(spec: Spec, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    content = yaml.safe_load((DOCS / "refusals.yaml").read_text(encoding="utf-8"))
    request = {"method": "POST", "path": "/v1/invoices/consolidate", "headers": {"Prefer": "code=409"}}
    content["api"].append({"status": 409, "code": "CUPS_LOCKED", "when": "Locked.", "do": "Wait.", "request": request})
    source = tmp_path / "refusals.yaml"
    source.write_text(yaml.safe_dump(content), encoding="utf-8")
    monkeypatch.setattr(errors, "SOURCE", source)
    text = errors_page(spec).text
    assert (
        "### 409 CUPS_LOCKED\n\nLocked.\n\n**What to do:** Wait.\n\n"
        '**Basis:** `stated` for [consolidate](#consolidate).\n\n```json\n{\n  "detail": "A group is locked"' in text
    )
    assert '| 409 | A group is locked. | `stated` | `{"detail": "A group is locked", "code": "CUPS_LOCKED"}` |' in text


@pytest.mark.parametrize(
    ("group", "change", "told"),
    [
        ("api", {"request": {"headers": {"Prefer": "code=403"}}}, "401 INVALID_API_KEY: the mock answers 403"),
        ("api", {"code": "OTHER"}, "the code INVALID_API_KEY is not described"),
        ("api", {"status": 402}, "the status 401 is not described"),
        ("violations", "unknown-method", "kind of violation unknown-method"),
    ],
)
def test_a_refusal_that_is_not_as_described_fails_the_build(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, group: str, change: object, told: str
) -> None:
    content = yaml.safe_load((DOCS / "refusals.yaml").read_text(encoding="utf-8"))
    if isinstance(change, dict):
        changed = next(one for one in content["api"] if one.get("code") == "INVALID_API_KEY")
        changed.update(change)
    else:
        del content[group][change]
    source = tmp_path / "refusals.yaml"
    source.write_text(yaml.safe_dump(content), encoding="utf-8")
    monkeypatch.setattr(errors, "SOURCE", source)
    with pytest.raises(RefusalError, match=told):
        errors_page(load_spec())


def test_every_refusal_says_when_it_comes_and_what_to_do() -> None:
    content = yaml.safe_load((DOCS / "refusals.yaml").read_text(encoding="utf-8"))
    found = [Refusal(**one) for group in ("api", "mock") for one in content[group]]
    assert len(found) > 12
    assert [
        one.heading for one in found if not (one.when.endswith(".") and one.do.strip().rstrip("`").endswith("."))
    ] == []
