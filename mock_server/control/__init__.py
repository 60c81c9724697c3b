"""The control API under ``/_mock/``: what is in force, the world, the journal and the console."""

from mock_server.control.routes import CONTROL, add_control

__all__ = ["CONTROL", "add_control"]
