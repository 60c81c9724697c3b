"""Requests that go wrong on purpose: which, how, and the same again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from in_process import CUPS, DOCUMENTED, InProcess

from mock_server import faults as faults_module
from mock_server.cli import main
from mock_server.faults import FaultInjector, Faults, Latency, RateLimit
from mock_server.world.model import Organization

HALF = Faults(error_rate=0.5, error_codes=(500, 503, 404))

Request = tuple[str, str, str]

REQUESTS = st.tuples(st.sampled_from("ab"), st.sampled_from(["GET", "HEAD"]), st.sampled_from([f"/{n}" for n in "xyz"]))


def fates(seed: int, requests: Sequence[Request], faults: Faults = HALF) -> list[tuple[Request, int, object]]:
    """Each request with how often it was seen before, and its fate; in an order that forgets how they arrived."""
    injector, seen = FaultInjector(faults, seed), Counter[Request]()
    found = []
    for request in requests:
        found.append((request, seen[request], injector.fate(*request)))
        seen[request] += 1
    return sorted(found, key=lambda one: one[:2])


@settings(deadline=None, max_examples=60)
@given(
    st.integers(0, 2**64), st.lists(REQUESTS, max_size=20).flatmap(lambda them: st.tuples(*[st.permutations(them)] * 2))
)
def test_the_same_requests_have_the_same_fates_in_any_order(seed: int, orders: tuple[list[Request], ...]) -> None:
    faults = Faults(Latency(0.1, 0.9), 0.5, (500, 503, 404))
    assert fates(seed, orders[0], faults) == fates(seed, orders[1], faults)


def codes(seed: int, faults: Faults, count: int = 2000) -> list[int | None]:
    injector = FaultInjector(faults, seed)
    return [injector.fate("o", "GET", f"/{number}").code for number in range(count)]


def test_another_seed_has_other_fates() -> None:
    assert codes(1, HALF) == codes(1, HALF) != codes(2, HALF)


def test_a_repeated_request_does_not_share_its_fate() -> None:
    injector = FaultInjector(HALF, 1)
    assert {injector.fate("o", "GET", "/").code for _ in range(50)} == {None, 500, 503, 404}


@pytest.mark.parametrize("rate", [0.0, 0.1, 0.5, 1.0])
def test_about_as_many_requests_fail_as_asked_for(rate: float) -> None:
    failed = sum(code is not None for code in codes(3, Faults(error_rate=rate)))
    assert failed == pytest.approx(2000 * rate, abs=0 if rate in (0, 1) else 80)


def test_every_code_is_drawn_as_often() -> None:
    drawn = Counter(codes(4, Faults(error_rate=1, error_codes=(500, 503, 429, 401))))
    assert set(drawn) == {500, 503, 429, 401}
    assert max(drawn.values()) < 1.25 * min(drawn.values())


def test_latency_is_drawn_between_its_bounds_and_spread_over_them() -> None:
    injector = FaultInjector(Faults(Latency(0.2, 0.8)), 5)
    delays = sorted(injector.fate("o", "GET", f"/{number}").delay for number in range(500))
    assert 0.2 <= delays[0] < 0.23
    assert 0.77 < delays[-1] <= 0.8
    assert max(later - earlier for earlier, later in pairwise(delays)) < 0.03


class Clock:
    """A clock that a test sets."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_the_rate_limit_counts_each_organization_in_each_period() -> None:
    clock = Clock()
    injector = FaultInjector(Faults(rate_limit=RateLimit(2, "minute")), 1, clock)

    def ask(organization_id: str, seconds: float) -> tuple[int | None, int | None]:
        clock.now = 100.0 + seconds
        fate = injector.fate(organization_id, "GET", "/")
        return fate.code, fate.retry_after

    assert [ask("a", 0), ask("a", 10), ask("a", 20.5), ask("b", 21)] == [(None, None)] * 2 + [(429, 40), (None, None)]
    assert ask("a", 59.99) == (429, 1), "never in 0 seconds"
    assert [ask("a", 60), ask("a", 119), ask("a", 119)] == [(None, None)] * 2 + [(429, 1)]


