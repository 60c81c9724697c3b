"""The first page: what there is, and where to begin."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from statements import DOCS

from api_spec import Operation, Spec
from handbook.drawing import with_links_of_the_site
from handbook.page import Page, cell

NAME = "index"


def overview_page(spec: Spec, others: Sequence[Page]) -> Page:
    """The prose of `guides/index.md` with every operation and every page."""
    prose = (DOCS / "guides" / "index.md").read_text(encoding="utf-8").partition("\n")[2]
    prose = with_links_of_the_site(prose, {f"{page.name}.md" for page in others} | {"openapi.yaml"})
    text = prose.replace("<!-- operations -->", "\n".join(_operations(spec)))
    text = text.replace("<!-- pages -->", "\n".join(_pages(others)))
    summary = f"The contract of {spec.title} {spec.version}, a mock that keeps it, and a verifier that judges by it."
    return Page(NAME, "Dcycle Invoices API, as a contract", summary, "Start", text)


def _operations(spec: Spec) -> Iterator[str]:
    yield "| Operation | What it does | Rules | Page |\n|---|---|---|---|"
    for one in spec.operations:
        source = f"[{one.page.title}]({one.page.url})" if one.page else ""
        rules = f"[{len(one.rules)}](rules.md#{one.id.lower()})"
        yield f"| [`{one.method} {one.path}`]({_link(one, spec)}) | {cell(one.summary)}. | {rules} | {source} |"


def _link(operation: Operation, spec: Spec) -> str:
    """The address of an operation in the reference, as the renderer makes it."""
    raw = spec.document.content["paths"][operation.path][operation.method.lower()]
    tag = next(iter(raw.get("tags", ())), "default")
    return f"reference.md#tag/{tag.lower().replace(' ', '-')}/{operation.id}"


def _pages(others: Iterable[Page]) -> Iterator[str]:
    for page in others:
        yield f"- [{page.title}]({page.name}.md): {page.summary}"
