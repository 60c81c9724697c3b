"""Makes the world of a seed.

Every organization, facility and supply point draws from a stream of its own, so more of one changes nothing in the
others.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import count

from mock_server.world.api_key import make_api_key
from mock_server.world.catalogue import FACILITY_KINDS, SUPPLIES_IN_TURN
from mock_server.world.consumption import Consumption, find_consumption
from mock_server.world.documented import ORGANIZATION_IDS, documented_facilities, documented_records
from mock_server.world.meter import make_meter
from mock_server.world.model import Facility, InvoiceRecord, Organization, World
from mock_server.world.names import Names
from mock_server.world.period import MONTHS, month
from mock_server.world.shape import Shape
from mock_server.world.stream import Stream

DAY = 24 * 3600

ARCHIVED = 8
"""One in so many facilities is archived."""


def make_world(seed: int, shape: Shape) -> World:
    """The world of a seed: same seed and shape, same world."""
    organizations: list[Organization] = []
    facilities = list(documented_facilities()) if shape.documented else []
    records = list(documented_records()) if shape.documented else []
    for index in range(shape.organizations):
        organization = _organization(seed, index)
        owned = [_facility(seed, index, place, organization.id) for place in range(shape.facilities)]
        organizations.append(organization)
        facilities += owned
        if owned:
            records += _take(_invoices(seed, index, owned, shape), shape.invoices)
    found = find_consumption(records)
    return World(tuple(organizations), tuple(_consuming(one, found[one.id]) for one in facilities), tuple(records))


def _organization(seed: int, index: int) -> Organization:
    stream = Stream(seed, "organization", index)
    organization_id = ORGANIZATION_IDS[index] if index < len(ORGANIZATION_IDS) else stream.uuid()
    key = make_api_key(stream)  # drawn before the name, so that it does not depend on the version of Faker
    return Organization(organization_id, Names(stream).company(), key)


def _facility(seed: int, organization: int, place: int, organization_id: str) -> Facility:
    name = (seed, "organization", organization, "facility", place)
    stream, details = Stream(*name), Stream(*name, "details")
    kind = FACILITY_KINDS[place % len(FACILITY_KINDS)]
    own_id = stream.uuid()
    street, town = Names(stream).place()
    return Facility(
        own_id,
        organization_id,
        f"{kind.word} {street}, {town}",
        address=f"{street} {details.randrange(1, 100)}, {town}",
        type=kind.type,
        status="archived" if place % ARCHIVED == ARCHIVED - 1 else "active",
        created_at=month(0).later(-details.randrange(60 * DAY, 720 * DAY)),
        updated_at=month(MONTHS - 1).later(-details.randrange(720 * DAY)),
    )


def _consuming(facility: Facility, consumption: Consumption) -> Facility:
    """A facility with what its invoices say of it, where nothing else does."""
    told = consumption.as_fields()
    return replace(facility, **{name: value for name, value in told.items() if getattr(facility, name) is None})


def _invoices(
    seed: int, organization: int, facilities: Sequence[Facility], shape: Shape
) -> Iterator[list[InvoiceRecord]]:
    """The invoices of an organization, bill by bill and without end.

    Each facility gets a supply point in turn, then each another one.
    """
    users = tuple(Stream(seed, "organization", organization, "user", number).uuid() for number in range(3))
    for turn in count():
        for place, facility in enumerate(facilities):
            stream = Stream(seed, "organization", organization, "facility", place, "meter", turn)
            supply = SUPPLIES_IN_TURN[(turn + place) % len(SUPPLIES_IN_TURN)]
            monthly = FACILITY_KINDS[place % len(FACILITY_KINDS)].monthly[supply.type]
            others = [other for other in facilities if other is not facility]
            meter = make_meter(
                supply, monthly, facility, others, users, stream, misspelt=shape.misspelt, contracted=shape.contracted
            )
            yield from meter.invoices(stream)


def _take(bills: Iterator[list[InvoiceRecord]], least: int) -> Iterator[InvoiceRecord]:
    """Whole bills until there are so many invoices."""
    taken = 0
    while taken < least:
        bill = next(bills)
        taken += len(bill)
        yield from bill
