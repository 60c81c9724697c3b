"""The reader refuses what it does not understand, with file, line, what was expected and what was found."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from api_spec import DEFAULT_PATH, Basis, Spec, SpecError, load_spec
from api_spec.document import Pointer

SMALL = """\
openapi: 3.1.0
info: {title: Small, version: 1.0.0}
security: [key: []]
servers: [{url: https://things.test}]
x-pages:
  guide: {title: Guide, url: https://docs.test/guide}
x-rules:
  - {id: polite, rule: Answers are polite., basis: stated, page: guide}
paths:
  /things/{thing}:
    parameters:
      - $ref: '#/components/parameters/Thing'
    get:
      operationId: getThing
      externalDocs: {url: https://docs.test/guide}
      responses:
        '200':
          description: A thing.
          x-basis: shown
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Thing'}
              examples:
                one: {value: {name: One}}
        '404': {description: No thing.}
      x-rules:
        - {id: named, rule: A thing has its name., basis: shown}
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: x-key}
  parameters:
    Thing: {name: thing, in: path, required: true, schema: {type: string, default: first}}
  schemas:
    Thing:
      type: object
      properties:
        name: {$ref: '#/components/schemas/Name'}
    Name: {type: string, minLength: 1}
"""


def read(folder: Path, text: str) -> Spec:
    path = folder / "small.yaml"
    path.write_text(text, encoding="utf-8")
    return load_spec(path)


def test_a_small_contract_is_read_whole(tmp_path: Path) -> None:
    spec = read(tmp_path, SMALL)
    operation = spec.operation("getThing")
    assert (operation.method, operation.path, operation.page) == ("GET", "/things/{thing}", spec.pages["guide"])
    assert [(one.name, one.location, one.default) for one in operation.parameters] == [("thing", "path", "first")]
    assert [header.name for header in operation.security] == ["x-key"]
    name = {"type": "string", "minLength": 1}
    assert operation.success.schema == {"type": "object", "properties": {"name": name}}
    assert operation.success.examples == {"one": {"name": "One"}}
    assert operation.responses["404"].schema is None
    assert [(rule.id, rule.operation_id, rule.basis) for rule in spec.rules] == [
        ("polite", None, Basis.STATED),
        ("named", "getThing", Basis.SHOWN),
    ]
    assert spec.line_of(spec.rule("named").pointer) == 27
    assert spec.line_of(operation.parameters[0].pointer) == 32


BODY = """
      requestBody:
        required: true
        content:
          application/json:
            schema: {$ref: '#/components/schemas/Thing'}
            examples:
              two: {value: {name: Two}}"""


def with_body(body: str) -> str:
    """The small contract, its operation one that takes a body."""
    return SMALL.replace("    get:\n", "    put:\n").replace(
        "      operationId: getThing", f"      operationId: putThing{body}"
    )


def test_what_a_request_carries_is_read(tmp_path: Path) -> None:
    body = read(tmp_path, with_body(BODY)).operation("putThing").body
    assert body is not None
    assert (body.required, body.media_type, body.examples) == (True, "application/json", {"two": {"name": "Two"}})
    assert body.schema["properties"]["name"] == {"type": "string", "minLength": 1}


def test_an_operation_without_a_body_takes_none(tmp_path: Path) -> None:
    assert read(tmp_path, SMALL).operation("getThing").body is None


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("required: true", "required: yes please", "expected true or false, got a text"),
        ("        content:", "        contents:", "unknown key; did you mean 'content'?"),
        ("            schema: {$ref: '#/components/schemas/Thing'}\n", "", "expected a media type with a schema"),
        ("schemas/Thing'", "schemas/Things'", "leads nowhere"),
    ],
)
def test_a_mistake_in_a_body_is_refused(tmp_path: Path, old: str, new: str, reason: str) -> None:
    with pytest.raises(SpecError, match=re.escape(reason)):
        read(tmp_path, with_body(BODY.replace(old, new)))


LINK = """
          links:
            again: {operationId: getThing, parameters: {thing: $response.body#/name}}
"""


def with_link(link: str) -> str:
    """The small contract, its answer with a link."""
    return SMALL.replace(
        "                one: {value: {name: One}}\n", f"                one: {{value: {{name: One}}}}{link}"
    )


def test_a_link_to_an_operation_is_understood(tmp_path: Path) -> None:
    assert read(tmp_path, with_link(LINK)).operation("getThing").success.status == "200"


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("getThing", "getThings", "no operation 'getThings'; did you mean 'getThing'?"),
        ("{thing:", "{thin:", "getThing has no parameter 'thin'; did you mean 'thing'?"),
        ("parameters:", "parameter:", "unknown key; did you mean 'parameters'?"),
        ("operationId: getThing, ", "", "expected the key 'operationId'"),
    ],
)
def test_a_link_that_leads_nowhere_is_refused(tmp_path: Path, old: str, new: str, reason: str) -> None:
    with pytest.raises(SpecError, match=re.escape(reason)):
        read(tmp_path, with_link(LINK.replace(old, new)))


REFUSED = [
    ("unknown key at the top", "x-pages:", "x-page:", "x-page:", "unknown key; did you mean 'x-pages'?"),
    ("unknown key of an operation", "operationId:", "operationID:", "operationID:", "did you mean 'operationId'?"),
    ("unknown key of a parameter", "in: path", "inn: path", "    Thing: {name", "did you mean 'in'?"),
    ("unknown key of a response", "x-basis: shown", "x-bases: shown", "x-bases", "did you mean 'x-basis'?"),
    ("unknown key of a rule", "id: named", "name: named", "        - {name", "unknown key"),
    (
        "missing key",
        "      operationId: getThing\n",
        "",
        "    get:",
        "expected the key 'operationId', which is missing",
    ),
    ("other version", "openapi: 3.1.0", "openapi: 3.0.3", "openapi", "expected a 3.1 version, got '3.0.3'"),
    ("wrong type", "title: Small", "title: 5", "info", "info.title: expected a text, got a number"),
    ("number for a mapping", "info: {title: Small, version: 1.0.0}", "info: 5", "info", "expected a mapping, got a"),
    ("path without slash", "  /things", "  things", "  things", "a path starts with a slash"),
    (
        "reference to nothing",
        "schemas/Name'",
        "schemas/Nmae'",
        "        name:",
        "'#/components/schemas/Nmae' leads nowhere",
    ),
    (
        "reference elsewhere",
        "'#/components/schemas/Name'",
        "other.yaml",
        "        name:",
        "a reference within this file",
    ),
    (
        "reference to itself",
        "Name: {type: string, minLength: 1}",
        "Name: {$ref: '#/components/schemas/Thing'}",
        "    Name:",
        "leads back to itself",
    ),
    (
        "operation used twice",
        "    get:",
        "    put: {operationId: getThing, responses: {'200': {description: Yes.}}}\n    get:",
        "    put:",
        "operationId 'getThing' is used twice",
    ),
    ("rule id used twice", "id: named", "id: polite", "        - {id: polite", "rule id 'polite' is used twice"),
    (
        "wrong basis",
        "x-basis: shown",
        "x-basis: guessed",
        "x-basis",
        "expected one of stated, shown, inferred, got 'guessed'",
    ),
    (
        "unknown page",
        "page: guide",
        "page: guides",
        "  - {id: polite",
        "no page 'guides' in x-pages; did you mean 'guide'?",
    ),
    ("rule without a page", ", page: guide", "", "  - {id: polite", "expected a page"),
    (
        "path parameter not declared",
        "      - $ref: '#/components/parameters/Thing'",
        "      []",
        "    get:",
        "path parameter 'thing' must be both in the path and declared",
    ),
    (
        "path parameter not in the path",
        "/things/{thing}:",
        "/things:",
        "    get:",
        "path parameter 'thing' must be both",
    ),
    (
        "unsupported location",
        "in: path",
        "in: cookie",
        "    Thing: {name",
        "expected one of path, query, header, got 'cookie'",
    ),
    ("no success", "'200':", "'302':", "      responses:", "expected a response with a 2xx status, got none"),
    ("no status", "'404':", "'4O4':", "        '4O4'", "expected a status code or default, got '4O4'"),
    (
        "undefined credential",
        "security: [key",
        "security: [kei",
        "    get:",
        "'kei' is not defined; did you mean 'key'?",
    ),
    (
        "unsupported credential",
        "in: header",
        "in: query",
        "    key: {type",
        "only apiKey schemes in a header are supported",
    ),
    ("choice of credentials", "security: [key: []]", "security: [key: [], {}]", "    get:", "are not supported"),
    (
        "type that is none",
        "{type: string, minLength: 1}",
        "{type: text}",
        "    Name:",
        'Name.type: "text" is not valid',
    ),
    ("bound that is none", "minLength: 1", "minLength: -1", "    Name:", "minLength"),
    ("example without value", "{value: {name: One}}", "{name: One}", "                one:", "unknown key"),
    (
        "key written twice",
        "  schemas:",
        "  parameters: {}\n  schemas:",
        "  parameters: {}",
        "'parameters' is written twice",
    ),
    ("key that is a list", "  schemas:", "  ? [a]\n  : b\n  schemas:", "  ? [a]", "a key is a list"),
    ("no YAML", "info: {title: Small", "info: {title: [Small", "info", "is not YAML"),
    ("tab", "  guide:", "\tguide:", "\tguide:", "is not YAML"),
]


@pytest.mark.parametrize(("old", "new", "place", "reason"), [pytest.param(*row[1:], id=row[0]) for row in REFUSED])
def test_a_mistake_is_refused_with_its_line_and_reason(
    tmp_path: Path, old: str, new: str, place: str, reason: str
) -> None:
    assert SMALL.count(old) == 1
    text = SMALL.replace(old, new)
    line = 1 + next(number for number, line in enumerate(text.splitlines()) if line.startswith(place) or place in line)
    with pytest.raises(SpecError) as caught:
        read(tmp_path, text)
    assert str(caught.value).startswith(f"{tmp_path / 'small.yaml'}:{line}: ")
    assert reason in caught.value.reason
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"- a list\n", "expected a mapping, got list"),
        (b"", "expected a mapping, got NoneType"),
        (b"title: caf\xe9\n", "is not UTF-8 text"),
        (b"released: 2024-02-31\n", "is not YAML: day is out of range for month"),
    ],
)
def test_a_file_that_holds_no_contract_is_refused(tmp_path: Path, content: bytes, reason: str) -> None:
    (tmp_path / "small.yaml").write_bytes(content)
    with pytest.raises(SpecError, match=re.escape(reason)):
        load_spec(tmp_path / "small.yaml")


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=r"nowhere\.yaml:0: cannot be read: No such file"):
        load_spec(tmp_path / "nowhere.yaml")


def test_unknown_ids_are_not_found(spec: Spec) -> None:
    with pytest.raises(KeyError, match="getInvoices"):
        spec.operation("getInvoices")
    with pytest.raises(KeyError, match="cups-uniqe"):
        spec.rule("cups-uniqe")


def places(node: Any, pointer: Pointer = ()) -> Iterator[Pointer]:
    """The pointer of every value inside a document."""
    for key, value in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        yield (*pointer, key)
        yield from places(value, (*pointer, key))


@pytest.mark.parametrize(
    "pointer", list(places(yaml.safe_load(SMALL))), ids=lambda pointer: ".".join(map(str, pointer))
)
def test_no_value_at_any_place_ends_in_a_traceback(tmp_path: Path, pointer: Pointer) -> None:
    for wrong in (None, 5, True, "text", [], [5], {}, {"a": "b"}):
        changed = yaml.safe_load(SMALL)
        owner: Any = changed
        for step in pointer[:-1]:
            owner = owner[step]
        owner[pointer[-1]] = wrong
        try:
            spec = read(tmp_path, json.dumps(changed))
        except SpecError as error:
            refusal = str(error)
            assert refusal.startswith(f"{tmp_path / 'small.yaml'}:1: ")
        else:
            assert spec.title


def test_the_shipped_contract_is_found_by_itself(spec: Spec) -> None:
    assert spec.document.path == DEFAULT_PATH
    assert len(spec.operations) == 10
