"""A place for the tables of Hypothesis, for as long as it makes something up."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

UTF8 = [[[0, 0xD7FF], [0xE000, 0x10FFFF]], []]
"""The characters that UTF-8 encodes, from first to last, and those that do not come back: all but half pairs, none."""


@contextmanager
def hypothesis_at_home() -> Iterator[None]:
    """Give Hypothesis a place for its tables that is not `.hypothesis` in the user's directory."""
    from hypothesis.configuration import set_hypothesis_home_dir

    with TemporaryDirectory() as home:
        set_hypothesis_home_dir(home)
        with suppress(ImportError, OSError):
            _write_table_of_utf8()
        try:
            yield
        finally:
            set_hypothesis_home_dir(None)


def _write_table_of_utf8() -> None:
    """Write the table that Hypothesis would make by trying a million characters, which takes it seconds.

    It reads the table if it is where this version of it looks, and makes it otherwise.
    """
    from hypothesis.internal.charmap import charmap_file

    path = Path(charmap_file("codec-v2-utf-8"))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(json.dumps(UTF8).encode()))
