"""What the tests of the independent deployment share."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from api_spec import DEFAULT_PATH
from faults.schemas import Validate, answer_validation


@pytest.fixture(scope="session")
def contract() -> dict[str, Any]:
    """The contract as data."""
    document: dict[str, Any] = yaml.safe_load(DEFAULT_PATH.read_text(encoding="utf-8"))
    return document


@pytest.fixture(scope="session")
def rule_ids(contract: dict[str, Any]) -> set[str]:
    """Every rule of the contract."""
    operations = [operation for path in contract["paths"].values() for operation in path.values()]
    return {rule["id"] for part in (contract, *operations) for rule in part["x-rules"]}


@pytest.fixture(scope="session")
def validate(contract: dict[str, Any]) -> Validate:
    """Fails unless an answer with success has the documented shape."""
    return answer_validation(contract)
