"""Who may steer a mock, and from where."""

from __future__ import annotations

import pytest
from in_process import CUPS, InProcess

from api_spec import Spec
from mock_server.world.model import World

TOKEN = "a-token-of-24-characters"
GUARDED = ("state", "journal", "world", "journal/events")


def with_status(status: int, *values: str) -> list[tuple[str, int]]:
    """Cases that have the same outcome."""
    return [(value, status) for value in values]


def asked(mock: InProcess, path: str = "state", address: str = "127.0.0.1", **headers: str) -> int:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    answered = mock.control(path, headers=sent, environ_overrides={"REMOTE_ADDR": address}, buffered=False)
    answered.close()
    if answered.status_code >= 400:
        assert answered.mimetype == "application/problem+json"
    return answered.status_code


@pytest.fixture
def guarded(spec: Spec, world: World) -> InProcess:
    return InProcess.of(spec, world, control_token=TOKEN)


@pytest.mark.parametrize(
    ("host", "status"),
    with_status(200,
        "127.0.0.1:8000", "localhost:8000", "LOCALHOST", "[::1]:8000", "app.localhost",
    ) + with_status(403,
        "evil.example", "localhost.evil.example", "127.0.0.1.nip.io:8000", "192.168.1.5:8000", "evil.example:127",
        "[::1", "[::2]", "localhost@evil.example", "0.0.0.0:8000",
    ),
)  # fmt: skip
def test_a_request_to_a_foreign_name_is_refused(mock: InProcess, host: str, status: int) -> None:
    assert asked(mock, Host=host) == status


@pytest.mark.parametrize(
    ("origin", "status"),
    with_status(200,
        "http://localhost:5173", "http://127.0.0.1:3000", "https://[::1]:1", "http://a.localhost",
    ) + with_status(403,
        "null", "https://evil.example", "http://localhost.evil.example", "file://", "http://127.0.0.1.nip.io",
        "chrome-extension://localhost", "",
    ),
)  # fmt: skip
def test_a_page_of_a_foreign_origin_is_refused(mock: InProcess, origin: str, status: int) -> None:
    assert asked(mock, Origin=origin) == status


def test_a_name_that_leads_here_does_not_make_its_own_origin_trusted(mock: InProcess) -> None:
    assert asked(mock, Host="rebound.example:8000", Origin="http://rebound.example:8000") == 403


@pytest.mark.parametrize(
    ("address", "status"),
    with_status(200,
        "127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1", "",
    ) + with_status(403,
        "192.168.1.5", "::ffff:192.168.1.5", "fe80::1%eth0", "unix:",
    ),
)  # fmt: skip
def test_another_machine_is_refused(mock: InProcess, address: str, status: int) -> None:
    assert asked(mock, address=address) == status


@pytest.mark.parametrize("path", GUARDED)
@pytest.mark.parametrize(
    ("authorization", "status"),
    with_status(200,
        f"Bearer {TOKEN}", f"bearer {TOKEN}", f"Bearer  {TOKEN} ",
    ) + with_status(401,
        "", "Bearer", "Bearer ", TOKEN, f"Basic {TOKEN}", f"Bearer {TOKEN[:-1]}", f"Bearer {TOKEN.upper()}",
        f"Bearer {TOKEN}x", "Bearer ñ",
    ),
)  # fmt: skip
def test_with_a_token_set_every_request_needs_it(
    guarded: InProcess, path: str, authorization: str, status: int
) -> None:
    assert asked(guarded, path, Authorization=authorization) == status


def test_a_refusal_for_want_of_the_token_names_the_scheme(guarded: InProcess) -> None:
    refused = guarded.control("state")
    assert (refused.status_code, refused.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert TOKEN not in refused.text


def test_the_token_opens_the_control_api_to_other_machines_but_not_to_foreign_pages(guarded: InProcess) -> None:
    token = f"Bearer {TOKEN}"
    assert asked(guarded, address="192.168.1.9", Host="mock.lan:8000", Authorization=token) == 200
    own_page = {"Host": "mock.lan:8000", "Origin": "http://mock.lan:8000"}
    assert asked(guarded, address="192.168.1.9", Authorization=token, **own_page) == 200
    assert asked(guarded, Origin="https://evil.example", Authorization=token) == 403


@pytest.mark.parametrize(
    ("method", "path"),
    [("PATCH", "state"), ("POST", "reset"), ("DELETE", "journal"), ("GET", "journal"), ("GET", "organizations")],
)
def test_any_origin_for_the_api_is_not_any_origin_for_the_control_api(spec: Spec, method: str, path: str) -> None:
    mock = InProcess.of(spec, scenario="one-page", cors_origin=("*",))
    foreign = {"Origin": "https://evil.example"}
    assert mock.ask(CUPS, headers=foreign).headers["Access-Control-Allow-Origin"] == "https://evil.example"
    assert mock.control(path, method, headers=foreign, data="{}").status_code == 403


def test_an_origin_that_is_named_may_steer(spec: Spec) -> None:
    mock = InProcess.of(spec, scenario="one-page", cors_origin=("https://app.example",))
    assert asked(mock, Origin="https://app.example") == 200
    assert asked(mock, Origin="https://app.example.evil.example") == 403


@pytest.mark.parametrize("path", ["health", "openapi.yaml", "", "console/main.js"])
@pytest.mark.parametrize("headers", [{}, {"Host": "mock.lan"}, {"Origin": "https://evil.example"}])
def test_health_and_the_console_page_are_open_to_all(guarded: InProcess, path: str, headers: dict[str, str]) -> None:
    assert asked(guarded, path, address="192.168.1.9", **headers) == 200


def test_a_refusal_says_what_to_do(mock: InProcess) -> None:
    refused = [
        mock.control("state", headers={"Origin": "https://a.example"}).json["detail"],
        mock.control("state", headers={"Host": "mock.lan"}).json["detail"],
        mock.control("state", environ_overrides={"REMOTE_ADDR": "192.168.1.9"}).json["detail"],
    ]
    assert refused == [
        "Pages of https://a.example may not use the control API. Start the mock with --cors-origin https://a.example",
        "The control API is not at 'mock.lan'. Ask for 127.0.0.1, or set --control-token.",
        "The control API serves this machine only. Start the mock with --control-token to open it.",
    ]
