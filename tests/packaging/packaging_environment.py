"""The distributions, built from the tree, and a clean environment that holds nothing but what the wheel needs."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def environ() -> dict[str, str]:
    """The environment without the settings of whoever runs the tests."""
    mine = ("DCYCLE_", "PYTHON", "PYTEST_", "MAKE", "HYPOTHESIS_")
    return {name: value for name, value in os.environ.items() if not name.startswith(mine)}


def run(*command: str | Path, cwd: Path, timeout: float = 120) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        list(map(str, command)), cwd=cwd, env=environ(), capture_output=True, text=True, check=False, timeout=timeout
    )


def succeed(*command: str | Path, cwd: Path) -> str:
    """Run a command that must succeed, and return its standard output."""
    done = run(*command, cwd=cwd)
    assert done.returncode == 0, f"{command} ended with {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@dataclass(frozen=True)
class Distributions:
    sdist: Path
    wheel: Path


@dataclass(frozen=True)
class Installation:
    """A virtual environment outside the checkout, and an empty directory to run from."""

    scripts: Path
    directory: Path

    def script(self, name: str) -> str:
        return str(self.scripts / (name + (".exe" if os.name == "nt" else "")))


@pytest.fixture(scope="session")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> Distributions:
    """The source distribution, and the wheel built from it rather than from the tree."""
    out = tmp_path_factory.mktemp("dist")
    succeed(sys.executable, "-m", "build", "--no-isolation", "--outdir", out, ROOT, cwd=out)
    return Distributions(sdist=next(out.glob("*.tar.gz")), wheel=next(out.glob("*.whl")))


@pytest.fixture(scope="session")
def installation(distributions: Distributions, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """The wheel and the locked dependencies, in an environment of their own."""
    directory = tmp_path_factory.mktemp("elsewhere")
    environment = tmp_path_factory.mktemp("environment") / "venv"
    succeed(sys.executable, "-m", "venv", "--without-pip", environment, cwd=directory)
    pip = (sys.executable, "-m", "pip", "--python", environment, "--disable-pip-version-check", "--quiet")
    install = (*pip, "install", "--no-compile")
    succeed(*install, "--require-hashes", "--requirement", ROOT / "requirements.lock", cwd=directory)
    succeed(*install, "--no-deps", distributions.wheel, cwd=directory)
    succeed(*pip, "check", cwd=directory)
    return Installation(environment / ("Scripts" if os.name == "nt" else "bin"), directory)
