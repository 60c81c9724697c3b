"""Lets Schemathesis follow the links of the contract: from a listing to an invoice, its facility, its update.

It makes up requests and sequences of them; what it may write to is confined to the invoices that the run has named.
Nothing is judged here: the answers are looked at by the rules about every answer.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from contract_tests.exchange import Exchange
from contract_tests.findings import NotExercised
from contract_tests.generated import hypothesis_at_home, pairs_of
from contract_tests.subjects import Subjects
from contract_tests.transport import Unreachable
from contract_tests.writing import CONSOLIDATE, UPDATE

if TYPE_CHECKING:
    from schemathesis import Case
    from schemathesis.core.transport import Response

    from contract_tests.survey import Survey

LEFT_OUT = ("deleteInvoice", "recalculateInvoices")
"""Operations that nothing puts back."""


Call = Callable[["Case[Any]"], "Response"]


def follow_links(survey: Survey) -> None:
    """Follow links from operation to operation, in sequences of a few steps, and put back what they change."""
    subjects = survey.writing.subjects
    if not subjects.pair or not survey.profile.links:
        return
    served = [one.id for one in survey.spec.operations if one.id in survey.operations and not survey.absence_of(one.id)]
    confined = Confined(survey, subjects)
    try:
        _walk(survey, [one for one in served if one not in LEFT_OUT], confined.send)
    except _Ended as ended:
        raise ended.args[0] from None
    survey.writing.put_back()


class _Ended(BaseException):
    """Ends a search at once: no ordinary exception, as Hypothesis would go on after one."""


class Confined:
    """Sends what Schemathesis makes up, about nothing but the invoices of the run where it writes."""

    def __init__(self, survey: Survey, subjects: Subjects) -> None:
        self._survey = survey
        self._clusters = subjects.clusters
        self._ids = [one for cluster in self._clusters.values() for one in cluster.invoices]

    def send(self, case: Case[Any]) -> Response:
        """Send a request and give its answer as Schemathesis reads it."""
        try:
            exchange = self._exchange(case)
        except (Unreachable, NotExercised) as error:
            raise _Ended(error) from None
        return _as_response(case, exchange)

    def _exchange(self, case: Case[Any]) -> Exchange:
        operation_id = case.operation.definition.raw["operationId"]
        path = {name: unquote(str(value)) for name, value in (case.path_parameters or {}).items()}
        if operation_id == UPDATE:
            return self._update(path["invoice_id"], _json(case.body))
        if operation_id == CONSOLIDATE:
            return self._consolidate(_json(case.body))
        query = tuple(pairs_of({**(case.query or {}), **self._narrowed(operation_id)}))
        return self._survey.ask(self._survey.request(operation_id, path, query))

    def _narrowed(self, operation_id: str) -> dict[str, str]:
        """Filters by which a listing shows what may be written to, so that a link from it can be followed."""
        first = next(iter(self._clusters.values()))
        return {
            "listInvoices": {"cups[]": first.cups, "facility_id[]": first.facility, "page": "1"},
            "listCupsGroups": {"search": first.cups, "facility_id": first.facility, "page": "1"},
        }.get(operation_id, {})

    def _update(self, invoice_id: str, body: Mapping[str, Any]) -> Exchange:
        named = invoice_id if invoice_id in self._ids else self._ids[0]
        self._survey.writing.journal.changing(named, self._survey.writing.journal.changeable)
        return self._survey.writing.send(self._survey.writing.request(UPDATE, body, invoice_id=named))

    def _consolidate(self, body: Mapping[str, Any]) -> Exchange:
        own = [cluster.source for cluster in self._clusters.values()]
        sources = [one for one in body.get("sources", ()) if one in own] or own[:1]
        for one in self._ids:
            self._survey.writing.journal.changing(one, ["cups"])
        return self._survey.writing.send(self._survey.writing.request(CONSOLIDATE, {**body, "sources": sources}))


def _json(body: Any) -> Mapping[str, Any]:
    return body if isinstance(body, dict) else {}


@hypothesis_at_home()
def _walk(survey: Survey, operations: Collection[str], send: Call) -> None:
    """Let Schemathesis make up sequences over the links between some operations."""
    import schemathesis.openapi
    from hypothesis import HealthCheck, Phase, Verbosity, seed, settings
    from schemathesis import GenerationMode

    schema = schemathesis.openapi.from_dict(copy.deepcopy(dict(survey.spec.document.content)))
    schema.config.generation.update(modes=[GenerationMode.POSITIVE])
    schema.config.phases.stateful.inference.algorithms = []
    chosen = schema.include(operation_id=sorted(operations))

    class Links(chosen.as_state_machine()):  # type: ignore[misc]
        def call(self, case: Case[Any], **_: Any) -> Response:
            return send(case)

        def validate_response(self, *_: Any, **__: Any) -> None:
            """Nothing: the rules about every answer look at it."""

    wanted = settings(
        max_examples=survey.profile.links,
        stateful_step_count=survey.profile.steps,
        database=None,
        deadline=None,
        print_blob=False,
        verbosity=Verbosity.quiet,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    seed(survey.seed)(Links).run(settings=wanted)


def _as_response(case: Case[Any], exchange: Exchange) -> Response:
    """An answer as Schemathesis reads it. It wants a request of a library that is not used here."""
    import requests
    from schemathesis.core.transport import Response

    headers: dict[str, list[str]] = {}
    for name, value in exchange.answer.headers:
        headers.setdefault(name.lower(), []).append(value)
    asked = requests.Request(case.method, f"http://deployment{exchange.request.target}").prepare()
    return Response(exchange.answer.status, headers, exchange.answer.body, asked, exchange.answer.seconds, True)
