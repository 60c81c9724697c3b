"""The table of what each tool found, what it cried wolf over, and how long it took."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from faults.catalogue import FAULT_BY_NAME
from faults.consolidation_faults import CONSOLIDATION_FAULTS
from faults.credential_faults import CREDENTIAL_FAULTS
from faults.facility_faults import FACILITY_AND_OPTION_FAULTS
from faults.fault import Fault
from faults.filter_faults import FILTER_FAULTS
from faults.group_faults import GROUP_FAULTS
from faults.invoice_faults import INVOICE_FAULTS
from faults.invoice_filter_faults import INVOICE_FILTER_FAULTS
from faults.invoice_listing_faults import INVOICE_LISTING_FAULTS
from faults.missing_faults import MISSING_FAULTS
from faults.paging_faults import PAGING_FAULTS
from faults.recalculation_faults import RECALCULATION_FAULTS
from faults.schema_faults import SCHEMA_FAULTS
from faults.transport_faults import TRANSPORT_FAULTS
from faults.update_faults import UPDATE_FAULTS
from measuring import Measurement

from api_spec import Basis, load_spec

KINDS: dict[str, Sequence[Fault]] = {
    "schema": SCHEMA_FAULTS,
    "paging": PAGING_FAULTS,
    "filters": FILTER_FAULTS,
    "groups": GROUP_FAULTS,
    "invoices": INVOICE_FAULTS,
    "credentials": CREDENTIAL_FAULTS,
    "transport": TRANSPORT_FAULTS,
    "listing of invoices": INVOICE_LISTING_FAULTS,
    "filters of invoices": INVOICE_FILTER_FAULTS,
    "facilities, filter options": FACILITY_AND_OPTION_FAULTS,
    "consolidation": CONSOLIDATION_FAULTS,
    "updates, deletions": UPDATE_FAULTS,
    "recalculation": RECALCULATION_FAULTS,
    "missing operations": MISSING_FAULTS,
}


@dataclass(frozen=True)
class Column:
    """Everything that was measured of one tool."""

    name: str
    on_faults: tuple[Measurement, ...]
    on_variants: tuple[Measurement, ...]

    @classmethod
    def of(cls, name: str, measurements: Iterable[Measurement]) -> Column:
        """The measurements of one tool among those of all."""
        own = [one for one in measurements if one.contender == name]
        faults = tuple(one for one in own if one.subject in FAULT_BY_NAME)
        return cls(name, faults, tuple(one for one in own if one.subject not in FAULT_BY_NAME))

    @property
    def false_alarms(self) -> list[str]:
        """The variants that the tool failed, though they keep the contract."""
        return [one.subject for one in self.on_variants if one.failed]

    @property
    def survivors(self) -> list[str]:
        """The faults that the tool did not find."""
        return [one.subject for one in self.on_faults if not one.failed]

    @property
    def undecided(self) -> list[Measurement]:
        """The runs that ended without a verdict."""
        return [one for one in (*self.on_faults, *self.on_variants) if not one.decided]

    def found(self, faults: Iterable[Fault]) -> str:
        """How many of some faults the tool found: `7 of 8 (88 %)`."""
        names = {fault.name for fault in faults}
        return _share([one.failed for one in self.on_faults if one.subject in names])

    @property
    def by_rule(self) -> str:
        """How many faults the tool named the right rule for, as an error or as a warning."""
        if not any(one.rules for one in (*self.on_faults, *self.on_variants)):
            return "–"
        return _share([bool(one.rules.intersection(FAULT_BY_NAME[one.subject].rules)) for one in self.on_faults])

    @property
    def seconds(self) -> list[float]:
        """How long each run took, the shortest first."""
        return sorted(one.seconds for one in (*self.on_faults, *self.on_variants))


def table(columns: Sequence[Column]) -> list[str]:
    """The lines of the table in Markdown, one column for each tool."""
    rows = [("", [column.name for column in columns]), ("---", ["---:"] * len(columns)), *_rows(columns)]
    return [f"| {title} | {' | '.join(cells)} |" for title, cells in rows]


def _rows(columns: Sequence[Column]) -> Iterator[tuple[str, list[str]]]:
    every = FAULT_BY_NAME.values()
    yield "**Faults found**", [f"**{column.found(every)}**" for column in columns]
    yield "named by their rule", [column.by_rule for column in columns]
    for kind, faults in KINDS.items():
        yield f"found: {kind}", [column.found(faults) for column in columns]
    visible = [fault for fault in every if not fault.needs]
    yield "found: visible to anyone", [column.found(visible) for column in columns]
    yield "**False alarms**", [f"**{len(column.false_alarms)} of {len(column.on_variants)}**" for column in columns]
    yield "no verdict", [str(len(column.undecided)) for column in columns]
    yield "seconds, median", [f"{median(column.seconds):.1f}" for column in columns]
    yield "seconds, 90th percentile", [f"{_percentile(column.seconds, 0.9):.1f}" for column in columns]


def _share(outcomes: Sequence[bool]) -> str:
    if not outcomes:
        return "–"
    # Rounded down: only all of them are 100 %.
    return f"{sum(outcomes)} of {len(outcomes)} ({100 * sum(outcomes) // len(outcomes)} %)"


def _percentile(ordered: Sequence[float], share: float) -> float:
    """The value that this share of the values does not exceed."""
    return ordered[math.ceil(share * len(ordered)) - 1]


def only_warned(faults: Iterable[Fault]) -> int:
    """How many faults break no rule but inferred ones, which a run warns of and does not fail for."""
    spec = load_spec()
    return sum(all(spec.rule(rule).basis is Basis.INFERRED for rule in fault.rules) for fault in faults)
