"""The independent deployment does what the pages say of each operation, and remembers it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest

from faults.deployment import CORRECT, Service, known_facts
from faults.exchange import Answer, Request
from faults.schemas import Validate

FACTS = known_facts()
MAIN, SECOND = CORRECT.world.organizations
NOBODY = "00000000-0000-4000-8000-000000000000"

Pairs = list[tuple[str, Any]]


class Client:
    """Asks one service, as the owner of the first organization, and looks at the shape of every answer."""

    def __init__(self, service: Service, validate: Validate) -> None:
        self.service = service
        self.validate = validate

    def ask(self, method: str, path: str, content: Any = None, query: Pairs | None = None) -> Answer:
        account = MAIN.account
        headers = {"x-organization-id": account.organization_id, "x-api-key": account.api_key}
        request = Request("GET", "/", headers=headers).asking(method, path, urlencode(query or []), content)
        answer = self.service(request)
        if answer.status < 300:
            self.validate(request, answer)
        return answer

    def walk(self, path: str, *query: tuple[str, Any]) -> list[dict[str, Any]]:
        """The whole of a listing."""
        items: list[dict[str, Any]] = []
        page, pages = 1, 1
        while page <= pages:
            answered = self.ask("GET", path, query=[*query, ("page", page), ("size", 100)]).json
            items, page = items + answered["items"], page + 1
            pages = answered.get("pages") or answered["total_pages"]
        assert len(items) == answered["total"]
        return items

    def invoice(self, invoice_id: str) -> dict[str, Any]:
        """One invoice."""
        fields: dict[str, Any] = self.ask("GET", f"/v1/invoices/{invoice_id}").json
        return fields


@pytest.fixture
def client(validate: Validate) -> Client:
    return Client(CORRECT.open(), validate)


def _has(field: str, *values: object) -> Callable[[dict[str, Any]], bool]:
    return lambda fields: fields[field] in values


FACILITY = MAIN.facilities[3].id
SOME = next(one.fields for one in MAIN.invoices if one.fields["facility_id"] == FACILITY and not one.is_datadis)


@pytest.mark.parametrize(
    ("query", "matches"),
    [
        ([("type[]", "heat")], _has("type", "heat")),
        ([("type[]", "heat"), ("type[]", "water")], _has("type", "heat", "water")),
        ([("status[]", "review"), ("type[]", "electricity")],
         lambda fields: fields["status"] == "review" and fields["type"] == "electricity"),
        ([("facility_id[]", FACILITY.upper())], _has("facility_id", FACILITY)),
        ([("facility_id[]", NOBODY)], lambda fields: False),
        ([("cups[]", SOME["cups"])], _has("cups", SOME["cups"])),
        ([("cups[]", SOME["cups"].lower())], lambda fields: False),
        ([("start_date", "2024-03-01")], lambda fields: (fields["start_date"] or "") >= "2024-03-01"),
        ([("end_date", "2023-03-31")], lambda fields: bool(fields["end_date"]) and fields["end_date"] < "2023-04-01"),
        ([("co2e_status", "not_calculated")], _has("co2e", None)),
        ([("co2e_status", "calculated")], lambda fields: fields["co2e"] is not None),
        ([("invoice_id", "fE-2")], lambda fields: "fe-2" in (fields["invoice_id"] or "").lower()),
        ([("invoice_id", "%")], lambda fields: "%" in (fields["invoice_id"] or "")),
    ],
)  # fmt: skip
def test_a_filter_lists_exactly_the_invoices_that_match(
    query: Pairs, matches: Callable[[dict[str, Any]], bool], client: Client
) -> None:
    listed = [fields["id"] for fields in client.walk("/v1/invoices", *query)]

    assert listed == [invoice.id for invoice in MAIN.invoices if matches(invoice.fields)]


@pytest.mark.parametrize("sort", ["start_date", "-end_date", "created_at", "-quantity", "invoice_id"])
def test_invoices_are_sorted_with_what_has_no_value_last(sort: str, client: Client) -> None:
    values = [fields[sort.removeprefix("-")] for fields in client.walk("/v1/invoices", ("sort", sort))]
    valued = [value for value in values if value is not None]

    assert valued == sorted(valued, reverse=sort.startswith("-"))
    assert values == valued + [None] * (len(values) - len(valued))
    assert len(set(valued)) < len(valued) or sort in {"created_at", "invoice_id"}


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/v1/invoices", "size=101"), ("/v1/invoices", "page=0"), ("/v1/invoices", "type[]=gas"),
        ("/v1/invoices", "status[]=deleted"), ("/v1/invoices", "facility_id[]=abc"), ("/v1/invoices", "sort=co2e"),
        ("/v1/invoices", "sort=--quantity"), ("/v1/invoices", "start_date=yesterday"),
        ("/v1/invoices", "end_date=20240101"), ("/v1/invoices", "co2e_status=some"),
        ("/v1/invoices/filter-options", f"facility_id={FACILITY}"), ("/v1/invoices/filter-options", "type=heat"),
        ("/v1/invoices/filter-options", f"facility_id={FACILITY}&type=gas"),
        ("/v1/facilities", "size=101"), ("/v1/facilities", "status[]=closed"), ("/v1/facilities/abc", ""),
    ],
)  # fmt: skip
def test_a_bad_parameter_is_refused(path: str, query: str, client: Client) -> None:
    answer = client.ask("GET", path, query=parse_qsl(query))

    assert (answer.status, answer.json["code"]) == (400, "INVALID_PARAMETER")


def test_the_options_are_what_the_invoices_of_a_facility_and_type_hold(client: Client) -> None:
    query: Pairs = [("facility_id", FACILITY), ("type", "electricity")]
    options = client.ask("GET", "/v1/invoices/filter-options", query=query).json
    fields = [
        invoice.fields
        for invoice in MAIN.invoices
        if (invoice.fields["facility_id"], invoice.fields["type"]) == (FACILITY, "electricity")
    ]

    assert options["cups"] == sorted({one["cups"] for one in fields if one["cups"]})
    assert {one["id"] for one in options["suppliers"]} == {one["supplier_id"] for one in fields if one["supplier_id"]}
    assert options["sources"] == ["bulk_file", "datadis", "manual", "pdf"]
    assert {one["name"] for one in options["supply_contracts"]} < set(options["cups"])


@pytest.mark.parametrize("path", ["/v1/facilities/{}", "/v1/invoices/filter-options?type=heat&facility_id={}"])
def test_facilities_that_are_unknown_and_foreign_are_told_apart(path: str, client: Client) -> None:
    def refusal(facility_id: str) -> tuple[int, dict[str, str]]:
        address, _, query = path.format(facility_id).partition("?")
        answer = client.ask("GET", address, query=parse_qsl(query))
        return answer.status, answer.json

    assert refusal(NOBODY) == (404, {"detail": f"Facility with id=UUID('{NOBODY}') not found", "code": "NOT_FOUND"})
    assert refusal(SECOND.facilities[0].id) == (403, {"detail": "Facility doesn't belong to organization"})


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ([("name", "OFICINA")], {"Oficina Madrid", "oficina Lisboa", "OFICINA Coruña"}),
        ([("country", "PT")], {"Planta Norte", "oficina Lisboa"}),
        ([("type", "office"), ("country", "ES")], {"Oficina Madrid", "OFICINA Coruña"}),
        ([("status[]", "archived")], {"Almacén Lleida (cerrado)", "Solar_sin uso"}),
        ([("name", "_")], {"Solar_sin uso"}),
    ],
)
def test_facilities_are_filtered(query: Pairs, names: set[str], client: Client) -> None:
    assert {fields["name"] for fields in client.walk("/v1/facilities", *query)} == names


def test_ten_of_the_facilities_make_a_page(client: Client) -> None:
    page = client.ask("GET", "/v1/facilities").json

    assert (len(page["items"]), page["size"], page["total"], page["pages"]) == (10, 10, 13, 2)
    assert {fields["id"] for fields in client.walk("/v1/facilities")} == {one.id for one in MAIN.facilities}


def _sources(*groups: dict[str, Any]) -> list[dict[str, str]]:
    return [{"cups": group["cups"], "facility_id": group["facility_id"]} for group in groups]


def _consolidate(client: Client, target: str, *groups: dict[str, Any]) -> Answer:
    content = {"target_cups": target, "sources": _sources(*groups)}
    return client.ask("POST", "/v1/invoices/consolidate-cups", content)


def _unlocked(client: Client) -> list[dict[str, Any]]:
    return [group for group in client.walk("/v1/invoices/cups") if not group["is_locked"]]


def test_a_consolidation_merges_groups_and_touches_nothing_else(client: Client) -> None:
    before = {fields["id"]: fields for fields in client.walk("/v1/invoices")}
    one, other = [group for group in _unlocked(client) if group["facility_id"] == FACILITY][:2]
    answer = _consolidate(client, one["cups"], one, other).json
    changed = {
        fields["id"]: fields for fields in client.walk("/v1/invoices") if fields["cups"] != before[fields["id"]]["cups"]
    }

    assert answer == {"updated_count": other["invoice_count"], "affected_facilities": [other["facility_id"]]}
    assert len(changed) == other["invoice_count"]
    assert all(
        fields == before[fields["id"]] | {"cups": one["cups"], "updated_at": fields["updated_at"]}
        for fields in changed.values()
    )
    merged = next(group for group in client.walk("/v1/invoices/cups") if _sources(group) == _sources(one))
    assert merged["invoice_count"] == one["invoice_count"] + other["invoice_count"]
    assert _sources(other)[0] not in _sources(*client.walk("/v1/invoices/cups"))


@pytest.mark.parametrize(
    ("wrong", "status", "code"),
    [
        ({"cups": FACTS["locked_groups"][0]["cups"], "facility_id": FACTS["locked_groups"][0]["facility_id"]}, 409,
         "CUPS_LOCKED_BY_DATADIS"),
        ({"cups": "ES1", "facility_id": SECOND.facilities[0].id}, 403, "FACILITY_NOT_BELONG_TO_ORGANIZATION"),
        ({"cups": "ES1", "facility_id": "abc"}, 422, None),
        ({"facility_id": FACILITY}, 422, None),
    ],
)  # fmt: skip
def test_a_consolidation_with_one_wrong_source_changes_nothing(
    wrong: dict[str, str], status: int, code: str | None, client: Client
) -> None:
    groups = client.walk("/v1/invoices/cups")
    sources = [*_sources(_unlocked(client)[0]), wrong]
    answer = client.ask("POST", "/v1/invoices/consolidate-cups", {"target_cups": "X", "sources": sources})

    assert (answer.status, answer.json.get("code")) == (status, code)
    assert client.walk("/v1/invoices/cups") == groups


def test_an_update_changes_what_it_names_and_nothing_else(client: Client) -> None:
    before = client.invoice(SOME["id"])
    answer = client.ask("PATCH", f"/v1/invoices/{SOME['id']}", {"cups": "new", "status": "review", "colour": 1}).json

    assert answer == before | {"cups": "new", "status": "review", "updated_at": answer["updated_at"]}
    assert answer["updated_at"] > before["updated_at"]
    assert client.invoice(SOME["id"]) == answer
    assert "new" in {group["cups"] for group in client.walk("/v1/invoices/cups")}


@pytest.mark.parametrize(
    "content",
    [{"status": "done"}, {"cups": 7}, {"facility_id": NOBODY}, {"supplier_id": "abc"}, {"invoice_id": None}, [], None],
)
def test_a_bad_update_is_refused_and_changes_nothing(content: Any, client: Client) -> None:
    before = client.invoice(SOME["id"])

    assert client.ask("PATCH", f"/v1/invoices/{SOME['id']}", content).status == 400
    assert client.invoice(SOME["id"]) == before


@pytest.mark.parametrize("invoice_id", FACTS["expendable_invoice_ids"])
def test_a_deleted_invoice_is_gone_everywhere(invoice_id: str, client: Client) -> None:
    fields = client.invoice(invoice_id)
    counts = [group["invoice_count"] for group in client.walk("/v1/invoices/cups")]

    assert client.ask("DELETE", f"/v1/invoices/{invoice_id}").status == 204
    assert client.ask("GET", f"/v1/invoices/{invoice_id}").status == 404
    assert client.ask("DELETE", f"/v1/invoices/{invoice_id}").status == 404
    assert invoice_id not in {one["id"] for one in client.walk("/v1/invoices")}
    after = [group["invoice_count"] for group in client.walk("/v1/invoices/cups")]
    assert sum(counts) - sum(after) == (fields["type"] == "electricity")


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_another_organizations_invoice_cannot_be_written(method: str, client: Client) -> None:
    assert client.ask(method, f"/v1/invoices/{SECOND.invoices[0].id}", {"status": "error"}).status == 404


def _first(kind: str) -> str:
    return next(invoice.id for invoice in MAIN.invoices if invoice.fields["type"] == kind)


@pytest.mark.parametrize(
    ("kinds", "categories", "refused"),
    [
        (["electricity"], ["electricity", "energy", "electricity"], None),
        (["electricity", "heat"], ["energy"], None),
        (["recharge"], ["recharge"], None),
        (["electricity", "heat"], ["energy", "electricity"], "MIXED_INVOICE_TYPES"),
        (["water"], ["energy"], "UNSUPPORTED_INVOICE_TYPE"),
        (["heat"], ["electricity"], "ACTIVITY_CATEGORY_MISMATCH"),
        ([], ["energy"], "INVALID_PARAMETER"),
        (["heat"], [], "INVALID_PARAMETER"),
        (["heat"], ["gas"], "INVALID_PARAMETER"),
    ],
)
def test_a_recalculation_is_accepted_where_types_and_categories_fit(
    kinds: list[str], categories: list[str], refused: str | None, client: Client
) -> None:
    ids = [_first(kind) for kind in kinds]
    foreign = [SECOND.invoices[0].id] if ids else []
    content = {"invoice_ids": [*ids, *foreign], "activity_categories": categories}
    answer = client.ask("POST", "/v1/invoices/recalculate", content)

    if refused:
        assert (answer.status, answer.json["code"]) == (400, refused)
    else:
        assert answer.status == 202
        assert (answer.json["invoice_ids"], answer.json["count"]) == (ids, len(ids))
        assert len(answer.json["processing_job_ids"]) == len(set(categories))


def test_what_is_written_to_one_service_is_unknown_to_another(client: Client, validate: Validate) -> None:
    client.ask("DELETE", f"/v1/invoices/{SOME['id']}")

    assert Client(CORRECT.open(), validate).invoice(SOME["id"]) == SOME


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "/v1/invoices", "GET, HEAD, OPTIONS"),
        ("GET", "/v1/invoices/consolidate-cups", "POST, OPTIONS"),
        ("PUT", f"/v1/invoices/{NOBODY}", "GET, PATCH, DELETE, HEAD, OPTIONS"),
    ],
)
def test_a_method_without_an_operation_is_not_allowed(method: str, path: str, allowed: str, client: Client) -> None:
    answer = client.ask(method, path)

    assert (answer.status, answer.header("Allow")) == (405, allowed)
