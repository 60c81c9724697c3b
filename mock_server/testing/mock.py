"""A running mock, as tests see it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypedDict, Unpack

from mock_server.testing.addresses import Address, read_addresses, unknown
from mock_server.testing.control import Control, MockError

__tracebackhide__ = True  # a failing test shows its own lines, not ours

Exchange = Mapping[str, Any]
"""An entry of the journal, as the control API's document describes it."""


class Faults(TypedDict, total=False):
    """What goes wrong on purpose. What is left out stays as it is."""

    latency: float | str | None
    """Seconds added to each answer, such as 0.5 or "0.2-0.8"; None for none."""
    error_rate: float
    """The share of requests that fail, from 0 to 1."""
    error_codes: Sequence[int]
    """The status codes that they fail with."""
    rate_limit: str | None
    """How many requests an organization may send, such as "100/minute"; None for no limit."""


class State(Faults, total=False):
    """What is in force. What is left out stays as it is."""

    scenario: str
    seed: int
    strict: bool


@dataclass(frozen=True)
class Organization:
    """A customer of the mock, with the headers that its requests carry."""

    id: str
    name: str
    api_key: str
    facility_ids: tuple[str, ...]

    @property
    def headers(self) -> dict[str, str]:
        """The credentials of a request."""
        return {"x-api-key": self.api_key, "x-organization-id": self.id}


class Mock:
    """A running mock. Its methods raise MockError for what the mock cannot do."""

    def __init__(self, url: str) -> None:
        """The mock at an address, such as ``http://127.0.0.1:8000``."""
        self.url = url.rstrip("/")
        self._control = Control(self.url)

    @property
    def organizations(self) -> tuple[Organization, ...]:
        """The organizations that there are now; a scenario may have its own."""
        return tuple(
            Organization(one["id"], one["name"], one["api_key"], tuple(place["id"] for place in one["facilities"]))
            for one in self._control.ask("GET", "/_mock/organizations")["items"]
        )

    @property
    def headers(self) -> dict[str, str]:
        """The credentials of the first organization."""
        return self.organizations[0].headers

    def url_for(self, operation_id: str, **path_and_query: Any) -> str:
        """The whole address of an operation, with its parameters filled in; None leaves one out."""
        return self.url + self._address(operation_id).fill(path_and_query)

    def reset(self) -> None:
        """Go back to the state at start, with an empty journal."""
        self._control.ask("POST", "/_mock/reset")

    def change(self, **state: Unpack[State]) -> None:
        """Change some of what is in force."""
        for name in state:
            if name not in State.__annotations__:
                raise MockError(unknown("setting", name, State.__annotations__))
        faults = {name: value for name, value in state.items() if name in Faults.__annotations__}
        change = {name: value for name, value in state.items() if name not in faults}
        self._control.ask("PATCH", "/_mock/state", {**change, "faults": faults} if faults else change)

    def scenario(self, name: str) -> None:
        """Serve a scenario, with its world and its faults."""
        self.change(scenario=name)

    def faults(self, **faults: Unpack[Faults]) -> None:
        """Change what goes wrong on purpose."""
        self.change(**faults)

    def strict(self, on: bool = True) -> None:
        """Refuse requests that break the contract, even where the API would serve them."""
        self.change(strict=on)

    def journal(self, operation_id: str | None = None, violations: bool | None = None) -> list[Exchange]:
        """The exchanges since the last reset, oldest first.

        Those of one operation, if it is named; those that broke the contract with `violations`, or the others with
        False. Raises MockError when there were more exchanges than the journal keeps.
        """
        query = {} if operation_id is None else {"operation_id": self._address(operation_id).operation_id}
        if violations is not None:
            query["violations"] = str(violations).lower()
        journal = self._control.ask("GET", "/_mock/journal", None, **query)
        if journal["dropped"]:
            lost = journal["dropped"]
            raise MockError(f"The journal has lost its {lost} oldest exchanges. Start the mock with --journal 10000.")
        found: list[Exchange] = journal["items"]
        return found

    def assert_called(self, operation_id: str, times: int | None = None) -> None:
        """Fail unless an operation was called: at least once, or so many times."""
        count = len(self.journal(operation_id))
        if count != times if times is not None else not count:
            expected = "at least once" if times is None else f"{times} times"
            raise AssertionError(f"{operation_id} was called {count} times, expected {expected}.\n{self._summary()}")

    def assert_not_called(self, operation_id: str) -> None:
        """Fail if an operation was called."""
        self.assert_called(operation_id, times=0)

    def assert_no_violations(self) -> None:
        """Fail if a request broke the contract; the message lists how, and the curl that repeats it."""
        broken = self.journal(violations=True)
        if broken:
            count = "A request breaks" if len(broken) == 1 else f"{len(broken)} requests break"
            raise AssertionError("\n\n".join([f"{count} the contract:", *map(_violations, broken)]))

    @cached_property
    def _addresses(self) -> Mapping[str, Address]:
        return read_addresses(self._control.ask("GET", "/openapi.json"))

    def _address(self, operation_id: str) -> Address:
        if operation_id not in self._addresses:
            raise MockError(unknown("operation", operation_id, self._addresses))
        return self._addresses[operation_id]

    def _summary(self) -> str:
        lines = [_line(exchange) for exchange in self.journal()]
        return "\n".join(["The journal holds:", *lines]) if lines else "The journal is empty."


def _line(exchange: Exchange) -> str:
    request = exchange["request"]
    return f"  {request['method']} {request['url']} -> {exchange['response']['status']}"


def _violations(exchange: Exchange) -> str:
    lines: Iterable[str] = (
        f"    {one['where']}: {one['message']}\n      see {one['see']}" for one in exchange["violations"]
    )
    return "\n".join([_line(exchange), *lines, f"    repeat: {exchange['curl']}"])
