"""The invoices that a run writes to: few, chosen before the first write, and such that all can be put back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import combinations
from typing import TYPE_CHECKING

from contract_tests.findings import Blocked, Broken, NotExercised
from contract_tests.listings import Item, Key
from contract_tests.membership import Invoice, counts_surely, filters_of, key_of_invoice

if TYPE_CHECKING:
    from contract_tests.survey import Survey

MOST_INVOICES = 3
"""Invoices of a group that is written to, at most."""
MOST_GROUPS = 16
"""Groups that are looked at before some are chosen, at most."""
MOST_LOCKED = 4
"""Locked groups that are asked for, at most."""
BEST_COUNT = 2
"""Invoices that a group has best: more than one, so that counting groups is not counting invoices."""


@dataclass(frozen=True)
class Cluster:
    """A CUPS group that is not locked, with every invoice that it counts."""

    key: Key
    """Its code and its facility."""
    group: Item
    invoices: Mapping[str, Invoice]
    """Its invoices by id, each an active, enabled electricity invoice."""

    @property
    def cups(self) -> str:
        """The code."""
        return self.key[0]

    @property
    def facility(self) -> str:
        """The facility."""
        return self.key[1]

    @property
    def source(self) -> dict[str, str]:
        """The group as a consolidation names it."""
        return {"cups": self.cups, "facility_id": self.facility}


@dataclass(frozen=True)
class Subjects:
    """What a run writes to."""

    pair: tuple[Cluster, ...] = ()
    """Two groups of one facility, with codes as like each other as can be; one or none where there are no two."""
    traps: tuple[Cluster, ...] = ()
    """Groups beside which stands what a careless consolidation takes along."""
    locked: tuple[Mapping[str, str], ...] = ()
    """Some locked groups, as a consolidation names them: of some, not every invoice may be backed by a contract."""
    by_type: Mapping[str, Invoice] = field(default_factory=dict)
    """An active invoice of each type, to ask a recalculation of."""

    @property
    def clusters(self) -> dict[Key, Cluster]:
        """All the groups, each once."""
        return {one.key: one for one in (*self.pair, *self.traps)}

    @property
    def invoices(self) -> dict[str, Invoice]:
        """All the invoices by id."""
        found = {one: invoice for cluster in self.clusters.values() for one, invoice in cluster.invoices.items()}
        return {str(one["id"]): one for one in self.by_type.values()} | found


def choose(survey: Survey) -> Subjects:
    """The invoices for one run, from what was read."""
    groups: dict[Key, Item] = {}
    with suppress(Broken, Blocked, NotExercised):
        groups = dict(survey.groups.whole())
    small = [key for key, group in groups.items() if _is_small(group)]
    small.sort(key=lambda key: abs(groups[key]["invoice_count"] - BEST_COUNT))
    pair = _pair(survey, groups, small)
    locked = [one for one in groups.values() if one.get("is_locked") is True]
    return Subjects(
        pair=pair,
        traps=_beside_traps(survey, groups, small),
        locked=tuple({name: one[name] for name in survey.groups.listing.identity} for one in locked[:MOST_LOCKED]),
        by_type=_by_type(survey, pair),
    )


def _is_small(group: Item) -> bool:
    count = group.get("invoice_count")
    return group.get("is_locked") is False and isinstance(count, int) and 1 <= count <= MOST_INVOICES


def _beside_traps(survey: Survey, groups: Mapping[Key, Item], small: list[Key]) -> tuple[Cluster, ...]:
    """A small group for each kind of trap."""
    chosen: dict[Key, Cluster] = {}
    for trapped in _traps(survey, groups):
        for key in [one for one in small if one in trapped][:MOST_GROUPS]:
            cluster = chosen.get(key) or _cluster(survey, groups[key])
            if cluster is not None:
                chosen[key] = cluster
                break
    return tuple(chosen.values())


def _pair(survey: Survey, groups: Mapping[Key, Item], keys: list[Key]) -> tuple[Cluster, ...]:
    """Two groups of one facility, the more alike in their codes the better."""
    by_facility: dict[str, list[Key]] = {}
    for key in keys[: MOST_GROUPS * 4]:
        by_facility.setdefault(key[1], []).append(key)
    pairs = [pair for some in by_facility.values() for pair in combinations(some[:MOST_GROUPS], 2)]
    pairs.sort(key=lambda pair: -SequenceMatcher(None, pair[0][0], pair[1][0]).ratio())
    alone: tuple[Cluster, ...] = ()
    for first, second in pairs[:MOST_GROUPS]:
        found = tuple(one for key in (first, second) if (one := _cluster(survey, groups[key])))
        if len(found) == 2:
            return found
        alone = alone or found
    for key in keys[:MOST_GROUPS] if not alone else ():
        if cluster := _cluster(survey, groups[key]):
            return (cluster,)
    return alone


def _cluster(survey: Survey, group: Item) -> Cluster | None:
    """A group with its invoices; None unless all are known, count under every reading of the pages, and can be read.

    None of them may be one that the run deletes.
    """
    key = survey.groups.listing.key_of(group)
    try:
        ids = members_of(survey, key)
        invoices = [survey.object_of(one) for one in survey.ask_all([survey.invoice(one) for one in ids])]
    except (Broken, Blocked, NotExercised):
        return None
    found = {str(one.get("id")): one for one in invoices if counts_surely(one) and key_of_invoice(one) == key}
    if (
        len(found) != len(invoices)
        or len(found) != group["invoice_count"]
        or not found.keys().isdisjoint(_doomed(survey))
    ):
        return None
    return Cluster(key, group, found)


def members_of(survey: Survey, key: Key, *, fresh: bool = False) -> list[str]:
    """The electricity invoices of a code and facility: from the listing or, where there is none, from the known ids."""
    listed: Iterable[Item]
    try:
        listed = survey.summaries.walk(filters_of(key), size=survey.summaries.largest, fresh=fresh).items.values()
    except (Broken, Blocked, NotExercised):
        listed = [invoice for _, invoice in survey.invoices()]
    return [one["id"] for one in listed if one.get("type") == "electricity" and key_of_invoice(one) == key]


def _traps(survey: Survey, groups: Mapping[Key, Item]) -> list[set[Key]]:
    """The groups with a neighbour of each kind: their code elsewhere, a code like it, an invoice of another type."""
    facilities: dict[str, set[str]] = {}
    for cups, facility in groups:
        facilities.setdefault(cups, set()).add(facility)
    others = {key_of_invoice(one) for one in _known(survey) if one.get("type") != "electricity"}
    return [
        {key for key in groups if len(facilities[key[0]]) > 1},
        {key for key in groups if _has_twin(key[0], facilities)},
        others & groups.keys(),
    ]


def _has_twin(cups: str, codes: Iterable[str]) -> bool:
    return any(one != cups and cups.lower() in one.lower() for one in codes)


def _known(survey: Survey) -> Iterator[Invoice]:
    yield from survey.known.invoices
    with suppress(Broken, Blocked, NotExercised):
        yield from survey.summaries.whole().values()
    with suppress(Broken, Blocked, NotExercised):
        yield from (invoice for _, invoice in survey.invoices())


def _by_type(survey: Survey, pair: tuple[Cluster, ...]) -> dict[str, Invoice]:
    """An active invoice of each type; the electricity one is of the pair."""
    found: dict[str, Invoice] = {}
    for cluster in pair:
        for invoice in cluster.invoices.values():
            found.setdefault("electricity", invoice)
    with suppress(Broken, Blocked, NotExercised):
        for _, invoice in survey.invoices():
            lasting = invoice.get("status") == "active" and invoice.get("id") not in _doomed(survey)
            if lasting and isinstance(invoice.get("type"), str):
                found.setdefault(invoice["type"], invoice)
    return found


def _doomed(survey: Survey) -> Collection[str]:
    """The invoices that the run may delete, which nothing can be put back on."""
    return survey.known.expendable
