"""Judges of Delete invoice. Only invoices that the user gave up are ever deleted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from contract_tests.exchange import Credentials, Exchange
from contract_tests.findings import Blocked, Finding, NotExercised
from contract_tests.journal import Invoice
from contract_tests.listings import GROUPS, Key
from contract_tests.presence import NO_METHOD
from contract_tests.rules.picture import Picture, take
from contract_tests.rules.registry import judges
from contract_tests.subjects import counts_surely, key_of
from contract_tests.survey import Survey
from contract_tests.writing import DELETE


@dataclass(frozen=True)
class Deletion:
    """The deletion of one invoice, with what was seen before and after it."""

    invoice: Invoice
    """As it was."""
    sent: Exchange
    read: Exchange
    """The invoice, asked for afterwards."""
    again: Exchange
    """The same deletion once more."""
    before: Picture | None
    after: Picture | None


def choose_expendable(survey: Survey) -> Invoice:
    """The first expendable invoice that is there."""
    for one in survey.writing.expendable:
        exchange = survey.ask(survey.invoice(one), fresh=True)
        if exchange.answer.status == 200:
            return survey.object_of(exchange)
    raise NotExercised("None of the expendable invoices is there any more. Name another one.")


def delete_as_stranger(survey: Survey) -> list[tuple[Exchange, Exchange]]:
    """Try to delete it as the other organization, and with its key; each time with how the invoice reads then."""
    invoice_id = str(survey.writing.once(choose_expendable)["id"])
    other = survey.known.other
    if other is None or other.visible:
        return []
    crossed = Credentials(survey.target.credentials.organization_id, other.credentials.api_key)
    request = survey.writing.request(DELETE, invoice_id=invoice_id)
    survey.writing.journal.deleted[invoice_id] = None
    return [
        (survey.writing.send(request.at(one)), survey.ask(survey.invoice(invoice_id), fresh=True))
        for one in (other.credentials, crossed)
    ]


def delete_one(survey: Survey) -> Deletion:
    """Delete it."""
    invoice = survey.writing.once(choose_expendable)
    invoice_id = str(invoice["id"])
    for sent, read in survey.writing.once(delete_as_stranger):
        if read.answer.status != 200:
            raise Blocked("delete-unknown", sent)
    before = _picture(survey, key_of(invoice))
    request = survey.writing.request(DELETE, invoice_id=invoice_id)
    survey.writing.journal.deleted[invoice_id] = None
    sent = survey.writing.served(survey.writing.send(request))
    read = survey.ask(survey.invoice(invoice_id), fresh=True)
    again = survey.writing.send(request)
    return Deletion(invoice, sent, read, again, before, _picture(survey, key_of(invoice)))


def _picture(survey: Survey, key: Key) -> Picture | None:
    with suppress(NotExercised):
        return take(survey, [key])
    return None


@judges("delete-answered", writes=True)
def answered(survey: Survey) -> Iterator[Finding]:
    """Deletes an invoice that may be deleted, and looks at status and body of the answer."""
    sent = survey.writing.once(delete_one).sent
    if sent.answer.status != 204:
        yield Finding("delete-answered", "status", "204", str(sent.answer.status), sent)
    elif sent.answer.body:
        yield Finding("delete-answered", "body", "nothing", f"{len(sent.answer.body)} bytes", sent)


@judges("delete-permanent", writes=True)
def permanent(survey: Survey) -> Iterator[Finding]:
    """Asks for the deleted invoice, and looks for it in the listing of invoices and in the count of its group."""
    deletion = survey.writing.once(delete_one)
    if not deletion.sent.answer.succeeded:
        raise Blocked("delete-answered", deletion.sent)
    if not deletion.read.answer.refused:
        status, expected = str(deletion.read.answer.status), "a 4xx for a deleted invoice"
        yield Finding("delete-permanent", "status", expected, status, deletion.read, (deletion.sent,))
    invoice_id = str(deletion.invoice["id"])
    if deletion.after is None or deletion.before is None:
        return
    for code, listed in deletion.after.listed.items():
        if invoice_id in listed:
            proof = deletion.after.listings[code]
            got = f"invoice {invoice_id}, which is deleted"
            yield Finding("delete-permanent", "items", "no deleted invoice", got, proof, (deletion.sent,))
    yield from _counted(deletion, deletion.before, deletion.after)


def _counted(deletion: Deletion, before: Picture, after: Picture) -> Iterator[Finding]:
    key = key_of(deletion.invoice)
    if not counts_surely(deletion.invoice, key) or key not in before.groups:
        return
    count = before.groups[key].get("invoice_count")
    left = after.groups[key].get("invoice_count") if key in after.groups else 0
    if isinstance(count, int) and left != count - 1:
        got = f"{left}, {count} before, for {GROUPS.named(key)}"
        where = "items/*/invoice_count"
        yield Finding("delete-permanent", where, "one invoice less", got, after.proof, (deletion.sent,))


@judges("delete-unknown", writes=True)
def unknown(survey: Survey) -> Iterator[Finding]:
    """Deletes ids that no invoice has, an expendable invoice as the other organization, and a deleted one again."""
    survey.writing.once(choose_expendable)
    choices = survey.random("deletion of an unknown invoice")
    strangers = [str(UUID(int=choices.getrandbits(128), version=4)) for _ in range(2)]
    for exchange in [survey.writing.send(survey.writing.request(DELETE, invoice_id=one)) for one in strangers]:
        if exchange.answer.status in NO_METHOD:
            survey.writing.served(exchange)
        if not exchange.answer.refused:
            status = str(exchange.answer.status)
            yield Finding("delete-unknown", "an id that no invoice has", "a 4xx", status, exchange)
    for sent, read in survey.writing.once(delete_as_stranger):
        if not sent.answer.refused:
            where = "an invoice, by the other organization"
            yield Finding("delete-unknown", where, "a 4xx", str(sent.answer.status), sent)
        if read.answer.status != 200:
            where = "an invoice that a stranger deleted"
            yield Finding("delete-unknown", where, "200, as it may not", str(read.answer.status), read, (sent,))
    deletion = survey.writing.once(delete_one)
    if deletion.sent.answer.succeeded and not deletion.again.answer.refused:
        status = str(deletion.again.answer.status)
        yield Finding("delete-unknown", "a deleted invoice", "a 4xx", status, deletion.again, (deletion.sent,))
