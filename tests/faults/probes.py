"""A fixed set of requests over which two deployments are compared."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from faults.exchange import Request
from faults.operations import INVOICES_PREFIX, LISTING_PATH

NOBODY = "00000000-0000-4000-8000-000000000000"

SEARCHES = (
    "ES0021", "es0021", "400501a", "400501AB", "ES0021000000400501AB0F", "0F", "ES", "a", "zzzzzz", "Planta", "%", "_",
    "%00400777", "_00400777XY", "X00400777XY", ".", "+", "+00400777", "O'HARA", "o'h", "-0031-(7)", "(7)", "[2]^", "*",
    "\\400\\8", "ÑÚ", "ñ", "ESPANA", "espaÑa", "ΔΩ", "&a=1#2", "?", "\"400\"<b>", "ES 0021", "ES0O21", "9:@", "(", "'",
    "ES-0021-0000-0040-0501-AB-and-much-more-text", "x" * 300, "\0", "ES0021%00400777XY", "0040 0501 AB", "%2B", "00",
)  # fmt: skip

QUERIES = (
    "", "page=2", "page=3", "page=4", "page=2&size=7", "page=3&size=7", "size=200", "size=100", "size=45", "size=27",
    "size=1", "page=2&size=50", "page=135&size=1", "page=2&size=200", "page=99", "page=20000", "size=10&page=14",
    "page=0", "page=-1", "page=abc", "page=1.5", "size=0", "size=-5", "size=201", "size=5000", "size=abc", "size=10abc",
    f"facility_id={NOBODY}", "facility_id=abc", f"facility_id={NOBODY}&search=ES", "search=%FF", "size=20&page=7",
    "search=0&size=10&page=2", "search=0&size=10&page=3", "search=ES&size=5&page=20", "search=2&page=2",
    f"note={'x' * 1100}",
)  # fmt: skip


def list_requests(facts: dict[str, Any], facility_ids: list[str]) -> Iterator[Request]:
    """Every probe, for a deployment whose owner knows these facts."""
    own = facts["organization"]
    headers = {"x-organization-id": own["organization_id"], "x-api-key": own["api_key"]}
    yield from (Request("GET", LISTING_PATH, query, headers) for query in [*QUERIES, *_filters(facility_ids)])
    yield from (Request("GET", INVOICES_PREFIX + text, "", headers) for text in _invoice_ids(facts))
    yield from _heads(facts, headers)
    for credentials in _credentials(facts):
        yield Request("GET", LISTING_PATH, "", credentials)
        yield Request("GET", INVOICES_PREFIX + _first_id(facts), "", credentials)
    yield Request("GET", INVOICES_PREFIX + _other(facts)["invoice_id"], "", headers)


def _first_id(facts: dict[str, Any]) -> str:
    return str(next(iter(facts["invoice_ids"]), NOBODY))


def _other(facts: dict[str, Any]) -> dict[str, str]:
    """The second organization, or one that is nobody's."""
    return facts["second_organization"] or {"organization_id": NOBODY, "api_key": "nobodys", "invoice_id": NOBODY}


def _filters(facility_ids: list[str]) -> Iterator[str]:
    yield from (f"search={quote(text, safe='')}&size=200" for text in SEARCHES)
    for facility_id in facility_ids:
        yield f"facility_id={facility_id}"
        yield f"facility_id={facility_id}&page=2&size=9"
        yield f"facility_id={facility_id}&search=0021"
        yield f"facility_id={facility_id}&search=es"


def _invoice_ids(facts: dict[str, Any]) -> Iterator[str]:
    first = _first_id(facts)
    yield from facts["invoice_ids"]
    yield from (first, first, first.upper(), first + "0", first[:-1], first[:8], NOBODY, "abc", "12345", "INV-2024-001")


def _heads(facts: dict[str, Any], headers: dict[str, str]) -> Iterator[Request]:
    yield Request("HEAD", LISTING_PATH, "", headers)
    yield Request("HEAD", INVOICES_PREFIX + _first_id(facts), "", headers)
    yield Request("HEAD", INVOICES_PREFIX + NOBODY, "", headers)


def _credentials(facts: dict[str, Any]) -> Iterator[dict[str, str]]:
    own, other = facts["organization"], _other(facts)
    key = own["api_key"]
    organization = {"x-organization-id": own["organization_id"]}
    wrong = ("", "wrong", key[:-1], key[:-1] + "#", key + "0", key[:12] + "0" * 20, key.swapcase(), key[::-1])
    yield organization
    yield from (organization | {"x-api-key": text} for text in (*wrong, "x" * len(key), other["api_key"]))
    yield {"x-api-key": key}
    yield from ({"x-api-key": key, "x-organization-id": text} for text in (NOBODY, "abc", "", other["organization_id"]))
    yield {"x-api-key": other["api_key"], "x-organization-id": other["organization_id"]}
