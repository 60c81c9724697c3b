"""The pages of the documentation are current, whole, and lead nowhere that is not there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import build_pages
import pytest
from handbook.changes import released
from handbook.page import slug
from statements import DOCS, clause_names, decision_ids

from api_spec import Spec, load_spec
from contract_tests.cli import command_parser as contract_parser
from mock_server.cli import command_parser as mock_parser
from mock_server.control.document import document
from mock_server.docs import CONTRACT, PAGES, files

HTML = {path.name: path.read_text(encoding="utf-8") for path in sorted(PAGES.glob("*.html"))}
MARKDOWN = {path.name: path.read_text(encoding="utf-8") for path in sorted(PAGES.glob("*.md"))}
REFERENCE = "reference.html"

ANSWERED = tuple(f'| <a id="{schema}.' for schema in ("CupsGroupPage", "CupsGroup", "Invoice"))
"""How the rows of the fields begin that the two first operations answer."""


@pytest.fixture(scope="module")
def spec() -> Spec:
    return load_spec()


class Seen(HTMLParser):
    """What a page refers to, and what in it can be referred to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.targets: list[str] = []
        self.anchors: list[str] = []
        self.inline: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("href", "src"):
                self.targets.append(value or "")
            if name == "id":
                self.anchors.append(value or "")
            if name == "style" or name.startswith("on"):
                self.inline.append(f"{tag} {name}")
        if tag == "style" or (tag == "script" and not dict(attrs).get("src")):
            self.inline.append(tag)


SEEN = {name: Seen(text) for name, text in HTML.items()}


def test_the_pages_are_current(capsys: pytest.CaptureFixture[str]) -> None:
    assert build_pages.main(["--check"]) == 0, capsys.readouterr().err


