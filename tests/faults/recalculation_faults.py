"""Faults of the recalculation of emissions."""

from __future__ import annotations

from collections.abc import Callable
from uuid import NAMESPACE_URL, uuid5

from faults.edits import Object, When, convert, drop, put
from faults.exchange import Answer, Handler, Request, json_answer
from faults.fault import Fault
from faults.invoice_faults import ELSEWHERE
from faults.site import Edit, Site
from faults.write_edits import (
    Showing,
    as_refusal,
    coded_as,
    recalculating,
    refused_as,
    served_as,
    the_listed_ids,
    under_code,
    under_status,
    with_content,
)

MIXED = "MIXED_INVOICE_TYPES"
UNSUPPORTED = "UNSUPPORTED_INVOICE_TYPE"
MISMATCH = "ACTIVITY_CATEGORY_MISMATCH"


def _asked(request: Request) -> tuple[list[str], list[str]]:
    """Ids and categories of a recalculation, as they stand there."""
    content = request.json if isinstance(request.json, dict) else {}
    ids, categories = content.get("invoice_ids"), content.get("activity_categories")
    return ids if isinstance(ids, list) else [], categories if isinstance(categories, list) else []


def _jobs(names: list[str]) -> list[str]:
    return [str(uuid5(NAMESPACE_URL, f"{number} {name}")) for number, name in enumerate(names)]


def _started(request: Request) -> Answer:
    """What a recalculation of everything asked for is answered with."""
    ids, categories = _asked(request)
    jobs = _jobs(list(dict.fromkeys(map(str, categories))))
    return json_answer(202, {"invoice_ids": ids, "count": len(ids), "processing_job_ids": jobs})


def _answered(change: Callable[[Object, Request], Object]) -> Edit:
    """Change what is answered, by what was asked."""

    def edit(site: Site) -> Handler:
        def handle(request: Request) -> Answer:
            answer = site.answer(request)
            if not recalculating(request) or answer.status != 202:
                return answer
            return answer.with_json(change(answer.json, request))

        return handle

    return edit


def _content(change: Callable[[Object], Object]) -> Edit:
    return served_as(with_content(change), recalculating)


def _accept(code: str) -> Edit:
    """Start what is refused with a code."""

    def edit(site: Site) -> Handler:
        def handle(request: Request) -> Answer:
            answer = site.answer(request)
            refused = recalculating(request) and answer.status == 400 and answer.json.get("code") == code
            return _started(request) if refused else answer

        return handle

    return edit


def _coded(change: Callable[[Answer], Answer], code: str) -> Edit:
    return coded_as(change, code, recalculating)


def _refuse_foreign(site: Site) -> Handler:
    """Refuse everything when one id is not the organization's."""

    def handle(request: Request) -> Answer:
        answer = site.answer(request)
        if not recalculating(request) or answer.status != 202 or answer.json["count"] >= len(set(_asked(request)[0])):
            return answer
        return json_answer(404, {"detail": "An invoice was not found", "code": "NOT_FOUND"})

    return handle


def _energy_is_no_exception(site: Site) -> Handler:
    """Refuse invoices of more than one type when energy alone is asked for."""

    def handle(request: Request) -> Answer:
        answer = site.answer(request)
        ids, categories = _asked(request)
        if not recalculating(request) or answer.status != 202 or set(map(str, categories)) != {"energy"}:
            return answer
        again = site.answer(request.with_json({"invoice_ids": ids, "activity_categories": ["energy", "electricity"]}))
        return again if again.status == 400 and again.json.get("code") == MIXED else answer

    return handle


def _missing(name: str) -> When:
    def holds(request: Request) -> bool:
        content = request.json
        return recalculating(request) and isinstance(content, dict) and not content.get(name)

    return holds


def _start_anyway(when: When) -> Edit:
    def edit(site: Site) -> Handler:
        def handle(request: Request) -> Answer:
            answer = site.answer(request)
            return _started(request) if when(request) and answer.status in {400, 422} else answer

        return handle

    return edit


ACCEPTED = "recalculate-accepted"
JOBS = "recalculate-jobs"
FOREIGN = "recalculate-foreign-dropped"
STATUS = "recalculate-keeps-status"
REFUSED_MIXED = "recalculate-mixed"
REFUSED_UNSUPPORTED = "recalculate-unsupported"
REFUSED_MISMATCH = "recalculate-mismatch"
MALFORMED = "recalculate-malformed"

