"""Recorded traffic in place of a deployment: a HAR file from a browser or a proxy."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from api_spec import Operation, Spec
from contract_tests.exchange import Answer, Credentials, Exchange, Request, Secret
from contract_tests.files import FileError
from contract_tests.findings import Blocked, Broken, NotExercised
from contract_tests.generated import Generated, classified
from contract_tests.listed import MOST_PAGES, Listed, Views
from contract_tests.listings import Filters, Item, Key, Listing, Page, Walk
from contract_tests.permission import Permission
from contract_tests.profile import PROFILES
from contract_tests.survey import GET, Survey
from contract_tests.target import Known, Target

NOT_RECORDED = "The recording has no exchange that shows it."
NOTHING = Permission(granted=False, reason="A recording does not tell what was there before a write and after it.")


class Recording(Survey):
    """A survey that asks nothing: it knows the exchanges of a recording."""

    live = False

    def __init__(
        self, spec: Spec, target: Target, exchanges: Iterable[Exchange], operations: Iterable[str] = ()
    ) -> None:
        """The exchanges of one organization with one deployment."""
        super().__init__(spec, target, _refuse, PROFILES["deep"], operations=operations, permission=NOTHING)
        self.exchanges = list(exchanges)
        for exchange in self.exchanges:
            self._remembered[_plain(exchange.request)] = exchange

    def ask_all(self, requests: Sequence[Request], *, fresh: bool = False) -> list[Exchange]:
        """The recorded exchanges for some questions; raises NotExercised when one was not recorded."""
        found = [self._remembered.get(_plain(request)) for request in requests]
        if fresh or None in found:
            raise NotExercised(NOT_RECORDED)
        return [one for one in found if one is not None]

    def ask_some(self, requests: Sequence[Request]) -> list[Exchange]:
        """The recorded exchanges among some questions; raises NotExercised when there is none."""
        found = [self._remembered[_plain(one)] for one in requests if _plain(one) in self._remembered]
        if not found:
            raise NotExercised(NOT_RECORDED)
        return found

    def generated(self, operation_id: str) -> list[Generated]:
        """The recorded requests, and what the contract says of each."""
        operation = self.spec.operation(operation_id)
        requests = dict.fromkeys(one.request for one in self.exchanges if one.request.operation_id == operation_id)
        return [classified(operation, request) for request in requests if request.method == "GET"]

    def invoice_ids(self) -> tuple[str, ...]:
        """The invoices that were asked for and answered."""
        ids = [
            one.request.path.rsplit("/", 1)[-1]
            for one in self.exchanges
            if one.request.operation_id == GET and one.answer.status == 200
        ]
        if not ids:
            raise NotExercised(NOT_RECORDED)
        return tuple(dict.fromkeys(ids))

    def _listed(self, listing: Listing, most_pages: int = MOST_PAGES) -> Listed:
        return RecordedListing(self, listing, most_pages)

    def absence_of(self, operation_id: str) -> Exchange | None:  # noqa: ARG002 - whatever it is
        """None: a recording does not tell which requests had a right to an answer."""
        return None


class RecordedListing(Listed):
    """A listing of which nothing is known but what was recorded."""

    @cached_property
    def _views(self) -> Views:
        """The recorded pages by their size and filters, in the order of their numbers."""
        found: dict[tuple[int | None, Filters], dict[int, Page]] = {}
        operation = self.inquiry.spec.operation(self.listing.operation_id)
        names = {one.name for one in operation.parameters_in("query")} - {"page", "size"}
        for exchange in self.inquiry.exchanges:
            asked = exchange.request.parameters
            number, size = asked.get("page", "1"), asked.get("size")
            if exchange.request.operation_id != operation.id or exchange.answer.status != 200:
                continue
            if not number.isdigit() or not (size is None or size.isdigit()):
                continue
            if not set(asked) <= {"page", "size", *names}:
                continue
            filters = tuple(sorted(pair for pair in exchange.request.query if pair[0] in names and pair[1]))
            try:
                page = self.page_of(exchange)
            except (Blocked, Broken):
                continue
            found.setdefault((int(size) if size else None, filters), {})[int(number)] = page
        return {view: [pages[number] for number in sorted(pages)] for view, pages in found.items()}

    def views(self) -> Views:
        """The recorded pages by their size and filters."""
        return self._views

    def walk(self, filters: Filters = (), *, size: int | None = None, fresh: bool = False) -> Walk:
        """The recorded pages of one size and filter."""
        pages = self.views().get((size, filters))
        if fresh or not pages:
            raise NotExercised(NOT_RECORDED)
        room = pages[0].room
        complete = [page.asked_number for page in pages] == list(range(1, -(-max(pages[0].total, 1) // room) + 1))
        return Walk(self.listing, filters, size, tuple(pages), complete)

    def whole(self, *, fresh: bool = False) -> dict[Key, Item]:
        """Every item that some recorded page shows."""
        if fresh:
            raise NotExercised(NOT_RECORDED)
        return self._union

    @cached_property
    def _union(self) -> dict[Key, Item]:
        pages = [page for pages in self.views().values() for page in pages]
        return Walk(self.listing, (), None, tuple(pages)).items

    @cached_property
    def is_complete(self) -> bool:
        """Whether the recording holds an unfiltered listing from its first page to its last."""
        return any(self.walk((), size=size).complete for size, filters in self.views() if not filters)

    def whole_walk(self, *, fresh: bool = False) -> Walk:
        """All recorded pages."""
        pages = [page for pages in self.views().values() for page in pages]
        if fresh or not pages:
            raise NotExercised(NOT_RECORDED)
        return Walk(self.listing, (), None, tuple(pages), complete=False)


UNSEEN = (None, 0, 304)
"""Statuses of exchanges whose answer is not in the recording: nothing came, or the browser had it already."""


def _refuse(_: Request) -> Answer:
    raise NotExercised(NOT_RECORDED)


def _plain(request: Request) -> Request:
    """The same request whatever the order of its parameters."""
    return replace(request, query=tuple(sorted(request.query)))


def read_har(path: Path, spec: Spec, known: Known) -> tuple[Target, list[Exchange]]:
    """The exchanges in a HAR file that are operations of the contract, and who asked them.

    Where several deployments or organizations were asked, the one asked most often is taken. Raises FileError when the
    file is no HAR or holds no such exchange.
    """
    try:
        entries = json.loads(path.read_text(encoding="utf-8-sig"))["log"]["entries"]
        found = [one for entry in entries if (one := _entry(entry, spec)) is not None]
    except OSError as error:
        raise FileError(f"{path}: cannot be read: {error.strerror}") from None
    except (ValueError, KeyError, TypeError) as error:
        raise FileError(f"{path}: is no HAR file: {type(error).__name__}: {error}") from None
    if not found:
        wanted = ", ".join(f"{one.method} {one.path}" for one in spec.operations)
        raise FileError(f"{path}: expected exchanges of {wanted}, got none among {len(entries)} entries")
    base_url, credentials = _most([(base, request.credentials) for base, request, _ in found])
    exchanges = [
        Exchange(number, request, "", answer)
        for number, (base, request, answer) in enumerate(found, start=1)
        if (base, request.credentials) == (base_url, credentials)
    ]
    return Target(base_url, credentials, known), exchanges


def _most(choices: list[tuple[str, Credentials]]) -> tuple[str, Credentials]:
    return max(choices, key=choices.count)


def _entry(entry: Mapping[str, Any], spec: Spec) -> tuple[str, Request, Answer] | None:
    asked, answered = entry["request"], entry["response"]
    url = urlsplit(asked["url"])
    for operation in spec.operations:
        prefix = _prefix(operation, url.path)
        if prefix is not None and asked["method"] == operation.method and answered.get("status") not in UNSEEN:
            request = Request(
                operation.id,
                unquote(url.path[len(prefix) :]),
                _credentials(asked["headers"]),
                tuple(parse_qsl(url.query, keep_blank_values=True)),
                asked["method"],
            )
            return f"{url.scheme}://{url.netloc}{prefix}", request, _answer(answered)
    return None


def _prefix(operation: Operation, path: str) -> str | None:
    """What stands before an operation's path, or None when this is another operation."""
    pattern = "".join(
        "[^/]+" if part.startswith("{") else re.escape(part) for part in re.split(r"({\w+})", operation.path)
    )
    match = re.fullmatch(f"(.*?){pattern}", path)
    return match[1] if match else None


def _credentials(headers: Iterable[Mapping[str, str]]) -> Credentials:
    named = {header["name"].lower(): header["value"] for header in headers}
    key = named.get("x-api-key")
    return Credentials(named.get("x-organization-id"), Secret(key, "$DCYCLE_API_KEY") if key else None)


def _answer(answered: Mapping[str, Any]) -> Answer:
    content = answered.get("content", {})
    text = content.get("text", "")
    try:
        body = base64.b64decode(text) if content.get("encoding") == "base64" else text.encode("utf-8", "surrogatepass")
    except binascii.Error as error:
        raise ValueError(f"a body is not base64: {error}") from None
    headers = tuple((header["name"], header["value"]) for header in answered.get("headers", ()))
    return Answer(answered["status"], headers, body)
