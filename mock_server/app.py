"""The mock as a plain WSGI application.

A request goes one straight way: route, parameters, security, the function of its operation, JSON. What is noted on the
way (`mock_server.notes`) reaches the headers of the answer, the journal and the log.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, Response, request
from werkzeug.exceptions import NotFound

from api_spec import Operation, Spec
from mock_server.backend import Backend
from mock_server.control import add_control
from mock_server.docs.routes import add_docs
from mock_server.endpoint import Endpoint
from mock_server.error_handlers import add_error_handlers
from mock_server.finishing import Finisher
from mock_server.notes import notes_of
from mock_server.operations import BEHAVIOURS, Behaviour
from mock_server.own_pages import OwnPages
from mock_server.parameters import Checks
from mock_server.responses import respond
from mock_server.routing import route_of
from mock_server.sampling import sample_answer
from mock_server.session_header import add_session_check, session_of
from mock_server.settings import MockSettings
from mock_server.world.model import World

MOST_CARRIED = 1024 * 1024
"""How many bytes a request may carry."""


class Application(Flask):
    """Flask, told that nothing here is asynchronous, so that it need not find out for every request."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function as it is."""
        return func


def create_app(settings: MockSettings | None = None, *, spec: Spec | None = None, world: World | None = None) -> Flask:
    """The mock as a WSGI application, for any server or for calls in the same process.

    A contract and a world may be handed over in place of those that the settings name. Raises SpecError,
    ScenarioError and DataError.
    """
    return make_app(Backend(settings or MockSettings(), spec, world))


def make_app(backend: Backend) -> Flask:
    """The application of a backend, for the contract that it has now."""
    app = Application("mock_server", static_folder=None)
    app.url_map.merge_slashes = False
    app.config["MAX_CONTENT_LENGTH"] = MOST_CARRIED
    for operation in backend.spec.operations:
        endpoint = Endpoint(operation, Checks.of(operation), _behaviour(operation), backend)
        _add(app, route_of(operation.path), operation.id, endpoint, [operation.method])
    _add_own_pages(app, backend)
    add_control(app, backend)
    add_docs(app, backend)
    finisher = Finisher.of(backend)
    _add_options(app, finisher)
    add_error_handlers(app, backend)
    add_session_check(app)
    app.after_request(finisher.finish)
    return app


def _behaviour(operation: Operation) -> Behaviour:
    if operation.id in BEHAVIOURS:
        return BEHAVIOURS[operation.id]
    sampled = sample_answer(operation)
    return lambda _call: sampled


def _add(app: Flask, path: str, name: str, view: Callable[..., Any], methods: list[str]) -> None:
    app.add_url_rule(path, name, view, methods=methods, provide_automatic_options=False)


def _add_own_pages(app: Flask, backend: Backend) -> None:
    pages = OwnPages(backend)
    _add(app, "/openapi.yaml", "/openapi.yaml", lambda: respond(pages.openapi_yaml()), ["GET"])
    _add(app, "/openapi.json", "/openapi.json", lambda: respond(pages.openapi_json()), ["GET"])
    _add(app, "/invoices/<name>.pdf", "/invoices", lambda name: _file(pages, name), ["GET"])


def _file(pages: OwnPages, name: str) -> Response:
    notes_of(request.environ).journaled = True
    found = pages.file(f"/invoices/{name}.pdf", session_of(request.environ))
    if found is None:
        raise NotFound
    response = respond(found)
    response.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response


def _add_options(app: Flask, finisher: Finisher) -> None:
    """Answer OPTIONS on every route with 204 and the methods it has, unless the contract has its own."""
    methods: dict[str, set[str]] = {}
    for rule in app.url_map.iter_rules():
        methods.setdefault(rule.rule, set()).update(rule.methods or ())
    for path, allowed in methods.items():
        if "OPTIONS" not in allowed:
            allow = ", ".join(sorted({*allowed, "OPTIONS"}))
            _add(app, path, f"OPTIONS {path}", finisher.options_view(allow), ["OPTIONS"])
