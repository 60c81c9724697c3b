"""Tells whether a deployment serves an operation at all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from contract_tests.exchange import Exchange, Request
from contract_tests.inquiry import Inquiry

NO_METHOD = (405, 501)
"""Statuses that say that a path or method is not there, whatever was asked of it."""
NO_ENTRY = (401, 403, 429)
"""Refusals that say nothing of what is behind them."""
PASSING = re.compile(r"[0-9a-f]{8,}|[0-9-]+", re.IGNORECASE)
"""What differs between two equal refusals: numbers of requests, times."""


def prove_absence(inquiry: Inquiry, probes: Sequence[Request], *, certain: bool) -> Exchange | None:
    """The first of some valid exchanges where all of them show that nothing serves their operation; else None.

    A 404 counts where it is `certain` that what was asked for exists.
    """
    exchanges = inquiry.ask_all(probes) if probes else []
    statuses = (*NO_METHOD, 404) if certain else NO_METHOD
    absent = [one.answer.status in statuses or _is_mistaken(inquiry, one) for one in exchanges]
    return exchanges[0] if absent and all(absent) else None


def _is_mistaken(inquiry: Inquiry, exchange: Exchange) -> bool:
    """Whether the last step of a path was taken for an id.

    Then the refusal speaks of an id that was not asked for, or a word that means nothing is refused just so.
    """
    request, answer = exchange.request, exchange.answer
    parent, _, word = request.path.rpartition("/")
    name = _shadow(inquiry, parent, word)
    if name is None or not answer.refused or answer.status in NO_ENTRY:
        return False
    if re.search(name.replace("_", r"[\W_]*"), answer.body.decode("utf-8", "replace"), re.IGNORECASE):
        return True
    other = inquiry.ask(replace(request, path=f"{parent}/{word}-not")).answer
    bodies = [one.body.decode("utf-8", "replace").replace(f"{word}-not", word) for one in (answer, other)]
    return other.status == answer.status and len({PASSING.sub("", body) for body in bodies}) == 1


def _shadow(inquiry: Inquiry, parent: str, word: str) -> str | None:
    """The name of the id that another operation has where this path has a word of its own."""
    templates = {operation.path for operation in inquiry.spec.operations}
    has_id = re.compile(re.escape(parent) + r"/{(\w+)}")
    found = [match[1] for path in templates if (match := has_id.fullmatch(path))]
    return found[0] if found and f"{parent}/{word}" in templates else None
