"""Answers on demand: any status code of any operation, and any example by its name."""

from __future__ import annotations

from http import HTTPStatus

from api_spec import Operation, Response
from mock_server import refusals
from mock_server.answers import Answer
from mock_server.preferences import PreferenceError, Preferences
from mock_server.sampling import sample_response

EMPTY = (204, 205, 304)
"""The status codes whose answers have no body."""


def demanded_answer(operation: Operation, preferences: Preferences) -> Answer | None:
    """The answer that a request prefers; None when it leaves that to the operation.

    Raises PreferenceError when the operation has no example of the name.
    """
    if preferences.example is not None:
        return _example(operation, preferences.example, preferences.code)
    return None if preferences.code is None else answer_with(operation, preferences.code)


def answer_with(operation: Operation, code: int, retry_after: int | None = None) -> Answer:
    """An answer of an operation with a status code, documented or not."""
    answer = _answer_with(operation, code)
    if code in (429, 503):
        return Answer(code, answer.body, answer.media_type, (("Retry-After", str(retry_after or 1)),))
    return answer


def _answer_with(operation: Operation, code: int) -> Answer:
    response = _documented(operation, code)
    if code in EMPTY:
        return Answer(code, b"", "")
    if response:
        return sample_response(response, code)
    if code == 500:
        return refusals.internal_error()
    if code < 300:
        return sample_response(operation.success, code)
    phrase = _phrase(code)
    return refusals.http_error(code, phrase, phrase)


def _example(operation: Operation, name: str, code: int | None) -> Answer:
    candidates = {code: _documented(operation, code)} if code is not None else operation.responses
    for status, response in candidates.items():
        if response and name in response.examples:
            return sample_response(response, _code_of(str(status)), name)
    known = ", ".join(
        f"{example} ({status})" for status, response in operation.responses.items() for example in response.examples
    )
    asked = f"{name!r}" if code is None else f"{name!r} for {code}"
    raise PreferenceError(f"example: {operation.id} has no example {asked}. Known: {known or 'none'}.")


def _code_of(status: str) -> int:
    """The status code of a documented answer: a code, a range such as ``4XX``, or ``default``."""
    return 500 if status == "default" else int(status.upper().replace("X", "0"))


def _documented(operation: Operation, code: int) -> Response | None:
    responses = operation.responses
    return responses.get(str(code)) or responses.get(f"{code // 100}XX") or responses.get("default")


def _phrase(code: int) -> str:
    try:
        return HTTPStatus(code).phrase
    except ValueError:
        return f"Status {code}"
