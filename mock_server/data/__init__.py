"""A world of one's own: read from a file that a person wrote, and written as one.

A data file is JSON or YAML, or CSV for invoices alone. Nothing of this package is imported unless data is read or
written.
"""

from mock_server.data.export import FORMATS, export_world
from mock_server.data.load import load_data
from mock_server.data.mistake import DataError
from mock_server.data.schema import data_schema

__all__ = ["FORMATS", "DataError", "data_schema", "export_world", "load_data"]
