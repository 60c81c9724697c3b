"""Data in YAML, of which only what JSON can say is read: no dates, aliases or tags of one's own."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, NoReturn

import yaml

from api_spec.document import Document
from mock_server.data.mistake import DataError
from mock_server.data.source import NOTHING, Source, check_characters, dotted

try:
    from yaml import CSafeLoader as SafeLoader
except ImportError:  # PyYAML built without libyaml
    from yaml import SafeLoader  # type: ignore[assignment]

UNUSUAL = re.compile(r"[\[{]|[&*]\S|[-?]\s+[-?]\s|^ {50}", re.MULTILINE)
"""What a text has to have somewhere if it has aliases or is nested deeply."""

DEEPEST = 40
"""How deep a text may be nested. libyaml itself has no limit, and ends the process when its stack is full."""

TAG = "tag:yaml.org,2002:"


class _Loader(SafeLoader):
    """Reads plain values. What looks like a number but is none of JSON's, and every date, stays the text it is."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise _mistake("a key is not a text", key)
            if key.value in seen:
                raise _mistake(f"the key {key.value!r} is written twice", key)
            seen.add(key.value)
        return {str(key): value for key, value in super().construct_mapping(node, deep).items()}

    def refuse(self, node: yaml.Node) -> NoReturn:
        """Refuse a tag that is not for plain values."""
        raise _mistake(f"the tag {node.tag!r} is not read here", node)


def _mistake(reason: str, node: yaml.Node) -> yaml.MarkedYAMLError:
    return yaml.constructor.ConstructorError(None, None, reason, node.start_mark)


_Loader.yaml_implicit_resolvers = {}
for _kind, _pattern, _first in (
    ("null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", list("tTfF")),
    ("int", r"^[-+]?(?:0|[1-9][0-9]{0,17})$", list("-+0123456789")),
    ("float", r"^[-+]?(?:0|[1-9][0-9]{0,17})\.[0-9]*(?:[eE][-+][0-9]{1,3})?$", list("-+0123456789")),
):
    _Loader.add_implicit_resolver(TAG + _kind, re.compile(_pattern), _first)

_Loader.yaml_constructors = {
    tag: construct
    for tag, construct in SafeLoader.yaml_constructors.items()
    if tag in {TAG + kind for kind in ("null", "bool", "int", "float", "str", "seq", "map")}
}
_Loader.add_constructor(None, _Loader.refuse)


def read_yaml(path: Path, text: str) -> Source:
    """The source of a YAML text. Raises DataError when it is not YAML, or says what JSON cannot say."""
    try:
        if UNUSUAL.search(text):
            _check_events(path, text)
        content = yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise DataError.about(path, f"is not YAML: {error.problem}", mark.line + 1 if mark else None) from None
    except yaml.YAMLError as error:
        raise DataError.about(path, f"is not YAML: {str(error).splitlines()[0]}") from None
    except (ValueError, LookupError):  # from the constructors of plain values
        raise DataError.about(path, "is not YAML: a tag such as !!int stands before another kind of value") from None
    if content is None:
        raise DataError.about(path, NOTHING)
    check_characters(path, text, content)
    return Source(path, content, Document(path, text, {}).line_of, dotted)


def _check_events(path: Path, text: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=SafeLoader):
        if isinstance(event, yaml.AliasEvent):
            reason = f"expected a value, got the alias *{event.anchor}. Write the value out."
            raise DataError.about(path, reason, _line(event))
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        if isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            reason = f"expected lists and mappings within at most {DEEPEST} others, got more"
            raise DataError.about(path, reason, _line(event))


def _line(event: yaml.Event) -> int | None:
    return event.start_mark.line + 1 if event.start_mark else None
