"""Judges of Update invoice: each attribute is changed alone, and then all are put back together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from contract_tests.conformance import brief
from contract_tests.exchange import Credentials, Exchange
from contract_tests.findings import Blocked, Finding, NotExercised
from contract_tests.journal import Invoice, alike
from contract_tests.links import follow_links
from contract_tests.reading import NotJson
from contract_tests.rules.invoices import moment_of
from contract_tests.rules.picture import Picture, bystanders, strays, take
from contract_tests.rules.registry import judges
from contract_tests.subjects import Cluster
from contract_tests.survey import Survey
from contract_tests.writing import UPDATE, differing

NOT_KEPT = ("updated_at", "file_url")
"""What an update need not keep: the time of the update, and an address that may be signed anew."""
FOLLOWS = {
    "facility_id": ("co2e", "co2e_biomass"),
    "supplier_id": ("co2e", "co2e_biomass"),
    "status": ("co2e", "co2e_biomass", "enabled"),
}
"""What may follow an attribute: emissions come from facility and supplier, and an inactive invoice has none."""
NO_INVOICE = "No invoice is known that can be changed and put back. Name some active ones with --invoice-id."
SETTLED = 2.0
"""Seconds since the last update from which on the next one has another time, however coarse the clock is."""


@dataclass(frozen=True)
class Change:
    """One update, and how its invoice reads before and after it."""

    wanted: Mapping[str, Any]
    before: Invoice
    sent: Exchange
    answered: Invoice | None
    """The invoice in the answer; None where the answer is no success, or no invoice."""
    read: Exchange
    after: Invoice


@dataclass(frozen=True)
class Moved:
    """What the listings show before and after an update of a code."""

    cluster: Cluster
    change: Change
    before: Picture
    after: Picture


@dataclass(frozen=True)
class Updates:
    """Every update of the experiment, in order."""

    changes: tuple[Change, ...]
    moved: Moved | None


def update_each(survey: Survey) -> Updates:
    """Change every attribute that can be put back, one after the other, and put back all at once."""
    cluster, invoice = _subject(survey)
    before = survey.writing.read(str(invoice["id"]))[1]
    first = before
    changes: list[Change] = []
    moved = None
    for name, value in _new_values(survey, before).items():
        looks = [cluster.key, (value, cluster.facility)] if cluster and name == "cups" else []
        earlier = take(survey, looks)
        changes.append(change(survey, before, {name: value}))
        before = changes[-1].after
        if cluster and looks:
            moved = Moved(cluster, changes[-1], earlier, take(survey, looks))
    former = {name: first[name] for one in changes for name in one.wanted}
    changes.append(change(survey, before, former))
    survey.writing.put_back()
    return Updates(tuple(changes), moved)


def change(survey: Survey, before: Invoice, wanted: Mapping[str, Any]) -> Change:
    """Send one update and read the invoice afterwards."""
    sent = survey.writing.served(survey.writing.update(str(before["id"]), wanted))
    read, after = survey.writing.read(str(before["id"]))
    survey.writing.journal.read(after)
    return Change(wanted, before, sent, answered_object(survey, sent), read, after)


def answered_object(survey: Survey, exchange: Exchange) -> dict[str, Any] | None:
    """The JSON object in a successful answer, or None."""
    if not exchange.answer.succeeded:
        return None
    try:
        body = survey.json_of(exchange)
    except NotJson:
        return None
    return body if isinstance(body, dict) else None


def _subject(survey: Survey) -> tuple[Cluster | None, Invoice]:
    """The invoice with most attributes that can be put back: one of a group if there is one."""
    names = survey.writing.journal.changeable
    choices: list[tuple[Cluster | None, Invoice]] = [
        (cluster, invoice) for cluster in survey.writing.subjects.pair for invoice in cluster.invoices.values()
    ]
    choices = choices or [(None, invoice) for invoice in survey.writing.subjects.by_type.values()]
    if not choices:
        raise NotExercised(NO_INVOICE)
    return max(choices, key=lambda one: sum(one[1].get(name) is not None for name in names))


def _new_values(survey: Survey, invoice: Invoice) -> dict[str, str]:
    """A new value for each attribute that is not null, and for which another value is known to be a right one."""
    mark = f"DCYCLE-CONTRACT-{survey.random('update').getrandbits(32):08X}"
    found: dict[str, str | None] = {
        "invoice_id": mark,
        "cups": f"{mark}-A",
        "status": "inactive" if invoice.get("status") == "active" else "active",
    }
    for name in ("facility_id", "supplier_id", "uploaded_by"):
        found[name] = _another(survey, name, invoice)
    return {name: value for name, value in found.items() if value and invoice.get(name) is not None}


def _another(survey: Survey, name: str, invoice: Invoice) -> str | None:
    """Another value that an attribute has on some invoice, or group, of the organization."""
    seen = [one.get(name) for _, one in survey.invoices()]
    if name == "facility_id":
        seen += [group[name] for group in survey.groups.whole().values()]
    return next((one for one in seen if isinstance(one, str) and not alike(one, invoice.get(name))), None)


def cups_can_be_restored(survey: Survey) -> None:
    """Nothing, where an update puts a code back; raises Blocked or NotExercised where it does not."""
    updates = survey.writing.once(update_each)
    restored = [one for one in updates.changes if "cups" in one.wanted]
    if len(restored) < 2:
        raise NotExercised("No invoice is known whose CUPS code can be changed and put back.")
    for one in restored:
        if not alike(one.after.get("cups"), one.wanted["cups"]):
            raise Blocked("update-applied", one.read)


@judges("update-schema", writes=True)
def schema(survey: Survey) -> Iterator[Finding]:
    """Compares the answer of every update, of those that Schemathesis makes up too, with the schema of an invoice."""
    survey.writing.once(update_each)
    survey.writing.once(follow_links)
    for exchange in list(survey.exchanges):
        if exchange.request.operation_id == UPDATE and exchange.answer.succeeded:
            yield from not_conforming(survey, "update-schema", exchange)


def not_conforming(survey: Survey, rule_id: str, exchange: Exchange) -> Iterator[Finding]:
    """Where the body of a successful answer differs from its schema."""
    operation = survey.spec.operation(exchange.request.operation_id)
    body = answered_object(survey, exchange)
    if body is None:
        yield Finding(rule_id, "body", "an object", brief_body(survey, exchange), exchange)
        return
    for violation in survey.schema_of(operation.id, operation.success.status).violations(body):
        where = "/".join(map(str, violation.path)) or "body"
        yield Finding(rule_id, where, violation.expected, violation.got, exchange)


def brief_body(survey: Survey, exchange: Exchange) -> str:
    """What an answer holds, cut to a readable length."""
    try:
        return brief(survey.json_of(exchange))
    except NotJson as error:
        return f"a body that is no JSON: {error}"


@judges("update-applied", writes=True)
def applied(survey: Survey) -> Iterator[Finding]:
    """Changes number, code, status, facility, supplier and uploader, and looks for each in the answer and after it."""
    for one in survey.writing.once(update_each).changes:
        names = " and ".join(one.wanted)
        if not one.sent.answer.succeeded:
            yield Finding("update-applied", names, "success", str(one.sent.answer.status), one.sent)
            continue
        for name, value in one.wanted.items():
            if one.answered is not None and not alike(one.answered.get(name), value):
                got = brief(one.answered.get(name))
                yield Finding("update-applied", name, "the new value in the answer", got, one.sent)
            if not alike(one.after.get(name), value):
                got = f"{brief(one.after.get(name))} instead of {brief(value)}"
                yield Finding("update-applied", name, "the new value, read afterwards", got, one.read, (one.sent,))


@judges("update-keeps-rest", writes=True)
def keeps_rest(survey: Survey) -> Iterator[Finding]:
    """Compares every other attribute before and after each update, but for emissions that may follow the change."""
    for one in _successes(survey):
        may = {name for changed in one.wanted for name in FOLLOWS.get(changed, ())}
        others = [name for name in _documented(survey) if name not in {*one.wanted, *may, *NOT_KEPT}]
        for reading, exchange in ((one.answered, one.sent), (one.after, one.read)):
            for name in differing(one.before, reading, [n for n in others if n in reading]) if reading else ():
                changed = " and ".join(one.wanted)
                got = f"{brief(reading.get(name)) if reading else ''}, {brief(one.before.get(name))} before"
                yield Finding("update-keeps-rest", name, f"as before the update of {changed}", got, exchange)


def _documented(survey: Survey) -> list[str]:
    schema: Mapping[str, Any] = survey.spec.operation(UPDATE).success.schema or {}
    return list(schema["properties"])


def _successes(survey: Survey) -> list[Change]:
    """The updates that were answered with success; raises Blocked where there is none."""
    changes = survey.writing.once(update_each).changes
    found = [one for one in changes if one.sent.answer.succeeded]
    if not found:
        raise Blocked("update-applied", changes[0].sent)
    return found


@judges("update-moves-updated-at", writes=True)
def moves_updated_at(survey: Survey) -> Iterator[Finding]:
    """Compares updated_at before and after each update, as closely as clocks of whole seconds allow."""
    changes = _successes(survey)
    for index, one in enumerate(changes):
        before, after = moment_of(one.before.get("updated_at")), moment_of(one.after.get("updated_at"))
        if before is None or after is None:
            continue
        got = f"{one.after['updated_at']}, {one.before['updated_at']} before"
        if after < before or (index == 0 and after == before):
            yield Finding("update-moves-updated-at", "updated_at", "a later time", got, one.read, (one.sent,))


@judges("update-shows", writes=True)
def shows(survey: Survey) -> Iterator[Finding]:
    """Changes the code of one invoice and looks for it in the groups and in the listing of invoices at once."""
    moved = survey.writing.once(update_each).moved
    if moved is None:
        raise NotExercised("No group is known whose invoices are all known, so that one can be moved.")
    if not moved.change.sent.answer.succeeded:
        raise Blocked("update-applied", moved.change.sent)
    if not alike(moved.change.after.get("cups"), moved.change.wanted["cups"]):
        raise Blocked("update-applied", moved.change.read)
    keys = [moved.cluster.key, (moved.change.wanted["cups"], moved.cluster.facility)]
    invoices = {**moved.cluster.invoices, str(moved.change.after["id"]): moved.change.after}
    yield from strays("update-shows", moved.after, invoices, keys, moved.change.sent)
    yield from bystanders("update-shows", moved.before, moved.after, keys, moved.change.sent)


MALFORMED: tuple[tuple[str, Any], ...] = (
    ("a status outside the six", {"status": "archived"}),
    ("a status in a list", {"status": ["active"]}),
    ("a facility_id that is no UUID", {"facility_id": "not-a-uuid"}),
    ("a supplier_id that is no UUID", {"supplier_id": "not-a-uuid"}),
    ("an uploaded_by that is an object", {"uploaded_by": {}}),
    ("a code that is an object", {"cups": {"code": "ES0021000000000001XX"}}),
    ("a number that is a list", {"invoice_id": ["INV-2024-001"]}),
    ("a right number beside a wrong status", {"invoice_id": "DCYCLE-CONTRACT-NOT", "status": "archived"}),
    ("a right code beside a wrong facility_id", {"cups": "DCYCLE-CONTRACT-NOT", "facility_id": "not-a-uuid"}),
    ("a list in place of the body", []),
)
"""Bodies with a mistake that no framework reads as something else."""


@judges("update-malformed", writes=True)
def malformed(survey: Survey) -> Iterator[Finding]:
    """Sends values of other types, alone and beside right ones, and reads the invoice after each."""
    _, invoice = _subject(survey)
    survey.writing.once(update_each)
    invoice_id = str(invoice["id"])
    before = survey.writing.read(invoice_id)[1]
    for name, body in MALFORMED:
        request = survey.writing.request(UPDATE, body, invoice_id=invoice_id)
        survey.writing.journal.changing(invoice_id, body if isinstance(body, dict) else ())
        sent = survey.writing.send(request)
        if not sent.answer.refused:
            yield Finding("update-malformed", name, "a 4xx", str(sent.answer.status), sent)
        read, after = survey.writing.read(invoice_id)
        for changed in differing(before, after, survey.writing.journal.changeable):
            got = f"{brief(after.get(changed))}, {brief(before.get(changed))} before"
            yield Finding("update-malformed", changed, f"no change by {name}", got, read, (sent,))
        survey.writing.journal.read(after)
        survey.writing.put_back()
        before = after if not survey.writing.journal.owed() else before


@judges("update-unknown", writes=True)
def unknown(survey: Survey) -> Iterator[Finding]:
    """Updates ids that no invoice has, an invoice of the other organization, and one of this as the other."""
    _, invoice = _subject(survey)
    survey.writing.once(update_each)
    choices = survey.random("update of an unknown invoice")
    strangers = [str(UUID(int=choices.getrandbits(128), version=4)) for _ in range(2)]
    strangers.append(survey.target.credentials.organization_id or strangers[0])
    body = {"invoice_id": "DCYCLE-CONTRACT-NOBODY"}
    for one in strangers:
        sent = survey.writing.send(survey.writing.request(UPDATE, body, invoice_id=one))
        if not sent.answer.refused:
            yield Finding("update-unknown", "an id that no invoice has", "a 4xx", str(sent.answer.status), sent)
    yield from _crossed(survey, invoice)


def _crossed(survey: Survey, invoice: Invoice) -> Iterator[Finding]:
    """Our invoice as the other organization, and theirs as ours, by an update that changes nothing."""
    other = survey.known.other
    if other is None or other.visible:
        return
    invoice_id = str(invoice["id"])
    values = {"invoice_id": "DCYCLE-CONTRACT-STRANGER"}
    before = survey.writing.read(invoice_id)[1]
    sent = survey.writing.update(invoice_id, values, other.credentials)
    read, after = survey.writing.read(invoice_id)
    if not sent.answer.refused:
        where = "an invoice of this organization, by the other"
        yield Finding("update-unknown", where, "a 4xx", str(sent.answer.status), sent)
    if not alike(before.get("invoice_id"), after.get("invoice_id")):
        got = brief(after.get("invoice_id"))
        yield Finding("update-unknown", "invoice_id", "no change by a stranger", got, read, (sent,))
    survey.writing.journal.read(after)
    survey.writing.put_back()
    if other.invoice_id:
        yield from _theirs(survey, other.invoice_id, other.credentials)


def _theirs(survey: Survey, invoice_id: str, credentials: Credentials) -> Iterator[Finding]:
    question = survey.invoice(invoice_id).at(credentials)
    theirs = survey.object_of(survey.ask(question, fresh=True))
    if not isinstance(theirs.get("status"), str):
        return
    same = {"status": theirs["status"]}
    sent = survey.writing.send(survey.writing.request(UPDATE, same, invoice_id=invoice_id))
    if not sent.answer.refused:
        where = "an invoice of the other organization"
        yield Finding("update-unknown", where, "a 4xx", str(sent.answer.status), sent)
