"""Faults of credentials and of the border between organizations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from faults.edits import When, both, change_answer, change_request, crash, listing, one_invoice, serve_refused
from faults.exchange import Answer, Handler, Request
from faults.fault import Fault
from faults.records import Account
from faults.relisting import Relisting, fetch_groups
from faults.site import Edit, Site

Accepts = Callable[[Account, str], bool]
"""Whether a key (second, empty where none is sent) opens an account."""


def _key_of(request: Request) -> str:
    return request.headers.get("x-api-key", "")


def _accept_key(accepts: Accepts, when: When = lambda request: True) -> Edit:
    """Take a wrong key for the organization's own when it is accepted."""

    def edit(site: Site) -> Handler:
        def corrected(request: Request) -> Request:
            asked = request.headers.get("x-organization-id", "").lower()
            own = [account for account in site.accounts if account.organization_id == asked]
            if own and accepts(own[0], _key_of(request)):
                return request.with_headers(x_api_key=own[0].api_key)
            return request

        return change_request(corrected, when)(site)

    return edit


def _account_of_key(site: Site, request: Request) -> Account | None:
    return next((account for account in site.accounts if account.api_key == _key_of(request)), None)


def _own_organization(when: Callable[[str], bool]) -> Edit:
    """Serve the key's own organization where another one is asked for."""

    def edit(site: Site) -> Handler:
        def corrected(request: Request) -> Request:
            account = _account_of_key(site, request)
            asked = request.headers.get("x-organization-id", "")
            wrong = account and asked.lower() != account.organization_id and when(asked)
            return request.with_headers(x_organization_id=account.organization_id) if account and wrong else request

        return change_request(corrected)(site)

    return edit


def _own_for_unknown(site: Site) -> Handler:
    """Serve the key's own organization where the id is nobody's."""
    known = {account.organization_id for account in site.accounts}
    return _own_organization(lambda asked: bool(asked) and asked.lower() not in known)(site)


def _last_organization(site: Site) -> Handler:
    """Serve the last organization to whoever names none."""
    last = site.accounts[-1]

    def nobodys(request: Request) -> bool:
        return "x-organization-id" not in request.headers and _account_of_key(site, request) is not None

    return change_request(
        lambda request: request.with_headers(x_api_key=last.api_key, x_organization_id=last.organization_id), nobodys
    )(site)


def _any_valid_key(when: When) -> Edit:
    """Serve the organization that is asked for with any key that is valid somewhere."""

    def edit(site: Site) -> Handler:
        valid = {account.api_key for account in site.accounts}
        return _accept_key(lambda account, key: key in valid, when)(site)

    return edit


def _second_of(site: Site, request: Request) -> Request:
    """The request with the credentials of the other organization."""
    other = next(account for account in reversed(site.accounts) if account.api_key != _key_of(request))
    return request.with_headers(x_api_key=other.api_key, x_organization_id=other.organization_id)


def _serve_foreign_invoices(site: Site) -> Handler:
    """Find an invoice whoever owns it."""

    def handle(request: Request) -> Answer:
        answer = site.answer(request)
        if request.is_invoice and answer.status in {403, 404} and _account_of_key(site, request):
            return site.answer(_second_of(site, request))
        return answer

    return handle


def _list_foreign(how_many: int | None) -> Edit:
    """List groups of the other organization too."""

    def edit(site: Site) -> Handler:
        def handle(request: Request) -> Answer:
            if not request.is_listing or not _account_of_key(site, request):
                return site.answer(request)
            foreign = fetch_groups(site, _second_of(site, request).with_parameters(page="1"))
            return Relisting(gather=lambda groups: [*groups, *foreign[:how_many]])(site)(request)

        return handle

    return edit


def _leak_in_refusal(site: Site) -> Handler:
    """Refuse a wrong key with the right status, and with the data in the body."""

    def handle(request: Request) -> Answer:
        answer = site.answer(request)
        if answer.status != 401:
            return answer
        account = site.accounts[0]
        leaked = site.answer(request.with_headers(x_api_key=account.api_key, x_organization_id=account.organization_id))
        return replace(leaked, status=401) if leaked.status == 200 else answer

    return handle


def _without_code(answer: Answer) -> Answer:
    return answer.with_json({"detail": answer.json["detail"]}) if answer.status not in {403, 422} else answer


def _no_key(request: Request) -> bool:
    return "x-api-key" not in request.headers


def _empty_key(request: Request) -> bool:
    return request.headers.get("x-api-key") == ""


EMPTY_PAGE = {"items": [], "total": 0, "page": 1, "size": 50, "total_pages": 0}

