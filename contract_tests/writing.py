"""Writes to a deployment where it may, and puts back what it changed."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from contract_tests.exchange import Credentials, Exchange, Request
from contract_tests.findings import Blocked, Broken, NotExercised
from contract_tests.journal import Invoice, Journal, alike
from contract_tests.subjects import Subjects, choose

if TYPE_CHECKING:
    from contract_tests.survey import Survey

UPDATE, CONSOLIDATE, DELETE, RECALCULATE = "updateInvoice", "consolidateCups", "deleteInvoice", "recalculateInvoices"
ABSENT = (404, 405, 501)
"""How a valid request about what exists is answered by a deployment that lacks the operation."""
ROUNDS = 2
"""How often it is tried to put an invoice back, as putting back one attribute may change another one."""
T = TypeVar("T")


class Writing:
    """What a run changes on a deployment. Nothing is changed before it is said which invoices are."""

    def __init__(self, survey: Survey) -> None:
        """Nothing is sent yet."""
        self.permission = survey.permission
        self.journal = Journal(changeable(survey))
        self._survey = survey
        self._announced = False
        self._made: dict[Callable[[Survey], Any], Any] = {}

    def require_permission(self) -> None:
        """Raise NotExercised where nothing may be written."""
        if not self.permission.granted:
            raise NotExercised(self.permission.reason)

    @cached_property
    def subjects(self) -> Subjects:
        """The invoices to write to; raises NotExercised where nothing may be written."""
        self.require_permission()
        return choose(self._survey)

    @property
    def expendable(self) -> tuple[str, ...]:
        """The invoices that may be deleted; raises NotExercised where there is none."""
        if not self._survey.known.expendable:
            raise NotExercised("Name an invoice that may be deleted for good, with --expendable-invoice-id.")
        return self._survey.known.expendable

    @property
    def named(self) -> tuple[str, ...]:
        """The invoices that are announced as written to; none before the first write."""
        return self.subjects.ids if self._announced else ()

    def once(self, make: Callable[[Survey], T]) -> T:
        """What an experiment came to, which is made once and which several rules look at."""
        if make not in self._made:
            try:
                self._made[make] = make(self._survey)
            except (NotExercised, Blocked, Broken) as error:
                self._made[make] = error
        made = self._made[make]
        if isinstance(made, (NotExercised, Blocked, Broken)):
            raise made
        return made  # type: ignore[no-any-return]

    # Sending

    def request(self, operation_id: str, body: Any = None, **path: str) -> Request:
        """A request that writes. A body of None is none; a text goes over the wire as it is."""
        operation = self._survey.spec.operation(operation_id)
        text = body if body is None or isinstance(body, str) else json.dumps(body, ensure_ascii=False)
        return replace(self._survey.request(operation_id, path), method=operation.method, body=text)

    def send(self, request: Request) -> Exchange:
        """The exchange of a request that writes."""
        subjects = self.subjects
        if not self._announced:
            self._announced = True
            for cluster in subjects.clusters.values():
                for invoice in cluster.invoices.values():
                    self.journal.remember(invoice)
            self._survey.announce(subjects.ids, self._survey.known.expendable[:1])
        return self._survey.ask(request, fresh=True)

    def served(self, exchange: Exchange) -> Exchange:
        """The same exchange; raises Blocked when it shows that its operation is not served."""
        if exchange.answer.status in ABSENT:
            self._survey.lack(exchange)
            raise Blocked("operation-served", exchange)
        return exchange

    def update(self, invoice_id: str, values: Mapping[str, Any], credentials: Credentials | None = None) -> Exchange:
        """Change attributes of an invoice, and remember that they are to be put back."""
        request = self.request(UPDATE, values, invoice_id=invoice_id)
        self.journal.changing(invoice_id, values)
        return self.send(request if credentials is None else request.at(credentials))

    # Reading

    def read(self, invoice_id: str) -> tuple[Exchange, Invoice]:
        """An invoice as it reads now, and the exchange that shows it."""
        return self.read_all([invoice_id])[invoice_id]

    def read_all(self, ids: Sequence[str]) -> dict[str, tuple[Exchange, Invoice]]:
        """Some invoices as they read now, by id, each with the exchange that shows it."""
        asked = self._survey.ask_all([self._survey.invoice(one) for one in ids], fresh=True)
        return {one: (exchange, self._survey.object_of(exchange)) for one, exchange in zip(ids, asked, strict=True)}

    # Putting back

    def put_back(self) -> None:
        """Put back what was changed, and see that it is. What is not, after a few rounds, stays in the journal."""
        for _ in range(ROUNDS):
            self._put_back_once()

    def _put_back_once(self) -> None:
        for invoice_id, former in self.journal.owed():
            values = {name: value for name, value in former.items() if value is not None}
            if values:
                self._survey.ask(self.request(UPDATE, values, invoice_id=invoice_id), fresh=True)
            try:
                self.journal.read(self.read(invoice_id)[1])
            except (Blocked, Broken):
                continue

    def owed(self) -> list[Request]:
        """The requests that would put back what is not put back yet."""
        return [self.request(UPDATE, values, invoice_id=one) for one, values in self.journal.owed()]


def changeable(survey: Survey) -> tuple[str, ...]:
    """The attributes that an update can change; none where the contract has no update."""
    for operation in survey.spec.operations:
        if operation.id == UPDATE and operation.body is not None:
            return tuple(operation.body.schema["properties"])
    return ()


def differing(before: Invoice, after: Invoice, names: Sequence[str]) -> list[str]:
    """Those of some attributes that two readings of an invoice differ in."""
    return [name for name in names if not alike(before.get(name), after.get(name))]
