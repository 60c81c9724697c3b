"""A mock of a test's own, called in the test's process."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from stores import database_of
from werkzeug.test import TestResponse

from api_spec import Spec
from mock_server.app import make_app
from mock_server.backend import Backend
from mock_server.settings import MockSettings
from mock_server.world.model import Facility, InvoiceRecord, Organization, World

CUPS = "/v1/invoices/cups"
DOCUMENTED = "/v1/invoices/550e8400-e29b-41d4-a716-446655440000"


def _fits(value: Any, wanted: Any) -> bool:
    return bool(wanted(value)) if callable(wanted) else bool(value == wanted)


@lru_cache(maxsize=4)
def application(backend: Backend) -> Flask:
    return make_app(backend)


@dataclass(frozen=True)
class InProcess:
    """A mock, and what a test asks of it."""

    backend: Backend
    session: str = ""
    """Whose world is asked for; of the empty name, the one that all without a name share."""

    @classmethod
    def of(cls, spec: Spec | None = None, world: World | None = None, **settings: Any) -> InProcess:
        return cls(Backend(MockSettings(**settings), spec, world, database_of(world) if world else None))

    @cached_property
    def client(self) -> FlaskClient:
        return application(self.backend).test_client()

    def organization(self, index: int = 0) -> Organization:
        return self.backend.scene.organizations[index]

    def ask(
        self, path: str = CUPS, method: str = "GET", headers: dict[str, str | None] | None = None, owner: int = 0,
        **more: Any,
    ) -> TestResponse:  # fmt: skip
        """Send a request as an organization; a header that is None is left out."""
        asking = self.organization(owner)
        own = {"x-mock-session": self.session or None}
        given = {"x-api-key": asking.api_key, "x-organization-id": asking.id, **own, **(headers or {})}
        sent = {name: value for name, value in given.items() if value is not None}
        return self.client.open(path, method=method, headers=sent, **more)

    def owned(self, owner: int = 0, **wanted: Any) -> list[InvoiceRecord]:
        """The invoices of an organization whose attributes are as wanted; a callable says whether one is."""
        return [
            record
            for record in self.backend.scene_of(self.session).store.records(self.organization(owner).id)
            if all(_fits(getattr(record.invoice, name), one) for name, one in wanted.items())
        ]

    def facilities(self, owner: int = 0) -> list[Facility]:
        """The facilities of an organization."""
        own_id = self.organization(owner).id
        return [one for one in self.backend.scene.store.all_facilities() if one.organization_id == own_id]

    def control(self, path: str, method: str = "GET", **more: Any) -> TestResponse:
        """Ask the control API."""
        return self.client.open(f"/_mock/{path}", method=method, **more)

    def change(self, body: Any) -> TestResponse:
        """Change what is in force, by a plain value or by bytes that need not be JSON."""
        return self.control("state", "PATCH", data=body if isinstance(body, bytes) else json.dumps(body))

    def state(self) -> dict[str, Any]:
        return dict(self.control("state").json or {})

    def journal(self, **query: Any) -> list[dict[str, Any]]:
        return list((self.control("journal", query_string=query).json or {})["items"])
