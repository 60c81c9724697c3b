"""The command ``dcycle-contract``."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from api_spec import VERSION, SpecError, load_spec
from api_spec.settings import SettingsError, add_flags, resolve

EXIT_CODES = """\
exit codes:
  0    the contract is kept
  1    the contract is broken
  2    the command line, a setting or a file cannot be used
  3    the deployment cannot be reached
  130  interrupted
"""


REPLAY_FLAGS = (
    "known", "operations", "strict", "require_exercised", "baseline",
    "junit", "json", "events", "sarif", "html", "spec", "docs", "verbose",
)  # fmt: skip
"""The settings that mean something for a recording."""


SCHEMAS = ("known", "baseline", "report", "event")
"""The files with a published schema: two that are read, two that are written."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    from contract_tests.files import FileError

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # Answers hold every character, and not every terminal can show it.
            stream.reconfigure(errors="replace")
    parser = command_parser()
    options = parser.parse_args(arguments)
    try:
        code = int(options.command(options))
        sys.stdout.flush()
    except (SettingsError, SpecError, FileError) as error:
        print(f"dcycle-contract: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        # Whoever read the output has read enough; nothing is left to say, and nowhere to say it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        print("dcycle-contract: interrupted", file=sys.stderr)
        return 130
    return code


def command_parser() -> argparse.ArgumentParser:
    """The command line with everything that it takes."""
    from contract_tests.settings import Settings

    parser = argparse.ArgumentParser(
        prog="dcycle-contract",
        description="Judges whether a deployment keeps the contract of Dcycle's Invoices API, with proof.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"dcycle-contract {VERSION}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    told: dict[str, Any] = {
        "epilog": EXIT_CODES,
        "formatter_class": argparse.RawDescriptionHelpFormatter,
        "allow_abbrev": False,
    }
    check = commands.add_parser(
        "check",
        help="judge a deployment",
        description="Judges a deployment. It only reads, unless it is allowed to write with --allow-writes.",
        **told,
    )
    add_flags(check, Settings)
    check.set_defaults(command=_check)
    replayed = commands.add_parser(
        "replay",
        help="judge recorded traffic",
        description="Judges the exchanges of a HAR file, as browsers and proxies record them. Nothing is sent.",
        **told,
    )
    replayed.add_argument("har", metavar="FILE.har", type=Path, help="the recording")
    add_flags(replayed, Settings, only=REPLAY_FLAGS)
    replayed.set_defaults(command=_replay)
    rules = commands.add_parser("rules", help="list every rule with its basis and source", allow_abbrev=False)
    rules.add_argument("--spec", metavar="FILE", help="read this contract file instead of the bundled one")
    rules.add_argument("--json", action="store_true", help="print JSON")
    rules.set_defaults(command=_rules)
    known = commands.add_parser("known", help="how to say what you know of a deployment's data", allow_abbrev=False)
    wanted = known.add_mutually_exclusive_group(required=True)
    wanted.add_argument("--template", action="store_true", help="print a file to start from")
    wanted.add_argument("--validate", metavar="FILE", type=Path, help="say whether a file can be used")
    known.set_defaults(command=_known)
    schema = commands.add_parser("schema", help="print the JSON Schema of a file", allow_abbrev=False)
    schema.add_argument("name", metavar="NAME", choices=SCHEMAS, help=f"which one: {', '.join(SCHEMAS)}")
    schema.set_defaults(command=_schema)
    spec = commands.add_parser("spec", help="print the contract, for generators and other tools", allow_abbrev=False)
    spec.add_argument("--spec", metavar="FILE", help="read this contract file instead of the bundled one")
    spec.add_argument("--json", action="store_true", help="print JSON instead of YAML")
    spec.add_argument("--dereferenced", action="store_true", help="put what each $ref names in its place")
    spec.add_argument("--no-extensions", action="store_true", help="leave out the keys that OpenAPI does not define")
    spec.set_defaults(command=_spec)
    explain = commands.add_parser("explain", help="explain a rule: its source and how it is judged", allow_abbrev=False)
    explain.add_argument("rule", metavar="RULE", help="the id of a rule")
    explain.add_argument("--spec", metavar="FILE", help="read this contract file instead of the bundled one")
    add_flags(explain, Settings, only=("docs",))
    explain.set_defaults(command=_explain)
    return parser


def _check(options: argparse.Namespace) -> int:
    from contract_tests.check import check
    from contract_tests.settings import Settings

    settings = resolve(Settings, "contract", vars(options), os.environ, Path.cwd())
    return check(settings)


def _replay(options: argparse.Namespace) -> int:
    from contract_tests.check import replay
    from contract_tests.settings import Settings

    return replay(options.har, resolve(Settings, "contract", vars(options), os.environ, Path.cwd()))


def _rules(options: argparse.Namespace) -> int:
    spec = load_spec(options.spec)
    if options.json:
        import json

        rows = [
            {
                "id": one.id,
                "operation": one.operation_id,
                "basis": one.basis,
                "rule": one.sentence,
                "page": one.page.url,
            }
            for one in spec.rules
        ]
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return 0
    width = max(len(rule.id) for rule in spec.rules)
    for operation_id in (None, *(operation.id for operation in spec.operations)):
        print(f"{operation_id or 'every operation'}")
        for rule in spec.rules:
            if rule.operation_id == operation_id:
                print(f"  {rule.id:<{width}}  {rule.basis:<8}  {rule.sentence}  [{rule.page.url}]")
        print()
    return 0


def _known(options: argparse.Namespace) -> int:
    from contract_tests.known import TEMPLATE, read_known

    if options.validate:
        known = read_known(options.validate)
        print(f"{options.validate}: {len(known.invoice_ids)} invoices, {len(known.locked)} groups", file=sys.stderr)
    else:
        print(TEMPLATE, end="")
    return 0


def _schema(options: argparse.Namespace) -> int:
    from contract_tests.files import schema_text

    print(schema_text(options.name), end="")
    return 0


def _spec(options: argparse.Namespace) -> int:
    from api_spec.rendering import render_spec

    spec = load_spec(options.spec)
    text = render_spec(
        spec, as_json=options.json, dereferenced=options.dereferenced, extensions=not options.no_extensions
    )
    print(text, end="")
    return 0


BASES = {
    "stated": "stated: the page says it in words. Broken, it breaks the contract.",
    "shown": "shown: the page's example shows it. Broken, it breaks the contract.",
    "inferred": "inferred: concluded from HTTP, JSON, other pages or common sense. Broken, it warns; --strict fails.",
}


def _explain(options: argparse.Namespace) -> int:
    from difflib import get_close_matches

    from contract_tests.rules import JUDGES
    from contract_tests.settings import Settings

    settings = resolve(Settings, "contract", {"docs": options.docs}, os.environ, Path.cwd())
    spec = load_spec(options.spec)
    ids = [rule.id for rule in spec.rules]
    if options.rule not in ids:
        near = get_close_matches(options.rule, ids, n=3)
        hint = f" Did you mean {' or '.join(near)}?" if near else " See them with: dcycle-contract rules"
        print(f"dcycle-contract: no rule {options.rule!r}.{hint}", file=sys.stderr)
        return 2
    rule = spec.rule(options.rule)
    print(f"{rule.id}  ({rule.operation_id or 'every operation'})\n\n{rule.sentence}\n")
    print(f"basis    {BASES[rule.basis]}")
    print(f"page     {rule.page.title}, {rule.page.url}")
    print(f"clause   {spec.document.path.name}:{spec.line_of(rule.pointer)}")
    print(f"judged   {JUDGES[rule.id].how}")
    print(f"more     {settings.explanation(rule.id)}")
    return 0
