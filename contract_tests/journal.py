"""What a run changed on which invoices, and what stood there before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from contract_tests.conformance import same_uuid

Invoice = Mapping[str, Any]


class Journal:
    """Remembers invoices as they were, and which of their attributes the run has changed since."""

    def __init__(self, changeable: Iterable[str]) -> None:
        """`changeable` are the attributes that an update can put back."""
        self.changeable = tuple(changeable)
        self._before: dict[str, Invoice] = {}
        self._changed: dict[str, dict[str, None]] = {}
        self.deleted: dict[str, None] = {}
        """The invoices that the run deleted, or tried to."""

    def remember(self, invoice: Invoice) -> None:
        """Take note of an invoice before it is written to. What it was at first counts."""
        self._before.setdefault(str(invoice["id"]), invoice)

    def changing(self, invoice_id: str, names: Iterable[str]) -> None:
        """Take note that attributes of an invoice are about to be changed."""
        self._changed.setdefault(invoice_id, {}).update(dict.fromkeys(names))

    def settle(self, invoice_id: str) -> None:
        """Take note that an invoice is as it was."""
        self._changed.pop(invoice_id, None)

    def read(self, invoice: Invoice) -> None:
        """Compare an invoice with what it was: what differs is owed, and where nothing does, nothing is."""
        before = self._before.get(str(invoice.get("id")))
        if before is None:
            return
        names = [name for name in self.changeable if not alike(before.get(name), invoice.get(name))]
        self._changed.pop(str(before["id"]), None)
        if names:
            self.changing(str(before["id"]), names)

    def owed(self) -> list[tuple[str, dict[str, Any]]]:
        """The invoices that are not as they were, last changed first, each with the values to put back."""
        return [
            (one, {name: self._before[one].get(name) for name in names})
            for one, names in reversed(self._changed.items())
            if one not in self.deleted
        ]


def alike(one: Any, other: Any) -> bool:
    """Whether two values of an attribute are the same; the letter case of a UUID does not count."""
    if isinstance(one, str) and isinstance(other, str):
        return same_uuid(one) == same_uuid(other)
    return bool(one == other)
