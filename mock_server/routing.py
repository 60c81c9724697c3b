"""From the paths of the contract to routes, and from a wrong path to the nearest right one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher, get_close_matches

from api_spec import Operation

LIKE_ENOUGH = 0.6
"""How alike two paths must be, from 0 to 1, for one to be suggested in place of the other."""


def route_of(path: str) -> str:
    """A path template as Flask writes it."""
    return re.sub(r"{(\w+)}", r"<\1>", path)


def find_nearest(path: str, operations: Iterable[Operation]) -> str | None:
    """The operation whose path is most like a wrong one, as method and path template; None when none is like it."""
    likeness, _, nearest = max(
        ((_likeness(path, operation.path), -operation.path.count("{"), operation) for operation in operations),
        key=lambda candidate: candidate[:2],
        default=(0.0, 0, None),
    )
    return f"{nearest.method} {nearest.path}" if nearest and likeness >= LIKE_ENOUGH else None


def find_sibling(path: str, operations: Iterable[Operation]) -> str | None:
    """The fixed path that differs from a given one in its last part alone, and there not by much."""
    folder, _, last = path.rpartition("/")
    fixed = [other.path.rpartition("/") for other in operations if "{" not in other.path]
    near = get_close_matches(last.lower(), [name for parent, _, name in fixed if parent == folder], n=1)
    return f"{folder}/{near[0]}" if near else None


def _likeness(path: str, template: str) -> float:
    given, known = path.lower().split("/"), template.lower().split("/")
    aligned = (given, given[-len(known) :])  # at the start; at the end, for a path with more before it
    return max(SequenceMatcher(None, path.lower(), _filled(segments, known)).ratio() for segments in aligned)


def _filled(given: Sequence[str], known: Sequence[str]) -> str:
    """The path of a template, its parameters filled with what stands in their place."""
    return "/".join([g if "{" in k else k for g, k in zip(given, known, strict=False)] + [*known[len(given) :]])
