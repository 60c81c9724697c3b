"""How the deployment refuses, and what it refuses to read."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Any

from faults.exchange import Request, json_answer

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)
WHOLE = re.compile(r"-?[0-9]{1,18}", re.ASCII)


class Refused(Exception):
    """The request is refused with this answer."""

    def __init__(self, status: int, detail: str, code: str | None) -> None:
        super().__init__(detail)
        self.answer = json_answer(status, {"detail": detail} | ({"code": code} if code else {}))


def invalid(detail: str) -> Refused:
    """The refusal of a parameter."""
    return Refused(400, detail, "INVALID_PARAMETER")


def read_uuid(value: Any, name: str) -> str:
    """A UUID in lower case; raises Refused."""
    if not isinstance(value, str) or not UUID.fullmatch(value):
        raise invalid(f"{name} is not a UUID")
    return value.lower()


def read_choices(values: Iterable[str], name: str, choices: Collection[str]) -> frozenset[str]:
    """Values that are all among the choices; raises Refused."""
    found = frozenset(values)
    if not found <= frozenset(choices):
        raise invalid(f"{name} is one of {', '.join(choices)}")
    return found


def read_paging(request: Request, size: int, largest: int) -> tuple[int, int]:
    """Page and size, with the size where none is given; raises Refused."""
    page, size = _whole(request, "page", 1), _whole(request, "size", size)
    if page < 1 or not 1 <= size <= largest:
        raise invalid(f"page starts at 1; size goes from 1 to {largest}")
    return page, size


def _whole(request: Request, name: str, default: int) -> int:
    text = request.parameters.get(name, str(default))
    if not WHOLE.fullmatch(text):
        raise invalid(f"{name} is not a whole number")
    return int(text)
