"""What is committed suits any machine, and the lock files fit what the project asks for."""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging_environment import ROOT, run, succeed

REGISTRIES = [".".join(parts) for parts in (("registry", "npmjs", "org"), ("pypi", "org"), ("pythonhosted", "org"))]
FOLDER = rf"/root|/work|/home/\w+|/Users/\w+|{re.escape(str(ROOT))}"
MACHINE_PATH = re.compile(rf"(?:(?<=file://)|(?<![\w.~:/}}*-]))(?:{FOLDER})/")
RESOLVED = re.compile(r'"resolved"\s*:')


def tracked() -> dict[str, str]:
    """The text of every file that git tracks."""
    if not shutil.which("git") or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout, so nothing is tracked")
    names = succeed("git", "ls-files", "-z", cwd=ROOT).split("\0")
    return {
        name: (ROOT / name).read_text(encoding="utf-8", errors="replace") for name in names if (ROOT / name).is_file()
    }


def test_no_tracked_file_knows_this_machine_or_a_package_registry() -> None:
    files = tracked()
    assert len(files) > 20
    found = [
        (name, text)
        for name, content in files.items()
        for text in [*REGISTRIES, *MACHINE_PATH.findall(content), *RESOLVED.findall(content)]
        if text in content
    ]
    assert found == []


@pytest.mark.parametrize("folder", ["root", "work", "home/ana", "Users/ana"])
@pytest.mark.parametrize("line", ["see {}/notes.txt", "file://{}/notes.txt", '"{}/notes.txt"', "{}/notes.txt"])
def test_an_absolute_path_would_be_found(line: str, folder: str) -> None:
    assert MACHINE_PATH.search(line.format("/" + folder))


def locked(name: str) -> dict[str, str]:
    """The versions in a lock file, by normalised package name."""
    text = (ROOT / name).read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", text, flags=re.MULTILINE))


def asked(group: str | None) -> list[Requirement]:
    """What pyproject.toml asks for: the dependencies of the project, or those of one group."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = project["project"]["dependencies"] if group is None else project["dependency-groups"][group]
    return [Requirement(entry) for entry in wanted if isinstance(entry, str)]


@pytest.mark.parametrize(
    ("lock", "groups"),
    [("requirements.lock", [None, "install"]), ("requirements-dev.lock", [None, "install", "dev"])],
)
def test_a_lock_file_holds_a_fitting_version_of_everything_asked_for(lock: str, groups: list[str | None]) -> None:
    versions = locked(lock)
    wanted = [requirement for group in groups for requirement in asked(group)]
    missing = [str(one) for one in wanted if not one.specifier.contains(versions.get(canonicalize_name(one.name), "0"))]
    assert missing == [], "run make lock"


def test_the_two_lock_files_agree() -> None:
    assert locked("requirements.lock").items() <= locked("requirements-dev.lock").items()


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_file_has_hashes_for_every_package(lock: str) -> None:
    entries = re.split(r"^(?=[a-z0-9-]+==)", (ROOT / lock).read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    assert [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry] == []
    assert len(entries) == len(locked(lock)), "one version of each"


def test_the_npm_lock_file_pins_what_package_json_asks_for() -> None:
    folder = ROOT / "tests" / "spec"
    asked_for = json.loads((folder / "package.json").read_text(encoding="utf-8"))["devDependencies"]
    lock = json.loads((folder / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert {name: lock[f"node_modules/{name}"]["version"] for name in asked_for} == asked_for
    assert [name for name, package in lock.items() if name and not package["integrity"].startswith("sha512-")] == []


@pytest.mark.skipif(not shutil.which("make"), reason="make is not installed")
@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["help"], 0, "make check"),
        ([], 0, "make test"),
        (
            ["check", "PYTHON=no-such-python"],
            2,
            'Python 3.11 or later is needed, and "no-such-python" is not that.',
        ),
        (["-n", "check", "DCYCLE_API_KEY=hush", "BASE_URL=https://things.test"], 0, "dcycle-contract check"),
    ],
)
def test_make_tells_its_targets_and_mistakes_and_never_a_key(
    tmp_path: Path, arguments: list[str], status: int, said: str
) -> None:
    folder = tmp_path / "a folder"
    folder.mkdir()
    for name in ("Makefile", "requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    done = run("make", *arguments, cwd=folder)
    assert (done.returncode, said in done.stdout + done.stderr) == (status, True), done.stdout + done.stderr
    assert "hush" not in done.stdout + done.stderr
