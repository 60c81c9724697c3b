"""Writers that are killed and writers that meet: nothing is lost, and nothing is half done."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

from stores import all_groups, store_of

from mock_server.state import Database, Store
from mock_server.state.groups import group_invoices
from mock_server.world.generator import make_world
from mock_server.world.shape import Shape

KILLS = 200
HERE = Path(__file__).parent
ROOT = HERE.parents[1]

NOW = "2030-02-15T14:22:00Z"
WORLD = make_world(7, Shape(organizations=1, facilities=1, invoices=0))
OWN = WORLD.organizations[0].id
NAMES = {facility.id: facility.name for facility in WORLD.facilities}
FACILITY_1 = "da59c96f-995a-4ec3-88bd-465dcbabf63d"
FIRST, SHARED, LAST = (
    (code, FACILITY_1) for code in ("ES0021000000000000001AB", "ES0021000000000000001A", "ES0021000000000000001")
)
ROUNDS = 12


def test_two_hundred_killed_writers_lose_nothing_and_leave_nothing_half_done(lasting_url: str) -> None:
    done = subprocess.run(
        [sys.executable, str(HERE / "killed_writers.py"), lasting_url, str(KILLS)], text=True, capture_output=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(HERE)))}, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert seen["killed"] == KILLS
    assert seen["changes"] >= KILLS, "each writer had done something"


def race(store: Store, barrier: Barrier, sources: list[tuple[str, str]], target: str) -> int:
    barrier.wait()
    return store.consolidate(OWN, sources, target, NOW).updated_count


def test_consolidations_that_overlap_are_done_one_after_the_other(database_url: str) -> None:
    store, outcomes = store_of(WORLD, Database(database_url)), set()
    with ThreadPoolExecutor(2) as threads:
        for number in range(ROUNDS):
            session, barrier = store.of_session(str(number)), Barrier(2)
            one = threads.submit(race, session, barrier, [FIRST, SHARED], "one")
            two = threads.submit(race, session, barrier, [SHARED, LAST], "two")
            outcomes.add((one.result(), two.result()))
            counts = {group.cups: group.invoice_count for group in all_groups(session, OWN)}
            assert (counts["one"], counts["two"]) == (one.result(), two.result())
            assert all_groups(session, OWN) == group_invoices(session.records(OWN), NAMES)
    assert outcomes <= {(65, 15), (45, 35)}


def test_under_load_every_change_counts_once(database_url: str) -> None:
    store = store_of(WORLD, Database(database_url))
    ids = [record.invoice.id for record in WORLD.invoices][:96]

    def change(part: int) -> int:
        return sum(store.delete_invoice(invoice_id) for invoice_id in ids[part % 4 :: 4])

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(change, range(8))) == len(ids), "two threads delete each, and one of them has done it"
    assert {one.invoice.id for one in store.records(OWN)} == {one.invoice.id for one in WORLD.invoices} - set(ids)
    assert all_groups(store, OWN) == group_invoices(store.records(OWN), NAMES)


def test_readers_never_see_a_change_halfway(database_url: str) -> None:
    store = store_of(WORLD, Database(database_url))

    def read(_number: int) -> bool:
        counts = {group.cups: group.invoice_count for group in all_groups(store, OWN, facility_id=FACILITY_1)}
        return [counts.get(code, 0) for code, _ in (FIRST, SHARED, LAST)] in ([45, 20, 15], [80, 0, 0])

    with ThreadPoolExecutor(4) as threads:
        seen = [threads.submit(read, number) for number in range(40)]
        changed = threads.submit(store.consolidate, OWN, [SHARED, LAST], FIRST[0], NOW)
        seen += [threads.submit(read, number) for number in range(40)]
        assert changed.result().updated_count == 35
        assert all(one.result() for one in seen)
