"""Other ways to write the same values."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from faults.edits import (
    Object,
    change_answered,
    change_body,
    change_groups,
    change_invoice,
    change_json,
    change_page,
    empty,
    one_invoice,
    put,
)
from faults.fault import Variant
from faults.refusal import UUID
from faults.relisting import Relisting
from faults.site import Edit, chain


def each_text(change: Callable[[str], str], *fields: str) -> Callable[[Object], Object]:
    """Change text fields that are not null."""
    return lambda content: content | {name: change(content[name]) for name in fields if content.get(name)}


def each_number(change: Callable[[float], object], *fields: str) -> Callable[[Object], Object]:
    """Change number fields that are not null."""
    return lambda content: content | {name: change(content[name]) for name in fields if content.get(name) is not None}


def _utc_plus_2(text: str) -> str:
    moved = datetime.fromisoformat(text.removesuffix("Z")) + timedelta(hours=2)
    return f"{moved.isoformat()}+02:00"


def without_fraction(number: float) -> float:
    return int(number) if number == int(number) else number


def _ids_in_capitals(content: Object) -> Object:
    return {
        name: value.upper() if isinstance(value, str) and UUID.fullmatch(value) else value
        for name, value in content.items()
    }


def rewritten(**layout: Any) -> Edit:
    """Write the JSON text in another layout."""
    return change_body(lambda body: json.dumps(json.loads(body), **layout).encode())


def _exponents(body: bytes) -> bytes:
    return re.sub(rb'(quantity": )([0-9.]+)', lambda match: match[1] + b"%.12E" % float(match[2]), body)


def _turned(content: Object) -> Object:
    return dict(reversed(content.items()))


AMOUNTS = ("quantity", "base_quantity", "co2e", "co2e_biomass")
STAMPS = ("created_at", "updated_at")
_PERIOD = ("start_date", "end_date")

VALUE_VARIANTS = (
    Variant("no-page-when-empty", "An empty listing has no pages.", change_page(put(total_pages=0), where=empty)),
    Variant("more-page-fields", "A page has more fields.",
            change_page(put(has_next=False, pages=1, links={"self": "/v1/invoices/cups"}))),
    Variant("more-group-fields", "A group has more fields.",
            change_groups(put(id=7, supply_contract=None, tags=["luz"], total_kwh=12.5))),
    Variant("more-invoice-fields", "An invoice has more fields.",
            change_answered(put(toc_id=None, source_invoice_id=None, facility_percentages=[{"percentage": 0.5}]))),
    Variant("stamps-with-offset", "Timestamps end in +00:00.",
            change_answered(each_text(lambda text: text.replace("Z", "+00:00"), *STAMPS))),
    Variant("stamps-with-fraction", "Timestamps have six digits of fraction.",
            change_answered(each_text(lambda text: text.replace("Z", ".123456Z"), *STAMPS))),
    Variant("stamps-in-other-zone", "Timestamps are in a zone two hours ahead.",
            change_answered(each_text(_utc_plus_2, *STAMPS))),
    Variant("period-with-zone", "The billing period has a zone.",
            change_answered(each_text(lambda text: text + "Z", *_PERIOD))),
    Variant("period-with-fraction", "The billing period has fractions of seconds.",
            change_answered(each_text(lambda text: text + ".000", *_PERIOD))),
    Variant("whole-numbers", "Whole floats are written without a fraction.",
            change_answered(each_number(without_fraction, *AMOUNTS, "percentage"))),
    Variant("two-decimals", "Amounts are rounded to two decimals.",
            change_answered(each_number(lambda number: round(number, 2), *AMOUNTS))),
    Variant("no-decimals", "Amounts are rounded to whole numbers.",
            change_answered(each_number(round, *AMOUNTS))),
    Variant("float-noise", "The quantity is the unrounded product.",
            change_invoice(lambda fields: fields | {"quantity": fields["base_quantity"] * fields["percentage"]})),
    Variant("exponents", "Quantities are written with an exponent.", change_body(_exponents, one_invoice)),
    Variant("ids-in-capitals", "UUIDs are in capitals.",
            chain(change_groups(_ids_in_capitals), change_answered(_ids_in_capitals))),
    Variant("order-by-count", "Groups are listed by count, code and facility.", Relisting(gather=lambda groups: sorted(
        groups, key=lambda group: (-group["invoice_count"], group["cups"], group["facility_id"])))),
    Variant("order-reversed", "Groups are listed the other way round.", Relisting(gather=lambda groups: groups[::-1])),
    Variant("json-escaped", "Characters beyond ASCII are escaped.", rewritten(ensure_ascii=True)),
    Variant("json-indented", "The JSON text is indented, and ends in a line feed.",
            chain(rewritten(indent=4, ensure_ascii=False), change_body(lambda body: body + b"\r\n"))),
    Variant("json-compact", "The JSON text has no blanks.", rewritten(separators=(",", ":"), ensure_ascii=False)),
    Variant("json-other-order", "Fields stand in the reverse order.",
            chain(change_json(_turned), change_groups(_turned))),
    Variant("json-escaped-slashes", "Slashes are escaped.", change_body(lambda body: body.replace(b"/", b"\\/"))),
)  # fmt: skip
