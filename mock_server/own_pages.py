"""What the mock serves beside the contract's operations, without a key."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import orjson

from api_spec import VERSION, Spec
from mock_server.answers import Answer, answer


@dataclass
class OwnPages:
    """The mock's own pages."""

    spec: Spec

    def openapi_yaml(self) -> Answer:
        """The contract file as it is."""
        return Answer(200, self.spec.document.text.encode(), "application/yaml; charset=utf-8")

    def openapi_json(self) -> Answer:
        """The contract as JSON."""
        return Answer(200, self._contract)

    @cached_property
    def _contract(self) -> bytes:
        return orjson.dumps(self.spec.document.content, option=orjson.OPT_NON_STR_KEYS)

    def health(self) -> Answer:
        """Says that requests are answered."""
        return answer(200, {"status": "ok", "version": VERSION})
