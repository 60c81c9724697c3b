"""The page of the commands: what ``--help`` says of every command, flag and setting."""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Iterator
from typing import Any

from api_spec.settings import flag_of
from contract_tests.cli import EXIT_CODES
from contract_tests.cli import command_parser as contract_parser
from contract_tests.settings import Settings
from handbook.page import Page, cell
from mock_server.cli import command_parser as mock_parser
from mock_server.settings import MockSettings

INTRODUCTION = """\
A setting can be a flag, a variable of the environment or a key of `pyproject.toml`; of these, the first that is there
counts. A misspelt one is an error that names the nearest.
"""

Parser = argparse.ArgumentParser
Action = argparse.Action


def commands_page() -> Page:
    """Both commands with everything that they can be told."""
    lines = [INTRODUCTION]
    lines += _command(contract_parser(), "contract", Settings)
    lines += ["### Exit codes of dcycle-contract\n", "| Code | Meaning |", "|---|---|", *_exit_codes(), ""]
    lines += _command(mock_parser(), "mock", MockSettings)
    summary = "Every command, flag and setting of dcycle-contract and dcycle-mock."
    return Page("commands", "Commands and settings", summary, "Tools", "\n".join(lines))


def _command(parser: Parser, section: str, settings: type[Any]) -> Iterator[str]:
    fields = {flag_of(field): field for field in dataclasses.fields(settings)}
    yield f"## {parser.prog}\n"
    yield f"{parser.description}\n"
    yield f"Its keys in `pyproject.toml` stand under `[tool.dcycle.{section}]`.\n"
    yield from _table(parser, fields)
    for name, help_text, command in subcommands(parser):
        yield f"### {parser.prog} {name}\n"
        yield f"{command.description or _sentence(help_text)}\n"
        yield from _table(command, fields)


def subcommands(parser: Parser) -> Iterator[tuple[str, str, Parser]]:
    """The commands of a command: name, help and parser."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            helps = {choice.dest: choice.help or "" for choice in action._choices_actions}
            for name, command in action.choices.items():
                yield name, helps[name], command


def _table(parser: Parser, fields: dict[str, Any]) -> Iterator[str]:
    actions = [one for one in parser._actions if not isinstance(one, argparse._SubParsersAction)]
    yield "| Flag | What it does | Environment | Key |\n|---|---|---|---|"
    for action in actions:
        setting = next((fields[flag] for flag in action.option_strings if flag in fields), None)
        env = f"`{setting.metadata['env']}`" if setting and setting.metadata["env"] else ""
        key = f"`{setting.name}`" if setting else ""
        text = (action.help or "").replace("%(prog)s", parser.prog).partition(" [env:")[0]
        yield f"| {_usage(action)} | {cell(_sentence(text))} | {env} | {key} |"
    yield ""


def _usage(action: Action) -> str:
    names = ", ".join(action.option_strings) or str(action.metavar or action.dest)
    takes = "" if action.nargs == 0 or not action.option_strings else f" {_metavar(action)}"
    return f"`{cell(names + takes)}`"


def _metavar(action: Action) -> str:
    if isinstance(action.metavar, str):
        return action.metavar
    return "|".join(map(str, action.choices)) if action.choices else action.dest.upper()


def _sentence(text: str) -> str:
    """A help text as a sentence."""
    text = text[:1].upper() + text[1:]
    return text if not text or text.endswith((".", "?")) else f"{text}."


def _exit_codes() -> Iterator[str]:
    for line in EXIT_CODES.splitlines()[1:]:
        code, _, meaning = line.strip().partition(" ")
        yield f"| {code} | {_sentence(meaning.strip())} |"
