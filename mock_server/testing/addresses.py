"""The addresses of a contract's operations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any
from urllib.parse import quote, urlencode

from mock_server.testing.control import MockError

__tracebackhide__ = True  # a failing test shows its own lines, not ours


@dataclass(frozen=True)
class Address:
    """Where an operation is, and what may be put into its address."""

    operation_id: str
    path: str
    """The template, such as ``/v1/invoices/{invoice_id}``."""
    in_path: tuple[str, ...]
    in_query: tuple[str, ...]

    def fill(self, values: Mapping[str, Any]) -> str:
        """The path and query with these values; None stands for a parameter left out. Raises MockError.

        A parameter whose name ends in brackets is known by its bare name too; a list gives it several values.
        """
        named = {self._name(name): value for name, value in values.items()}
        given = {name: _texts(value) for name, value in named.items() if value is not None}
        path = self.path
        for name in self.in_path:
            if name not in given:
                raise MockError(f"{self.operation_id} is at {self.path}: give {name}.")
            path = path.replace(f"{{{name}}}", quote(given.pop(name)[-1], safe=""))
        return f"{path}?{urlencode(given, doseq=True)}" if given else path

    def _name(self, name: str) -> str:
        known = self.in_path + self.in_query
        for written in (name, f"{name}[]"):
            if written in known:
                return written
        raise MockError(unknown(f"parameter of {self.operation_id}", name, known))


def read_addresses(contract: Mapping[str, Any]) -> dict[str, Address]:
    """The addresses in an OpenAPI document, by operation id."""
    shared = contract.get("components", {}).get("parameters", {})
    return {
        operation["operationId"]: _address(path, operation, [*item.get("parameters", []), *_own(operation)], shared)
        for path, item in contract["paths"].items()
        for operation in item.values()
        if isinstance(operation, dict) and "operationId" in operation
    }


def unknown(kind: str, name: str, known: Iterable[str]) -> str:
    """What to say of a name that does not exist: the nearest one that does, or all of them."""
    names = list(known)
    near = get_close_matches(name, names, n=1)
    hint = f"Did you mean {near[0]!r}?" if near else f"Known: {', '.join(names) or 'none'}."
    return f"There is no {kind} {name!r}. {hint}"


def _own(operation: Mapping[str, Any]) -> list[dict[str, Any]]:
    own: list[dict[str, Any]] = operation.get("parameters", [])
    return own


def _address(path: str, operation: Mapping[str, Any], parameters: Iterable[Any], shared: Mapping[str, Any]) -> Address:
    whole = [shared[one["$ref"].rpartition("/")[2]] if "$ref" in one else one for one in parameters]
    names = {place: tuple(one["name"] for one in whole if one["in"] == place) for place in ("path", "query")}
    return Address(operation["operationId"], path, names["path"], names["query"])


def _texts(value: Any) -> list[str]:
    values = value if isinstance(value, list | tuple) else (value,)
    return [str(one).lower() if isinstance(one, bool) else str(one) for one in values]
