"""One operation of the contract, from a request to its answer."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any

from flask import Response, request

from api_spec import Operation
from mock_server import refusals
from mock_server.answers import Answer
from mock_server.backend import Backend
from mock_server.demand import answer_with, demanded_answer
from mock_server.explanations import explain_key, explain_number, explain_organization, explain_path
from mock_server.faults import SPARED, Fate
from mock_server.notes import Notes, notes_of
from mock_server.operations import Behaviour, Call
from mock_server.parameters import Checked, Checks
from mock_server.preferences import PreferenceError, read_preferences
from mock_server.problems import problem
from mock_server.responses import base_url, respond
from mock_server.scene import Scene
from mock_server.security import find_owner
from mock_server.session_header import session_of
from mock_server.violations import Violation, find_violations

ORGANIZATION = "x-organization-id"
"""The parameter that names the organization whose data is asked for."""


@dataclass(frozen=True)
class Endpoint:
    """One operation, made ready to answer requests."""

    operation: Operation
    checks: Checks
    behave: Behaviour
    backend: Backend

    def __call__(self, **in_path: str) -> Response:
        """Answer the request that Flask is handling."""
        notes = notes_of(request.environ)
        notes.operation_id, notes.journaled = self.operation.id, True
        if self.operation.page:
            notes.page = self.operation.page.url
        given = self.answer(request.environ, in_path, notes)
        if given.hint:
            notes.hints.append(given.hint)
        return respond(given)

    def answer(self, environ: dict[str, Any], in_path: dict[str, str], notes: Notes) -> Answer:
        """The answer to a request: the one that it prefers, a fault, or what the operation says."""
        scene = self.backend.scene_of(session_of(environ))
        checked = self.checks.run(environ, in_path, request.get_data)
        notes.violations = find_violations(self.backend.spec, self.operation, environ, checked)
        try:
            preferences = read_preferences(environ)
            demanded = demanded_answer(self.operation, preferences)
        except PreferenceError as mistake:
            return replace(problem(400, str(mistake)), hint=str(mistake))
        notes.applied = preferences.applied()
        owner = find_owner(self.operation, environ, scene.keys) if self.operation.security else ""
        fate = SPARED if demanded else _fate(scene, owner, environ)
        if preferences.delay is not None:
            fate = replace(fate, delay=0.0)
        delay = preferences.delay or fate.delay
        if delay:
            time.sleep(delay)
        notes.faults += fate.notes()
        if demanded:
            return demanded
        if fate.code:
            return answer_with(self.operation, fate.code, fate.retry_after)
        refused = refusal_of(notes.violations) if scene.strict and notes.violations else None
        given = self._regular(environ, in_path, checked, owner, scene, refused)
        return refused if refused and given.status < 400 else given

    def _regular(
        self,
        environ: dict[str, Any],
        in_path: dict[str, str],
        checked: Checked,
        owner: str | None,
        scene: Scene,
        refused: Answer | None,
    ) -> Answer:
        """The first refusal on the way, or what the operation says; `refused` in place of a change."""
        if owner is None:
            return refusals.invalid_key(explain_key(self.operation, environ, scene.organizations))
        if checked.findings:
            hints = [explain_number(text, owner, scene.store) for text in in_path.values()]
            if in_path:
                hints.append(explain_path(environ["PATH_INFO"], self.backend.spec))
            return refusals.invalid_parameters(checked.findings, " ".join(filter(None, hints)))
        organization_id = checked.values.get(ORGANIZATION) or owner
        if owner and organization_id != owner:
            return refusals.foreign_organization(explain_organization(organization_id, owner, scene.organizations))
        if refused and self.operation.method != "GET":
            return refused
        return self.behave(Call(organization_id, checked.values, checked.body, scene, base_url(environ)))


def _fate(scene: Scene, owner: str | None, environ: dict[str, Any]) -> Fate:
    target = f"{environ['PATH_INFO']}?{environ.get('QUERY_STRING', '')}"
    return scene.injector.fate(owner or "", environ["REQUEST_METHOD"], target)


def refusal_of(violations: list[Violation]) -> Answer:
    """The refusal of a request that breaks the contract, where the API would have served it."""
    detail = " ".join(f"{violation.where}: {violation.message}" for violation in violations)
    return problem(400, f"The request breaks the contract. {detail}", violations=violations)
