"""The routes of the documentation."""

from __future__ import annotations

from flask import Flask, Response, redirect, request

from mock_server.answers import Answer
from mock_server.backend import Backend
from mock_server.control.guard import refuse
from mock_server.docs import CONTRACT, MEDIA_TYPES, START, page
from mock_server.docs.reference import reference_script
from mock_server.problems import problem
from mock_server.responses import base_url, respond

DOCS = "/docs/"


def add_docs(app: Flask, backend: Backend) -> None:
    """Give an application the documentation, with the contract that the backend has now as its API reference."""

    def contract() -> Response:
        script = reference_script(backend.spec, base_url(request.environ), _key(backend))
        return respond(Answer(200, script, MEDIA_TYPES[".js"], (("X-Content-Type-Options", "nosniff"),)))

    def openapi() -> Response:
        text = backend.spec.document.text.encode()
        return respond(Answer(200, text, "application/yaml; charset=utf-8"))

    views = {"": _file, "<path:name>": _file, CONTRACT: contract, "openapi.yaml": openapi}
    for path, view in ((f"{DOCS}{name}", view) for name, view in views.items()):
        app.add_url_rule(path, path, view, methods=["GET"], provide_automatic_options=False)
    app.add_url_rule("/docs", "/docs", lambda: redirect(DOCS), methods=["GET"], provide_automatic_options=False)


def _key(backend: Backend) -> str | None:
    """A key to try the API with, for whoever may see it on the console too."""
    if refuse(request.environ, backend.settings.control_token, backend.cors):
        return None
    organizations = backend.scene.world.organizations
    return organizations[0].api_key if organizations else None


def _file(name: str = START) -> Response:
    found = page(name)
    return respond(found or problem(404, f"The documentation has no {name!r}. It begins at {DOCS}"))
