"""Recalculations: what was asked for now and shows later."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from mock_server.state import tables
from mock_server.state.changing import moment_of, recalculate, written

Where = Mapping[str, Any]


def schedule(
    connection: Connection, where: Where, invoice_ids: list[str], categories: Iterable[str], due: float, done_at: str
) -> tuple[str, ...]:
    """Note one job for each category; their ids.

    `due` is in seconds since 1970, `done_at` is when the invoices then say that they were updated.
    """
    both: dict[str, Any] = {"world_id": where["world"], "session": where["session"], "invoice_ids": invoice_ids}
    both |= {"due": due, "done_at": done_at}
    jobs = [{**both, "id": str(uuid.uuid4()), "category": category} for category in categories]
    if jobs:
        connection.execute(insert(tables.jobs), jobs)
    return tuple(str(job["id"]) for job in jobs)


def settle(connection: Connection, where: Where, moment: float) -> bool:
    """Do the jobs that are due, and forget them; whether there were any.

    The jobs of one request are about the same invoices, and change them once.
    """
    job = tables.jobs.c
    due = (job.world_id == where["world"], job.session == where["session"], job.due <= moment)
    found = connection.execute(select(job.done_at, job.invoice_ids).where(*due).order_by(job.due, job.id)).all()
    for done_at, invoice_ids in dict.fromkeys((done_at, tuple(ids)) for done_at, ids in found):
        recalculate(connection, where, invoice_ids, done_at)
    if found:
        connection.execute(delete(tables.jobs).where(*due))
    return bool(found)


def after(now: str, seconds: float) -> str:
    """The moment so many seconds after another one."""
    return written(moment_of(now) + timedelta(seconds=seconds))
