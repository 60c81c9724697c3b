"""Speaks to the control API of a running mock."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import OpenerDirector, ProxyHandler, Request, build_opener

__tracebackhide__ = True  # a failing test shows its own lines, not ours

TIMEOUT = 10.0
"""Seconds to wait for an answer."""


class MockError(Exception):
    """The mock cannot do what was asked. Its text says why and what to do."""


def _direct() -> OpenerDirector:
    """An opener that passes by whatever proxy is set: the mock is on this machine."""
    return build_opener(ProxyHandler({}))


@dataclass(frozen=True)
class Control:
    """The control API of the mock at an address."""

    url: str
    """The mock's address, without a slash at its end."""

    def ask(self, method: str, path: str, body: Any = None, **query: str) -> Any:
        """Send a request and read its JSON. Raises MockError with the mock's own explanation."""
        data = None if body is None else json.dumps(body).encode()
        url = f"{self.url}{path}?{urlencode(query)}" if query else f"{self.url}{path}"
        request = Request(url, data, {"Content-Type": "application/json"}, method=method)  # noqa: S310 - always http
        try:
            with _direct().open(request, timeout=TIMEOUT) as response:
                return json.load(response)
        except HTTPError as error:
            raise MockError(_explanation(error)) from None
        except OSError as error:
            raise MockError(f"The mock at {self.url} does not answer: {error}. Has something ended it?") from None


def _explanation(error: HTTPError) -> str:
    with error:
        body = error.read()
    try:
        return str(json.loads(body)["detail"])
    except (ValueError, KeyError, TypeError):
        return f"The mock answered {error.code} {error.reason} at {error.url}."