def test_what_is_remembered_of_requests_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faults_module, "REMEMBERED", 10)
    injector = FaultInjector(Faults(error_rate=0.5, rate_limit=RateLimit(5, "hour")), 1)
    for number in range(35):
        injector.fate(f"o{number}", "GET", f"/{number}")
    assert (len(injector._seen), len(injector._windows)) == (5, 5)


def test_a_refusal_of_the_rate_limit_says_when_to_come_again(mock: InProcess) -> None:
    assert mock.change({"faults": {"rate_limit": "1/hour"}}).status_code == 200
    assert mock.ask().status_code == 200
    refused = mock.ask(DOCUMENTED)
    assert (refused.status_code, refused.headers["X-Mock-Fault"]) == (429, "rate-limit")
    assert 3590 <= int(refused.headers["Retry-After"]) <= 3600
    assert refused.json == {"detail": "Too Many Requests", "code": "TOO_MANY_REQUESTS"}
    assert mock.ask(owner=1).status_code == 200, "another organization has a limit of its own"


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The delays of answers, that nobody waits for."""
    delays: list[float] = []
    monkeypatch.setattr("mock_server.endpoint.time.sleep", delays.append)
    return delays


def test_a_fault_is_told_in_a_header_and_in_the_journal(mock: InProcess, slept: list[float]) -> None:
    mock.change({"faults": {"error_rate": 1, "error_codes": [404], "latency": "0.2-0.8"}})
    failed = mock.ask()
    (delay,) = slept
    assert 0.2 <= delay <= 0.8
    assert (failed.status_code, failed.headers["X-Mock-Fault"]) == (404, f"latency={delay:.2f}, error=404")
    assert mock.journal()[0]["faults"] == [f"latency={delay:.2f}", "error=404"]


def test_an_answer_asked_for_is_spared_from_faults(mock: InProcess, slept: list[float]) -> None:
    mock.change({"faults": {"error_rate": 1, "latency": 1, "rate_limit": "1/hour"}})
    for _ in range(3):
        spared = mock.ask(headers={"Prefer": "code=404"})
        assert (spared.status_code, spared.headers.get("X-Mock-Fault")) == (404, None)
    assert slept == []


def test_a_delay_asked_for_takes_the_place_of_the_latency(mock: InProcess, slept: list[float]) -> None:
    mock.change({"faults": {"latency": 2}})
    answered = mock.ask(headers={"Prefer": "delay=0.25"})
    assert (slept, answered.headers.get("X-Mock-Fault")) == ([0.25], None)


@pytest.mark.parametrize("path", ["/_mock/state", "/_mock/health", "/openapi.yaml", "/openapi.json"])
def test_the_mocks_own_pages_have_no_faults(mock: InProcess, slept: list[float], path: str) -> None:
    mock.change({"faults": {"error_rate": 1, "latency": 1, "rate_limit": "1/hour"}})
    assert [mock.client.get(path).status_code for _ in range(3)] == [200] * 3
    assert slept == []


def test_the_same_run_has_the_same_faults_again(mock: InProcess) -> None:
    def run() -> list[int]:
        mock.control("reset", "POST")
        mock.change({"faults": {"error_rate": 0.5, "error_codes": [500, 502, 503]}})
        return [mock.ask(f"{CUPS}?page={1 + number % 5}").status_code for number in range(20)]

    first = run()
    assert first == run()
    assert len(set(first)) > 2
    mock.change({"seed": 7})
    assert [mock.ask(f"{CUPS}?page={1 + number % 5}").status_code for number in range(20)] != first


LATENCY = "expected seconds such as 0.5, or a range such as 0.2-0.8, of at most 30 seconds"
RATE = "expected a share from 0 to 1, such as 0.1"
CODES = "expected a list of status codes from 400 to 599, such as [500, 503]"
LIMIT = "expected a number of requests and a period (second, minute, hour), such as 100/minute"

WRONG: list[tuple[str, Any, str]] = [
    ("latency", -1, LATENCY), ("latency", 31, LATENCY), ("latency", True, LATENCY), ("latency", "", LATENCY),
    ("latency", "0.5-0.2", LATENCY), ("latency", "1-2-3", LATENCY), ("latency", "1s", LATENCY),
    ("latency", [1], LATENCY), ("latency", "1-31", LATENCY), ("latency", 1e300, LATENCY),
    ("error_rate", 2, RATE), ("error_rate", -0.1, RATE), ("error_rate", "0.1", RATE), ("error_rate", None, RATE),
    ("error_rate", True, RATE), ("error_rate", {}, RATE),
    ("error_codes", 500, CODES), ("error_codes", None, CODES), ("error_codes", [], CODES),
    ("error_codes", "503", CODES), ("error_codes", ["503"], CODES), ("error_codes", [True], CODES),
    ("error_codes", {"500": 1}, CODES),
    ("error_codes", [200], "expected status codes from 400 to 599, such as 500 503"),
    ("error_codes", [500, 600], "expected status codes from 400 to 599, such as 500 503"),
    ("rate_limit", 100, LIMIT), ("rate_limit", "0/minute", LIMIT), ("rate_limit", "5/day", LIMIT),
    ("rate_limit", "5", LIMIT), ("rate_limit", "5 / minute", LIMIT), ("rate_limit", False, LIMIT),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value", "expected"), WRONG)
def test_a_fault_that_cannot_be_is_refused_with_what_was_expected(name: str, value: Any, expected: str) -> None:
    before = Faults(error_rate=0.25)
    with pytest.raises(ValueError, match="expected") as refused:
        before.changed({name: value})
    assert str(refused.value).startswith(f"{name}: {expected}, got ")


RIGHT: list[tuple[str, Any, Any]] = [
    ("latency", 0.00001, "1e-05"), ("latency", 0, "0"), ("latency", 30, "30"), ("latency", "0.2-0.8", "0.2-0.8"),
    ("latency", None, None), ("error_rate", 0.00001, 0.00001), ("error_rate", 1, 1.0), ("error_codes", [418], [418]),
    ("rate_limit", "999999999/second", "999999999/second"), ("rate_limit", None, None),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value", "plain"), RIGHT)
def test_a_fault_that_can_be_is_read_and_written_back(name: str, value: Any, plain: Any) -> None:
    assert Faults().changed({name: value}).plain()[name] == plain


@pytest.mark.parametrize(
    ("flag", "value", "expected"),
    [
        ("--latency", "x", LATENCY),
        ("--latency", "40", LATENCY),
        ("--error-rate", "1.5", RATE),
        ("--error-code", "200", "expected status codes from 400 to 599, such as 500 503"),
        ("--rate-limit", "5", LIMIT),
    ],
)
def test_a_flag_that_cannot_be_is_refused_with_what_was_expected(
    capsys: pytest.CaptureFixture[str], flag: str, value: str, expected: str
) -> None:
    assert main([f"{flag}={value}"]) == 2
    assert capsys.readouterr().err == f"dcycle-mock: {flag}: {value!r} cannot be used. {expected}.\n"


def test_flags_set_the_faults_at_start_over_those_of_the_scenario(mock: InProcess) -> None:
    flagged = InProcess.of(
        mock.backend.spec,
        scenario="outage",
        latency=Latency(0.5, 0.5),
        error_codes=(502,),
        rate_limit=RateLimit(9, "hour"),
    )
    expected = {"latency": "0.5", "error_rate": 1.0, "error_codes": [502], "rate_limit": "9/hour"}
    assert flagged.state()["faults"] == expected


def test_a_key_that_nobody_has_is_limited_too(mock: InProcess) -> None:
    mock.change({"faults": {"rate_limit": "1/hour"}})
    assert [mock.ask(headers={"x-api-key": key}).status_code for key in (None, "x", "y")] == [401, 429, 429]


def test_organizations_have_fates_of_their_own(mock: InProcess, demo: Organization) -> None:
    mock.change({"faults": {"error_rate": 0.5}})
    paths = [f"{CUPS}?page={number}" for number in range(1, 12)]
    assert [mock.ask(path).status_code for path in paths] != [mock.ask(path, owner=1).status_code for path in paths]
