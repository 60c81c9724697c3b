"""What the tests of the contract share."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from api_spec import DEFAULT_PATH, Spec, load_spec


@pytest.fixture(scope="session")
def spec() -> Spec:
    return load_spec()


@pytest.fixture(scope="session")
def contract() -> dict[str, Any]:
    """The file as any YAML reader sees it, references and all."""
    document: dict[str, Any] = yaml.safe_load(DEFAULT_PATH.read_text(encoding="utf-8"))
    return document
