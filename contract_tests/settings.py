"""Settings of ``dcycle-contract check``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from api_spec.settings import setting
from contract_tests.profile import PROFILES
from contract_tests.target import parse_base_url, parse_key, parse_uuid


def positive(text: str) -> float:
    """A number above zero; raises ValueError that says so."""
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        raise ValueError("Expected a number above 0")
    return number


def whole(text: str) -> int:
    """A whole number; raises ValueError that says so."""
    try:
        return int(text)
    except ValueError:
        raise ValueError("Expected a whole number") from None


def lane_count(text: str) -> int:
    """A number of requests in flight, from 1 to 64; raises ValueError that says so."""
    number = whole(text)
    if not 1 <= number <= 64:
        raise ValueError("Expected a whole number from 1 to 64")
    return number


DOCS = "http://127.0.0.1:8000/docs/"
"""Where ``dcycle-mock``, started as it is, serves the documentation."""


def folder_address(text: str) -> str:
    """The address of a folder, with a slash at its end; raises ValueError that says so."""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https", "file") or parts.query or parts.fragment:
        raise ValueError("Expected the address of a folder, such as https://docs.example.org/contract/")
    return f"{text.rstrip('/')}/"


@dataclass(frozen=True)
class Settings:
    """What to judge, how thoroughly, and where to report."""

    base_url: str | None = setting(
        None, "The deployment to judge. Without it, the bundled mock is started and judged.",
        parse=parse_base_url, env="DCYCLE_BASE_URL", metavar="URL",
    )  # fmt: skip
    organization_id: str | None = setting(
        None, "The organization to ask for.", parse=parse_uuid, env="DCYCLE_ORGANIZATION_ID", metavar="UUID"
    )
    api_key: str | None = setting(
        None, "Its API key. Prefer the environment: a command line can be seen by others.",
        parse=parse_key, env="DCYCLE_API_KEY", metavar="KEY", secret=True,
    )  # fmt: skip
    invoice_ids: tuple[str, ...] = setting(
        (), "An invoice of the organization; may be repeated. Name some of different types and statuses.",
        parse=parse_uuid, env="DCYCLE_INVOICE_IDS", flag="--invoice-id", metavar="UUID", many=True,
    )  # fmt: skip
    known: Path | None = setting(
        None, "What you know of the data, in YAML or JSON; see `dcycle-contract known --template`.",
        parse=Path, env="DCYCLE_KNOWN", metavar="FILE",
    )  # fmt: skip
    allow_writes: bool = setting(
        False, "Judge the operations that write, too, on a few invoices that are named beforehand and put back.",
        parse=bool, env="DCYCLE_ALLOW_WRITES",
    )  # fmt: skip
    allow_writes_to_production: bool = setting(
        False, "Do so on the production of the contract, too.", parse=bool, env="DCYCLE_ALLOW_WRITES_TO_PRODUCTION"
    )
    expendable_invoice_ids: tuple[str, ...] = setting(
        (), "An invoice that may be deleted for good; may be repeated. Without one, no deletion is tried.",
        parse=parse_uuid, env="DCYCLE_EXPENDABLE_INVOICE_IDS", flag="--expendable-invoice-id", metavar="UUID",
        many=True,
    )  # fmt: skip
    operations: tuple[str, ...] = setting(
        (), "Judge only this operation; may be repeated.", flag="--operation", metavar="ID", many=True
    )
    profile: str = setting(
        "standard", "How thorough to be: quick, standard or deep.",
        choices=tuple(PROFILES), env="DCYCLE_PROFILE", metavar="NAME",
    )  # fmt: skip
    seed: int = setting(0, "Seed of everything random.", parse=whole, env="DCYCLE_SEED", metavar="N")
    strict: bool = setting(False, "Fail on broken inferred rules too.", parse=bool)
    require_exercised: bool = setting(False, "Fail when a rule could not be exercised.", parse=bool)
    baseline: Path | None = setting(
        None, "Deviations that are accepted, each with a reason and a last day.", parse=Path, metavar="FILE"
    )
    rate: float | None = setting(None, "Send at most N requests per second.", parse=positive, metavar="N")
    concurrency: int = setting(6, "Keep at most N requests in flight.", parse=lane_count, metavar="N")
    timeout: float = setting(
        10.0, "Seconds to wait for a connection, and for the next piece of an answer.", parse=positive, metavar="S"
    )
    junit: Path | None = setting(None, "Write JUnit XML: one case for each rule.", parse=Path, metavar="FILE")
    json: Path | None = setting(None, "Write the verdict as JSON.", parse=Path, metavar="FILE")
    events: Path | None = setting(
        None, "Write one line of JSON for each event, as it happens.", parse=Path, metavar="FILE"
    )
    sarif: Path | None = setting(None, "Write SARIF 2.1.0.", parse=Path, metavar="FILE")
    html: Path | None = setting(None, "Write a page of HTML to read and forward.", parse=Path, metavar="FILE")
    spec: Path | None = setting(
        None, "Judge by this contract file instead of the bundled one.", parse=Path, env="DCYCLE_SPEC", metavar="FILE"
    )
    docs: str = setting(
        DOCS, "Where the documentation is: findings link to their rules there. A running dcycle-mock has it.",
        parse=folder_address, env="DCYCLE_DOCS", metavar="URL",
    )  # fmt: skip
    verbose: bool = setting(False, "Show kept rules too.", parse=bool)

    def explanation(self, rule_id: str) -> str:
        """The address of the page that explains a rule."""
        return f"{self.docs}rules.html#{rule_id}"
