"""Kills a writer again and again in the middle of its work, and looks at what it leaves behind.

A process of its own: it forks writers that have everything imported already, so that a round takes a few hundredths of
a second. Prints one line of JSON with what it saw.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from dataclasses import dataclass, replace
from typing import Any

from stores import all_groups, store_of

from mock_server.state import Database, Store, sessions
from mock_server.state.groups import group_invoices
from mock_server.world.documented import ORGANIZATION_IDS, documented_invoice
from mock_server.world.model import Facility, InvoiceRecord, Organization, World

OWN = ORGANIZATION_IDS[0]
PLACE = str(documented_invoice().facility_id)
INVOICES = 12
NOW = "2030-01-01T00:00:00Z"
LONGEST_LIFE = 0.012
"""Seconds that a writer lives at most once it has begun to write."""


def small_world() -> World:
    """One group of some invoices, all with the code ``0``."""
    shown = replace(documented_invoice(), cups="0")
    records = (InvoiceRecord(replace(shown, id=str(number)), OWN) for number in range(INVOICES))
    return World((Organization(OWN, "One", "key"),), (Facility(PLACE, OWN, "Place"),), tuple(records))


@dataclass
class Rounds:
    """A store, and writers that are killed while they change it."""

    store: Store
    random: random.Random
    acknowledged: int = 0
    """The last change that a writer was told is done."""
    killed: int = 0
    unanswered: int = 0
    """How often a change was done of which the writer had not been told yet."""

    def warm_up(self) -> None:
        """Make the first change here, so that writers have the statements of one compiled already."""
        self.store.consolidate(OWN, [("0", PLACE)], "1", NOW)
        self._look(1)

    def run(self) -> None:
        """Let a writer begin, kill it, and look at what is there."""
        self.store.database.disconnect()  # no connection may be open in two processes
        reader, writer = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(reader)
            self._write_on(writer)
        os.close(writer)
        begun = os.read(reader, 1)
        time.sleep(self.random.uniform(0, LONGEST_LIFE))
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        with os.fdopen(reader, "rb") as told:
            acknowledged = len(begun + told.read())
        self.killed += 1
        self._look(self.acknowledged + acknowledged)

    def _write_on(self, told: int) -> None:
        """Give the whole group one code after the other, and tell of each that is done; never returns."""
        try:
            for number in range(self.acknowledged + 1, sys.maxsize):
                done = self.store.consolidate(OWN, [(str(number - 1), PLACE)], str(number), NOW)
                if done.updated_count != INVOICES:
                    break
                os.write(told, b".")
        finally:
            os._exit(1)

    def _look(self, acknowledged: int) -> None:
        """Check that the last change that was told of is there as a whole, or the one after it is."""
        with self.store.database.writing() as connection:
            sessions.lock_world(connection, self.store.world_id)  # what the dead one began is over then
        records = self.store.records(OWN)
        codes = {str(record.invoice.cups) for record in records}
        if len(records) != INVOICES or codes not in ({str(acknowledged)}, {str(acknowledged + 1)}):
            raise AssertionError(f"told of {acknowledged}, found {sorted(codes)} on {len(records)} invoices")
        if all_groups(self.store, OWN) != group_invoices(records, {PLACE: "Place"}):
            raise AssertionError(f"the groups are not those of the invoices: {all_groups(self.store, OWN)}")
        self.unanswered += codes == {str(acknowledged + 1)}
        self.acknowledged = int(codes.pop())


def main(url: str, kills: int) -> dict[str, Any]:
    """Kill so many writers; what was seen."""
    rounds = Rounds(store_of(small_world(), Database(url)), random.Random(1))
    rounds.warm_up()
    while rounds.killed < kills:
        rounds.run()
    return {"killed": rounds.killed, "changes": rounds.acknowledged, "unanswered": rounds.unanswered}


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], int(sys.argv[2]))))
