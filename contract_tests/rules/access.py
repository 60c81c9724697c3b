"""Judges of who may see what."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from uuid import UUID

from contract_tests.conformance import is_uuid
from contract_tests.exchange import Credentials, Exchange, Request, Secret
from contract_tests.findings import Finding, NotExercised
from contract_tests.listed import Listed
from contract_tests.listings import GROUPS, Page
from contract_tests.reading import NotJson
from contract_tests.rules.registry import judges
from contract_tests.survey import FACILITY, GET, OPTIONS, Survey
from contract_tests.target import OtherOrganization


def _questions(survey: Survey) -> list[Request]:
    """Questions that are answered with data when the right organization asks them: one for each operation."""
    return [question for question in survey.examples().values() if survey.ask(question).answer.status == 200]


VALUES = ("items", "cups", "suppliers", "uploaded_by", "sources")
"""Lists that hold data where they are not empty."""
ATTRIBUTES = ("co2e", "base_quantity")
"""Fields that an invoice or a facility has."""


def _has_data(survey: Survey, exchange: Exchange) -> bool:
    """Whether an answer holds groups, invoices, facilities or options."""
    try:
        body = survey.json_of(exchange)
    except NotJson:
        return False
    return isinstance(body, dict) and (any(map(body.get, VALUES)) or any(name in body for name in ATTRIBUTES))


def _refusals(
    survey: Survey, rule_id: str, asked: list[tuple[str, Credentials]], further: Collection[str] = ()
) -> Iterator[Finding]:
    """Asks with every one of the credentials, and expects a refusal without data.

    The `further` ones are asked of the listing of groups and of an invoice only, to send no more than is needed.
    """
    cases = [
        (name, question.at(credentials))
        for name, credentials in asked
        for question in _questions(survey)
        if name not in further or question.operation_id in (GROUPS.operation_id, GET)
    ]
    for (name, _), exchange in zip(cases, survey.ask_all([request for _, request in cases]), strict=True):
        answer = exchange.answer
        if not answer.refused:
            yield Finding(rule_id, name, "a 4xx", str(answer.status), exchange)
        elif _has_data(survey, exchange):
            yield Finding(rule_id, name, "a refusal without data", f"{answer.status} with data in its body", exchange)


CHANGED = "the key with its last character changed"


@judges("key-required")
def key_required(survey: Survey) -> Iterator[Finding]:
    """Asks every operation that reads without the header x-api-key, and with an empty one."""
    own = survey.target.credentials
    cases = [("no x-api-key", replace(own, api_key=None)), ("an empty x-api-key", replace(own, api_key=""))]
    return _refusals(survey, "key-required", cases)


@judges("key-checked")
def key_checked(survey: Survey) -> Iterator[Finding]:
    """Asks with wrong keys: invented, cut off, lengthened, changed in one character or in case, and in wrong places."""
    own = survey.target.credentials
    wrong = str(UUID(int=survey.random("wrong key").getrandbits(128), version=4))
    cases = [("an invented key", replace(own, api_key=wrong)), ("the word null as key", replace(own, api_key="null"))]
    if isinstance(own.api_key, Secret):
        cases += [(f"the key {how}", replace(own, api_key=key)) for how, key in own.api_key.variants.items()]
    cases.append(("the organization id as key", replace(own, api_key=own.organization_id)))
    return _refusals(survey, "key-checked", cases, {name for name, _ in cases} - {"an invented key", CHANGED})


@judges("organization-checked")
def organization_checked(survey: Survey) -> Iterator[Finding]:
    """Asks with the right key for organizations that it does not belong to."""
    own = survey.target.credentials
    choices = survey.random("unknown organization")
    strangers = [str(UUID(int=choices.getrandbits(128), version=4)) for _ in range(2)]
    strangers += [one for one in survey.facility_ids() if is_uuid(one)][:1]
    cases = [replace(own, organization_id=one) for one in strangers]
    requests = [question.at(credentials) for credentials in cases for question in _questions(survey)]
    for exchange in survey.ask_all(requests):
        answer = exchange.answer
        where = "x-organization-id of no organization of the key"
        if answer.status >= 500 or 300 <= answer.status < 400:
            yield Finding("organization-checked", where, "a 4xx, or nothing", str(answer.status), exchange)
        elif _has_data(survey, exchange):
            yield Finding("organization-checked", where, "no data", f"{answer.status} with data", exchange)


@judges("organization-required")
def organization_required(survey: Survey) -> Iterator[Finding]:
    """Asks without the header x-organization-id, and with one that is empty or no UUID."""
    for name, exchange in _without_organization(survey):
        if exchange.answer.status != 200 and not exchange.answer.refused:
            yield Finding("organization-required", name, "a 4xx, or 200", str(exchange.answer.status), exchange)


def _without_organization(survey: Survey) -> Iterator[tuple[str, Exchange]]:
    own = survey.target.credentials
    asked = {
        "no x-organization-id": None,
        "an empty x-organization-id": "",
        "x-organization-id: not-a-uuid": "not-a-uuid",
    }
    for listed in survey.listings:
        if listed.largest:
            survey.ask(listed.request(size=listed.largest))
    for question in _questions(survey):
        for name, value in asked.items():
            yield name, survey.ask(question.at(replace(own, organization_id=value)))


@judges("organization-scoped")
def organization_scoped(survey: Survey) -> Iterator[Finding]:
    """Asks each of two organizations for the other's listings, facility and invoice, and asks for none at all."""
    for name, exchange in _without_organization(survey) if survey.live else ():
        if exchange.answer.status == 200:
            yield from _foreign(survey, name, exchange)
    other = survey.known.other
    if other is None:
        raise NotExercised("Name a second organization, its key and one of its invoices in a --known file.")
    if other.visible:
        raise NotExercised("The first key may see the second organization. Name one that it may not see.")
    asked = [*_crossed_invoices(survey, other), *_crossed_facilities(survey)]
    for listed in survey.listings:
        theirs = listed.page_of(survey.ask(listed.request(size=listed.largest, page=1).at(other.credentials)))
        yield from _shared(survey, listed, theirs)
        asked += _crossed_listings(survey, listed, other)
    for (name, _), exchange in zip(asked, survey.ask_all([request for _, request in asked]), strict=True):
        if _has_data(survey, exchange):
            yield Finding("organization-scoped", name, "no data", f"{exchange.answer.status} with data", exchange)
        elif exchange.answer.status >= 500:
            yield Finding("organization-scoped", name, "a refusal, or nothing", str(exchange.answer.status), exchange)


