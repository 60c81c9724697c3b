"""Judges of the two filters of the listing of groups."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from uuid import UUID

from contract_tests.findings import Finding, NotExercised
from contract_tests.listings import facilities_of
from contract_tests.rules.group_paging import absent_code
from contract_tests.rules.registry import judges
from contract_tests.rules.views import View, differences, facility_views, finding, search_views, various_codes
from contract_tests.survey import Survey

WILDCARDS = ("%", "_", "*", ".", "?", "^", "$")
ODD_TEXTS = (
    "%%", "__", ".*", "[A-Z]", "(", "\\", "'", '"', "' OR '1'='1", "--", ";", "%25", "+", "&", "#", "{}", "<b>",
    "日本語", "Ωμέγα", "👍", "ñ",
)  # fmt: skip
LONG = (300, 2000)
"""Characters added to a code to make a text that is longer than any."""


@judges("cups-facility-filter")
def facility_filter(survey: Survey) -> Iterator[Finding]:
    """Compares the listing of each facility with the groups of that facility in the whole, and of an unknown one."""
    survey.groups.some()
    yield from differences(survey.groups, "cups-facility-filter", facility_views(survey))
    if not survey.live:
        return
    unknown = survey.ask(survey.groups.request((("facility_id", unknown_id(survey)),)))
    if not unknown.answer.refused:
        page = survey.groups.page_of(unknown)
        if page.items:
            text = f"{len(page.items)} groups"
            yield finding("cups-facility-filter", page, "items", "no groups of an unknown facility", text)


def unknown_id(survey: Survey) -> str:
    """The id of no facility."""
    return str(UUID(int=survey.random("unknown facility").getrandbits(128), version=4))


@judges("cups-search")
def search(survey: Survey) -> Iterator[Finding]:
    """Searches for pieces of live codes from start, middle and end, in either case, and for text of no code."""
    groups = survey.groups.some()
    yield from _searched(survey, "cups-search", [text for text in _texts(survey) if text.isalnum() and text.isascii()])
    if survey.live and survey.profile.examples:
        yield from _explored(survey, [key[0] for key in groups])


@judges("cups-search-literal")
def search_literal(survey: Survey) -> Iterator[Finding]:
    """Searches for text with characters that mean something to SQL, regular expressions and URLs, and other scripts."""
    survey.groups.some()
    texts = [text for text in _texts(survey) if not (text.isalnum() and text.isascii())]
    texts += [text for code in _some_codes(survey)[:3] for text in _disguised(code)]
    yield from _searched(survey, "cups-search-literal", [*texts, *ODD_TEXTS, *WILDCARDS])
    if survey.live:
        yield from _long(survey)


def _long(survey: Survey) -> Iterator[Finding]:
    """A text longer than any code may be refused; it finds nothing."""
    code = _some_codes(survey)[0]
    for exchange in survey.ask_all([survey.groups.request((("search", code + "0" * length),)) for length in LONG]):
        if exchange.answer.refused:
            continue
        page = survey.groups.page_of(exchange)
        if page.items:
            text = f"{len(page.items)} groups"
            yield finding("cups-search-literal", page, "items", "no groups for a text longer than any code", text)


@judges("cups-filters-together")
def filters_together(survey: Survey) -> Iterator[Finding]:
    """Searches within facilities, for codes of theirs and of others, and compares with the groups that match both."""
    groups = list(survey.groups.some().values())
    views = [view for view in search_views(survey) if len(view.filters) == 2]
    for facility in facilities_of(groups)[:3] if survey.live else ():
        own = [group["cups"] for group in groups if group["facility_id"] == facility]
        others = [group["cups"] for group in groups if group["facility_id"] != facility]
        for text in (own[0], own[-1][-6:], own[0][:6].lower(), *others[:1], *(code[-6:] for code in others[-1:])):
            if text.strip() == text:
                views.append(View(survey.groups.largest, (("facility_id", facility), ("search", text))))
    yield from differences(survey.groups, "cups-filters-together", list(dict.fromkeys(views)))


def _searched(survey: Survey, rule_id: str, texts: Iterable[str]) -> Iterator[Finding]:
    """The differences that searching for each of some texts shows."""
    views = [view for view in search_views(survey) if len(view.filters) == 1 and _is_about(rule_id, view)]
    if survey.live:
        views += [View(survey.groups.largest, (("search", text),)) for text in dict.fromkeys(texts)]
    return differences(survey.groups, rule_id, views)


def _is_about(rule_id: str, view: View) -> bool:
    text = dict(view.filters)["search"]
    return (rule_id == "cups-search") == (text.isalnum() and text.isascii())


def _texts(survey: Survey) -> list[str]:
    """Texts to search for, and to find where they are and nowhere else."""
    texts = [text for code in _some_codes(survey) for text in _pieces(code)]
    texts += [text for code in _some_codes(survey)[:2] for text in _almost(code)]
    return [*dict.fromkeys([*texts, *_foreign_texts(survey), absent_code(survey), absent_code(survey) * 6])]


def _some_codes(survey: Survey) -> list[str]:
    """Live codes, as different from each other as they come."""
    codes = sorted({key[0] for key in survey.groups.whole() if key[0].strip()})
    if not codes:
        raise NotExercised("No group has a CUPS code to search for.")
    return various_codes(codes, survey.profile.codes)


def _pieces(code: str) -> Iterator[str]:
    """Pieces of a code as a person would type them."""
    middle = len(code) // 2
    pieces = [code, code[: middle + 1], code[-8:], code[middle - 2 : middle + 3], code[1:-1], code[-2:], code[2:]]
    for piece in pieces:
        for text in (piece, piece.lower(), piece.upper(), piece.swapcase()):
            # Blanks at the ends may be trimmed, and case beyond ASCII has more than one reading.
            if text and text.strip() == text and (text == piece or piece.isascii()):
                yield text


CONFUSABLE = {"0": "O", "1": "I", "5": "S", "8": "B"}
"""Digits and the letters that they are taken for."""


def _almost(code: str) -> Iterator[str]:
    """A code with something added, changed or confused: texts that this code does not contain."""
    yield from (f"{code}7", f"7{code}", f"{code[:-1]}7", code * 2)
    for digit, letter in CONFUSABLE.items():
        if digit in code:
            yield code.replace(digit, letter)


def _foreign_texts(survey: Survey) -> list[str]:
    """Text that stands beside the codes and in none of them."""
    codes = [key[0].lower() for key in survey.groups.whole()]
    groups = list(survey.groups.whole().values())
    names = [str(group.get("facility_name", "")) for group in groups[:: max(1, len(groups) // 5)]]
    texts = [word for name in names for word in (name, *name.split()) if len(word) > 2]
    ids = [group["facility_id"] for group in groups[:1]]
    texts = [*ids, *(one[:8] for one in ids), *texts]
    return [text for text in dict.fromkeys(texts) if not any(text.lower() in code for code in codes)][:8]


def _disguised(code: str) -> Iterator[str]:
    """A code with characters replaced by what would match them in a pattern."""
    middle = len(code) // 2
    for wildcard in WILDCARDS:
        yield code[:middle] + wildcard + code[middle + 1 :]
    yield code[:2] + "%" + code[-2:]
    yield code[:2] + ".*" + code[-2:]
    yield "^" + code
    yield code[:middle] + "[" + code[middle : middle + 1] + "]" + code[middle + 1 :]
    yield code[:middle] + "\\" + code[middle:]
    yield f"%{code}%"
    yield f'"{code}"'
    yield code[:4] + "%20" + code[4:]
    yield "%" + format(ord(code[0]), "02X") + code[1:]


def _explored(survey: Survey, codes: list[str]) -> Iterator[Finding]:
    """Let Hypothesis look for a text that is searched wrongly, and shrink it."""
    from hypothesis import HealthCheck, Phase, given, settings
    from hypothesis import seed as seeded
    from hypothesis import strategies as st

    piece = st.sampled_from(sorted(codes)).flatmap(
        lambda code: st.tuples(st.integers(0, len(code) - 1), st.integers(1, len(code))).map(
            lambda cut: code[cut[0] : cut[0] + cut[1]]
        )
    )
    ascii_text = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=6)
    texts = st.one_of(piece, piece.map(str.swapcase), st.tuples(piece, ascii_text).map("".join), ascii_text)
    found: list[Finding] = []

    @seeded(survey.seed)
    @settings(
        max_examples=survey.profile.examples,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
    )
    @given(texts.filter(lambda text: text.strip() == text and text.isascii()))
    def searched_right(text: str) -> None:
        found[:] = differences(survey.groups, "cups-search", [View(survey.groups.largest, (("search", text),))])
        assert not found  # noqa: S101 - how Hypothesis is told

    try:
        searched_right()
    except AssertionError:
        yield from found
