"""One contract, one default world and one application, shared by the tests of the mock."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from in_process import InProcess
from postgresql_server import PostgreSQL, programs, running
from stores import store_of
from werkzeug.test import TestResponse

from api_spec import Spec, load_spec
from mock_server.app import create_app
from mock_server.database_url import MEMORY
from mock_server.state import Store
from mock_server.world.generator import make_world
from mock_server.world.model import Organization, World
from mock_server.world.shape import Shape


@pytest.fixture(scope="session")
def spec() -> Spec:
    return load_spec()


@pytest.fixture(scope="session")
def world() -> World:
    return make_world(1, Shape())


@pytest.fixture(scope="session")
def demo(world: World) -> Organization:
    return world.organizations[0]


@pytest.fixture(scope="session")
def store(world: World) -> Store:
    return store_of(world)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """A PostgreSQL server; the tests that need one are skipped where it is not installed, but not in CI."""
    installed = programs()
    if installed is None and os.environ.get("CI"):
        pytest.fail("PostgreSQL is not installed; Debian has it as the package postgresql.")
    if installed is None:
        pytest.skip("PostgreSQL is not installed.")
    with running(installed) as server:
        yield server


@pytest.fixture(params=["memory", "file", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind."""
    if request.param == "memory":
        return MEMORY
    return f"sqlite:///{tmp_path / 'mock.db'}" if request.param == "file" else _url_on_a_server(request)


@pytest.fixture(params=["file", "postgresql"])
def lasting_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind that outlives a process."""
    return f"sqlite:///{tmp_path / 'mock.db'}" if request.param == "file" else _url_on_a_server(request)


def _url_on_a_server(request: pytest.FixtureRequest) -> str:
    server: PostgreSQL = request.getfixturevalue("postgresql")
    return server.new_url()


@pytest.fixture(scope="session")
def app(spec: Spec, world: World) -> Flask:
    return create_app(spec=spec, world=world)


Ask = Callable[..., TestResponse]


@pytest.fixture(scope="session")
def ask(app: Flask, demo: Organization) -> Ask:
    """Send a request as the demo organization; a header that is None is left out."""

    def send(
        path: str, method: str = "GET", headers: dict[str, str | None] | None = None, **query: Any
    ) -> TestResponse:
        given = {"x-api-key": demo.api_key, "x-organization-id": demo.id, **(headers or {})}
        sent = {name: value for name, value in given.items() if value is not None}
        return app.test_client().open(path, method=method, headers=sent, query_string=query or None)

    return send


@pytest.fixture
def mock(spec: Spec, world: World) -> InProcess:
    """A mock of the test's own, over the default world."""
    return InProcess.of(spec, world)


@pytest.fixture(scope="session")
def shared_mock(spec: Spec, world: World) -> InProcess:
    return InProcess.of(spec, world)


@pytest.fixture
def large(shared_mock: InProcess) -> InProcess:
    """A session of the test's own in the default world, to change what it likes there in no time."""
    return replace(shared_mock, session=str(uuid4()))


@pytest.fixture(scope="session")
def shared_small_mock(spec: Spec) -> InProcess:
    return InProcess.of(spec, make_world(1, Shape(facilities=4, invoices=400)))


@pytest.fixture
def small(shared_small_mock: InProcess) -> InProcess:
    """The same in a small world, which has invoices of every type and status too."""
    return replace(shared_small_mock, session=str(uuid4()))


@dataclass(frozen=True)
class Running:
    """A mock in a process of its own."""

    process: subprocess.Popen[str]
    ready_line: str

    @property
    def info(self) -> dict[str, Any]:
        return dict(json.loads(self.ready_line))

    @property
    def url(self) -> str:
        return str(self.info["url"])

    @property
    def port(self) -> int:
        return int(self.url.rsplit(":", 1)[1])


Launch = Callable[..., Running]


@pytest.fixture
def launch(tmp_path: Path) -> Iterator[Launch]:
    """Start mocks outside the checkout's settings, and stop them when the test is over."""
    started: list[subprocess.Popen[str]] = []

    def start(*flags: str, **environ: str) -> Running:
        process = subprocess.Popen(
            [sys.executable, "-m", "mock_server", "--port", "0", *flags],
            cwd=tmp_path, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONUTF8": "1", **environ},
        )  # fmt: skip
        started.append(process)
        assert process.stdout is not None
        return Running(process, process.stdout.readline())

    yield start
    for process in started:
        process.terminate()
        process.communicate(timeout=10)
