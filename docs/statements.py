"""The statements of the documentation, and the names in the contract that they may point to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from api_spec import Page, Spec

DOCS = Path(__file__).resolve().parent
KINDS = ("rules", "clauses", "decisions")


class StatementError(Exception):
    """The statements cannot be used. Its text says which and why."""


@dataclass(frozen=True)
class Statement:
    """One thing that a page says or leaves out, and what became of it."""

    page: str
    says: str
    rules: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    decisions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Statements:
    """Every statement, in the order of the file."""

    pages: Mapping[str, Page]
    """Every page that says something, those of the contract among them."""
    schemas: Mapping[str, str | None]
    """Which rule judges the fields of a schema, if any does."""
    all: tuple[Statement, ...]

    def judging(self, clause: str, statement: Statement) -> tuple[str, ...]:
        """The rules that judge a clause: that of its schema, or those that its statement names."""
        schema = clause.partition(".")[0]
        if schema not in self.schemas:
            return statement.rules
        rule = self.schemas[schema]
        return (rule,) if rule else ()

    def refuse_dead_ends(self, spec: Spec) -> None:
        """Raise StatementError for a page, rule, clause or decision that does not exist."""
        known = {"rules": {rule.id for rule in spec.rules}, "clauses": clause_names(spec), "decisions": decision_ids()}
        for one in self.all:
            if one.page not in self.pages:
                raise StatementError(f"no page {one.page!r} in openapi.yaml or statements.yaml")
            for kind in KINDS:
                for name in getattr(one, kind):
                    if name not in known[kind]:
                        raise StatementError(f"{one.page}: {one.says!r}: {kind}: there is no {name!r}")


def read_statements(spec: Spec) -> Statements:
    """Read ``statements.yaml``; raises StatementError for a name that leads nowhere."""
    content = yaml.safe_load((DOCS / "statements.yaml").read_text(encoding="utf-8"))
    pages = dict(spec.pages) | {name: Page(name, **page) for name, page in content["pages"].items()}
    found = Statements(pages, content["schemas"], tuple(_statements(content["statements"])))
    found.refuse_dead_ends(spec)
    return found


def _statements(by_page: Mapping[str, list[dict[str, Any]]]) -> Iterator[Statement]:
    for page, rows in by_page.items():
        for row in rows:
            try:
                yield Statement(page, row["says"], **{key: tuple(row[key]) for key in row if key != "says"})
            except (KeyError, TypeError) as error:
                raise StatementError(f"{page}: {row}: {error}") from None


def clause_names(spec: Spec) -> set[str]:
    """Every field, parameter, credential and answer of the contract: `Invoice.cups`, `getInvoice.404`."""
    schemas: Mapping[str, Any] = spec.document.content["components"]["schemas"]
    fields = {f"{schema}.{field}" for schema, content in schemas.items() for field in content["properties"]}
    for operation in spec.operations:
        names = {one.name for one in operation.parameters} | {one.name for one in operation.security}
        fields |= {f"{operation.id}.{name}" for name in names.union(operation.responses)}
    return fields


def decision_ids() -> set[str]:
    """The anchors of ``decisions.md``."""
    return set(re.findall(r'<a id="([a-z0-9-]+)">', (DOCS / "decisions.md").read_text(encoding="utf-8")))
