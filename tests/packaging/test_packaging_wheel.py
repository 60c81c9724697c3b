"""The wheel holds all it needs, and works where there is no checkout."""

from __future__ import annotations

import json
import subprocess
import tarfile
import urllib.request
import zipfile
from collections.abc import Iterator
from email.parser import Parser
from pathlib import Path
from typing import Any

import pytest
from packaging_environment import ROOT, Distributions, Installation, environ, run, succeed

from api_spec import VERSION


@pytest.fixture(scope="module")
def wheel(distributions: Distributions) -> Iterator[zipfile.ZipFile]:
    with zipfile.ZipFile(distributions.wheel) as archive:
        yield archive


@pytest.mark.parametrize(
    "name",
    [
        "api_spec/openapi.yaml",
        "api_spec/fixtures/get-invoice.json",
        "api_spec/fixtures/list-cups-groups.json",
        "api_spec/py.typed",
        "mock_server/py.typed",
        "contract_tests/py.typed",
        "contract_tests/pytest.ini",
    ],
)
def test_the_wheel_holds_what_is_not_python(wheel: zipfile.ZipFile, name: str) -> None:
    original = ROOT / name
    if not original.exists():
        original = ROOT / name.removeprefix("api_spec/")
    assert wheel.read(name) == original.read_bytes()


def test_the_wheel_holds_every_module_and_no_test_of_the_project(wheel: zipfile.ZipFile) -> None:
    packages = ("api_spec", "mock_server", "contract_tests")
    modules = {path.relative_to(ROOT).as_posix() for package in packages for path in (ROOT / package).rglob("*.py")}
    assert {name for name in wheel.namelist() if name.endswith(".py")} == modules
    assert {name.split("/")[0] for name in wheel.namelist()} == {*packages, f"dcycle_contract-{VERSION}.dist-info"}


def test_the_metadata_tells_version_licence_and_scripts(wheel: zipfile.ZipFile) -> None:
    info = f"dcycle_contract-{VERSION}.dist-info"
    metadata = Parser().parsestr(wheel.read(f"{info}/METADATA").decode())
    assert (metadata["Version"], metadata["License-Expression"], metadata["Requires-Python"]) == (
        VERSION,
        "MIT",
        ">=3.11",
    )
    assert f"{info}/licenses/LICENSE" in wheel.namelist()
    scripts = wheel.read(f"{info}/entry_points.txt").decode().split("\n")[1:3]
    assert sorted(scripts) == ["dcycle-contract = contract_tests.cli:main", "dcycle-mock = mock_server.cli:main"]


def test_the_source_distribution_holds_what_the_wheel_is_made_of(distributions: Distributions) -> None:
    with tarfile.open(distributions.sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    needed = {"openapi.yaml", "pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE", "fixtures/get-invoice.json"}
    assert needed - names == set()
    assert [name for name in names if "node_modules" in name or name.endswith(".pyc")] == []


@pytest.mark.parametrize("script", ["dcycle-mock", "dcycle-contract"])
def test_an_installed_script_tells_its_version_and_help(installation: Installation, script: str) -> None:
    command = installation.script(script)
    assert succeed(command, "--version", cwd=installation.directory) == f"{script} {VERSION}\n"
    assert succeed(command, "--help", cwd=installation.directory).startswith(f"usage: {script} ")


def test_the_installed_mock_serves_the_installed_contract(installation: Installation, mock: dict[str, Any]) -> None:
    with urllib.request.urlopen(mock["url"] + "/openapi.yaml", timeout=10) as answer:
        assert answer.read() == (ROOT / "openapi.yaml").read_bytes()


def test_the_installed_verifier_finds_the_contract_kept_by_the_installed_mock(
    installation: Installation, mock: dict[str, Any]
) -> None:
    demo = mock["organizations"][0]
    judged = run(
        installation.script("dcycle-contract"), "check", "--profile", "quick", "--base-url", mock["url"],
        "--organization-id", demo["organization_id"], "--api-key", demo["api_key"],
        "--operation", "listCupsGroups", "--operation", "getInvoice",
        *(flag for invoice_id in demo["invoice_ids"] for flag in ("--invoice-id", invoice_id)),
        cwd=installation.directory,
    )  # fmt: skip
    assert judged.returncode == 0, judged.stdout + judged.stderr
    assert list(installation.directory.iterdir()) == [], "nothing is left behind where it ran"


def test_the_installed_plugin_gives_pytest_a_mock(installation: Installation, tmp_path: Path) -> None:
    (tmp_path / "test_plugin.py").write_text("def test_mock(dcycle_mock):\n    dcycle_mock.assert_no_violations()\n")
    done = run(installation.script("python"), "-m", "pytest", "--strict-config", "-W", "error", cwd=tmp_path)
    assert (done.returncode, "1 passed" in done.stdout) == (0, True), done.stdout + done.stderr


@pytest.fixture(scope="module")
def mock(installation: Installation) -> Iterator[dict[str, Any]]:
    """What the installed mock says of itself, while it runs."""
    command = [installation.script("dcycle-mock"), "--port", "0", "--json", "--quiet"]
    process = subprocess.Popen(command, cwd=installation.directory, env=environ(), stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())
    finally:
        process.terminate()
        process.communicate(timeout=10)
