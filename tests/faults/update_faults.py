"""Faults of the update and the deletion of an invoice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from faults.edits import Object, When, convert, drop, put
from faults.exchange import Answer, Handler, Request, json_answer
from faults.fault import Fault
from faults.invoice_relisting import fetch_invoices
from faults.operations import INVOICES_PREFIX, LISTING_PATH
from faults.records import Account
from faults.site import Edit, Site
from faults.write_edits import (
    Showing,
    as_answer,
    as_refusal,
    before,
    deleting,
    get_invoice,
    patch,
    pretend,
    refused_as,
    served_as,
    the_invoice,
    under_status,
    updating,
    with_content,
)

ATTRIBUTES = ("uploaded_by", "facility_id", "supplier_id", "status", "invoice_id", "cups")
SCHEMA = "update-schema"
APPLIED = "update-applied"
REST = "update-keeps-rest"
MOVES = "update-moves-updated-at"
MALFORMED = "update-malformed"
UNKNOWN = "update-unknown"


def _content(request: Request) -> Object:
    return request.json if isinstance(request.json, dict) else {}


def _known(request: Request) -> Object:
    return {name: value for name, value in _content(request).items() if name in ATTRIBUTES}


def _answered(change: Callable[[Object], Object]) -> Edit:
    return served_as(with_content(change), updating)


def _lose(site: Site, request: Request, answer: Answer) -> Answer:
    """Answer the change and store nothing of it."""
    if answer.status != 200:
        return answer
    return answer.with_json(answer.json | _known(request) | {"updated_at": "2031-01-01T00:00:00Z"})


def _answer_former(site: Site) -> Handler:
    """Answer the invoice as it was before."""

    def handle(request: Request) -> Answer:
        former = get_invoice(site, request, request.last_segment) if updating(request) else None
        answer = site.answer(request)
        if former is None or answer.status != 200:
            return answer
        return answer.with_json(former | {"updated_at": answer.json["updated_at"]})

    return handle


def change_update(change: Callable[[Object], Object]) -> Edit:
    """Let the deployment see another body."""

    def edit(site: Site) -> Handler:
        def changed(request: Request) -> Request:
            return request.with_json(change(request.json)) if isinstance(request.json, dict) else request

        return lambda request: site.answer(changed(request) if updating(request) else request)

    return edit


def _later(show: Callable[[Object], Object]) -> Edit:
    """Show an updated invoice in another way from then on."""
    return Showing(the_invoice, show, updating)


SCHEMA_FAULTS = (
    Fault("update-no-content", SCHEMA, "An update is answered 204, without a body.",
          served_as(lambda answer: Answer(204, (), b""), updating)),
    Fault("update-answers-change", SCHEMA, "An update is answered with what can be changed.",
          _answered(lambda fields: {name: fields[name] for name in ("id", *ATTRIBUTES)})),
    Fault("update-answers-message", SCHEMA, "An update is answered with a message.",
          served_as(as_answer(200, {"message": "Invoice updated"}), updating)),
    Fault("update-wrapped", SCHEMA, "The updated invoice is answered inside of an object.",
          _answered(lambda fields: {"invoice": fields})),
    Fault("update-without-file", SCHEMA, "The updated invoice is answered without its file.",
          _answered(drop("file_url", "file_id"))),
    Fault("update-numbers-as-text", SCHEMA, "The updated invoice is answered with numbers as text.",
          _answered(convert("base_quantity", str))),
)  # fmt: skip

APPLIED_FAULTS = (
    Fault("update-lost", (APPLIED, "update-shows"), "An update is answered, and not stored.", pretend(_lose, updating)),
    Fault("update-answers-former", APPLIED, "An update is answered with the values from before.", _answer_former),
    Fault("update-code-in-capitals", (APPLIED, "update-shows"), "A code is stored in small letters.",
          change_update(convert("cups", str.lower))),
    Fault("update-code-cut", (APPLIED, "update-shows"), "A code is stored with 20 characters at most.",
          change_update(convert("cups", lambda code: code[:20] if isinstance(code, str) else code))),
    Fault("update-supplier-ignored", APPLIED, "The supplier_id is not changed.", change_update(drop("supplier_id"))),
    Fault("update-number-ignored", APPLIED, "The invoice_id is not changed, as if it were the id.",
          change_update(drop("invoice_id"))),
    Fault("update-status-ignored", APPLIED, "The status is not changed.", change_update(drop("status"))),
    Fault("update-facility-ignored", APPLIED, "The facility_id is not changed.", change_update(drop("facility_id"))),
    Fault("update-uploader-ignored", APPLIED, "The uploaded_by is not changed.", change_update(drop("uploaded_by"))),
    Fault("update-one-attribute", APPLIED, "Only the first of several attributes is changed.",
          change_update(lambda content: dict(list(content.items())[:1]))),
)  # fmt: skip


def _reset(site: Site) -> Handler:
    """Take what a body does not name for null, as PUT does."""
    shown: dict[str, Object] = {}

    def handle(request: Request) -> Answer:
        answer = site.answer(request)
        if updating(request) and answer.status == 200:
            unnamed = set(ATTRIBUTES) - {"status", "facility_id", *_content(request)}
            shown[answer.json["id"]] = dict.fromkeys(sorted(unnamed))
        if request.operation in {"getInvoice", "updateInvoice"} and answer.status == 200:
            return answer.with_json(answer.json | shown.get(answer.json["id"], {}))
        return answer

    return handle


def _stale_listing(site: Site) -> Handler:
    """Answer the same question for invoices with what was answered first."""
    remembered: dict[object, Answer] = {}

    def handle(request: Request) -> Answer:
        if request.operation != "listInvoices":
            return site.answer(request)
        asked = (request.method, request.query, *sorted(request.headers.items()))
        return remembered.setdefault(asked, site.answer(request))

    return handle


def _stale_groups(site: Site) -> Handler:
    """Answer the same question for groups with what was answered first."""
    remembered: dict[object, Answer] = {}

    def handle(request: Request) -> Answer:
        if request.path != LISTING_PATH:
            return site.answer(request)
        asked = (request.method, request.query, *sorted(request.headers.items()))
        return remembered.setdefault(asked, site.answer(request))

    return handle


REST_FAULTS = (
    Fault("update-resets-rest", REST, "What the body does not name is null afterwards.", _reset),
    Fault("update-moves-created-at", REST, "The created_at is the time of the update.",
          _later(put(created_at="2026-01-02T03:04:05Z"))),
    Fault("update-clears-emissions", REST, "The emissions are null afterwards.",
          _later(put(co2e=None, co2e_biomass=None))),
    Fault("update-enables", REST, "Whatever is updated is enabled, or disabled, afterwards.",
          _later(lambda fields: {"enabled": not fields["enabled"]})),
    Fault("update-activates", (REST, APPLIED), "Whatever is updated is in review afterwards.",
          _later(put(status="review"))),
    Fault("update-resets-share", (REST, "invoice-allocation"), "The percentage is 1 afterwards.",
          _later(lambda fields: {"percentage": 1.0 if fields["percentage"] != 1.0 else 0.5})),
    Fault("update-not-dated", MOVES, "The updated_at stays as it was.",
          _later(lambda fields: {"updated_at": fields["updated_at"]})),
    Fault("update-dated-back", MOVES, "The updated_at is the created_at afterwards.",
          _later(lambda fields: {"updated_at": fields["created_at"]})),
    Fault("update-shows-stale-answers", ("update-shows", "consolidate-shows", "delete-permanent"),
          "A listing of groups is remembered by its address.", _stale_groups),
    Fault("update-shows-stale-invoices", ("update-shows", "consolidate-rewrites", "delete-permanent"),
          "A listing of invoices is remembered by its address.", _stale_listing),
)  # fmt: skip


def _with(name: str, test: Callable[[Any], bool]) -> When:
    return lambda request: updating(request) and name in _content(request) and test(_content(request)[name])


def _read_anyway(site: Site) -> Handler:
    """Answer the unchanged invoice where an update is refused."""

    def handle(request: Request) -> Answer:
        answer = site.answer(request)
        if not updating(request) or answer.status not in {400, 422}:
            return answer
        return site.answer(request.asking("GET", request.path))

    return handle


def _any_status(site: Site) -> Handler:
    """Store any text as the status."""
    shown: dict[str, str] = {}

    def handle(request: Request) -> Answer:
        status = _content(request).get("status") if updating(request) else None
        answer = site.answer(request)
        if isinstance(status, str) and answer.status in {400, 422}:
            shown[request.last_segment.lower()] = status
            answer = site.answer(request.asking("GET", request.path))
        if request.operation in {"getInvoice", "updateInvoice"} and answer.status == 200:
            stored = shown.get(answer.json["id"])
            return answer.with_json(answer.json | ({"status": stored} if stored else {}))
        return answer

    return handle


def _as_text(content: Object) -> Object:
    """Numbers and the like as text."""
    return {name: value if value is None or isinstance(value, str) else str(value) for name, value in content.items()}


def _half(site: Site, request: Request) -> None:
    """Store what is right, before the rest is looked at."""
    for name, value in _known(request).items():
        patch(site, request, request.last_segment, **{name: value})


def _mark(site: Site, request: Request) -> None:
    """Move an invoice into review, whatever is asked for."""
    patch(site, request, request.last_segment, status="review")
    patch(site, request, request.last_segment, status="error")


MALFORMED_FAULTS = (
    Fault("update-malformed-ignored", MALFORMED, "A value that cannot be stored is ignored.", _read_anyway),
    Fault("update-any-status", MALFORMED, "Any text is stored as the status.", _any_status),
    Fault("update-number-as-text", MALFORMED, "A number is stored as text.", change_update(_as_text)),
    Fault("update-malformed-crashes", (MALFORMED, "no-server-error"), "A value of another type is a server error.",
          refused_as(as_refusal(500, "INTERNAL_ERROR"), 400, 422, when=updating)),
    Fault("update-refused-too-late", MALFORMED, "What is refused has changed the status.",
          lambda site: lambda request: _refused_too_late(site, request)),
)  # fmt: skip


def _refused_too_late(site: Site, request: Request) -> Answer:
    answer = site.answer(request)
    if updating(request) and answer.status in {400, 422}:
        _mark(site, request)
    return answer


def _foreign(when: When) -> Edit:
    """Serve a request about another organization's invoice as its owner's."""

    def edit(site: Site) -> Handler:
        def as_of(request: Request, account: Account) -> Answer:
            return site.answer(
                request.with_headers(x_api_key=account.api_key, x_organization_id=account.organization_id)
            )

        def handle(request: Request) -> Answer:
            answer = site.answer(request)
            if not when(request) or answer.status not in {403, 404}:
                return answer
            others = [account for account in site.accounts if account.api_key != request.headers.get("x-api-key")]
            served = (as_of(request, account) for account in others)
            return next((found for found in served if found.status < 300), answer)

        return handle

    return edit


def _created(site: Site) -> Handler:
    """Make an invoice of an update that finds none."""

    def handle(request: Request) -> Answer:
        answer = site.answer(request)
        if not updating(request) or answer.status != 404:
            return answer
        return json_answer(201, {"id": request.last_segment} | _known(request))

    return handle


UNKNOWN_FAULTS = (
    Fault("update-unknown-null", UNKNOWN, "An update of no invoice is answered with null.",
          refused_as(as_answer(200, None), 403, 404, when=updating)),
    Fault("update-unknown-created", UNKNOWN, "An update of no invoice makes one.", _created),
    Fault("update-unknown-crashes", (UNKNOWN, "no-server-error"), "An update of no invoice is a server error.",
          refused_as(as_refusal(500, "INTERNAL_ERROR"), 403, 404, when=updating)),
    Fault("update-foreign", UNKNOWN, "Another organization's invoice is updated.", _foreign(updating), needs="known"),
)  # fmt: skip


def _hide(*, listed: bool, answered: bool) -> Edit:
    """Mark deleted invoices instead of deleting them; where they are shown all the same is said."""

    def edit(site: Site) -> Handler:
        deleted: set[str] = set()

        def handle(request: Request) -> Answer:
            single = request.asking("GET", request.path)
            about = request.last_segment.lower()
            if deleting(request) and about not in deleted and site.answer(single).status == 200:
                deleted.add(about)
                return Answer(204, (), b"")
            if not answered and about in deleted and request.path.startswith(INVOICES_PREFIX):
                return json_answer(404, {"detail": "No such invoice", "code": "NOT_FOUND"})
            return _without(deleted, request, site.answer(request)) if not listed else site.answer(request)

        return handle

    return edit


def _without(deleted: set[str], request: Request, answer: Answer) -> Answer:
    """A listing of invoices without some of them."""
    if request.operation != "listInvoices" or answer.status != 200:
        return answer
    items = [item for item in answer.json["items"] if item["id"] not in deleted]
    gone = len(answer.json["items"]) - len(items)
    return answer.with_json(answer.json | {"items": items, "total": answer.json["total"] - gone})


def _deactivate(site: Site) -> Handler:
    """Set the status to inactive instead of deleting."""

    def handle(request: Request) -> Answer:
        if not deleting(request):
            return site.answer(request)
        answer = patch(site, request, request.last_segment, status="inactive")
        return Answer(204, (), b"") if answer.status == 200 else answer

    return handle


def _delete_group(site: Site, request: Request) -> None:
    """Delete the other invoices with the same code in the same facility."""
    fields = get_invoice(site, request, request.last_segment)
    if not fields or not fields["cups"]:
        return
    for other in fetch_invoices(site, request, **{"cups[]": fields["cups"], "facility_id[]": fields["facility_id"]}):
        if other["id"] != fields["id"]:
            site.answer(request.asking("DELETE", INVOICES_PREFIX + other["id"]))


ANSWERED = "delete-answered"
PERMANENT = "delete-permanent"
DELETE_UNKNOWN = "delete-unknown"

DELETION_FAULTS = (
    Fault("delete-200", ANSWERED, "A deletion is answered 200 with a message.",
          served_as(as_answer(200, {"message": "Invoice deleted"}), deleting), needs="known"),
    Fault("delete-200-empty", ANSWERED, "A deletion is answered 200 without a body.",
          served_as(under_status(200), deleting), needs="known"),
    Fault("delete-202", ANSWERED, "A deletion is accepted for later.",
          served_as(as_answer(202, {}), deleting), needs="known"),
    Fault("delete-soft", PERMANENT, "A deleted invoice is marked, and still there.",
          _hide(listed=True, answered=True), needs="known"),
    Fault("delete-still-answered", PERMANENT, "A deleted invoice is not listed, but still answered.",
          _hide(listed=False, answered=True), needs="known"),
    Fault("delete-still-listed", PERMANENT, "A deleted invoice is not answered, but still listed.",
          _hide(listed=True, answered=False), needs="known"),
    Fault("delete-still-counted", PERMANENT, "A deleted invoice still counts in its group.",
          _hide(listed=False, answered=False), needs="known"),
    Fault("delete-deactivates", PERMANENT, "A deleted invoice is inactive.", _deactivate, needs="known"),
    Fault("delete-whole-group", PERMANENT, "A deletion takes the whole group with it.",
          before(_delete_group, deleting), needs="known"),
    Fault("delete-unknown-204", DELETE_UNKNOWN, "A deletion of no invoice is answered 204.",
          refused_as(lambda answer: Answer(204, (), b""), 404, 403, when=deleting),
          needs="known"),
    Fault("delete-unknown-200", DELETE_UNKNOWN, "A deletion of no invoice is answered 200.",
          refused_as(as_answer(200, {"deleted": 0}), 404, 403, when=deleting),
          needs="known"),
    Fault("delete-unknown-crashes", (DELETE_UNKNOWN, "no-server-error"), "A deletion of no invoice is a server error.",
          refused_as(as_refusal(500, "INTERNAL_ERROR"), 404, 403, when=deleting),
          needs="known"),
)  # fmt: skip

UPDATE_FAULTS = (*SCHEMA_FAULTS, *APPLIED_FAULTS, *REST_FAULTS, *MALFORMED_FAULTS, *UNKNOWN_FAULTS, *DELETION_FAULTS)
