"""The page of the errors: every refusal with the body that the mock answers, and what to do about it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from flask.testing import FlaskClient
from statements import DOCS
from werkzeug.test import TestResponse

from api_spec import Operation, Spec
from handbook.page import Page, cell, plain
from mock_server.app import make_app
from mock_server.backend import Backend
from mock_server.control.document import document
from mock_server.faults import RateLimit
from mock_server.settings import MockSettings

SOURCE = DOCS / "refusals.yaml"

LISTING = "/v1/invoices/cups"

INTRODUCTION = """\
A refusal of the API is JSON with a `detail` for people and, mostly, a `code` for programs. A 422 has a list of mistakes
instead. What only the mock has to say are problem details (RFC 9457), which the API never sends, so that nobody takes
one for the other. Every body on this page was answered by the mock when the page was made.

Where no page says which 4xx has which case, the verifier accepts any. In doubt, the headers `X-Contract-Violations` and
`X-Mock-Hint` of the mock say what was wrong and what would be right.
"""


class RefusalError(Exception):
    """The refusals are not as they should be. Its text says which and why."""


@dataclass(frozen=True)
class Refusal:
    """One way in which a request is refused."""

    status: int
    when: str
    do: str
    request: Mapping[str, Any]
    code: str | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    repeat: int = 1
    """How often the request is sent until it is refused."""

    @property
    def heading(self) -> str:
        """Status and code."""
        return f"{self.status} {self.code}" if self.code else str(self.status)


def errors_page(spec: Spec) -> Page:
    """Every refusal; raises RefusalError for one that is not described, or not answered as it is described."""
    content = yaml.safe_load(SOURCE.read_text(encoding="utf-8"))
    groups = {name: [Refusal(**one) for one in content[name]] for name in ("api", "mock")}
    _refuse_gaps(spec, groups["api"], content["violations"])
    mocks = Mocks(spec)
    lines = [INTRODUCTION, "## What the API answers\n"]
    lines += [line for one in groups["api"] for line in _section(one, mocks, one.heading, _sureness(one, spec))]
    lines += ["## What each operation documents\n", *_documented(spec)]
    lines += ["## What only the mock answers\n"]
    lines += [line for one in groups["mock"] for line in _section(one, mocks, f"{one.status}: {_first(one.when)}")]
    lines += ["## Violations\n", "What in a request breaks the contract, by kind, as the journal names it:\n"]
    lines += ["| Kind | What it is |", "|---|---|"]
    lines += [f"| `{kind}` | {cell(text)} |" for kind, text in content["violations"].items()]
    summary = "Every refusal: when it comes, the body that it has, and what to do."
    return Page("errors", "Errors", summary, "Contract", "\n".join(lines))


def _first(sentence: str) -> str:
    """The beginning of a sentence, as a heading."""
    return re.split(r"[.,;:] |\.$", sentence)[0].replace("`", "")


def _section(refusal: Refusal, mocks: Mocks, heading: str, basis: str = "") -> Iterator[str]:
    answer = mocks.provoke(refusal)
    body = answer.get_json(force=True)
    if answer.status_code != refusal.status or (refusal.code and body.get("code") != refusal.code):
        raise RefusalError(f"{SOURCE.name}: {refusal.heading}: the mock answers {answer.status_code} {answer.text}")
    yield f"### {heading}\n"
    yield f"{refusal.when}\n"
    yield f"**What to do:** {refusal.do}\n"
    if basis:
        yield f"**Basis:** {basis}.\n"
    yield f"```json\n{json.dumps(body, ensure_ascii=False, indent=2)}\n```\n"
    for name in ("X-Contract-Violations", "X-Mock-Hint", "Allow"):
        if name in answer.headers:
            yield f"**{name}:** {plain(answer.headers[name])}\n"


def _sureness(refusal: Refusal, spec: Spec) -> str:
    """Which operations document a refusal, and how sure that is."""
    found: dict[str, list[str]] = {}
    for operation in spec.operations:
        response = operation.responses.get(str(refusal.status))
        if response and (refusal.code is None or refusal.code in map(code_of, response.examples.values())):
            found.setdefault(response.basis, []).append(f"[{operation.id}](#{operation.id.lower()})")
    told = (
        f"`{basis}` for {'every operation' if len(names) == len(spec.operations) else ', '.join(names)}"
        for basis, names in found.items()
    )
    return "; ".join(told) or "no operation documents it"


@dataclass(frozen=True)
class Mocks:
    """The mocks that refuse: one for all refusals with the same settings, as a mock takes a second to make."""

    spec: Spec
    made: dict[str, tuple[FlaskClient, Mapping[str, str]]] = field(default_factory=dict)
    """A client of each, and the credentials of its first organization, by the settings."""

    def provoke(self, refusal: Refusal) -> TestResponse:
        """What a mock answers to the request of a refusal."""
        client, credentials = self._of(refusal.settings)
        asked = refusal.request
        path = asked.get("path", LISTING)
        own = credentials if path.startswith("/v1/") else {}
        for _ in range(refusal.repeat):
            answer = client.open(
                path, method=asked.get("method", "GET"), headers={**own, **asked.get("headers", {})},
                json=asked.get("json"), data=b" " * asked["bytes"] if "bytes" in asked else None,
            )  # fmt: skip
        return answer

    def _of(self, given: Mapping[str, Any]) -> tuple[FlaskClient, Mapping[str, str]]:
        key = json.dumps(given, sort_keys=True)
        if key not in self.made:
            settings = dict(given)
            if "rate_limit" in settings:
                settings["rate_limit"] = RateLimit.parse(settings["rate_limit"])
            backend = Backend(MockSettings(**settings), self.spec, None)
            owner = backend.scene.world.organizations[0]
            credentials = {"x-api-key": owner.api_key, "x-organization-id": owner.id}
            self.made[key] = make_app(backend).test_client(), credentials
        return self.made[key]


def _documented(spec: Spec) -> Iterator[str]:
    for operation in spec.operations:
        yield f"### {operation.id}\n"
        yield "| Status | When | Basis | Body |\n|---|---|---|---|"
        yield from _answers(operation)
        yield ""


def _answers(operation: Operation) -> Iterator[str]:
    for status, response in operation.responses.items():
        if status[0] in "45":
            examples = [json.dumps(example, ensure_ascii=False) for example in response.examples.values()]
            bodies = "<br>".join(f"`{cell(text)}`" for text in examples) or "None is documented."
            yield f"| {status} | {cell(response.description)} | `{response.basis}` | {bodies} |"


def _refuse_gaps(spec: Spec, described: list[Refusal], violations: Mapping[str, str]) -> None:
    """Raise RefusalError for a status, a code or a kind of violation that nothing describes, or that is no more."""
    codes = {one.code for one in described if one.code}
    statuses = {str(one.status) for one in described}
    kinds = set(document().content["components"]["schemas"]["Violation"]["properties"]["kind"]["enum"])
    gaps = {
        "code": codes_of_contract(spec) | codes_of_mock(),
        "status": {status for one in spec.operations for status in one.responses if status[0] in "45"},
        "kind of violation": kinds | set(violations),
    }
    known = {"code": codes, "status": statuses, "kind of violation": kinds & set(violations)}
    for what, names in gaps.items():
        for name in sorted(names - known[what]):
            raise RefusalError(f"docs/{SOURCE.name}: the {what} {name} is not described there, or is no more")


def codes_of_contract(spec: Spec) -> set[str]:
    """The codes in the examples of the contract."""
    bodies = (body for one in spec.operations for answer in one.responses.values() for body in answer.examples.values())
    return set(filter(None, map(code_of, bodies)))


def code_of(body: Any) -> str | None:
    """The code of a refusal, if it has one."""
    code = body.get("code") if isinstance(body, dict) else None
    return code if isinstance(code, str) else None


def codes_of_mock() -> set[str]:
    """The codes that are written in the mock."""
    modules = Path(DOCS.parent / "mock_server").rglob("*.py")
    written = "".join(path.read_text(encoding="utf-8") for path in modules)
    return set(re.findall(r'"code": "([A-Z][A-Z_]+)"', written))
