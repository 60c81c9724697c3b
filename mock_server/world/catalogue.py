"""What is fixed in every world: units, fuels, suppliers, emission factors, kinds of facilities and of supply."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mock_server.world.stream import Stream

KWH = "ba80e6cb-86a4-4bb1-a0c5-8104365d523c"
"""The unit on the documented electricity invoice."""
M3 = Stream("unit", "cubic metre").uuid()
NATURAL_GAS = Stream("facility fuel", "natural gas").uuid()
DIESEL = Stream("facility fuel", "diesel").uuid()
FUELS: Mapping[str, tuple[str, str]] = {
    NATURAL_GAS: ("Facility boiler", "Natural gas"),
    DIESEL: ("Facility generator", "Diesel"),
}
"""What burns a fuel and what is burnt, by id: names as the page "Filter options" has them."""

DISTRIBUTORS = ("0021", "0022", "0031")
"""Codes of i-DE, UFD and e-distribucion, the three whose owners are beyond doubt."""

ENERGY_SUPPLIERS: Mapping[str, str] = {
    "Iberdrola": "770e8400-e29b-41d4-a716-446655440000",  # the supplier on the documented invoice
    "Endesa": Stream("supplier", "Endesa").uuid(),
    "Naturgy": Stream("supplier", "Naturgy").uuid(),
}
"""Ids by name."""
WATER_SUPPLIERS: Mapping[str, str] = {"Aguas": Stream("supplier", "Aguas").uuid()}
"""Ids by name."""


@dataclass(frozen=True)
class Supply:
    """A kind of consumption."""

    type: str
    unit_id: str
    factor: float
    """Emissions in kg CO2e per unit."""
    seasons: tuple[float, ...]
    """The share of a common month's consumption, January to December."""


ELECTRICITY = Supply(
    "electricity",
    KWH,
    0.17,  # Spanish grid 2023, REE and MITECO
    (1.22, 1.12, 1.02, 0.90, 0.84, 0.96, 1.18, 1.14, 0.92, 0.84, 0.96, 1.16),
)
HEAT = Supply(
    "heat",
    KWH,
    0.183,  # natural gas burnt, DEFRA 2024
    (2.10, 1.80, 1.40, 0.90, 0.45, 0.20, 0.15, 0.15, 0.30, 0.75, 1.50, 2.00),
)
WATER = Supply(
    "water",
    M3,
    0.35,  # no page gives one: the mock's own assumption, supply and treatment together
    (0.88, 0.88, 0.92, 0.96, 1.04, 1.14, 1.22, 1.16, 1.04, 0.94, 0.90, 0.92),
)
RECHARGE = Supply(
    "recharge",
    KWH,
    ELECTRICITY.factor,  # charging draws from the same grid
    (1.08, 1.04, 1.02, 0.98, 0.96, 0.96, 0.98, 0.88, 1.00, 1.02, 1.04, 1.04),
)
SUPPLIES: Mapping[str, Supply] = {supply.type: supply for supply in (ELECTRICITY, HEAT, WATER, RECHARGE)}
"""By type of invoice."""


@dataclass(frozen=True)
class FacilityKind:
    """What a place is used for, and how much it consumes in a common month."""

    word: str
    type: str
    """What the API calls it."""
    monthly: Mapping[str, float]
    """By type of supply: kWh, for water m3."""


FACILITY_KINDS = (
    FacilityKind("Oficina", "office", {"electricity": 2400, "heat": 3100, "water": 28, "recharge": 420}),
    FacilityKind("Tienda", "store", {"electricity": 3600, "heat": 1500, "water": 14, "recharge": 160}),
    FacilityKind("Almacén", "warehouse", {"electricity": 5200, "heat": 4800, "water": 35, "recharge": 900}),
    FacilityKind("Fábrica", "factory", {"electricity": 46000, "heat": 52000, "water": 640, "recharge": 1100}),
    FacilityKind("Hotel", "hotel", {"electricity": 18500, "heat": 24000, "water": 910, "recharge": 700}),
)

SUPPLIES_IN_TURN = (ELECTRICITY, ELECTRICITY, WATER, ELECTRICITY, HEAT, ELECTRICITY, RECHARGE)
"""Which supply the first, second, ... supply point of a facility has; then over again."""
