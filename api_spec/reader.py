"""Reads ``openapi.yaml`` into a Spec, and refuses what it does not understand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import jsonschema_rs

from api_spec.document import Document, Pointer
from api_spec.model import Basis, Operation, Page, Parameter, RequestBody, Response, Rule, SecurityHeader, Spec
from api_spec.place import find_shipped

DEFAULT_PATH = find_shipped("openapi.yaml")

METHODS = ("get", "put", "post", "delete", "options", "head", "patch")
LOCATIONS = ("path", "query", "header")
YAML_NAMES: dict[type, str] = {
    dict: "a mapping", list: "a list", str: "a text", bool: "true or false", int: "a number", float: "a number",
    type(None): "nothing",
}  # fmt: skip

# What each part of the file may hold, and as what type. A key that is in none of these tables is refused.
DOCS = {"description": str, "url": str}
ORIGIN = {"x-basis": str, "x-page": str}
ROOT = {
    "openapi": str, "info": dict, "servers": list, "tags": list, "security": list, "paths": dict, "components": dict,
    "externalDocs": dict, "jsonSchemaDialect": str, "x-pages": dict, "x-rules": list,
}  # fmt: skip
INFO = {
    "title": str, "version": str, "summary": str, "description": str, "termsOfService": str, "contact": dict,
    "license": dict,
}  # fmt: skip
SERVER = {"url": str, "description": str, "variables": dict, **ORIGIN}
PAGE = {"title": str, "url": str}
COMPONENTS = dict.fromkeys(
    ("schemas", "responses", "parameters", "examples", "requestBodies", "headers", "securitySchemes", "links"), dict
)
SECURITY_SCHEME = {"type": str, "in": str, "name": str, "description": str, **ORIGIN}
PATH = {**dict.fromkeys(METHODS, dict), "parameters": list, "summary": str, "description": str, "servers": list}
OPERATION = {
    "operationId": str, "tags": list, "summary": str, "description": str, "externalDocs": dict, "parameters": list,
    "requestBody": dict, "responses": dict, "security": list, "deprecated": bool, "servers": list, "x-rules": list,
    **ORIGIN,
}  # fmt: skip
PARAMETER = {
    "name": str, "in": str, "required": bool, "description": str, "schema": dict, "example": object, "examples": dict,
    "deprecated": bool, "style": str, "explode": bool, **ORIGIN,
}  # fmt: skip
REQUEST_BODY = {"description": str, "content": dict, "required": bool, **ORIGIN}
RESPONSE = {"description": str, "content": dict, "headers": dict, "links": dict, **ORIGIN}
MEDIA_TYPE = {"schema": dict, "example": object, "examples": dict, "encoding": dict}
EXAMPLE = {"summary": str, "description": str, "value": object}
LINK = {"operationId": str, "parameters": dict, "requestBody": object, "description": str}
RULE = {"id": str, "rule": str, "basis": str, "page": str}


def load_spec(path: Path | str | None = None) -> Spec:
    """Read the contract from a file, by default the one that ships with the package.

    Raises SpecError, with file, line and reason, when the file is missing, malformed, or says
    something that this reader does not understand.
    """
    return _Reader(Document.read(Path(path) if path else DEFAULT_PATH)).spec()


@dataclass
class _Reader:
    document: Document
    pages: dict[str, Page] = field(default_factory=dict)
    links: list[tuple[Pointer, Mapping[str, Any]]] = field(default_factory=list)
    """Every link of a response, with its place."""

    @property
    def root(self) -> dict[str, Any]:
        return self.document.content

    def spec(self) -> Spec:
        root = self.root
        self._mapping(root, (), ROOT, required=("openapi", "info", "paths"))
        if not root["openapi"].startswith("3.1"):
            raise self.document.error(("openapi",), f"expected a 3.1 version, got {root['openapi']!r}")
        info = self._mapping(root["info"], ("info",), INFO, required=("title", "version"))
        self.pages = dict(self._pages(root.get("x-pages", {})))
        self._check_components(root.get("components", {}))
        operations = tuple(self._operations(root["paths"]))
        shared = tuple(self._rules(root, (), None, None))
        spec = Spec(
            document=self.document,
            title=info["title"],
            version=info["version"],
            servers=tuple(self._servers(root.get("servers", []))),
            pages=self.pages,
            operations=operations,
            rules=(*shared, *(rule for operation in operations for rule in operation.rules)),
        )
        self._refuse_twins(spec)
        self._refuse_dead_links(spec)
        return spec

    def _refuse_dead_links(self, spec: Spec) -> None:
        """Refuse a link to an operation or parameter that does not exist."""
        known = {operation.id: {one.name for one in operation.parameters} for operation in spec.operations}
        for pointer, link in self.links:
            target = link["operationId"]
            if target not in known:
                raise self.document.error((*pointer, "operationId"), f"no operation {target!r}{_hint(target, known)}")
            for name in link.get("parameters", {}):
                if name not in known[target]:
                    where = (*pointer, "parameters", name)
                    raise self.document.error(where, f"{target} has no parameter {name!r}{_hint(name, known[target])}")

    def _refuse_twins(self, spec: Spec) -> None:
        for kind, named in (("operationId", spec.operations), ("rule id", spec.rules)):
            seen: set[str] = set()
            for one in named:
                if one.id in seen:
                    raise self.document.error(one.pointer, f"{kind} {one.id!r} is used twice")
                seen.add(one.id)

    def _check_components(self, components: Any) -> None:
        self._mapping(components, ("components",), COMPONENTS)
        for name, schema in components.get("schemas", {}).items():
            self._check_schema(schema, ("components", "schemas", name))

    def _check_schema(self, schema: Any, pointer: Pointer) -> None:
        """Refuse what JSON Schema 2020-12 does not allow as a schema."""
        try:
            jsonschema_rs.meta.validate(schema)
        except jsonschema_rs.ValidationError as error:
            raise self.document.error((*pointer, *error.instance_path), error.message) from None

    def _servers(self, servers: list[Any]) -> Iterator[str]:
        for index, server in enumerate(servers):
            url: str = self._mapping(server, ("servers", index), SERVER, required=("url",))["url"]
            yield url

    def _pages(self, pages: Mapping[str, Any]) -> Iterator[tuple[str, Page]]:
        for name, page in pages.items():
            self._mapping(page, ("x-pages", name), PAGE, required=("title", "url"))
            yield name, Page(name, page["title"], page["url"])

    def _page(self, name: Any, pointer: Pointer) -> Page:
        if name not in self.pages:
            raise self.document.error(pointer, f"no page {name!r} in x-pages{_hint(name, self.pages)}")
        return self.pages[name]

    def _operations(self, paths: Mapping[str, Any]) -> Iterator[Operation]:
        for path, item in paths.items():
            if not str(path).startswith("/"):
                raise self.document.error(("paths", path), "a path starts with a slash")
            self._mapping(item, ("paths", path), PATH)
            for method in METHODS:
                if method in item:
                    yield self._operation(path, method, item)

    def _operation(self, path: str, method: str, item: Mapping[str, Any]) -> Operation:
        pointer: Pointer = ("paths", path, method)
        raw = self._mapping(item[method], pointer, OPERATION, required=("operationId", "responses"))
        parameters = self._parameters(raw, item, pointer, path)
        responses = {
            str(status): self._response(str(status), response, (*pointer, "responses", status))
            for status, response in raw["responses"].items()
        }
        if not any(status.startswith("2") for status in responses):
            raise self.document.error((*pointer, "responses"), "expected a response with a 2xx status, got none")
        page = self._operation_page(raw, pointer)
        return Operation(
            id=raw["operationId"],
            method=method.upper(),
            path=path,
            summary=raw.get("summary", ""),
            page=page,
            parameters=parameters,
            body=self._request_body(raw["requestBody"], (*pointer, "requestBody")) if "requestBody" in raw else None,
            security=self._security(raw, pointer),
            responses=responses,
            rules=tuple(self._rules(raw, pointer, raw["operationId"], page)),
            pointer=pointer,
        )

    def _operation_page(self, raw: Mapping[str, Any], pointer: Pointer) -> Page | None:
        url = self._mapping(raw.get("externalDocs", {}), (*pointer, "externalDocs"), DOCS).get("url")
        return next((page for page in self.pages.values() if page.url == url), None)

    def _parameters(
        self, raw: Mapping[str, Any], item: Mapping[str, Any], pointer: Pointer, path: str
    ) -> tuple[Parameter, ...]:
        found: dict[tuple[str, str], Parameter] = {}
        for owner, base in ((item, pointer[:2]), (raw, pointer)):
            for index, entry in enumerate(owner.get("parameters", [])):
                parameter = self._parameter(entry, (*base, "parameters", index))
                found[parameter.location, parameter.name] = parameter
        declared = {name for location, name in found if location == "path"}
        for name in set(re.findall(r"{(\w+)}", path)) ^ declared:
            raise self.document.error(pointer, f"path parameter {name!r} must be both in the path and declared")
        return tuple(found.values())

    def _parameter(self, entry: Any, pointer: Pointer) -> Parameter:
        raw, pointer = self.document.resolve(entry, pointer)
        self._mapping(raw, pointer, PARAMETER, required=("name", "in", "schema"))
        if raw["in"] not in LOCATIONS:
            expected = ", ".join(LOCATIONS)
            raise self.document.error((*pointer, "in"), f"expected one of {expected}, got {raw['in']!r}")
        self._check_schema(raw["schema"], (*pointer, "schema"))
        schema = self.document.inline(raw["schema"], (*pointer, "schema"))
        return Parameter(
            name=raw["name"],
            location=raw["in"],
            required=bool(raw.get("required", False)),
            schema=schema,
            basis=self._basis(raw, pointer),
            description=raw.get("description", ""),
            example=raw.get("example"),
            pointer=pointer,
        )

    def _security(self, raw: Mapping[str, Any], pointer: Pointer) -> tuple[SecurityHeader, ...]:
        requirements = raw.get("security", self.root.get("security", []))
        if len(requirements) > 1:
            raise self.document.error((*pointer, "security"), "alternative security requirements are not supported")
        names = [name for one in requirements for name in self._mapping(one, (*pointer, "security", 0))]
        return tuple(self._security_header(name, pointer) for name in names)

    def _security_header(self, name: str, pointer: Pointer) -> SecurityHeader:
        components: Mapping[str, Any] = self.root.get("components", {})
        schemes: Mapping[str, Any] = components.get("securitySchemes", {})
        if name not in schemes:
            raise self.document.error(pointer, f"security scheme {name!r} is not defined{_hint(name, schemes)}")
        where: Pointer = ("components", "securitySchemes", name)
        scheme = self._mapping(schemes[name], where, SECURITY_SCHEME, required=("type", "in", "name"))
        if (scheme["type"], scheme["in"]) != ("apiKey", "header"):
            raise self.document.error(where, "only apiKey schemes in a header are supported")
        return SecurityHeader(name, scheme["name"])

    def _request_body(self, entry: Any, pointer: Pointer) -> RequestBody:
        raw, pointer = self.document.resolve(entry, pointer)
        content = self._mapping(raw, pointer, REQUEST_BODY, required=("content",))["content"]
        media_type, schema, examples = self._content(content, (*pointer, "content"))
        if media_type is None or schema is None:
            raise self.document.error((*pointer, "content"), "expected a media type with a schema, got none")
        return RequestBody(
            required=bool(raw.get("required", False)),
            media_type=media_type,
            schema=schema,
            description=raw.get("description", ""),
            basis=self._basis(raw, pointer),
            examples=examples,
            pointer=pointer,
        )

    def _response(self, status: str, entry: Any, pointer: Pointer) -> Response:
        if not re.fullmatch(r"[1-5]\d\d|default", status):
            raise self.document.error(pointer, f"expected a status code or default, got {status!r}")
        raw, pointer = self.document.resolve(entry, pointer)
        self._mapping(raw, pointer, RESPONSE, required=("description",))
        media_type, schema, examples = self._content(raw.get("content", {}), (*pointer, "content"))
        for name, link in raw.get("links", {}).items():
            where = (*pointer, "links", name)
            self.links.append((where, self._mapping(link, where, LINK, required=("operationId",))))
        return Response(
            status=status,
            description=raw["description"],
            basis=self._basis(raw, pointer),
            media_type=media_type,
            schema=schema,
            examples=examples,
            pointer=pointer,
        )

    def _content(
        self, content: Mapping[str, Any], pointer: Pointer
    ) -> tuple[str | None, Mapping[str, Any] | None, Mapping[str, Any]]:
        """The first media type, its schema and its examples by name."""
        media_type = next(iter(content), None)
        if media_type is None:
            return None, None, {}
        where = (*pointer, media_type)
        body = self._mapping(content[media_type], where, MEDIA_TYPE)
        schema = body.get("schema")
        if schema is not None:
            self._check_schema(schema, (*where, "schema"))
            schema = self.document.inline(schema, (*where, "schema"))
        return media_type, schema, dict(self._examples(body.get("examples", {}), (*where, "examples")))

    def _examples(self, examples: Mapping[str, Any], pointer: Pointer) -> Iterator[tuple[str, Any]]:
        for name, example in examples.items():
            yield name, self._mapping(example, (*pointer, name), EXAMPLE, required=("value",))["value"]

    def _rules(
        self, owner: Mapping[str, Any], pointer: Pointer, operation_id: str | None, page: Page | None
    ) -> Iterator[Rule]:
        for index, raw in enumerate(owner.get("x-rules", [])):
            where = (*pointer, "x-rules", index)
            self._mapping(raw, where, RULE, required=("id", "rule", "basis"))
            if "page" in raw:
                source = self._page(raw["page"], (*where, "page"))
            elif page is not None:
                source = page
            else:
                raise self.document.error(where, "expected a page, as no operation page stands for it")
            yield Rule(raw["id"], raw["rule"], self._basis(raw, where, "basis"), source, operation_id, where)

    def _basis(self, raw: Mapping[str, Any], pointer: Pointer, key: str = "x-basis") -> Basis:
        value = raw.get(key, Basis.INFERRED)
        if value not in set(Basis):
            expected = ", ".join(Basis)
            raise self.document.error((*pointer, key), f"expected one of {expected}, got {value!r}")
        return Basis(value)

    def _mapping(
        self,
        value: Any,
        pointer: Pointer,
        known: Mapping[str, type] | None = None,
        required: tuple[str, ...] = (),
    ) -> Mapping[str, Any]:
        """A mapping that holds known keys only, each with a value of its type, and every required one."""
        mapping: Mapping[str, Any] = self._typed(value, pointer, dict)
        for key, inner in mapping.items():
            if known is not None and key not in known:
                raise self.document.error((*pointer, key), f"unknown key{_hint(key, known)}")
            self._typed(inner, (*pointer, key), known[key] if known else object)
        for key in required:
            if key not in mapping:
                raise self.document.error(pointer, f"expected the key {key!r}, which is missing")
        return mapping

    def _typed(self, value: Any, pointer: Pointer, expected: type) -> Any:
        if not isinstance(value, expected):
            got = YAML_NAMES.get(type(value), type(value).__name__)
            raise self.document.error(pointer, f"expected {YAML_NAMES[expected]}, got {got}")
        return value


def _hint(name: Any, known: Any) -> str:
    near = get_close_matches(str(name), [str(one) for one in known], n=1)
    return f"; did you mean {near[0]!r}?" if near else ""
