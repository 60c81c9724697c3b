"""Faults of shape: a field missing, null, of another type or in another format, everywhere or only here and there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from faults.edits import (
    Change,
    Object,
    When,
    Where,
    any_object,
    both,
    change_groups,
    change_invoice,
    change_items,
    change_json,
    change_page,
    convert,
    drop,
    empty,
    filled,
    given,
    having,
    listing,
    not_empty,
    one_invoice,
    page_from,
    put,
    some,
    valued,
)
from faults.fault import Fault
from faults.world import NULLABLE

Row = tuple[str, str, Change, Where]
"""A name, what is wrong, the change and the objects it is made to."""


def _seconds(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def _day_first(text: str) -> str:
    return date.fromisoformat(text[:10]).strftime("%d/%m/%Y")


def _unpadded(text: str) -> str:
    day = date.fromisoformat(text)
    return f"{day.year}-{day.month}-{day.day}"


def _midnight(text: str) -> str:
    return f"{text}T00:00:00"


def _drop_nulls(content: Object) -> Object:
    return {name: value for name, value in content.items() if value is not None}


PAGE_ROWS: tuple[tuple[str, str, Change, When, Where], ...] = (
    ("items-missing-when-empty", "An empty page has no items.", drop("items"), listing, empty),
    ("items-null-when-empty", "The items of an empty page are null.", put(items=None), listing, empty),
    (
        "items-object",
        "The items are an object keyed by position.",
        convert("items", lambda items: {str(index): item for index, item in enumerate(items)}),
        listing,
        any_object,
    ),
    ("items-under-data", "The groups stand under data in place of items.", lambda page: {
        ("data" if name == "items" else name): value for name, value in page.items()
    }, listing, any_object),
    ("total-missing", "A page has no total.", drop("total"), listing, any_object),
    ("total-missing-with-search", "A page has no total when searched.", drop("total"), given("search"), any_object),
    ("total-string", "The total is a string.", convert("total", str), listing, any_object),
    ("total-null-when-empty", "The total of an empty listing is null.", put(total=None), listing, empty),
    ("page-missing", "A page does not say its number.", drop("page"), listing, any_object),
    ("page-float", "The page number is written 1.0.", convert("page", float), listing, any_object),
    ("page-null-from-2", "The page number is null from the second page on.", put(page=None), page_from(2), any_object),
    ("size-missing", "A page does not say its size.", drop("size"), listing, any_object),
    ("size-string-with-facility", "The size is a string in a facility's listing.", convert("size", str),
     given("facility_id"), any_object),
    ("total-pages-missing", "A page has no total_pages.", drop("total_pages"), listing, any_object),
    ("total-pages-named-pages", "The number of pages stands under pages, as in other listings.",
     lambda page: drop("total_pages")(page) | {"pages": page["total_pages"]}, listing, any_object),
    ("total-pages-null-when-empty", "The total_pages of an empty listing is null.", put(total_pages=None), listing,
     empty),
    ("total-pages-float", "The total_pages comes out of a division as a float.", convert("total_pages", float), listing,
     any_object),
)  # fmt: skip

GROUP_ROWS: tuple[Row, ...] = (
    ("cups-missing", "A group has no cups.", drop("cups"), any_object),
    ("cups-null", "The cups of one group in forty is null.", put(cups=None), some(40)),
    ("cups-empty", "The cups of one group in forty is an empty string.", put(cups=""), some(40)),
    ("cups-object", "The cups is an object with the code in it.", convert("cups", lambda code: {"code": code}),
     any_object),
    ("group-facility-missing", "A group has no facility_id.", drop("facility_id"), any_object),
    ("group-facility-number", "The facility_id is a number.",
     convert("facility_id", lambda text: int(text[:8], 16)), any_object),
    ("group-facility-cut", "The facility_id lacks its last character in one group in twenty.",
     convert("facility_id", lambda text: text[:-1]), some(20)),
    ("facility-name-missing", "A group has no facility_name.", drop("facility_name"), any_object),
    ("facility-name-null", "The facility_name is null for one group in thirty.", put(facility_name=None), some(30)),
    ("facility-name-object", "The facility_name is an object by language.",
     convert("facility_name", lambda name: {"es": name}), any_object),
    ("count-missing", "A group has no invoice_count.", drop("invoice_count"), any_object),
    ("count-string", "The invoice_count is a string.", convert("invoice_count", str), any_object),
    ("count-float", "The invoice_count is written 1.0 where it is one.", convert("invoice_count", float),
     having("invoice_count", 1)),
    ("count-null-when-locked", "The invoice_count of locked groups is null.", put(invoice_count=None),
     having("is_locked", True)),
    ("first-date-missing", "A group has no first_date.", drop("first_date"), any_object),
    ("first-date-null-single", "The first_date of groups with one invoice is null.", put(first_date=None),
     having("invoice_count", 1)),
    ("first-date-with-time", "The first_date carries a time.", convert("first_date", _midnight), any_object),
    ("first-date-day-first", "The first_date is written day first, with slashes.", convert("first_date", _day_first),
     any_object),
    ("first-date-impossible", "The first_date of some groups is the 30th of February.", put(first_date="2023-02-30"),
     some(15)),
    ("last-date-missing", "A group has no last_date.", drop("last_date"), any_object),
    ("last-date-unpadded", "The last_date has no leading zeros.", convert("last_date", _unpadded), any_object),
    ("last-date-no-leap-day", "The last_date of some groups is the 29th of February of no leap year.",
     put(last_date="2023-02-29"), some(15)),
    ("last-date-number", "The last_date is a count of seconds.", convert("last_date", _seconds), any_object),
    ("last-date-with-time-when-locked", "The last_date of locked groups carries a time.",
     convert("last_date", _midnight), having("is_locked", True)),
    ("locked-missing-when-false", "The is_locked of unlocked groups is left out.", drop("is_locked"),
     having("is_locked", False)),
    ("locked-number", "The is_locked is 0 or 1.", convert("is_locked", int), any_object),
    ("locked-text", "The is_locked is the text true or false.", convert("is_locked", lambda flag: str(flag).lower()),
     any_object),
    ("locked-null-when-false", "The is_locked of unlocked groups is null.", put(is_locked=None),
     having("is_locked", False)),
)  # fmt: skip

INVOICE_ROWS: tuple[Row, ...] = (
    ("id-missing", "An invoice has no id.", drop("id"), any_object),
    ("id-number", "The id is a number.", convert("id", lambda text: int(text[:8], 16)), any_object),
    ("type-missing-recharge", "Recharge invoices have no type.", drop("type"), having("type", "recharge")),
    ("type-null-water", "The type of water invoices is null.", put(type=None), having("type", "water")),
    ("type-code", "The type is a number.", convert("type", len), any_object),
    ("type-upper-case", "The type is in capitals.", convert("type", str.upper), any_object),
    ("type-title-case-heat", "The type of heat invoices starts with a capital.", put(type="Heat"),
     having("type", "heat")),
    ("type-unknown-recharge", "Recharge invoices have the type ev_charging.", put(type="ev_charging"),
     having("type", "recharge")),
    ("status-missing", "An invoice has no status.", drop("status"), any_object),
    ("status-null-uploaded", "The status of uploaded invoices is null.", put(status=None),
     having("status", "uploaded")),
    ("status-unknown-inactive", "Inactive invoices have the status deleted.", put(status="deleted"),
     having("status", "inactive")),
    ("status-unknown-loading", "Loading invoices have the status processing.", put(status="processing"),
     having("status", "loading")),
    ("status-upper-case-error", "The status error is in capitals.", put(status="ERROR"), having("status", "error")),
    ("status-padded-review", "The status review ends in a blank.", put(status="review "), having("status", "review")),
    ("quantity-missing", "An invoice has no quantity.", drop("quantity"), any_object),
    ("quantity-string", "The quantity is a string.", convert("quantity", str), any_object),
    ("quantity-string-recharge", "The quantity of recharge invoices is a string.", convert("quantity", str),
     having("type", "recharge")),
    ("quantity-null-water", "The quantity of water invoices is null.", put(quantity=None), having("type", "water")),
    ("base-quantity-missing-unshared", "Invoices that are not shared have no base_quantity.", drop("base_quantity"),
     having("percentage", 1.0)),
    ("base-quantity-null-unshared", "The base_quantity is null where nothing is shared.", put(base_quantity=None),
     having("percentage", 1.0)),
    ("base-quantity-comma", "The base_quantity is a text with a decimal comma.",
     convert("base_quantity", lambda number: str(number).replace(".", ",")), any_object),
    ("unit-missing", "An invoice has no unit_id.", drop("unit_id"), any_object),
    ("unit-symbol", "The unit_id is the symbol of the unit.", put(unit_id="kWh"), filled("unit_id")),
    ("unit-object", "The unit_id is an object with id and name.",
     convert("unit_id", lambda text: {"id": text, "name": "kWh"}), any_object),
    ("unit-symbol-water", "The unit_id of water invoices is the symbol of the unit.", put(unit_id="m3"),
     having("type", "water")),
    ("start-date-missing", "An invoice has no start_date.", drop("start_date"), any_object),
    ("start-date-day-only", "The start_date has no time.", convert("start_date", lambda text: text[:10]), any_object),
    ("start-date-impossible-review", "The start_date of invoices in review is the 30th of February.",
     put(start_date="2024-02-30T00:00:00"), having("status", "review")),
    ("end-date-missing", "An invoice has no end_date.", drop("end_date"), any_object),
    ("end-date-number", "The end_date is a count of milliseconds.",
     convert("end_date", lambda text: int(_seconds(text) * 1000)), any_object),
    ("end-date-hour-24", "The end_date has an hour 24 and a minute 60.",
     convert("end_date", lambda text: text[:10] + "T24:60:00"), any_object),
    ("end-date-day-first", "The end_date is written day first, with slashes.", convert("end_date", _day_first),
     having("type", "heat")),
    ("number-missing", "An invoice has no invoice_id.", drop("invoice_id"), any_object),
    ("number-as-number", "The invoice_id is a number.", convert("invoice_id", len), any_object),
    ("facility-missing", "An invoice has no facility_id.", drop("facility_id"), any_object),
    ("facility-embedded", "The facility_id is the whole facility.",
     convert("facility_id", lambda text: {"id": text, "name": "Sede"}), any_object),
    ("facility-bad-uuid-disabled", "The facility_id of disabled invoices has a letter that no UUID has.",
     convert("facility_id", lambda text: "g" + text[1:]), having("enabled", False)),
    ("fuel-missing-when-null", "The facility_fuel_id is left out where there is none.", drop("facility_fuel_id"),
     having("facility_fuel_id", None)),
    ("fuel-name-heat", "The facility_fuel_id of heat invoices is the fuel's name.", put(facility_fuel_id="natural_gas"),
     having("type", "heat")),
    ("supplier-missing", "An invoice has no supplier_id.", drop("supplier_id"), any_object),
    ("supplier-name", "The supplier_id is a name.", put(supplier_id="Iberdrola Clientes"), filled("supplier_id")),
    ("factor-missing-when-null", "The custom_emission_factor_id is left out where there is none.",
     drop("custom_emission_factor_id"), having("custom_emission_factor_id", None)),
    ("factor-empty-text", "The custom_emission_factor_id is an empty text where there is none.",
     put(custom_emission_factor_id=""), having("custom_emission_factor_id", None)),
    ("co2e-missing", "An invoice has no co2e.", drop("co2e"), any_object),
    ("co2e-string", "The co2e is a string.", convert("co2e", str), any_object),
    ("co2e-nan-text", "The co2e that is not calculated yet is the text NaN.", put(co2e="NaN"), having("co2e", None)),
    ("co2e-object-heat", "The co2e of heat invoices is an object with value and unit.",
     convert("co2e", lambda number: {"value": number, "unit": "kg"}), having("type", "heat")),
    ("biomass-missing-when-zero", "The co2e_biomass is left out where it is zero.", drop("co2e_biomass"),
     having("co2e_biomass", 0)),
    ("biomass-false", "The co2e_biomass is false where it is zero.", put(co2e_biomass=False),
     having("co2e_biomass", 0)),
    ("cups-missing-water", "Water invoices have no cups.", drop("cups"), having("type", "water")),
    ("cups-list", "The cups is a list of codes.", convert("cups", lambda code: [code]), any_object),
    ("file-id-missing", "An invoice has no file_id.", drop("file_id"), any_object),
    ("file-id-name", "The file_id is the name of the file.", put(file_id="factura.pdf"), filled("file_id")),
    ("file-url-missing-when-null", "The file_url is left out where there is none.", drop("file_url"),
     having("file_url", None)),
    ("file-url-number", "The file_url is a number.", put(file_url=17), filled("file_url")),
    ("file-url-spaced", "The file_url is the name of a file with blanks in it.",
     put(file_url="facturas 2024/enero factura.pdf"), filled("file_url")),
    ("uploader-missing", "An invoice has no uploaded_by.", drop("uploaded_by"), any_object),
    ("uploader-mail", "The uploaded_by is a mail address.", put(uploaded_by="ana@example.com"), filled("uploaded_by")),
    ("percentage-missing", "An invoice has no percentage.", drop("percentage"), any_object),
    ("percentage-null-heat", "The percentage of heat invoices is null.", put(percentage=None), having("type", "heat")),
    ("percentage-string", "The percentage is a string.", convert("percentage", str), any_object),
    ("percentage-of-hundred", "The percentage counts from 0 to 100.",
     convert("percentage", lambda share: share * 100), any_object),
    ("enabled-missing", "An invoice has no enabled.", drop("enabled"), any_object),
    ("enabled-missing-when-false", "The enabled of disabled invoices is left out.", drop("enabled"),
     having("enabled", False)),
    ("enabled-number", "The enabled is 0 or 1.", convert("enabled", int), any_object),
    ("enabled-null-when-false", "The enabled of disabled invoices is null.", put(enabled=None),
     having("enabled", False)),
    ("created-missing", "An invoice has no created_at.", drop("created_at"), any_object),
    ("created-number", "The created_at is a count of seconds.", convert("created_at", _seconds), any_object),
    ("created-day-only-inactive", "The created_at of inactive invoices has no time.",
     convert("created_at", lambda text: text[:10]), having("status", "inactive")),
    ("created-null", "The created_at of uploaded invoices is null.", put(created_at=None),
     having("status", "uploaded")),
    ("updated-missing", "An invoice has no updated_at.", drop("updated_at"), any_object),
    ("updated-null-when-never", "The updated_at is null where nothing was updated.", put(updated_at=None),
     lambda fields: fields["created_at"] == fields["updated_at"]),
    ("updated-impossible", "The updated_at of some invoices lies in a month 13.",
     convert("updated_at", lambda text: text[:5] + "13" + text[7:]), some(3)),
    ("nulls-left-out", "Every null field of an invoice is left out.", _drop_nulls, any_object),
)  # fmt: skip


def _from_rows() -> Iterator[Fault]:
    for name, about, change, when, where in PAGE_ROWS:
        yield Fault(f"page-{name}", "cups-page-schema", about, change_page(change, when, where))
    for name, about, change, where in GROUP_ROWS:
        yield Fault(f"group-{name}", "cups-page-schema", about, change_groups(change, where))
    for name, about, change, where in INVOICE_ROWS:
        yield Fault(f"invoice-{name}", "invoice-schema", about, change_invoice(change, where))


def _last(change: Change) -> Any:
    return lambda items: [*items[:-1], *map(change, items[-1:])]


SCHEMA_FAULTS = (
    *_from_rows(),
    Fault(
        "page-wrapped",
        ("cups-page-schema", "request-answered"),
        "The page stands under data, in an envelope.",
        change_page(lambda page: {"data": page, "status": "ok"}),
    ),
    Fault(
        "page-bare-array",
        ("cups-page-schema", "request-answered"),
        "The answer is the array of groups alone.",
        change_json(lambda page: page["items"], listing),
    ),
    Fault(
        "invoice-wrapped",
        ("invoice-schema", "request-answered"),
        "The invoice stands under invoice, in an envelope.",
        change_json(lambda fields: {"invoice": fields}, one_invoice),
    ),
    Fault(
        "invoice-in-array",
        ("invoice-schema", "request-answered"),
        "The invoice is the one entry of an array.",
        change_json(lambda fields: [fields], one_invoice),  # type: ignore[arg-type, return-value]
    ),
    Fault(
        "invoice-camel-case",
        "invoice-schema",
        "The names of an invoice's fields are in camel case.",
        change_invoice(lambda fields: {_camel(name): value for name, value in fields.items()}),
    ),
    Fault(
        "group-null-from-page-2",
        "cups-page-schema",
        "The facility_name is null from the second page on.",
        change_groups(put(facility_name=None), when=page_from(2)),
    ),
    Fault(
        "group-count-string-with-search",
        "cups-page-schema",
        "The invoice_count is a string when the listing is searched.",
        change_groups(convert("invoice_count", str), when=given("search")),
    ),
    Fault(
        "group-dates-with-time-with-facility",
        "cups-page-schema",
        "The first_date carries a time when one facility is listed.",
        change_groups(convert("first_date", _midnight), when=given("facility_id")),
    ),
    Fault(
        "group-locked-text-with-both-filters",
        "cups-page-schema",
        "The is_locked is a text when both filters are given.",
        change_groups(convert("is_locked", str), when=given("facility_id", "search")),
    ),
    Fault(
        "group-bad-in-last-position",
        "cups-page-schema",
        "The last group of the whole listing has a null for its last_date.",
        change_page(
            convert("items", _last(put(last_date=None))),
            where=both(not_empty, lambda page: page["page"] == page["total_pages"]),
        ),
    ),
    Fault(
        "group-null-at-the-end",
        "cups-page-schema",
        "The items of a page that is not full end in a null.",
        change_page(
            convert("items", lambda items: [*items, None]), where=lambda page: len(page["items"]) < page["size"]
        ),
    ),
    Fault(
        "group-bad-at-largest-size",
        "cups-page-schema",
        "The facility_id is not a UUID on pages of 200.",
        change_items(
            lambda items: [item | {"facility_id": item["facility_id"][:8]} for item in items],
            valued("size", lambda text: text == "200"),
        ),
    ),
    *(
        Fault(
            f"invoice-{name}-none-text",
            "invoice-schema",
            f"The {name} is the text None where it is null.",
            change_invoice(put(**{name: "None"}), having(name, None)),
        )
        for name in NULLABLE
        if name in {"facility_fuel_id", "supplier_id", "file_id"}
    ),
)


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.title() for word in others)
