"""The verdict as JUnit XML, for CI servers."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

from contract_tests.exchange import Exchange, redact
from contract_tests.findings import Outcome, Status
from contract_tests.run import Run

FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold."""


class JunitReport:
    """Writes one test case for each rule: broken rules fail, and rules that were not exercised are skipped."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def started(self, run: Run) -> None:
        """Nothing yet."""

    def heard(self, exchange: Exchange) -> None:
        """Nothing."""

    def judged(self, outcome: Outcome) -> None:
        """Nothing yet."""

    def finished(self, run: Run) -> None:
        """Write the file."""
        failures = sum(_fails(run, outcome) for outcome in run.outcomes)
        skipped = sum(_skipped(run, outcome) for outcome in run.outcomes)
        counts = {"tests": str(len(run.outcomes)), "failures": str(failures), "skipped": str(skipped), "errors": "0"}
        root = ET.Element("testsuites", counts | {"name": "dcycle-contract"})
        suite = ET.SubElement(root, "testsuite", counts | {"name": run.target.base_url, "time": f"{run.seconds:.3f}"})
        for outcome in run.outcomes:
            _case(run, suite, outcome)
        ET.indent(root)
        ET.ElementTree(root).write(self._path, encoding="utf-8", xml_declaration=True)


def _fails(run: Run, outcome: Outcome) -> bool:
    failing = {Status.BROKEN, Status.BLOCKED}
    failing |= {Status.WARNED} if run.settings.strict else set()
    failing |= {Status.NOT_EXERCISED} if run.settings.require_exercised else set()
    return outcome.status in failing


def _skipped(run: Run, outcome: Outcome) -> bool:
    return outcome.status is Status.NOT_EXERCISED and not _fails(run, outcome)


def _case(run: Run, suite: ET.Element, outcome: Outcome) -> None:
    rule = outcome.rule
    classname = f"dcycle-contract.{rule.operation_id or 'every operation'}"
    case = ET.SubElement(suite, "testcase", name=rule.id, classname=classname)
    text = _text(run, outcome)
    if _fails(run, outcome):
        ET.SubElement(case, "failure", message=rule.sentence, type=str(rule.basis)).text = text
    elif _skipped(run, outcome):
        ET.SubElement(case, "skipped", message=outcome.reason)
    elif outcome.findings:
        ET.SubElement(case, "system-out").text = f"warning\n{text}"


def _text(run: Run, outcome: Outcome) -> str:
    lines = [f"{outcome.rule.basis}: {outcome.rule.page.url}"]
    if outcome.status is Status.BLOCKED:
        lines.append(f"not judged, as {outcome.reason} is broken")
    if outcome.status is Status.NOT_EXERCISED:
        lines.append(outcome.reason)
    for finding in outcome.findings:
        lines += [
            f"at {finding.where} ({finding.count} times)",
            f"expected {finding.expected}",
            f"got {finding.got}",
            *(exchange.request.curl(run.target.base_url) for exchange in (finding.exchange, *finding.also[:1])),
        ]
    return FORBIDDEN.sub("\ufffd", redact("\n".join(lines), run.target.secrets))
