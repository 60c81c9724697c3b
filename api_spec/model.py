"""What the contract says, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from api_spec.document import Document, Pointer


class Basis(StrEnum):
    """How sure a clause is."""

    STATED = "stated"
    """A page says it in words."""
    SHOWN = "shown"
    """An example on a page shows it."""
    INFERRED = "inferred"
    """Concluded from HTTP, JSON, other pages or common sense."""


@dataclass(frozen=True)
class Page:
    """A documentation page that clauses come from."""

    id: str
    title: str
    url: str


@dataclass(frozen=True)
class Rule:
    """A behaviour that no schema can say."""

    id: str
    sentence: str
    basis: Basis
    page: Page
    operation_id: str | None
    """The operation it is about; None for a rule about every operation."""
    pointer: Pointer
    """Where it stands in the contract file."""


@dataclass(frozen=True)
class Parameter:
    """A parameter of an operation, with every reference in its schema resolved."""

    name: str
    location: str
    """One of path, query, header."""
    required: bool
    schema: Mapping[str, Any]
    basis: Basis
    description: str
    example: Any
    pointer: Pointer

    @property
    def default(self) -> Any:
        """The value that an absent parameter stands for, or None."""
        return self.schema.get("default")


@dataclass(frozen=True)
class SecurityHeader:
    """A header that carries a credential (an ``apiKey`` scheme in a header)."""

    scheme: str
    name: str


@dataclass(frozen=True)
class RequestBody:
    """What a request carries, with every reference in its schema resolved."""

    required: bool
    media_type: str
    schema: Mapping[str, Any]
    description: str
    basis: Basis
    examples: Mapping[str, Any]
    """Example bodies by name."""
    pointer: Pointer


@dataclass(frozen=True)
class Response:
    """A documented answer."""

    status: str
    """A status code, or ``default``."""
    description: str
    basis: Basis
    media_type: str | None
    """The media type of the body, or None for an empty one."""
    schema: Mapping[str, Any] | None
    """The schema of the body, with every reference resolved."""
    examples: Mapping[str, Any]
    """Example bodies by name."""
    pointer: Pointer


@dataclass(frozen=True)
class Operation:
    """One method of one path."""

    id: str
    method: str
    """In upper case."""
    path: str
    """The path template, such as ``/v1/invoices/{invoice_id}``."""
    summary: str
    page: Page | None
    parameters: tuple[Parameter, ...]
    body: RequestBody | None
    """What a request carries; None for an operation that takes no body."""
    security: tuple[SecurityHeader, ...]
    """The credentials that a request must carry, all of them."""
    responses: Mapping[str, Response]
    rules: tuple[Rule, ...]
    pointer: Pointer

    def parameters_in(self, location: str) -> tuple[Parameter, ...]:
        """The parameters of one location: path, query or header."""
        return tuple(parameter for parameter in self.parameters if parameter.location == location)

    @property
    def success(self) -> Response:
        """The documented answer with the lowest 2xx status."""
        return min((r for s, r in self.responses.items() if s.startswith("2")), key=lambda r: r.status)


@dataclass(frozen=True)
class Spec:
    """The whole contract."""

    document: Document
    title: str
    version: str
    servers: tuple[str, ...]
    pages: Mapping[str, Page]
    operations: tuple[Operation, ...]
    rules: tuple[Rule, ...]
    """Every rule: those about all operations first, then operation by operation."""

    def operation(self, operation_id: str) -> Operation:
        """The operation with this id; raises KeyError when there is none."""
        for operation in self.operations:
            if operation.id == operation_id:
                return operation
        raise KeyError(operation_id)

    def rule(self, rule_id: str) -> Rule:
        """The rule with this id; raises KeyError when there is none."""
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        raise KeyError(rule_id)

    def line_of(self, pointer: Pointer) -> int:
        """The line of the contract file where a clause stands."""
        return self.document.line_of(pointer)
