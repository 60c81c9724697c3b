"""What is in force, as the control API reads and changes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from difflib import get_close_matches
from typing import Any

import orjson

from api_spec import VERSION
from mock_server.backend import Backend
from mock_server.errors import InputError
from mock_server.faults import Faults

FAULTS = tuple(field.name for field in fields(Faults))

TYPES: Mapping[str, tuple[type, str]] = {
    "scenario": (str, "the name of a scenario"),
    "seed": (int, "a whole number, 0 or more"),
    "strict": (bool, "true or false"),
    "faults": (dict, f"an object with some of {', '.join(FAULTS)}"),
}
"""What a change may hold, as what type, and in words."""


class ChangeError(InputError):
    """A change that cannot be made. Its text says what was expected."""


def plain_state(backend: Backend, session: str = "") -> dict[str, Any]:
    """What is in force, and in the world of a session, as the control API's document describes it."""
    scene, exchanges = backend.scene_of(session), backend.journal.exchanges()
    organizations, facilities, invoices = scene.store.counts()
    return {
        "version": VERSION,
        "scenario": scene.scenario.name,
        "seed": scene.seed,
        "strict": scene.strict,
        "faults": scene.faults.plain(),
        "world": {
            "organizations": organizations,
            "facilities": facilities,
            "invoices": invoices,
        },
        "journal": {
            "kept": len(exchanges),
            "dropped": backend.journal.dropped,
            "violating": sum(1 for exchange in exchanges if exchange.violations),
        },
    }


def apply_change(backend: Backend, body: bytes) -> None:
    """Change what a JSON body says. Raises ChangeError, ScenarioError and DataError; nothing is changed then."""
    try:
        change = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise ChangeError(f"The body is not JSON: {error}.") from None
    if not isinstance(change, dict):
        raise ChangeError(f"The body: expected an object with some of {', '.join(TYPES)}, got {_short(change)}.")
    _check_names(change, TYPES, "")
    for name, value in change.items():
        kind, expected = TYPES[name]
        if type(value) is not kind or (isinstance(value, int) and value < 0):
            raise ChangeError(f"{name}: expected {expected}, got {_short(value)}.")
    _check_names(change.get("faults", {}), FAULTS, "faults.")
    try:
        backend.change(**change)
    except ValueError as error:
        raise ChangeError(f"faults.{error}.") from None


def _check_names(given: Iterable[str], known: Iterable[str], where: str) -> None:
    for name in given:
        if name not in known:
            near = get_close_matches(name, list(known), n=1)
            hint = f" Did you mean {where}{near[0]}?" if near else f" Known: {', '.join(known)}."
            raise ChangeError(f"{where}{name}: unknown.{hint}")


def _short(value: Any) -> str:
    text = orjson.dumps(value).decode()
    return text if len(text) <= 60 else f"{text[:56]} ..."
