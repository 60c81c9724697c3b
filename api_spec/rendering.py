"""The contract as text, for tools that want it in another form than the file has."""

from __future__ import annotations

import json
from typing import Any

import yaml

from api_spec.model import Spec

NAMED = (
    "properties", "patternProperties", "dependentSchemas", "$defs", "schemas", "parameters", "headers", "responses",
    "requestBodies", "securitySchemes", "links", "examples", "content", "encoding", "variables", "paths",
)  # fmt: skip
"""The keys whose mappings are keyed by names of the contract's own, which may begin with ``x-``."""

DATA = ("example", "default", "enum", "const", "value")
"""The keys whose values are data."""


def render_spec(spec: Spec, *, as_json: bool = False, dereferenced: bool = False, extensions: bool = True) -> str:
    """The contract as YAML or JSON.

    `dereferenced` puts what a ``$ref`` names in its place and leaves out the components that nothing needs then;
    without `extensions`, the keys that OpenAPI does not define (``x-...``) are left out. Without any of this the text
    is that of the file, comments included.
    """
    if not as_json and not dereferenced and extensions:
        return spec.document.text
    content = _dereferenced(spec) if dereferenced else spec.document.content
    if not extensions:
        content = without_extensions(content)
    if as_json:
        return json.dumps(content, ensure_ascii=False, indent=2) + "\n"
    text: str = yaml.dump(content, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)
    return text


def _dereferenced(spec: Spec) -> dict[str, Any]:
    content = dict(spec.document.content)
    components = content.pop("components", {})
    found: dict[str, Any] = spec.document.inline(content, ())
    if "securitySchemes" in components:  # referred to by name, not by $ref
        found["components"] = {"securitySchemes": components["securitySchemes"]}
    return found


def without_extensions(value: Any, named: bool = False) -> Any:
    """A part of an OpenAPI document without extensions; `named` for a mapping whose keys are names."""
    if isinstance(value, list):
        return [without_extensions(entry) for entry in value]
    if not isinstance(value, dict):
        return value
    return {
        key: inner if _is_data(key, inner, named) else without_extensions(inner, not named and key in NAMED)
        for key, inner in value.items()
        if named or not str(key).startswith("x-")
    }


def _is_data(key: Any, value: Any, named: bool) -> bool:
    return not named and (key in DATA or (key == "examples" and isinstance(value, list)))


class _Dumper(yaml.SafeDumper):
    """Writes prose line by line, and equal parts out each time, where PyYAML would refer to the first."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - the signature is PyYAML's
        return True

    def represent_str(self, data: str) -> yaml.ScalarNode:
        return self.represent_scalar("tag:yaml.org,2002:str", data, style="|" if "\n" in data else None)


_Dumper.add_representer(str, _Dumper.represent_str)
