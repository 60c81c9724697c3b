"""The tools that are compared: how each is started on a deployment, and what its answer says."""

from __future__ import annotations

import copy
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from faults.judging import as_known

from api_spec import load_spec
from contract_tests.profile import PROFILES

Facts = Mapping[str, Any]
"""What the owner of a deployment knows, as the faults and variants tell it."""
Command = Callable[[str, Facts, Path], list[str]]
"""Makes a command line from a base URL, the facts, and a folder for the files that it needs."""

VERDICT = "verdict.json"

# The server that the faults are served by answers 501 to TRACE, which is as right as the 405 that is expected.
SCHEMATHESIS_CONFIG = """\
[phases.coverage]
unexpected-methods = ["post", "put", "patch", "delete"]
"""

TUNED = (
    "--checks", "all", "--phases", "examples,coverage,fuzzing,stateful", "--max-examples", "300",
    "--continue-on-failure", "--rate-limit", "auto",
)  # fmt: skip


@dataclass(frozen=True)
class Contender:
    """A tool with its settings."""

    name: str
    command: Command
    names_rules: bool
    """Whether it leaves a verdict that names the broken rules."""

    def rules_in(self, folder: Path) -> frozenset[str]:
        """The rules that the tool found broken, warnings among them; none where it does not name rules."""
        verdict = folder / VERDICT
        if not self.names_rules or not verdict.exists():
            return frozenset()
        rules = json.loads(verdict.read_text(encoding="utf-8"))["rules"]
        return frozenset(rule["id"] for rule in rules if rule["status"] in {"broken", "warned"})


def _verifier(profile: str) -> Command:
    def command(base_url: str, facts: Facts, folder: Path) -> list[str]:
        known = folder / "known.json"
        known.write_text(json.dumps(as_known(dict(facts))), encoding="utf-8")
        own = facts["organization"]
        return [
            sys.executable, "-m", "contract_tests", "check", "--base-url", base_url,
            "--organization-id", own["organization_id"], "--api-key", own["api_key"],
            "--known", str(known), "--allow-writes", "--profile", profile, "--json", str(folder / VERDICT),
        ]  # fmt: skip

    return command


def _schemathesis(*, tuned: bool) -> Command:
    def command(base_url: str, facts: Facts, folder: Path) -> list[str]:
        contract, config = folder / "openapi.json", folder / "schemathesis.toml"
        contract.write_text(json.dumps(live_contract(facts, documented_refusals=not tuned)), encoding="utf-8")
        config.write_text(SCHEMATHESIS_CONFIG, encoding="utf-8")
        own = facts["organization"]
        return [
            sys.executable, "-m", "schemathesis.cli", "--config-file", str(config), "run", str(contract),
            "--url", base_url, "--header", f"x-organization-id: {own['organization_id']}",
            "--header", f"x-api-key: {own['api_key']}", "--seed", "0", "--generation-database", "none",
            *(TUNED if tuned else ()),
        ]  # fmt: skip

    return command


CONTENDERS = {
    contender.name: contender
    for contender in (
        *(Contender(profile, _verifier(profile), names_rules=True) for profile in PROFILES),
        Contender("Schemathesis", _schemathesis(tuned=False), names_rules=False),
        Contender("Schemathesis, tuned", _schemathesis(tuned=True), names_rules=False),
    )
}


def live_contract(facts: Facts, *, documented_refusals: bool) -> dict[str, Any]:
    """The contract with live values for examples, and with any 4xx allowed, as the documentation leaves that open.

    The refusals that the contract documents keep their schemas, or go as well.
    """
    spec = load_spec()
    contract = copy.deepcopy(dict(spec.document.content))
    examples = dict(_live_values(facts))
    for operation in spec.operations:
        for parameter in operation.parameters:
            # In the query of a listing, invoice_id is a filter by number.
            if examples.get(parameter.name) and (parameter.location, parameter.name) != ("query", "invoice_id"):
                raw = _at(contract, parameter.pointer)
                raw.pop("example", None)
                raw["examples"] = {f"live-{n}": {"value": value} for n, value in enumerate(examples[parameter.name])}
        responses = _at(contract, operation.pointer)["responses"]
        for status in [status for status in responses if str(status).startswith("4") and not documented_refusals]:
            del responses[status]
        responses["4XX"] = {"description": "A refusal."}
    return contract


def _live_values(facts: Facts) -> Iterator[tuple[str, list[str]]]:
    yield "x-organization-id", [facts["organization"]["organization_id"]]
    yield "invoice_id", facts["invoice_ids"]
    groups = [*facts["unlocked_groups"], *facts["locked_groups"]][:1]
    yield "facility_id", [group["facility_id"] for group in groups]
    yield "search", [group["cups"] for group in groups]


def _at(document: Any, pointer: tuple[str | int, ...]) -> Any:
    for step in pointer:
        document = document[step]
    return document
