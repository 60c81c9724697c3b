"""The mock is put through the same faults: each that shows in its world turns the verdict red by its rule.

A rule that does not look at the whole run is judged on its own here; whole runs are the matter of `test_matrix`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from contract_tests.findings import Status
from contract_tests.reading import NotJson, read_json
from faults.catalogue import FAULT_BY_NAME
from faults.exchange import Answer, Request, from_wsgi
from faults.judging import enough_for, findings_of, judge
from faults.probes import list_requests
from faults.records import Account
from faults.relisting import Relisting
from faults.server import served
from faults.site import Edit, Site, edit_application, unchanged
from mock_server.app import make_app
from mock_server.backend import Backend
from mock_server.known_facts import write_known_facts
from mock_server.settings import MockSettings
from mock_server.state import Store


@dataclass(frozen=True)
class Mock:
    """The mock over a small world, and what its owner knows."""

    application: Any
    accounts: tuple[Account, ...]
    facts: dict[str, Any]

    def served(self, edit: Edit) -> Any:
        """Serve it with an edit; a context manager that gives the base URL."""
        return served(edit_application(self.application, self.accounts, tuple(self.facts["invoice_ids"]), edit))

    def answers(self, edit: Edit) -> list[object]:
        """What it answers to a fixed set of requests, with an edit."""
        handler = edit(Site(from_wsgi(self.application), self.accounts, tuple(self.facts["invoice_ids"])))
        facilities = {invoice["facility_id"] for invoice in self.facts["export"]["invoices"] if invoice["facility_id"]}
        return [_seen(handler, request) for request in list_requests(self.facts, sorted(facilities)[:6])]


def _seen(handler: Callable[[Request], Answer], request: Request) -> object:
    """An answer without what carries no meaning: how its JSON is laid out, and what follows from that."""
    answer = handler(request)
    following = ("content-length", "etag")
    headers = sorted((name.lower(), value) for name, value in answer.headers if name.lower() not in following)
    try:
        return answer.status, headers, read_json(answer.body)
    except NotJson:
        return answer.status, headers, answer.body


@cache
def mock() -> Mock:
    """The mock, made once."""
    backend = Backend(MockSettings(organizations=2, facilities=6, invoices=400))
    store = backend.scene.store
    return Mock(
        application=make_app(backend),
        accounts=tuple(Account(organization.id, organization.api_key) for organization in store.organizations),
        facts=_facts(store),
    )


def _facts(store: Store) -> dict[str, Any]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "known.json"
        write_known_facts(path, store)
        known = json.loads(path.read_text(encoding="utf-8"))
    first, other = store.organizations[0], known["other_organization"]
    invoices = [{**one, "is_datadis": one["datadis"]} for one in known["invoices"]["items"]]
    for invoice in invoices:
        del invoice["datadis"]
    return {
        "organization": {"organization_id": first.id, "api_key": first.api_key},
        "invoice_ids": known["invoice_ids"],
        "expendable_invoice_ids": known["expendable_invoice_ids"],
        "second_organization": {**other, "visible_to_first_key": other["visible"]},
        "locked_groups": [],
        "unlocked_groups": [],
        "export": {"complete": True, "invoices": invoices},
    }


def test_the_mock_itself_passes() -> None:
    with mock().served(unchanged) as base_url:
        run = judge(base_url, mock().facts, known=True)
    assert findings_of(run, Status.BROKEN, Status.BLOCKED, Status.WARNED, Status.NOT_EXERCISED) == {}


@cache
def correct_answers() -> tuple[list[object], ...]:
    """What the mock answers without an edit, and with a listing that is cut into pages anew but rightly."""
    return mock().answers(unchanged), mock().answers(Relisting())


@pytest.mark.parametrize("name", FAULT_BY_NAME)
def test_a_fault_of_the_mock_is_found_by_its_rule(name: str) -> None:
    fault = FAULT_BY_NAME[name]
    if mock().answers(fault.edit) in correct_answers():
        pytest.skip("the fault changes nothing in the world of the mock")
    with mock().served(fault.edit) as base_url:
        run = judge(base_url, mock().facts, known=True, rules=enough_for(fault))
    found = findings_of(run, Status.BROKEN, Status.WARNED)
    assert set(fault.rules) & set(found), f"{fault.about} Expected {fault.rules}, found {found}"