def _foreign(survey: Survey, name: str, exchange: Exchange) -> Iterator[Finding]:
    """Items that are shown to somebody who names no organization, and are not of the key's own."""
    for listed in survey.listings:
        if listed.listing.operation_id != exchange.request.operation_id or not listed.is_complete:
            continue
        strange = [key for key in listed.page_of(exchange).keys if key not in listed.whole()]
        strange = [key for key in strange if key not in listed.whole(fresh=True)] if strange else []
        if strange:
            got = f"{listed.listing.named(strange[0])} among the {listed.listing.noun}, which is not its own"
            yield Finding("organization-scoped", name, "the key's own organization only", got, exchange)


def _shared(survey: Survey, listed: Listed, theirs: Page) -> Iterator[Finding]:
    """What stands in the listings of both organizations: the same facility, or the same invoice."""
    field = "facility_id" if listed is survey.groups else "id"
    ours = {item[field].lower() for item in listed.whole().values()}
    for index, item in enumerate(theirs.items):
        if item[field].lower() in ours:
            got = f"{field} {item[field]} in both listings of {listed.listing.noun}"
            expected = "something of one organization only"
            yield Finding("organization-scoped", f"items/{index}/{field}", expected, got, theirs.exchange)


def _crossed_listings(survey: Survey, listed: Listed, other: OtherOrganization) -> Iterator[tuple[str, Request]]:
    own = survey.target.credentials
    crossed = replace(other.credentials, api_key=own.api_key)
    yield "the other organization's id with this key", listed.request().at(crossed)
    back = replace(own, api_key=other.credentials.api_key)
    yield "this organization's id with the other key", listed.request().at(back)
    name = {survey.groups: "facility_id", survey.summaries: "facility_id[]"}.get(listed)
    for facility in survey.foreign_facilities[:1] if name else ():
        yield f"{name} of the other organization", listed.request(((str(name), facility),))


def _crossed_facilities(survey: Survey) -> Iterator[tuple[str, Request]]:
    for facility in survey.foreign_facilities[:1]:
        if survey.reads(FACILITY):
            yield "a facility of the other organization", survey.facility(facility)
        if survey.reads(OPTIONS):
            question = survey.options(facility_id=facility, type="electricity")
            yield "the filter options of the other organization's facility", question


def _crossed_invoices(survey: Survey, other: OtherOrganization) -> Iterator[tuple[str, Request]]:
    own = survey.target.credentials
    if not survey.reads(GET):
        return
    if other.invoice_id:
        foreign = survey.invoice(other.invoice_id)
        yield "an invoice of the other organization", foreign
        crossed = replace(other.credentials, api_key=own.api_key)
        yield "an invoice of the other organization, with its id and this key", foreign.at(crossed)
    for one in _some_ids(survey):
        mine = survey.invoice(one)
        yield "an invoice of this organization, asked by the other", mine.at(other.credentials)
        back = replace(own, api_key=other.credentials.api_key)
        yield "an invoice of this organization, with the other key", mine.at(back)


def _some_ids(survey: Survey) -> tuple[str, ...]:
    """One invoice to ask for, or none."""
    try:
        return survey.invoice_ids()[:1]
    except NotExercised:
        return ()
