"""Emissions, calculated anew: asked for now, done in a moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from mock_server import refusals
from mock_server.answers import Answer, answer
from mock_server.explanations import explain_categories, explain_dropped, explain_mixture, explain_types
from mock_server.operations.call import Call, now

SECONDS = 0.3
"""How long a calculation takes: enough for a page to show that it is not done at once."""

ENERGY = "energy"
"""The category that fits every type."""

CATEGORIES: Mapping[str, tuple[str, ...]] = {
    "heat": ("stationary", "stationary_generation", ENERGY),
    "electricity": (
        "electricity", "electricity_location_based", "electricity_generation",
        "electricity_transmission_and_distribution", ENERGY,
    ),
    "recharge": ("recharge", ENERGY),
}  # fmt: skip
"""The categories that fit invoices of a type. The page names types and categories, not which go together."""


def recalculate_invoices(call: Call) -> Answer:
    """Start one job for each category, over the invoices that are the organization's (page "Recalculate invoices")."""
    asked = list(dict.fromkeys(call.body["invoice_ids"]))
    categories = list(dict.fromkeys(call.body["activity_categories"]))
    types = call.store.types(call.organization_id, asked)
    refused = _refuse(Counter(types.values()), categories)
    if refused:
        return refused
    owned = list(types)
    jobs = call.store.schedule_recalculation(call.organization_id, owned, categories, now(), SECONDS)
    content = {"invoice_ids": owned, "count": len(owned), "processing_job_ids": jobs}
    return answer(202, content, explain_dropped(len(asked) - len(owned), len(asked)))


def _refuse(types: Counter[str], categories: Sequence[str]) -> Answer | None:
    """The refusal of invoices that cannot be calculated together, not at all, or not for these categories."""
    if len(types) > 1 and categories != [ENERGY]:
        return refusals.mixed_types(explain_mixture(types))
    for kind in types:
        if kind not in CATEGORIES:
            return refusals.unsupported_type(kind, explain_types(CATEGORIES))
        for category in categories:
            if category not in CATEGORIES[kind]:
                return refusals.category_mismatch(category, kind, explain_categories(kind, CATEGORIES[kind]))
    return None
