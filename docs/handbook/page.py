"""A page of the documentation, before it is drawn."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Page:
    """A page: its Markdown is what tools read, and what the HTML is drawn from."""

    name: str
    """The name of its files, without a suffix."""
    title: str
    summary: str
    """What it is for, in a sentence."""
    part: str
    """The heading that it stands under in the navigation."""
    text: str
    """Markdown, without the title. Links lead to other pages by the name of their Markdown."""

    @property
    def markdown(self) -> str:
        """The page for tools."""
        return f"# {self.title}\n\n> {self.summary}\n\n{self.text.strip()}\n"


def slug(heading: str) -> str:
    """The anchor of a heading, as Git hosts make it."""
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)|`", r"\1", heading).strip().lower()
    return re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")


def cell(text: str) -> str:
    """A text for a cell of a Markdown table."""
    return " ".join(text.replace("|", "\\|").split())


def plain(text: str) -> str:
    """A text that is no Markdown, as Markdown."""
    return re.sub(r"([\\`*<\[])", r"\\\1", text)
