"""The routes of the control API, as its document has them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any

from flask import Flask, Response, request

from api_spec import VERSION, SpecError
from mock_server.answers import Answer, answer
from mock_server.backend import Backend
from mock_server.control import state, world
from mock_server.control.document import checks_of, document
from mock_server.control.events import follow
from mock_server.control.guard import refuse
from mock_server.errors import InputError
from mock_server.journal_formats import har, json_lines, json_text
from mock_server.known_facts import known_facts
from mock_server.problems import problem
from mock_server.responses import base_url, respond
from mock_server.scene import Scene
from mock_server.session_header import session_of

CONTROL = "/_mock/"

HEALTH = f"{CONTROL}health"

Values = Mapping[str, Any]
"""The typed query parameters of a request."""

Serve = Callable[[Backend, Values], Answer | Response]


def get_state(backend: Backend, _values: Values) -> Answer:
    """What is in force."""
    return answer(200, state.plain_state(backend, session_of(request.environ)))


def change_state(backend: Backend, _values: Values) -> Answer:
    """Change what is in force, as the body says."""
    try:
        state.apply_change(backend, request.get_data())
    except (SpecError, InputError) as mistake:
        return problem(400, str(mistake))
    return get_state(backend, {})


def reset(backend: Backend, _values: Values) -> Answer:
    """Back to the start; what a session changed, if the request names one, and nothing else."""
    session = session_of(request.environ)
    if session:
        backend.reset_session(session)
        return get_state(backend, {})
    try:
        backend.reset()
    except (SpecError, InputError) as mistake:
        return problem(400, str(mistake))
    return get_state(backend, {})


def list_scenarios(backend: Backend, _values: Values) -> Answer:
    """The scenarios that can be set by name."""
    try:
        found = backend.scenarios.all()
    except InputError as mistake:
        return problem(400, str(mistake))
    return answer(200, {"items": [{"name": one.name, "description": one.description} for one in found]})


def get_world(backend: Backend, values: Values) -> Answer:
    """All data, as a data file."""
    from mock_server.data import export_world  # few need it, and it takes time to import

    kind = values["format"]
    media_type = "text/csv; charset=utf-8" if kind == "csv" else f"application/{kind}"
    return Answer(200, export_world(_scene(backend).world, kind), media_type)


def get_known_facts(backend: Backend, _values: Values) -> Answer:
    """What the verifier is told with ``--known``."""
    return answer(200, known_facts(_scene(backend).store))


def get_journal(backend: Backend, values: Values) -> Answer:
    """The exchanges that are kept; those of a session, if the request names one."""
    journal = backend.journal
    found = journal.exchanges(values["violations"], values["operation_id"], values["after"] or 0)
    session = session_of(request.environ)
    if session:
        found = [exchange for exchange in found if session_of(exchange.environ) == session]
    if values["format"] == "har":
        return Answer(200, har(found))
    if values["format"] == "ndjson":
        return Answer(200, json_lines(found), "application/x-ndjson")
    return Answer(200, json_text(found, journal.dropped))


def clear_journal(backend: Backend, _values: Values) -> Answer:
    """Forget the exchanges."""
    backend.journal.clear()
    backend.journal.announce_change()
    return Answer(204, b"", "")


def follow_journal(backend: Backend, _values: Values) -> Response:
    """The journal, live."""
    after = request.headers.get("Last-Event-ID", "")
    seen = int(after) if re.fullmatch("[0-9]{1,18}", after) else None
    response = Response(follow(backend, seen), mimetype="text/event-stream")
    response.headers["Cache-Control"] = "no-store"
    return response


def _scene(backend: Backend) -> Scene:
    """What is served to the session of the request."""
    return backend.scene_of(session_of(request.environ))


ROUTES: Mapping[tuple[str, str], Serve] = {
    ("GET", "/_mock/state"): get_state,
    ("PATCH", "/_mock/state"): change_state,
    ("POST", "/_mock/reset"): reset,
    ("GET", "/_mock/scenarios"): list_scenarios,
    ("GET", "/_mock/world"): get_world,
    ("GET", "/_mock/organizations"): lambda backend, _values: world.organizations(_scene(backend)),
    ("GET", "/_mock/groups"): lambda backend, values: world.groups(_scene(backend), values),
    ("GET", "/_mock/invoices"): lambda backend, values: world.invoices(
        _scene(backend), values, base_url(request.environ)
    ),
    ("GET", "/_mock/known-facts"): get_known_facts,
    ("GET", "/_mock/journal"): get_journal,
    ("DELETE", "/_mock/journal"): clear_journal,
    ("GET", "/_mock/journal/events"): follow_journal,
}
"""What serves each route of the document, health excepted."""


def add_control(app: Flask, backend: Backend) -> None:
    """Give an application the routes of the control API and the console's files."""
    for (method, path), serve in ROUTES.items():
        _add(app, f"{method} {path}", path, _view(backend, method, path, serve), method)
    _add(app, HEALTH, HEALTH, lambda: respond(answer(200, {"status": "ok", "version": VERSION})), "GET")
    _add(app, "control document", f"{CONTROL}openapi.yaml", lambda: respond(_document()), "GET")
    _add(app, "console", f"{CONTROL}", lambda: _console("index.html"), "GET")
    _add(app, "console file", f"{CONTROL}console/<path:name>", _console, "GET")


def _add(app: Flask, name: str, path: str, view: Callable[..., Any], method: str) -> None:
    app.add_url_rule(path, name, view, methods=[method], provide_automatic_options=False)


def _document() -> Answer:
    return Answer(200, document().text.encode(), "application/yaml; charset=utf-8")


def _console(name: str) -> Response:
    from mock_server.console import page

    found = page(name)
    return respond(found if found else problem(404, f"The console has no file {name!r}."))


def _view(backend: Backend, method: str, path: str, serve: Serve) -> Callable[[], Response]:
    def view() -> Response:
        refused = refuse(request.environ, backend.settings.control_token, backend.cors)
        if refused:
            return respond(refused)
        checked = checks_of(method, path).run(request.environ, {})
        parameters = [check.parameter for check in checks_of(method, path).checks]
        known = [parameter.name for parameter in parameters if parameter.location == "query"]
        unknown = next((name for name in checked.sent if name not in known), None)
        if unknown is not None:
            near = get_close_matches(unknown, known, n=1)
            hint = f" Did you mean {near[0]}?" if near else f" Known: {', '.join(known) or 'none'}."
            return respond(problem(400, f"Unknown parameter {unknown!r}.{hint}"))
        if checked.findings:
            wrong = (f"{one['loc'][1]}: {one['msg']}, got {one['input']!r}." for one in checked.findings)
            return respond(problem(400, " ".join(wrong)))
        served = serve(backend, checked.values)
        return respond(served) if isinstance(served, Answer) else served

    return view
