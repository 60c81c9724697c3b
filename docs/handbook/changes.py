"""The page of the changes of the contract, release by release."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from statements import DOCS

from api_spec import Spec, load_spec
from handbook.differences import Difference, differences
from handbook.page import Page

RELEASED = DOCS / "contracts"
"""The contract as it was in each release, one file for each version of it."""

INTRODUCTION = """\
What changed in the contract, found by comparing the structure of each version with the one before. **Breaking** means
that a client that keeps to the older version may fail with the newer one: something that it sends is refused, or
something that it reads is no longer there, or is no longer what it was. For what changed in the tools, there is the
changelog.
"""


def changes_page(spec: Spec) -> Page:
    """The changes since each release, the newest first."""
    versions = [*released(), spec]
    lines = [INTRODUCTION]
    for older, newer in reversed(list(pairwise(versions))):
        unreleased = newer is spec
        found = list(differences(older, newer))
        if unreleased and not found:
            continue
        title = f"Not released yet, since {older.version}" if unreleased else f"{newer.version}, since {older.version}"
        lines += [f"## {title}\n", *_listed(found)]
    lines += [f"## {versions[0].version}\n", "The first version.\n", *_first(versions[0])]
    summary = "What changed in the contract, release by release, with what breaks clients marked."
    return Page("changes", "Changes of the contract", summary, "Contract", "\n".join(lines))


def released() -> list[Spec]:
    """The released versions of the contract, the oldest first."""
    found = [load_spec(path) for path in RELEASED.glob("*.yaml")]
    return sorted(found, key=lambda spec: [int(part) for part in spec.version.split(".")])


def _listed(found: list[Difference]) -> Iterator[str]:
    if not found:
        yield "Nothing changed in structure.\n"
        return
    yield f"Changes: {len(found)}. Breaking: {sum(one.breaking for one in found) or 'none'}.\n"
    for where in dict.fromkeys(one.where for one in found):
        yield "### Rules\n" if where == "rule" else f"### {where}\n"
        yield "\n".join(_item(one) for one in found if one.where == where) + "\n"


def _item(one: Difference) -> str:
    return f"- **Breaking.** {one.what}" if one.breaking else f"- {one.what}"


def _first(spec: Spec) -> Iterator[str]:
    for operation in spec.operations:
        yield f"- `{operation.method} {operation.path}` {operation.summary}."
    yield f"- {len(spec.rules)} rules."
