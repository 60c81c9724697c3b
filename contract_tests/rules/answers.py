"""Judges of every answer: its status, its form, its schema."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

from contract_tests.conformance import brief
from contract_tests.exchange import Exchange, Request
from contract_tests.findings import Finding, NotExercised
from contract_tests.listings import FACILITIES, GROUPS, SUMMARIES
from contract_tests.reading import NotJson
from contract_tests.rules.registry import judges
from contract_tests.survey import GET, Survey

ODDITIES = ("no-server-error", "head-like-get", "")
"""The rules that ask what no page describes; a recording has none."""
EXAMPLE_ID = "da59c96f-995a-4ec3-88bd-465dcbabf63d"
CODELESS = (403, 422)
"""Refusals that some pages show without a code."""


@judges("request-answered", last=True)
def request_answered(survey: Survey) -> Iterator[Finding]:
    """Looks for refused and failed requests: documented ones, valid made-up ones, known invoices, pages of others."""
    if not survey.live:
        raise NotExercised("A recording does not tell which requests had a right to an answer.")
    for exchange in survey.ask_all(_documented(survey)):
        if exchange.answer.status != 200:
            survey.unanswered[exchange.number] = exchange
    made_up = [one for listed in survey.listings for one in survey.generated(listed.listing.operation_id) if one.valid]
    for exchange in survey.ask_all([one.request for one in made_up]):
        if exchange.answer.status != 200 and not (_may_be_refused(exchange.request) and exchange.answer.refused):
            survey.unanswered[exchange.number] = exchange
    for exchange in survey.unanswered.values():
        yield Finding("request-answered", "status", "200", str(exchange.answer.status), exchange)


REFUSABLE = {
    GROUPS.operation_id: {"page", "facility_id", "size"},
    SUMMARIES.operation_id: {"page", "size", "facility_id[]", "cups[]", "start_date", "end_date"},
    FACILITIES.operation_id: {"page", "size", "country", "type"},
}
"""Parameters with right values that may be refused: a page beyond the last, things that do not exist, odd days."""


def _may_be_refused(request: Request) -> bool:
    empty = request.operation_id != GROUPS.operation_id and any(not value.strip() for _, value in request.query)
    return empty or bool(REFUSABLE[request.operation_id] & set(request.parameters))


@judges("operation-served", last=True)
def operation_served(survey: Survey) -> Iterator[Finding]:
    """Asks each operation that reads for what exists, and looks for refusals of its path or method."""
    if not survey.live:
        raise NotExercised("A recording does not tell which requests had a right to an answer.")
    for operation in survey.spec.operations:
        exchange = survey.absence_of(operation.id)
        if exchange:
            got = f"{exchange.answer.status}, as for a path or method that is unknown"
            yield Finding("operation-served", operation.id, "an answer of this operation", got, exchange)


def _documented(survey: Survey) -> list[Request]:
    """Requests as the pages show them, for every operation that reads."""
    found = [
        one
        for listed in survey.listings
        for one in (listed.request(), listed.request(page=1, size=listed.default_size))
    ]
    with suppress(NotExercised):
        found += [survey.invoice(one) for one in survey.invoice_ids()] if survey.reads(GET) else []
    return [*found, *survey.examples().values()]


@judges("cups-parameter-types")
def parameter_types(survey: Survey) -> Iterator[Finding]:
    """Asks with values that are no UUID and no whole number, its own and those that Schemathesis makes up."""
    facility = next(
        (group["facility_id"] for group in survey.groups.whole().values()), "da59c96f-995a-4ec3-88bd-465dcbabf63d"
    )
    wrong = {
        "facility_id": ("not-a-uuid", "123", facility[:-1], facility[:-1] + "g", "Facility 1"),
        "page": ("abc", "1.5", "one", "1abc"),
        "size": ("abc", "10.5", "ten", "50abc"),
    }
    requests = [survey.groups.request(((name, value),)) for name, values in wrong.items() for value in values]
    requests += [one.request for one in survey.generated(GROUPS.operation_id) if one.invalid and not one.out_of_bounds]
    for exchange in survey.ask_some(list(dict.fromkeys(requests))):
        if not exchange.answer.refused:
            asked = " and ".join(f"{name}={value}" for name, value in exchange.request.query)
            name = next((name for name, _ in exchange.request.query), "")
            yield Finding("cups-parameter-types", name, "a 4xx", f"{exchange.answer.status} for {asked}", exchange)


@judges("head-like-get")
def head_like_get(survey: Survey) -> Iterator[Finding]:
    """Sends HEAD to every operation that reads and for an unknown invoice, and compares its status with that of GET."""
    questions = list(survey.examples().values())
    if survey.reads(GET):
        questions.append(survey.invoice("00000000-0000-4000-8000-000000000000"))
    for question in questions:
        head, get = survey.ask(replace(question, method="HEAD")), survey.ask(question)
        if head.answer.status < 300 and head.answer.status != get.answer.status:
            text = f"{head.answer.status}, and GET has {get.answer.status}"
            yield Finding("head-like-get", "status", "the status of GET", text, head)


def _successes(survey: Survey) -> Iterator[Exchange]:
    for exchange in list(survey.exchanges):
        if exchange.answer.status == 200 and exchange.request.method == "GET":
            yield exchange


def _look_around(survey: Survey) -> None:
    """Make sure that there is something to look at when a rule is judged alone."""
    if survey.live:
        survey.ask_all(_documented(survey))


@judges("json-well-formed", last=True)
def json_well_formed(survey: Survey) -> Iterator[Finding]:
    """Reads the body of every successful answer of the run, strictly."""
    _look_around(survey)
    for exchange in _successes(survey):
        try:
            survey.json_of(exchange)
        except NotJson as error:
            yield Finding("json-well-formed", "body", "one well-formed JSON value", str(error), exchange)


@judges("content-type-json", last=True)
def content_type_json(survey: Survey) -> Iterator[Finding]:
    """Reads the Content-Type of every successful answer of the run."""
    _look_around(survey)
    for exchange in _successes(survey):
        if not exchange.answer.is_json:
            got = exchange.answer.header("content-type") or "none"
            yield Finding("content-type-json", "Content-Type", "application/json", got, exchange)


@judges("cups-page-schema", last=True)
def cups_page_schema(survey: Survey) -> Iterator[Finding]:
    """Compares every page of the run with its schema, types as strictly as JSON writes them."""
    _look_around(survey)
    return schema_findings(survey, GROUPS.operation_id, "cups-page-schema")


@judges("invoice-schema", last=True)
def invoice_schema(survey: Survey) -> Iterator[Finding]:
    """Compares every invoice of the run with its schema, types as strictly as JSON writes them."""
    survey.ask_some([survey.invoice(one) for one in survey.invoice_ids()])
    return schema_findings(survey, GET, "invoice-schema")


def schema_findings(survey: Survey, operation_id: str, rule_id: str) -> Iterator[Finding]:
    """The places where successful answers of an operation in this run differ from its schema."""
    schema = survey.schema_of(operation_id)
    seen: set[bytes] = set()
    for exchange in _successes(survey):
        if exchange.request.operation_id != operation_id or exchange.answer.body in seen:
            continue
        seen.add(exchange.answer.body)
        try:
            body = survey.json_of(exchange)
        except NotJson:
            continue
        for violation in schema.violations(body):
            where = "/".join(map(str, violation.path)) or "body"
            yield Finding(rule_id, where, violation.expected, violation.got, exchange)


@judges("refusal-shape", last=True)
def refusal_shape(survey: Survey) -> Iterator[Finding]:
    """Reads the body of every refusal of the run."""
    _look_around(survey)
    for exchange in list(survey.exchanges):
        if not exchange.answer.refused or exchange.request.method != "GET":
            continue
        if survey.absence_of(exchange.request.operation_id):
            continue
        problem = _refusal_problem(survey, exchange)
        if problem:
            where, expected, got = problem
            yield Finding("refusal-shape", where, expected, got, exchange)


def _refusal_problem(survey: Survey, exchange: Exchange) -> tuple[str, str, str] | None:
    try:
        body = survey.json_of(exchange)
    except NotJson as error:
        return "body", "a JSON object with a detail", str(error)
    if not isinstance(body, dict) or not isinstance(body.get("detail"), (str, list)):
        return "body", "a JSON object with a detail", brief(body)
    if exchange.answer.status not in CODELESS and not isinstance(body.get("code"), str):
        return "code", "a code", brief(body.get("code"))
    return None


TEXTS = {GROUPS.operation_id: "search", SUMMARIES.operation_id: "invoice_id", FACILITIES.operation_id: "name"}
"""The filter of each listing that takes any text."""


@judges("no-server-error", last=True)
def no_server_error(survey: Survey) -> Iterator[Finding]:
    """Sends odd values and repeated and unknown parameters, and looks for a 5xx in the whole run."""
    _look_around(survey)
    reading = [operation.id for operation in survey.spec.operations if survey.reads(operation.id)]
    odd = [one.request for operation_id in reading for one in survey.generated(operation_id)]
    for listed in survey.listings if survey.live else ():
        name = TEXTS[listed.listing.operation_id]
        odd += [listed.request(((name, text),)) for text in ("\0", "", "\udcff")]
        odd.append(listed.request(unknown="1"))
    survey.ask_some(list(dict.fromkeys(odd)))
    for exchange in list(survey.exchanges):
        if exchange.answer.status >= 500 and exchange.rule_id in ODDITIES and exchange.answer.status != 501:
            yield Finding("no-server-error", "status", "no 5xx", str(exchange.answer.status), exchange)
