"""Faults of the two filters of the listing."""

from __future__ import annotations

import fnmatch
import re
import unicodedata
from collections.abc import Callable
from urllib.parse import unquote

from faults.edits import borrow, change_request, crash, given, page_from, valued
from faults.exchange import Answer, Handler, Request
from faults.fault import Fault
from faults.relisting import Ask, Group, Groups, Relisting, page_of
from faults.site import Site

Match = Callable[[str, str], bool]
"""Whether a text (first) is found in a code (second)."""


def _search(match: Match) -> Relisting:
    return Relisting(search=lambda ask, group: match(ask.search, group["cups"]))


def _contains(text: str, code: str) -> bool:
    return text.lower() in code.lower()


def _after(change: Callable[[str], str]) -> Relisting:
    """Search with a changed text."""
    return _search(lambda text, code: _contains(change(text), code))


def _folded(change: Callable[[str], str]) -> Relisting:
    """Change text and code alike before they are compared."""
    return _search(lambda text, code: _contains(change(text), change(code)))


def _like(text: str, code: str, *, any_text: str = "%", any_character: str = "_") -> bool:
    parts = (".*" if c == any_text else "." if c == any_character else re.escape(c) for c in text)
    return re.search("".join(parts), code, re.IGNORECASE | re.DOTALL) is not None


def _expression(text: str, code: str) -> bool:
    try:
        return re.search(text, code, re.IGNORECASE) is not None
    except re.error:
        return False