def test_a_page_that_is_not_current_is_told_and_made_anew(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pages, site = tmp_path / "pages", tmp_path / "site"
    pages.mkdir()
    (pages / "old.html").write_text("made no more")
    monkeypatch.setattr(build_pages, "PAGES", pages)
    monkeypatch.setattr(build_pages, "make_files", lambda spec: {"new.html": "anew\n"})
    assert build_pages.main(["--check"]) == 1
    assert "new.html, old.html. Make them anew with: make docs" in capsys.readouterr().err
    assert build_pages.main(["--site", str(site)]) == 0
    assert [path.name for path in pages.iterdir()] == ["new.html"]
    assert build_pages.main(["--check"]) == 0
    assert (site / CONTRACT).exists()


def test_every_page_has_a_twin_in_markdown_and_is_listed_for_tools() -> None:
    assert [Path(name).stem for name in HTML] == [Path(name).stem for name in MARKDOWN]
    listed = re.findall(
        r"^- \[[^\]]+\]\(([\w-]+\.md)\): \S", (PAGES / "llms.txt").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert sorted(listed) == list(MARKDOWN)


@pytest.mark.parametrize("name", HTML)
def test_every_link_of_a_page_leads_somewhere(name: str, spec: Spec) -> None:
    there = {file for file, _ in files()} | {CONTRACT, "openapi.yaml"}
    anchors = {file: set(seen.anchors) for file, seen in SEEN.items()}
    anchors[REFERENCE] |= set(operation_anchors(spec))
    wrong = []
    for target in SEEN[name].targets:
        parts = urlsplit(target)
        if parts.scheme:
            known = parts.scheme == "https" or target.startswith("http://127.0.0.1:8000/")
            wrong += [] if known else [target]
        elif (parts.path or name) not in there or (
            parts.fragment and unquote(parts.fragment) not in anchors[parts.path or name]
        ):
            wrong.append(target)
    assert wrong == []
    assert len(SEEN[name].targets) > 15


@pytest.mark.parametrize("name", MARKDOWN)
def test_every_link_of_a_twin_leads_somewhere(name: str, spec: Spec) -> None:
    there = {file for file, _ in files()} | {"openapi.yaml"}
    wrong = []
    for target, fragment in re.findall(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)", without_code(MARKDOWN[name])):
        file = target or name
        if file not in there or (fragment and fragment not in markdown_anchors(file, spec)):
            wrong.append(f"{target}#{fragment}")
    assert wrong == []


def without_code(text: str) -> str:
    return re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)


def markdown_anchors(name: str, spec: Spec) -> set[str]:
    text = without_code(MARKDOWN[name])
    found = {slug(heading) for heading in re.findall(r"^#+ (.*)$", text, re.MULTILINE)}
    found.update(re.findall(r'<a id="([^"]+)">', text))
    return found | set(operation_anchors(spec) if name == "reference.md" else ())


def operation_anchors(spec: Spec) -> Iterator[str]:
    """What the renderer gives each operation, as the browser tests see."""
    for operation in spec.operations:
        raw: Any = spec.document.content["paths"][operation.path][operation.method.lower()]
        yield f"tag/{raw.get('tags', ['default'])[0].lower().replace(' ', '-')}/{operation.id}"


@pytest.mark.parametrize(
    "path", [*DOCS.glob("*.md"), *DOCS.glob("guides/*.md"), DOCS.parent / "README.md"], ids=lambda path: path.name
)
def test_every_link_of_the_prose_leads_to_a_file_of_the_repository(path: Path) -> None:
    text = without_code(path.read_text(encoding="utf-8"))
    targets = re.findall(r"\]\((?!https?:|#)([^)#\s]+)", text)
    shipped = {"llms.txt": PAGES / "llms.txt"}
    assert [one for one in targets if not (shipped.get(one) or path.parent / one).exists()] == []


@pytest.mark.parametrize("path", [*DOCS.glob("*.md"), *DOCS.glob("guides/*.md")], ids=lambda path: path.name)
def test_every_file_that_the_prose_names_exists(path: Path) -> None:
    named = re.findall(r"`((?:mock_server|contract_tests|docs|tests)/[\w./-]*)`", path.read_text(encoding="utf-8"))
    assert [one for one in named if not (DOCS.parent / one).exists()] == []


@pytest.mark.parametrize("name", HTML)
def test_no_page_needs_more_than_its_policy_allows(name: str) -> None:
    assert SEEN[name].inline == []
    assert len(SEEN[name].anchors) == len(set(SEEN[name].anchors))


def test_every_rule_field_decision_and_operation_has_an_anchor(spec: Spec) -> None:
    schemas = spec.document.content["components"]["schemas"]
    fields = {name for name in clause_names(spec) if name.partition(".")[0] in schemas}
    assert {rule.id for rule in spec.rules} - set(SEEN["rules.html"].anchors) == set()
    assert fields - set(SEEN["fields.html"].anchors) == set()
    assert decision_ids() - set(SEEN["decisions.html"].anchors) == set()
    assert {f"{REFERENCE}#{one}" for one in operation_anchors(spec)} - set(SEEN["index.html"].targets) == set()


def test_every_field_of_a_successful_answer_has_an_example_and_a_value_of_the_mock() -> None:
    rows = [line for line in MARKDOWN["fields.md"].splitlines() if line.startswith(ANSWERED)]
    assert len(rows) >= 5 + 7 + 23
    bare = [row for row in rows if row.endswith("|  |  |") and "list of" not in row]
    assert bare == []


@pytest.mark.parametrize("parser", [contract_parser, mock_parser], ids=["dcycle-contract", "dcycle-mock"])
def test_every_flag_variable_and_command_of_the_help_is_documented(parser: Any) -> None:
    from handbook.commands import subcommands

    page = MARKDOWN["commands.md"]
    helps = {parser().prog: parser().format_help()}
    helps |= {f"{parser().prog} {name}": command.format_help() for name, _, command in subcommands(parser())}
    for command, text in helps.items():
        section = page.partition(f"# {command}\n")[2].partition("\n#")[0]
        told = re.findall(r"^  .*?(--[a-z-]+)", text, re.MULTILINE) + re.findall(r"\[env:\s+(\w+)\]", text)
        assert [one for one in told if one not in section] == [], command


def test_every_endpoint_of_the_control_api_is_documented() -> None:
    endpoints = {(method.upper(), path) for path, methods in document().content["paths"].items() for method in methods}
    assert len(endpoints) > 10
    assert [
        f"{method} {path}" for method, path in endpoints if f"### {method} {path}\n" not in MARKDOWN["control.md"]
    ] == []


def test_the_contract_of_a_release_is_kept_as_it_was(spec: Spec) -> None:
    versions = [one.version for one in released()]
    assert versions == sorted(set(versions))
    assert [path.stem for path in (DOCS / "contracts").glob("*.yaml")] == versions


def test_the_first_page_needs_few_bytes() -> None:
    own = dict(files())
    needed = {name for name in SEEN["index.html"].targets if name.endswith((".css", ".js", ".svg"))}
    assert len(needed) == 8
    assert sum(own[name].stat().st_size for name in needed) + len(HTML["index.html"].encode()) < 200 * 1024
