"""``dcycle-contract check``: the pytest suite with reports of our own."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
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

    def judged() -> ExitCode:
        with opened(settings, _reporters(settings)) as run:
            return _judge(run)

    return _ended(judged)


def replay(path: Path, settings: Settings) -> int:
    """Judge recorded traffic, report, and return the exit code. Nothing is sent."""

    def judged() -> ExitCode:
        run = recorded(path, settings, _reporters(settings))
        for reporter in run.reporters:
            reporter.started(run)
        for rule in run.rules:
            run.judge(rule)
        for reporter in run.reporters:
            reporter.finished(run)
        return run.exit_code

    return _ended(judged)


def _ended(judged: Callable[[], ExitCode]) -> int:
    """The exit code of a run; what ends it before its verdict is told in a line."""
    try:
        return int(judged())
    except (UsageError, MockFailed) as error:
        told = str(error)
    except OSError as error:
        told = f"{error.filename}: cannot be written: {error.strerror}"
    print(f"dcycle-contract: {told}", file=sys.stderr)
    return int(ExitCode.USAGE)


def _reporters(settings: Settings) -> list[Reporter]:
    """What the run is told to. Raises UsageError when two reports share a file, OSError when one cannot be written."""
    rendered: list[tuple[Path | None, Render]] = [
        (settings.json, as_json),
        (settings.junit, as_junit),
        (settings.sarif, as_sarif),
        (settings.html, as_html),
    ]
    wanted = [(path, render) for path, render in rendered if path is not None]
    summary = os.environ.get("GITHUB_STEP_SUMMARY") if os.environ.get("GITHUB_ACTIONS") else None
    _try_files([*(path for path, _ in wanted), *([settings.events] if settings.events else [])])
    _try_files([Path(summary)] if summary else [])
    found: list[Reporter] = [TerminalReport()]
    if wanted:
        found.append(FileReports(dict(wanted)))
    if settings.events:
        found.append(EventReport(settings.events))
    if os.environ.get("GITHUB_ACTIONS"):
        found.append(GithubReport(summary))
    return found


def _try_files(paths: Sequence[Path]) -> None:
    """Open files for writing and change nothing, so that a report that cannot be written is known beforehand."""
    for index, path in enumerate(paths):
        if path in paths[:index]:
            raise UsageError(f"{path}: two reports cannot go to the same file.")
        existed = path.exists()
        if existed and not path.is_file() and not path.is_dir():
            continue  # a pipe or a device, which opening may disturb
        path.open("a").close()
        if not existed:
            path.unlink()


def _judge(run: Run) -> ExitCode:
    for reporter in run.reporters:
        reporter.started(run)
    with _ended_by_signal():
        code = _run_suite(run)
        if run.ended is None and code == pytest.ExitCode.INTERRUPTED:
            run.ended = ExitCode.INTERRUPTED
        run.put_back()
    for reporter in run.reporters:
        reporter.finished(run)
    if run.ended is None and len(run.outcomes) < len(run.rules):
        raise RuntimeError(f"the suite ended early, with pytest's exit code {code}")
    return run.exit_code


@contextmanager
def _ended_by_signal() -> Iterator[None]:
    """Let SIGTERM interrupt the run as Ctrl-C does, so that what it changed is put back."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def _without_surroundings() -> Iterator[None]:
    """Let pytest know no plugin and no setting of the environment, which is as it was afterwards."""
    before = dict(os.environ)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    for name in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS"):
        os.environ.pop(name, None)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _run_suite(run: Run) -> int:
    """Run the suite with nothing but itself loaded."""
    folder = Path(__file__).parent
    # fmt: off
    arguments = [
        str(folder / "test_contract.py"), "-c", str(folder / "pytest.ini"), "--rootdir", str(folder),
        "-p", "no:terminal", "-p", "no:cacheprovider", "-s", "--import-mode=importlib",
    ]
    # fmt: on
    with _without_surroundings():
        return int(pytest.main(arguments, plugins=[_Given(run)]))


class _Given:
    """Hands pytest a run that is open already."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def pytest_configure(self, config: pytest.Config) -> None:
        """Put the run where the suite looks for it."""
        config.stash[plugin.GIVEN_RUN] = self._run
