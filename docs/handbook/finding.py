"""What a reader may look for by name, on every page: rules, fields, decisions, refusals, settings, sections."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from api_spec import Spec
from handbook.drawing import BASES
from handbook.page import Page, slug

ROW = re.compile(r'^\| <a id="(?P<anchor>[^"]+)"></a>(?P<cells>.*) \|$', re.MULTILINE)
"""A row of a table that has an anchor of its own."""

SECTION = re.compile(r"^#{2,3} (?P<heading>.+)\n+(?P<text>[^\n|#<-](?:.+\n?)*)?", re.MULTILINE)
"""A heading, and the paragraph below it, if there is one."""

COMMAND = re.compile(r"^\| `(?P<name>(?:-\w, )?--[^`]+)` \| (?P<text>[^|]*) \|", re.MULTILINE)
"""A flag."""


@dataclass(frozen=True)
class Entry:
    """Something with a name and a place of its own."""

    name: str
    kind: str
    place: str
    """The page and the anchor."""
    text: str
    basis: str = ""
    """How sure it is, where that can be said."""
    null_basis: str = ""
    """How sure it is that it may be null, where it may."""


def entries(spec: Spec, pages: Iterable[Page]) -> Iterator[Entry]:
    """Everything that has an anchor, what is asked for most first."""
    for rule in spec.rules:
        yield Entry(rule.id, "Rule", f"rules.html#{rule.id}", rule.sentence, rule.basis)
    by_name = {page.name: page for page in pages}
    yield from _fields(by_name["fields"])
    yield from _decisions(by_name["decisions"])
    for page in by_name.values():
        yield Entry(page.title, "Page", f"{page.name}.html", page.summary)
        if page.name not in ("rules", "reference"):
            yield from _sections(page)
    yield from _flags(by_name["commands"])


def _fields(page: Page) -> Iterator[Entry]:
    for anchor, cells in _rows(page):
        name, meaning, _, null, basis, *_ = cells
        kind = "Parameter" if " in the " in name else "Field"
        yield Entry(anchor, kind, f"fields.html#{anchor}", _plain(meaning), _basis(basis), _basis(null))


def _decisions(page: Page) -> Iterator[Entry]:
    for anchor, (_, question, *_) in _rows(page):
        yield Entry(anchor, "Left open", f"decisions.html#{anchor}", _plain(question))


def _sections(page: Page) -> Iterator[Entry]:
    text = re.sub(r"^```.*?^```$", "", page.text, flags=re.MULTILINE | re.DOTALL)
    for found in SECTION.finditer(text):
        heading = found["heading"]
        kind = "Refusal" if page.name == "errors" and heading[:3].isdigit() else page.title
        yield Entry(_plain(heading), kind, f"{page.name}.html#{slug(heading)}", _first_sentence(found["text"] or ""))


def _flags(page: Page) -> Iterator[Entry]:
    """Each flag once, in the section where it stands first."""
    seen = {}
    for section in re.split(r"^(?=##)", page.text, flags=re.MULTILINE):
        heading = section.partition("\n")[0].lstrip("# ")
        for found in COMMAND.finditer(section):
            name = f"{heading.split()[0]} {found['name']}"
            seen.setdefault(name, Entry(name, "Flag", f"commands.html#{slug(heading)}", _plain(found["text"])))
    yield from (entry for entry in seen.values() if "--help" not in entry.name)


def _rows(page: Page) -> Iterator[tuple[str, list[str]]]:
    for found in ROW.finditer(page.text):
        yield found["anchor"], re.split(r"(?<!\\) \| ", found["cells"])


def _basis(cell: str) -> str:
    return next((one for one in BASES if f"`{one}`" in cell), "")


def _first_sentence(paragraph: str) -> str:
    return re.split(r"(?<=[.:?]) (?=[A-Z])", _plain(" ".join(paragraph.split())))[0]


def _plain(text: str) -> str:
    """Markdown without its marks."""
    return re.sub(r"[`*]|\\(?=[|<\[])", "", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)).strip()
