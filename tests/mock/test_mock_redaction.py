"""A key never shows, wherever in a request somebody puts it: not in the journal, the log or the mock's own headers."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from in_process import CUPS, DOCUMENTED, InProcess
from werkzeug.test import Client

from api_spec import DEFAULT_PATH, Spec, load_spec
from mock_server.access_log import Colours, log_requests
from mock_server.app import make_app
from mock_server.redaction import PLACEHOLDER
from mock_server.world.model import World

REAL = "sk_live_1234567890abcdef"
ODD = "a/b+c=d e%f&g"
"""A key whose characters are escaped in a query."""

Place = Callable[[InProcess, str], dict[str, Any]]


def headers(mock: InProcess, **more: str) -> dict[str, str]:
    return {
        "x-organization-id": mock.organization().id,
        **{name.replace("_", "-"): value for name, value in more.items()},
    }


WITHOUT_ITS_HEADER: dict[str, Place] = {
    "x-organization-id": lambda mock, key: {"headers": {"x-organization-id": key}},
    "Authorization": lambda mock, key: {"headers": headers(mock, authorization=key)},
    "Authorization: Bearer": lambda mock, key: {"headers": headers(mock, authorization=f"Bearer {key}")},
    "x-apikey": lambda mock, key: {"headers": headers(mock, x_apikey=key)},
    "api-key": lambda mock, key: {"headers": headers(mock, api_key=key)},
    "x-auth-token": lambda mock, key: {"headers": headers(mock, x_auth_token=key)},
    "Cookie": lambda mock, key: {"headers": headers(mock, cookie=f"session={key}")},
    "?api_key": lambda mock, key: {"headers": headers(mock), "query_string": f"api_key={quote(key)}"},
    "?x-api-key": lambda mock, key: {"headers": headers(mock), "query_string": f"x-api-key={quote(key)}"},
    "?apikey": lambda mock, key: {"headers": headers(mock), "query_string": f"page=0&apikey={quote(key)}"},
    "?access_token": lambda mock, key: {"headers": headers(mock), "query_string": f"access%5Ftoken={quote(key)}"},
}
"""Places that give a key away by their name."""

BESIDE_ITS_HEADER: dict[str, Place] = {
    "nowhere else": lambda mock, key: {},
    "the path": lambda mock, key: {"path": f"/v1/invoices/{quote(key, safe='')}"},
    "a path of nothing": lambda mock, key: {"path": f"/v1/{quote(key, safe='')}/cups"},
    "?search": lambda mock, key: {"query_string": f"search={quote(key, safe='')}"},
    "?search, escaped throughout": lambda mock, key: {
        "query_string": "search=" + "".join(f"%{ord(c):02x}" for c in key)
    },
    "?page": lambda mock, key: {"query_string": f"page={quote(key)}&facility_id={quote(key)}"},
    "the name of a parameter": lambda mock, key: {"query_string": f"{quote(key, safe='')}=1"},
    "Prefer": lambda mock, key: {"headers": {"Prefer": f'example="{key}"'}},
    "Referer": lambda mock, key: {"headers": {"Referer": f"http://localhost:5173/?k={key}"}},
    "Origin": lambda mock, key: {"headers": {"Origin": f"http://{key}.example"}},
    "the body": lambda mock, key: {"method": "POST", "data": f"key is {key}!"},
    "a body that is passed over": lambda mock, key: {"data": f'{{"key": "{key}"}}'},
    "the method": lambda mock, key: {"method": "DELETE", "query_string": f"key={quote(key)}"},
}
"""Places that a key may get to while it is sent where it belongs, too."""


def everything_shown(mock: InProcess, sent: dict[str, Any]) -> str:
    """All that the mock keeps and says of a request, but for the body of its answer."""
    log = io.StringIO()
    client = Client(log_requests(make_app(mock.backend), log, Colours({})), use_cookies=False)
    answered = client.open(**{"path": CUPS, **sent})
    own = [value for name, value in answered.headers if name.startswith("X-") or name in ("Link", "Preference-Applied")]
    formats = [mock.control(f"journal?format={name}").text for name in ("json", "ndjson", "har")]
    assert len(mock.journal()) == 1
    return "\n".join([log.getvalue(), *own, *formats])


def assert_hidden(key: str, shown: str) -> None:
    for form in (key, quote(key, safe=""), quote(key), key.replace("&", "\\u0026")):
        assert form not in shown
    assert PLACEHOLDER in shown


@pytest.mark.parametrize("key", ["this mock's", REAL, ODD], ids=["mock", "real", "odd"])
@pytest.mark.parametrize("place", WITHOUT_ITS_HEADER)
def test_a_key_in_place_of_its_header_is_hidden(mock: InProcess, place: str, key: str) -> None:
    key = mock.organization().api_key if key == "this mock's" else key
    assert_hidden(key, everything_shown(mock, WITHOUT_ITS_HEADER[place](mock, key)))


@pytest.mark.parametrize("key", ["this mock's", REAL, ODD], ids=["mock", "real", "odd"])
@pytest.mark.parametrize("place", BESIDE_ITS_HEADER)
def test_a_key_beside_its_header_is_hidden(mock: InProcess, place: str, key: str) -> None:
    key = mock.organization().api_key if key == "this mock's" else key
    sent = BESIDE_ITS_HEADER[place](mock, key)
    sent["headers"] = {**headers(mock, x_api_key=key), **sent.get("headers", {})}
    assert_hidden(key, everything_shown(mock, sent))


@pytest.mark.parametrize("place", ["the path", "?search", "?page", "Referer", "the body", "Prefer"])
@pytest.mark.parametrize("real", [True, False])
def test_what_looks_like_a_key_is_hidden_wherever_it_stands_alone(mock: InProcess, place: str, real: bool) -> None:
    key = REAL if real else mock.organization(1).api_key
    assert_hidden(key, everything_shown(mock, BESIDE_ITS_HEADER[place](mock, key)))


def test_the_credentials_of_another_contract_are_hidden_too(tmp_path: Path, world: World) -> None:
    path = tmp_path / "openapi.yaml"
    text = DEFAULT_PATH.read_text(encoding="utf-8")
    assert "name: x-api-key" in text
    path.write_text(text.replace("name: x-api-key", "name: x-partner"), encoding="utf-8")
    mock = InProcess.of(load_spec(path), world)
    shown = everything_shown(
        mock, {"headers": headers(mock, x_partner="partners-own-secret"), "query_string": "page=0"}
    )
    assert_hidden("partners-own-secret", shown)


def test_what_is_no_credential_is_shown_as_it_is(mock: InProcess) -> None:
    mock.ask(f"{CUPS}?search=a%2Fb&page=0", headers={"Prefer": "delay=0", "X-Requested-With": "fetch"})
    (exchange,) = mock.journal()
    assert exchange["request"]["url"] == f"http://localhost{CUPS}?search=a%2Fb&page=0"
    shown = exchange["request"]["headers"]
    assert (shown["x-organization-id"], shown["x-requested-with"]) == (mock.organization().id, "fetch")
    assert shown["x-api-key"] == PLACEHOLDER


def test_a_short_value_is_hidden_in_its_place_and_not_looked_for_elsewhere(mock: InProcess) -> None:
    mock.ask(f"{CUPS}?search=es", headers={"x-api-key": "es"})
    (exchange,) = mock.journal()
    assert exchange["request"]["headers"]["x-api-key"] == PLACEHOLDER
    assert exchange["request"]["url"].endswith("/cups?search=es")


def test_a_failure_inside_is_logged_without_the_key(
    spec: Spec, world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    mock = InProcess.of(spec, world)
    monkeypatch.setattr(mock.backend.journal, "add", lambda _exchange: 1 / 0)
    client = mock.client
    client.application.config["PROPAGATE_EXCEPTIONS"] = False
    mock.ask(f"{DOCUMENTED}?api_key={mock.organization().api_key}")
    assert "ZeroDivisionError" in caplog.text
    assert mock.organization().api_key not in caplog.text