RECALCULATION_FAULTS = (
    Fault("recalculate-200", ACCEPTED, "A recalculation is answered 200.", served_as(under_status(200), recalculating)),
    Fault("recalculate-201", ACCEPTED, "A recalculation is answered 201.", served_as(under_status(201), recalculating)),
    Fault("recalculate-no-body", ACCEPTED, "A recalculation is answered without a body.",
          served_as(lambda answer: Answer(202, (), b""), recalculating)),
    Fault("recalculate-jobs-missing", ACCEPTED, "The jobs are missing.", _content(drop("processing_job_ids"))),
    Fault("recalculate-count-text", ACCEPTED, "The count is a text.", _content(convert("count", str))),
    Fault("recalculate-jobs-objects", ACCEPTED, "The jobs are objects.",
          _content(convert("processing_job_ids", lambda jobs: [{"id": job} for job in jobs]))),
    Fault("recalculate-one-job", JOBS, "There is one job for all categories.",
          _content(convert("processing_job_ids", lambda jobs: jobs[:1]))),
    Fault("recalculate-jobs-doubled", JOBS, "A category named twice has two jobs.",
          _answered(lambda content, request: content | {"processing_job_ids": _jobs(_asked(request)[1])})),
    Fault("recalculate-job-per-invoice", JOBS, "There is a job for each invoice and category.",
          _answered(lambda content, request: content | {"processing_job_ids": _jobs(
              content["invoice_ids"] * len(content["processing_job_ids"]))})),
    Fault("recalculate-no-jobs", JOBS, "There are no jobs.", _content(put(processing_job_ids=[]))),
    Fault("recalculate-foreign-listed", FOREIGN, "Ids that are not the organization's are listed.",
          _answered(lambda content, request: content | {
              "invoice_ids": _asked(request)[0], "count": len(_asked(request)[0])})),
    Fault("recalculate-foreign-counted", FOREIGN, "Ids that are not the organization's are counted.",
          _answered(lambda content, request: content | {"count": len(_asked(request)[0])})),
    Fault("recalculate-foreign-refused", FOREIGN, "An id that is not the organization's refuses everything.",
          _refuse_foreign),
    Fault("recalculate-other-ids", (FOREIGN, ACCEPTED), "The ids answered are not those asked for.",
          _content(lambda content: content | {"invoice_ids": [ELSEWHERE] * content["count"]})),
    Fault("recalculate-loading", STATUS, "Invoices are loading from then on.",
          Showing(the_listed_ids, lambda fields: {"status": "loading"}, recalculating)),
    Fault("recalculate-activates", STATUS, "Invoices are in review, or else in error, from then on.",
          Showing(the_listed_ids, lambda fields: {
              "status": "error" if fields["status"] == "review" else "review"}, recalculating)),
    Fault("recalculate-mixed-accepted", REFUSED_MIXED, "Invoices of several types are accepted.", _accept(MIXED)),
    Fault("recalculate-mixed-other-code", REFUSED_MIXED, "Several types are refused with another code.",
          _coded(under_code("MIXED_TYPES"), MIXED)),
    Fault("recalculate-mixed-422", REFUSED_MIXED, "Several types are refused with 422.",
          _coded(under_status(422), MIXED)),
    Fault("recalculate-mixed-energy", REFUSED_MIXED, "Several types are refused for energy alone too.",
          _energy_is_no_exception),
    Fault("recalculate-water-accepted", REFUSED_UNSUPPORTED, "Water invoices are accepted.", _accept(UNSUPPORTED)),
    Fault("recalculate-water-other-code", REFUSED_UNSUPPORTED, "Water invoices are refused as a mismatch.",
          _coded(under_code(MISMATCH), UNSUPPORTED)),
    Fault("recalculate-water-409", REFUSED_UNSUPPORTED, "Water invoices are refused with 409.",
          _coded(under_status(409), UNSUPPORTED)),
    Fault("recalculate-mismatch-accepted", REFUSED_MISMATCH, "Any category is accepted for any type.",
          _accept(MISMATCH)),
    Fault("recalculate-mismatch-no-code", REFUSED_MISMATCH, "A category of another type is refused without a code.",
          _coded(under_code(None), MISMATCH)),
    Fault("recalculate-mismatch-404", REFUSED_MISMATCH, "A category of another type is refused with 404.",
          _coded(as_refusal(404, MISMATCH), MISMATCH)),
    Fault("recalculate-no-ids", MALFORMED, "Without invoices an empty recalculation is started.",
          _start_anyway(_missing("invoice_ids"))),
    Fault("recalculate-no-categories", MALFORMED, "Without categories nothing is started, and said to be.",
          _start_anyway(_missing("activity_categories"))),
    Fault("recalculate-malformed-crashes", (MALFORMED, "no-server-error"), "A malformed body is a server error.",
          refused_as(as_refusal(500, "INTERNAL_ERROR"), 400, 422, when=lambda request: (
              _missing("invoice_ids")(request) or _missing("activity_categories")(request)))),
)  # fmt: skip
