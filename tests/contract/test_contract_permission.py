"""Whether a run may write: only where it is told to, and to production only where it is told twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from api_spec import load_spec
from api_spec.settings import resolve
from contract_tests.permission import GRANTED, NO_LEAVE, PRODUCTION, is_production, permission_of
from contract_tests.settings import Settings

SPEC = load_spec()
STAGING, LIVE = "http://127.0.0.1:9", "https://api.dcycle.io"


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        (Settings(), ""),
        (Settings(base_url=STAGING), NO_LEAVE),
        (Settings(base_url=STAGING, allow_writes_to_production=True), NO_LEAVE),
        (Settings(base_url=STAGING, allow_writes=True), ""),
        (Settings(base_url=LIVE), NO_LEAVE),
        (Settings(base_url=LIVE, allow_writes_to_production=True), NO_LEAVE),
        (Settings(base_url=LIVE, allow_writes=True), PRODUCTION),
        (Settings(base_url=LIVE, allow_writes=True, allow_writes_to_production=True), ""),
    ],
)
def test_writing_needs_a_flag_and_production_a_second_one(settings: Settings, reason: str) -> None:
    permission = permission_of(settings, SPEC)
    assert (permission.granted, permission.reason) == (not reason, reason)


@pytest.mark.parametrize(
    "url",
    [
        "https://api.dcycle.io",
        "https://API.Dcycle.IO",
        "https://api.dcycle.io.",
        "https://api.dcycle.io:8443",
        "http://api.dcycle.io",
        "https://api.dcycle.io/gateway/v2",
    ],
)
def test_production_is_known_by_its_host_however_it_is_written(url: str) -> None:
    assert is_production(url, SPEC)


@pytest.mark.parametrize(
    "url",
    ["https://staging.dcycle.io", "https://api.dcycle.io.example.com", "http://127.0.0.1:8000", "https://dcycle.io"],
)
def test_another_host_is_not_production(url: str) -> None:
    assert not is_production(url, SPEC)


def test_the_environment_may_allow_writes() -> None:
    environ = {"DCYCLE_BASE_URL": STAGING, "DCYCLE_ALLOW_WRITES": "true"}
    assert permission_of(resolve(Settings, "contract", {}, environ, Path("/")), SPEC) == GRANTED
