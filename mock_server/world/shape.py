"""How large a made-up world is, and how often what happens in it."""

from __future__ import annotations

from dataclasses import dataclass

MISSPELT = 0.6
"""The share of electricity supply points with misspelt codes on some bills, unless told otherwise."""

CONTRACTED = 0.25
"""The share of electricity supply points that Datadis reports, unless told otherwise."""


@dataclass(frozen=True)
class Shape:
    """How much there is of everything, and how often what happens to supply points."""

    organizations: int = 2
    facilities: int = 12
    """In each organization, beside the documented ones."""
    invoices: int = 1500
    """In each organization, beside the documented ones; a few more when the last bill is a shared one."""
    documented: bool = True
    """Whether the first organization has the records that the documentation shows."""
    misspelt: float = MISSPELT
    """The share of electricity supply points with misspelt codes on some bills."""
    contracted: float = CONTRACTED
    """The share of electricity supply points that Datadis reports; with 1, from the first bill on."""
