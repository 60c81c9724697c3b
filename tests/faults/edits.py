"""The words in which faults and variants are declared.

An edit stands between the client and a deployment. It changes the request on its way in (`change_request`) or the
answer on its way out (`change_answer` and the narrower words below it), for the requests that `when` holds for and
the objects that `where` holds for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from zlib import crc32

from faults.exchange import Answer, Handler, Request, json_answer
from faults.site import Edit, Site, chain

Object = dict[str, Any]
Change = Callable[[Object], Object]
When = Callable[[Request], bool]
Where = Callable[[Object], bool]


# Conditions on the request


def always(_: Request) -> bool:
    return True


def listing(request: Request) -> bool:
    """The request asks for groups."""
    return request.is_listing


def one_invoice(request: Request) -> bool:
    """The request asks for one invoice."""
    return request.is_invoice


def asking(*operations: str) -> When:
    """The request asks for one of these operations."""
    return lambda request: request.operation in operations


def given(*names: str) -> When:
    """The listing is asked for with all of these parameters."""
    return lambda request: request.is_listing and all(name in request.parameters for name in names)


def not_given(name: str) -> When:
    """The listing is asked for without this parameter."""
    return lambda request: request.is_listing and name not in request.parameters


def page_from(number: int) -> When:
    """The listing is asked for from this page on."""
    return lambda request: request.is_listing and _number(request.parameters.get("page", "1"), 0) >= number


def valued(name: str, test: Callable[[str], bool]) -> When:
    """The listing is asked for with this parameter, and its value passes the test."""
    return lambda request: request.is_listing and name in request.parameters and test(request.parameters[name])


def _number(text: str, otherwise: int) -> int:
    return int(text) if text.isascii() and text.isdigit() else otherwise


# Conditions on an object of an answer


def any_object(_: Object) -> bool:
    return True


def having(field: str, *values: object) -> Where:
    """The field has one of these values."""
    return lambda content: content.get(field) in values


def filled(field: str) -> Where:
    """The field is there and not null."""
    return lambda content: content.get(field) is not None


def empty(page: Object) -> bool:
    """The page lists nothing."""
    return not page["items"]


def not_empty(page: Object) -> bool:
    """The page lists something."""
    return bool(page["items"])


def some(divisor: int) -> Where:
    """About one group or invoice in `divisor`, always the same ones."""
    return lambda content: crc32(f"{content.get('cups')}{content.get('facility_id')}".encode()) % divisor == 0


def both(*conditions: Callable[[Any], bool]) -> Callable[[Any], bool]:
    """All of these conditions hold."""
    return lambda subject: all(condition(subject) for condition in conditions)


# Changes of an object


def put(**fields: object) -> Change:
    """Set fields to these values."""
    return lambda content: content | fields


def drop(*names: str) -> Change:
    """Leave fields out."""
    return lambda content: {name: value for name, value in content.items() if name not in names}


def convert(field: str, function: Callable[[Any], object]) -> Change:
    """Set a field that is not null to what a function makes of it."""
    return lambda content: content | {field: function(content[field])} if content.get(field) is not None else content


def swap(one: str, other: str) -> Change:
    """Exchange the values of two fields."""
    return lambda content: content | {one: content[other], other: content[one]}


def copy(source: str, target: str) -> Change:
    """Give one field the value of another."""
    return lambda content: content | {target: content[source]}


# Edits


def change_request(change: Callable[[Request], Request], when: When = always) -> Edit:
    """Let the deployment see another request."""

    def edit(site: Site) -> Handler:
        return lambda request: site.answer(change(request) if when(request) else request)

    return edit


def change_answer(change: Callable[[Answer], Answer], when: When = always) -> Edit:
    """Change the answer, whatever it is."""

    def edit(site: Site) -> Handler:
        return lambda request: change(site.answer(request)) if when(request) else site.answer(request)

    return edit


def change_success(change: Callable[[Answer], Answer], when: When = always) -> Edit:
    """Change the answers with status 200."""
    return change_answer(lambda answer: change(answer) if answer.status == 200 else answer, when)


def change_refusal(change: Callable[[Answer], Answer], when: When = always) -> Edit:
    """Change the answers with a 4xx status."""
    return change_answer(lambda answer: change(answer) if 400 <= answer.status < 500 else answer, when)


def change_json(change: Change, when: When = always, where: Where = any_object) -> Edit:
    """Change the objects that are answered with status 200."""

    def changed(answer: Answer) -> Answer:
        content = answer.json
        return answer.with_json(change(content)) if where(content) else answer

    return change_success(changed, when)


def change_page(change: Change, when: When = listing, where: Where = any_object) -> Edit:
    """Change the pages of the listing."""
    return change_json(change, both(listing, when), where)


def change_items(change: Callable[[list[Object]], list[Object]], when: When = listing) -> Edit:
    """Change the groups that a page shows, and nothing beside them."""
    return change_page(lambda page: page | {"items": change(page["items"])}, when)


def change_groups(change: Change, where: Where = any_object, when: When = listing) -> Edit:
    """Change each group, wherever it is shown."""
    return change_items(lambda items: [change(item) if where(item) else item for item in items], when)


def change_invoice(change: Change, where: Where = any_object) -> Edit:
    """Change the invoices."""
    return change_json(change, one_invoice, where)


def change_answered(change: Change, where: Where = any_object) -> Edit:
    """Change invoices wherever they are answered: singly, listed, and after an update."""

    def changed(fields: Object) -> Object:
        return change(fields) if where(fields) else fields

    return chain(change_json(changed, asking("getInvoice", "updateInvoice")), change_listed("listInvoices", changed))


def change_listed(operation: str, change: Change, where: Where = any_object) -> Edit:
    """Change each item that a listing shows."""
    return change_json(
        lambda page: page | {"items": [change(item) if where(item) else item for item in page["items"]]},
        asking(operation),
    )


def change_body(change: Callable[[bytes], bytes], when: When = always) -> Edit:
    """Change the bytes of the bodies that come with status 200."""
    return change_success(lambda answer: replace(answer, body=change(answer.body)), when)


def change_text(old: str, new: str, when: When = always) -> Edit:
    """Change the text of the bodies that come with status 200."""
    return change_body(lambda body: body.replace(old.encode(), new.encode()), when)


def change_headers(when: When = always, **headers: str | None) -> Edit:
    """Set headers of every answer, or remove them where the value is None."""
    return change_answer(lambda answer: answer.with_headers(**headers), when)


def change_status(status: int, when: When = always) -> Edit:
    """Send what is answered with status 200 under another status."""
    return change_success(lambda answer: replace(answer, status=status), when)


def answer_with(status: int, content: object, when: When) -> Edit:
    """Answer some requests without asking the deployment."""

    def edit(site: Site) -> Handler:
        return lambda request: json_answer(status, content) if when(request) else site.answer(request)

    return edit


def serve_refused(content: object, when: When, statuses: tuple[int, ...] = (400, 404, 422)) -> Edit:
    """Answer 200 with this content where the deployment refuses."""

    def served(answer: Answer) -> Answer:
        return json_answer(200, content) if answer.status in statuses else answer

    return change_answer(served, when)


def retry_refused(change: Callable[[Request], Request], when: When, statuses: tuple[int, ...] = (400, 422)) -> Edit:
    """Ask again with another request where the deployment refuses."""

    def edit(site: Site) -> Handler:
        def handle(request: Request) -> Answer:
            answer = site.answer(request)
            return site.answer(change(request)) if when(request) and answer.status in statuses else answer

        return handle

    return edit


def borrow(*fields: str, of: Callable[[Request], Request], when: When = listing) -> Edit:
    """Take some fields from the answer to another request, where both are answered."""

    def edit(site: Site) -> Handler:
        def handle(request: Request) -> Answer:
            answer = site.answer(request)
            if not when(request) or answer.status != 200:
                return answer
            other = site.answer(of(request)).json
            return answer.with_json(answer.json | {name: other[name] for name in fields})

        return handle

    return edit


def crash(when: When) -> Edit:
    """Answer 500 to some requests."""
    return answer_with(500, {"detail": "Internal server error", "code": "INTERNAL_ERROR"}, when)
