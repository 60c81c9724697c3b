"""Reads ``openapi.yaml`` into a Spec, and refuses what it does not understand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from api_spec.document import Document, Pointer
from api_spec.model import Basis, Operation, Page, Parameter, Response, Rule, SecurityHeader, Spec
from api_spec.place import find_shipped

DEFAULT_PATH = find_shipped("openapi.yaml")

METHODS = ("get", "put", "post", "delete", "options", "head", "patch")
LOCATIONS = ("path", "query", "header")

ROOT_KEYS = {
    "openapi", "info", "servers", "tags", "security", "paths", "components", "externalDocs",
    "jsonSchemaDialect", "x-pages", "x-rules",
}  # fmt: skip
PATH_KEYS = {*METHODS, "parameters", "summary", "description", "servers"}
OPERATION_KEYS = {
    "operationId", "tags", "summary", "description", "externalDocs", "parameters", "requestBody",
    "responses", "security", "deprecated", "servers", "x-rules", "x-basis", "x-page",
}  # fmt: skip
PARAMETER_KEYS = {
    "name", "in", "required", "description", "schema", "example", "examples", "deprecated", "style",
    "explode", "x-basis", "x-page",
}  # fmt: skip
RESPONSE_KEYS = {"description", "content", "headers", "links", "x-basis", "x-page"}
RULE_KEYS = {"id", "rule", "basis", "page"}


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

    @property
    def root(self) -> dict[str, Any]:
        return self.document.content

    def spec(self) -> Spec:
        root = self.root
        self._mapping(root, (), known=ROOT_KEYS, required=("openapi", "info", "paths"))
        if not str(root["openapi"]).startswith("3.1"):
            raise self.document.error(("openapi",), f"expected a 3.1 version, got {root['openapi']!r}")
        info = self._mapping(root["info"], ("info",), required=("title", "version"))
        self.pages = dict(self._pages(root.get("x-pages", {})))
        operations = tuple(self._operations(self._mapping(root["paths"], ("paths",))))
        shared = tuple(self._rules(root, (), None, None))
        spec = Spec(
            document=self.document,
            title=info["title"],
            version=info["version"],
            servers=tuple(server["url"] for server in root.get("servers", [])),
            pages=self.pages,
            operations=operations,
            rules=(*shared, *(rule for operation in operations for rule in operation.rules)),
        )
        self._refuse_twins(spec)
        return spec

    def _refuse_twins(self, spec: Spec) -> None:
        for kind, named in (("operationId", spec.operations), ("rule id", spec.rules)):
            seen: set[str] = set()
            for one in named:
                if one.id in seen:
                    raise self.document.error(one.pointer, f"{kind} {one.id!r} is used twice")
                seen.add(one.id)

    def _pages(self, pages: Any) -> Iterator[tuple[str, Page]]:
        for name, page in self._mapping(pages, ("x-pages",)).items():
            self._mapping(page, ("x-pages", name), known={"title", "url"}, required=("title", "url"))
            yield name, Page(name, page["title"], page["url"])

    def _page(self, name: Any, pointer: Pointer) -> Page:
        if name not in self.pages:
            raise self.document.error(pointer, f"no page {name!r} in x-pages{_hint(name, self.pages)}")
        return self.pages[name]

    def _operations(self, paths: Mapping[str, Any]) -> Iterator[Operation]:
        for path, item in paths.items():
            if not path.startswith("/"):
                raise self.document.error(("paths", path), "a path starts with a slash")
            self._mapping(item, ("paths", path), known=PATH_KEYS)
            for method in METHODS:
                if method in item:
                    yield self._operation(path, method, item)

    def _operation(self, path: str, method: str, item: Mapping[str, Any]) -> Operation:
        pointer: Pointer = ("paths", path, method)
        raw = self._mapping(item[method], pointer, known=OPERATION_KEYS, required=("operationId", "responses"))
        parameters = self._parameters(raw, item, pointer, path)
        responses = {
            str(status): self._response(str(status), response, (*pointer, "responses", status))
            for status, response in self._mapping(raw["responses"], (*pointer, "responses")).items()
        }
        if not any(status.startswith("2") for status in responses):
            raise self.document.error((*pointer, "responses"), "expected a response with a 2xx status, got none")
        page = self._operation_page(raw)
        return Operation(
            id=raw["operationId"],
            method=method.upper(),
            path=path,
            summary=raw.get("summary", ""),
            page=page,
            parameters=parameters,
            security=self._security(raw, pointer),
            responses=responses,
            rules=tuple(self._rules(raw, pointer, raw["operationId"], page)),
            pointer=pointer,
        )

    def _operation_page(self, raw: Mapping[str, Any]) -> Page | None:
        docs: Mapping[str, Any] = raw.get("externalDocs", {})
        url = docs.get("url")
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
        raw, pointer = self._resolve(entry, pointer)
        self._mapping(raw, pointer, known=PARAMETER_KEYS, required=("name", "in", "schema"))
        if raw["in"] not in LOCATIONS:
            expected = ", ".join(LOCATIONS)
            raise self.document.error((*pointer, "in"), f"expected one of {expected}, got {raw['in']!r}")
        schema = self.inline(raw["schema"], (*pointer, "schema"))
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
        return tuple(self._security_header(name, pointer) for requirement in requirements for name in requirement)

    def _security_header(self, name: str, pointer: Pointer) -> SecurityHeader:
        components: Mapping[str, Any] = self.root.get("components", {})
        schemes: Mapping[str, Any] = components.get("securitySchemes", {})
        if name not in schemes:
            raise self.document.error(pointer, f"security scheme {name!r} is not defined{_hint(name, schemes)}")
        scheme = schemes[name]
        if (scheme.get("type"), scheme.get("in")) != ("apiKey", "header"):
            where: Pointer = ("components", "securitySchemes", name)
            raise self.document.error(where, "only apiKey schemes in a header are supported")
        return SecurityHeader(name, scheme["name"])

    def _response(self, status: str, entry: Any, pointer: Pointer) -> Response:
        if not re.fullmatch(r"[1-5]\d\d|default", status):
            raise self.document.error(pointer, f"expected a status code or default, got {status!r}")
        raw, pointer = self._resolve(entry, pointer)
        self._mapping(raw, pointer, known=RESPONSE_KEYS, required=("description",))
        content: Mapping[str, Any] = raw.get("content", {})
        media_type = next(iter(content), None)
        body: Mapping[str, Any] = content[media_type] if media_type else {}
        schema = body.get("schema")
        examples: Mapping[str, Any] = body.get("examples", {})
        return Response(
            status=status,
            description=raw["description"],
            basis=self._basis(raw, pointer),
            media_type=media_type,
            schema=None if schema is None else self.inline(schema, (*pointer, "content", str(media_type), "schema")),
            examples={name: example["value"] for name, example in examples.items()},
            pointer=pointer,
        )

    def _rules(
        self, owner: Mapping[str, Any], pointer: Pointer, operation_id: str | None, page: Page | None
    ) -> Iterator[Rule]:
        for index, raw in enumerate(owner.get("x-rules", [])):
            where = (*pointer, "x-rules", index)
            self._mapping(raw, where, known=RULE_KEYS, required=("id", "rule", "basis"))
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

    def inline(self, schema: Any, pointer: Pointer, trail: tuple[str, ...] = ()) -> Any:
        """A schema with every local reference replaced by what it names."""
        if isinstance(schema, list):
            return [self.inline(entry, (*pointer, index), trail) for index, entry in enumerate(schema)]
        if not isinstance(schema, dict):
            return schema
        if "$ref" in schema:
            reference = schema["$ref"]
            if reference in trail:
                raise self.document.error(pointer, f"$ref {reference!r} leads back to itself")
            target, where = self._resolve(schema, pointer)
            return self.inline(target, where, (*trail, reference))
        return {key: self.inline(value, (*pointer, key), trail) for key, value in schema.items()}

    def _resolve(self, entry: Any, pointer: Pointer) -> tuple[Any, Pointer]:
        if not isinstance(entry, dict) or "$ref" not in entry:
            return entry, pointer
        reference = entry["$ref"]
        if not isinstance(reference, str) or not reference.startswith("#/"):
            raise self.document.error((*pointer, "$ref"), f"expected a reference within this file, got {reference!r}")
        where = tuple(step.replace("~1", "/").replace("~0", "~") for step in reference[2:].split("/"))
        target: Any = self.root
        for step in where:
            if not isinstance(target, dict) or step not in target:
                raise self.document.error((*pointer, "$ref"), f"{reference!r} leads nowhere")
            target = target[step]
        return target, where

    def _mapping(
        self, value: Any, pointer: Pointer, known: set[str] | None = None, required: tuple[str, ...] = ()
    ) -> Mapping[str, Any]:
        if not isinstance(value, dict):
            raise self.document.error(pointer, f"expected a mapping, got {type(value).__name__}")
        for key in value:
            if known is not None and key not in known:
                raise self.document.error((*pointer, key), f"unknown key{_hint(key, known)}")
        for key in required:
            if key not in value:
                raise self.document.error(pointer, f"expected the key {key!r}, which is missing")
        return value


def _hint(name: Any, known: Any) -> str:
    near = get_close_matches(str(name), [str(one) for one in known], n=1)
    return f"; did you mean {near[0]!r}?" if near else ""
