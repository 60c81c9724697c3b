"""The documentation, as a reader uses it in a browser: from a running mock, and as a static site from the disk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from browser_tools import Browser
from build_pages import write_site
from served_mock import Launch, ServedMock

from api_spec import load_spec
from mock_server.docs import PAGES

NAMES = sorted(path.name for path in PAGES.glob("*.html"))

DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 360, "height": 780}

MOST_BYTES = 200 * 1024
"""What the first page may need, beside the renderer, before compression."""


@pytest.fixture(scope="module")
def mock(launch: Launch) -> ServedMock:
    return launch("--port", "0", "--quiet")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of the static site in a folder of the disk."""
    folder: Path = tmp_path_factory.mktemp("a folder") / "site"
    write_site(load_spec(), folder)
    return f"{folder.as_uri()}/"


Look = Callable[..., dict[str, Any]]


@pytest.fixture
def look(browser: Browser) -> Look:
    """What a part of the script saw, where no page had an error and none asked another host."""

    def drive(part: str, url: str, **facts: Any) -> dict[str, Any]:
        seen = browser.drive("docs.mjs", part, {"url": url, **facts})
        assert seen.pop("trouble") == []
        return seen

    return drive


@pytest.mark.parametrize(("scheme", "viewport"), [("light", DESKTOP), ("dark", PHONE)], ids=["light", "dark"])
@pytest.mark.parametrize("names", [NAMES[::3], NAMES[1::3], NAMES[2::3]], ids=["a", "b", "c"])
def test_axe_finds_nothing_on_any_page_and_none_moves_or_scrolls_sideways(
    look: Look, mock: ServedMock, names: list[str], scheme: str, viewport: dict[str, int]
) -> None:
    found = look("look", f"{mock.url}/docs/", names=names, scheme=scheme, viewport=viewport)["found"]
    assert found == {name: [] for name in names}


def test_the_same_pages_work_from_the_disk(look: Look, site: str) -> None:
    names = ["index.html", "rules.html", "reference.html"]
    found = look("look", site, names=names, scheme="dark", viewport=DESKTOP)["found"]
    assert found == {name: [] for name in names}
    assert look("follow", site)["target"].startswith("invoice-period")


def test_a_request_can_be_tried_against_the_mock_that_serves_the_reference(look: Look, mock: ServedMock) -> None:
    seen = look("send", f"{mock.url}/docs/")
    assert (seen["status"], seen["body"]["invoice_id"]) == (200, "INV-2024-001")


def test_the_reference_can_be_searched(look: Look, mock: ServedMock) -> None:
    assert "CUPS groups" in look("search", f"{mock.url}/docs/")["hit"]


@pytest.mark.parametrize(
    ("asked", "marks", "target"),
    [
        ("co2e", ["stated", "null: inferred"], "Invoice.co2e"),
        ("listinvoices.size", ["stated"], "listInvoices.size"),
        ("groups share facility", ["stated"], "cups-unique"),
        ("409", [], "409-cups_locked_by_datadis"),
    ],
)
def test_whatever_has_a_name_is_found_and_says_how_sure_it_is(
    look: Look, site: str, asked: str, marks: list[str], target: str
) -> None:
    seen = look("find", site, asked=asked)
    assert (seen["target"], seen["marks"]) == (target, marks)
    assert seen["told"].endswith("found")
    assert seen["violations"] == []


def test_links_lead_to_an_operation_and_to_a_rule(look: Look, mock: ServedMock) -> None:
    assert look("follow", f"{mock.url}/docs/")["target"].startswith("invoice-period")


def test_a_theme_is_remembered_and_commands_are_copied_without_their_output(look: Look, mock: ServedMock) -> None:
    seen = look("use", f"{mock.url}/docs/")
    assert seen["system"] != seen["dark"] == seen["remembered"]
    assert seen["copied"] == "dcycle-contract explain cups-unique"
    assert seen["title"].startswith("Rules")


def test_the_first_page_is_light(look: Look, mock: ServedMock) -> None:
    weights = look("weigh", f"{mock.url}/docs/")["bytes"]
    assert len(weights) > 4
    assert not any("scalar" in url for url in weights)
    assert sum(weights.values()) < MOST_BYTES
