"""What pytest needs to know: options, the session with the deployment, one test for each rule."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api_spec import Rule, SpecError
from api_spec.settings import SettingsError, add_flags, resolve
from contract_tests.bundled import MockFailed
from contract_tests.files import FileError
from contract_tests.run import Run, rules_to_judge
from contract_tests.session import UsageError, opened, read_spec
from contract_tests.settings import Settings

GIVEN_RUN = pytest.StashKey[Run]()
"""A run that was opened before pytest was started, as `dcycle-contract check` does."""
DEST = "contract_"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Give pytest the flags of the command."""
    group = parser.getgroup("dcycle-contract")
    add_flags(_Flags(group), Settings)  # type: ignore[arg-type]


class _Flags:
    """Adds an option to pytest as argparse would. A flag that is taken already gets the prefix contract."""

    def __init__(self, group: pytest.OptionGroup) -> None:
        self._group = group

    def add_argument(self, flag: str, *, dest: str, **about: Any) -> None:
        """Add one option."""
        try:
            self._group.addoption(flag, dest=f"{DEST}{dest}", **about)
        except argparse.ArgumentError:
            self._group.addoption(flag.replace("--", "--contract-", 1), dest=f"{DEST}{dest}", **about)


def settings_of(config: pytest.Config) -> Settings:
    """The settings that the command line, the environment and pyproject.toml give; a mistake ends pytest."""
    options = {name.removeprefix(DEST): value for name, value in vars(config.option).items() if name.startswith(DEST)}
    try:
        return resolve(Settings, "contract", options, os.environ, Path.cwd())
    except SettingsError as error:
        raise pytest.UsageError(str(error)) from None


def pytest_report_header(config: pytest.Config) -> str:
    """Say what is judged."""
    settings = settings_of(config)
    return f"contract of {settings.base_url or 'the bundled mock'}, {settings.profile} profile, seed {settings.seed}"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for each rule."""
    if "rule" in metafunc.fixturenames:
        rules = _rules(metafunc.config)
        metafunc.parametrize("rule", rules, ids=[rule.id for rule in rules])


def _rules(config: pytest.Config) -> tuple[Rule, ...]:
    given = config.stash.get(GIVEN_RUN, None)
    if given is not None:
        return given.rules
    settings = settings_of(config)
    try:
        return rules_to_judge(read_spec(settings), settings.operations)
    except (SpecError, UsageError) as error:
        raise pytest.UsageError(str(error)) from None


@pytest.fixture(scope="session")
def contract_run(request: pytest.FixtureRequest) -> Iterator[Run]:
    """The session with the deployment."""
    given = request.config.stash.get(GIVEN_RUN, None)
    if given is not None:
        yield given
        return
    try:
        with opened(settings_of(request.config)) as run:
            yield run
    except (UsageError, FileError, MockFailed) as error:
        pytest.exit(str(error), returncode=pytest.ExitCode.USAGE_ERROR)
