"""The fixtures of the verifier's tests."""

from contract_processes import command, mock, start  # noqa: F401 - pytest finds them here
