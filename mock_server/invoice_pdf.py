"""An invoice as a PDF: its data on one A4 page. Import it when a file is asked for; reportlab takes a while to load."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from mock_server.world.catalogue import DIESEL, ENERGY_SUPPLIERS, KWH, M3, NATURAL_GAS, WATER_SUPPLIERS
from mock_server.world.model import Facility, Invoice, InvoiceRecord, Organization

WIDTH, HEIGHT = A4
MARGIN = 62.0
RIGHT = WIDTH - MARGIN
MIDDLE = WIDTH / 2 + 6

REGULAR, BOLD = "Helvetica", "Helvetica-Bold"
INK, GREY, HAIRLINE, PALE = (HexColor(code) for code in ("#1b2330", "#667080", "#d8dde5", "#f4f6f9"))
ACCENTS = {
    "electricity": HexColor("#b9770e"),
    "heat": HexColor("#ab3a2c"),
    "water": HexColor("#1f6aa5"),
    "recharge": HexColor("#2c7a4b"),
}

UNITS = {KWH: "kWh", M3: "m³"}
FUELS = {NATURAL_GAS: "Natural gas", DIESEL: "Diesel"}
SUPPLIERS = {known: name for name, known in (*ENERGY_SUPPLIERS.items(), *WATER_SUPPLIERS.items())}

NONE = "–"
LONGEST = 300
"""How many characters of a text are set at most, so that no text takes long to measure."""

TOLERANCE = 0.01
"""What a text may be wider than its place, in points: a size that just fits is not exact."""

FOOTER = "Made by dcycle-mock. Not a real invoice."

Rows = Sequence[tuple[str, str]]
"""Names and values."""


def render_pdf(record: InvoiceRecord, facility: Facility | None, organization: Organization) -> bytes:
    """The PDF of an invoice; the same bytes for the same invoice."""
    sheet = _Sheet(record, facility, organization)
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=1, lang="en")
    canvas.setTitle(f"{sheet.title} {record.invoice.invoice_id or record.invoice.id}")
    canvas.setAuthor("dcycle-mock")
    canvas.setSubject(FOOTER)
    _draw(_Pen(canvas), sheet)
    canvas.save()
    return buffer.getvalue()


@dataclass(frozen=True)
class _Sheet:
    """What stands on the page."""

    record: InvoiceRecord
    facility: Facility | None
    organization: Organization

    @property
    def invoice(self) -> Invoice:
        return self.record.invoice

    @property
    def title(self) -> str:
        return f"{self.invoice.type.capitalize()} invoice"

    @property
    def accent(self) -> Color:
        return ACCENTS.get(self.invoice.type, GREY)

    @property
    def supplier(self) -> str:
        return _named(self.invoice.supplier_id, SUPPLIERS)

    @property
    def period(self) -> str:
        start, end = self.invoice.start_date, self.invoice.end_date
        return f"{start[:10]} to {end[:10]}" if start and end else "Not read yet"

    @property
    def figures(self) -> Rows:
        """The three numbers that matter most."""
        return (
            ("Quantity of this facility", self._amount(self.invoice.quantity)),
            ("Emissions", _emissions(self.invoice.co2e)),
            ("Share of the invoice", f"{self.invoice.percentage:.1%}".replace(".0%", "%")),
        )

    @property
    def quantities(self) -> Rows:
        """How the quantity and the emissions come about."""
        invoice = self.invoice
        return (
            ("Whole invoice (base quantity)", self._amount(invoice.base_quantity)),
            ("Share of the facility", f"× {invoice.percentage:g}"),
            ("Quantity of the facility", self._amount(invoice.quantity)),
            ("Emissions", _emissions(invoice.co2e)),
            ("Emissions from biomass", _emissions(invoice.co2e_biomass)),
        )

    @property
    def details(self) -> Rows:
        """Everything else."""
        invoice = self.invoice
        return (
            ("CUPS", invoice.cups or NONE),
            ("Fuel", _named(invoice.facility_fuel_id, FUELS)),
            ("Status", f"{invoice.status}, {'enabled' if invoice.enabled else 'disabled'}"),
            ("Supply contract (Datadis)", self.record.supply_contract_id or NONE),
            ("Own emission factor", invoice.custom_emission_factor_id or NONE),
            ("Uploaded by", invoice.uploaded_by or NONE),
            ("Created", invoice.created_at),
            ("Updated", invoice.updated_at),
            ("Invoice id", invoice.id),
            ("File id", invoice.file_id or NONE),
            ("Facility id", invoice.facility_id or NONE),
            ("Organization id", self.organization.id),
        )

    def _amount(self, number: float) -> str:
        return f"{number:,.2f} {UNITS.get(self.invoice.unit_id or '', 'units')}"


def _named(id: str | None, names: dict[str, str]) -> str:
    """The name behind an id, or the id when nobody knows its name."""
    return names.get(id, id) if id else NONE


def _emissions(kilograms: float | None) -> str:
    return "Not calculated yet" if kilograms is None else f"{kilograms:,.2f} kg CO2e"


class _Pen:
    """Sets texts and lines on a page; a position is the left end of a base line, in points from the lower left."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas

    def text(self, x: float, y: float, text: str, size: float, width: float, font: str = REGULAR,
             color: Color = INK) -> None:  # fmt: skip
        """Set a text on one line, smaller where it has to be, and cut where that is not enough."""
        text = _plain(text)
        size = max(size * 0.6, min(size, size * width / max(stringWidth(text, font, size), 1)))
        self._set(x, y, _cut(text, font, size, width), font, size, color)

    def text_to(self, x: float, y: float, text: str, size: float, width: float, font: str = REGULAR,
                color: Color = INK) -> None:  # fmt: skip
        """Set a text on one line that ends at x."""
        fitting = _cut(_plain(text), font, size, width)
        self._set(x - stringWidth(fitting, font, size), y, fitting, font, size, color)

    def lines(self, x: float, y: float, text: str, size: float, width: float, font: str = REGULAR) -> None:
        """Set a text on one line or two."""
        first, *others = simpleSplit(_plain(text), font, size, width) or [""]
        for line in (first, " ".join(others)):
            if line:
                self._set(x, y, _cut(line, font, size, width), font, size, INK)
                y -= size * 1.25

    def _set(self, x: float, y: float, text: str, font: str, size: float, color: Color) -> None:
        self._canvas.setFillColor(color)
        self._canvas.setFont(font, size)
        self._canvas.drawString(x, y, text)

    def line(self, y: float, color: Color = HAIRLINE, width: float = 0.6) -> None:
        """A line from margin to margin."""
        self._canvas.setStrokeColor(color)
        self._canvas.setLineWidth(width)
        self._canvas.line(MARGIN, y, RIGHT, y)

    def box(self, x: float, y: float, width: float, height: float, color: Color, radius: float = 0) -> None:
        """A filled rectangle."""
        self._canvas.setFillColor(color)
        self._canvas.roundRect(x, y, width, height, radius, stroke=0, fill=1)


