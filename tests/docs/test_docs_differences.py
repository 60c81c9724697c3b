"""What is told of the changes between two versions of the contract."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml
from handbook.changes import changes_page
from handbook.differences import differences

from api_spec import Spec, load_spec

LISTING = ("paths", "/v1/invoices/cups", "get")
INVOICE = ("components", "schemas", "Invoice")

Edit = Callable[[Any], Any]


def at(content: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        content = content[step]
    return content


def parameter(name: str) -> tuple[Any, ...]:
    return (*LISTING, "parameters", ("facility_id", "search", "page", "size").index(name) + 1)


def update(path: tuple[Any, ...], **values: Any) -> Edit:
    return lambda content: at(content, path).update(values)


def remove(path: tuple[Any, ...], key: Any) -> Edit:
    return lambda content: at(content, path).pop(key)


NEW = {"name": "sort", "in": "query", "schema": {"type": "string"}, "x-basis": "stated"}
REFUSAL = {"$ref": "#/components/responses/NotFound"}
RULE = {"id": "cups-sorted", "rule": "Groups are sorted.", "basis": "stated"}
FIELDS = (*INVOICE, "properties")

EDITS: dict[str, tuple[Edit, str, bool]] = {
    "operation gone": (remove(("paths",), "/v1/invoices/cups"), "`GET /v1/invoices/cups` is gone.", True),
    "renamed": (update(LISTING, operationId="listGroups"), "Its id was `listCupsGroups`.", True),
    "credentials": (update(LISTING, security=[]), "It takes other credentials: nothing.", True),
    "parameter gone": (remove((*LISTING, "parameters"), 2), "The parameter `search` is gone.", True),
    "parameter added": (
        lambda c: at(c, LISTING)["parameters"].append(NEW),
        "The optional parameter `sort` is new.",
        False,
    ),
    "required one added": (
        lambda c: at(c, LISTING)["parameters"].append({**NEW, "required": True}),
        "The required parameter `sort` is new.",
        True,
    ),
    "now required": (update(parameter("search"), required=True), "The parameter `search` is required now.", True),
    "sent less": (
        update((*parameter("size"), "schema"), maximum=100),
        "`size`: `maximum` is `100`, and was `200`.",
        True,
    ),
    "sent more": (
        update((*parameter("size"), "schema"), maximum=500),
        "`size`: `maximum` is `500`, and was `200`.",
        False,
    ),
    "another default": (
        update((*parameter("size"), "schema"), default=20),
        "`size`: `default` is `20`, and was `50`.",
        True,
    ),
    "answer added": (
        lambda c: at(c, LISTING)["responses"].update({"404": REFUSAL}),
        "The answer 404 is new: No invoice has this id.",
        False,
    ),
    "answer gone": (remove((*LISTING, "responses"), "403"), "The answer 403 is gone.", False),
    "field gone": (remove(FIELDS, "cups"), "The field `cups` of the answer 200 is gone.", True),
    "field added": (update(FIELDS, note={"type": "string"}), "The field `note` of the answer 200 is new.", False),
    "may be absent": (
        lambda c: at(c, INVOICE)["required"].remove("cups"),
        "The field `cups` of the answer 200 may be absent now.",
        True,
    ),
    "may be null": (
        update((*FIELDS, "type"), type=["string", "null"]),
        "`type` of the answer 200 may be null now.",
        True,
    ),
    "may be anything": (
        remove((*FIELDS, "cups"), "type"),
        "`cups` of the answer 200 may be anything now.",
        True,
    ),
    "another value": (
        lambda c: at(c, (*FIELDS, "type", "enum")).append("process"),
        "`type` of the answer 200 may be `process` now.",
        True,
    ),
    "one value less": (
        lambda c: at(c, (*FIELDS, "type", "enum")).remove("heat"),
        "`type` of the answer 200 is never `heat` any more.",
        False,
    ),
    "open list": (remove((*FIELDS, "type"), "enum"), "`type` of the answer 200 may have any value now.", True),
    "another format": (
        update((*FIELDS, "created_at"), format="date"),
        '`created_at` of the answer 200: `format` is `"date"`, and was `"date-time"`.',
        True,
    ),
    "surer": (
        update((*FIELDS, "co2e"), **{"x-basis": "shown"}),
        "`co2e` of the answer 200 is `shown`, and was `stated`.",
        False,
    ),
    "entries": (
        remove(("components", "schemas", "CupsGroup", "properties"), "is_locked"),
        "The field `is_locked` of `items[]` of the answer 200 is gone.",
        True,
    ),
    "rule added": (
        lambda c: at(c, LISTING)["x-rules"].append(RULE),
        "[cups-sorted](rules.md#cups-sorted) is new: Groups are sorted. `stated`",
        False,
    ),
    "rule gone": (remove((*LISTING, "x-rules"), 1), "`cups-unique` is gone: No two groups", False),
    "rule reworded": (
        update((*LISTING, "x-rules", 1), rule="No two are alike."),
        "says: No two are alike. It said: No two groups",
        False,
    ),
    "rule surer": (update((*LISTING, "x-rules", 1), basis="shown"), "is `shown`, and was `stated`.", False),
    "body": (
        update(
            LISTING, requestBody={"required": True, "content": {"application/json": {"schema": {"type": "object"}}}}
        ),
        "It takes a body now.",
        True,
    ),
}


@pytest.fixture(scope="module")
def older() -> Spec:
    return load_spec(Path(__file__).resolve().parents[2] / "docs" / "contracts" / "1.0.0.yaml")


def edited(older: Spec, edit: Edit, folder: Path) -> Spec:
    content = deepcopy(older.document.content)
    edit(content)
    path = folder / "openapi.yaml"
    path.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), encoding="utf-8")
    return load_spec(path)


@pytest.mark.parametrize(("edit", "told", "breaking"), EDITS.values(), ids=EDITS)
def test_a_change_is_told_and_marked(older: Spec, tmp_path: Path, edit: Edit, told: str, breaking: bool) -> None:
    found = [one for one in differences(older, edited(older, edit, tmp_path)) if told in one.what]
    assert [one.breaking for one in found] == [breaking]


def test_an_answer_that_may_not_be_just_anything_any_more_breaks_nobody(older: Spec, tmp_path: Path) -> None:
    free = edited(older, remove((*FIELDS, "cups"), "type"), tmp_path)
    assert [(one.what, one.breaking) for one in differences(free, older)] == [
        ("`cups` of the answer 200 may not be just anything any more.", False)
    ]


def test_nothing_is_told_where_nothing_changed(older: Spec, tmp_path: Path) -> None:
    assert list(differences(older, edited(older, lambda content: None, tmp_path))) == []


def test_changes_that_are_not_released_stand_first(older: Spec, tmp_path: Path) -> None:
    edit, _, _ = EDITS["field gone"]
    text = changes_page(edited(older, edit, tmp_path)).text
    told = "## Not released yet, since 1.0.0\n\nChanges: 1. Breaking: 1.\n\n### getInvoice\n\n- **Breaking.** The field"
    assert told in text
    assert text.index("Not released yet") < text.index("## 1.0.0")
