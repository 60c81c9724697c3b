"""Measures what this verifier and the Schemathesis CLI find of the project's own faults, side by side in one run.

Every fault and every variant in ``tests/faults`` is served anew for every tool. A fault counts as found when the tool
exits with 1; a variant, which keeps the contract in another way, counts as a false alarm then.

Run ``python benchmarks/kill_rate.py --sample 12`` for a quick look, and without ``--sample`` for the whole, which
takes hours and writes ``docs/benchmark.md``.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from contenders import CONTENDERS
from faults.catalogue import FAULT_BY_NAME, FAULTS, VARIANT_BY_NAME
from kill_table import Column, only_warned, table
from measuring import ROOT, Job, Measurement, measure_all

from api_spec import VERSION

REPORT = ROOT / "docs" / "benchmark.md"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print the table, and write it where it is wanted."""
    options = _options(arguments)
    subjects = _sample(options.sample, options.seed)
    names = options.tool or list(CONTENDERS)
    jobs = [Job(name, subject) for subject in subjects for name in names]
    measurements = list(_told(measure_all(jobs, options.workers), len(jobs), options.json))
    columns = [Column.of(name, measurements) for name in names]
    lines = table(columns)
    print("\n".join([*lines, *_names_to_look_at(columns)]))
    report = options.output or (None if options.sample or options.tool else REPORT)
    if report:
        report.write_text(_report(lines, subjects, options), encoding="utf-8", newline="\n")
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Compares what tools find of the project's own faults.")
    parser.add_argument("--sample", type=_positive, metavar="N", help="take N faults and half as many variants")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="seed of the sample (default 0)")
    parser.add_argument("--workers", type=_positive, default=2, metavar="N", help="runs at a time (default 2)")
    parser.add_argument(
        "--tool", action="append", choices=tuple(CONTENDERS), metavar="NAME",
        help=f"only this tool; may be repeated. One of: {'; '.join(CONTENDERS)}",
    )  # fmt: skip
    parser.add_argument("--date", default=None, help="the date of the run (default: that of the last commit)")
    parser.add_argument(
        "--output", type=Path, metavar="FILE",
        help="where to write the report (default: docs/benchmark.md for a whole run, nowhere for a part)",
    )  # fmt: skip
    parser.add_argument(
        "--json", type=Path, metavar="FILE", help="write each measurement as a line of JSON, as it comes"
    )
    return parser.parse_args(arguments)


def _positive(text: str) -> int:
    if not (text.isdecimal() and int(text)):
        raise argparse.ArgumentTypeError(f"expected a whole number above 0, got {text!r}")
    return int(text)


def _sample(count: int | None, seed: int) -> list[str]:
    """The names of the faults and variants to measure."""
    faults, variants = list(FAULT_BY_NAME), list(VARIANT_BY_NAME)
    if count is None:
        return [*faults, *variants]
    chosen = random.Random(seed)
    return [
        *chosen.sample(faults, min(count, len(faults))),
        *chosen.sample(variants, min(max(1, count // 2), len(variants))),
    ]


def _told(measurements: Iterable[Measurement], count: int, log: Path | None) -> Iterator[Measurement]:
    """The measurements, each shown and logged as it comes: a run of hours may be cut short."""
    with log.open("w", encoding="utf-8") if log else nullcontext() as file:
        for number, one in enumerate(measurements, 1):
            ended = "no verdict" if not one.decided else "failed" if one.failed else "passed"
            print(f"[{number}/{count}] {one.subject}: {one.contender}: {ended}, {one.seconds:.1f} s", file=sys.stderr)
            if one.trouble:
                print(one.trouble, file=sys.stderr)
            if file:
                print(json.dumps(asdict(one) | {"rules": sorted(one.rules)}), file=file, flush=True)
            yield one


def _names_to_look_at(columns: Iterable[Column]) -> list[str]:
    lines = [""]
    for column in columns:
        lines.append(f"{column.name}: not found: {', '.join(column.survivors) or 'none'}")
        lines.append(f"{column.name}: false alarms: {', '.join(column.false_alarms) or 'none'}")
    return lines


def _report(lines: Sequence[str], subjects: Sequence[str], options: argparse.Namespace) -> str:
    faults = [FAULT_BY_NAME[name] for name in subjects if name in FAULT_BY_NAME]
    variants = len(subjects) - len(faults)
    part = (
        f"A random sample (seed {options.seed}): {len(faults)} of {len(FAULTS)} faults and {variants} of "
        f"{len(VARIANT_BY_NAME)} variants.\n\n" if options.sample else ""
    )  # fmt: skip
    return f"""\
# What the verifier finds, beside Schemathesis

{part}{chr(10).join(lines)}

`quick`, `standard` and `deep` are the profiles of `dcycle-contract check`.

## How it was measured

- By `python benchmarks/kill_rate.py`, {options.date or _date_of_last_commit()}: dcycle-contract {VERSION},
  Schemathesis {version("schemathesis")}, Python {platform.python_version()}, {os.cpu_count()} cores, {options.workers} runs at a time.
- On {len(faults)} deliberate faults of a correct deployment, one at a time, and {variants} deployments that keep the
  contract in other ways; both are in [`tests/faults`](../tests/faults). The faults are this project's own: they say how
  complete the verifier is by its own list, and flatter it beside tools that were not made with that list at hand.
- Found means that the tool exits with 1. A false alarm is an exit with 1 on a correct deployment. Seconds are from the
  start of the process to its end, servers and other runs on the same machine included.
- Named by their rule counts the faults for which the rule that they break is among the findings, warnings included.
  {only_warned(faults)} of the faults break only inferred rules; a run warns of them, and fails with `--strict`, which
  was not set.
- Each tool had the credentials and the same invoice ids, and was allowed to write. The verifier had, as `--known`, also
  what the owner of the data knows; found "visible to anyone" leaves out the faults that need it.
- Schemathesis had the same `openapi.yaml` with live values for examples (the invoice ids, a facility, a code), and with
  any 4xx allowed, since the documentation leaves open which one refuses. It was not asked to send TRACE. Tuned means
  all checks, all phases, 300 examples, all failures of a case, waiting when told to by a 429, and no demands on the
  body of a refusal.
"""  # noqa: E501 - the lines are those of the report


def _date_of_last_commit() -> str:
    try:
        shown = subprocess.run(
            ["git", "log", "-1", "--format=%cs"], cwd=ROOT, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return "undated"
    return shown.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
