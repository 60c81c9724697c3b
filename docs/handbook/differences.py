"""What differs between two versions of the contract, found by comparing their structure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from api_spec import Operation, Parameter, Response, Spec


class Way(Enum):
    """Which way data goes: what narrows a request may break its sender, what widens an answer its reader."""

    SENT = "sent"
    ANSWERED = "answered"


@dataclass(frozen=True)
class Difference:
    """One change of the contract."""

    where: str
    """The operation, or ``rule``."""
    what: str
    """The change, in a sentence."""
    breaking: bool = False
    """Whether a client that keeps to the older version may fail with the newer one."""


@dataclass(frozen=True)
class Place:
    """A part of what is sent or answered: the whole, or a field or entry in it."""

    whole: str
    """Such as ``the answer 200``; empty for a parameter."""
    path: str = ""
    """Such as ``items[].cups``."""

    def __str__(self) -> str:
        if not self.path:
            return self.whole
        return f"`{self.path}` of {self.whole}" if self.whole else f"`{self.path}`"

    def field(self, name: str) -> Place:
        """A field of an object."""
        return Place(self.whole, f"{self.path}.{name}" if self.path else name)

    @property
    def entries(self) -> Place:
        """The entries of a list."""
        return Place(self.whole, f"{self.path}[]")


Schema = Mapping[str, Any]

KINDS = {
    "array": "a list", "boolean": "true or false", "integer": "a whole number", "number": "a number",
    "object": "an object", "string": "text",
}  # fmt: skip

BOUNDS = (("minimum", True), ("minLength", True), ("minItems", True))
LIMITS = (("maximum", False), ("maxLength", False), ("maxItems", False))


def differences(older: Spec, newer: Spec) -> Iterator[Difference]:
    """Every change from an older version to a newer one, operation by operation, then the rules."""
    before = {(one.method, one.path): one for one in older.operations}
    after = {(one.method, one.path): one for one in newer.operations}
    for key in before.keys() - after.keys():
        yield Difference(before[key].id, f"`{key[0]} {key[1]}` is gone.", breaking=True)
    for key, operation in after.items():
        if key in before:
            yield from _operation(before[key], operation)
        else:
            yield Difference(operation.id, f"`{key[0]} {key[1]}` is new: {operation.summary}.")
    yield from _rules(older, newer)


def _operation(before: Operation, after: Operation) -> Iterator[Difference]:
    where = after.id
    if before.id != after.id:
        yield Difference(where, f"Its id was `{before.id}`. Generated clients call it by that name.", breaking=True)
    if before.security != after.security:
        names = ", ".join(f"`{one.name}`" for one in after.security) or "nothing"
        yield Difference(where, f"It takes other credentials: {names}.", breaking=True)
    yield from _parameters(where, before, after)
    yield from _body(where, before, after)
    yield from _responses(where, before, after)


def _parameters(where: str, before: Operation, after: Operation) -> Iterator[Difference]:
    old = {(one.location, one.name): one for one in before.parameters}
    new = {(one.location, one.name): one for one in after.parameters}
    for key, one in old.items():
        if key not in new:
            yield Difference(where, f"The parameter `{one.name}` is gone.", breaking=True)
    for key, one in new.items():
        if key in old:
            yield from _parameter(where, old[key], one)
        else:
            kind = "required" if one.required else "optional"
            yield Difference(where, f"The {kind} parameter `{one.name}` is new.", breaking=one.required)


def _parameter(where: str, before: Parameter, after: Parameter) -> Iterator[Difference]:
    if before.required != after.required:
        now = "required" if after.required else "optional"
        yield Difference(where, f"The parameter `{after.name}` is {now} now.", breaking=after.required)
    yield from _schema(where, Place("", after.name), before.schema, after.schema, Way.SENT)


def _body(where: str, before: Operation, after: Operation) -> Iterator[Difference]:
    if before.body and after.body:
        if before.body.required != after.body.required:
            now = "required" if after.body.required else "optional"
            yield Difference(where, f"The body is {now} now.", breaking=after.body.required)
        yield from _schema(where, Place("the body"), before.body.schema, after.body.schema, Way.SENT)
    elif before.body:
        yield Difference(where, "It takes no body any more.", breaking=True)
    elif after.body:
        yield Difference(where, "It takes a body now.", breaking=after.body.required)


def _responses(where: str, before: Operation, after: Operation) -> Iterator[Difference]:
    for status in before.responses:
        if status not in after.responses:
            yield Difference(where, f"The answer {status} is gone.", breaking=status.startswith("2"))
    for status, response in after.responses.items():
        if status in before.responses:
            yield from _response(where, before.responses[status], response)
        else:
            yield Difference(where, f"The answer {status} is new: {response.description}")


def _response(where: str, before: Response, after: Response) -> Iterator[Difference]:
    about = f"the answer {after.status}"
    if before.media_type != after.media_type:
        text = f"{about.capitalize()} is `{after.media_type}`, and was `{before.media_type}`."
        yield Difference(where, text, breaking=True)
    if before.basis != after.basis:
        yield Difference(where, f"{about.capitalize()} is `{after.basis}`, and was `{before.basis}`.")
    if before.schema and after.schema:
        yield from _schema(where, Place(about), before.schema, after.schema, Way.ANSWERED)


def _schema(where: str, about: Place, before: Schema, after: Schema, way: Way) -> Iterator[Difference]:
    """The changes of a schema, those of its fields and entries among them."""
    yield from _kinds(where, about, before, after, way)
    yield from _values(where, about, before, after, way)
    yield from _bounds(where, about, before, after, way)
    yield from _rest(where, about, before, after)
    yield from _fields(where, about, before, after, way)
    if "items" in before and "items" in after:
        yield from _schema(where, about.entries, before["items"], after["items"], way)


def _kinds(where: str, about: Place, before: Schema, after: Schema, way: Way) -> Iterator[Difference]:
    if takes_anything(before) != takes_anything(after):
        wider = takes_anything(after)
        text = f"{_start(about)} {'may be anything now' if wider else 'may not be just anything any more'}."
        yield Difference(where, text, breaking=wider is (way is Way.ANSWERED))
        return
    old, new = (set([one["type"]] if isinstance(one.get("type"), str) else one.get("type", [])) for one in
                (before, after))  # fmt: skip
    for kind in sorted(new - old):
        yield Difference(where, f"{_start(about)} may be {KINDS.get(kind, kind)} now.", breaking=way is Way.ANSWERED)
    for kind in sorted(old - new):
        text = f"{_start(about)} may not be {KINDS.get(kind, kind)} any more."
        yield Difference(where, text, breaking=way is Way.SENT)


def takes_anything(schema: Schema) -> bool:
    """Whether a schema leaves open what kind of value there is."""
    return not {"type", "enum", "const", "$ref", "oneOf", "anyOf", "allOf"} & schema.keys()


def _values(where: str, about: Place, before: Schema, after: Schema, way: Way) -> Iterator[Difference]:
    if "enum" not in before and "enum" not in after:
        return
    if "enum" not in before or "enum" not in after:
        closed = "enum" in after
        text = f"{_start(about)} {'has a closed list of values now' if closed else 'may have any value now'}."
        yield Difference(where, text, breaking=closed is (way is Way.SENT))
        return
    for value in (one for one in after["enum"] if one not in before["enum"]):
        yield Difference(where, f"{_start(about)} may be `{value}` now.", breaking=way is Way.ANSWERED)
    for value in (one for one in before["enum"] if one not in after["enum"]):
        yield Difference(where, f"{_start(about)} is never `{value}` any more.", breaking=way is Way.SENT)


def _bounds(where: str, about: Place, before: Schema, after: Schema, way: Way) -> Iterator[Difference]:
    for key, lower in (*BOUNDS, *LIMITS):
        old, new = before.get(key), after.get(key)
        if old == new:
            continue
        text = f"{_start(about)}: `{key}` is {_shown(new)}, and was {_shown(old)}."
        narrower = old is None or (new is not None and (new > old) is lower)
        yield Difference(where, text, breaking=narrower is (way is Way.SENT))


def _rest(where: str, about: Place, before: Schema, after: Schema) -> Iterator[Difference]:
    """What a client takes in another way."""
    for key in ("format", "pattern", "default", "const"):
        if before.get(key) != after.get(key):
            text = f"{_start(about)}: `{key}` is {_shown(after.get(key))}, and was {_shown(before.get(key))}."
            yield Difference(where, text, breaking=True)
    if before.get("x-basis") != after.get("x-basis") and after.get("x-basis"):
        yield Difference(where, f"{_start(about)} is `{after['x-basis']}`, and was `{before.get('x-basis')}`.")


def _fields(where: str, about: Place, before: Schema, after: Schema, way: Way) -> Iterator[Difference]:
    old, new = before.get("properties", {}), after.get("properties", {})
    was, now = before.get("required", ()), after.get("required", ())
    for name in old:
        if name not in new:
            yield Difference(where, f"The field `{name}` of {about} is gone.", breaking=True)
    for name, schema in new.items():
        if name not in old:
            must = name in now and way is Way.SENT
            yield Difference(where, f"The field `{name}` of {about} is new.", breaking=must)
            continue
        if (name in was) != (name in now):
            text = f"The field `{name}` of {about} {'is always there' if name in now else 'may be absent'} now."
            yield Difference(where, text, breaking=(name in now) is (way is Way.SENT))
        yield from _schema(where, about.field(name), old[name], schema, way)


def _rules(older: Spec, newer: Spec) -> Iterator[Difference]:
    before = {rule.id: rule for rule in older.rules}
    after = {rule.id: rule for rule in newer.rules}
    for name, rule in before.items():
        if name not in after:
            yield Difference("rule", f"`{name}` is gone: {rule.sentence}")
    for name, rule in after.items():
        if name not in before:
            yield Difference("rule", f"[{name}](rules.md#{name}) is new: {rule.sentence} `{rule.basis}`")
        elif rule.sentence != before[name].sentence:
            yield Difference(
                "rule", f"[{name}](rules.md#{name}) says: {rule.sentence} It said: {before[name].sentence}"
            )
        elif rule.basis != before[name].basis:
            yield Difference("rule", f"[{name}](rules.md#{name}) is `{rule.basis}`, and was `{before[name].basis}`.")


def _start(about: Place) -> str:
    return str(about)[:1].upper() + str(about)[1:]


def _shown(value: Any) -> str:
    return "not set" if value is None else f"`{json.dumps(value, ensure_ascii=False)}`"
