"""The contract as a pytest suite: ``pytest contract_tests --base-url ...``.

The suite takes the flags of ``dcycle-contract check`` and its environment variables. Each rule is one test.
"""

from contract_tests.plugin import (  # noqa: F401 - pytest finds its hooks and fixtures here
    contract_run,
    pytest_addoption,
    pytest_generate_tests,
    pytest_report_header,
)
