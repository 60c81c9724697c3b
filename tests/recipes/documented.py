"""Takes files and commands out of Markdown, so that what is tested is what is documented."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

FILE = re.compile(r"^`(?P<name>[\w./-]+)`:\n\n```\w+\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
"""A file: a line with its name, and a block."""

COMMANDS = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
"""A block of commands."""


@dataclass(frozen=True)
class Section:
    """What stands under one heading of a document."""

    text: str

    @classmethod
    def of(cls, document: str, heading: str) -> Section:
        """The section under a heading of the second level, in a document named from the root of the project."""
        _, _, rest = (ROOT / document).read_text(encoding="utf-8").partition(f"\n## {heading}\n")
        assert rest, f"{document} has no section {heading!r}"
        return cls(rest.partition("\n## ")[0])

    @property
    def files(self) -> dict[str, str]:
        """The files that it shows, by name."""
        return {found["name"]: found["text"] for found in FILE.finditer(self.text)}

    @property
    def commands(self) -> list[str]:
        """The commands that it shows, one a line."""
        return [line for block in COMMANDS.findall(self.text) for line in block.splitlines()]

    def write_to(self, folder: Path) -> None:
        """Write the files that it shows."""
        for name, text in self.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
