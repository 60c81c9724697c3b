"""``python -m mock_server`` is ``dcycle-mock``."""

import sys

from mock_server.cli import main

if __name__ == "__main__":
    sys.exit(main())
