"""A browser, and mocks for its pages to talk to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from browser_tools import Browser, running_browser
from served_mock import Launch, ServedMock


@pytest.fixture(scope="module")
def launch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Launch]:
    """Start mocks, and stop them when the module is over."""
    started: list[ServedMock] = []

    def start(*flags: str | Path) -> ServedMock:
        started.append(ServedMock.start(tmp_path_factory.mktemp("mock"), *flags))
        return started[-1]

    yield start
    for mock in started:
        mock.stop()


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with running_browser(tmp_path_factory.mktemp("profile")) as browser:
        yield browser
