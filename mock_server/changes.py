"""Says what changed between two moments, in a sentence or two."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from api_spec import Spec
from mock_server.scene import Scene
from mock_server.world.model import World


def describe_changes(old_spec: Spec, old_scene: Scene, spec: Spec, scene: Scene, replaced: World | None) -> str:
    """What differs between two contracts, two scenes, and the world now and the one that it took the place of."""
    found = [*_in_contract(old_spec, spec), *_in_scene(old_scene, scene)]
    if replaced is not None:
        found += _in_world(replaced, scene.world)
    return " ".join(f"{sentence}." for sentence in found) or "Nothing that is served changed."


def _in_contract(old: Spec, new: Spec) -> Iterator[str]:
    was = {operation.id: operation for operation in old.operations}
    now = {operation.id: operation for operation in new.operations}
    yield from _counted("operation", was, now, name_all=True)
    if was == now and old.document.content != new.document.content:
        yield "The contract says something else, with the same operations"


def _in_scene(old: Scene, new: Scene) -> Iterator[str]:
    if old.scenario != new.scenario:
        yield f"Scenario {new.scenario.name}"
    if old.faults != new.faults:
        yield f"Faults: {', '.join(f'{name} {value}' for name, value in new.faults.plain().items())}"


def _in_world(old: World, new: World) -> Iterator[str]:
    yield from _counted("organization", _by_id(old.organizations), _by_id(new.organizations))
    yield from _counted("facility", _by_id(old.facilities), _by_id(new.facilities))
    was = {record.invoice.id: record for record in old.invoices}
    yield from _counted("invoice", was, {record.invoice.id: record for record in new.invoices})


def _by_id(things: Any) -> dict[str, Any]:
    return {thing.id: thing for thing in things}


def _counted(kind: str, was: Mapping[str, Any], now: Mapping[str, Any], name_all: bool = False) -> Iterator[str]:
    """How many of a kind came, went and changed; their names where there are few."""
    for verb, ids in (
        ("added", now.keys() - was.keys()),
        ("removed", was.keys() - now.keys()),
        ("changed", {one for one in was.keys() & now.keys() if was[one] != now[one]}),
    ):
        if ids:
            plural = {"facility": "facilities"}.get(kind, f"{kind}s")
            names = f": {', '.join(sorted(ids))}" if name_all or len(ids) <= 3 else ""
            yield f"{len(ids)} {kind if len(ids) == 1 else plural} {verb}{names}"
