"""Asks a deployment, remembers every exchange, and reads JSON from the answers."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from api_spec import Spec
from contract_tests.conformance import Conformance
from contract_tests.exchange import Answer, Exchange, Request
from contract_tests.findings import Blocked, Broken, Finding, NotExercised
from contract_tests.generated import Generated
from contract_tests.listings import LISTINGS
from contract_tests.permission import REFUSED, Permission
from contract_tests.profile import Profile
from contract_tests.reading import NotJson, Readings
from contract_tests.target import Known, Target

Announce = Callable[[Sequence[str], Sequence[str]], None]

SCHEMA_RULES = {
    "getInvoice": "invoice-schema",
    "getFacility": "facility-schema",
    "getInvoiceFilterOptions": "options-schema",
    **{one.operation_id: one.schema_rule for one in LISTINGS.values()},
}
"""The rule about the form of what an operation answers."""


class Inquiry:
    """Questions and answers. Equal questions are asked once, unless a fresh answer is wanted."""

    live = True
    """Whether anything can be asked that was not asked before."""

    def __init__(
        self,
        spec: Spec,
        target: Target,
        send: Callable[[Request], Answer],
        profile: Profile,
        *,
        operations: Iterable[str] | None = None,
        seed: int = 0,
        concurrency: int = 4,
        heard: Callable[[Exchange], None] | None = None,
        permission: Permission = REFUSED,
        announce: Announce | None = None,
    ) -> None:
        """`send` gets one answer over the wire; `heard` is told of every exchange; `operations` are the ones to ask.

        `announce` is told, before the first write, which invoices are changed and which are deleted.
        """
        self.permission = permission
        self.announce = announce or (lambda *_: None)
        self.spec = spec
        self.target = target
        self.profile = profile
        self.seed = seed
        self.operations = frozenset(operations or (operation.id for operation in spec.operations))
        self.broken: set[str] = set()
        """The rules found broken so far."""
        self.unanswered: dict[int, Exchange] = {}
        """Valid requests that were not answered with 200, by number."""
        self.exchanges: list[Exchange] = []
        self._send = send
        self._heard = heard or (lambda _: None)
        self._remembered: dict[Request, Exchange] = {}
        self._kept: dict[bytes, bytes] = {}
        self._readings = Readings()
        self._schemas: dict[str, Conformance] = {}
        self._threads = ThreadPoolExecutor(max_workers=concurrency, thread_name_prefix="survey")
        self._rule_id = ""

    @property
    def known(self) -> Known:
        """What the owner of the deployment knows."""
        return self.target.known

    def close(self) -> None:
        """Wait for requests under way and send no more."""
        self._threads.shutdown(cancel_futures=True)

    # Asking

    @contextmanager
    def judging(self, rule_id: str) -> Iterator[None]:
        """Name the rule that the requests of this block are sent for."""
        before, self._rule_id = self._rule_id, rule_id
        try:
            yield
        finally:
            self._rule_id = before

    def random(self, purpose: str) -> random.Random:
        """Random choices for one purpose, the same in every run with the same seed."""
        return random.Random(f"{self.seed} {purpose}")  # noqa: S311 - reproducible, not secret

    def request(
        self, operation_id: str, path: Mapping[str, str] | None = None, query: tuple[tuple[str, str], ...] = ()
    ) -> Request:
        """A question to an operation; raises NotExercised for one that is not to be asked."""
        if operation_id not in self.operations:
            raise NotExercised(f"--operation leaves {operation_id} out.")
        template = self.spec.operation(operation_id).path
        return Request(operation_id, template.format_map({} if path is None else path), self.target.credentials, query)

    def ask(self, request: Request, *, fresh: bool = False) -> Exchange:
        """The exchange for a question."""
        return self.ask_all([request], fresh=fresh)[0]

    def ask_all(self, requests: Sequence[Request], *, fresh: bool = False) -> list[Exchange]:
        """The exchanges for several questions, asked side by side."""
        new = [one for one in dict.fromkeys(requests) if fresh or one not in self._remembered]
        answers = self._threads.map(self._send, new) if len(new) > 1 else map(self._send, new)
        for request, answer in zip(new, answers, strict=True):
            # Equal bodies are kept once: a server that ignores a parameter answers the same many times.
            kept = replace(answer, body=self._kept.setdefault(answer.body, answer.body))
            exchange = Exchange(len(self.exchanges) + 1, request, self._rule_id, kept)
            self.exchanges.append(exchange)
            self._remembered[request] = exchange
            self._heard(exchange)
        return [self._remembered[request] for request in requests]

    def ask_some(self, requests: Sequence[Request]) -> list[Exchange]:
        """The exchanges for those of some questions that can be asked."""
        return self.ask_all(requests)

    def generated(self, operation_id: str) -> list[Generated]:  # noqa: ARG002 - a survey knows
        """The requests that Schemathesis makes up for an operation."""
        return []

    # Reading

    def schema_of(self, operation_id: str, status: str = "200") -> Conformance:
        """The documented body of an operation, ready to compare with."""
        key = f"{operation_id} {status}"
        if key not in self._schemas:
            self._schemas[key] = Conformance(self.spec.operation(operation_id).responses[status].schema or {})
        return self._schemas[key]

    def json_of(self, exchange: Exchange) -> Any:
        """The body of an exchange; raises NotJson."""
        if exchange.answer.flaw:
            raise NotJson(exchange.answer.flaw)
        return self._readings.read(exchange.answer.body)

    def absence_of(self, operation_id: str) -> Exchange | None:  # noqa: ARG002 - a survey knows
        """The exchange that shows that an operation is not served; None where it is, or where nothing shows it."""
        return None

    def object_of(self, exchange: Exchange) -> dict[str, Any]:
        """The JSON object that a valid request was answered with.

        A status other than 200 raises Broken where a filter was asked for that the rule is about, and Blocked by
        request-answered or operation-served otherwise. A body that is no object raises Blocked.
        """
        if exchange.answer.status != 200:
            self._refuse(exchange)
        try:
            body = self.json_of(exchange)
        except NotJson:
            raise Blocked("json-well-formed", exchange) from None
        if not isinstance(body, dict):
            raise Blocked(SCHEMA_RULES[exchange.request.operation_id], exchange)
        return body

    def _refuse(self, exchange: Exchange) -> None:
        """Raise what follows from a valid request that was not answered with 200."""
        operation_id = exchange.request.operation_id
        if self.absence_of(operation_id):
            raise Blocked("operation-served", exchange)
        listing = LISTINGS.get(operation_id)
        filtered = listing is not None and bool({*listing.filters, "sort"} & set(exchange.request.parameters))
        if not filtered:
            self.unanswered[exchange.number] = exchange
            raise Blocked("request-answered", exchange)
        if exchange.rule_id not in self.broken and self._is_about(operation_id):
            raise Broken(Finding(self._rule_id, "status", "200", str(exchange.answer.status), exchange))
        raise Blocked(exchange.rule_id, exchange)

    def _is_about(self, operation_id: str) -> bool:
        """Whether the rule being judged is about an operation, or about all."""
        return self._rule_id == "" or self.spec.rule(self._rule_id).operation_id in (None, operation_id)
