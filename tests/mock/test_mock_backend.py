"""What is served when flags and scenarios both say something about it."""

from __future__ import annotations

from mock_server.backend import Backend
from mock_server.settings import MockSettings


def test_flags_win_over_the_scenario_at_start() -> None:
    scene = Backend(MockSettings(scenario="duplicates", invoices=24, facilities=2)).scene
    assert len(scene.world.organizations) == 2
    assert len(scene.world.facilities) == 2 + 2 * 2
    assert scene.scenario.name == "duplicates"


def test_a_scenario_chosen_later_is_served_as_it_is() -> None:
    backend = Backend(MockSettings(invoices=24, facilities=2))
    backend.change(scenario="empty")
    assert (len(backend.scene.world.facilities), len(backend.scene.world.invoices)) == (0, 0)


def test_a_scenario_without_a_world_keeps_the_one_of_the_flags() -> None:
    backend = Backend(MockSettings(invoices=24, facilities=2))
    before = backend.scene.store
    backend.change(scenario="slow")
    assert backend.scene.store == before
