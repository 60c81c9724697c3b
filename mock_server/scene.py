"""What is served at one moment."""

from __future__ import annotations

from dataclasses import dataclass, field

from mock_server.faults import FaultInjector, Faults
from mock_server.scenario import Scenario
from mock_server.security import Keys
from mock_server.state import Store
from mock_server.world.model import Organization, World


@dataclass(frozen=True)
class Scene:
    """What is served at one moment."""

    scenario: Scenario
    seed: int
    strict: bool
    injector: FaultInjector
    store: Store = field(repr=False)
    keys: Keys = field(repr=False)

    @property
    def faults(self) -> Faults:
        """What goes wrong on purpose."""
        return self.injector.faults

    @property
    def organizations(self) -> tuple[Organization, ...]:
        """Who there is."""
        return self.store.organizations

    @property
    def world(self) -> World:
        """Everything as it is now, which takes a while to gather."""
        return self.store.world()
