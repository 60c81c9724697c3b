"""Draws Markdown as HTML: anchors, links between pages, tables that fit a phone, and coloured code."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markupsafe import Markup, escape
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

from handbook.page import slug

BASES = ("stated", "shown", "inferred")

BREAKING = "Breaking."
"""How a change that breaks clients begins."""

WHOLE = {"short": 12, "whole": 24}
"""Characters of a name that stays whole: a short one everywhere, another one where there is room on a phone."""


@dataclass(frozen=True)
class Heading:
    """A heading of a page."""

    level: int
    anchor: str
    text: str


@dataclass
class Drawing:
    """A page as HTML."""

    html: str = ""
    headings: list[Heading] = field(default_factory=list)
    widest: int = 0
    """The columns of its widest table."""


class _Renderer(RendererHTML):
    """HTML as our style sheet expects it. Each method draws one kind of token, as markdown-it names it."""

    def fence(self, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:  # noqa: ARG002
        """A block of code, coloured where its language is known. It scrolls, so the keyboard must reach it."""
        token = tokens[index]
        language = token.info.split()[0] if token.info else "text"
        return f'<pre class="code" tabindex="0"><code>{_coloured(token.content, language)}</code></pre>\n'

    def code_inline(self, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:  # noqa: ARG002
        """A name; how sure a clause is stands out."""
        text = tokens[index].content
        basis = text.removeprefix("null: ")
        if basis in BASES:
            return f'<code class="basis {basis}">{escape(text)}</code>'
        kind = next((f' class="{name}"' for name, most in WHOLE.items() if len(text) <= most), "")
        return f"<code{kind}>{breakable(text)}</code>"

    def strong_open(self, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:  # noqa: ARG002
        """What stands out, above all a change that breaks clients."""
        kind = ' class="breaking"' if tokens[index + 1].content == BREAKING else ""
        return f"<strong{kind}>"

    def table_open(self, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:  # noqa: ARG002
        """A table that may be wider than the page."""
        return '<div class="table"><table>\n'

    def table_close(self, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:  # noqa: ARG002
        """The end of a table."""
        return "</table></div>\n"

    def td_open(self, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:  # noqa: ARG002
        """A cell. On a phone, what is in it stands beside the head of its column."""
        if not tokens[index + 1].content:
            tokens[index].attrJoin("class", "empty")
        return f"<td{self.renderAttrs(tokens[index])}><div>"

    def td_close(self, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:  # noqa: ARG002
        """The end of a cell."""
        return "</div></td>\n"


def draw(text: str) -> Drawing:
    """The HTML of a text, with its headings of the second and third level."""
    markdown = MarkdownIt("commonmark", {"html": True}, renderer_cls=_Renderer).enable("table")
    tokens = markdown.parse(text)
    drawing = Drawing(headings=list(_anchored(tokens)), widest=_label_cells(tokens))
    _lead_to_pages(tokens)
    drawing.html = markdown.renderer.render(tokens, markdown.options, {})
    return drawing


def _anchored(tokens: list[Token]) -> list[Heading]:
    """Give every heading its anchor."""
    found: list[Heading] = []
    for token, inline in pairwise(tokens):
        if token.type == "heading_open":
            anchor = slug(inline.content)
            same = sum(re.fullmatch(rf"{re.escape(anchor)}(-\d+)?", one.anchor) is not None for one in found)
            anchor = f"{anchor}-{same}" if same else anchor
            token.attrSet("id", anchor)
            found.append(Heading(int(token.tag[1]), anchor, _plain(inline)))
    return found


def _plain(inline: Token) -> str:
    return "".join(child.content for child in inline.children or () if child.type in ("text", "code_inline"))


def _label_cells(tokens: list[Token]) -> int:
    """Tell every cell the head of its column: on a phone it stands before the cell. Returns the most columns."""
    heads: list[str] = []
    column = widest = 0
    for token, inline, closing in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if token.attrGet("style"):  # the alignment of a column, which the policy of the page lets no style say
            token.attrs = {"class": str(token.attrs["style"]).partition(":")[2]}
        if token.type == "thead_open":
            heads = []
        elif token.type == "th_open":
            heads.append(_plain(inline))
            if not heads[-1]:  # the corner of a table heads nothing
                token.tag = closing.tag = "td"
        elif token.type == "tr_open":
            column = 0
        elif token.type == "td_open":
            token.attrSet("data-label", heads[column])
            column += 1
            widest = max(widest, column)
    return widest


def _lead_to_pages(tokens: list[Token]) -> None:
    """Have links lead to HTML where they lead to Markdown."""
    for token in tokens:
        for link in (child for child in token.children or () if child.type == "link_open"):
            href = str(link.attrGet("href"))
            link.attrSet("href", re.sub(r"^([\w.-]+)\.md(?=#|$)", r"\1.html", href))


def breakable(name: str) -> Markup:
    """A name that may be broken after the signs that join its words."""
    return Markup(re.sub(r"([_/.])(?=\w)", r"\1<wbr>", str(escape(name))))  # noqa: S704 - escaped before


def _coloured(code: str, language: str) -> str:
    if language == "console":
        return "".join(map(_console_line, code.splitlines(keepends=True)))
    try:
        lexer = get_lexer_by_name(language, stripnl=False)
    except ClassNotFound:
        return str(escape(code))
    return str(highlight(code, lexer, HtmlFormatter(nowrap=True))).rstrip("\n") + "\n"


def _console_line(line: str) -> str:
    """A command after its prompt, which wraps, or what it prints, whose columns do not."""
    if line.startswith("$ "):
        flags = re.sub(r"(?<= )-[\w-]+", r'<span class="flag">\g<0></span>', str(escape(line[2:])))
        return f'<span class="command"><span class="gp">$ </span>{flags}</span>'
    return f'<span class="go">{escape(line)}</span>'


def with_links_of_the_site(text: str, targets: Container[str]) -> str:
    """Prose of the repository with its links as the site has them.

    `targets` has what the site has by the last part of a path. A link to any other file of the repository becomes its
    text.
    """

    def lead(found: re.Match[str]) -> str:
        label, name, anchor = found[1], found[2].rpartition("/")[2], found[3] or ""
        return f"[{label}]({name}{anchor})" if name in targets else label

    return re.sub(r"\[([^\]]*)\]\((?!https?:|#)([^)#]*)(#[^)]*)?\)", lead, text)
