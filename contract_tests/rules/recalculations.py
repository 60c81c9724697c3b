"""Judges of Recalculate invoices, asked for the invoices that the run has named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from contract_tests.conformance import same_uuid
from contract_tests.exchange import Exchange
from contract_tests.findings import Blocked, Finding, NotExercised
from contract_tests.reading import NotJson
from contract_tests.rules.registry import judges
from contract_tests.rules.updates import answered_object, brief_body, not_conforming
from contract_tests.survey import Survey
from contract_tests.writing import RECALCULATE

CATEGORY = {"electricity": "electricity", "heat": "stationary"}
"""A category that is of invoices of a type."""


def recalculate(survey: Survey, ids: list[str], categories: list[str]) -> Exchange:
    """Ask for a recalculation of invoices."""
    return survey.writing.send(
        survey.writing.request(RECALCULATE, {"invoice_ids": ids, "activity_categories": categories})
    )


def _id(survey: Survey, kind: str) -> str:
    """An active invoice of a type; raises NotExercised when none is known."""
    invoice = survey.writing.subjects.by_type.get(kind)
    if invoice is None:
        raise NotExercised(f"No active {kind} invoice is known. Name one with --invoice-id.")
    return str(invoice["id"])


def recalculate_plainly(survey: Survey) -> tuple[Exchange, list[str]]:
    """Ask for one invoice, and more where more of its type are named, in one category."""
    kind = next((one for one in CATEGORY if one in survey.writing.subjects.by_type), "electricity")
    ids = [_id(survey, kind)]
    if kind == "electricity":
        ids += [one for cluster in survey.writing.subjects.pair for one in cluster.invoices if one not in ids][:2]
    return survey.writing.served(recalculate(survey, ids, [CATEGORY[kind]])), ids


def _started(survey: Survey, exchange: Exchange) -> Mapping[str, Any]:
    """What an accepted recalculation answers; raises Blocked where it is not accepted, or is no object."""
    body = answered_object(survey, exchange)
    if body is None:
        raise Blocked("recalculate-accepted", exchange)
    return body


@judges("recalculate-accepted", writes=True)
def accepted(survey: Survey) -> Iterator[Finding]:
    """Asks for a recalculation, and compares status, ids and count with what was asked and the rest with the schema."""
    exchange, ids = survey.writing.once(recalculate_plainly)
    if exchange.answer.status != 202:
        yield Finding("recalculate-accepted", "status", "202", str(exchange.answer.status), exchange)
    if exchange.answer.succeeded:
        yield from not_conforming(survey, "recalculate-accepted", exchange)
        yield from _other_invoices("recalculate-accepted", answered_object(survey, exchange) or {}, ids, exchange)


def _other_invoices(rule_id: str, body: Mapping[str, Any], ids: list[str], exchange: Exchange) -> Iterator[Finding]:
    told = body.get("invoice_ids")
    expected = {same_uuid(one) for one in ids}
    if isinstance(told, list) and {same_uuid(str(one)) for one in told} != expected:
        yield Finding(rule_id, "invoice_ids", f"the {len(ids)} invoices of the organization", str(told), exchange)
    if isinstance(body.get("count"), int) and body["count"] != len(expected):
        yield Finding(rule_id, "count", str(len(expected)), str(body["count"]), exchange)


@judges("recalculate-jobs", writes=True)
def jobs(survey: Survey) -> Iterator[Finding]:
    """Asks for two categories, one of them twice, and counts the jobs."""
    plain, ids = survey.writing.once(recalculate_plainly)
    _started(survey, plain)
    kind = next(one for one in CATEGORY if one in survey.writing.subjects.by_type)
    more = {"electricity": "electricity_location_based", "heat": "stationary_generation"}[kind]
    doubled = recalculate(survey, ids, [CATEGORY[kind], more, CATEGORY[kind]])
    for exchange, count in ((plain, 1), (doubled, 2)):
        found = _started(survey, exchange).get("processing_job_ids")
        if isinstance(found, list) and len(found) != count:
            got = f"{len(found)} jobs"
            yield Finding("recalculate-jobs", "processing_job_ids", f"{count} for as many categories", got, exchange)


@judges("recalculate-foreign-dropped", writes=True)
def foreign_dropped(survey: Survey) -> Iterator[Finding]:
    """Asks for an own invoice beside ids that no invoice has, and one of the other organization if it is known."""
    plain, ids = survey.writing.once(recalculate_plainly)
    _started(survey, plain)
    choices = survey.random("recalculation of unknown invoices")
    strangers = [str(UUID(int=choices.getrandbits(128), version=4)) for _ in range(2)]
    if survey.known.other and survey.known.other.invoice_id and not survey.known.other.visible:
        strangers.append(survey.known.other.invoice_id)
    kind = next(one for one in CATEGORY if one in survey.writing.subjects.by_type)
    exchange = recalculate(survey, [strangers[0], ids[0], *strangers[1:]], [CATEGORY[kind]])
    if not exchange.answer.succeeded:
        status = str(exchange.answer.status)
        yield Finding("recalculate-foreign-dropped", "status", "success, without them", status, exchange)
        return
    yield from _other_invoices("recalculate-foreign-dropped", _started(survey, exchange), ids[:1], exchange)


@judges("recalculate-keeps-status", writes=True)
def keeps_status(survey: Survey) -> Iterator[Finding]:
    """Reads the status of the invoices before and right after a recalculation."""
    plain, ids = survey.writing.once(recalculate_plainly)
    _started(survey, plain)
    before = survey.writing.read_all(ids)
    kind = next(one for one in CATEGORY if one in survey.writing.subjects.by_type)
    exchange = recalculate(survey, ids, [CATEGORY[kind]])
    for one in ids:
        read, after = survey.writing.read(one)
        was = before[one][1].get("status")
        if after.get("status") != was:
            got = f"{after.get('status')}, {was} before"
            yield Finding("recalculate-keeps-status", "status", "as before", got, read, (exchange,))


def _refused(survey: Survey, rule_id: str, case: str, code: str, ids: list[str], category: str) -> Iterator[Finding]:
    """Expects a 400 with a code."""
    plain, _ = survey.writing.once(recalculate_plainly)
    _started(survey, plain)
    exchange = recalculate(survey, ids, [category])
    if exchange.answer.status != 400:
        yield Finding(rule_id, case, "400", str(exchange.answer.status), exchange)
        return
    yield from wrong_code(survey, rule_id, exchange, code)


def wrong_code(survey: Survey, rule_id: str, exchange: Exchange, code: str) -> Iterator[Finding]:
    """A refusal that does not carry the code that a page names."""
    try:
        body = survey.json_of(exchange)
    except NotJson:
        body = None
    found = body.get("code") if isinstance(body, dict) else None
    if found != code:
        yield Finding(rule_id, "code", code, brief_body(survey, exchange) if found is None else str(found), exchange)


@judges("recalculate-mixed", writes=True)
def mixed(survey: Survey) -> Iterator[Finding]:
    """Asks for an electricity and a heat invoice together, in a category of one of them, and for energy alone."""
    ids = [_id(survey, "electricity"), _id(survey, "heat")]
    case = "invoices of two types"
    yield from _refused(survey, "recalculate-mixed", case, "MIXED_INVOICE_TYPES", ids, "electricity")
    alone = recalculate(survey, ids, ["energy"])
    if not alone.answer.succeeded:
        status = str(alone.answer.status)
        yield Finding("recalculate-mixed", "two types, energy alone", "success", status, alone)


@judges("recalculate-unsupported", writes=True)
def unsupported(survey: Survey) -> Iterator[Finding]:
    """Asks for a water invoice."""
    ids = [_id(survey, "water")]
    case, code = "a water invoice", "UNSUPPORTED_INVOICE_TYPE"
    return _refused(survey, "recalculate-unsupported", case, code, ids, "electricity")


@judges("recalculate-mismatch", writes=True)
def mismatch(survey: Survey) -> Iterator[Finding]:
    """Asks for an electricity invoice in a category of heat."""
    ids = [_id(survey, "electricity")]
    case, code = "a category of heat for electricity", "ACTIVITY_CATEGORY_MISMATCH"
    return _refused(survey, "recalculate-mismatch", case, code, ids, "stationary")


@judges("recalculate-malformed", writes=True)
def malformed(survey: Survey) -> Iterator[Finding]:
    """Asks without ids, without categories, with empty lists of either, and without a body."""
    plain, ids = survey.writing.once(recalculate_plainly)
    _started(survey, plain)
    cases: tuple[tuple[str, Any], ...] = (
        ("no invoice_ids", {"activity_categories": ["electricity"]}),
        ("no activity_categories", {"invoice_ids": ids}),
        ("an empty list of invoice_ids", {"invoice_ids": [], "activity_categories": ["electricity"]}),
        ("an empty list of activity_categories", {"invoice_ids": ids, "activity_categories": []}),
        ("no body", None),
    )
    for name, body in cases:
        exchange = survey.writing.send(survey.writing.request(RECALCULATE, body))
        if not exchange.answer.refused:
            yield Finding("recalculate-malformed", name, "a 4xx", str(exchange.answer.status), exchange)
