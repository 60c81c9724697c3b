"""A deployment of one invoice, within the process, one value of whose answers is odd."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from api_spec import load_fixtures, load_spec
from contract_tests.exchange import Answer, Request

SPEC = load_spec()
FIXTURES = load_fixtures()
INVOICE = FIXTURES["getInvoice"].body

Path = tuple[str | int, ...]
LEAVES: tuple[tuple[str, Path], ...] = (
    *(("listCupsGroups", (name,)) for name in FIXTURES["listCupsGroups"].body),
    *(("listCupsGroups", ("items", 0, name)) for name in FIXTURES["listCupsGroups"].body["items"][0]),
    *(("getInvoice", (name,)) for name in INVOICE),
    *(("listInvoices", (name,)) for name in ("items", "total")),
    *(("listInvoices", ("items", 0, name)) for name in ("id", "cups", "facility_id", "start_date", "updated_at")),
    *(("getFacility", (name,)) for name in ("id", "name", "cups_list")),
    *(("getInvoiceFilterOptions", (name,)) for name in ("cups", "suppliers")),
    *(("listFacilities", ("items", 0, name)) for name in ("id", "name", "status")),
    *(("updateInvoice", (name,)) for name in ("id", "cups", "status", "updated_at")),
    *(("consolidateCups", (name,)) for name in FIXTURES["consolidateCups"].body),
    *(("recalculateInvoices", (name,)) for name in ("invoice_ids", "count", "processing_job_ids")),
)
"""Fields of answers, each with the operation that answers it."""


class Deployment:
    """Serves one invoice and remembers what is written to it; one value of its answers is another."""

    def __init__(self, operation_id: str, path: Path, value: bytes) -> None:
        self._odd = (operation_id, path, value)
        self._invoice = dict(INVOICE)

    def send(self, request: Request) -> Answer:
        """The answer to a request, whose headers and target must be fit to be sent."""
        assert request.target.isascii()
        for value in request.credentials.headers().values():
            assert value.isascii(), "a header holds no such text"
            assert value.isprintable(), "a header holds no such text"
        if request.operation_id == "deleteInvoice":
            return Answer(204, (), b"")
        self._write(request)
        status = {"recalculateInvoices": 202}.get(request.operation_id, 200)
        return Answer(status, (("Content-Type", "application/json"),), self._body(request.operation_id))

    def _write(self, request: Request) -> None:
        body = json.loads(request.body) if request.body else {}
        if request.operation_id == "updateInvoice" and isinstance(body, dict):
            self._invoice.update((name, body[name]) for name in body.keys() & self._invoice.keys())
        if request.operation_id == "consolidateCups" and body.get("target_cups"):
            self._invoice["cups"] = body["target_cups"]

    def _body(self, operation_id: str) -> bytes:
        body = self._answer(operation_id)
        odd, path, value = self._odd
        if odd == operation_id:
            place: Any = body
            for step in path[:-1]:
                place = place[step]
            place[path[-1]] = "<odd>"
        return json.dumps(body).encode().replace(b'"<odd>"', value)

    def _answer(self, operation_id: str) -> Any:
        invoice = self._invoice
        if operation_id in ("getInvoice", "updateInvoice"):
            return dict(invoice)
        if operation_id == "listCupsGroups":
            group = dict(FIXTURES[operation_id].body["items"][0], invoice_count=1)
            group |= {name: invoice[name] for name in ("cups", "facility_id")}
            return {"items": [group], "total": 1, "page": 1, "size": 50, "total_pages": 1}
        if operation_id == "listInvoices":
            item = dict(FIXTURES[operation_id].body["items"][0])
            item |= {name: invoice[name] for name in item.keys() & invoice.keys()}
            return {"items": [item], "total": 1, "page": 1, "size": 50, "pages": 1}
        if operation_id == "listFacilities":
            return {"items": [self._sample("getFacility")], "total": 1, "page": 1, "size": 10, "pages": 1}
        if operation_id == "consolidateCups":
            return {"updated_count": 1, "affected_facilities": [invoice["facility_id"]]}
        if operation_id == "recalculateInvoices":
            return {"invoice_ids": [invoice["id"]], "count": 1, "processing_job_ids": ["1"]}
        return self._sample(operation_id)

    def _sample(self, operation_id: str) -> Any:
        schema: Mapping[str, Any] = SPEC.operation(operation_id).success.schema or {}
        found = {name: _sample_of(about) for name, about in schema["properties"].items()}
        return found | ({"id": self._invoice["facility_id"]} if "id" in found else {})


def _sample_of(schema: Mapping[str, Any]) -> Any:
    """The plainest value that a schema allows."""
    kind = schema["type"]
    if isinstance(kind, list):
        return None
    if kind == "array":
        return []
    return schema.get("enum", [{"string": "x", "number": 1, "integer": 1, "boolean": True}.get(kind)])[0]
