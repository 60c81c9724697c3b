"""A supply point of a facility, and the bills that come for it month by month."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from mock_server.world import catalogue
from mock_server.world.bill import Bill, CustomFactor, File, Share
from mock_server.world.catalogue import ELECTRICITY, HEAT, RECHARGE, WATER, Supply
from mock_server.world.cups import make_code, spoil
from mock_server.world.model import Facility, InvoiceRecord
from mock_server.world.period import MONTHS, Period, month
from mock_server.world.shape import CONTRACTED, MISSPELT
from mock_server.world.stream import Stream

DAY = 24 * 3600

STATUSES: Mapping[str, float] = {"active": 82, "inactive": 4, "review": 5, "uploaded": 3, "loading": 3, "error": 3}
"""How often an invoice stands where in its processing, in percent."""

SPLITS = ((0.5, 0.5), (0.75, 0.25), (0.7, 0.3), (0.5, 0.25, 0.25))
"""How a shared bill is divided."""


@dataclass(frozen=True)
class Meter:
    """A supply point: where it is, what it measures and who bills it."""

    organization_id: str
    supply: Supply
    shares: tuple[Share, ...]
    monthly: float
    """Consumption in a common month, in the unit of the supply."""
    code: str | None
    misspellings: tuple[str, ...]
    """Wrong forms of the code that some of its invoices carry."""
    supplier: str
    supplier_id: str
    fuel_id: str | None
    factor: CustomFactor | None
    contract_id: str | None
    contract_start: int
    """The month from which the bills come from Datadis under the supply contract."""
    users: tuple[str, ...]
    """Who uploads the bills that do not."""

    def invoices(self, stream: Stream) -> Iterator[list[InvoiceRecord]]:
        """The invoices of each month's bill, month by month."""
        for index in range(MONTHS):
            yield self._bill(index, stream).invoices(stream)

    def _bill(self, index: int, stream: Stream) -> Bill:
        period = month(index)
        backed = self.contract_id is not None and index >= self.contract_start
        status = "active" if backed else stream.pick(STATUSES)
        unread = status in ("uploaded", "loading")
        season = self.supply.seasons[period.first.month - 1]
        created = stream.randrange(2 * DAY, 20 * DAY)
        updated = created + (stream.randrange(30 * DAY) if stream.happens(0.4) else 0)
        return Bill(
            organization_id=self.organization_id,
            supply=self.supply,
            shares=self._shares(unread, stream),
            period=period,
            base_quantity=round(self.monthly * season * stream.uniform(0.85, 1.15), 2),
            created_at=period.later(created),
            updated_at=period.later(updated),
            status=status,
            enabled=not stream.happens(0.04),
            dated=not (unread and self.supply is not ELECTRICITY and stream.happens(0.5)),
            cups=self._code_on_bill(backed, unread, stream),
            number=None if unread and stream.happens(0.5) else self._number(period, stream),
            supplier_id=None if unread and stream.happens(0.5) else self.supplier_id,
            fuel_id=self.fuel_id,
            factor=self.factor,
            file=None if backed or stream.happens(0.1) else self._file(period, stream),
            uploaded_by=None if backed else stream.choice(self.users),
            supply_contract_id=self.contract_id if backed else None,
        )

    def _shares(self, unread: bool, stream: Stream) -> tuple[Share, ...]:
        return (Share(None, 1.0),) if unread and stream.happens(0.3) else self.shares

    def _code_on_bill(self, backed: bool, unread: bool, stream: Stream) -> str | None:
        if unread and stream.happens(0.3):
            return None
        if not backed and self.misspellings and stream.happens(0.2):
            return stream.choice(self.misspellings)
        return self.code

    def _number(self, period: Period, stream: Stream) -> str:
        return f"{self.supplier[:3].upper()}-{period.first.year}-{stream.randrange(10**6):06d}"

    def _file(self, period: Period, stream: Stream) -> File:
        name = f"{self.supplier}-{period.first:%Y-%m}".lower().replace(" ", "-")
        file_id = stream.uuid()
        return File(file_id, f"/invoices/{name}-{file_id[:8]}.pdf")


def make_meter(
    supply: Supply,
    monthly: float,
    facility: Facility,
    others: Sequence[Facility],
    users: tuple[str, ...],
    stream: Stream,
    *,
    misspelt: float = MISSPELT,
    contracted: float = CONTRACTED,
) -> Meter:
    """A supply point of a facility; its bills may be shared with some of the others."""
    suppliers = catalogue.WATER_SUPPLIERS if supply is WATER else catalogue.ENERGY_SUPPLIERS
    supplier, supplier_id = stream.choice(list(suppliers.items()))
    fuel_id = _fuel(supply, stream)
    has_code = supply is ELECTRICITY or fuel_id == catalogue.NATURAL_GAS
    code = make_code(stream) if has_code else None
    reported = supply is ELECTRICITY and stream.happens(contracted)
    spoilt = supply is ELECTRICITY and code is not None and stream.happens(misspelt)
    return Meter(
        organization_id=facility.organization_id,
        supply=supply,
        shares=_shares(supply, facility, others, stream),
        monthly=monthly * stream.uniform(0.4, 1.6),
        code=code,
        misspellings=tuple(spoil(code, stream) for _ in range(stream.randrange(1, 4))) if spoilt and code else (),
        supplier=supplier,
        supplier_id=supplier_id,
        fuel_id=fuel_id,
        factor=_custom_factor(supply, stream) if stream.happens(0.15) else None,
        contract_id=stream.uuid() if reported else None,
        contract_start=stream.choice((0, 6, 12)) if contracted < 1 else 0,
        users=users,
    )


def _shares(supply: Supply, facility: Facility, others: Sequence[Facility], stream: Stream) -> tuple[Share, ...]:
    split = stream.choice(SPLITS)
    if supply is RECHARGE or len(others) < len(split) - 1 or not stream.happens(0.12):
        return (Share(facility.id, 1.0),)
    bearers = (facility, *stream.sample(others, len(split) - 1))
    return tuple(Share(bearer.id, part) for bearer, part in zip(bearers, split, strict=True))


def _fuel(supply: Supply, stream: Stream) -> str | None:
    if supply is HEAT:
        return catalogue.NATURAL_GAS if stream.happens(0.85) else catalogue.DIESEL
    return catalogue.DIESEL if supply is RECHARGE and stream.happens(0.2) else None


def _custom_factor(supply: Supply, stream: Stream) -> CustomFactor:
    biomass = round(stream.uniform(0.05, 0.3), 2) if supply is HEAT else 0.0
    return CustomFactor(stream.uuid(), round(stream.uniform(0.3, 0.9), 2), biomass)
