"""The data of the deployment: designed by hand where it matters, drawn from a seed where it does not."""

from __future__ import annotations

import calendar
import uuid
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from itertools import product
from random import Random
from typing import Any

from faults.places import IDLE_SITES, SITES, furnish, furnish_idle_sites, furnish_sites
from faults.records import Account, Facility, Invoice, Organization, World

MAIN = Account("5f0c1d9e-7a34-4c1b-9e52-3b8f6d2a4c11", "dk_live_7Qm2ZtXw9LbRv4KsYpHn8CfJd3Gx")
SECOND = Account("c2b7a6f4-18de-4f09-8b7c-95e0d1a3f726", "dk_live_Nf5cWq8UeTj1yBo6RzVa0PkMh4Lx")

KILOWATT_HOUR = "3c1f2b7a-5d84-4e0f-9a6b-0d8c7e5f4a21"
CUBIC_METRE = "b94d27c0-6e1a-4f83-8c5d-f1a20e9b7d36"
NATURAL_GAS = "0e8a4c6d-93b1-4a57-b2f8-6c7d5e1f0a94"

TYPES = ("heat", "electricity", "water", "recharge")
STATUSES = ("uploaded", "loading", "active", "inactive", "review", "error")
NULLABLE = (
    "unit_id", "start_date", "end_date", "invoice_id", "facility_id", "facility_fuel_id", "supplier_id",
    "custom_emission_factor_id", "co2e", "co2e_biomass", "cups", "file_id", "file_url", "uploaded_by",
)  # fmt: skip
"""The fields of an invoice that may be null."""

ODD_CODES = (
    "ES0021000000400501ab", "ES0021000000400501AB", "Es0021000000400501aB", "ES 0021 0000 0040 0501 AB",
    "ES-0021-0000-0040-0501-AB", "ES0O21000000400501AB", "ES002100000040051AB", "ES0021000000400501AB0F",
    "ES0021%00400777XY", "ES0021_00400777XY", "ES0021X00400777XY", "ES0021.00400777XY", "ES0021+00400777XY",
    "O'HARA-0031-(7)", "ESPAÑA-0022-ÑÚ", "ESPANA-0022-NU", "ES0031[2]^400$|9", "ES0031\\400\\8", "ES0026&a=1#2;x?",
    "ES0026*400/12", "0021 0000 0040 0501", "ES0396\"400\"<b>", "CUPS-ΔΩ-0001", "ES0288,400:5@6~7",
)  # fmt: skip
"""Codes as people and scanners write them, spread over the facilities in turn."""

ODD_NUMBERS = (
    "Nº 12/2024-ab", "nº 12/2024-AB", "FAC_2024%", "fac-2024.1", "FAC-2024+1", "A&b=c#d?", "  4711 ", "\"33\"",
    "O'Hara 7", "ÑANDÚ-9", "ñandú-10", "FAC\\2024", "zz", "0", "INV-2024-001", "inv-2024-001-b", "(7)", "[7]*",
    "fe-23", "Fe-24",
)  # fmt: skip
"""Invoice numbers as utilities and scanners write them, each on one invoice of the main organization."""

SUPPLIERS = {
    "heat": "1d0f7c52-8a6e-4b39-9c41-5e2a7b8f3d60",
    "water": "6a3e9b14-2c7d-4f85-b0e9-7d1c4a5f8e32",
    "recharge": "a58c2d71-0e4b-4963-8f17-3b9d6e2c5a04",
}
"""Suppliers of one type of invoice each; electricity comes from those that are drawn."""
SOURCES = (None, "manual", "pdf", "bulk_file")

CONTROL_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"


