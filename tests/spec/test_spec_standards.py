"""The contract is an OpenAPI document that other people's tools accept without a word."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from npm_tools import NpmTools
from openapi_spec_validator import OpenAPIV31SpecValidator

from api_spec import DEFAULT_PATH

TOOLS = NpmTools(Path(__file__).parent)


def test_openapi_spec_validator_finds_no_error(contract: dict[str, Any]) -> None:
    assert [error.message for error in OpenAPIV31SpecValidator(contract).iter_errors()] == []


def test_openapi_spec_validator_would_find_one(contract: dict[str, Any]) -> None:
    broken = {key: value for key, value in contract.items() if key != "info"}
    assert [error.message for error in OpenAPIV31SpecValidator(broken).iter_errors()] != []


def test_redocly_strict_rules_find_no_problem() -> None:
    assert lint(DEFAULT_PATH) == []


def test_redocly_would_find_a_problem(tmp_path: Path) -> None:
    broken = tmp_path / "openapi.yaml"
    text = DEFAULT_PATH.read_text(encoding="utf-8")
    broken.write_text(text.replace("operationId: listFacilities\n", "deprecated: false\n"), encoding="utf-8")
    assert lint(broken) == ["operation-operationId"]


def test_spectral_finds_no_problem_by_any_of_its_rules() -> None:
    assert spectral(DEFAULT_PATH) == []


def test_spectral_would_find_a_problem(tmp_path: Path) -> None:
    broken = tmp_path / "openapi.yaml"
    text = DEFAULT_PATH.read_text(encoding="utf-8")
    broken.write_text(text.replace("operationId: listFacilities\n", "deprecated: false\n"), encoding="utf-8")
    assert spectral(broken) == ["operation-operationId"]


def spectral(path: Path) -> list[str]:
    """The ids of the rules that Spectral finds broken, down to its hints."""
    rules = Path(__file__).with_name("spectral.yaml")
    run = TOOLS.run(
        "@stoplight/spectral-cli/dist/index.js", "lint", path, "--ruleset", rules, "--format=json", "--quiet",
        "--fail-severity=hint",
    )  # fmt: skip
    assert run.returncode in (0, 1), run.stderr
    return [problem["code"] for problem in json.loads(run.stdout)]


def lint(path: Path) -> list[str]:
    """The ids of the rules that Redocly finds broken, errors and warnings alike."""
    run = TOOLS.run("@redocly/cli/bin/cli.js", "lint", path, "--extends=recommended-strict", "--format=json")
    assert run.returncode in (0, 1), run.stderr
    return [problem["ruleId"] for problem in json.loads(run.stdout)["problems"]]
