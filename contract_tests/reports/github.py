"""The verdict for GitHub Actions: annotations on the contract file and a summary of the step."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from contract_tests.exchange import Exchange
from contract_tests.findings import Outcome
from contract_tests.reports.document import document
from contract_tests.run import Run


class GithubReport:
    """Prints annotations and appends to the step summary when the run is over."""

    def __init__(self, summary: str | None) -> None:
        """`summary` is the file that GITHUB_STEP_SUMMARY names."""
        self._summary = summary

    def started(self, run: Run) -> None:
        """Nothing yet."""

    def heard(self, exchange: Exchange) -> None:
        """Nothing."""

    def judged(self, outcome: Outcome) -> None:
        """Nothing yet."""

    def finished(self, run: Run) -> None:
        """Write both."""
        told = document(run)
        for line in workflow_commands(told):
            print(line, file=sys.stderr)
        if self._summary:
            with Path(self._summary).open("a", encoding="utf-8") as file:
                file.write(as_summary(told))


def workflow_commands(told: Mapping[str, Any]) -> Iterator[str]:
    """One workflow command for each broken or warned rule."""
    for rule in told["rules"]:
        if (not rule["findings"] and not rule["fails"]) or rule["consequence_of"]:
            continue
        level = "error" if rule["fails"] else "warning"
        where = f"file={told['contract']['file']},line={rule['line']},title={_property(rule['id'])}"
        first = rule["findings"][0] if rule["findings"] else None
        text = rule["rule"] if first is None else f"{rule['rule']} Expected {first['expected']}, got {first['got']}."
        if rule["reason"]:
            text += f" {rule['status']}: {rule['reason']}"
        yield f"::{level} {where}::{_message(text)}"


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")


def as_summary(told: Mapping[str, Any]) -> str:
    """A page of Markdown."""
    lines = [f"## Contract {told['verdict']}: {told['base_url']}", ""]
    counts = ", ".join(f"{count} {status}" for status, count in told["counts"].items() if count)
    lines += [f"{counts}. {told['requests']} requests in {told['seconds']} s, {told['profile']} profile.", ""]
    if told["trouble"]:
        lines += [told["trouble"], ""]
    shown = [rule for rule in told["rules"] if rule["findings"] and not rule["consequence_of"]]
    if shown:
        lines += ["| | Rule | Expected | Got | Basis |", "| --- | --- | --- | --- | --- |"]
    for rule in shown:
        for finding in rule["findings"]:
            expected, got = _cell(finding["expected"]), _cell(finding["got"])
            name, basis = f"[{rule['id']}]({rule['explained']})", f"[{rule['basis']}]({rule['page']['url']})"
            lines.append(f"| {rule['status']} | {name} | {expected} | {got} | {basis} |")
    for rule in shown:
        repeat = rule["findings"][0]["repeat"]
        lines += ["", f"<details><summary>Repeat {rule['id']}</summary>", "", "```sh", *repeat, "```", "", "</details>"]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return re.sub(r"([\\|`*_\[\]])", r"\\\1", " ".join(text.split())).replace("<", "&lt;")
