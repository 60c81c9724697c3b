"""Every variant: the single ones, and the habits of frameworks that put several of them together."""

from __future__ import annotations

from faults.data_variants import DATA_VARIANTS, GROWTH_VARIANTS
from faults.edits import (
    change_answer,
    change_answered,
    change_headers,
    change_page,
    change_success,
    empty,
    one_invoice,
    put,
    retry_refused,
)
from faults.fault import Variant
from faults.lenient_variants import LENIENT_VARIANTS, hyphenated, own_organization
from faults.listing_variants import FACILITY_VARIANTS, INVOICE_LISTING_VARIANTS
from faults.refusal_variants import (
    REFUSAL_VARIANTS,
    about_invoice,
    beyond_last,
    fastapi,
    no_such_facility,
    problem,
    refusals_as,
    refuse_page,
    spring,
    text_refusals,
    under_status,
)
from faults.site import chain
from faults.transport_variants import (
    TRANSPORT_VARIANTS,
    busy_now_and_then,
    charset,
    compressed,
    lower_case_headers,
    no_head,
    tagged,
)
from faults.value_variants import AMOUNTS, STAMPS, VALUE_VARIANTS, each_number, each_text, rewritten, without_fraction
from faults.write_variants import WRITE_VARIANTS

COMBINED_VARIANTS = (
    Variant("like-fastapi", "422 in FastAPI's shape, +00:00, ids read leniently, HEAD not allowed.", chain(
        under_status(422, 400), refusals_as(fastapi), no_head,
        retry_refused(lambda request: request.with_invoice_id(hyphenated(request.invoice_id)), one_invoice),
        change_answered(each_text(lambda text: text.replace("Z", "+00:00"), *STAMPS)))),
    Variant("like-spring", "Spring's errors, chunks, more fields, fractions, no page on nothing.", chain(
        refusals_as(spring), change_page(put(total_pages=0), where=empty),
        change_page(put(first=True, sort={"sorted": True})),
        change_answered(each_text(lambda text: text.replace("Z", ".000Z"), *STAMPS)),
        change_headers(transfer_encoding="chunked", cache_control="no-store"))),
    Variant("like-rails", "Text and empty refusals, tags, charset, compressed answers, cookies.", chain(
        under_status(404, 400, when=about_invoice), text_refusals, charset, tagged, compressed,
        change_success(lambda answer: answer.with_headers(set_cookie="_session=1; HttpOnly", x_runtime="0.01")))),
    Variant("like-dotnet", "Problems, numbers without fractions, ids mind no hyphens, 404 beyond the last page.", chain(
        refusals_as(problem, "application/problem+json; charset=utf-8"), refuse_page(beyond_last, 404),
        change_answered(each_number(without_fraction, *AMOUNTS, "percentage")), rewritten(ensure_ascii=True))),
    Variant("like-go", "Text refusals, unknown facilities not found, lower-case headers, compact JSON.", chain(
        text_refusals, no_such_facility, rewritten(separators=(",", ":"), ensure_ascii=False),
        change_answer(lower_case_headers))),
    Variant("like-a-gateway", "Organization by key, 429 now and then, compression, rate headers, 403 for keys.", chain(
        own_organization, under_status(403, 401), busy_now_and_then(45, 429, "0"), compressed,
        change_headers(x_ratelimit_limit="600", via="1.1 gateway"))),
)  # fmt: skip

VARIANTS: tuple[Variant, ...] = (
    *REFUSAL_VARIANTS,
    *LENIENT_VARIANTS,
    *VALUE_VARIANTS,
    *TRANSPORT_VARIANTS,
    *GROWTH_VARIANTS,
    *DATA_VARIANTS,
    *INVOICE_LISTING_VARIANTS,
    *FACILITY_VARIANTS,
    *WRITE_VARIANTS,
    *COMBINED_VARIANTS,
)
