"""The words in which faults of the operations that write are declared.

Most of them write once more than asked for, or less, or remember what is answered from then on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from faults.edits import Object, When, asking, change_answer
from faults.exchange import Answer, Handler, Request, json_answer
from faults.invoice_relisting import fetch_invoices
from faults.operations import CONSOLIDATION_PATH, INVOICES_PREFIX, LISTING_PATH
from faults.site import Edit, Site

Act = Callable[[Site, Request], object]
Shown = Callable[[Object], Object]
"""From an invoice as it is to what is answered instead of some of its fields."""


def before(act: Act, when: When) -> Edit:
    """Do something with the deployment before a request is passed on."""

    def edit(site: Site) -> Handler:
        def handle(request: Request) -> Answer:
            if when(request):
                act(site, request)
            return site.answer(request)

        return handle

    return edit


def after(act: Act, when: When) -> Edit:
    """Do something with the deployment after a request that it served."""

    def edit(site: Site) -> Handler:
        def handle(request: Request) -> Answer:
            answer = site.answer(request)
            if when(request) and answer.status < 300:
                act(site, request)
            return answer

        return handle

    return edit


def pretend(answer: Callable[[Site, Request, Answer], Answer], when: When) -> Edit:
    """Answer for the deployment; what is given is its answer to the same request that only reads."""

    def edit(site: Site) -> Handler:
        def handle(request: Request) -> Answer:
            if not when(request):
                return site.answer(request)
            return answer(site, request, site.answer(request.asking("GET", request.path)))

        return handle

    return edit


def patch(site: Site, request: Request, invoice_id: str, **fields: Any) -> Answer:
    """Change an invoice as the client of a request."""
    return site.answer(request.asking("PATCH", INVOICES_PREFIX + invoice_id, content=fields))


def get_invoice(site: Site, request: Request, invoice_id: str) -> Object | None:
    """An invoice as the client of a request sees it."""
    answer = site.answer(request.asking("GET", INVOICES_PREFIX + invoice_id))
    return answer.json if answer.status == 200 else None


def consolidation_of(request: Request) -> tuple[str, list[Object]]:
    """Target and sources of a well-formed consolidation; of another, no sources."""
    content = request.json if isinstance(request.json, dict) else {}
    target, sources = content.get("target_cups"), content.get("sources")
    if not isinstance(target, str) or not target or not isinstance(sources, list) or not all(map(_is_source, sources)):
        return "", []
    return target, sources


def _is_source(source: Any) -> bool:
    return isinstance(source, dict) and all(isinstance(source.get(name), str) for name in ("cups", "facility_id"))


def members(site: Site, request: Request, sources: Iterable[Object]) -> list[Object]:
    """The electricity invoices of some groups, as they are listed."""
    pairs = {(source["cups"], source["facility_id"].lower()) for source in sources}
    listed = fetch_invoices(site, request, **{"type[]": "electricity"})
    return [fields for fields in listed if fields["facility_id"] and _pair(fields) in pairs]


def _pair(fields: Object) -> tuple[str, str]:
    return fields["cups"], fields["facility_id"].lower()


def consolidate(site: Site, request: Request, target: str, sources: list[Object]) -> Answer:
    """Consolidate as the client of a request."""
    content = {"target_cups": target, "sources": sources}
    return site.answer(request.asking("POST", CONSOLIDATION_PATH, content=content))


def groups(site: Site, request: Request) -> list[Object]:
    """The first 200 groups of the organization that a request speaks for."""
    answer = site.answer(request.asking("GET", LISTING_PATH, "size=200"))
    return list(answer.json["items"]) if answer.status == 200 else []


consolidating = asking("consolidateCups")
updating = asking("updateInvoice")
deleting = asking("deleteInvoice")
recalculating = asking("recalculateInvoices")


class Showing:
    """Answers other values for some invoices from a write on; it is an edit.

    `show` says which, from the request that was served and each invoice that it was about.
    """

    def __init__(self, about: Callable[[Site, Request], Iterable[str]], show: Shown, when: When) -> None:
        """Take the ids of the invoices that a request is about, asked before it is served."""
        self.about = about
        self.show = show
        self.when = when

    def __call__(self, site: Site) -> Handler:
        shown: dict[str, Object] = {}

        def handle(request: Request) -> Answer:
            if not self.when(request):
                return _shown(shown, request, site.answer(request))
            were = [get_invoice(site, request, invoice_id) for invoice_id in self.about(site, request)]
            answer = site.answer(request)
            if answer.status < 300:
                shown.update({were_one["id"]: self.show(were_one) for were_one in were if were_one})
            return _shown(shown, request, answer)

        return handle


def _shown(shown: dict[str, Object], request: Request, answer: Answer) -> Answer:
    if not shown or answer.status != 200 or request.operation not in {"getInvoice", "updateInvoice", "listInvoices"}:
        return answer
    content = answer.json
    if request.operation != "listInvoices":
        return answer.with_json(content | shown.get(content["id"], {}))
    return answer.with_json(content | {"items": [_listed(item, shown) for item in content["items"]]})


def _listed(item: Object, shown: dict[str, Object]) -> Object:
    return item | {name: value for name, value in shown.get(item["id"], {}).items() if name in item}


def the_invoice(_: Site, request: Request) -> list[str]:
    """The invoice that the path names."""
    return [request.last_segment]


def the_members(site: Site, request: Request) -> list[str]:
    """The invoices of the groups that a consolidation names."""
    return [fields["id"] for fields in members(site, request, consolidation_of(request)[1])]


def the_listed_ids(_: Site, request: Request) -> list[str]:
    """The invoices that a recalculation names."""
    content = request.json
    ids = content.get("invoice_ids") if isinstance(content, dict) else []
    return [one for one in ids if isinstance(one, str)] if isinstance(ids, list) else []


def served_as(change: Callable[[Answer], Answer], when: When) -> Edit:
    """Change the answers with success."""
    return change_answer(lambda answer: change(answer) if answer.status < 300 else answer, when)


def refused_as(change: Callable[[Answer], Answer], *statuses: int, when: When) -> Edit:
    """Change the refusals with one of these statuses."""
    return change_answer(lambda answer: change(answer) if answer.status in statuses else answer, when)


def coded_as(change: Callable[[Answer], Answer], code: str, when: When) -> Edit:
    """Change the refusals with a code."""

    def changed(answer: Answer) -> Answer:
        return change(answer) if answer.status >= 400 and answer.json.get("code") == code else answer

    return change_answer(changed, when)


def as_answer(status: int, content: Any) -> Callable[[Answer], Answer]:
    """Answer this instead."""
    return lambda _: json_answer(status, content)


def as_refusal(status: int, code: str | None = None) -> Callable[[Answer], Answer]:
    """Refuse like this instead."""
    return as_answer(status, {"detail": "Refused"} | ({"code": code} if code else {}))


def under_status(status: int) -> Callable[[Answer], Answer]:
    """Answer the same under another status."""
    return lambda answer: replace(answer, status=status)


def under_code(code: str | None) -> Callable[[Answer], Answer]:
    """Refuse with another code, or without one."""
    kept = {"code": code} if code else {}
    return lambda answer: answer.with_json({"detail": answer.json["detail"]} | kept)


def with_content(change: Callable[[Object], Object]) -> Callable[[Answer], Answer]:
    """Answer another object than the one that is answered."""
    return lambda answer: answer.with_json(change(answer.json))
