"""Answers requests that no operation is for, and failures of the mock itself."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask, Response, redirect, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from mock_server import refusals
from mock_server.answers import Answer
from mock_server.backend import Backend
from mock_server.control import CONTROL
from mock_server.environ import path_of
from mock_server.notes import notes_of
from mock_server.problems import problem
from mock_server.responses import respond
from mock_server.routing import find_nearest
from mock_server.state.sessions import WorldReplaced
from mock_server.violations import Violation

NOBODYS_MISTAKE = re.compile(r"/|/favicon\.ico|/robots\.txt|/\.well-known/.*")
"""What browsers, and tools that wait for a server, ask any server for by themselves."""


def add_error_handlers(app: Flask, backend: Backend) -> None:
    """Give an application its answers to whatever goes wrong."""

    fixed = _methods_of_fixed_paths(app)

    @app.before_request
    def refuse_what_werkzeug_would_serve() -> None:
        path = request.environ["PATH_INFO"]
        if path.startswith("//"):  # a real server does not take it for one slash
            raise NotFound
        allowed = fixed.get(path)
        if allowed and request.method not in allowed:  # else the path could be taken for that of an id
            raise MethodNotAllowed(allowed)

    @app.errorhandler(NotFound)
    def not_found(_error: NotFound) -> Any:
        return _not_found(path_of(request.environ), backend)

    @app.errorhandler(MethodNotAllowed)
    def method_not_allowed(error: MethodNotAllowed) -> Response:
        return _method_not_allowed(path_of(request.environ), sorted(error.valid_methods or ()))

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Response:
        return respond(_http_error(error))

    @app.errorhandler(WorldReplaced)
    def world_replaced(_error: WorldReplaced) -> Response:
        text = "The data was replaced while the request was under way. Nothing was changed: send it again."
        response = respond(refusals.http_error(503, "Service Unavailable", text))
        response.headers["Retry-After"] = "1"
        return response

    @app.errorhandler(Exception)
    def internal_error(error: Exception) -> Response:
        app.logger.error("%s %r failed", request.method, request.path, exc_info=error)
        return respond(refusals.internal_error())


def _methods_of_fixed_paths(app: Flask) -> dict[str, set[str]]:
    """The methods of each path that has no parameters."""
    methods: dict[str, set[str]] = {}
    for rule in app.url_map.iter_rules():
        if not rule.arguments:
            methods.setdefault(rule.rule, set()).update(rule.methods or ())
    return methods


def _http_error(error: HTTPException) -> Answer:
    code, text = error.code or 500, error.description or error.name
    if request.environ["PATH_INFO"].startswith(CONTROL):
        return problem(code, text)
    return refusals.http_error(code, error.name, text)


def _not_found(path: str, backend: Backend) -> Any:
    if request.method == "OPTIONS" and "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in request.environ:
        headers = backend.cors.preflight(request.environ, "")  # so that the page can read what is said below
        return respond(Answer(204, b"", headers=tuple(headers.items())))
    if path.startswith(CONTROL):
        return respond(problem(404, f"The control API has no {path}. It is described in {CONTROL}openapi.yaml"))
    if path == "/" and request.accept_mimetypes.best == "text/html":
        return redirect(CONTROL)  # whoever opens the printed address in a browser
    nearest = find_nearest(path, backend.spec.operations)
    detail = refusals.about_no_such_operation(request.method, path, nearest)
    if not NOBODYS_MISTAKE.fullmatch(path):
        _note("unknown-operation", "path", detail)
    return respond(refusals.no_such_operation(detail))


def _method_not_allowed(path: str, allowed: list[str]) -> Response:
    detail = f"{request.method} is not allowed at {path}. Allowed: {', '.join(allowed)}"
    if path.startswith(CONTROL):
        response = respond(problem(405, detail))
    else:
        _note("unknown-method", "method", detail)
        response = respond(refusals.method_not_allowed(detail))
    response.headers["Allow"] = ", ".join(allowed)
    return response


def _note(kind: str, where: str, message: str) -> None:
    """Note a call that no operation is for."""
    notes = notes_of(request.environ)
    notes.journaled = True
    notes.violations = [Violation(kind, where, message, "/openapi.yaml")]
