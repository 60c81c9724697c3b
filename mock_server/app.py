"""The mock as a plain WSGI application.

A request goes one straight way: route, security, parameters, the function of its operation, JSON.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from api_spec import Operation, Spec
from mock_server import refusals
from mock_server.answers import Answer
from mock_server.environ import path_of
from mock_server.operations import BEHAVIOURS, Behaviour, Call
from mock_server.own_pages import OwnPages
from mock_server.parameters import Checks
from mock_server.routing import find_nearest, route_of
from mock_server.sampling import sample_answer
from mock_server.security import Keys, find_owner
from mock_server.store import Store
from mock_server.world.model import World

ORGANIZATION = "x-organization-id"
"""The parameter that names the organization whose data is asked for."""

OPERATION_ID = "dcycle.operation_id"
"""Where the environ of a request says which operation answered it, for the log."""


@dataclass(frozen=True)
class Endpoint:
    """One operation, made ready to answer requests."""

    operation: Operation
    checks: Checks
    behave: Behaviour
    keys: Keys
    store: Store

    def __call__(self, **in_path: str) -> Response:
        """Answer the request that Flask is handling."""
        environ = request.environ
        environ[OPERATION_ID] = self.operation.id
        return respond(self.answer(environ, in_path))

    def answer(self, environ: dict[str, Any], in_path: dict[str, str]) -> Answer:
        """The answer to a request: the first refusal on the way, or what the operation says."""
        owner = find_owner(self.operation, environ, self.keys) if self.operation.security else ""
        if owner is None:
            return refusals.invalid_key()
        values, findings = self.checks.run(environ, in_path)
        if findings:
            return refusals.invalid_parameters(findings)
        organization_id = values.get(ORGANIZATION) or owner
        if owner and organization_id != owner:
            return refusals.foreign_organization()
        return self.behave(Call(organization_id, values, self.store))


def respond(given: Answer) -> Response:
    """An answer as Flask's response."""
    return Response(given.body, given.status, content_type=given.media_type)


def create_app(spec: Spec, world: World) -> Flask:
    """The mock of a contract over a world, ready for any WSGI server or for calls in the same process."""
    app = Flask("mock_server", static_folder=None)
    app.url_map.merge_slashes = False
    keys = Keys({organization.api_key: organization.id for organization in world.organizations})
    store = Store.of(world)
    for operation in spec.operations:
        endpoint = Endpoint(operation, Checks.of(operation), _behaviour(operation), keys, store)
        _add(app, route_of(operation.path), operation.id, endpoint, [operation.method])
    _add_own_pages(app, spec)
    _add_options(app)
    _add_refusals(app, spec)
    return app


def _behaviour(operation: Operation) -> Behaviour:
    if operation.id in BEHAVIOURS:
        return BEHAVIOURS[operation.id]
    sampled = sample_answer(operation)
    return lambda _call: sampled


def _add(app: Flask, path: str, name: str, view: Callable[..., Response], methods: list[str]) -> None:
    app.add_url_rule(path, name, view, methods=methods, provide_automatic_options=False)


def _add_own_pages(app: Flask, spec: Spec) -> None:
    pages = OwnPages(spec)
    for path, page in (
        ("/openapi.yaml", pages.openapi_yaml),
        ("/openapi.json", pages.openapi_json),
        ("/_mock/health", pages.health),
    ):
        _add(app, path, path, _page_view(page), ["GET"])


def _page_view(page: Callable[[], Answer]) -> Callable[..., Response]:
    return lambda: respond(page())


def _add_options(app: Flask) -> None:
    """Answer OPTIONS on every route with 204 and the methods it has, unless the contract has its own."""
    methods: dict[str, set[str]] = {}
    for rule in app.url_map.iter_rules():
        methods.setdefault(rule.rule, set()).update(rule.methods or ())
    for path, allowed in methods.items():
        if "OPTIONS" not in allowed:
            allow = ", ".join(sorted({*allowed, "OPTIONS"}))
            _add(app, path, f"OPTIONS {path}", _options_view(allow), ["OPTIONS"])


def _options_view(allow: str) -> Callable[..., Response]:
    def view(**_in_path: str) -> Response:
        response = Response(status=204, headers={"Allow": allow})
        del response.headers["Content-Type"]
        return response

    return view


def _add_refusals(app: Flask, spec: Spec) -> None:
    @app.before_request
    def refuse_doubled_slash() -> None:
        if request.environ["PATH_INFO"].startswith("//"):  # Werkzeug would serve it, a real server does not
            raise NotFound

    @app.errorhandler(NotFound)
    def not_found(_error: NotFound) -> Response:
        wrong = path_of(request.environ)
        return respond(refusals.no_such_operation(request.method, wrong, find_nearest(wrong, spec.operations)))

    @app.errorhandler(MethodNotAllowed)
    def method_not_allowed(error: MethodNotAllowed) -> Response:
        allowed = sorted(error.valid_methods or ())
        response = respond(refusals.method_not_allowed(request.method, path_of(request.environ), allowed))
        response.headers["Allow"] = ", ".join(allowed)
        return response

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Response:
        return respond(refusals.http_error(error.code or 500, error.name, error.description or error.name))

    @app.errorhandler(Exception)
    def internal_error(error: Exception) -> Response:
        app.logger.error("%s %r failed", request.method, request.path, exc_info=error)
        return respond(refusals.internal_error())
