"""What a world is made from: a seed and a shape, a data file, or a world that was handed over."""

from __future__ import annotations

from dataclasses import asdict
from hashlib import sha256
from pathlib import Path

import orjson

from api_spec import Spec
from mock_server.state.worlds import Origin
from mock_server.world.generator import make_world
from mock_server.world.model import World
from mock_server.world.shape import Shape


def made_up(seed: int, shape: Shape) -> Origin:
    """The generated world of a seed."""
    differing = (f"{name} {value}" for name, value in asdict(shape).items() if value != getattr(Shape(), name))
    description = ", ".join((f"made-up data of seed {seed}", *differing))
    return Origin(f"made up: {seed} {asdict(shape)}", description, lambda: make_world(seed, shape))


def in_file(path: Path, spec: Spec) -> Origin:
    """The world in a data file. Raises DataError for one that cannot be used."""
    from mock_server.data import load_data  # few need them, and they take time to import
    from mock_server.data.source import read_text

    digest = sha256(read_text(path).encode()).hexdigest()
    world = load_data(path, spec)
    return Origin(f"data: {digest}", f"the data of {path.name} (SHA-256 {digest[:12]})", lambda: world)


def handed_over(world: World) -> Origin:
    """A world that is there already."""
    digest = sha256(orjson.dumps(world)).hexdigest()
    return Origin(f"handed over: {digest}", f"a world that was handed over (SHA-256 {digest[:12]})", lambda: world)
