"""The mock is put through the faults, too: every rule finds one of its faults there, and nothing in the mock itself."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from contract_tests.findings import Status
from faults.catalogue import FAULTS
from faults.fault import Fault
from faults.judging import faults_found, findings_of, judge
from faults.records import Account
from faults.server import served
from faults.site import Edit, edit_application, unchanged
from mock_server.app import make_app
from mock_server.backend import Backend
from mock_server.known_facts import write_known_facts
from mock_server.settings import MockSettings
from mock_server.state import Store


@dataclass(frozen=True)
class Mock:
    """The mock over a small world, and what its owner knows."""

    backend: Backend
    application: Any
    accounts: tuple[Account, ...]
    facts: dict[str, Any]

    def served(self, edit: Edit) -> Any:
        """Serve it with an edit, in its first state; a context manager that gives the base URL."""
        self.backend.reset()
        return served(edit_application(self.application, self.accounts, tuple(self.facts["invoice_ids"]), edit))


@cache
def mock() -> Mock:
    """The mock, made once."""
    backend = Backend(MockSettings(organizations=2, facilities=6, invoices=400))
    store = backend.scene.store
    return Mock(
        backend=backend,
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


@pytest.mark.parametrize("rule", {rule: None for fault in FAULTS for rule in fault.rules})
def test_every_rule_finds_a_fault_of_the_mock(rule: str) -> None:
    # The first that shows: the mock's small world has no case of some.
    faults = [replace(fault, rule=rule) for fault in FAULTS if rule in fault.rules]
    assert any(_is_found(fault, rules) for rules in ((rule,), None) for fault in faults)


def _is_found(fault: Fault, rules: Collection[str] | None) -> bool:
    """Whether the rule of a fault finds it in the mock, where some rules are judged, or all."""
    with mock().served(fault.edit) as base_url:
        run = judge(base_url, mock().facts, known=True, rules=rules)
    return faults_found(fault, run).keys() >= set(fault.rules)
