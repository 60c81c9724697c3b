"""Other ways to read a request: what is refused elsewhere, served, and the reverse."""

from __future__ import annotations

import re

from faults.edits import (
    change_request,
    given,
    listing,
    one_invoice,
    retry_refused,
    valued,
)
from faults.exchange import Handler, Request
from faults.fault import Variant
from faults.refusal import UUID
from faults.refusal_variants import refuse
from faults.site import Site, chain


def own_organization(site: Site) -> Handler:
    """Serve the key's own organization where none is named."""

    def named(request: Request) -> Request:
        own = [account for account in site.accounts if account.api_key == request.headers.get("x-api-key")]
        return request.with_headers(x_organization_id=own[0].organization_id) if own else request

    return change_request(named, lambda request: "x-organization-id" not in request.headers)(site)


def hyphenated(text: str) -> str:
    bare = text.strip("{}").removeprefix("urn:uuid:").replace("-", "")
    return "-".join((bare[:8], bare[8:12], bare[12:16], bare[16:20], bare[20:])) if len(bare) == 32 else text


def _whole(text: str) -> str:
    """The whole number that a text like ``1.0``, ``+1`` or ``01`` stands for."""
    stripped = text.strip()
    return str(int(float(stripped))) if re.fullmatch(r"[+-]?\d+(\.0+)?", stripped) else text


def _bearer(site: Site) -> Handler:
    """Accept the key as a bearer token too."""

    def moved(request: Request) -> Request:
        return request.with_headers(x_api_key=request.headers["authorization"].removeprefix("Bearer "))

    return change_request(
        moved, lambda request: "authorization" in request.headers and "x-api-key" not in request.headers
    )(site)


def _case_sensitive_ids(request: Request) -> bool:
    return (
        request.is_invoice
        and bool(UUID.fullmatch(request.invoice_id))
        and request.invoice_id.lower() != request.invoice_id
    )


LENIENT_VARIANTS = (
    Variant("organization-by-key", "A missing organization id stands for the key's own organization.",
            own_organization),
    Variant("bearer-too", "The key is also accepted as a bearer token, as older pages say.", _bearer),
    Variant("numbers-read-leniently", "A page or size of 1.0, +1 or 01 is read as 1.", retry_refused(
        lambda request: request.with_parameters(
            **{name: _whole(text) for name, text in request.parameters.items() if name in {"page", "size"}}),
        listing)),
    Variant("ids-read-leniently", "UUIDs are read without hyphens, in braces and as URNs.", chain(
        retry_refused(lambda request: request.with_invoice_id(hyphenated(request.invoice_id)), one_invoice),
        retry_refused(lambda request: request.with_parameters(
            facility_id=hyphenated(request.parameters["facility_id"])), given("facility_id")))),
    Variant("ids-mind-case", "An invoice is not found by its id in capitals.",
            refuse(_case_sensitive_ids, 404)),
    Variant("empty-parameters-default", "An empty page, size or facility_id stands for its default.", change_request(
        lambda request: request.with_parameters(**{
            name: text or None for name, text in request.parameters.items() if name != "search"}), listing)),
    Variant("empty-search-refused", "An empty search is refused.", refuse(valued("search", lambda text: not text))),
)  # fmt: skip
