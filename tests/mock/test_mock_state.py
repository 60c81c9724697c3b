"""What the store remembers, against a plain reading of all invoices: the same on every kind of database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stores import all_groups, groups_of, store_of

from mock_server.state import Database, Store, listing
from mock_server.state.change import ForeignFacility, LockedByDatadis, NoSuchInvoice
from mock_server.state.groups import group_invoices
from mock_server.state.query import SORTABLE, FacilityQuery, Found, InvoiceQuery
from mock_server.world.consumption import find_consumption
from mock_server.world.generator import make_world
from mock_server.world.model import Facility, Invoice, InvoiceRecord, World
from mock_server.world.shape import Shape

NOW = "2030-02-15T14:22:00Z"
WORLD = make_world(7, Shape(facilities=3, invoices=220))
OWN, OTHER = (organization.id for organization in WORLD.organizations)
RECORDS = {record.invoice.id: record for record in WORLD.invoices}
FACILITY_1 = "da59c96f-995a-4ec3-88bd-465dcbabf63d"
DOCUMENTED = "550e8400-e29b-41d4-a716-446655440000"
TARGET = "ES0021000000000000001AB"
DUPLICATES = (("ES0021000000000000001A", FACILITY_1), ("ES0021000000000000001", FACILITY_1))
LOCKED = ("ES0022000007171638YH1P", FACILITY_1)


@pytest.fixture
def database(database_url: str) -> Database:
    return Database(database_url)


@pytest.fixture
def store(database: Database) -> Store:
    return store_of(WORLD, database)


def counted(store: Store) -> dict[str, Any]:
    """The groups of each organization, from the invoices as they are."""
    world = store.world()
    names = {facility.id: facility.name for facility in world.facilities}
    owners = [organization.id for organization in world.organizations]
    owned = {owner: [one for one in world.invoices if one.organization_id == owner] for owner in owners}
    return {owner: group_invoices(records, names) for owner, records in owned.items()}


def listed(store: Store) -> dict[str, Any]:
    return {organization.id: all_groups(store, organization.id) for organization in store.organizations}


def emissions(store: Store) -> dict[str, Any]:
    """The emissions of each facility, in kg CO2e."""
    return {one.id: (one.co2e, one.co2e_biomass) for one in store.all_facilities()}


def added_up(store: Store) -> dict[str, Any]:
    """The same, from the invoices as they are, up to rounding."""
    found = find_consumption(store.world().invoices)
    return {
        one.id: pytest.approx((found[one.id].co2e, found[one.id].co2e_biomass), abs=0.011)
        for one in store.all_facilities()
    }


def test_a_world_is_read_as_it_was_loaded(store: Store) -> None:
    assert store.world() == WORLD
    assert store.counts() == (2, len(WORLD.facilities), len(WORLD.invoices))


def test_an_invoice_is_found_whoever_it_belongs_to(store: Store) -> None:
    for record in WORLD.invoices[::40]:
        assert store.invoice(record.invoice.id) == record
    assert store.invoice("00000000-0000-4000-8000-000000000000") is None


def test_the_groups_are_those_of_the_invoices(store: Store) -> None:
    assert listed(store) == counted(store)


@pytest.mark.parametrize("facility_id", [None, FACILITY_1, "00000000-0000-4000-8000-000000000000"])
@pytest.mark.parametrize("search", [None, "", "0021", "es", "1aB", "%", "_", "zzz"])
def test_the_pages_of_groups_put_together_are_the_listing(facility_id: str | None, search: str | None) -> None:
    store = IN_MEMORY
    expected = [
        group
        for group in counted(store)[OWN]
        if facility_id in (None, group.facility_id) and (search or "").casefold() in group.cups.casefold()
    ]
    pages = [groups_of(store, OWN, facility_id, search, page, 7) for page in range(1, len(expected) // 7 + 3)]
    assert [group for page in pages for group in page] == expected
    assert {page.total for page in pages} == {len(expected)}


IN_MEMORY = store_of(WORLD)


def wanted(record: InvoiceRecord, query: InvoiceQuery) -> bool:
    """Whether an invoice is wanted, as the page words it."""
    invoice = record.invoice
    chosen = {"type": query.types, "status": query.statuses, "facility_id": query.facility_ids, "cups": query.cups}
    found = [getattr(invoice, name) in values for name, values in chosen.items() if values]
    if query.start_date is not None:
        found.append(invoice.start_date is not None and invoice.start_date[:10] >= query.start_date)
    if query.end_date is not None:
        found.append(invoice.end_date is not None and invoice.end_date[:10] <= query.end_date)
    if query.co2e_status is not None:
        found.append((invoice.co2e is not None) == (query.co2e_status == "calculated"))
    if query.invoice_number is not None:
        found.append(query.invoice_number.casefold() in (invoice.invoice_id or "\0").casefold())
    return record.organization_id == OWN and all(found)


def in_order(records: Sequence[InvoiceRecord], sort: str) -> list[InvoiceRecord]:
    """Invoices sorted by a field, equal ones by id, those without it last."""
    name = sort.removeprefix("-")
    by_id = sorted(records, key=lambda one: one.invoice.id)
    known = [one for one in by_id if getattr(one.invoice, name) is not None]
    known.sort(key=lambda one: getattr(one.invoice, name), reverse=sort.startswith("-"))
    return [*known, *(one for one in by_id if getattr(one.invoice, name) is None)]


some = {
    name: st.lists(st.sampled_from(values), max_size=3).map(tuple)
    for name, values in {
        "types": ("electricity", "heat", "water", "recharge"),
        "statuses": ("active", "inactive", "uploaded", "error"),
        "facility_ids": tuple(facility.id for facility in WORLD.facilities),
        "cups": tuple(sorted({one.invoice.cups for one in WORLD.invoices if one.invoice.cups})),
    }.items()
}
days = st.none() | st.dates().map(str) | st.sampled_from(["2023-02-01", "2024-01-01", "2024-01-31", "2024-06-30"])
orders = st.sampled_from([f"{sign}{name}" for name in SORTABLE for sign in ("", "-")])
queries = st.builds(
    InvoiceQuery,
    **some,
    start_date=days,
    end_date=days,
    co2e_status=st.sampled_from([None, "calculated", "not_calculated"]),
    invoice_number=st.sampled_from([None, "inv", "-2024-", "END", "%", ""]),
    sort=st.none() | orders,
    page=st.integers(1, 3),
    size=st.integers(1, 100),
)


def check_page(store: Store, query: InvoiceQuery) -> None:
    matching = in_order([one for one in WORLD.invoices if wanted(one, query)], query.sort or "-start_date")
    start = (query.page - 1) * query.size
    assert store.invoices(OWN, query) == Found(matching[start : start + query.size], len(matching))


@settings(deadline=None, max_examples=60)
@given(queries)
def test_a_query_finds_exactly_the_invoices_that_match(query: InvoiceQuery) -> None:
    check_page(IN_MEMORY, query)


@pytest.mark.parametrize(
    "query",
    [
        InvoiceQuery(),
        *(InvoiceQuery(sort=f"{sign}{name}", size=400) for name in SORTABLE for sign in ("", "-")),
        InvoiceQuery(types=("heat", "water"), statuses=("active",), co2e_status="calculated", page=2, size=10),
        InvoiceQuery(cups=(TARGET,), start_date="2024-02-01", end_date="2024-11-30"),
        InvoiceQuery(invoice_number="inv-2024-0"),
        InvoiceQuery(page=10**30),
    ],
)
def test_every_database_finds_the_same_in_the_same_order(store: Store, query: InvoiceQuery) -> None:
    check_page(store, query)


@pytest.mark.parametrize(
    ("query", "index"),
    [
        (InvoiceQuery(), "latest_first"),
        (InvoiceQuery(types=("water",), statuses=("active",)), "latest_first"),
        (InvoiceQuery(facility_ids=(FACILITY_1,)), "of_facility_latest_first"),
        (InvoiceQuery(facility_ids=(FACILITY_1,), types=("water",)), "of_facility_latest_first"),
        (InvoiceQuery(cups=(TARGET,)), "of_code_latest_first"),
    ],
)
def test_a_page_is_read_in_the_order_of_an_index_however_large_the_world(query: InvoiceQuery, index: str) -> None:
    store = store_of(WORLD, Database("sqlite://"))
    values = {"organization": OWN, **listing.values_of(query), "world": 1, "session": ""}
    statement = listing.page(listing.Kind.of(query))
    with store.database.reading() as connection:
        sql = statement.compile(connection)
        given = tuple((sql.params | values)[name] for name in sql.positiontup or ())
        plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", given)]
    assert f"mock_invoices_{index} " in plan[2]
    assert not any("LEFT PART OF ORDER BY" in step for step in plan)


def test_a_page_beyond_any_number_is_empty(store: Store) -> None:
    found = groups_of(store, OWN, page=10**30)
    assert found == Found([], groups_of(store, OWN).total)


def test_an_order_that_there_is_none_of_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match=r"expected one of start_date, .* got 'co2e'"):
        store.invoices(OWN, InvoiceQuery(sort="-co2e"))


CODES = ("ES0021Ñ", "es0021ñ", "ΟΔΟΣ", "ES_1", "ES%1", "ES\\1", "Z", "a", "é")


def spelt_world() -> World:
    """A world whose codes, names and numbers are in several scripts."""
    facilities = tuple(Facility(f"f{at}", OWN, name) for at, name in enumerate(("ÁVILA Ω", "Ávila ω", "zeta", "Alpha")))
    shown = RECORDS[DOCUMENTED]
    records = tuple(
        replace(shown, invoice=replace(shown.invoice, id=f"i{at}", cups=code, invoice_id=code, facility_id="f0"))
        for at, code in enumerate(CODES)
    )
    return World((WORLD.organizations[0],), facilities, records)


def test_case_does_not_matter_and_wildcards_are_none_in_any_script(database: Database) -> None:
    store = store_of(spelt_world(), database)
    found = {
        search: [one.cups for one in groups_of(store, OWN, search=search)] for search in ("Ñ", "σ", "_", "%", "\\")
    }
    assert found == {"Ñ": ["ES0021Ñ", "es0021ñ"], "σ": ["ΟΔΟΣ"], "_": ["ES_1"], "%": ["ES%1"], "\\": ["ES\\1"]}
    numbers = store.invoices(OWN, InvoiceQuery(invoice_number="0021ñ", sort="invoice_id"))
    assert [one.invoice.invoice_id for one in numbers] == ["ES0021Ñ", "es0021ñ"]
    assert [one.name for one in store.facilities(OWN, FacilityQuery(name="áVILA Ω"))] == ["ÁVILA Ω", "Ávila ω"]


def test_texts_are_ordered_by_their_characters(database: Database) -> None:
    store = store_of(spelt_world(), database)
    assert [one.cups for one in all_groups(store, OWN)] == sorted(CODES)
    found = store.invoices(OWN, InvoiceQuery(sort="-invoice_id"))
    assert [one.invoice.invoice_id for one in found] == sorted(CODES, reverse=True)


def test_a_text_with_a_null_character_is_looked_for_and_not_found(store: Store) -> None:
    assert groups_of(store, OWN, search="\0") == Found([], 0)
    assert store.invoices(OWN, InvoiceQuery(invoice_number="\0")) == Found([], 0)
    assert store.invoices(OWN, InvoiceQuery(cups=("\0",))) == Found([], 0)


def test_facilities_are_found_by_what_they_are(store: Store) -> None:
    owned = [one for one in WORLD.facilities if one.organization_id == OWN]
    assert store.facilities(OWN, FacilityQuery(size=3)) == Found(owned[:3], len(owned))
    assert store.facilities(OWN, FacilityQuery(page=2, size=3)) == Found(owned[3:6], len(owned))
    assert store.facilities(OWN, FacilityQuery(country="FR")).total == 0
    assert store.facilities(OWN, FacilityQuery(statuses=("active", "archived"), country="ES")).total == len(owned)
    assert store.facility(FACILITY_1) == owned[0]
    assert store.facility(OWN) is None


def test_the_options_are_the_distinct_values_of_the_invoices(store: Store) -> None:
    found = store.filter_options(OWN, FACILITY_1, "electricity")
    records = [
        one for one in WORLD.invoices if (one.invoice.facility_id, one.invoice.type) == (FACILITY_1, "electricity")
    ]
    assert found.cups == tuple(sorted({one.invoice.cups for one in records if one.invoice.cups}))
    assert found.supplier_ids == tuple(sorted({one.invoice.supplier_id for one in records if one.invoice.supplier_id}))
    assert found.uploader_ids == tuple(sorted({one.invoice.uploaded_by for one in records if one.invoice.uploaded_by}))
    assert found.sources == tuple(sorted({one.source or "manual" for one in records}))
    assert found.facility_fuel_ids == ()
    contracts = {one.supply_contract_id: one.invoice.cups for one in records if one.supply_contract_id}
    assert dict(found.supply_contracts) == contracts


def test_numbers_paths_and_organizations_lead_to_their_invoices(store: Store) -> None:
    assert store.invoice_by_number("INV-2024-001", OWN) == DOCUMENTED
    assert store.invoice_by_number("INV-2024-001", OTHER) is None
    found = store.file("/invoices/invoice-2024-001.pdf")
    assert found is not None
    assert found.invoice.id == DOCUMENTED
    assert store.file("/invoices/none.pdf") is None
    assert store.some_invoice(OWN) == WORLD.invoices[0].invoice.id
    assert store.some_invoice(FACILITY_1) is None
    assert store.records(OTHER) == [one for one in WORLD.invoices if one.organization_id == OTHER]


def test_an_update_changes_what_it_names_and_moves_the_time(store: Store) -> None:
    changed = store.update_invoice(DOCUMENTED, {"status": "review", "cups": "ES1"}, NOW)
    invoice = RECORDS[DOCUMENTED].invoice
    assert changed.invoice == replace(invoice, status="review", cups="ES1", updated_at=NOW)
    assert store.invoice(DOCUMENTED) == changed
    assert listed(store) == counted(store)


@pytest.mark.parametrize("now", ["2024-02-01T10:30:00Z", "2019-01-01T00:00:00Z"])
def test_the_time_of_an_update_always_moves_forward(now: str) -> None:
    store = store_of(WORLD)
    assert store.update_invoice(DOCUMENTED, {}, now).invoice.updated_at == "2024-02-01T10:30:01Z"
    assert store.update_invoice(DOCUMENTED, {}, now).invoice.updated_at == "2024-02-01T10:30:02Z"


def test_what_is_deleted_is_gone_from_wherever_it_was(store: Store) -> None:
    assert store.delete_invoice(DOCUMENTED)
    assert not store.delete_invoice(DOCUMENTED)
    assert store.invoice(DOCUMENTED) is None
    assert store.invoice_by_number("INV-2024-001", OWN) != DOCUMENTED
    assert DOCUMENTED not in {one.invoice.id for one in store.records(OWN)}
    assert store.counts()[2] == len(WORLD.invoices) - 1
    assert listed(store) == counted(store)
    with pytest.raises(NoSuchInvoice):
        store.update_invoice(DOCUMENTED, {}, NOW)


def test_the_documented_consolidation_is_done_as_documented(store: Store) -> None:
    done = store.consolidate(OWN, DUPLICATES, TARGET, NOW)
    assert (done.updated_count, done.affected_facilities) == (35, (FACILITY_1,))
    (group,) = groups_of(store, OWN, FACILITY_1, "000001A")
    assert (group.cups, group.invoice_count) == (TARGET, 80)
    assert listed(store) == counted(store)
    for record in store.records(OWN):
        before = RECORDS[record.invoice.id]
        if record != before:
            assert (before.invoice.cups, before.invoice.facility_id) in DUPLICATES
            assert record == replace(before, invoice=replace(before.invoice, cups=TARGET, updated_at=NOW))


def test_a_source_that_is_the_target_already_is_left_as_it_is(store: Store) -> None:
    done = store.consolidate(OWN, [(TARGET, FACILITY_1), *DUPLICATES, *DUPLICATES], TARGET, NOW)
    assert done.updated_count == 35
    assert store.consolidate(OWN, [(TARGET, FACILITY_1)], TARGET, NOW).affected_facilities == ()


@pytest.mark.parametrize(
    ("sources", "refusal"),
    [
        ([*DUPLICATES, LOCKED], LockedByDatadis),
        ([*DUPLICATES, ("ES1", WORLD.facilities[-1].id)], ForeignFacility),
        ([*DUPLICATES, ("ES1", "00000000-0000-4000-8000-000000000000")], ForeignFacility),
        ([("ES1", OTHER), LOCKED], ForeignFacility),
    ],
)
def test_a_refused_consolidation_changes_nothing(
    store: Store, sources: list[tuple[str, str]], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        store.consolidate(OWN, sources, TARGET, NOW)
    assert store.world() == WORLD


@dataclass
class Model:
    """The same changes, made to a plain list of records."""

    records: dict[str, InvoiceRecord]

    def update(self, invoice_id: str, **changes: Any) -> None:
        old = self.records[invoice_id]
        self.records[invoice_id] = replace(old, invoice=replace(old.invoice, **changes))

    def consolidate(self, sources: Sequence[tuple[str, str]], target: str) -> None:
        found = [
            one
            for one in self.records.values()
            if one.invoice.type == "electricity" and (one.invoice.cups, one.invoice.facility_id) in sources
        ]
        if not any(one.supply_contract_id for one in found):
            for one in found:
                self.update(one.invoice.id, cups=target)


def plain(records: Iterator[InvoiceRecord] | Sequence[InvoiceRecord]) -> list[Invoice]:
    return [replace(one.invoice, updated_at="") for one in records]


ids = st.sampled_from([one.invoice.id for one in WORLD.invoices if one.organization_id == OWN][::3])
pairs = st.sampled_from(
    sorted({(str(one.cups), one.facility_id) for one in group_invoices(
        [one for one in WORLD.invoices if one.organization_id == OWN], {one.id: one.name for one in WORLD.facilities}
    )})
)  # fmt: skip
targets = st.sampled_from([TARGET, "ES0021000000000000001", "new"])
facility_ids = st.sampled_from([one.id for one in WORLD.facilities if one.organization_id == OWN])
changes = st.one_of(
    st.tuples(st.just("update"), ids, st.fixed_dictionaries({}, optional={
        "cups": targets, "facility_id": facility_ids, "status": st.just("review"),
    })),
    st.tuples(st.just("delete"), ids, st.none()),
    st.tuples(st.just("consolidate"), st.lists(pairs, min_size=1, max_size=4), targets),
)  # fmt: skip


def make_changes(store: Store, model: Model, made: Sequence[tuple[str, Any, Any]]) -> None:
    for kind, what, more in made:
        if kind == "update" and what in model.records:
            store.update_invoice(what, more, NOW)
            model.update(what, **more)
        elif kind == "delete":
            assert store.delete_invoice(what) == (model.records.pop(what, None) is not None)
        elif kind == "consolidate":
            try:
                store.consolidate(OWN, what, more, NOW)
            except LockedByDatadis:
                continue
            finally:
                model.consolidate(what, more)


@settings(deadline=None, max_examples=20)
@given(st.lists(changes, max_size=8), st.lists(changes, max_size=8))
def test_after_any_changes_the_groups_are_those_of_the_invoices(
    made: Sequence[tuple[str, Any, Any]], elsewhere: Sequence[tuple[str, Any, Any]]
) -> None:
    first, second = IN_MEMORY.of_session("one"), IN_MEMORY.of_session("two")
    for store, its_changes in ((first, made), (second, elsewhere)):
        store.reset()
        model = Model(dict(RECORDS))
        make_changes(store, model, its_changes)
        assert plain(store.world().invoices) == plain(list(model.records.values()))
        assert listed(store) == counted(store)
        assert emissions(store) == added_up(store)
        for facility in WORLD.facilities[:3]:
            found = groups_of(store, OWN, facility.id, size=1000)
            assert found.total == len(found.items)
    assert listed(first) == counted(first), "another session's changes are not seen"
    assert IN_MEMORY.world() == WORLD


@settings(deadline=None, max_examples=3, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(changes, min_size=3, max_size=8))
def test_after_any_changes_every_database_has_the_same_groups(
    store: Store, made: Sequence[tuple[str, Any, Any]]
) -> None:
    store.reset()
    model = Model(dict(RECORDS))
    make_changes(store, model, made)
    assert plain(store.world().invoices) == plain(list(model.records.values()))
    assert listed(store) == counted(store)
    assert emissions(store) == added_up(store)


def test_a_session_sees_its_own_changes_and_nobody_elses(store: Store) -> None:
    one, two = store.of_session("one"), store.of_session("two")
    one.consolidate(OWN, DUPLICATES, TARGET, NOW)
    store.delete_invoice(DOCUMENTED)
    assert two.world() == WORLD
    assert one.invoice(DOCUMENTED) == RECORDS[DOCUMENTED]
    one.reset()
    assert one.world() == WORLD
    assert store.invoice(DOCUMENTED) is None


def test_the_session_that_was_not_used_for_the_longest_time_goes_first(database: Database) -> None:
    moment = 1000.0
    database.clock = lambda: moment
    store = replace(store_of(WORLD, database), most_sessions=2)
    for name in ("first", "second"):
        moment += 60
        store.of_session(name).delete_invoice(DOCUMENTED)
    store.delete_invoice(DOCUMENTED)
    moment += 60
    assert store.of_session("first").invoice(DOCUMENTED) is None
    store.of_session("third").delete_invoice(DOCUMENTED)
    kept = {name: store.of_session(name).invoice(DOCUMENTED) is None for name in ("first", "second", "third", "")}
    assert kept == {"first": True, "second": False, "third": True, "": True}


def test_a_recalculation_shows_once_its_time_has_come(store: Store) -> None:
    moment = 1000.0
    store.database.clock = lambda: moment
    ids = [DOCUMENTED, DOCUMENTED, WORLD.invoices[-1].invoice.id, "00000000-0000-4000-8000-000000000000"]
    jobs = store.schedule_recalculation(OWN, ids, ["electricity", "energy"], "2030-01-01T00:00:00Z", 5)
    assert len(set(jobs)) == 2
    moment += 4.9
    assert store.invoice(DOCUMENTED) == RECORDS[DOCUMENTED]
    moment += 0.2
    expected = replace(RECORDS[DOCUMENTED].invoice, co2e=255.0, co2e_biomass=0, updated_at="2030-01-01T00:00:05Z")
    assert store.of_session("another").invoice(DOCUMENTED) == RECORDS[DOCUMENTED]
    assert store.invoices(OWN, InvoiceQuery(cups=(str(expected.cups),), size=1, sort="quantity")).total > 0
    assert [one for one in store.world().invoices if one != RECORDS[one.invoice.id]] == [
        replace(RECORDS[DOCUMENTED], invoice=expected)
    ]
    moment += 100
    changed = store.invoice(DOCUMENTED)
    assert changed is not None
    assert changed.invoice == expected, "it is done once"


def test_a_recalculation_that_is_due_comes_before_the_next_change(store: Store) -> None:
    moment = 1000.0
    store.database.clock = lambda: moment
    store.schedule_recalculation(OWN, [DOCUMENTED], ["energy"], NOW, 1)
    moment += 2
    changed = store.update_invoice(DOCUMENTED, {"status": "review"}, NOW).invoice
    assert (changed.co2e, changed.updated_at) == (255, "2030-02-15T14:22:02Z")


def test_a_recalculation_of_what_is_gone_by_then_does_nothing(store: Store) -> None:
    moment = 1000.0
    store.database.clock = lambda: moment
    store.schedule_recalculation(OWN, [DOCUMENTED], ["energy"], NOW, 1)
    store.delete_invoice(DOCUMENTED)
    moment += 2
    assert store.invoice(DOCUMENTED) is None
    assert len(store.world().invoices) == len(WORLD.invoices) - 1


def test_a_factor_of_ones_own_stays_in_force_in_a_recalculation() -> None:
    store = store_of(WORLD)
    store.database.clock = lambda: 1000.0
    with_factor = [one for one in WORLD.invoices if one.invoice.custom_emission_factor_id and one.invoice.co2e]
    owner = with_factor[0].organization_id
    store.schedule_recalculation(owner, [with_factor[0].invoice.id], ["energy"], NOW, 0)
    found = store.invoice(with_factor[0].invoice.id)
    assert found is not None
    assert found.invoice == replace(with_factor[0].invoice, updated_at=NOW)
