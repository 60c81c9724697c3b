"""What the mock remembers: its worlds, and what was changed in them, in a database."""

from mock_server.state.database import Database
from mock_server.state.store import Store

__all__ = ["Database", "Store"]