def _plain(text: str) -> str:
    """A text in the characters of the PDF's own fonts, which are those of Western Europe."""
    return " ".join("".join(map(_western, text[:LONGEST])).split())


def _western(char: str) -> str:
    if not char.isprintable():
        return " "
    for form in (char, unicodedata.normalize("NFKD", char)[0]):
        if form.encode("cp1252", "ignore"):
            return form
    return "?"


def _cut(text: str, font: str, size: float, width: float) -> str:
    if stringWidth(text, font, size) <= width + TOLERANCE:
        return text
    while text and stringWidth(f"{text}…", font, size) > width:
        text = text[:-1]
    return f"{text.rstrip()}…"


def _draw(pen: _Pen, sheet: _Sheet) -> None:
    _draw_head(pen, sheet, HEIGHT - 96)
    _draw_parties(pen, sheet, HEIGHT - 190)
    _draw_figures(pen, sheet, HEIGHT - 352)
    _draw_quantities(pen, sheet, HEIGHT - 404)
    _draw_details(pen, sheet, HEIGHT - 570)
    _draw_foot(pen, sheet)


def _draw_head(pen: _Pen, sheet: _Sheet, y: float) -> None:
    pen.box(0, HEIGHT - 10, WIDTH, 10, sheet.accent)
    pen.text(MARGIN, y, sheet.title, 27, 300, BOLD)
    pen.text_to(RIGHT, y + 11, sheet.invoice.invoice_id or "Without number", 12, 170, BOLD)
    pen.text_to(RIGHT, y - 5, f"Created {sheet.invoice.created_at[:10]}", 9.5, 170, color=GREY)
    pen.line(y - 28, INK, 1.1)


