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
    sequences: int
    """Sequences of writes and readings that Hypothesis tries."""
    links: int
    """Sequences along the links of the contract that Schemathesis tries."""
    steps: int
    """Steps of one such sequence, at most."""
    shrinks: int
    """Sequences that Hypothesis tries more to find a short one."""


PROFILES = {
    profile.name: profile
    for profile in (
        Profile(
            "quick", invoices=40, listed=40, facilities=6, codes=4, pages=12, generated=0, examples=0,
            sequences=2, links=0, steps=5, shrinks=12,
        ),
        Profile(
            "standard", invoices=120, listed=120, facilities=25, codes=10, pages=30, generated=15, examples=25,
            sequences=6, links=8, steps=8, shrinks=40,
        ),
        Profile(
            "deep", invoices=1000, listed=400, facilities=500, codes=60, pages=150, generated=120, examples=200,
            sequences=80, links=60, steps=20, shrinks=200,
        ),
    )
}  # fmt: skip
