"""Runs the npm tools of a folder of tests that has a ``package.json``."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

MISSING = """{what} is not installed, so this test could not run.
Run `make test`, or in tests/{folder}: `npm ci --ignore-scripts`. Node 22.12 or later is needed.
To leave the tests with npm tools out on purpose, set DCYCLE_SKIP_NPM=1."""

QUIET = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true", "NO_COLOR": "1"}
"""Keeps the tools from calling home, and from colours."""


@dataclass(frozen=True)
class NpmTools:
    """The npm packages of one folder."""

    folder: Path
    """Where ``package.json`` and ``node_modules`` are."""

    @property
    def node_modules(self) -> Path:
        """Where the packages are installed."""
        return self.folder / "node_modules"

    def run(self, script: str, *arguments: str | Path, **options: str | Path) -> subprocess.CompletedProcess[str]:
        """Run a script of node_modules; `options` are those of `run_node`."""
        return self.run_node(self.path_of(script), *arguments, **options)

    def run_node(
        self, *arguments: str | Path, cwd: str | Path | None = None, **environ: str | Path
    ) -> subprocess.CompletedProcess[str]:
        """Run Node in a folder, with these variables added to the environment."""
        return subprocess.run(
            self.command(*arguments), cwd=cwd, env=self.environ(**environ),
            capture_output=True, text=True, encoding="utf-8", check=False, timeout=120,
        )  # fmt: skip

    def command(self, *arguments: str | Path) -> Sequence[str]:
        """The command that runs Node; fails the test when there is none, skips it under DCYCLE_SKIP_NPM."""
        if os.environ.get("DCYCLE_SKIP_NPM"):
            pytest.skip("DCYCLE_SKIP_NPM is set: the npm tools are left out on purpose")
        node = shutil.which("node", path=self.environ()["PATH"])
        if node is None:
            self._fail("Node")
        return [str(node), *map(str, arguments)]

    def path_of(self, script: str) -> Path:
        """A script of node_modules; fails the test when it is not there, skips it under DCYCLE_SKIP_NPM."""
        path = self.node_modules / script
        if not path.exists() and not os.environ.get("DCYCLE_SKIP_NPM"):
            self._fail(script)
        return path

    def environ(self, **more: str | Path) -> dict[str, str]:
        """The environment of a tool; what is installed beside this Python is found first."""
        found_first = str(Path(sys.executable).parent)
        path = os.pathsep.join([found_first, os.environ["PATH"]])
        return {**os.environ, **QUIET, "PATH": path, **{name: str(value) for name, value in more.items()}}

    def _fail(self, what: str) -> None:
        pytest.fail(MISSING.format(what=what, folder=self.folder.name), pytrace=False)
