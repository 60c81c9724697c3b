"""A PostgreSQL server of the tests' own: Debian's, in a temporary folder, reached through a socket file."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote

SECONDS = 60.0
"""How long the server may take to start; it takes about two."""

OPTIONS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "listen_addresses=", "max_connections=100")
"""No test ends the server itself, so nothing has to reach a disk."""


def programs() -> Path | None:
    """The folder with PostgreSQL's programs; None where it is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: float(path.parts[-3]))
    on_path = shutil.which("postgres")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


class PostgreSQL:
    """A server that runs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._made = count()

    def new_url(self) -> str:
        """A place of its own for a test, in the one database that there is."""
        import psycopg

        name = f"test_{next(self._made)}"
        with psycopg.connect(host=str(self.folder), user="mock", dbname="postgres", autocommit=True) as connection:
            connection.execute(f"CREATE SCHEMA {name}")  # type: ignore[arg-type]
        return f"postgresql+psycopg://mock@/postgres?host={quote(str(self.folder))}&options=-csearch_path%3D{name}"


@contextmanager
def running(bin: Path) -> Iterator[PostgreSQL]:
    """Run a server for as long as a block of code runs."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    user = _ordinary_user(folder)
    data = str(folder / "data")
    try:
        made = [str(bin / "initdb"), "-D", data, "-U", "mock", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
        subprocess.run(made, check=True, capture_output=True, cwd=folder, **user)
        options = [part for option in (*OPTIONS, f"unix_socket_directories={folder}") for part in ("-c", option)]
        with (
            (folder / "log").open("wb") as log,
            subprocess.Popen([str(bin / "postgres"), "-D", data, *options], stderr=log, cwd=folder, **user) as process,
        ):
            try:
                _wait(process, folder)
                yield PostgreSQL(folder)
            finally:
                process.send_signal(signal.SIGINT)  # the fast way: clients are not waited for
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _ordinary_user(folder: Path) -> dict[str, Any]:
    """How to run a program as somebody who may run a server: root may not."""
    if os.geteuid() != 0:
        return {}
    user = pwd.getpwnam("postgres")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _wait(process: subprocess.Popen[bytes], folder: Path) -> None:
    import psycopg

    deadline = time.monotonic() + SECONDS
    while True:
        try:
            psycopg.connect(host=str(folder), user="mock", dbname="postgres").close()
        except psycopg.OperationalError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((folder / "log").read_text()) from None
            time.sleep(0.05)
        else:
            return
