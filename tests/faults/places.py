"""The facilities of the deployment's two organizations, designed by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from faults.records import Facility

SITES = (
    ("Planta Norte - Bilbao", 50, "factory", "ES"),
    ("Almacén Getafe", 2, "warehouse", "ES"),
    ("Oficina Madrid", 1, "office", "ES"),
    ("Nave 3 (Zaragoza)", 27, "warehouse", "ES"),
    ("Hotel Málaga", 30, "hotel", "ES"),
    ("Tienda ES0021 Sur 100%", 16, "store", "ES"),
    ("Planta Norte", 9, "factory", "PT"),
)
"""The facilities of the main organization that have groups: name, how many groups, type and country."""

IDLE_SITES = (
    ("oficina Lisboa", "office", "PT", "active"),
    ("Almacén Lleida (cerrado)", "warehouse", "ES", "archived"),
    ("Bureau d'Avignon", "office", "FR", "active"),
    ("Solar_sin uso", "land", "ES", "archived"),
    ("OFICINA Coruña", "office", "ES", "active"),
    ("Nave 30", "warehouse", "ES", "active"),
)
"""Those that have none: name, type, country and status."""


def furnish(place_id: str, name: str, number: int, **fields: Any) -> Facility:
    """A facility with all its fields; `number` tells it from the others."""
    base = {
        "id": place_id,
        "name": name,
        "address": f"Calle Mayor {number + 1}",
        "country": "ES",
        "type": "office",
        "status": "active",
        "co2e": round(1250.5 * (number + 1), 2),
        "co2e_biomass": 0,
        "logistic_factor": 0.8,
        "categories": ["electricity", "heat"],
        "cups_list": [],
        "facility_purpose_type": "facilities",
        "created_at": f"2022-11-{number % 28 + 1:02d}T10:30:00Z",
        "updated_at": f"2023-11-{number % 28 + 1:02d}T10:30:00Z",
    }
    return Facility(base | fields)


def furnish_sites(ids: Sequence[str], codes: Sequence[Sequence[str]]) -> tuple[Facility, ...]:
    """The facilities with groups, with the codes of each."""
    return tuple(
        furnish(place_id, name, number, type=kind, country=country, cups_list=sorted(site_codes))
        for number, (place_id, (name, _, kind, country), site_codes) in enumerate(zip(ids, SITES, codes, strict=True))
    )


def furnish_idle_sites(ids: Sequence[str]) -> tuple[Facility, ...]:
    """The facilities without groups; every second one has nothing that may be missing."""
    bare = dict.fromkeys(
        ("address", "co2e", "co2e_biomass", "logistic_factor", "categories", "cups_list", "facility_purpose_type",
         "created_at", "updated_at")
    )  # fmt: skip
    return tuple(
        furnish(place_id, name, 10 + number, type=kind, country=country, status=status, **(bare if number % 2 else {}))
        for number, (place_id, (name, kind, country, status)) in enumerate(zip(ids, IDLE_SITES, strict=True))
    )
