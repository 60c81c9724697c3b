"""Other habits of the operations that write."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from faults.deployment import CORRECT, Deployment
from faults.edits import Object, asking, put
from faults.exchange import Answer, Handler, Request, json_answer
from faults.fault import Variant
from faults.invoice_relisting import fetch_invoices
from faults.refusal import UUID
from faults.refusal_variants import about_invoice
from faults.site import Edit, Site
from faults.tenant import Habits
from faults.update_faults import ATTRIBUTES, change_update
from faults.write_edits import (
    as_refusal,
    consolidating,
    consolidation_of,
    deleting,
    recalculating,
    refused_as,
    served_as,
    the_listed_ids,
    under_status,
    updating,
    with_content,
)


def _with_habits(**habits: Any) -> Deployment:
    return replace(CORRECT, habits=Habits(**habits))


def _in_microseconds(last: datetime) -> datetime:
    return max(datetime.now(UTC), last)


def _in_seconds(last: datetime) -> datetime:
    """A clock of whole seconds, on which two updates may have the same time."""
    return max(datetime.now(UTC).replace(microsecond=0), last)


def _refuse_write(status: int, code: str | None, refuses: Any) -> Edit:
    """Refuse writes that could be served, by the request."""
    refused = as_refusal(status, code)
    return lambda site: lambda request: refused(Answer(0, (), b"")) if refuses(request) else site.answer(request)


def _has_more_than(names: set[str]) -> Any:
    return lambda request: isinstance(request.json, dict) and not request.json.keys() <= names


def _unknown_sources(site: Site) -> Handler:
    """Refuse a source facility that is nobody's as unknown; another organization's as the page says."""

    def handle(request: Request) -> Answer:
        answer = site.answer(request)
        if not consolidating(request) or answer.status != 403:
            return answer
        asked = (source["facility_id"] for source in consolidation_of(request)[1])
        found = (site.answer(request.asking("GET", f"/v1/facilities/{one}")) for one in asked)
        return next((one for one in found if one.status == 404), answer)

    return handle


def _known_suppliers_only(site: Site) -> Handler:
    """Refuse a supplier or user that no invoice of the organization has."""

    def handle(request: Request) -> Answer:
        content = request.json if updating(request) and isinstance(request.json, dict) else {}
        for name in ("supplier_id", "uploaded_by"):
            value = content.get(name)
            if isinstance(value, str) and UUID.fullmatch(value) and not _occurs(site, request, name, value.lower()):
                return json_answer(404, {"detail": f"Unknown {name}", "code": "NOT_FOUND"})
        return site.answer(request)

    return handle


def _occurs(site: Site, request: Request, name: str, value: str) -> bool:
    if name == "supplier_id":
        return any(fields[name] == value for fields in fetch_invoices(site, request))
    singles = (site.answer(request.asking("GET", f"/v1/invoices/{one}")) for one in site.invoice_ids)
    return any(single.json[name] == value for single in singles if single.status == 200)


def _nothing_left(site: Site) -> Handler:
    """Refuse a recalculation of which no invoice is left."""

    def handle(request: Request) -> Answer:
        answer = site.answer(request)
        if not recalculating(request) or answer.status != 202 or answer.json["count"]:
            return answer
        return json_answer(404, {"detail": "No such invoices", "code": "NOT_FOUND"})

    return handle


def _energy_for_water(site: Site) -> Handler:
    """Accept water where energy alone is asked for, as the exception for types has it."""

    def handle(request: Request) -> Answer:
        answer = site.answer(request)
        content = request.json
        unsupported = recalculating(request) and answer.status == 400 and "UNSUPPORTED" in str(answer.json.get("code"))
        if not unsupported or set(content["activity_categories"]) != {"energy"}:
            return answer
        ids = the_listed_ids(site, request)
        return json_answer(202, {"invoice_ids": ids, "count": len(ids), "processing_job_ids": ["job-1"]})

    return handle


def _twice_gone(site: Site) -> Handler:
    """Answer 410 for what was deleted, and 404 for what never was."""
    deleted: set[str] = set()

    def handle(request: Request) -> Answer:
        answer = site.answer(request)
        about = request.last_segment.lower()
        if deleting(request) and answer.status == 204:
            deleted.add(about)
        if about_invoice(request) and answer.status == 404 and about in deleted:
            return json_answer(410, {"detail": "The invoice was deleted", "code": "GONE"})
        return answer

    return handle


def _nulls_left_out(content: Object) -> Object:
    return {name: value for name, value in content.items() if value is not None}


WRITE_VARIANTS = (
    Variant("stamps-in-microseconds", "The time of an update has fractions of seconds.",
            deployment=_with_habits(clock=_in_microseconds)),
    Variant("stamps-in-seconds", "Two updates within a second have the same time.",
            deployment=_with_habits(clock=_in_seconds)),
    Variant("consolidation-not-dated", "A consolidation leaves updated_at as it was.",
            deployment=_with_habits(consolidation_updates=False)),
    Variant("consolidation-counts-unchanged", "A consolidation counts what had the target code before.",
            deployment=_with_habits(counts_unchanged=True)),
    Variant("consolidation-one-by-one", "A consolidation adds up what each source has when its turn comes.",
            deployment=_with_habits(one_by_one=True, counts_unchanged=True)),
    Variant("consolidation-201", "A consolidation is answered with 201.",
            served_as(under_status(201), consolidating)),
    Variant("consolidation-of-nothing-refused", "A consolidation without sources is refused.",
            _refuse_write(422, None, lambda request: consolidating(request) and isinstance(request.json, dict)
                          and request.json.get("sources") == [])),
    Variant("consolidation-says-more", "A consolidation tells more, and its facilities from the last to the first.",
            served_as(with_content(lambda content: content | {
                "affected_facilities": content["affected_facilities"][::-1], "message": "done"}), consolidating)),
    Variant("consolidation-unknown-404", "A source facility that is nobody's is unknown.", _unknown_sources),
    Variant("consolidation-strict", "A consolidation with more fields is refused.",
            _refuse_write(422, None, lambda request: consolidating(request) and _has_more_than(
                {"target_cups", "sources"})(request))),
    Variant("update-strict", "An update with other fields is refused.",
            _refuse_write(422, None, lambda request: updating(request) and _has_more_than({*ATTRIBUTES})(request))),
    Variant("update-of-nothing-refused", "An update that names nothing is refused.",
            _refuse_write(400, "NOTHING", lambda request: updating(request) and request.json == {})),
    Variant("update-null-ignored", "An attribute of null is as good as none.", change_update(_nulls_left_out)),
    Variant("update-known-suppliers", "Suppliers and users must be known.", _known_suppliers_only),
    Variant("update-says-more", "An update is answered with more fields.",
            served_as(with_content(put(toc_id=None, message="updated")), updating)),
    Variant("writes-422", "What cannot be written is refused with 422.",
            refused_as(under_status(422), 400, when=updating)),
    Variant("foreign-invoice-403", "What is written to a foreign or unknown invoice is forbidden.",
            refused_as(as_refusal(403), 404, when=asking("updateInvoice", "deleteInvoice"))),
    Variant("deleted-gone", "A deleted invoice is gone, and one that never was is not found.", _twice_gone),
    Variant("recalculation-at-once", "A recalculation is done at once.", deployment=_with_habits(recalculates=True)),
    Variant("recalculation-nothing-left", "A recalculation of which nothing is left is refused.", _nothing_left),
    Variant("recalculation-water-energy", "Energy alone can be recalculated for water too.", _energy_for_water),
    Variant("recalculation-says-more", "Jobs have short names, and there is more in the answer.",
            served_as(with_content(lambda content: content | {
                "status": "queued",
                "processing_job_ids": [f"job-{number}" for number, _ in enumerate(content["processing_job_ids"])],
            }), recalculating)),
)  # fmt: skip
