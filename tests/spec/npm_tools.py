"""Runs the npm tools of this folder's ``package.json``."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

NODE_MODULES = Path(__file__).resolve().parent / "node_modules"
MISSING = """{} is not installed, so openapi.yaml was not put before the npm tools.
Run `make test`, or in tests/spec: `npm ci --ignore-scripts`. Node 20.19, 22.12 or later is needed.
To leave these tests out on purpose, set DCYCLE_SKIP_NPM=1."""


def run_npm_tool(script: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a script of node_modules; fails the test when it is not there, skips it under DCYCLE_SKIP_NPM."""
    if os.environ.get("DCYCLE_SKIP_NPM"):
        pytest.skip("DCYCLE_SKIP_NPM is set: the npm tools are left out on purpose")
    beside_python = str(Path(sys.executable).parent)
    node = shutil.which("node", path=os.pathsep.join([beside_python, os.environ["PATH"]]))
    path = NODE_MODULES / script
    if node is None or not path.exists():
        pytest.fail(MISSING.format("Node" if node is None else script), pytrace=False)
    environ = {**os.environ, "REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true", "NO_COLOR": "1"}
    command = [node, str(path), *map(str, arguments)]
    return subprocess.run(command, env=environ, capture_output=True, text=True, check=False, timeout=120)
