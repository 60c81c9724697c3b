"""A YAML document that knows the line of each of its values."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

try:
    from yaml import CSafeLoader as SafeLoader
except ImportError:  # PyYAML built without libyaml
    from yaml import SafeLoader  # type: ignore[assignment]


class _Loader(SafeLoader):
    """Refuses a key that is written twice, where PyYAML would let the last one win."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(None, None, "a key is a list or a mapping", key.start_mark)
            if key.value in seen:
                reason = f"the key {key.value!r} is written twice"
                raise yaml.constructor.ConstructorError(None, None, reason, key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


Pointer = tuple[str | int, ...]
"""A path into the document, outermost key first."""


class SpecError(Exception):
    """The contract file cannot be used.

    Its text is one line: file, line, what is wrong and what was expected.
    """

    def __init__(self, path: Path | str, line: int, reason: str) -> None:
        super().__init__(f"{path}:{line}: {reason}")
        self.path = path
        self.line = line
        self.reason = reason


@dataclass(frozen=True)
class Document:
    """A parsed YAML (or JSON) file."""

    path: Path
    text: str
    content: dict[str, Any]

    @classmethod
    def read(cls, path: Path) -> Document:
        """Read and parse a file; raise SpecError when it is missing, not YAML or not a mapping."""
        try:
            text = path.read_text(encoding="utf-8")
        except OSError as error:
            raise SpecError(path, 0, f"cannot be read: {error.strerror}") from None
        except UnicodeDecodeError as error:
            raise SpecError(path, 0, f"is not UTF-8 text: {error.reason}") from None
        try:
            content = yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            raise SpecError(path, mark.line + 1 if mark else 0, f"is not YAML: {error.problem}") from None
        except (yaml.YAMLError, ValueError) as error:
            raise SpecError(path, 0, f"is not YAML: {error}") from None
        if not isinstance(content, dict):
            raise SpecError(path, 1, f"expected a mapping, got {type(content).__name__}")
        return cls(path, text, content)

    @cached_property
    def _root(self) -> yaml.Node:
        root = yaml.compose(self.text, Loader=SafeLoader)
        assert root is not None, "a document is read only when it holds a mapping"  # noqa: S101 - for mypy
        return root

    def line_of(self, pointer: Pointer) -> int:
        """The line (from 1) where the value at a pointer stands, or its nearest existing parent's."""
        node, line = self._root, 1
        for step in pointer:
            found = _child(node, step)
            if found is None:
                break
            line, node = found
        return line

    def error(self, pointer: Pointer, reason: str) -> SpecError:
        """A SpecError that names the place of a pointer."""
        where = ".".join(str(step) for step in pointer) or "the document"
        return SpecError(self.path, self.line_of(pointer), f"{where}: {reason}")

    def inline(self, value: Any, pointer: Pointer, trail: tuple[str, ...] = ()) -> Any:
        """A value with every local reference replaced by what it names."""
        if isinstance(value, list):
            return [self.inline(entry, (*pointer, index), trail) for index, entry in enumerate(value)]
        if not isinstance(value, dict):
            return value
        if "$ref" in value:
            reference = value["$ref"]
            if reference in trail:
                raise self.error(pointer, f"$ref {reference!r} leads back to itself")
            target, where = self.resolve(value, pointer)
            return self.inline(target, where, (*trail, reference))
        return {key: self.inline(inner, (*pointer, key), trail) for key, inner in value.items()}

    def resolve(self, entry: Any, pointer: Pointer) -> tuple[Any, Pointer]:
        """What an entry refers to, and where that stands; the entry itself when it is no reference."""
        if not isinstance(entry, dict) or "$ref" not in entry:
            return entry, pointer
        reference = entry["$ref"]
        if not isinstance(reference, str) or not reference.startswith("#/"):
            raise self.error((*pointer, "$ref"), f"expected a reference within this file, got {reference!r}")
        where = tuple(step.replace("~1", "/").replace("~0", "~") for step in reference[2:].split("/"))
        target: Any = self.content
        for step in where:
            if not isinstance(target, dict) or step not in target:
                raise self.error((*pointer, "$ref"), f"{reference!r} leads nowhere")
            target = target[step]
        return target, where


def _child(node: yaml.Node, step: str | int) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(step):
                return key.start_mark.line + 1, value
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        value = node.value[step]
        return value.start_mark.line + 1, value
    return None
