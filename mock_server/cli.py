"""The ``dcycle-mock`` command."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import fields
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from api_spec import VERSION, SpecError, load_spec
from api_spec.settings import SettingsError, add_flags, flag_of, refuse_unknown_flags, resolve
from mock_server.address import AddressError, reserved
from mock_server.database_url import MEMORY
from mock_server.errors import InputError
from mock_server.scenario import Scenarios
from mock_server.settings import MockSettings

USAGE = 2
"""The exit code of a mistake in flags, settings, contract, data, scenario or address."""

UNREAD = 1
"""The exit code when whoever reads the output stops before its end."""

INTERRUPTED = 130
"""The exit code of a Ctrl-C before the mock was ready."""

OTHER_FLAGS = ("--help", "--version", "--format", "--output")
"""The flags that are no settings."""

WORLD = ("scenario", "scenarios", "data", "seed", "organizations", "facilities", "invoices", "spec")
"""The settings that say what the data is."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the mock until Ctrl-C or SIGTERM; the exit code is 0 then, and 2 for a user's mistake."""
    try:
        given = sys.argv[1:] if arguments is None else arguments
        refuse_unknown_flags(given, (*map(flag_of, fields(MockSettings)), *OTHER_FLAGS))
        flags = vars(command_parser().parse_args(given))
        run: Callable[[MockSettings, dict[str, Any]], int] = flags.pop("run", _serve)
        settings = resolve(MockSettings, "mock", flags, os.environ, Path.cwd())
        code = run(settings, flags)
        sys.stdout.flush()
    except (SettingsError, SpecError, InputError, AddressError) as mistake:
        print(f"dcycle-mock: {mistake}", file=sys.stderr)  # noqa: T201 - a message to a person
        return USAGE
    except BrokenPipeError:  # whoever read the output has read enough; what is left of it must not be tried again
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return UNREAD
    except KeyboardInterrupt:  # before the server was there to take it
        return INTERRUPTED
    return code


def command_parser() -> argparse.ArgumentParser:
    """The command line with everything that it takes."""
    parser = argparse.ArgumentParser(
        prog="dcycle-mock",
        description="Serves a mock of Dcycle's Invoices API that keeps the contract, over made-up or your own data.",
        allow_abbrev=False,
        epilog="Every flag can also be a key of [tool.dcycle.mock] in pyproject.toml.",
    )
    parser.add_argument("--version", action="version", version=f"dcycle-mock {VERSION}")
    add_flags(parser, MockSettings)
    commands = parser.add_subparsers(title="other commands", metavar="COMMAND")
    export = _command(commands, "export", _export, "write the data to a file, to be edited and served with --data")
    export.add_argument("--format", choices=("json", "yaml", "csv"), default="json", help="Default: json.")
    export.add_argument("--output", metavar="FILE", help="Where to write. Default: standard output.")
    add_flags(export, MockSettings, WORLD, argparse.SUPPRESS)
    schema = _command(commands, "schema", _schema, "print the JSON Schema of a file that you can write")
    schema.add_argument("name", choices=("data", "scenario"), help="The kind of file.")
    add_flags(schema, MockSettings, ("spec",), argparse.SUPPRESS)
    scenarios = _command(commands, "scenarios", _scenarios, "list the scenarios")
    add_flags(scenarios, MockSettings, ("scenarios",), argparse.SUPPRESS)
    return parser


def _command(commands: Any, name: str, run: Callable[..., int], help: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(
        name, help=help, description=f"{help[0].upper()}{help[1:]}.", allow_abbrev=False,
        argument_default=argparse.SUPPRESS,
    )  # fmt: skip
    parser.set_defaults(run=run)
    return parser


def _serve(settings: MockSettings, _flags: dict[str, Any]) -> int:
    check_settings(settings)
    with reserved(settings.host, settings.port) as address:
        if settings.known_out:
            _open_for_writing(settings.known_out)
        from mock_server.serving import serve  # only now: most mistakes need no server to be told

        return serve(settings, address)


def check_settings(settings: MockSettings) -> None:
    """Find out what cannot be served before there is a worker to serve it.

    Raises SettingsError, SpecError, ScenarioError and DataError.
    """
    check_database(settings)
    spec = load_spec(settings.spec)  # the worker reads it again
    scenario = Scenarios.of(settings).at_start(settings)
    if settings.data and (scenario.shape is not None or scenario.data):
        raise SettingsError(f"--data: the scenario {scenario.name!r} brings data of its own. Leave one of them out.")
    path = scenario.data or settings.data
    if path:
        from mock_server.data import load_data

        load_data(path, spec)


def check_database(settings: MockSettings) -> None:
    """Find out what cannot be served from a database before there is one. Raises SettingsError."""
    if settings.workers > 1 and settings.database == MEMORY:
        raise SettingsError(
            f"--workers: {settings.workers} processes cannot share a database in memory. Name one that they can: "
            "--database sqlite:///mock.db"
        )
    if settings.database.startswith("postgresql") and find_spec("psycopg") is None:
        raise SettingsError(
            "--database: PostgreSQL needs psycopg, which is not installed: pip install 'dcycle-contract[postgresql]'"
        )


def _open_for_writing(path: Path) -> None:
    """Find out before the worker starts, which fills the file, whether it can. Raises SettingsError."""
    try:
        path.open("ab").close()
    except OSError as error:
        reason = error.strerror or error
        raise SettingsError(f"--known-out: {str(path)!r} cannot be written: {reason}. Name a file that can.") from None


def _export(settings: MockSettings, flags: dict[str, Any]) -> int:
    from mock_server.backend import Backend
    from mock_server.data import export_world

    check_settings(settings)
    text = export_world(Backend(settings).scene.world, flags["format"])
    if "output" not in flags:
        sys.stdout.buffer.write(text)
        return 0
    try:
        Path(flags["output"]).write_bytes(text)
    except OSError as error:
        reason = error.strerror or error
        raise SettingsError(f"--output: {flags['output']!r} cannot be written: {reason}.") from None
    return 0


def _schema(settings: MockSettings, flags: dict[str, Any]) -> int:
    if flags["name"] == "data":
        from mock_server.data import data_schema

        schema = data_schema(load_spec(settings.spec))
    else:
        from mock_server.scenario_schema import scenario_schema

        schema = scenario_schema()
    print(json.dumps(schema, indent=2))  # noqa: T201 - the output of the command
    return 0


def _scenarios(settings: MockSettings, _flags: dict[str, Any]) -> int:
    found = Scenarios(settings.scenarios).all()
    width = max(len(scenario.name) for scenario in found)
    for scenario in found:
        print(f"{scenario.name:{width}}  {scenario.description}")  # noqa: T201 - the output of the command
    return 0
