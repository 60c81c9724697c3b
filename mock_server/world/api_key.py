"""API keys."""

from __future__ import annotations

import string

from mock_server.world.stream import Stream

LENGTH = 24
"""How many characters of a key are drawn."""


def make_api_key(stream: Stream) -> str:
    """A key of no real provider's form, with letters whose case matters."""
    characters = stream.choices(string.ascii_letters + string.digits, k=LENGTH - 2)
    return "demo-" + "".join(
        (stream.choice(string.ascii_uppercase), *characters, stream.choice(string.ascii_lowercase))
    )
