"""What is served at the moment, and how that changes: the scenario, its world, its faults, the contract."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from api_spec import Spec, load_spec
from mock_server.cors import Cors
from mock_server.faults import FaultInjector, Faults
from mock_server.journal import Journal
from mock_server.origins import handed_over, in_file, made_up
from mock_server.scenario import DEFAULT, Scenario, ScenarioError, Scenarios, read_scenario
from mock_server.scene import Scene
from mock_server.security import Keys
from mock_server.settings import MockSettings
from mock_server.state import Database, Store
from mock_server.state.scenes import REVISION, InForce
from mock_server.state.stage import Scenery, Stage
from mock_server.state.worlds import Origin
from mock_server.world.model import World
from mock_server.world.shape import Shape


class Backend:
    """Holds what is served. Requests read `scene` once and keep to it, so a change never shows halfway."""

    def __init__(
        self,
        settings: MockSettings,
        spec: Spec | None = None,
        world: World | None = None,
        database: Database | None = None,
    ) -> None:
        """Set the scene that the settings describe, or find it set by another process on the same database.

        A contract, a world and a database may be handed over in place of those that the settings name. Raises
        SpecError, ScenarioError, DataError and DatabaseError.
        """
        self.settings = settings
        self.spec = spec or load_spec(settings.spec)
        self.scenarios = Scenarios.of(settings)
        self.journal = Journal(settings.journal)
        self.cors = Cors(frozenset(settings.cors_origin))
        self.database = database or Database(settings.database)
        self._stage = Stage(self.database)
        self._own_origin = handed_over(world) if world else None
        self._files: dict[Path, Origin] = {}
        self._change = threading.RLock()
        self._scene = self._scene_of(self._stage.open(self._start(), anew=settings.reset_database))

    @property
    def scene(self) -> Scene:
        """What is served now, by whichever process it was put in force."""
        if not self.database.in_memory and self.database.rows(REVISION, {}) != [(self._in_force.revision,)]:
            self._catch_up()
        return self._scene

    def scene_of(self, session: str) -> Scene:
        """What is served to a session now."""
        scene = self.scene
        return replace(scene, store=scene.store.of_session(session)) if session else scene

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
            chosen = now.scenario if scenario is None else self.scenarios.find(scenario)
            base = now.faults if scenario is None else Faults().changed(chosen.faults)
            wanted = base.changed(faults or {})
            same = scenario is None and seed is None  # then the files of the world need not be readable any more
            seed = now.seed if seed is None else seed
            scenery = Scenery(
                chosen.name,
                seed,
                now.strict if strict is None else strict,
                wanted.plain(),
                None if same else self._origin(chosen, seed, self.spec),
            )
            goes_on = same and faults is None
            injector = now.injector if goes_on else FaultInjector(wanted, seed)
            self._scene = self._scene_of(self._stage.change(scenery), chosen, injector)
        self.journal.announce_change()

    def reset(self) -> None:
        """Go back to the scene at start, with an empty journal, and forget what was changed without a session.

        Raises SpecError, ScenarioError and DataError when its files cannot be read any more; nothing is changed then.
        """
        with self._change:
            self._scene = self._scene_of(self._stage.reset(self._start()))
            self.journal.clear()
        self.journal.announce_change()

    def reset_session(self, name: str) -> None:
        """Forget what a session changed, and the session itself."""
        self._stage.reset_session(name)

    def reload(self) -> World | None:
        """Read contract, scenario and data files anew; the world that another one took the place of, if one did.

        Raises SpecError, ScenarioError and DataError; nothing is changed then.
        """
        with self._change:
            spec, before = load_spec(self.settings.spec), self.scene
            self._files = {}
            chosen, scenery = self._read_anew(before, spec)
            replaced = self._world_unlike(scenery, before.store)
            in_force = self._stage.reload(scenery, self._start(spec))
            self._scene = self._scene_of(in_force, chosen)
            self.spec = spec
        self.journal.announce_change()
        return replaced

    def _start(self, spec: Spec | None = None) -> Scenery:
        """What the settings describe."""
        settings = self.settings
        scenario = self.scenarios.at_start(settings)
        self._first = scenario.name
        faults = settings.faults_over(Faults().changed(scenario.faults))
        origin = self._origin(scenario, settings.seed, spec or self.spec)
        return Scenery(scenario.name, settings.seed, settings.strict, faults.plain(), origin)

    def _read_anew(self, before: Scene, spec: Spec) -> tuple[Scenario, Scenery]:
        """The scenario in force, and what is to be in force with it, as their files have them now."""
        chosen = read_scenario(before.scenario.path) if before.scenario.path else before.scenario
        faults = before.faults
        if chosen != before.scenario:
            faults = Faults().changed(chosen.faults)
            faults = self.settings.faults_over(faults) if chosen.name == self._first else faults
        origin = self._origin(chosen, before.seed, spec)
        return chosen, Scenery(chosen.name, before.seed, before.strict, faults.plain(), origin)

    def _world_unlike(self, scenery: Scenery, store: Store) -> World | None:
        """The world that is there, if it is another one than is to be."""
        same = scenery.origin is not None and scenery.origin.fingerprint == store.fingerprint
        return None if same else store.world()

    def _catch_up(self) -> None:
        """Put in force what another process has put in force."""
        with self._change:
            in_force = self._stage.read()
            if in_force.era != self._in_force.era:
                self.journal.clear()
            if in_force.revision != self._in_force.revision:
                self._scene = self._scene_of(in_force)
        self.journal.announce_change()

    def _scene_of(
        self, in_force: InForce, scenario: Scenario | None = None, injector: FaultInjector | None = None
    ) -> Scene:
        """The scene of what is in force."""
        scenario = scenario or self._scenario(in_force.scenario)
        injector = injector or FaultInjector(Faults().changed(in_force.faults), in_force.seed)
        store = Store(self.database, in_force.world_id)
        keys = Keys.of(store.organizations)
        self._in_force = in_force
        return Scene(scenario, in_force.seed, in_force.strict, injector, store, keys)

    def _scenario(self, name: str) -> Scenario:
        """The scenario of a name; of one that this process has no file for, the name alone."""
        try:
            return self.scenarios.find(name)
        except ScenarioError:
            return replace(DEFAULT, name=name)

    def _origin(self, scenario: Scenario, seed: int, spec: Spec) -> Origin:
        """What the world of a scenario is made from; what the settings describe where it brings none."""
        if scenario.data:
            return self._in_file(scenario.data, spec)
        if scenario.shape is not None:
            shape = replace(Shape(), **scenario.shape)
            at_start = scenario.name == self._first
            return made_up(seed, self.settings.shape_over(shape) if at_start else shape)
        if self._own_origin:
            return self._own_origin
        if self.settings.data:
            return self._in_file(self.settings.data, spec)
        return made_up(seed, self.settings.shape_over(Shape()))

    def _in_file(self, path: Path, spec: Spec) -> Origin:
        """The data of a file as it was when it was first read, or read anew."""
        if path not in self._files:
            self._files[path] = in_file(path, spec)
        return self._files[path]
