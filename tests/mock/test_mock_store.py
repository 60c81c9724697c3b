"""Groups against a plain reading of all invoices."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from stores import all_groups, groups_of, store_of

from mock_server.state.groups import CupsGroup, group_invoices
from mock_server.state.query import Found
from mock_server.world.generator import make_world
from mock_server.world.model import World
from mock_server.world.shape import Shape

WORLD = make_world(3, Shape(facilities=5, invoices=600))
STORE = store_of(WORLD)
ORGANIZATIONS = [organization.id for organization in WORLD.organizations]
FACILITIES = [facility.id for facility in WORLD.facilities]
CODES = sorted({record.invoice.cups for record in WORLD.invoices if record.invoice.cups})

fragments = st.sampled_from(CODES).flatmap(
    lambda code: st.tuples(st.integers(0, len(code)), st.integers(0, len(code))).map(
        lambda cut: code[min(cut) : max(cut)]
    )
)
searches = st.one_of(
    st.none(), fragments, fragments.map(str.lower), st.text("ES0%_.* -\\'", max_size=4), st.text(max_size=3)
)


def expected_keys(world: World, organization: str, facility: str | None, search: str | None) -> set[tuple[str, str]]:
    """The groups as the page words them, with nothing of the store in it."""
    keys = set()
    for record in world.invoices:
        invoice = record.invoice
        if record.organization_id != organization or invoice.type != "electricity":
            continue
        if invoice.cups is None or invoice.facility_id is None:
            continue
        if (facility is None or invoice.facility_id == facility) and (
            search or ""
        ).casefold() in invoice.cups.casefold():
            keys.add((invoice.cups, invoice.facility_id))
    return keys


def keys(groups: list[CupsGroup]) -> list[tuple[str, str]]:
    return [(group.cups, group.facility_id) for group in groups]


@given(st.sampled_from(ORGANIZATIONS), st.one_of(st.none(), st.sampled_from(FACILITIES)), searches)
def test_the_filters_leave_exactly_the_groups_that_match(
    organization: str, facility: str | None, search: str | None
) -> None:
    found = keys(all_groups(STORE, organization, facility_id=facility, search=search))
    assert len(set(found)) == len(found)
    assert set(found) == expected_keys(WORLD, organization, facility, search)


def test_a_group_says_what_its_invoices_say() -> None:
    for organization in ORGANIZATIONS:
        for group in all_groups(STORE, organization):
            members = [
                record
                for record in WORLD.invoices
                if record.invoice.type == "electricity"
                and (record.invoice.cups, record.invoice.facility_id) == (group.cups, group.facility_id)
            ]
            assert group.invoice_count == len(members)
            assert group.first_date == min(str(record.invoice.start_date)[:10] for record in members)
            assert group.last_date == max(str(record.invoice.end_date)[:10] for record in members)
            assert group.is_locked == any(record.supply_contract_id for record in members)


def test_the_most_invoices_come_first_then_the_code_then_the_facility() -> None:
    listed = all_groups(STORE, ORGANIZATIONS[0])
    assert listed == sorted(listed, key=lambda group: (-group.invoice_count, group.cups, group.facility_id))


def test_groups_do_not_depend_on_the_order_of_the_invoices() -> None:
    names = {facility.id: facility.name for facility in WORLD.facilities}
    assert group_invoices(WORLD.invoices, names) == group_invoices(reversed(WORLD.invoices), names)


def test_an_unknown_organization_has_no_groups() -> None:
    assert groups_of(STORE, "00000000-0000-4000-8000-000000000000") == Found([], 0)
