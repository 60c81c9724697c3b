"""Makes the pages of the documentation, and the static site of them.

Run ``python docs/build_pages.py``. The pages go to ``mock_server/docs/pages``, where the mock serves them from, and the
whole site to ``build/docs``, for any static host or for opening ``index.html`` from there. With ``--check`` nothing is
written, and the exit code is 1 when a page is not what would be made.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from handbook.book import PARTS, all_pages
from handbook.drawing import breakable, draw
from handbook.errors import RefusalError
from handbook.finding import entries
from handbook.page import Page
from handbook.reference import NAME as REFERENCE
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from statements import DOCS, StatementError, read_statements

from api_spec import Spec, load_spec
from mock_server.docs import CONTRACT, PAGES, files, policy_of, read
from mock_server.docs.reference import reference_script

SITE = DOCS.parent / "build" / "docs"

MOCK = "http://127.0.0.1:8000"
"""Where the static site tries requests: at a mock that the reader started as it is."""

SHORT = {
    "index": "Overview", "frontend": "Frontend developers", "ci": "Owners of CI", "checking": "A real deployment",
    "authoring": "A new operation", "changes": "Changes", "commands": "Commands", "recipes": "In your tests",
    "benchmark": "Benchmark",
}  # fmt: skip
"""The name of a page in the navigation, where it is not its title."""


def make_files(spec: Spec) -> dict[str, str]:
    """Every file that is made, by name; raises StatementError and RefusalError."""
    pages = all_pages(spec, read_statements(spec))
    template = _environment().get_template("page.html.jinja")
    parts = [(part, [_entry(page) for page in pages if page.part == part]) for part in PARTS]
    made = {"llms.txt": _index_for_tools(spec, pages), "findable.js": _index_for_search(spec, pages)}
    for page in pages:
        drawing = draw(page.text)
        made[f"{page.name}.md"] = page.markdown
        made[f"{page.name}.html"] = template.render(
            page=page,
            html=Markup(drawing.html),  # noqa: S704 - drawn from our own Markdown
            headings=[one for one in drawing.headings if one.level in (2, 3)],
            widest=drawing.widest,
            drawn_by_renderer=page.name == REFERENCE,
            parts=parts,
            policy=policy_of(f"{page.name}.html", ("'self'", MOCK)),
            version=spec.version,
        )
    return made


def _environment() -> Environment:
    loader = FileSystemLoader(DOCS / "handbook")
    found = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        keep_trailing_newline=True,
    )  # fmt: skip
    found.filters["breakable"] = breakable
    return found


def _entry(page: Page) -> dict[str, str]:
    return {"name": page.name, "short": SHORT.get(page.name, page.title)}


def _index_for_tools(spec: Spec, pages: Sequence[Page]) -> str:
    """The text of ``llms.txt``: every page as Markdown, with what it is for."""
    lines = [f"# {spec.title}", "", f"> {pages[0].summary}", ""]
    for part in PARTS:
        lines += [f"## {part}", ""]
        lines += [f"- [{page.title}]({page.name}.md): {page.summary}" for page in pages if page.part == part]
        lines += [""]
    lines += ["## Files", "", "- [openapi.yaml](openapi.yaml): The contract itself, as OpenAPI 3.1."]
    return "\n".join(lines) + "\n"


def _index_for_search(spec: Spec, pages: Sequence[Page]) -> str:
    """The script that tells the search of a page what there is to find: a file from the disk can load no other kind."""
    rows = ",\n".join(json.dumps(astuple(one), ensure_ascii=False) for one in entries(spec, pages))
    return f"window.findable = [\n{rows}\n];\n"


def stale(made: Mapping[str, str]) -> Iterator[str]:
    """The names of the files that are missing, not current, or made no more."""
    there = {path.name: path for path in PAGES.iterdir()} if PAGES.is_dir() else {}
    for name in sorted(there.keys() | made.keys()):
        if name not in there or name not in made or there[name].read_text(encoding="utf-8") != made[name]:
            yield name


def write_pages(made: Mapping[str, str]) -> None:
    """Put the pages where the mock serves them from."""
    PAGES.mkdir(exist_ok=True)
    for name in stale(made):
        if name in made:
            (PAGES / name).write_text(made[name], encoding="utf-8", newline="\n")
        else:
            (PAGES / name).unlink()


def write_site(spec: Spec, folder: Path) -> None:
    """Write the whole site into a folder of its own, which is emptied before."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, path in files():
        (folder / name).write_bytes(read(path))
    (folder / CONTRACT).write_bytes(reference_script(spec, MOCK))
    (folder / "openapi.yaml").write_text(spec.document.text, encoding="utf-8", newline="\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Make pages and site, or say whether the pages are current."""
    parser = argparse.ArgumentParser(description="Makes the pages of the documentation and the static site.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a page is not current")
    parser.add_argument("--site", type=Path, default=SITE, metavar="FOLDER", help="where the static site goes")
    options: Any = parser.parse_args(arguments)
    spec = load_spec()
    try:
        made = make_files(spec)
    except (StatementError, RefusalError) as error:
        print(f"dcycle docs: {error}", file=sys.stderr)
        return 2
    if options.check:
        old = list(stale(made))
        if old:
            print(f"Not current: {', '.join(old)}. Make them anew with: make docs", file=sys.stderr)
        return 1 if old else 0
    write_pages(made)
    write_site(spec, options.site)
    print(f"The site is in {options.site}: open index.html there, or put the folder on any static host.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
