"""What the mock serves beside the contract's operations, without a key."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import orjson

from mock_server.answers import Answer
from mock_server.backend import Backend


@dataclass
class OwnPages:
    """The mock's own pages."""

    backend: Backend

    def openapi_yaml(self) -> Answer:
        """The contract file as it is."""
        return Answer(200, self.backend.spec.document.text.encode(), "application/yaml; charset=utf-8")

    def openapi_json(self) -> Answer:
        """The contract as JSON."""
        return Answer(200, self._contract)

    @cached_property
    def _contract(self) -> bytes:
        return orjson.dumps(self.backend.spec.document.content, option=orjson.OPT_NON_STR_KEYS)

    def file(self, path: str, session: str) -> Answer | None:
        """The document of an invoice as PDF; None when no invoice of the session has one under this path."""
        scene = self.backend.scene_of(session)
        record = scene.store.file(path)
        if record is None:
            return None
        from mock_server.invoice_pdf import render_pdf  # takes time to import, and many runs need none

        organizations = {organization.id: organization for organization in scene.organizations}
        facility = scene.store.facility(record.invoice.facility_id or "")
        return Answer(200, render_pdf(record, facility, organizations[record.organization_id]), "application/pdf")
