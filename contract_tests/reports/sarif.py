"""The verdict as SARIF 2.1.0, pointing at the clause in the contract file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from contract_tests.reports.junit import proof

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def as_sarif(told: Mapping[str, Any]) -> str:
    """One result for each finding, an error where it breaks the contract and a warning where it does not."""
    rules = told["rules"]
    run = {
        "tool": {
            "driver": {
                "name": told["tool"]["name"],
                "version": told["tool"]["version"],
                "rules": [_descriptor(rule) for rule in rules],
            }
        },
        "results": [
            _result(told, index, rule, finding) for index, rule in enumerate(rules) for finding in rule["findings"]
        ],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2) + "\n"


def _descriptor(rule: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": rule["id"],
        "shortDescription": {"text": rule["rule"]},
        "helpUri": rule["explained"],
        "help": {"text": f"{rule['basis']} on {rule['page']['title']}, {rule['page']['url']}"},
        "properties": {"basis": rule["basis"], "operation": rule["operation"] or "every operation"},
    }


def _result(told: Mapping[str, Any], index: int, rule: Mapping[str, Any], finding: Mapping[str, Any]) -> dict[str, Any]:
    text = f"{rule['rule']} At {finding['where']}: expected {finding['expected']}, got {finding['got']}."
    place = {"artifactLocation": {"uri": told["contract"]["file"]}, "region": {"startLine": rule["line"]}}
    return {
        "ruleId": rule["id"],
        "ruleIndex": index,
        "level": "error" if rule["fails"] else "warning",
        "message": {"text": text},
        "locations": [{"physicalLocation": place}],
        "partialFingerprints": {"findingShape/v1": f"{rule['id']} {finding['where']} {finding['expected']}"},
        "properties": {"count": finding["count"], "proof": proof({**rule, "findings": [finding]})},
    }
