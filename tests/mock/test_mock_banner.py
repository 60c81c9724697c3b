"""What the mock says when it is ready, and the line it logs for each request."""

from __future__ import annotations

import io
import json
import re
from typing import Any

import pytest

from mock_server.access_log import Colours, log_requests
from mock_server.backend import Backend
from mock_server.banner import human_banner, json_banner
from mock_server.notes import notes_of
from mock_server.scene import Scene
from mock_server.settings import MockSettings
from mock_server.violations import Violation
from mock_server.world.generator import make_world
from mock_server.world.model import World
from mock_server.world.shape import Shape


def scene_of(world: World) -> Scene:
    return Backend(MockSettings(), world=world).scene


def test_the_banner_has_at_most_eight_lines(world: World) -> None:
    assert len(human_banner("http://127.0.0.1:8000", scene_of(world)).splitlines()) <= 8


def test_the_json_line_is_one_line_with_each_organizations_own_ids(world: World) -> None:
    line = json_banner("http://127.0.0.1:8000", scene_of(world))
    assert "\n" not in line
    owners = {record.invoice.id: record.organization_id for record in world.invoices}
    places = {facility.id: facility.organization_id for facility in world.facilities}
    for entry in json.loads(line)["organizations"]:
        assert {owners[one] for one in entry["invoice_ids"]} == {entry["organization_id"]}
        assert {places[one] for one in entry["facility_ids"]} == {entry["organization_id"]}


def test_the_named_invoices_vary_and_the_documented_one_is_first(world: World) -> None:
    by_id = {record.invoice.id: record.invoice for record in world.invoices}
    first, second = json.loads(json_banner("", scene_of(world)))["organizations"]
    assert "550e8400-e29b-41d4-a716-446655440000" in first["invoice_ids"]
    for entry in (first, second):
        named = [by_id[one] for one in entry["invoice_ids"]]
        assert len(named) == len(set(entry["invoice_ids"])) <= 20
        assert {invoice.type for invoice in named} == {"electricity", "heat", "water", "recharge"}
        assert {invoice.status for invoice in named} == {"uploaded", "loading", "active", "inactive", "review", "error"}
        assert {invoice.enabled for invoice in named} == {True, False}
        for name in ("co2e", "cups", "facility_id", "file_id", "start_date", "supplier_id", "uploaded_by"):
            assert {getattr(invoice, name) is None for invoice in named} == {True, False}, name


def test_a_world_of_one_organization_without_invoices_has_a_banner() -> None:
    assert "1 organization" in human_banner("http://x", scene_of(make_world(1, Shape(organizations=1, invoices=0))))


SEEN = "https://example.org/page (openapi.yaml:7)"


def logged(path: str, colours: Colours, status: str = "404 NOT FOUND", remarks: bool = False) -> str:
    """What is logged of one request."""

    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        notes = notes_of(environ)
        notes.operation_id = "getIt"
        if remarks:
            notes.violations = [Violation("unknown-parameter", "query.a", "No \x1b[2J such ñ.", SEEN)]
            notes.faults, notes.hints = ["latency=0.20"], ["Try\nthis."]
        start_response(status, [])
        return [b"x"]

    log = io.StringIO()
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": "q=secret", "HTTP_X_API_KEY": "secret"}
    assert log_requests(app, log, colours)(environ, lambda *_: None) == [b"x"]
    return log.getvalue()


PLAIN = Colours({})


@pytest.mark.parametrize(
    ("path", "written"),
    [("/v1/invoices/cups", "/v1/invoices/cups"), ("/a\nb\x1b[31m", "/a%0Ab%1B%5B31m"), ("/\xc3\xb1", "/%C3%B1")],
)
def test_each_request_is_one_line_without_query_or_headers(path: str, written: str) -> None:
    assert re.fullmatch(rf"\d\d:\d\d:\d\d GET {re.escape(written)} 404 \d+\.\dms getIt\n", logged(path, PLAIN))


def test_remarks_are_indented_under_the_line_and_cannot_steer_the_terminal() -> None:
    assert logged("/v1", PLAIN, remarks=True).splitlines()[1:] == [
        "  violation query.a: No \\x1b[2J such \\xf1.",
        f"    see {SEEN}",
        "  fault latency=0.20",
        "  hint Try\\nthis.",
    ]


def test_what_the_console_asks_for_is_not_logged() -> None:
    assert logged("/_mock/state", PLAIN) == ""


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "environ", "coloured"),
    [
        (Terminal(), {}, True),
        (Terminal(), {"NO_COLOR": "1"}, False),
        (Terminal(), {"TERM": "dumb"}, False),
        (io.StringIO(), {}, False),
    ],
)
def test_colours_are_for_terminals_and_people_who_want_them(
    stream: io.StringIO, environ: dict[str, str], coloured: bool
) -> None:
    assert ("\x1b[" in logged("/v1", Colours.of(stream, environ), "500 OOPS")) is coloured
