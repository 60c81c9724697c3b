"""``dcycle-contract check``: the pytest suite with reports of our own."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from contract_tests import plugin
from contract_tests.bundled import MockFailed
from contract_tests.reports.terminal import TerminalReport
from contract_tests.run import ExitCode, Reporter, Run
from contract_tests.session import UsageError, opened
from contract_tests.settings import Settings


def check(settings: Settings) -> int:
    """Judge the deployment that the settings name, report, and return the exit code."""
    try:
        with opened(settings, _reporters(settings)) as run:
            return int(_judge(run))
    except (UsageError, MockFailed) as error:
        print(f"dcycle-contract: {error}", file=sys.stderr)
        return int(ExitCode.USAGE)


def _reporters(settings: Settings) -> list[Reporter]:
    found: list[Reporter] = [TerminalReport()]
    if settings.json:
        from contract_tests.reports.document import JsonReport

        found.append(JsonReport(settings.json))
    if settings.junit:
        from contract_tests.reports.junit import JunitReport

        found.append(JunitReport(settings.junit))
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
