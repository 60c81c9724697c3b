"""Faults of the listing of invoices: its shape, what it says of an invoice, and its pages."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from faults.edits import (
    Change,
    Object,
    When,
    answer_with,
    asking,
    change_json,
    change_listed,
    change_request,
    convert,
    copy,
    drop,
    empty,
    put,
    retry_refused,
    serve_refused,
    swap,
)
from faults.exchange import Answer, Handler, Request, json_answer
from faults.fault import Fault
from faults.invoice_relisting import InvoiceRelisting, Items, Page, fetch_invoices, round_up
from faults.site import Edit, Site

listing = asking("listInvoices")


def _items(change: Change) -> Edit:
    return change_listed("listInvoices", change)


def _page(change: Change, where: Callable[[Object], bool] = lambda page: True) -> Edit:
    return change_json(change, listing, where)


def _renamed(old: str, new: str) -> Change:
    return lambda content: {new if name == old else name: value for name, value in content.items()}


def _with(*names: str) -> When:
    return lambda request: listing(request) and all(name in request.parameters for name in names)


def _without(name: str) -> When:
    return lambda request: listing(request) and name not in request.parameters


def _ask(**parameters: str | None) -> Callable[[Request], Request]:
    return lambda request: request.with_parameters(**parameters)


def _number(name: str, test: Callable[[int], bool]) -> When:
    def holds(request: Request) -> bool:
        text = request.parameters.get(name, "")
        return listing(request) and text.removeprefix("-").isdecimal() and test(int(text))

    return holds


SCHEMA_RULE = "invoices-page-schema"

SHAPE_FAULTS = (
    Fault("invoices-total-pages", SCHEMA_RULE, "The number of pages is named as in the listing of groups.",
          _page(_renamed("pages", "total_pages"))),
    Fault("invoices-results", SCHEMA_RULE, "The items are named results.", _page(_renamed("items", "results"))),
    Fault("invoices-total-text", SCHEMA_RULE, "The total is a text.", _page(convert("total", str))),
    Fault("invoices-items-null-when-empty", SCHEMA_RULE, "The items of an empty page are null.",
          _page(put(items=None), empty)),
    Fault("invoices-type-in-capitals", SCHEMA_RULE, "The type is in capitals.", _items(convert("type", str.upper))),
    Fault("invoices-status-of-own", SCHEMA_RULE, "Invoices in review are said to be pending.",
          _items(lambda fields: fields | ({"status": "pending"} if fields["status"] == "review" else {}))),
    Fault("invoices-no-supplier", SCHEMA_RULE, "The supplier_id is missing.", _items(drop("supplier_id"))),
    Fault("invoices-nulls-left-out", SCHEMA_RULE, "What is null is left out.",
          _items(lambda fields: {name: value for name, value in fields.items() if value is not None})),
    Fault("invoices-supplier-embedded", SCHEMA_RULE, "The supplier_id is an object.",
          _items(convert("supplier_id", lambda one: {"id": one, "name": "Iberdrola"}))),
    Fault("invoices-co2e-text", SCHEMA_RULE, "The co2e is a text.", _items(convert("co2e", str))),
    Fault("invoices-energy-text", SCHEMA_RULE, "The total_energy_kwh is a text.",
          _items(convert("total_energy_kwh", lambda number: f"{number} kWh"))),
    Fault("invoices-stamps-of-unix", SCHEMA_RULE, "The created_at is a number of seconds.",
          _items(put(created_at=1_706_783_400))),
    Fault("invoices-period-as-days", SCHEMA_RULE, "The billing period has days without a time.",
          _items(lambda fields: fields | {
              name: fields[name] and fields[name][:10] for name in ("start_date", "end_date")})),
)  # fmt: skip


def _agrees_not(name: str, about: str, change: Change) -> Fault:
    return Fault(f"agrees-not-{name}", "invoices-agree", about, _items(change))


AGREEMENT_FAULTS = (
    _agrees_not("tonnes", "The listing has the co2e in tonnes.", convert("co2e", lambda mass: mass / 1000)),
    _agrees_not("co2e-zero", "The listing has 0 where co2e is not calculated.",
                lambda fields: fields | {"co2e": fields["co2e"] or 0}),
    _agrees_not("quantity-in-mwh", "The listing has quantities in MWh.",
                convert("quantity", lambda amount: amount / 1000)),
    _agrees_not("status", "The listing says that every invoice is active.", put(status="active")),
    _agrees_not("code-in-capitals", "The listing has codes in capitals, with their ends cut off.",
                convert("cups", lambda code: code.upper()[:-1])),
    _agrees_not("number", "The listing has the id for the number.", copy("id", "invoice_id")),
    _agrees_not("supplier", "The listing has the facility for the supplier.", copy("facility_id", "supplier_id")),
    _agrees_not("period", "The listing has start_date and end_date swapped.", swap("start_date", "end_date")),
    _agrees_not("updated", "The listing has updated_at for created_at.", copy("updated_at", "created_at")),
    _agrees_not("unit-null", "The listing has no units.", put(unit_id=None)),
    _agrees_not("facility-of-shared", "The listing has no facility where there is no fuel.",
                lambda fields: fields | ({"facility_id": None} if fields["type"] == "water" else {})),
)  # fmt: skip


def _doubled(items: Items) -> Items:
    """Every invoice with a code in capitals twice, as a join would have it."""
    return [one for fields in items for one in [fields] * (2 if fields["type"] == "heat" else 1)]


def _shifted(by: int) -> Callable[[Page, Items], Items]:
    """Start every page but the first some invoices later."""

    def cut(page: Page, items: Items) -> Items:
        start = (page.number - 1) * page.size + (by if page.number > 1 else 0)
        return items[start : start + page.size]

    return cut


def _shuffled(page: Page, items: Items) -> Items:
    return Random(page.number).sample(items, len(items))


def _first_always(page: Page, items: Items) -> Items:
    return items[: page.size]


def _short(page: Page, items: Items) -> Items:
    found = page.cut(items)
    return found[:-1] if len(found) == page.size > 1 else found


def _no_rest(page: Page, items: Items) -> Items:
    found = page.cut(items)
    return found if len(found) == page.size or page.number == 1 else []


PARTITION = ("invoices-partition", "invoices-unique", "invoices-total")

PAGE_FAULTS = (
    Fault("invoices-doubled", ("invoices-unique", "invoices-partition", "invoices-total"),
          "A join lists heat invoices twice.", InvoiceRelisting(gather=_doubled)),
    Fault("invoices-repeated-at-edge", ("invoices-unique", "invoices-partition", "invoices-total"),
          "The last invoice of a page is the first of the next.", InvoiceRelisting(cut=_shifted(-1))),
    Fault("invoices-lost-at-edge", PARTITION, "One invoice is lost between two pages.",
          InvoiceRelisting(cut=_shifted(1))),
    Fault("invoices-page-ignored", PARTITION, "Every page is the first.", InvoiceRelisting(cut=_first_always)),
    Fault("invoices-order-of-chance", PARTITION, "Every page has an order of its own.",
          InvoiceRelisting(arrange=_shuffled)),
    Fault("invoices-short-pages", PARTITION, "A full page lacks its last invoice.", InvoiceRelisting(cut=_short)),
    Fault("invoices-rest-lost", PARTITION, "The last page is empty where it is not full.",
          InvoiceRelisting(cut=_no_rest)),
    Fault("invoices-page-from-0", (*PARTITION, "invoices-page-default"), "Pages are counted from 0 inside.",
          InvoiceRelisting(cut=lambda page, items: items[page.number * page.size : (page.number + 1) * page.size])),
    Fault("invoices-total-of-page", ("invoices-total", "invoices-partition"), "The total counts the page.",
          InvoiceRelisting(total=lambda page, matching, everything: len(page.cut(matching)))),
    Fault("invoices-total-unfiltered", "invoices-total", "The total counts the whole listing, whatever the filters.",
          InvoiceRelisting(total=lambda page, matching, everything: len(everything))),
    Fault("invoices-total-so-far", ("invoices-total", "invoices-partition"), "The total counts up to this page.",
          InvoiceRelisting(total=lambda page, matching, everything: min(len(matching), page.number * page.size))),
    Fault("invoices-total-capped", ("invoices-total", "invoices-partition"), "The total is 100 at most.",
          InvoiceRelisting(total=lambda page, matching, everything: min(100, len(matching)))),
    Fault("invoices-pages-rounded-down", "invoices-pages", "The pages are rounded down.",
          InvoiceRelisting(pages=lambda total, size: total // size)),
    Fault("invoices-pages-one-more", "invoices-pages", "There is said to be one page more where the last is full.",
          InvoiceRelisting(pages=lambda total, size: total // size + 1)),
    Fault("invoices-pages-of-default", "invoices-pages", "The pages are those of 50 invoices each.",
          InvoiceRelisting(pages=lambda total, size: -(-total // 50))),
    Fault("invoices-pages-are-total", "invoices-pages", "The pages are the total.",
          InvoiceRelisting(pages=lambda total, size: total)),
)  # fmt: skip


def _uncapped(site: Site) -> Handler:
    """Serve a size above 100 as it is asked for, with the whole listing on one page."""

    def handle(request: Request) -> Answer:
        answer = site.answer(request)
        if not _number("size", lambda size: size > 100)(request) or answer.status not in {400, 422}:
            return answer
        items = fetch_invoices(site, request)
        size = int(request.parameters["size"])
        content = {
            "items": items[:size],
            "total": len(items),
            "page": 1,
            "size": size,
            "pages": round_up(len(items), size),
        }
        return json_answer(200, content)

    return handle


DEFAULT = "invoices-page-default"
BOUNDS = "invoices-page-bounds"

REFUSAL = {"detail": "Refused", "code": "INVALID_PARAMETER"}

BOUND_FAULTS = (
    Fault("invoices-size-default-20", DEFAULT, "Without size a page has 20 invoices.",
          change_request(_ask(size="20"), _without("size"))),
    Fault("invoices-size-default-10", DEFAULT, "Without size a page has 10 invoices, as one of facilities has.",
          change_request(_ask(size="10"), _without("size"))),
    Fault("invoices-size-default-100", DEFAULT, "Without size a page has 100 invoices.",
          change_request(_ask(size="100"), _without("size"))),
    Fault("invoices-page-default-2", DEFAULT, "Without page the second page is answered.",
          change_request(_ask(page="2"), _without("page"))),
    Fault("invoices-size-capped", BOUNDS, "A size above 100 is served with 100.",
          retry_refused(_ask(size="100"), _number("size", lambda size: size > 100))),
    Fault("invoices-size-not-capped", BOUNDS, "A size above 100 is served.", _uncapped),
    Fault("invoices-size-0", BOUNDS, "A size of 0 is served with the default.",
          retry_refused(_ask(size=None), _number("size", lambda size: size == 0))),
    Fault("invoices-size-negative", BOUNDS, "A negative size is served with the default.",
          retry_refused(_ask(size=None), _number("size", lambda size: size < 0))),
    Fault("invoices-page-0", BOUNDS, "A page of 0 is the first.",
          retry_refused(_ask(page="1"), _number("page", lambda page: page == 0))),
    Fault("invoices-page-negative", BOUNDS, "A negative page is empty.",
          serve_refused({"items": [], "total": 0, "page": 1, "size": 50, "pages": 0},
                        _number("page", lambda page: page < 0))),
    Fault("invoices-size-100-refused", BOUNDS, "A size of 100 is refused.",
          answer_with(400, REFUSAL, _number("size", lambda size: size == 100))),
    Fault("invoices-size-1-refused", BOUNDS, "A size of 1 is refused.",
          answer_with(400, REFUSAL, _number("size", lambda size: size == 1))),
)  # fmt: skip

INVOICE_LISTING_FAULTS = (*SHAPE_FAULTS, *AGREEMENT_FAULTS, *PAGE_FAULTS, *BOUND_FAULTS)
