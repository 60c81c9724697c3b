"""The mock in your tests: start one, steer it, and ask it afterwards what it was asked."""

from mock_server.testing.control import MockError
from mock_server.testing.mock import Mock, Organization
from mock_server.testing.server import running_mock

__all__ = ["Mock", "MockError", "Organization", "running_mock"]
