"""Fixtures for pytest: a mock for the whole run, with a clean state for each test.

Pytest imports this module in every environment that has the package. So it imports nothing itself.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from mock_server.testing import Mock

FLAGS = "dcycle_mock_flags"
"""The ini option with flags for the start; ``--dcycle-mock-flags`` wins over it."""

MARKER = "dcycle_mock"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare where flags for the mock's start can be given."""
    about = 'Flags to start dcycle-mock with, such as "--seed 7 --data world.yaml".'
    parser.getgroup("dcycle-mock").addoption("--dcycle-mock-flags", metavar="FLAGS", help=about)
    parser.addini(FLAGS, about, type="args", default=[])


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker."""
    about = "serve this test a state of its own, such as scenario='busy', seed=7, strict=True or latency=0.2"
    config.addinivalue_line("markers", f"{MARKER}(**state): {about}")


@pytest.fixture(scope="session")
def dcycle_mock_server(pytestconfig: pytest.Config) -> Iterator[Mock]:
    """A mock on a free port, in a process of its own, for the whole run; one for each worker of pytest-xdist."""
    from mock_server.testing import running_mock

    given: str | None = pytestconfig.getoption("--dcycle-mock-flags")
    flags = pytestconfig.getini(FLAGS) if given is None else shlex.split(given)
    with running_mock(*flags, folder=pytestconfig.rootpath) as mock:
        yield mock


@pytest.fixture
def dcycle_mock(dcycle_mock_server: Mock, request: pytest.FixtureRequest) -> Mock:
    """The mock of the run, in its state at start, or in the one that the test's markers ask for."""
    dcycle_mock_server.reset()
    for marker in reversed(list(request.node.iter_markers(MARKER))):  # the nearest one last, so that it wins
        dcycle_mock_server.change(**marker.kwargs)
    return dcycle_mock_server
