"""A deployment as an edit sees it, and what an edit is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from wsgiref.types import WSGIApplication

from faults.exchange import Handler, from_wsgi, to_wsgi
from faults.records import Account


@dataclass(frozen=True)
class Site:
    """Anything that answers the contract's requests, and the accounts it knows."""

    answer: Handler
    accounts: tuple[Account, ...]
    """The organization under test first; a second one, where there is one, after it."""
    invoice_ids: tuple[str, ...] = ()
    """Some invoices of the organization under test."""


Edit = Callable[[Site], Handler]
"""Makes another deployment of one. What it remembers, it remembers for this one deployment."""


def unchanged(site: Site) -> Handler:
    """The edit that edits nothing."""
    return site.answer


def chain(*edits: Edit) -> Edit:
    """Several edits, each on top of the one before."""

    def chained(site: Site) -> Handler:
        for edit in edits:
            site = replace(site, answer=edit(site))
        return site.answer

    return chained


def edit_application(
    application: WSGIApplication, accounts: tuple[Account, ...], invoice_ids: tuple[str, ...], edit: Edit
) -> WSGIApplication:
    """Any WSGI application that serves the contract, edited."""
    return to_wsgi(edit(Site(from_wsgi(application), accounts, invoice_ids)))
