"""Looks at a deployment: asks, remembers every exchange, and reads listings and invoices from the answers."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from api_spec import Spec
from contract_tests.conformance import Conformance, same_uuid
from contract_tests.exchange import Answer, Exchange, Request
from contract_tests.findings import Blocked, Broken, Finding, NotExercised
from contract_tests.generated import Generated, generate
from contract_tests.profile import Profile
from contract_tests.reading import NotJson, Readings
from contract_tests.target import Target

LIST, GET = "listCupsGroups", "getInvoice"
MANY = 2000
"""Groups from which on the listing is walked at its largest size only."""
MOST_PAGES = 400
"""Pages of one listing that are asked for, at most."""
EXTRA_PAGES = 8
"""Pages asked for beyond those that the total tells, while they are full and show new groups."""
BATCH = 24
"""Pages asked for side by side."""
WALKS = 8
"""Walks that are remembered whole, the last ones asked for."""

GroupKey = tuple[str, str]
Group = Mapping[str, Any]


@dataclass(frozen=True)
class Page:
    """One page of a listing, well enough formed to be compared with others."""

    exchange: Exchange
    body: Mapping[str, Any]
    groups: tuple[Group, ...]

    @property
    def asked_number(self) -> int:
        """The page number that was asked for."""
        return int(self.exchange.request.parameters.get("page", "1"))

    @property
    def room(self) -> int:
        """How many groups the page has room for: the size asked for or, where none was, the size it tells."""
        asked = self.exchange.request.parameters.get("size")
        return max(1, int(asked) if asked else self.number("size"))

    @property
    def total(self) -> int:
        """The number of groups the page says there are; blocks the rule when it is no number."""
        return self.number("total")

    def number(self, name: str) -> int:
        """A whole number of the page; blocks the rule when it is none."""
        value = self.body.get(name)
        if isinstance(value, bool) or not isinstance(value, int):
            raise Blocked("cups-page-schema", self.exchange)
        return value


@dataclass(frozen=True)
class Walk:
    """The pages of one listing, in order."""

    filters: Mapping[str, str]
    size: int | None
    pages: tuple[Page, ...]
    complete: bool = True
    """Whether every page was fetched."""

    @cached_property
    def groups(self) -> dict[GroupKey, Group]:
        """The groups of all pages by their key."""
        return {key_of(group): group for page in self.pages for group in page.groups}

    def placed(self) -> Iterator[tuple[Page, int, Group]]:
        """Every group with its page and its place in it."""
        for page in self.pages:
            for index, group in enumerate(page.groups):
                yield page, index, group


def key_of(group: Group) -> GroupKey:
    """What makes a group: its CUPS code and facility."""
    return group["cups"], same_uuid(group["facility_id"])


class Survey:
    """One session with a deployment. Equal questions are asked once, unless a fresh answer is wanted."""

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
    ) -> None:
        """`send` gets one answer over the wire; `heard` is told of every exchange; `operations` are the ones to ask."""
        self.spec = spec
        self.target = target
        self.known = target.known
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
        self._walks: dict[tuple[Any, ...], Walk] = {}
        self._schemas: dict[str, Conformance] = {}
        self._threads = ThreadPoolExecutor(max_workers=concurrency, thread_name_prefix="survey")
        self._rule_id = ""
        self._generated: dict[str, list[Generated]] = {}

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

    def listing(self, **query: object) -> Request:
        """A question for a page of groups; parameters that are None are left out."""
        return self._request(LIST, {}, tuple((name, str(value)) for name, value in query.items() if value is not None))

    def invoice(self, invoice_id: str) -> Request:
        """A question for an invoice."""
        return self._request(GET, {"invoice_id": invoice_id})

    def _request(self, operation_id: str, path: Mapping[str, str], query: tuple[tuple[str, str], ...] = ()) -> Request:
        if operation_id not in self.operations:
            raise NotExercised(f"--operation leaves {operation_id} out.")
        template = self.spec.operation(operation_id).path
        return Request(operation_id, template.format_map(path), self.target.credentials, query)

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

    def generated(self, operation_id: str) -> list[Generated]:
        """The requests that Schemathesis makes up for an operation, around live values."""
        if operation_id not in self._generated:
            examples = {"invoice_id": self.known.invoice_ids[0]} if self.known.invoice_ids else {}
            for cups, facility in self._live_group():
                examples |= {"facility_id": facility, "search": cups}
            self._generated[operation_id] = generate(
                self.spec,
                self.spec.operation(operation_id),
                self._request(operation_id, _AnyValue()),
                examples,
                count=self.profile.generated,
                seed=self.seed,
            )
        return self._generated[operation_id]

    def _live_group(self) -> list[GroupKey]:
        try:
            return list(self.whole())[:1]
        except (Broken, Blocked, NotExercised):
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

    def object_of(self, exchange: Exchange) -> dict[str, Any]:
        """The JSON object that a valid request was answered with.

        A status other than 200 raises Broken where a filter was asked for that the rule is about, and Blocked by
        request-answered otherwise. A body that is no object raises Blocked.
        """
        if exchange.answer.status != 200:
            filtered = {"search", "facility_id"} & set(exchange.request.parameters)
            if filtered and exchange.rule_id not in self.broken:
                raise Broken(Finding(self._rule_id, "status", "200", str(exchange.answer.status), exchange))
            if not filtered:
                self.unanswered[exchange.number] = exchange
            raise Blocked(exchange.rule_id if filtered else "request-answered", exchange)
        try:
            body = self.json_of(exchange)
        except NotJson:
            raise Blocked("json-well-formed", exchange) from None
        if not isinstance(body, dict):
            raise Blocked("cups-page-schema" if exchange.request.operation_id == LIST else "invoice-schema", exchange)
        return body

    # Listings

    def page_of(self, exchange: Exchange) -> Page:
        """The page of groups in an answer; raises Broken or Blocked when there is none."""
        body = self.object_of(exchange)
        items = body.get("items")
        if not isinstance(items, list) or not all(_is_group(item) for item in items):
            raise Blocked("cups-page-schema", exchange)
        return Page(exchange, body, tuple(map(self._documented_part, items)))

    def _documented_part(self, group: Group) -> Group:
        """A group without what is not documented: that may change from answer to answer, and so is not compared."""
        names = self._group_fields
        return group if group.keys() <= names.keys() else {name: group[name] for name in names if name in group}

    @cached_property
    def _group_fields(self) -> dict[str, None]:
        """The documented fields of a group, in their order."""
        documented = self.spec.operation(LIST).success.schema or {}
        return dict.fromkeys(documented["properties"]["items"]["items"]["properties"])

    def page(self, *, fresh: bool = False, **query: object) -> Page:
        """One page of the listing, asked with these parameters."""
        return self.page_of(self.ask(self.listing(**query), fresh=fresh))

    def walk(self, filters: Mapping[str, str], *, size: int | None = None, fresh: bool = False) -> Walk:
        """The pages of a listing: those that its total tells, and a few more while they are full.

        It ends early where pages show nothing new, so that a total that lies is not followed far.
        """
        view = (size, *filters.items())
        found = self._walks.pop(view, None)
        if found is None or fresh:
            found = self._walk(filters, size, fresh)
        self._walks[view] = found
        if len(self._walks) > WALKS:
            del self._walks[next(iter(self._walks))]
        return found

    def _walk(self, filters: Mapping[str, str], size: int | None, fresh: bool) -> Walk:
        def ask(first: int, count: int) -> list[Exchange]:
            numbers = range(first, first + count)
            return self.ask_all([self.listing(size=size, page=one, **filters) for one in numbers], fresh=fresh)

        pages = [self.page_of(exchange) for exchange in ask(1, 1)]
        seen = set(map(key_of, pages[0].groups))
        told, room = -(-pages[0].total // pages[0].room), pages[0].room
        while len(pages) < min(told, MOST_PAGES):
            batch = [self.page_of(one) for one in ask(len(pages) + 1, min(told - len(pages), BATCH))]
            pages += batch
            new = {key_of(group) for page in batch for group in page.groups} - seen
            if not new:
                return Walk(filters, size, tuple(pages))
            seen |= new
        for _ in range(EXTRA_PAGES if told <= MOST_PAGES else 0):
            if len(pages[-1].groups) < room:
                return Walk(filters, size, tuple(pages))
            (exchange,) = ask(len(pages) + 1, 1)
            page = None if exchange.answer.refused else self.page_of(exchange)
            if page is None or set(map(key_of, page.groups)) <= seen:
                return Walk(filters, size, tuple(pages))
            pages.append(page)
            seen |= set(map(key_of, page.groups))
        return Walk(filters, size, tuple(pages), complete=False)

    def parameter(self, name: str) -> Mapping[str, Any]:
        """The schema of a parameter of the listing."""
        return next(one.schema for one in self.spec.operation(LIST).parameters if one.name == name)

    @property
    def default_size(self) -> int:
        """How many groups make a page when size is not given."""
        return int(self.parameter("size")["default"])

    @cached_property
    def largest(self) -> int | None:
        """The largest size that is documented; None, which asks for the default one, where it is refused."""
        size = int(self.parameter("size")["maximum"])
        with self.judging("cups-size-bounds"):
            return size if self.ask(self.listing(size=size, page=1)).answer.status == 200 else None

    def whole(self, *, fresh: bool = False) -> dict[GroupKey, Group]:
        """Every group of the organization, by its key: those of its largest pages, and of its default ones."""
        walk = self.whole_walk(fresh=fresh)
        if walk.size is None or walk.pages[0].total > MANY:
            return walk.groups
        return self.walk({}, size=None, fresh=fresh).groups | walk.groups

    def whole_walk(self, *, fresh: bool = False) -> Walk:
        """The unfiltered listing in its largest pages."""
        return self.walk({}, size=self.largest, fresh=fresh)

    @property
    def whole_is_complete(self) -> bool:
        """Whether `whole` holds every group, and not only those that were seen."""
        return True

    def pages_by_view(self) -> dict[tuple[int | None, tuple[tuple[str, str], ...]], list[Page]]:
        """The pages of a recording by their size and filters; a live survey has none to keep to."""
        return {}

    def some_groups(self) -> dict[GroupKey, Group]:
        """The whole listing; raises NotExercised when it is empty."""
        groups = self.whole()
        if not groups:
            raise NotExercised("The organization has no CUPS groups. Name one that has some.")
        return groups

    # Invoices

    def invoice_ids(self) -> tuple[str, ...]:
        """The ids to ask for; raises NotExercised when none is known."""
        if not self.known.invoice_ids:
            raise NotExercised("Name invoices with --invoice-id, of different types and statuses.")
        return self.known.invoice_ids[: self.profile.invoices]

    def invoices(self) -> list[tuple[Exchange, dict[str, Any]]]:
        """Every known invoice that was answered with an object, with its exchange."""
        exchanges = self.ask_all([self.invoice(one) for one in self.invoice_ids()])
        found = []
        blocked: Blocked | None = None
        for exchange in exchanges:
            try:
                found.append((exchange, self.object_of(exchange)))
            except Blocked as error:
                blocked = error
        if blocked and not found:
            raise blocked
        return found


class _AnyValue(dict[str, str]):
    """A value for each parameter of a path, for a request whose path is replaced anyway."""

    def __missing__(self, name: str) -> str:
        return name


def _is_group(item: Any) -> bool:
    return isinstance(item, dict) and isinstance(item.get("cups"), str) and isinstance(item.get("facility_id"), str)


def facilities_of(groups: Iterable[Group]) -> list[str]:
    """The facilities of some groups, the one with most groups first."""
    count: dict[str, int] = {}
    for group in groups:
        count[group["facility_id"]] = count.get(group["facility_id"], 0) + 1
    return sorted(count, key=lambda facility: (-count[facility], facility))
