"""Judges of who may see what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

from contract_tests.conformance import is_uuid
from contract_tests.exchange import Credentials, Exchange, Request, Secret
from contract_tests.findings import Finding, NotExercised
from contract_tests.listings import GROUPS, Page, facilities_of
from contract_tests.reading import NotJson
from contract_tests.rules.registry import judges
from contract_tests.survey import GET, Survey
from contract_tests.target import OtherOrganization


def _questions(survey: Survey) -> list[Request]:
    """Questions that are answered with data when the right organization asks them: one for each operation."""
    found = [survey.groups.request()] if survey.groups.is_asked else []
    if GET in survey.operations:
        found += [survey.invoice(one) for one in survey.known.invoice_ids[:1]]
    return [question for question in found if survey.ask(question).answer.status == 200]


def _has_data(survey: Survey, exchange: Exchange) -> bool:
    """Whether an answer holds groups or an invoice."""
    try:
        body = survey.json_of(exchange)
    except NotJson:
        return False
    return isinstance(body, dict) and bool(body.get("items") or "co2e" in body or "base_quantity" in body)


def _refusals(survey: Survey, rule_id: str, asked: list[tuple[str, Credentials]]) -> Iterator[Finding]:
    """Asks every question with every one of the credentials, and expects a refusal without data."""
    cases = [(name, question.at(credentials)) for name, credentials in asked for question in _questions(survey)]
    for (name, _), exchange in zip(cases, survey.ask_all([request for _, request in cases]), strict=True):
        answer = exchange.answer
        if not answer.refused:
            yield Finding(rule_id, name, "a 4xx", str(answer.status), exchange)
        elif _has_data(survey, exchange):
            yield Finding(rule_id, name, "a refusal without data", f"{answer.status} with data in its body", exchange)


@judges("key-required")
def key_required(survey: Survey) -> Iterator[Finding]:
    """Asks both operations without the header x-api-key, and with an empty one."""
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
    return _refusals(survey, "key-checked", cases)


@judges("organization-checked")
def organization_checked(survey: Survey) -> Iterator[Finding]:
    """Asks with the right key for organizations that it does not belong to."""
    own = survey.target.credentials
    choices = survey.random("unknown organization")
    strangers = [str(UUID(int=choices.getrandbits(128), version=4)) for _ in range(2)]
    strangers += [one for one in facilities_of(survey.groups.whole().values()) if is_uuid(one)][:1]
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
    for name, value in asked.items():
        yield (
            name,
            survey.ask(survey.groups.request(size=survey.groups.largest).at(replace(own, organization_id=value))),
        )


@judges("organization-scoped")
def organization_scoped(survey: Survey) -> Iterator[Finding]:
    """Asks each of two organizations for the other's listing, facility and invoice, and asks for none at all."""
    listed = survey.live and survey.groups.is_asked
    for name, exchange in _without_organization(survey) if listed else ():
        if exchange.answer.status == 200:
            foreign = [
                group
                for group in survey.groups.page_of(exchange).items
                if GROUPS.key_of(group) not in survey.groups.whole()
            ]
            if foreign:
                got = f"a group of facility {foreign[0]['facility_id']}, which is not its own"
                yield Finding("organization-scoped", name, "the key's own organization only", got, exchange)
    other = survey.known.other
    if other is None:
        raise NotExercised("Name a second organization, its key and one of its invoices in a --known file.")
    if other.visible:
        raise NotExercised("The first key may see the second organization. Name one that it may not see.")
    asked = list(_crossed_invoices(survey, other))
    if survey.groups.is_asked:
        theirs = survey.groups.page_of(
            survey.ask(survey.groups.request(size=survey.groups.largest, page=1).at(other.credentials))
        )
        yield from _shared_facilities(survey, theirs)
        asked += _crossed_listings(survey, other, theirs)
    for (name, _), exchange in zip(asked, survey.ask_all([request for _, request in asked]), strict=True):
        if _has_data(survey, exchange):
            yield Finding("organization-scoped", name, "no data", f"{exchange.answer.status} with data", exchange)
        elif exchange.answer.status >= 500:
            yield Finding("organization-scoped", name, "a refusal, or nothing", str(exchange.answer.status), exchange)


def _shared_facilities(survey: Survey, theirs: Page) -> Iterator[Finding]:
    ours = {group["facility_id"].lower() for group in survey.groups.whole().values()}
    for index, group in enumerate(theirs.items):
        if group["facility_id"].lower() in ours:
            got = f"facility {group['facility_id']} in both listings"
            where = f"items/{index}/facility_id"
            yield Finding("organization-scoped", where, "a facility of one organization only", got, theirs.exchange)


def _crossed_listings(survey: Survey, other: OtherOrganization, theirs: Page) -> Iterator[tuple[str, Request]]:
    own = survey.target.credentials
    crossed = replace(other.credentials, api_key=own.api_key)
    yield "the other organization's id with this key", survey.groups.request().at(crossed)
    back = replace(own, api_key=other.credentials.api_key)
    yield "this organization's id with the other key", survey.groups.request().at(back)
    for facility in facilities_of(theirs.items)[:1]:
        yield "facility_id of the other organization", survey.groups.request((("facility_id", facility),))


def _crossed_invoices(survey: Survey, other: OtherOrganization) -> Iterator[tuple[str, Request]]:
    own = survey.target.credentials
    if GET not in survey.operations:
        return
    if other.invoice_id:
        foreign = survey.invoice(other.invoice_id)
        yield "an invoice of the other organization", foreign
        crossed = replace(other.credentials, api_key=own.api_key)
        yield "an invoice of the other organization, with its id and this key", foreign.at(crossed)
    for one in survey.known.invoice_ids[:1]:
        mine = survey.invoice(one)
        yield "an invoice of this organization, asked by the other", mine.at(other.credentials)
        back = replace(own, api_key=other.credentials.api_key)
        yield "an invoice of this organization, with the other key", mine.at(back)