def _draw_parties(pen: _Pen, sheet: _Sheet, y: float) -> None:
    facility = sheet.facility.name if sheet.facility else "No facility yet"
    columns = ((MARGIN, "Customer", sheet.organization.name), (MIDDLE, "Facility", facility))
    for x, label, name in columns:
        _draw_label(pen, x, y + 30, label)
        pen.lines(x, y + 13, name, 12, MIDDLE - MARGIN - 24, BOLD)
    _draw_label(pen, MARGIN, y - 28, "Supplier")
    pen.text(MARGIN, y - 44, sheet.supplier, 11, MIDDLE - MARGIN - 24)
    _draw_label(pen, MIDDLE, y - 28, "Billing period")
    pen.text(MIDDLE, y - 44, sheet.period, 11, RIGHT - MIDDLE)


def _draw_label(pen: _Pen, x: float, y: float, label: str) -> None:
    pen.text(x, y, label, 8, 160, color=GREY)


def _draw_figures(pen: _Pen, sheet: _Sheet, y: float) -> None:
    pen.box(MARGIN, y - 2, RIGHT - MARGIN, 84, PALE, 6)
    column = (RIGHT - MARGIN) / 3
    for index, (label, value) in enumerate(sheet.figures):
        x = MARGIN + 16 + index * column
        _draw_label(pen, x, y + 60, label)
        pen.text(x, y + 34, value, 17, column - 24, BOLD)
    track = RIGHT - MARGIN - 32
    pen.box(MARGIN + 16, y + 13, track, 4, HAIRLINE, 2)
    if sheet.invoice.percentage > 0:
        pen.box(MARGIN + 16, y + 13, max(4.0, track * min(sheet.invoice.percentage, 1)), 4, sheet.accent, 2)


def _draw_quantities(pen: _Pen, sheet: _Sheet, y: float) -> None:
    pen.text(MARGIN, y, "Quantities", 12, 200, BOLD)
    for row, (label, value) in enumerate(sheet.quantities):
        line = y - 24 - row * 22
        strong = BOLD if label == "Quantity of the facility" else REGULAR
        pen.text(MARGIN, line, label, 10, 280, strong)
        pen.text_to(RIGHT, line, value, 10, 180, strong)
        pen.line(line - 8)


def _draw_details(pen: _Pen, sheet: _Sheet, y: float) -> None:
    pen.text(MARGIN, y, "Details", 12, 200, BOLD)
    for (label, value), (x, line) in zip(sheet.details, _grid(y - 24), strict=True):
        _draw_label(pen, x, line, label)
        pen.text(x, line - 12, value, 9.5, MIDDLE - MARGIN - 24)


def _grid(y: float) -> Iterator[tuple[float, float]]:
    """The places of twelve details: two columns, row by row."""
    for row in range(6):
        yield MARGIN, y - row * 31
        yield MIDDLE, y - row * 31


def _draw_foot(pen: _Pen, sheet: _Sheet) -> None:
    pen.line(46)
    pen.text(MARGIN, 32, FOOTER, 8, 300, color=GREY)
    pen.text_to(RIGHT, 32, sheet.invoice.id, 8, 200, color=GREY)
