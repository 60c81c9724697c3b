"""Faults of the groups themselves: which there are, and what each says of its invoices."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from itertools import count
from typing import Any

from faults.edits import (
    change_groups,
    change_page,
    convert,
    copy,
    given,
    having,
    page_from,
    put,
    some,
    swap,
    valued,
)
from faults.exchange import Answer, Handler, Request
from faults.fault import Fault
from faults.invoice_relisting import fetch_invoices
from faults.operations import INVOICES_PATH
from faults.relisting import Group, Groups, Relisting
from faults.site import Edit, Site


def _day(text: str, by: int) -> str:
    return (date.fromisoformat(text) + timedelta(days=by)).isoformat()


def _year(text: str, by: int) -> str:
    day = date.fromisoformat(text)
    return day.replace(year=day.year + by, day=min(day.day, 28)).isoformat()


def _split_locked(groups: Groups) -> Groups:
    """Make two groups of a locked one: one locked, one not."""
    split = [group | {"is_locked": False, "invoice_count": 1} for group in groups if group["is_locked"]]
    return [*groups, *split]


def _split_by_year(groups: Groups) -> Groups:
    """Make two groups of one that spans New Year."""
    parts: Groups = []
    for group in groups:
        first, last = group["first_date"][:4], group["last_date"][:4]
        if first == last or group["invoice_count"] < 2:
            parts.append(group)
        else:
            parts.append(group | {"invoice_count": group["invoice_count"] - 1, "last_date": f"{first}-12-31"})
            parts.append(group | {"invoice_count": 1, "first_date": f"{last}-01-01"})
    return parts


def _repeat_far_apart(groups: Groups) -> Groups:
    return [*groups, *groups[:1]] if len(groups) > 10 else groups


def _name_of_the_first(groups: Groups) -> Groups:
    return [group | {"facility_name": groups[0]["facility_name"]} for group in groups]


def _same_lock_in_facility(groups: Groups) -> Groups:
    locked = {group["facility_id"] for group in groups if group["is_locked"]}
    return [group | {"is_locked": group["facility_id"] in locked} for group in groups]


def _same_lock_of_code(groups: Groups) -> Groups:
    """Lock a code in every facility when it is locked in one."""
    locked = {group["cups"] for group in groups if group["is_locked"]}
    return [group | {"is_locked": group["cups"] in locked} for group in groups]


def _merge(groups: Groups) -> Groups:
    """List a code once, under its first facility."""
    return list({group["cups"]: group for group in reversed(groups)}.values())[::-1]


def _count_of_page(page: dict[str, Any]) -> dict[str, Any]:
    return page | {"items": [item | {"invoice_count": len(page["items"])} for item in page["items"]]}


def _changing_counts(site: Site) -> Handler:
    """Count one invoice more with every second answer."""
    answers = count()

    def handle(request: Request) -> Answer:
        more = next(answers) % 2
        edit = change_groups(convert("invoice_count", lambda number: number + more))
        return edit(site)(request)

    return handle


def _invoices_of(site: Site, *types: str) -> Groups:
    """The invoices of some types that have a code, a facility and both dates."""
    account = site.accounts[0]
    headers = {"x-organization-id": account.organization_id, "x-api-key": account.api_key}
    listed = fetch_invoices(site, Request("GET", INVOICES_PATH, headers=headers))
    needed = ("cups", "facility_id", "start_date", "end_date")
    return [fields for fields in listed if fields["type"] in types and all(fields[name] for name in needed)]


def _list_too(*types: str) -> Edit:
    """Make groups of invoices that are not for electricity."""

    def edit(site: Site) -> Handler:
        others = _invoices_of(site, *types)

        def gather(groups: Groups) -> Groups:
            names = {group["facility_id"]: group["facility_name"] for group in groups}
            pairs = {(group["cups"], group["facility_id"]) for group in groups}
            made = [
                _group_of(fields, names) for fields in others if (fields["cups"], fields["facility_id"]) not in pairs
            ]
            return [*groups, *made]

        return Relisting(gather=gather)(site)

    return edit


def _group_of(fields: Group, names: dict[str, str]) -> Group:
    return {
        "cups": fields["cups"],
        "facility_id": fields["facility_id"],
        "facility_name": names.get(fields["facility_id"], "Sede"),
        "invoice_count": 1,
        "first_date": fields["start_date"][:10],
        "last_date": fields["end_date"][:10],
        "is_locked": False,
    }


def _count_too(*types: str) -> Edit:
    """Count invoices into a group that share its pair but are not for electricity."""

    def edit(site: Site) -> Handler:
        others = _invoices_of(site, *types)

        def widen(group: Group) -> Group:
            pair = (group["cups"], group["facility_id"])
            same = [fields for fields in others if (fields["cups"], fields["facility_id"]) == pair]
            return group | {
                "invoice_count": group["invoice_count"] + len(same),
                "first_date": min([group["first_date"], *(fields["start_date"][:10] for fields in same)]),
                "last_date": max([group["last_date"], *(fields["end_date"][:10] for fields in same)]),
            }

        return Relisting(gather=lambda groups: [*map(widen, groups)])(site)

    return edit


def _keep(condition: Callable[[Group], bool]) -> Relisting:
    """List only some of the groups."""
    return Relisting(gather=lambda groups: [group for group in groups if condition(group)])


def _has_letters_alone(group: Group) -> bool:
    return bool(re.fullmatch(r"ES\d{16}[A-Z]{2}(\d[FCPRXYZ])?", group["cups"]))


MEMBERSHIP_FAULTS = (
    Fault("unique-repeated-at-end", "cups-unique", "The first group stands once more at the end of a long listing.",
          Relisting(gather=_repeat_far_apart)),
    Fault("unique-repeated-on-page", ("cups-unique", "cups-page-full"), "The last group of a page stands twice on it.",
          change_page(convert("items", lambda items: items[:-2] + items[-1:] * 2 if len(items) > 1 else items))),
    Fault("unique-split-by-lock", "cups-unique", "A locked group is listed in two, one of them unlocked.",
          Relisting(gather=_split_locked)),
    Fault("unique-split-by-year", "cups-unique", "A group is listed once for each year.",
          Relisting(gather=_split_by_year)),
    Fault("unique-every-group-twice", "cups-unique", "A join doubles every group.",
          Relisting(gather=lambda groups: [group for group in groups for _ in range(2)])),
    Fault("electricity-heat-listed", "cups-electricity-only", "Heat invoices with a code make groups too.",
          _list_too("heat"), needs="known"),
    Fault("electricity-water-listed", "cups-electricity-only", "Water invoices with a code make groups too.",
          _list_too("water"), needs="known"),
    Fault("electricity-heat-counted", ("cups-electricity-only", "cups-invoice-count", "cups-date-range"),
          "Heat invoices with the same code and facility are counted in.", _count_too("heat"), needs="known"),
    Fault("listed-not-locked", "cups-invoice-listed", "Locked groups are not listed.",
          _keep(lambda group: not group["is_locked"])),
    Fault("listed-not-odd-codes", "cups-invoice-listed", "Codes that are no well-formed CUPS are not listed.",
          _keep(_has_letters_alone), needs="known"),
    Fault("listed-not-single", "cups-invoice-listed", "Groups with one invoice are not listed.",
          _keep(lambda group: group["invoice_count"] > 1)),
    Fault("listed-not-before-2023-06", "cups-invoice-listed", "Groups that end before June 2023 are not listed.",
          _keep(lambda group: group["last_date"] >= "2023-06")),
    Fault("listed-once-for-all-facilities", "cups-invoice-listed",
          "A code that stands in two facilities is listed in one.", Relisting(gather=_merge)),
    Fault("listed-nothing", "cups-invoice-listed", "The listing is always empty.",
          _keep(lambda group: False)),
    Fault("listed-some-missing", "cups-invoice-listed", "One group in twenty-five is not listed.",
          _keep(lambda group: not some(25)(group)), needs="known"),
)  # fmt: skip

VALUE_FAULTS = (
    Fault("count-zero", ("cups-invoice-count", "cups-page-schema"), "Groups with one invoice count none.",
          change_groups(put(invoice_count=0), having("invoice_count", 1))),
    Fault("count-one-less", ("cups-invoice-count", "cups-page-schema"), "The count is one too low.",
          change_groups(convert("invoice_count", lambda number: number - 1))),
    Fault("count-negative", ("cups-invoice-count", "cups-page-schema"), "Some counts are negative.",
          change_groups(convert("invoice_count", lambda number: -number), some(12))),
    Fault("count-doubled", "cups-invoice-count", "Every invoice is counted twice.",
          change_groups(convert("invoice_count", lambda number: number * 2)), needs="known"),
    Fault("count-one-more-when-locked", "cups-invoice-count", "The count of locked groups is one too high.",
          change_groups(convert("invoice_count", lambda number: number + 1), having("is_locked", True)),
          needs="known"),
    Fault("count-capped", "cups-invoice-count", "The count goes up to 5.",
          change_groups(convert("invoice_count", lambda number: min(number, 5))), needs="known"),
    Fault("count-always-one", "cups-invoice-count", "The count is always one.",
          change_groups(put(invoice_count=1)), needs="known"),
    Fault("dates-swapped", "cups-date-range", "The first_date and last_date are swapped.",
          change_groups(swap("first_date", "last_date"))),
    Fault("dates-swapped-single", "cups-date-range", "They are swapped in groups with one invoice.",
          change_groups(swap("first_date", "last_date"), having("invoice_count", 1))),
    Fault("dates-swapped-in-some", "cups-date-range", "They are swapped in one group in thirty.",
          change_groups(swap("first_date", "last_date"), some(30))),
    Fault("dates-wrong-year", "cups-date-range", "Both dates are a year late; a known invoice lies before them.",
          change_groups(lambda group: group | {name: _year(group[name], 1) for name in ("first_date", "last_date")})),
    Fault("dates-first-is-last", "cups-date-range", "The first_date is the last_date.",
          change_groups(copy("last_date", "first_date"))),
    Fault("dates-last-is-first", "cups-date-range", "The last_date is the first_date.",
          change_groups(copy("first_date", "last_date"))),
    Fault("dates-last-is-start", "cups-date-range", "The last_date is the start of the last month.",
          change_groups(convert("last_date", lambda text: text[:8] + "01"))),
    Fault("dates-last-a-day-late", "cups-date-range", "The last_date is the day after, as the export shows.",
          change_groups(convert("last_date", lambda text: _day(text, 1))), needs="known"),
    Fault("dates-first-a-day-early", "cups-date-range", "The first_date is the day before, as times in UTC make it.",
          change_groups(convert("first_date", lambda text: _day(text, -1))), needs="known"),
    Fault("dates-first-of-year", "cups-date-range", "The first_date is New Year, as the export shows.",
          change_groups(convert("first_date", lambda text: text[:4] + "-01-01")), needs="known"),
    Fault("locked-inverted", "cups-locked", "Locked groups are said to be unlocked, and the reverse.",
          change_groups(convert("is_locked", lambda flag: not flag)), needs="known"),
    Fault("locked-never", "cups-locked", "No group is said to be locked.",
          change_groups(put(is_locked=False)), needs="known"),
    Fault("locked-always", "cups-locked", "Every group is said to be locked.",
          change_groups(put(is_locked=True)), needs="known"),
    Fault("locked-single-only", "cups-locked", "Only groups with one invoice are said to be locked.",
          change_groups(put(is_locked=False), lambda group: group["invoice_count"] > 1),
          needs="known"),
    Fault("locked-with-facility", "cups-locked", "A lock counts for the whole facility.",
          Relisting(gather=_same_lock_in_facility), needs="known"),
    Fault("locked-with-code", "cups-locked", "A lock counts for the code in every facility.",
          Relisting(gather=_same_lock_of_code), needs="known"),
    Fault("name-two-forms", "cups-facility-name", "Some groups write their facility's name in capitals.",
          change_groups(convert("facility_name", str.upper), some(8))),
    Fault("name-with-blank", "cups-facility-name", "Some groups write their facility's name with a blank at its end.",
          change_groups(convert("facility_name", lambda name: name + " "), some(8))),
    Fault("name-of-another", "cups-facility-name", "Every group has the name of the first facility.",
          Relisting(gather=_name_of_the_first)),
    Fault("name-is-code", "cups-facility-name", "The facility_name is the code.",
          change_groups(copy("cups", "facility_name"))),
    Fault("name-from-page-2", ("cups-facility-name", "cups-stable"),
          "From the second page on, names are in lower case.",
          change_groups(convert("facility_name", str.lower), when=page_from(2))),
)  # fmt: skip

STABILITY_FAULTS = (
    Fault("stable-count-of-page", ("cups-stable", "cups-invoice-count"),
          "The count is how many groups the page holds.",
          change_page(_count_of_page)),
    Fault("stable-count-changes", "cups-stable", "With every other answer the count is one higher.",
          _changing_counts),
    Fault("stable-count-with-search", ("cups-stable", "cups-invoice-count"), "When searched, the count is 1.",
          change_groups(put(invoice_count=1), when=given("search"))),
    Fault("stable-count-with-facility", ("cups-stable", "cups-invoice-count"),
          "In a facility's listing, the count is one higher.",
          change_groups(convert("invoice_count", lambda number: number + 1), when=given("facility_id"))),
    Fault("stable-lock-with-facility", ("cups-stable", "cups-locked"), "In a facility's listing, no group is locked.",
          change_groups(put(is_locked=False), when=given("facility_id"))),
    Fault("stable-lock-with-both", ("cups-stable", "cups-locked"), "With both filters, every group is locked.",
          change_groups(put(is_locked=True), when=given("facility_id", "search"))),
    Fault("stable-lock-from-page-2", ("cups-stable", "cups-locked"), "From the second page on, no group is locked.",
          change_groups(put(is_locked=False), when=page_from(2))),
    Fault("stable-dates-at-size-200", ("cups-stable", "cups-date-range"), "At size 200, the first_date is New Year.",
          change_groups(convert("first_date", lambda text: text[:4] + "-01-01"),
                        when=valued("size", lambda text: text == "200"))),
    Fault("stable-code-case-with-search", ("cups-stable", "cups-search"), "When searched, codes are in lower case.",
          change_groups(convert("cups", str.lower), when=given("search"))),
    Fault("stable-name-with-search", ("cups-stable", "cups-facility-name"),
          "When searched, names are cut to 6 letters.",
          change_groups(convert("facility_name", lambda name: name[:6]), when=given("search"))),
)  # fmt: skip

GROUP_FAULTS = (*MEMBERSHIP_FAULTS, *VALUE_FAULTS, *STABILITY_FAULTS)
