"""What is served at one moment."""

from __future__ import annotations

from dataclasses import dataclass, field

from mock_server.faults import FaultInjector, Faults
from mock_server.scenario import Scenario
from mock_server.security import Keys
from mock_server.store import Store
from mock_server.world.model import World


@dataclass(frozen=True)
class Scene:
    """What is served at one moment."""

    scenario: Scenario
    seed: int
    strict: bool
    injector: FaultInjector
    world: World = field(repr=False)
    store: Store = field(repr=False)
    keys: Keys = field(repr=False)

    @property
    def faults(self) -> Faults:
        """What goes wrong on purpose."""
        return self.injector.faults
