"""The verdict as JUnit XML, for CI servers: one test case for each rule."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree as ET

FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold."""


def as_junit(told: Mapping[str, Any]) -> str:
    """Broken rules fail, rules that were not exercised are skipped, warnings stand in system-out."""
    rules = told["rules"]
    counts = {
        "tests": str(len(rules) + len(told["baseline"])),
        "failures": str(sum(rule["fails"] for rule in rules) + len(told["baseline"])),
        "skipped": str(sum(_skipped(rule) for rule in rules)),
        "errors": "0",
    }
    root = ET.Element("testsuites", counts | {"name": "dcycle-contract"})
    suite = ET.SubElement(root, "testsuite", counts | {"name": told["base_url"], "time": str(told["seconds"])})
    for rule in rules:
        _case(suite, rule)
    for problem in told["baseline"]:
        case = ET.SubElement(suite, "testcase", name=problem.split(":")[0], classname="dcycle-contract.baseline")
        ET.SubElement(case, "failure", message=problem)
    ET.indent(root)
    text = ET.tostring(root, encoding="unicode")
    return '<?xml version="1.0" encoding="utf-8"?>\n' + FORBIDDEN.sub("\ufffd", text) + "\n"


def _skipped(rule: Mapping[str, Any]) -> bool:
    return rule["status"] == "not exercised" and not rule["fails"]


def _case(suite: ET.Element, rule: Mapping[str, Any]) -> None:
    classname = f"dcycle-contract.{rule['operation'] or 'every operation'}"
    case = ET.SubElement(suite, "testcase", name=rule["id"], classname=classname)
    if rule["fails"]:
        ET.SubElement(case, "failure", message=rule["rule"], type=rule["basis"]).text = proof(rule)
    elif _skipped(rule):
        ET.SubElement(case, "skipped", message=rule["reason"])
    elif rule["findings"]:
        ET.SubElement(case, "system-out").text = f"warning\n{proof(rule)}"


def proof(rule: Mapping[str, Any]) -> str:
    """The findings of a rule as plain text."""
    lines = [f"{rule['basis']}: {rule['page']['url']}", f"explained: {rule['explained']}"]
    if rule["reason"]:
        lines.append(f"{rule['status']}: {rule['reason']}")
    for finding in rule["findings"]:
        lines += [
            f"at {finding['where']} ({finding['count']} times)",
            f"expected {finding['expected']}",
            f"got {finding['got']}",
            *finding["repeat"],
        ]
    return "\n".join(lines)
