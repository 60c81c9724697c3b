"""Other data, and data that changes while it is served."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from faults.deployment import CORRECT, Deployment
from faults.edits import Object, convert, put
from faults.fault import Variant
from faults.records import Facility, Invoice, Organization, World
from faults.tenant import Counts, Habits, Tenant
from faults.world import NULLABLE


def _arrives(tenant: Tenant, answers: int, **fields: str) -> None:
    """An invoice like one of the third group, but for some fields, arrives."""
    group = tenant.groups[2]
    pattern = next(one for one in tenant.invoices.values() if one.pair == (group["cups"], group["facility_id"]))
    tenant.add(pattern.with_fields(id=str(uuid5(NAMESPACE_URL, f"{pattern.id} {answers}")), **fields))


def _invoice_now_and_then(tenant: Tenant, answers: int) -> None:
    """One more invoice in the third group with every 20th answer."""
    if answers and answers % 20 == 0:
        _arrives(tenant, answers)


def _new_group(tenant: Tenant, answers: int) -> None:
    """A group that is new after 25 answers."""
    if answers == 25:
        _arrives(tenant, answers, cups="ES0021000000990001ZZ")


def _recalculated(tenant: Tenant, answers: int) -> None:
    """Every invoice is calculated anew once, after 20 answers, and says so in updated_at."""
    if answers == 20:
        for invoice in list(tenant.invoices.values()):
            mass = invoice.fields["co2e"]
            tenant.update(invoice, co2e=mass and round(mass * 1.01, 4))


def _with_habits(**habits: Any) -> Deployment:
    return replace(CORRECT, habits=Habits(**habits))


GROWTH_VARIANTS = (
    Variant("invoices-arrive", "A group gets one more invoice now and then.",
            deployment=_with_habits(happens=_invoice_now_and_then), grows=True),
    Variant("group-appears", "A new group appears.",
            deployment=_with_habits(happens=_new_group), grows=True),
    Variant("emissions-recalculated", "Emissions are calculated anew, which updates the invoices.",
            deployment=_with_habits(happens=_recalculated), grows=True),
)  # fmt: skip


def _with_main(change: Callable[[Organization], Organization]) -> Deployment:
    main, *others = CORRECT.world.organizations
    return Deployment(World((change(main), *others)))


def _only_facilities(*positions: int) -> Deployment:
    """The main organization with some of its facilities, and with the invoices that name them."""

    def reduced(main: Organization) -> Organization:
        kept = tuple(main.facilities[position] for position in positions)
        ids = {facility.id for facility in kept}
        invoices = tuple(invoice for invoice in main.invoices if invoice.fields["facility_id"] in ids)
        return replace(main, facilities=kept, invoices=invoices)

    return _with_main(reduced)


def _counting(counts: Counts) -> Deployment:
    return _with_habits(counts=counts)


def _only_invoices(condition: Callable[[Invoice], bool]) -> Deployment:
    return _with_main(lambda main: replace(main, invoices=tuple(filter(condition, main.invoices))))


def _other_invoices(change: Callable[[Object], Object]) -> Deployment:
    """The main organization with the fields of its invoices changed."""
    return _with_main(
        lambda main: replace(
            main, invoices=tuple(replace(invoice, fields=change(invoice.fields)) for invoice in main.invoices)
        )
    )


def _sparse(fields: Object) -> Object:
    """Null wherever null is allowed, but for what makes the groups."""
    active = ("unit_id", "start_date", "end_date") if fields["status"] == "active" else ()
    kept = ("facility_id", "cups", *active)
    return fields | {name: None for name in NULLABLE if name not in kept}


def _one_name(main: Organization) -> Organization:
    return replace(main, facilities=tuple(Facility(facility.fields | {"name": "Sede"}) for facility in main.facilities))


def _is_dated(invoice: Invoice) -> bool:
    return invoice.fields["start_date"] is not None and invoice.fields["end_date"] is not None


DATA_VARIANTS = (
    Variant("no-data", "The organization has no invoices.", deployment=_only_invoices(lambda invoice: False)),
    Variant("no-groups", "The organization has invoices, none of them with a code.",
            deployment=_only_invoices(lambda invoice: invoice.pair is None)),
    Variant("one-group", "The organization has one group.", deployment=_only_facilities(2)),
    Variant("one-page", "The organization has less than one page of groups.", deployment=_only_facilities(1, 2, 3)),
    Variant("one-facility", "The organization has one facility, with exactly one page.",
            deployment=_only_facilities(0)),
    Variant("facilities-named-alike", "All facilities have the same name.", deployment=_with_main(_one_name)),
    Variant("never-calculated", "No emissions have been calculated yet.",
            deployment=_other_invoices(put(co2e=None, co2e_biomass=None))),
    Variant("sparse", "What may be null is null, but for code, facility, and the unit and period of active invoices.",
            deployment=_other_invoices(_sparse)),
    Variant("period-ends-at-midnight", "The end_date is the start of the last day.",
            deployment=_other_invoices(convert("end_date", lambda text: text[:10] + "T00:00:00"))),
    Variant("no-second-organization", "There is only one organization.",
            deployment=Deployment(World(CORRECT.world.organizations[:1]))),
    Variant("nothing-locked", "No invoice comes from Datadis.",
            deployment=_only_invoices(lambda invoice: not invoice.is_datadis)),
    Variant("electricity-only", "The organization has electricity invoices alone.",
            deployment=_only_invoices(lambda invoice: invoice.fields["type"] == "electricity")),
    Variant("counts-enabled", "Groups stand for enabled invoices.",
            deployment=_counting(lambda invoice: bool(invoice.fields["enabled"]))),
    Variant("counts-active", "Groups stand for active invoices.",
            deployment=_counting(lambda invoice: invoice.fields["status"] == "active")),
    Variant("counts-dated", "Groups stand for invoices with a whole billing period.",
            deployment=_counting(_is_dated)),
)  # fmt: skip