class Draft:
    """Draws invoices of one organization from a random source."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self._suppliers = [self.uuid() for _ in range(3)]
        self._users = [self.uuid() for _ in range(4)]

    def uuid(self) -> str:
        """A random UUID of version 4."""
        return str(uuid.UUID(int=self.random.getrandbits(128), version=4))

    def code(self) -> str:
        """A well-formed CUPS code with its control letters."""
        digits = f"{self.random.choice(['0021', '0022', '0031'])}{self.random.randrange(10**12):012d}"
        first, second = divmod(int(digits) % 529, 23)
        suffix = self.random.choice(["", "", "0F", "1P"])
        return f"ES{digits}{CONTROL_LETTERS[first]}{CONTROL_LETTERS[second]}{suffix}"

    def invoice(self, kind: str, month: date, fixed: Mapping[str, Any], *, is_datadis: bool = False) -> Invoice:
        """A complete invoice of one month; `fixed` sets fields on top of the drawn ones."""
        drawn = self._consumption(kind, month) | self._origin(month, is_datadis=is_datadis)
        fields = self._allocated({**drawn, **fixed})
        return Invoice(fields, is_datadis, "datadis" if is_datadis else SOURCES[int(fields["id"][0], 16) % 4])

    @property
    def options(self) -> dict[str, dict[str, Any]]:
        """What the filter options say of suppliers, users and fuels."""
        named = dict(zip(self._suppliers, ("Iberdrola", "Endesa", None), strict=True))
        named |= {NATURAL_GAS: "Gas natural"} | dict(
            zip(SUPPLIERS.values(), ("Nedgia", "Canal", "Zunder"), strict=True)
        )
        users = {
            user: {"id": user, "first_name": name, "last_name": None, "email": f"{name.lower()}@example.com"}
            for user, name in zip(self._users, ("Ane", "Bea", "Ciro", "Dani"), strict=True)
        }
        return {one: {"id": one, "name": name} for one, name in named.items()} | users

    def _consumption(self, kind: str, month: date) -> dict[str, Any]:
        base = round(self.random.uniform(40, 9000), 3)
        last = month.replace(day=calendar.monthrange(month.year, month.month)[1])
        return {
            "type": kind,
            "status": "active",
            "base_quantity": base,
            "percentage": 1.0,
            "unit_id": CUBIC_METRE if kind == "water" else KILOWATT_HOUR,
            "start_date": datetime.combine(month, time()).isoformat(),
            "end_date": datetime.combine(last, time(23, 59, 59)).isoformat(),
            "facility_fuel_id": NATURAL_GAS if kind == "heat" else None,
            "cups": None,
            "facility_id": None,
        }

    def _origin(self, month: date, *, is_datadis: bool) -> dict[str, Any]:
        file_id = None if is_datadis else self.uuid()
        created = datetime.combine(month, time()) + timedelta(days=40, seconds=self.random.randrange(80_000))
        updated = created + timedelta(seconds=self.random.choice([0, 0, 7, 90_000, 5_000_000]))
        return {
            "id": self.uuid(),
            "invoice_id": f"FE-{month:%y%m}-{self.random.randrange(10**6):06d}",
            "supplier_id": self.random.choice(self._suppliers),
            "custom_emission_factor_id": self.uuid() if self.random.random() < 0.2 else None,
            "file_id": file_id,
            "file_url": file_id and f"https://files.example.com/{file_id}.pdf",
            "uploaded_by": None if is_datadis else self.random.choice(self._users),
            "enabled": True,
            "created_at": f"{created.isoformat()}Z",
            "updated_at": f"{updated.isoformat()}Z",
        }

    def _allocated(self, fields: dict[str, Any]) -> dict[str, Any]:
        """The fields with what follows from consumption and share."""
        quantity = round(fields["base_quantity"] * fields["percentage"], 4)
        computed = {
            "quantity": quantity,
            "co2e": round(quantity * 0.1712, 4),
            "co2e_biomass": round(quantity * 0.01, 4) if fields["type"] == "heat" else 0,
        }
        return computed | fields


def build_world(seed: int = 20_240_229) -> World:
    """Two organizations: the main one with 135 groups in seven facilities, and a small second one."""
    random = Random(seed)
    return World((_main(Draft(random)), _second(Draft(random))))


def _main(draft: Draft) -> Organization:
    ids = _site_ids(draft)
    codes = _codes_by_site(draft)
    sites = furnish_sites(ids, codes)
    electricity = [
        invoice
        for facility, site_codes in zip(sites, codes, strict=True)
        for position, code in enumerate(site_codes)
        for invoice in _group(draft, facility, code, position)
    ]
    invoices = [*electricity, *_shared(draft, sites, codes), *_others(draft, sites, codes)]
    idle_sites = furnish_idle_sites([draft.uuid() for _ in IDLE_SITES])
    return Organization(MAIN, (*sites, *idle_sites), tuple(_renumbered(invoices)), draft.options)


def _site_ids(draft: Draft) -> list[str]:
    """The ids of the facilities with groups; those of the first and the last one start alike."""
    ids = [draft.uuid() for _ in SITES]
    return [*ids[:-1], ids[0][:24] + ids[-1][24:]]


def _renumbered(invoices: list[Invoice]) -> list[Invoice]:
    """The invoices with the odd numbers spread over them."""
    step = len(invoices) // len(ODD_NUMBERS)
    return [
        invoice.with_fields(invoice_id=ODD_NUMBERS[index // step])
        if index % step == 7 and index // step < len(ODD_NUMBERS)
        else invoice
        for index, invoice in enumerate(invoices)
    ]


def _codes_by_site(draft: Draft) -> list[list[str]]:
    """Distinct codes within a site; the second site's two codes stand in the first one too."""
    sites: list[list[str]] = [[draft.code() for _ in range(count)] for _, count, *_ in SITES]
    large = [site for site in sites if len(site) > len(ODD_CODES) // 4]
    for index, code in enumerate(ODD_CODES):
        large[index % len(large)][3 + index // len(large)] = code
    sites[1] = sites[0][1::-1]
    sites[4][0] = sites[0][5]
    sites[5][8:16:2] = _alike(sites[5][10][:20])
    return sites


def _alike(code: str) -> list[str]:
    """A code as it should be, and as it came out of other readings of it, all in one facility."""
    return [code.lower(), code, f"{code}1P", code[:-1]]


def _months(first: date, count: int) -> Iterator[date]:
    for offset in range(first.month - 1, first.month - 1 + count):
        yield date(first.year + offset // 12, offset % 12 + 1, 1)


def _group(draft: Draft, facility: Facility, code: str, position: int) -> Iterator[Invoice]:
    """The invoices of one group: all, some or none of them from Datadis."""
    first, count = date(2023, 1 + position % 12, 1), 1 + (position * 5) % 8
    for index, month in enumerate(_months(first, count)):
        is_datadis = position % 4 == 1 or (position % 4 == 3 and index == 1)
        fixed = {"cups": code, "facility_id": facility.id, "enabled": (position + index) % 9 != 8}
        yield draft.invoice("electricity", month, fixed, is_datadis=is_datadis)


def _shared(draft: Draft, facilities: tuple[Facility, ...], codes: list[list[str]]) -> Iterator[Invoice]:
    """Invoices split over two facilities; both parts belong to codes that stand in both."""
    for share, month in zip((0.35, 0.3333, 0.125, 0.07), _months(date(2024, 3, 1), 4), strict=True):
        base = round(draft.random.uniform(500, 9000), 3)
        number = f"SH-{month:%y%m}"
        for facility, part in ((facilities[0], share), (facilities[4], round(1 - share, 6))):
            place = {"cups": codes[4][0], "facility_id": facility.id}
            shares = {"base_quantity": base, "percentage": part, "invoice_id": number}
            yield draft.invoice("electricity", month, place | shares)


def _others(draft: Draft, facilities: tuple[Facility, ...], codes: list[list[str]]) -> Iterator[Invoice]:
    """Every type in every status, every null, and the invoices that must not make or touch a group."""
    for (kind, status), month in zip(product(TYPES, STATUSES), _months(date(2023, 6, 1), 24), strict=True):
        place = {"status": status, "facility_id": facilities[3].id}
        early = {"co2e": None, "co2e_biomass": None} if status in {"uploaded", "loading"} else {}
        code = {"cups": codes[3][1]} if kind == "electricity" else {"supplier_id": SUPPLIERS[kind]}
        yield draft.invoice(kind, month, place | early | code)
        quarter = {"enabled": False, "base_quantity": round(900 / 7, 3), "percentage": 0.25}
        yield draft.invoice(kind, month, place | quarter)
    yield from _heat_on_codes(draft, facilities, codes)
    yield from _nulls(draft, facilities, codes)


def _heat_on_codes(draft: Draft, facilities: tuple[Facility, ...], codes: list[list[str]]) -> Iterator[Invoice]:
    """Piped gas has CUPS codes too; one of these shares its pair with an electricity group, years apart."""
    pair = {"cups": codes[1][0], "facility_id": facilities[1].id}
    yield draft.invoice("heat", date(2021, 11, 1), pair)
    yield draft.invoice("heat", date(2026, 1, 1), pair, is_datadis=True)
    for month in _months(date(2024, 1, 1), 5):
        yield draft.invoice("heat", month, {"cups": "ES0229000000700101GS", "facility_id": facilities[2].id})
    hotel = {"facility_id": facilities[4].id}
    yield draft.invoice("electricity", date(2024, 5, 1), hotel | {"co2e": 0.0, "cups": codes[4][4]})
    yield draft.invoice("heat", date(2024, 6, 1), hotel | {"facility_fuel_id": None})
    yield draft.invoice("water", date(2024, 6, 1), hotel | {"cups": "AGUA-0001"})


def _nulls(draft: Draft, facilities: tuple[Facility, ...], codes: list[list[str]]) -> Iterator[Invoice]:
    """Invoices on their way in: each nullable field null by itself, and all of them at once."""
    month = date(2024, 9, 1)
    for field in NULLABLE:
        undated = field in {"start_date", "end_date"}
        place = {"facility_id": facilities[5].id, "cups": None if undated else codes[5][2]}
        nulls = {"file_id": None, "file_url": None} if field.startswith("file_") else {field: None}
        yield draft.invoice("electricity", month, {"status": "review", **place, **nulls})
    yield draft.invoice("electricity", month, {"status": "uploaded", "base_quantity": 0.0, **dict.fromkeys(NULLABLE)})


def _second(draft: Draft) -> Organization:
    facilities = tuple(
        furnish(draft.uuid(), name, number) for number, name in enumerate(("Fábrica Vigo", "Oficina Lugo"))
    )
    invoices = [
        invoice
        for facility, count in zip(facilities, (9, 3), strict=True)
        for position in range(count)
        for invoice in _group(draft, facility, draft.code(), position)
    ]
    water = draft.invoice("water", date(2024, 2, 1), {"facility_id": facilities[0].id})
    return Organization(SECOND, facilities, (*invoices, water), draft.options)
