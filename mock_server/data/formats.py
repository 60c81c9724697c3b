"""What the formats of dates and times allow: only what Python can read, too."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime

DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
TIME = r"[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?"


def _checker(pattern: str, read: Callable[[str], object]) -> Callable[[str], bool]:
    whole = re.compile(pattern)

    def is_valid(text: str) -> bool:
        try:
            return bool(whole.fullmatch(text) and read(text))
        except ValueError:
            return False

    return is_valid


FORMATS: Mapping[str, Callable[[str], bool]] = {
    "date": _checker(DATE, date.fromisoformat),
    "date-time-local": _checker(f"{DATE}T{TIME}", datetime.fromisoformat),
    "date-time": _checker(f"{DATE}T{TIME}(?:Z|[-+][0-9]{{2}}:[0-9]{{2}})", datetime.fromisoformat),
}
"""Whether a text has a format, by the name of the format. A leap second has none: it cannot be compared."""
