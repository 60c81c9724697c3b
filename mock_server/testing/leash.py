"""``dcycle-mock`` on a leash: it ends when its standard input does, so never outlives the tests that started it."""

from __future__ import annotations

import os
import signal
import sys
import threading

from mock_server.cli import main


def _end_with_input() -> None:
    while os.read(0, 1024):  # not sys.stdin, whose lock a forked worker would wait for
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    threading.Thread(target=_end_with_input, daemon=True).start()
    sys.exit(main())
