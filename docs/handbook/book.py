"""All pages, in the order of the navigation."""

from __future__ import annotations

from statements import DOCS, Statements

from api_spec import Spec
from handbook.changes import changes_page
from handbook.commands import commands_page
from handbook.control import control_page
from handbook.drawing import with_links_of_the_site
from handbook.errors import errors_page
from handbook.fields import fields_page
from handbook.overview import overview_page
from handbook.page import Page
from handbook.reference import reference_page
from handbook.rules import rules_page

PROSE = {
    "frontend": ("guides/frontend.md", "Start", "From nothing to a page that shows invoices in every state."),
    "ci": ("guides/ci.md", "Start", "Judge every build, read the reports, accept a known deviation for a while."),
    "checking": ("guides/checking.md", "Start", "How to judge a real deployment without harm to it."),
    "authoring": ("guides/authoring.md", "Start", "From a page of prose to an operation that is served and judged."),
    "decisions": (
        "decisions.md", "Contract", "What no page says, what the mock does there, and what the verifier accepts."
    ),
    "mock": ("mock.md", "Tools", "What dcycle-mock can do beside answering."),
    "recipes": ("recipes.md", "Tools", "The mock in the tests of Playwright, Vitest, Cypress and pytest."),
    "benchmark": ("benchmark.md", "Tools", "How many deliberate faults it finds, and how often it is wrong."),
    "about": ("about.md", "Tools", "How these pages are made, drawn and kept true."),
}  # fmt: skip
"""The pages that are written by hand: file, part and summary."""

MADE = ("index", "reference", "rules", "fields", "errors", "changes", "commands", "control")
"""The pages that are made from other things than prose."""

TARGETS = {*(f"{name}.md" for name in (*PROSE, *MADE)), "openapi.yaml", "llms.txt"}
"""What a link in prose may lead to on the site."""

PARTS = ("Start", "Contract", "Tools")


def all_pages(spec: Spec, statements: Statements) -> tuple[Page, ...]:
    """Every page, the overview first, part by part; raises RefusalError for a refusal that is not described."""
    made = [
        *(_prose(name) for name in ("frontend", "ci", "checking", "authoring")),
        reference_page(spec), rules_page(spec, statements), fields_page(spec), errors_page(spec),
        _prose("decisions"), changes_page(spec),
        commands_page(), _prose("mock"), control_page(),
        *(_prose(name) for name in ("recipes", "benchmark", "about")),
    ]  # fmt: skip
    return overview_page(spec, made), *made


def _prose(name: str) -> Page:
    path, part, summary = PROSE[name]
    first, _, text = (DOCS / path).read_text(encoding="utf-8").partition("\n")
    return Page(name, first.removeprefix("# "), summary, part, with_links_of_the_site(text, TARGETS))
