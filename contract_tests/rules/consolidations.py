"""Judges of Consolidate CUPS: groups are merged under a code that is there and under a new one, and put back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contract_tests.conformance import brief, same_uuid
from contract_tests.exchange import Exchange
from contract_tests.findings import Blocked, Finding, NotExercised
from contract_tests.journal import alike
from contract_tests.listings import Key
from contract_tests.membership import Invoice
from contract_tests.rules.picture import Picture, bystanders, strays, take
from contract_tests.rules.recalculations import wrong_code
from contract_tests.rules.registry import judges
from contract_tests.rules.updates import answered_object, cups_can_be_restored, not_conforming
from contract_tests.subjects import Cluster
from contract_tests.survey import Survey
from contract_tests.writing import CONSOLIDATE

NO_GROUPS = "No group is known that is not locked, small, and whose invoices are all known."
NO_PAIR = f"{NO_GROUPS} Two of one facility are needed."


@dataclass(frozen=True)
class Merge:
    """One consolidation, with everything before and after it."""

    sources: tuple[Cluster, ...]
    target: str
    sent: Exchange
    answered: Mapping[str, Any] | None
    before: Picture
    after: Picture
    invoices: Mapping[str, Invoice]
    """The invoices of the sources by id, as they read afterwards."""

    @property
    def were(self) -> dict[str, Invoice]:
        """The invoices of the sources by id, as they were."""
        return {one: invoice for cluster in self.sources for one, invoice in cluster.invoices.items()}

    @property
    def expected(self) -> dict[str, Invoice]:
        """The invoices of the sources as they must be."""
        return {one: {**invoice, "cups": self.target} for one, invoice in self.were.items()}

    @property
    def keys(self) -> list[Key]:
        """The groups that it is about: the sources, and those that come of them."""
        merged = [(self.target, one.facility) for one in self.sources]
        return list(dict.fromkeys([*(one.key for one in self.sources), *merged]))

    @property
    def rewritten(self) -> list[str]:
        """The invoices that have another code than before."""
        return [one for one, was in self.were.items() if not alike(was.get("cups"), self.invoices[one].get("cups"))]


def merge_groups(survey: Survey) -> list[Merge]:
    """Merge two groups of a facility under the code of one, and groups beside which traps stand under a new code."""
    subjects = survey.writing.subjects
    if not subjects.clusters:
        raise NotExercised(NO_GROUPS)
    cups_can_be_restored(survey)
    found = []
    if len(subjects.pair) == 2:
        found.append(merge(survey, subjects.pair, subjects.pair[0].cups))
    new = f"DCYCLE-CONTRACT-{survey.random('consolidation').getrandbits(32):08X}"
    found.append(merge(survey, subjects.traps or subjects.pair, new))
    return found


def merge(survey: Survey, sources: Sequence[Cluster], target: str) -> Merge:
    """Consolidate groups, look at what came of it, and put it back."""
    writing = survey.writing
    keys = [*(one.key for one in sources), *((target, one.facility) for one in sources)]
    ids = [one for cluster in sources for one in cluster.invoices]
    before = take(survey, keys)
    writing.changing(ids, ["cups"])
    sent = writing.served(writing.send(consolidation(survey, target, [one.source for one in sources])))
    invoices = {one: invoice for one, (_, invoice) in writing.read_all(ids).items()}
    after = take(survey, keys)
    made = Merge(tuple(sources), target, sent, answered_object(survey, sent), before, after, invoices)
    _remember_strangers(survey, made)
    writing.put_back()
    return made


def consolidation(survey: Survey, target: Any, sources: Any) -> Any:
    """A request to consolidate."""
    return survey.writing.request(CONSOLIDATE, {"target_cups": target, "sources": sources})


def _remember_strangers(survey: Survey, made: Merge) -> None:
    """What a faulty deployment rewrote beside what it should have is put back, too."""
    for one, before in _taken_along(made):
        survey.writing.journal.remember(before)
        survey.writing.changing([one], ["cups"])


def _taken_along(made: Merge) -> Iterator[tuple[str, Invoice]]:
    """Invoices that are listed with the target code and were listed with another one, and are of no source."""
    was = {one: item for listed in made.before.listed.values() for one, item in listed.items()}
    for one, item in made.after.listed.get(made.target, {}).items():
        if one not in made.were and one in was and was[one].get("cups") != item.get("cups"):
            yield one, was[one]


def _merges(survey: Survey) -> list[Merge]:
    """The consolidations that were answered with success; raises Blocked where there is none."""
    merges = survey.writing.once(merge_groups)
    found = [one for one in merges if one.sent.answer.succeeded]
    if not found:
        raise Blocked("consolidate-schema", merges[0].sent)
    return found


@judges("consolidate-schema", writes=True)
def schema(survey: Survey) -> Iterator[Finding]:
    """Merges groups under a code of theirs and under a new one, and compares the answers with the schema."""
    for one in survey.writing.once(merge_groups):
        if not one.sent.answer.succeeded:
            yield Finding("consolidate-schema", "status", "success", str(one.sent.answer.status), one.sent)
        else:
            yield from not_conforming(survey, "consolidate-schema", one.sent)


@judges("consolidate-rewrites", writes=True)
def rewrites(survey: Survey) -> Iterator[Finding]:
    """Reads the code of every invoice of the groups afterwards, and looks for other invoices that have it now."""
    for one in _merges(survey):
        for invoice_id, invoice in one.invoices.items():
            if not alike(invoice.get("cups"), one.target):
                got = f"{brief(invoice.get('cups'))} on invoice {invoice_id}"
                yield Finding("consolidate-rewrites", "cups", f"the target {one.target!r}", got, one.sent)
        for invoice_id, was in _taken_along(one):
            got = f"invoice {invoice_id} of {was.get('type')}, which had {was.get('cups')!r}"
            proof = one.after.listings[one.target]
            yield Finding("consolidate-rewrites", "items", "the invoices of the groups alone", got, proof, (one.sent,))
        yield from bystanders("consolidate-rewrites", one.before, one.after, one.keys, one.sent)


@judges("consolidate-count", writes=True)
def count(survey: Survey) -> Iterator[Finding]:
    """Compares updated_count with the invoices that have another code afterwards; those that had it may count too."""
    for one in _merges(survey):
        told = one.answered.get("updated_count") if one.answered is not None else None
        fitting = {len(one.rewritten), len([i for i in one.were if alike(one.invoices[i].get("cups"), one.target)])}
        if isinstance(told, int) and told not in fitting:
            expected = " or ".join(map(str, sorted(fitting)))
            yield Finding("consolidate-count", "updated_count", expected, str(told), one.sent)


@judges("consolidate-facilities", writes=True)
def facilities(survey: Survey) -> Iterator[Finding]:
    """Compares affected_facilities with those of the invoices that have another code afterwards."""
    for one in _merges(survey):
        told = one.answered.get("affected_facilities") if one.answered is not None else None
        if not isinstance(told, list):
            continue
        expected = {same_uuid(str(one.were[each].get("facility_id"))) for each in one.rewritten}
        got = {same_uuid(str(each)) for each in told}
        if got != expected:
            wanted = ", ".join(sorted(expected)) or "none"
            text = ", ".join(sorted(got)) or "none"
            yield Finding("consolidate-facilities", "affected_facilities", wanted, text, one.sent)


KEPT = ("facility_id", "co2e", "co2e_biomass", "quantity")


@judges("consolidate-keeps-rest", writes=True)
def keeps_rest(survey: Survey) -> Iterator[Finding]:
    """Compares facility and emissions of every invoice of the groups before and after."""
    for one in _merges(survey):
        for invoice_id, was in one.were.items():
            for name in KEPT:
                if not alike(was.get(name), one.invoices[invoice_id].get(name)):
                    got = f"{brief(one.invoices[invoice_id].get(name))}, {brief(was.get(name))} before"
                    yield Finding("consolidate-keeps-rest", name, "as before", got, one.sent)


@judges("consolidate-shows", writes=True)
def shows(survey: Survey) -> Iterator[Finding]:
    """Looks for the source groups and the target group in the listing right after, with counts and dates."""
    for one in _merges(survey):
        yield from strays("consolidate-shows", one.after, one.expected, one.keys, one.sent)


@dataclass(frozen=True)
class Refusal:
    """A consolidation that must be refused, and how the invoices of a group that it also named read afterwards."""

    name: str
    sent: Exchange
    cups: str
    """The code that they had."""
    readings: tuple[tuple[Exchange, Invoice], ...]

    @property
    def changed(self) -> tuple[tuple[Exchange, Invoice], ...]:
        """Those that have another code now."""
        return tuple(one for one in self.readings if not alike(one[1].get("cups"), self.cups))


def refused(survey: Survey, name: str, target: Any, sources: Any) -> Refusal:
    """Ask for a consolidation that must be refused."""
    return refused_body(survey, name, {"target_cups": target, "sources": sources})


def refused_body(survey: Survey, name: str, body: Any) -> Refusal:
    """Send a body that must be refused. It may name the first group of the run, which must stay."""
    writing = survey.writing
    cluster = _first(survey)
    writing.changing(cluster.invoices, ["cups"])
    sent = writing.send(writing.request(CONSOLIDATE, body))
    readings = tuple(writing.read_all(tuple(cluster.invoices)).values())
    for _, invoice in readings:
        writing.see(invoice)
    writing.put_back()
    return Refusal(name, sent, cluster.cups, readings)


def _first(survey: Survey) -> Cluster:
    clusters = survey.writing.subjects.clusters
    if not clusters:
        raise NotExercised(NO_GROUPS)
    cups_can_be_restored(survey)
    survey.writing.once(merge_groups)
    return next(iter(clusters.values()))


def ask_for_locked(survey: Survey) -> list[Refusal]:
    """Name locked groups, each alone, and one after one that could be merged."""
    locked = survey.writing.subjects.locked
    if not locked:
        raise NotExercised("No locked group is listed.")
    good = _first(survey).source
    # Its own code is the target, so that nothing is changed where it is not refused.
    alone = [refused(survey, "a locked source", one["cups"], [one]) for one in locked]
    after = refused(survey, "a locked source after one that is not", locked[0]["cups"], [good, locked[0]])
    return [*alone, after]


def ask_for_foreign(survey: Survey) -> list[Refusal]:
    """Name a facility of the other organization, with a code that no invoice has."""
    other = survey.known.other
    if other is None or other.visible:
        raise NotExercised("Name a second organization, its key and one of its invoices in a --known file.")
    groups = survey.groups.page_of(survey.ask(survey.groups.request(page=1).at(other.credentials))).items
    if not groups:
        raise NotExercised("The second organization has no CUPS groups, so that no facility of it is known.")
    good = _first(survey).source
    nobodys = f"DCYCLE-CONTRACT-{survey.random('foreign').getrandbits(32):08X}"
    foreign = {"cups": nobodys, "facility_id": groups[0]["facility_id"]}
    return [
        refused(survey, "a source facility of the other organization", nobodys, [foreign]),
        refused(survey, "such a source after one that is not", nobodys, [good, foreign]),
    ]


def _wrongly_answered(
    survey: Survey, rule_id: str, refusals: list[Refusal], status: int, code: str
) -> Iterator[Finding]:
    for one in refusals:
        if one.sent.answer.status != status:
            yield Finding(rule_id, one.name, str(status), str(one.sent.answer.status), one.sent)
        else:
            yield from wrong_code(survey, rule_id, one.sent, code)


@judges("consolidate-locked", writes=True)
def locked(survey: Survey) -> Iterator[Finding]:
    """Names locked groups, alone and after one that could be merged, and expects 409 with its code."""
    refusals = survey.writing.once(ask_for_locked)
    return _wrongly_answered(survey, "consolidate-locked", refusals, 409, "CUPS_LOCKED_BY_DATADIS")


@judges("consolidate-foreign", writes=True)
def foreign(survey: Survey) -> Iterator[Finding]:
    """Names a facility of the other organization, alone and after an own one, and expects 403 with its code."""
    refusals = survey.writing.once(ask_for_foreign)
    return _wrongly_answered(survey, "consolidate-foreign", refusals, 403, "FACILITY_NOT_BELONG_TO_ORGANIZATION")


def ask_malformed(survey: Survey) -> list[Refusal]:
    """Ask for consolidations whose body is malformed."""
    good = _first(survey).source
    new = f"DCYCLE-CONTRACT-{survey.random('malformed').getrandbits(32):08X}"
    cases: dict[str, Any] = {
        "an empty target_cups": {"target_cups": "", "sources": [good]},
        "no target_cups": {"sources": [good]},
        "a target_cups that is an object": {"target_cups": {"cups": new}, "sources": [good]},
        "no sources": {"target_cups": new},
        "sources that are no list": {"target_cups": new, "sources": good},
        "a source that is a text": {"target_cups": new, "sources": [good, good["cups"]]},
        "a source without facility_id": {"target_cups": new, "sources": [good, {"cups": good["cups"]}]},
        "a facility_id that is no UUID": {"target_cups": new, "sources": [good, {**good, "facility_id": "not-a-uuid"}]},
        "no body": None,
    }
    return [refused_body(survey, name, body) for name, body in cases.items()]


@judges("consolidate-malformed", writes=True)
def malformed(survey: Survey) -> Iterator[Finding]:
    """Sends an empty target and missing and mistyped parts and expects 422, and sends no body and expects a 4xx."""
    for one in survey.writing.once(ask_malformed):
        fits = one.sent.answer.refused if one.sent.request.body is None else one.sent.answer.status == 422
        if not fits:
            expected = "a 4xx" if one.sent.request.body is None else "422"
            yield Finding("consolidate-malformed", one.name, expected, str(one.sent.answer.status), one.sent)


@judges("consolidate-all-or-nothing", writes=True)
def all_or_nothing(survey: Survey) -> Iterator[Finding]:
    """Reads an invoice of a group that could be merged, after every refusal that named it beside a wrong source."""
    refusals = [*survey.writing.once(ask_malformed)]
    for ask in (ask_for_locked, ask_for_foreign):
        try:
            refusals += survey.writing.once(ask)
        except NotExercised:
            continue
    for one in refusals:
        for read, invoice in one.changed if one.sent.answer.refused else ():
            got = f"{brief(invoice.get('cups'))}, {brief(one.cups)} before"
            yield Finding("consolidate-all-or-nothing", "cups", f"no change by {one.name}", got, read, (one.sent,))
