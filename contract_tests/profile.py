"""How thorough a run is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Profile:
    """Bounds on how much a run asks for."""

    name: str
    invoices: int
    """Invoices that are asked for one by one."""
    listed: int
    """Pages of the listing of invoices that are walked, at most."""
    facilities: int
    """Facilities whose filtered listing is compared with the whole."""
    codes: int
    """Live CUPS codes that search terms are cut from."""
    pages: int
    """Pages of a listing in small pages, at most."""
    generated: int
    """Requests that Schemathesis makes up for each operation, besides its boundary cases."""
    examples: int
    """Search terms that Hypothesis tries."""


PROFILES = {
    profile.name: profile
    for profile in (
        Profile("quick", invoices=40, listed=40, facilities=6, codes=4, pages=12, generated=0, examples=0),
        Profile("standard", invoices=120, listed=120, facilities=25, codes=10, pages=30, generated=15, examples=25),
        Profile("deep", invoices=1000, listed=400, facilities=500, codes=60, pages=150, generated=120, examples=200),
    )
}
