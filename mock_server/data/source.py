"""A data file that has been read: plain values, and the line of each."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from api_spec.document import Pointer
from mock_server.data.mistake import DataError, Mistake

NOTHING = "expected organizations, got nothing. `dcycle-mock schema data` shows the form."
"""What is said of a file without content."""


@dataclass(frozen=True)
class Source:
    """The values of a file, before anything about them is checked."""

    path: Path
    content: Any
    """Mappings, lists, texts, numbers, booleans and None, in the form of a data file whatever the file's own form."""
    line_of: Callable[[Pointer], int]
    """The line (from 1) of a value, or of its nearest existing parent."""
    where: Callable[[Pointer], str]
    """What a person calls the place of a value."""

    def error(self, mistakes: Iterable[Mistake]) -> DataError:
        """The mistakes, each with its line, in the order of the file."""
        placed = sorted(((self.line_of(mistake.pointer), mistake) for mistake in mistakes), key=lambda one: one[0])
        return DataError(self._line(line, mistake) for line, mistake in placed)

    def _line(self, line: int, mistake: Mistake) -> str:
        first = "" if mistake.twin is None else f", which line {self.line_of(mistake.twin)} has already"
        reason = f"expected {mistake.expected}, got {mistake.got}{first}. {mistake.advice}"
        return f"{self.path}:{line}: {self.where(mistake.pointer)}: {reason}".rstrip()


def dotted(pointer: Pointer) -> str:
    """A pointer as text, such as ``organizations.0.name``."""
    return ".".join(str(step) for step in pointer) or "the file"


def read_text(path: Path) -> str:
    """The text of a file, without a byte order mark. Raises DataError."""
    if path.is_dir():
        raise DataError.about(path, "expected a file, got a folder")
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        reason = f"expected text in UTF-8, got the byte 0x{error.object[error.start]:02x} at position {error.start}"
        raise DataError.about(path, f"{reason}. Save the file as UTF-8.") from None
    except OSError as error:
        raise DataError.about(path, f"cannot be read: {error.strerror}") from None
    except ValueError as error:  # a name that no file can have
        raise DataError.about(path, f"cannot be read: {error}") from None


def check_characters(path: Path, text: str, content: Any) -> None:
    """Raise DataError when an escape in a text stands for half a character, which no answer could carry."""
    if "\\u" not in text.lower():
        return
    try:
        json.dumps(content, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        half = f"\\u{ord(error.object[error.start]):04x}"
        line = text.count("\n", 0, max(0, text.lower().find(half))) + 1
        raise DataError.about(path, f"expected whole characters, got {half}, which is half of one", line) from None
