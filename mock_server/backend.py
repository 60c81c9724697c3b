"""What is served at the moment, and how that changes: the scenario, its world, its faults, the contract."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from api_spec import Spec, load_spec
from mock_server.cors import Cors
from mock_server.faults import FaultInjector, Faults
from mock_server.journal import Journal
from mock_server.scenario import Scenario, Scenarios, read_scenario
from mock_server.scene import Scene
from mock_server.security import Keys
from mock_server.settings import MockSettings
from mock_server.store import Store
from mock_server.world.generator import make_world
from mock_server.world.model import World
from mock_server.world.shape import Shape


class Backend:
    """Holds what is served. Requests read `scene` once and keep to it, so a change never shows halfway."""

    def __init__(self, settings: MockSettings, spec: Spec | None = None, world: World | None = None) -> None:
        """Set the scene that the settings describe.

        A contract and a world may be handed over in place of those that the settings name. Raises SpecError,
        ScenarioError and DataError.
        """
        self.settings = settings
        self.spec = spec or load_spec(settings.spec)
        self.scenarios = Scenarios.of(settings)
        self.journal = Journal(settings.journal)
        self.cors = Cors(frozenset(settings.cors_origin))
        self._own_world = world
        self._change = threading.Lock()
        self.scene = self._start()

    def _start(self) -> Scene:
        settings = self.settings
        scenario = self.scenarios.at_start(settings)
        self._first = scenario.name
        faults = settings.faults_over(Faults().changed(scenario.faults))
        world = self._world(scenario, settings.seed, self.spec)
        return self._scene(scenario, settings.seed, settings.strict, faults, world)

    def change(
        self,
        scenario: str | None = None,
        seed: int | None = None,
        strict: bool | None = None,
        faults: Mapping[str, Any] | None = None,
    ) -> None:
        """Change what is given and leave the rest.

        A scenario brings its own world and faults. Raises SpecError, ScenarioError, DataError, and ValueError for a
        fault that cannot be; nothing is changed then.
        """
        with self._change:
            now = self.scene
            if scenario is None and seed is None and faults is None:  # faults go on where they are
                self.scene = replace(now, strict=now.strict if strict is None else strict)
                self.journal.announce_change()
                return
            wanted_seed = now.seed if seed is None else seed
            wanted_strict = now.strict if strict is None else strict
            chosen = now.scenario if scenario is None else self.scenarios.find(scenario)
            base = now.faults if scenario is None else Faults().changed(chosen.faults)
            same = scenario is None and seed is None  # then the files of the world need not be readable any more
            world = now.world if same else self._world(chosen, wanted_seed, self.spec)
            self.scene = self._scene(chosen, wanted_seed, wanted_strict, base.changed(faults or {}), world)
        self.journal.announce_change()

    def reset(self) -> None:
        """Go back to the scene at start, with an empty journal.

        Raises SpecError, ScenarioError and DataError when its files cannot be read any more; nothing is changed then.
        """
        with self._change:
            self.scene = self._start()
            self.journal.clear()
        self.journal.announce_change()

    def reload(self) -> None:
        """Read contract, scenario and data files anew. Raises SpecError, ScenarioError and DataError."""
        with self._change:
            spec, scene = load_spec(self.settings.spec), self.scene
            _world_in.cache_clear()
            chosen = scene.scenario
            if chosen.path:
                chosen = read_scenario(chosen.path)
            faults = scene.faults
            if chosen != scene.scenario:
                faults = Faults().changed(chosen.faults)
                faults = self.settings.faults_over(faults) if chosen.name == self._first else faults
            world = self._world(chosen, scene.seed, spec)
            self.scene = self._scene(chosen, scene.seed, scene.strict, faults, world)
            self.spec = spec
        self.journal.announce_change()

    def _scene(self, scenario: Scenario, seed: int, strict: bool, faults: Faults, world: World) -> Scene:
        previous = getattr(self, "scene", None)
        if previous is not None and previous.world is world:
            store, keys = previous.store, previous.keys
        else:
            store, keys = Store.of(world), Keys.of(world)
        return Scene(scenario, seed, strict, FaultInjector(faults, seed), world, store, keys)

    def _world(self, scenario: Scenario, seed: int, spec: Spec) -> World:
        """The world of a scenario; the one that the settings describe where it brings none."""
        if scenario.data:
            return _world_in(scenario.data, spec.document.path)
        if scenario.shape is not None:
            shape = replace(Shape(), **scenario.shape)
            at_start = scenario.name == self._first
            return _made_world(seed, self.settings.shape_over(shape) if at_start else shape)
        if self._own_world:
            return self._own_world
        if self.settings.data:
            return _world_in(self.settings.data, spec.document.path)
        return _made_world(seed, self.settings.shape_over(Shape()))


@lru_cache(maxsize=4)
def _made_world(seed: int, shape: Shape) -> World:
    """A generated world. The last few are kept: tests go back and forth between scenarios."""
    return make_world(seed, shape)


@lru_cache(maxsize=4)
def _world_in(path: Path, contract: Path) -> World:
    """The world in a data file, under a contract file."""
    from mock_server.data import load_data  # few need it, and it takes time to import

    return load_data(path, load_spec(contract))
