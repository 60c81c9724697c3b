"""What in a request breaks the contract, whether the API would refuse it or not."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import chain, islice
from typing import Any

from api_spec import Operation, Parameter, Spec
from api_spec.document import Pointer
from mock_server.environ import header
from mock_server.findings import Finding
from mock_server.parameters import Checked, is_list
from mock_server.preferences import TWIN

MOST_FOUND = 50
"""How many violations of one request are looked for: thousands of unknown parameters would fill the memory."""

MOST_SHOWN = 1500
"""How many characters a header that lists violations may have."""


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing in a request that the contract does not have."""

    kind: str
    """One of the kinds in the control API's document."""
    where: str
    """The part of the request, such as ``query.size``."""
    message: str
    """What was wrong, and the nearest right thing."""
    see: str
    """Where it is documented."""


def find_violations(spec: Spec, operation: Operation, environ: Mapping[str, str], checked: Checked) -> list[Violation]:
    """What in a request to an operation breaks the contract: everything, up to a number that nobody would read."""
    found = chain(
        _credentials(operation, environ),
        _findings(operation, environ, checked.findings),
        _loose(checked),
        _undocumented(operation, checked.sent),
        _body(operation, environ, checked.body),
    )
    return [
        Violation(kind, where, message, see(spec, operation, pointer))
        for kind, where, message, pointer in islice(found, MOST_FOUND)
    ]


def see(spec: Spec, operation: Operation, pointer: Pointer) -> str:
    """Where a part of an operation is documented: the vendor's page, and the line of the contract."""
    line = f"{spec.document.path.name}:{spec.line_of(pointer)}"
    return f"{operation.page.url} ({line})" if operation.page else line


def in_header(violations: Iterable[Violation]) -> str:
    """Violations as the value of a header: ASCII, on one line, not too long."""
    text = "; ".join(f"{one.where}: {one.message}" for one in violations)
    return printable(text)


def printable(text: str) -> str:
    """A text as a header can carry it."""
    if len(text) <= MOST_SHOWN and text.isascii() and text.isprintable():
        return text
    plain = text.encode("ascii", "backslashreplace").decode()
    safe = "".join(char if char.isprintable() else repr(char)[1:-1] for char in plain)
    return safe if len(safe) <= MOST_SHOWN else safe[: MOST_SHOWN - 4] + " ..."


Found = tuple[str, str, str, Pointer]
"""Kind, place, message, and the clause of the contract."""


def _credentials(operation: Operation, environ: Mapping[str, str]) -> Iterator[Found]:
    for credential in operation.security:
        if not header(environ, credential.name):
            message = f"{credential.name} is missing.{_likely_header(credential.name, environ)}"
            yield "missing-credential", f"header.{credential.name}", message, operation.pointer


def _findings(operation: Operation, environ: Mapping[str, str], findings: Sequence[Finding]) -> Iterator[Found]:
    if not findings:
        return
    parameters = {(one.location, one.name): one for one in operation.parameters}
    for finding in findings:
        location, *steps = finding["loc"]
        where = ".".join(map(str, finding["loc"]))
        if location == "body":
            pointer = operation.body.pointer if operation.body else operation.pointer
            yield "invalid-body", where, f"{finding['msg']}.", pointer
            continue
        name = steps[0]
        parameter = parameters[location, name]
        if finding["type"] == "missing":
            likely = _likely_header(name, environ) if location == "header" else ""
            yield "missing-parameter", where, f"{name} is missing.{likely}{_example(parameter)}", parameter.pointer
        else:
            message = f"{finding['msg']}, got {finding['input']!r}.{_example(parameter)}"
            yield "invalid-parameter", where, message, parameter.pointer


def _example(parameter: Parameter) -> str:
    shown = parameter.default if parameter.example is None else parameter.example
    if is_list(parameter.schema) and shown:
        shown = f"{parameter.name}={shown[0]}"
    return "" if shown is None else f" Example: {shown}."


def _loose(checked: Checked) -> Iterator[Found]:
    for parameter, text in checked.loose:
        value = str(checked.values[parameter.name]).lower()
        message = f"{text!r} is understood as {value}, but is not written as documented."
        yield "loose-parameter", f"{parameter.location}.{parameter.name}", message, parameter.pointer


def _undocumented(operation: Operation, sent: Mapping[str, list[str]]) -> Iterator[Found]:
    if not sent:
        return
    known = {one.name: one for one in operation.parameters if one.location == "query"}
    for name, values in sent.items():
        if name in known:
            parameter = known[name]
            if len(values) > 1 and not is_list(parameter.schema):
                message = f"{name} is sent {len(values)} times; the last one counts."
                yield "repeated-parameter", f"query.{name}", message, parameter.pointer
        elif not name.startswith(TWIN):
            known_names = f" Known: {', '.join(known)}." if known else " The operation has no query parameters."
            message = (
                f"{name} is no parameter of {operation.id}, so it does nothing.{_likely(name, known)}{known_names}"
            )
            yield "unknown-parameter", f"query.{name}", message, operation.pointer


def _likely(name: str, known: Collection[str]) -> str:
    """The known name that was meant by a wrong one, brackets and all."""
    bare = name.partition("[")[0].lower()
    if f"{bare}[]" in known:
        return f" A list is written {bare}[], once for each value: {bare}[]=a&{bare}[]=b."
    near = get_close_matches(name.lower(), known, n=1)
    return f" Did you mean {near[0]}?" if near else ""


def _body(operation: Operation, environ: Mapping[str, str], body: Any) -> Iterator[Found]:
    if operation.body:
        for where, name, known in _unknown_fields(operation.body.schema, body, "body"):
            fields = f"{_likely(name, known)} Known: {', '.join(known)}."
            message = f"{name} is no field of what {operation.id} takes, so it does nothing.{fields}"
            yield "unknown-field", f"{where}.{name}", message, operation.body.pointer
        return
    length = environ.get("CONTENT_LENGTH") or "0"
    if length != "0" or environ.get("HTTP_TRANSFER_ENCODING"):
        yield "unexpected-body", "body", "The operation takes no body, so it does nothing.", operation.pointer


def _unknown_fields(schema: Mapping[str, Any], value: Any, where: str) -> Iterator[tuple[str, str, Collection[str]]]:
    """Where a valid value has a field that its schema does not name, the field, and those that there are."""
    if isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _unknown_fields(schema.get("items", {}), inner, f"{where}.{index}")
    elif isinstance(value, dict) and "properties" in schema:
        known = schema["properties"]
        for name, inner in value.items():
            if name in known:
                yield from _unknown_fields(known[name], inner, f"{where}.{name}")
            else:
                yield where, name, known


def _likely_header(name: str, environ: Mapping[str, Any]) -> str:
    """A hint at a header that was sent and looks like the one that was meant."""
    if name == "x-api-key" and header(environ, "authorization"):
        return " Authorization was sent: the key belongs into x-api-key, without Bearer."
    sent = [key[5:].replace("_", "-").lower() for key in environ if key.startswith("HTTP_")]
    near = [other for other in get_close_matches(name, sent, n=1, cutoff=0.7) if other != name]
    return f" {near[0]} was sent: did you mean {name}?" if near else ""
