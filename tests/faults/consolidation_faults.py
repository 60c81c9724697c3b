"""Faults of the consolidation of groups: which invoices are rewritten, what is answered, and what is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from uuid import NAMESPACE_URL, uuid5

from faults.edits import Object, When, convert, drop, put
from faults.exchange import Answer, Handler, Request, json_answer
from faults.fault import Fault
from faults.invoice_relisting import fetch_invoices
from faults.relisting import Groups, Relisting
from faults.site import Edit, Site
from faults.write_edits import (
    Showing,
    after,
    as_answer,
    as_refusal,
    before,
    coded_as,
    consolidate,
    consolidating,
    consolidation_of,
    groups,
    members,
    patch,
    refused_as,
    served_as,
    the_members,
    under_code,
    under_status,
    with_content,
)

LOCKED = "CUPS_LOCKED_BY_DATADIS"
NOT_OWN = "FACILITY_NOT_BELONG_TO_ORGANIZATION"
NOTHING = {"updated_count": 0, "affected_facilities": []}

Chosen = Callable[[Object, list[Object]], bool]
"""Whether an invoice is rewritten too, beside the sources that are asked for."""


def _also(chosen: Chosen) -> Edit:
    """Rewrite other invoices too."""

    def act(site: Site, request: Request) -> None:
        target, sources = consolidation_of(request)
        for fields in fetch_invoices(site, request):
            if fields["cups"] and chosen(fields, sources):
                patch(site, request, fields["id"], cups=target)

    return before(act, consolidating)


def _same_place(fields: Object, source: Object) -> bool:
    return bool(fields["facility_id"] == source["facility_id"].lower())


def _also_codes(alike: Callable[[str, str], bool]) -> Edit:
    """Rewrite what has a code like that of a source (second), in the same facility."""
    return _also(
        lambda fields, sources: any(
            _same_place(fields, source) and alike(fields["cups"], source["cups"]) for source in sources
        )
    )


def _in_other_facilities(fields: Object, sources: list[Object]) -> bool:
    return any(fields["cups"] == source["cups"] and not _same_place(fields, source) for source in sources)


def _of_other_types(fields: Object, sources: list[Object]) -> bool:
    same = any(fields["cups"] == source["cups"] and _same_place(fields, source) for source in sources)
    return same and fields["type"] != "electricity"


def _but(left: Callable[[list[Object]], Iterable[Object]]) -> Edit:
    """Leave some of the invoices with the code that they had."""

    def edit(site: Site) -> Handler:
        def handle(request: Request) -> Answer:
            if not consolidating(request):
                return site.answer(request)
            were = members(site, request, consolidation_of(request)[1])
            answer = site.answer(request)
            if answer.status == 200:
                for fields in left(were):
                    patch(site, request, fields["id"], cups=fields["cups"])
            return answer

        return handle

    return edit


def _forget(site: Site) -> Handler:
    """Answer as if everything were rewritten, and rewrite nothing."""

    def handle(request: Request) -> Answer:
        _, sources = consolidation_of(request)
        if not consolidating(request) or not sources:
            return site.answer(request)
        empty = consolidate(site, request, "X", [])
        if empty.status != 200:
            return empty
        were = members(site, request, sources)
        facilities = sorted({fields["facility_id"] for fields in were})
        return json_answer(200, {"updated_count": len(were), "affected_facilities": facilities})

    return handle


def _first_source(request: Request) -> Request:
    content = request.json
    sources = content.get("sources") if isinstance(content, dict) else None
    return request.with_json(content | {"sources": sources[:1]}) if isinstance(sources, list) else request


def _only_first(site: Site) -> Handler:
    """Rewrite the first source alone."""
    return lambda request: site.answer(_first_source(request) if consolidating(request) else request)


def _target_in_capitals(site: Site) -> Handler:
    def changed(request: Request) -> Request:
        target, _ = consolidation_of(request)
        return request.with_json(request.json | {"target_cups": target.lower()}) if target else request

    return lambda request: site.answer(changed(request) if consolidating(request) else request)


REWRITES = "consolidate-rewrites"

REWRITE_FAULTS = (
    Fault("consolidate-nothing", (REWRITES, "consolidate-shows"), "What is said to be rewritten is not.", _forget),
    Fault("consolidate-other-facilities", REWRITES, "The code is rewritten in other facilities too.",
          _also(_in_other_facilities)),
    Fault("consolidate-other-types", REWRITES, "Gas with the code is rewritten too.", _also(_of_other_types)),
    Fault("consolidate-any-case", (REWRITES, "consolidate-count", "consolidate-shows"),
          "Codes that differ in upper and lower case are rewritten too.",
          _also_codes(lambda code, source: code.lower() == source.lower() and code != source)),
    Fault("consolidate-substrings", (REWRITES, "consolidate-count", "consolidate-shows"),
          "Codes that contain that of a source are rewritten too.",
          _also_codes(lambda code, source: source in code and code != source)),
    Fault("consolidate-leaves-one", (REWRITES, "consolidate-count", "consolidate-shows"),
          "One invoice of each consolidation keeps its code.", _but(lambda were: were[-1:])),
    Fault("consolidate-leaves-disabled", (REWRITES, "consolidate-count", "consolidate-shows"),
          "Invoices that are not the first of their group keep their code.", _but(lambda were: were[1:])),
    Fault("consolidate-first-source", (REWRITES, "consolidate-count", "consolidate-shows"),
          "Only the first source is rewritten.", _only_first),
    Fault("consolidate-target-lowered", (REWRITES, "consolidate-shows"), "The target is written in small letters.",
          _target_in_capitals),
)  # fmt: skip


def _answered(change: Callable[[Object], Object]) -> Edit:
    return served_as(with_content(change), consolidating)


def _counting_sources(site: Site) -> Handler:
    """Count the sources instead of their invoices."""

    def handle(request: Request) -> Answer:
        answer = site.answer(request)
        if not consolidating(request) or answer.status != 200:
            return answer
        return answer.with_json(answer.json | {"updated_count": len(consolidation_of(request)[1])})

    return handle


def _counting_target(site: Site) -> Handler:
    """Count all the invoices that have the target code afterwards."""

    def handle(request: Request) -> Answer:
        answer = site.answer(request)
        if not consolidating(request) or answer.status != 200:
            return answer
        found = fetch_invoices(site, request, **{"cups[]": consolidation_of(request)[0]})
        return answer.with_json(answer.json | {"updated_count": len(found) + (answer.json["updated_count"] == 0)})

    return handle


def _all_facilities(site: Site) -> Handler:
    """Name every facility that has groups."""

    def handle(request: Request) -> Answer:
        answer = site.answer(request)
        if not consolidating(request) or answer.status != 200:
            return answer
        return answer.with_json(
            answer.json | {"affected_facilities": sorted({group["facility_id"] for group in groups(site, request)})}
        )

    return handle


SCHEMA = "consolidate-schema"
COUNT = "consolidate-count"
FACILITIES = "consolidate-facilities"
REST = "consolidate-keeps-rest"


def _elsewhere(site: Site, request: Request) -> None:
    """Move what has the target code to another facility that has groups."""
    target, sources = consolidation_of(request)
    places = {source["facility_id"].lower() for source in sources}
    others = [group["facility_id"] for group in groups(site, request) if group["facility_id"] not in places]
    for fields in fetch_invoices(site, request, **{"cups[]": target, "type[]": "electricity"}):
        if fields["facility_id"] in places:
            patch(site, request, fields["id"], facility_id=others[0])


ANSWER_FAULTS = (
    Fault("consolidate-count-text", SCHEMA, "The count is a text.", _answered(convert("updated_count", str))),
    Fault("consolidate-count-renamed", SCHEMA, "The count is named updatedCount.",
          _answered(lambda content: {"updatedCount": content["updated_count"],
                                     "affected_facilities": content["affected_facilities"]})),
    Fault("consolidate-no-facilities-field", SCHEMA, "The facilities are missing.",
          _answered(drop("affected_facilities"))),
    Fault("consolidate-facilities-objects", SCHEMA, "The facilities are objects.",
          _answered(convert("affected_facilities", lambda found: [{"id": one} for one in found]))),
    Fault("consolidate-no-content", SCHEMA, "A consolidation is answered 204, without a body.",
          served_as(lambda answer: Answer(204, (), b""), consolidating)),
    Fault("consolidate-count-sources", COUNT, "The sources are counted.", _counting_sources),
    Fault("consolidate-count-target", COUNT, "What has the target code afterwards is counted, elsewhere too.",
          _counting_target),
    Fault("consolidate-count-zero", COUNT, "The count is always 0.", _answered(put(updated_count=0))),
    Fault("consolidate-count-doubled", COUNT, "Every invoice is counted twice.",
          _answered(convert("updated_count", lambda count: count * 2))),
    Fault("consolidate-facilities-none", FACILITIES, "No facility is said to be affected.",
          _answered(put(affected_facilities=[]))),
    Fault("consolidate-facilities-all", FACILITIES, "All facilities are said to be affected.", _all_facilities),
    Fault("consolidate-facilities-of-invoices", FACILITIES, "Other ids stand for the affected facilities.",
          _answered(convert("affected_facilities", lambda found: [
              str(uuid5(NAMESPACE_URL, one)) for one in found]))),
    Fault("consolidate-emissions", REST, "The emissions are calculated anew.",
          Showing(the_members, lambda fields: {"co2e": (fields["co2e"] or 0) * 1.1 + 1}, consolidating)),
    Fault("consolidate-emissions-reset", REST, "The emissions are to be calculated anew.",
          Showing(the_members, lambda fields: {"co2e": None}, consolidating)),
    Fault("consolidate-facility-moved", (REST, REWRITES), "The invoices move to another facility.",
          after(_elsewhere, consolidating)),
)  # fmt: skip


def _stale(site: Site) -> Handler:
    """List the groups as they were when they were listed first."""
    held: Groups = []

    def gather(found: Groups) -> Groups:
        if not held:
            held.extend(found)
        return list(held)

    return Relisting(gather=gather)(site)


def _renewed(seen: Callable[[Groups, Groups], Groups]) -> Edit:
    """List groups that are made of those of the first listing and those that there are."""

    def edit(site: Site) -> Handler:
        held: Groups = []

        def gather(found: Groups) -> Groups:
            if not held:
                held.extend(found)
            return seen(held, found)

        return Relisting(gather=gather)(site)

    return edit


def _pair(group: Object) -> tuple[str, str]:
    return group["cups"], group["facility_id"]


def _sources_stay(first: Groups, found: Groups) -> Groups:
    pairs = {_pair(group) for group in found}
    return [*found, *(group for group in first if _pair(group) not in pairs)]


def _counts_stay(first: Groups, found: Groups) -> Groups:
    counts = {_pair(group): group["invoice_count"] for group in first}
    return [group | {"invoice_count": counts.get(_pair(group), group["invoice_count"])} for group in found]


SHOWS = ("consolidate-shows", "update-shows", "delete-permanent")

FRESHNESS_FAULTS = (
    Fault("shows-stale-groups", SHOWS, "The groups are remembered from the first listing on.", _stale),
    Fault("shows-sources-still", SHOWS, "Groups without invoices are still listed.", _renewed(_sources_stay)),
    Fault("shows-counts-as-before", SHOWS, "A group has the count that it had at first.", _renewed(_counts_stay)),
)  # fmt: skip


def _locked_too(passes: Callable[[Sequence[Object]], bool] = bool) -> Edit:
    """Rewrite what a contract backs, too, where the invoices of the sources are such."""

    def edit(site: Site) -> Handler:
        def handle(request: Request) -> Answer:
            answer = site.answer(request)
            if not consolidating(request) or answer.status != 409:
                return answer
            target, sources = consolidation_of(request)
            found = members(site, request, sources)
            if not passes(found):
                return answer
            for fields in found:
                patch(site, request, fields["id"], cups=target)
            facilities = sorted({fields["facility_id"] for fields in found})
            return json_answer(200, {"updated_count": len(found), "affected_facilities": facilities})

        return handle

    return edit


def _one_by_one(site: Site) -> Handler:
    """Rewrite source by source, and stop at the first that is refused."""

    def handle(request: Request) -> Answer:
        target, sources = consolidation_of(request)
        if not consolidating(request) or len(sources) < 2:
            return site.answer(request)
        count, facilities = 0, []
        for source in sources:
            answer = consolidate(site, request, target, [source])
            if answer.status != 200:
                return answer
            count += answer.json["updated_count"]
            facilities += answer.json["affected_facilities"]
        return json_answer(200, {"updated_count": count, "affected_facilities": list(dict.fromkeys(facilities))})

    return handle


def _good_ones_alone(site: Site) -> Handler:
    """Rewrite the sources that are not refused, and refuse then."""

    def act(request: Request) -> None:
        target, sources = consolidation_of(request)
        for source in sources:
            consolidate(site, request, target, [source])

    def handle(request: Request) -> Answer:
        answer = site.answer(request)
        if consolidating(request) and answer.status in {403, 409}:
            act(request)
        return answer

    return handle


def _body(test: Callable[[object], bool]) -> When:
    return lambda request: consolidating(request) and test(request.json)


def _has_no_target(content: object) -> bool:
    return isinstance(content, dict) and content.get("target_cups") == ""


def _has_no_sources(content: object) -> bool:
    return isinstance(content, dict) and not isinstance(content.get("sources"), list)


MALFORMED = "consolidate-malformed"
CONSOLIDATE_LOCKED = "consolidate-locked"
CONSOLIDATE_FOREIGN = "consolidate-foreign"

REFUSAL_FAULTS = (
    Fault("locked-rewritten", CONSOLIDATE_LOCKED, "What a contract backs is rewritten.", _locked_too()),
    Fault("locked-rewritten-in-some", CONSOLIDATE_LOCKED, "What a contract backs is rewritten in groups of even size.",
          _locked_too(lambda found: len(found) % 2 == 0)),
    Fault("locked-left-out", CONSOLIDATE_LOCKED, "What a contract backs is left out in silence.",
          coded_as(as_answer(200, NOTHING), LOCKED, consolidating)),
    Fault("locked-without-code", CONSOLIDATE_LOCKED, "A locked source is refused without a code.",
          coded_as(under_code(None), LOCKED, consolidating)),
    Fault("locked-other-code", CONSOLIDATE_LOCKED, "A locked source is refused with another code.",
          coded_as(under_code("CUPS_LOCKED"), LOCKED, consolidating)),
    Fault("locked-400", CONSOLIDATE_LOCKED, "A locked source is refused with 400.",
          coded_as(under_status(400), LOCKED, consolidating)),
    Fault("locked-423", CONSOLIDATE_LOCKED, "A locked source is refused with 423.",
          coded_as(under_status(423), LOCKED, consolidating)),
    Fault("foreign-left-out", CONSOLIDATE_FOREIGN, "A source facility of another organization is left out.",
          coded_as(as_answer(200, NOTHING), NOT_OWN, consolidating), needs="known"),
    Fault("foreign-404", CONSOLIDATE_FOREIGN, "A source facility of another organization is said to be unknown.",
          coded_as(as_refusal(404, "NOT_FOUND"), NOT_OWN, consolidating), needs="known"),
    Fault("foreign-without-code", CONSOLIDATE_FOREIGN, "A source facility of another organization has no code.",
          coded_as(under_code(None), NOT_OWN, consolidating), needs="known"),
    Fault("foreign-other-code", CONSOLIDATE_FOREIGN, "A source facility of another organization has another code.",
          coded_as(under_code("FORBIDDEN"), NOT_OWN, consolidating), needs="known"),
    Fault("malformed-400", MALFORMED, "A malformed body is refused with 400.",
          refused_as(under_status(400), 422, when=consolidating)),
    Fault("malformed-target-empty", MALFORMED, "An empty target is taken, and nothing done.",
          refused_as(as_answer(200, NOTHING), 422, when=_body(_has_no_target))),
    Fault("malformed-without-sources", MALFORMED, "Without sources nothing is done.",
          refused_as(as_answer(200, NOTHING), 422, when=_body(_has_no_sources))),
    Fault("malformed-crashes-consolidation", (MALFORMED, "no-server-error"), "A malformed body is a server error.",
          refused_as(as_refusal(500, "INTERNAL_ERROR"), 400, 422, when=consolidating)),
    Fault("partly-until-refused", "consolidate-all-or-nothing", "The sources before a refused one are rewritten.",
          _one_by_one),
    Fault("partly-the-good-ones", "consolidate-all-or-nothing", "The sources beside a refused one are rewritten.",
          _good_ones_alone),
)  # fmt: skip

CONSOLIDATION_FAULTS = (*REWRITE_FAULTS, *ANSWER_FAULTS, *FRESHNESS_FAULTS, *REFUSAL_FAULTS)