def _without_accents(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def _compact(text: str) -> str:
    return re.sub(r"[\s-]", "", text)


def _without(parameter: str) -> Callable[[Request], Request]:
    return lambda request: request.with_parameters(**{parameter: None})


def _cut_then_search(ask: Ask, groups: Groups) -> Groups:
    """Cut the page first, and search what is on it."""
    return [group for group in page_of(ask, groups) if _contains(ask.search, group["cups"])]


def _starts_alike(ask: Ask, group: Group) -> bool:
    return ask.facility_id is None or group["facility_id"].lower().startswith(ask.facility_id[:8])


def _list_all_where_empty(site: Site) -> Handler:
    """Forget a facility without groups."""

    def handle(request: Request) -> Answer:
        answer = site.answer(request)
        alone = given("facility_id")(request) and not given("search")(request)
        if alone and answer.status == 200 and answer.json["total"] == 0:
            return site.answer(_without("facility_id")(request))
        return answer

    return handle


FACILITY_FAULTS = (
    Fault("facility-ignored", "cups-facility-filter", "The facility_id is ignored.",
          change_request(_without("facility_id"), given("facility_id"))),
    Fault("facility-ignored-from-page-2", ("cups-facility-filter", "cups-partition"),
          "The facility_id is ignored from the second page on.",
          change_request(_without("facility_id"), page_from(2))),
    Fault("facility-inverted", "cups-facility-filter", "The groups of all other facilities are listed.",
          Relisting(facility=lambda ask, group: group["facility_id"] != ask.facility_id)),
    Fault("facility-first-characters", "cups-facility-filter",
          "Facilities whose ids start alike are taken for one.", Relisting(facility=_starts_alike)),
    Fault("facility-unknown-lists-all", "cups-facility-filter", "The id of no facility lists all groups.",
          _list_all_where_empty),
    Fault("facility-at-most-25", "cups-facility-filter", "At most 25 groups of a facility are listed.",
          Relisting(arrange=lambda ask, groups: groups[:25] if ask.facility_id else groups)),
    Fault("facility-without-locked", "cups-facility-filter", "Locked groups are missing in the listing of a facility.",
          Relisting(facility=lambda ask, group: group["facility_id"] == ask.facility_id and not group["is_locked"])),
    Fault("facility-single-group-lost", "cups-facility-filter", "A facility's first group is missing in its listing.",
          Relisting(arrange=lambda ask, groups: groups[1:] if ask.facility_id and not ask.search else groups)),
    Fault("facility-whole-listing-capped", ("cups-facility-filter", "cups-total", "cups-invoice-listed"),
          "Without filters at most 100 groups are listed, though the facilities hold more.",
          Relisting(arrange=lambda ask, groups: groups if ask.facility_id or ask.search else groups[:100])),
)  # fmt: skip

SEARCH_FAULTS = (
    Fault("search-ignored", "cups-search", "The search is ignored.",
          change_request(_without("search"), given("search"))),
    Fault("search-ignored-from-page-2", ("cups-search", "cups-partition"),
          "The search is ignored from the second page on.", change_request(_without("search"), page_from(2))),
    Fault("search-case-sensitive", "cups-search", "The search minds upper and lower case.",
          _search(lambda text, code: text in code)),
    Fault("search-upper-text-only", "cups-search", "The text is raised to capitals, the codes are not.",
          _search(lambda text, code: text.upper() in code)),
    Fault("search-upper-codes-only", "cups-search", "The codes are raised to capitals, the text is not.",
          _search(lambda text, code: text in code.upper())),
    Fault("search-prefix", "cups-search", "Only the start of a code is searched.",
          _search(lambda text, code: code.lower().startswith(text.lower()))),
    Fault("search-suffix", "cups-search", "Only the end of a code is searched.",
          _search(lambda text, code: code.lower().endswith(text.lower()))),
    Fault("search-exact", "cups-search", "Only whole codes are found.",
          _search(lambda text, code: code.lower() == text.lower())),
    Fault("search-not-at-start", "cups-search", "The first character of a code is not searched.",
          _search(lambda text, code: _contains(text, code[1:]))),
    Fault("search-not-at-end", "cups-search", "The last character of a code is not searched.",
          _search(lambda text, code: _contains(text, code[:-1]))),
    Fault("search-inverted-when-long", "cups-search", "A text is also found where it contains the code.",
          _search(lambda text, code: _contains(text, code) or _contains(code, text))),
    Fault("search-first-8", "cups-search", "Only the first 8 characters of the text are searched for.",
          _after(lambda text: text[:8])),
    Fault("search-first-20", "cups-search", "Only the first 20 characters of the text are searched for.",
          _after(lambda text: text[:20])),
    Fault("search-short-ignored", "cups-search", "A text of one or two characters is ignored.",
          _after(lambda text: text if len(text) > 2 else "")),
    Fault("search-facility-name", "cups-search", "The facility's name is searched as well.",
          Relisting(search=lambda ask, group: _contains(ask.search, group["cups"])
                    or _contains(ask.search, group["facility_name"]))),
    Fault("search-facility-id", "cups-search", "The facility's id is searched as well.",
          Relisting(search=lambda ask, group: _contains(ask.search, group["cups"] + " " + group["facility_id"]))),
    Fault("search-page-only", ("cups-search", "cups-page-full"), "Only the groups of the page are searched.",
          Relisting(search=lambda ask, group: True, cut=_cut_then_search)),
    Fault("search-unlocked-only", "cups-search", "A search finds unlocked groups only.",
          Relisting(search=lambda ask, group: _contains(ask.search, group["cups"]) and not group["is_locked"])),
    Fault("search-at-most-50", "cups-search", "A search finds at most 50 groups.",
          Relisting(arrange=lambda ask, groups: groups[:50] if ask.search else groups)),
    Fault("search-fuzzy-zero", "cups-search", "The letter O and the digit 0 are taken for the same.",
          _folded(lambda text: text.lower().replace("o", "0"))),
    Fault("search-absent-lists-all", "cups-search", "A text that is found nowhere lists all groups.",
          Relisting(search=lambda ask, group: _contains(ask.search, group["cups"]) or len(ask.search) > 30)),
    Fault("search-dropped-character", "cups-search", "The last character of the text is lost.",
          _after(lambda text: text[:-1] or text)),
    Fault("literal-like", "cups-search-literal", "Percent sign and underscore stand for any text and any character.",
          _search(_like)),
    Fault("literal-percent", "cups-search-literal", "A percent sign stands for any text.",
          _search(lambda text, code: _like(text, code, any_character="\0"))),
    Fault("literal-underscore", "cups-search-literal", "An underscore stands for any character.",
          _search(lambda text, code: _like(text, code, any_text="\0"))),
    Fault("literal-glob", "cups-search-literal", "Asterisk, question mark and brackets are patterns.",
          _search(lambda text, code: fnmatch.fnmatchcase(code.lower(), f"*{text.lower()}*"))),
    Fault("literal-regex", "cups-search-literal", "The text is a regular expression.", _search(_expression)),
    Fault("literal-dot", "cups-search-literal", "A dot stands for any character.",
          _search(lambda text, code: _like(text, code, any_text="\0", any_character="."))),
    Fault("literal-regex-crashes", ("no-server-error", "cups-search-literal"),
          "The text is a regular expression, and a bad one crashes.",
          crash(valued("search", lambda text: text.startswith(("(", "[", "*", "+")) or text.endswith("\\")))),
    Fault("literal-quote-crashes", ("no-server-error", "cups-search-literal"), "An apostrophe breaks the query.",
          crash(valued("search", lambda text: text.count("'") % 2 == 1))),
    Fault("literal-backslash-lost", "cups-search-literal", "A backslash is lost.",
          _after(lambda text: text.replace("\\", ""))),
    Fault("literal-percent-lost", "cups-search-literal", "A percent sign finds nothing.",
          _search(lambda text, code: "%" not in text and _contains(text, code))),
    Fault("literal-decoded-twice", "cups-search-literal", "The text is taken out of its URL form twice.",
          _after(unquote)),
    Fault("literal-plus-as-blank", "cups-search-literal", "A plus sign that was sent as such becomes a blank.",
          _after(lambda text: text.replace("+", " "))),
    Fault("literal-blanks-and-hyphens-ignored", ("cups-search-literal", "cups-search"),
          "Blanks and hyphens count neither in the text nor in the codes.", _folded(_compact)),
    Fault("literal-words-apart", "cups-search-literal", "Each word of the text is searched by itself.",
          _search(lambda text, code: all(_contains(word, code) for word in text.split(" ")))),
    Fault("literal-any-word", "cups-search-literal", "A code is found by any word of the text.",
          _search(lambda text, code: any(_contains(word, code) for word in text.split()))),
    Fault("literal-punctuation-removed", "cups-search-literal",
          "Everything but letters and digits is removed from the text.",
          _after(lambda text: re.sub(r"[\W_]", "", text))),
    Fault("literal-special-ignored", "cups-search-literal", "A text with a special character is ignored.",
          _after(lambda text: "" if re.search(r"[%_*?\[\]()\\'&#+]", text) else text)),
    Fault("literal-accents-folded", "cups-search-literal", "Letters with and without accent are taken for the same.",
          _folded(_without_accents)),
    Fault("literal-other-scripts-lost", "cups-search-literal", "Characters beyond ASCII are dropped from the text.",
          _after(lambda text: text.encode("ascii", "ignore").decode())),
    Fault("literal-cut-at-ampersand", "cups-search-literal", "The text ends at an ampersand or a hash, though encoded.",
          _after(lambda text: re.split("[&#]", text)[0])),
    Fault("literal-other-scripts-crash", ("no-server-error", "cups-search-literal"),
          "A text with characters beyond ASCII crashes.", crash(valued("search", lambda text: not text.isascii()))),
    Fault("literal-null-crashes", "no-server-error", "A NUL character in the text crashes.",
          crash(valued("search", lambda text: "\0" in text))),
    Fault("literal-long-crashes", ("cups-search-literal", "cups-search"), "A text of more than 255 characters crashes.",
          crash(valued("search", lambda text: len(text) > 255))),
    Fault("together-search-ignored", "cups-filters-together", "With facility_id, the search is ignored.",
          change_request(_without("search"), given("facility_id", "search"))),
    Fault("together-facility-ignored", "cups-filters-together", "With search, the facility_id is ignored.",
          change_request(_without("facility_id"), given("facility_id", "search"))),
    Fault("together-either", "cups-filters-together", "Groups that match one of both filters are listed.",
          Relisting(combine=any)),
    Fault("together-case-sensitive", "cups-filters-together",
          "With facility_id, the search minds upper and lower case.",
          Relisting(search=lambda ask, group: ask.search in group["cups"] if ask.facility_id
                    else _contains(ask.search, group["cups"]))),
    Fault("together-prefix", "cups-filters-together", "With facility_id, only the start of a code is searched.",
          Relisting(search=lambda ask, group: group["cups"].lower().startswith(ask.search.lower()) if ask.facility_id
                    else _contains(ask.search, group["cups"]))),
    Fault("together-empty", "cups-filters-together", "Both filters together list nothing.",
          Relisting(combine=lambda verdicts: len(verdicts) < 2 and all(verdicts))),
    Fault("together-total-of-facility", ("cups-total", "cups-filters-together"),
          "With both filters, the total is that of the facility.",
          borrow("total", of=lambda request: request.with_parameters(search=None, page="1"),
                 when=given("facility_id", "search"))),
)  # fmt: skip

FILTER_FAULTS = (*FACILITY_FAULTS, *SEARCH_FAULTS)
