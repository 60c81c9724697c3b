"""The ``dcycle-mock`` command."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from api_spec import VERSION, SpecError, load_spec
from api_spec.settings import SettingsError, add_flags, resolve
from mock_server.address import AddressError, reserved
from mock_server.settings import MockSettings

USAGE = 2
"""The exit code of a mistake in flags, settings, contract or address."""


INTERRUPTED = 130
"""The exit code of a Ctrl-C before the mock was ready."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the mock until Ctrl-C or SIGTERM; the exit code is 0 then, and 2 for a user's mistake."""
    flags = vars(_parser().parse_args(arguments))
    try:
        settings = resolve(MockSettings, "mock", flags, os.environ, Path.cwd())
        return _run(settings)
    except (SettingsError, SpecError, AddressError) as mistake:
        print(f"dcycle-mock: {mistake}", file=sys.stderr)  # noqa: T201 - a message to a person
        return USAGE
    except KeyboardInterrupt:  # before the server was there to take it
        return INTERRUPTED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="dcycle-mock",
        description="Serves a mock of Dcycle's Invoices API that keeps the contract, over made-up data.",
        allow_abbrev=False,
        epilog="Every flag can also be a key of [tool.dcycle.mock] in pyproject.toml.",
    )
    parser.add_argument("--version", action="version", version=f"dcycle-mock {VERSION}")
    add_flags(parser, MockSettings)
    return parser


def _run(settings: MockSettings) -> int:
    load_spec(settings.spec)  # the worker reads it again; a mistake in it is told here, before there is one
    with reserved(settings.host, settings.port) as address:
        if settings.known_out:
            _open_for_writing(settings.known_out)
        from mock_server.serving import serve  # only now: most mistakes need no server to be told

        return serve(settings, address)


def _open_for_writing(path: Path) -> None:
    """Find out before the worker starts, which fills the file, whether it can. Raises SettingsError."""
    try:
        path.open("ab").close()
    except OSError as error:
        reason = error.strerror or error
        raise SettingsError(f"--known-out: {str(path)!r} cannot be written: {reason}. Name a file that can.") from None
