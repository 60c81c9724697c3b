"""The header by which a request names the session whose world it sees."""

from __future__ import annotations

import re
from collections.abc import Mapping

from flask import Flask, Response, request

from mock_server.environ import header
from mock_server.problems import problem
from mock_server.responses import respond

SESSION = "x-mock-session"

FORM = re.compile(r"[A-Za-z0-9._-]{1,64}")


def session_of(environ: Mapping[str, str]) -> str:
    """The session of a request; the empty text for one that names none."""
    return header(environ, SESSION) or ""


def add_session_check(app: Flask) -> None:
    """Have an application refuse names of sessions that have not the form, whatever was asked for."""

    @app.before_request
    def refuse_malformed() -> Response | None:
        given = header(request.environ, SESSION)
        if given is None or FORM.fullmatch(given):
            return None
        expected = "expected 1 to 64 letters, digits, dots, underscores and hyphens (A-Z, a-z, 0-9, . _ -)"
        return respond(problem(400, f"{SESSION}: {expected}, got {given[:80]!r}."))
