"""The contract as data: operations, parameters, responses and rules, read once from ``openapi.yaml``.

The ground floor of the two tools. It knows no HTTP client and no HTTP server, and it never
imports either of them.
"""

from api_spec.document import SpecError
from api_spec.fixtures import Fixture, load_fixtures
from api_spec.model import Basis, Operation, Page, Parameter, RequestBody, Response, Rule, SecurityHeader, Spec
from api_spec.reader import DEFAULT_PATH, load_spec
from api_spec.version import VERSION

__all__ = [
    "DEFAULT_PATH",
    "VERSION",
    "Basis",
    "Fixture",
    "Operation",
    "Page",
    "Parameter",
    "RequestBody",
    "Response",
    "Rule",
    "SecurityHeader",
    "Spec",
    "SpecError",
    "load_fixtures",
    "load_spec",
]
