"""``dcycle-contract check``: the pytest suite with reports of our own."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from contract_tests import plugin
from contract_tests.bundled import MockFailed
from contract_tests.reports.files import EventReport, FileReports, Render, as_json
from contract_tests.reports.github import GithubReport
from contract_tests.reports.html import as_html
from contract_tests.reports.junit import as_junit
from contract_tests.reports.sarif import as_sarif
from contract_tests.reports.terminal import TerminalReport
from contract_tests.run import ExitCode, Reporter, Run
from contract_tests.session import UsageError, opened, recorded
from contract_tests.settings import Settings


def check(settings: Settings) -> int:
    """Judge the deployment that the settings name, report, and return the exit code."""
    try:
        with opened(settings, _reporters(settings)) as run:
            return int(_judge(run))
    except OSError as error:
        print(f"dcycle-contract: {error.filename}: cannot be written: {error.strerror}", file=sys.stderr)
        return int(ExitCode.USAGE)
    except (UsageError, MockFailed) as error:
        print(f"dcycle-contract: {error}", file=sys.stderr)
        return int(ExitCode.USAGE)


def replay(path: Path, settings: Settings) -> int:
    """Judge recorded traffic, report, and return the exit code. Nothing is sent."""
    try:
        run = recorded(path, settings, _reporters(settings))
    except UsageError as error:
        print(f"dcycle-contract: {error}", file=sys.stderr)
        return int(ExitCode.USAGE)
    for reporter in run.reporters:
        reporter.started(run)
    for rule in run.rules:
        run.judge(rule)
    for reporter in run.reporters:
        reporter.finished(run)
    return int(run.exit_code)


def _reporters(settings: Settings) -> list[Reporter]:
    found: list[Reporter] = [TerminalReport()]
    renders: dict[Path | None, Render] = {
        settings.json: as_json,
        settings.junit: as_junit,
        settings.sarif: as_sarif,
        settings.html: as_html,
    }
    wanted = {path: render for path, render in renders.items() if path is not None}
    if wanted:
        found.append(FileReports(wanted))
    if settings.events:
        found.append(EventReport(settings.events))
    if os.environ.get("GITHUB_ACTIONS"):
        found.append(GithubReport(os.environ.get("GITHUB_STEP_SUMMARY")))
    return found


def _judge(run: Run) -> ExitCode:
    for reporter in run.reporters:
        reporter.started(run)
    code = _run_suite(run)
    if run.ended is None and code == pytest.ExitCode.INTERRUPTED:
        run.ended = ExitCode.INTERRUPTED
    for reporter in run.reporters:
        reporter.finished(run)
    if run.ended is None and len(run.outcomes) < len(run.rules):
        raise RuntimeError(f"the suite ended early, with pytest's exit code {code}")
    return run.exit_code


def _run_suite(run: Run) -> int:
    """Run the suite with nothing but itself loaded: no plugin and no setting of the surroundings."""
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    for name in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS"):
        os.environ.pop(name, None)
    folder = Path(__file__).parent
    # fmt: off
    arguments = [
        str(folder / "test_contract.py"), "-c", str(folder / "pytest.ini"), "--rootdir", str(folder),
        "-p", "no:terminal", "-p", "no:cacheprovider", "-s", "--import-mode=importlib",
    ]
    # fmt: on
    return int(pytest.main(arguments, plugins=[_Given(run)]))


class _Given:
    """Hands pytest a run that is open already."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def pytest_configure(self, config: pytest.Config) -> None:
        """Put the run where the suite looks for it."""
        config.stash[plugin.GIVEN_RUN] = self._run