KEY_FAULTS = (
    Fault("key-unneeded", "key-required", "A request without a key is served.",
          _accept_key(lambda account, key: True, _no_key)),
    Fault("key-unneeded-for-listing", "key-required", "The listing is served without a key.",
          _accept_key(lambda account, key: True, both(listing, _no_key))),
    Fault("key-unneeded-for-invoice", "key-required", "An invoice is served without a key.",
          _accept_key(lambda account, key: True, both(one_invoice, _no_key))),
    Fault("key-may-be-empty", "key-required", "An empty key is accepted.",
          _accept_key(lambda account, key: True, _empty_key)),
    Fault("key-may-be-empty-for-invoice", "key-required", "An invoice is served for an empty key.",
          _accept_key(lambda account, key: True, both(one_invoice, _empty_key))),
    Fault("key-missing-lists-nothing", "key-required", "Without a key, an empty listing is answered with 200.",
          serve_refused(EMPTY_PAGE, both(listing, _no_key), (401, 403))),
    Fault("key-missing-crashes", ("no-server-error", "key-required"), "Without a key there is a server error.",
          crash(_no_key)),
    Fault("key-missing-redirects", "key-required", "Without a key the client is sent to a login page.",
          change_answer(lambda answer: Answer(302, (("Location", "/login"),), b"") if answer.status == 401 else answer,
                        _no_key)),
    Fault("key-unchecked", "key-checked", "Any key is accepted.",
          _accept_key(lambda account, key: bool(key))),
    Fault("key-unchecked-for-invoice", "key-checked", "For an invoice, any key is accepted.",
          _accept_key(lambda account, key: bool(key), one_invoice)),
    Fault("key-unchecked-for-listing", "key-checked", "For the listing, any key is accepted.",
          _accept_key(lambda account, key: bool(key), listing)),
    Fault("key-first-characters", "key-checked", "Only the first 12 characters of a key count.",
          _accept_key(lambda account, key: key[:12] == account.api_key[:12])),
    Fault("key-all-but-last", "key-checked", "The last character of a key does not count.",
          _accept_key(lambda account, key: key[:-1] == account.api_key[:-1])),
    Fault("key-starts-with", "key-checked", "A key may be longer than the issued one.",
          _accept_key(lambda account, key: key.startswith(account.api_key))),
    Fault("key-part", "key-checked", "A key may be cut short.",
          _accept_key(lambda account, key: bool(key) and account.api_key.startswith(key))),
    Fault("key-case", "key-checked", "Upper and lower case of a key do not count.",
          _accept_key(lambda account, key: key.lower() == account.api_key.lower())),
    Fault("key-case-for-invoice", "key-checked", "For an invoice, upper and lower case of a key do not count.",
          _accept_key(lambda account, key: key.lower() == account.api_key.lower(), one_invoice)),
    Fault("key-length", "key-checked", "Any key of the right length is accepted.",
          _accept_key(lambda account, key: len(key) == len(account.api_key))),
    Fault("key-same-letters", "key-checked", "The order of a key's characters does not count.",
          _accept_key(lambda account, key: sorted(key) == sorted(account.api_key))),
    Fault("key-wrong-lists-nothing", "key-checked", "With a wrong key, an empty listing is answered with 200.",
          serve_refused(EMPTY_PAGE, both(listing, lambda request: bool(_key_of(request))), (401,))),
    Fault("key-wrong-leaks", "key-checked", "A wrong key is refused with 401, and the data comes with the refusal.",
          _leak_in_refusal),
    Fault("key-wrong-crashes", ("no-server-error", "key-checked"), "A wrong key is a server error.",
          change_answer(lambda answer: replace(answer, status=500) if answer.status == 401 else answer)),
)  # fmt: skip

ORGANIZATION_FAULTS = (
    Fault("organization-ignored", "organization-checked", "The key's own organization is served whatever id is sent.",
          _own_organization(lambda asked: bool(asked))),
    Fault("organization-unknown-served", "organization-checked",
          "For the id of no organization, the key's own is served.",
          _own_for_unknown),
    Fault("organization-unknown-crashes", ("no-server-error", "organization-checked"),
          "A key with the id of another organization is a server error.",
          change_answer(lambda answer: replace(answer, status=500) if answer.status == 403 else answer)),
    Fault("organization-any-key", ("organization-checked", "organization-scoped"),
          "Another organization's data is served to any valid key, as its id alone shows.",
          _any_valid_key(lambda request: True), needs="known"),
    Fault("organization-any-key-for-listing", ("organization-checked", "organization-scoped"),
          "Another organization's groups are served to any valid key.", _any_valid_key(listing), needs="known"),
    Fault("organization-any-key-for-invoice", ("organization-checked", "organization-scoped"),
          "Another organization's invoices are served to any valid key.", _any_valid_key(one_invoice), needs="known"),
    Fault("organization-malformed-crashes", ("no-server-error", "organization-required"),
          "An organization id that is no UUID is a server error.",
          crash(lambda request: len(request.headers.get("x-organization-id", " " * 36)) != 36)),
    Fault("organization-missing-crashes", ("no-server-error", "organization-required"),
          "A missing organization id is a server error.",
          crash(lambda request: "x-organization-id" not in request.headers)),
    Fault("organization-missing-serves-other", ("organization-required", "organization-scoped"),
          "Without an organization id, the last organization's data is served; the listing differs from the own one.",
          _last_organization),
    Fault("scoped-foreign-invoice", "organization-scoped", "An invoice is served whoever owns it.",
          _serve_foreign_invoices, needs="known"),
    Fault("scoped-foreign-group", "organization-scoped", "The listing contains one group of another organization.",
          _list_foreign(1), needs="known"),
    Fault("scoped-foreign-groups", "organization-scoped", "The listing contains all groups of another organization.",
          _list_foreign(None), needs="known"),
)  # fmt: skip

REFUSAL_FAULTS = (
    Fault("refusal-text", "refusal-shape", "A refusal is a plain text.",
          change_answer(lambda answer: Answer(answer.status, (("Content-Type", "text/plain"),), b"Refused")
                        if answer.status >= 400 else answer)),
    Fault("refusal-empty", "refusal-shape", "A refusal has no body.",
          change_answer(lambda answer: Answer(answer.status, (), b"") if answer.status >= 400 else answer)),
    Fault("refusal-without-detail", "refusal-shape", "A refusal has a message in place of detail.",
          change_answer(lambda answer: answer.with_json({"message": "Refused", "code": "REFUSED"})
                        if answer.status >= 400 else answer)),
    Fault("refusal-without-code", "refusal-shape", "A refusal has no code.",
          change_answer(lambda answer: _without_code(answer) if answer.status >= 400 else answer)),
)  # fmt: skip

CREDENTIAL_FAULTS = (*KEY_FAULTS, *ORGANIZATION_FAULTS, *REFUSAL_FAULTS)
