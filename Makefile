# Everything a contributor or a CI job runs. `make` alone lists the targets.
# PYTHON names the interpreter that builds the environment (3.11 or later); ARGS holds further flags for a tool.

PYTHON ?= python3
ARGS ?=
BASE_URL ?=
DCYCLE_SKIP_NPM ?=
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
LOCKED := install --no-compile --require-hashes --requirement
NPM_TOOLS := $(patsubst %/package.json,%/node_modules/.package-lock.json,$(wildcard tests/*/package.json))

# The target and its credentials (DCYCLE_ORGANIZATION_ID, DCYCLE_API_KEY, DCYCLE_INVOICE_IDS) reach the tools through the
# environment. No recipe names them, so that make cannot print a key.
ifneq ($(BASE_URL),)
export DCYCLE_BASE_URL = $(BASE_URL)
endif

.DEFAULT_GOAL := help
.PHONY: help check mock test docs lock format clean

help:  ## List the targets
	@grep -E '^[a-z]+:.*## ' Makefile | awk -F ':.*## ' '{ printf "make %-8s %s\n", $$1, $$2 }'

check: $(VENV)/.installed  ## Judge a deployment: BASE_URL, or the bundled mock when it is not set
	@$(BIN)/dcycle-contract check $(ARGS)

mock: $(VENV)/.installed  ## Serve the mock until Ctrl-C
	@$(BIN)/dcycle-mock $(ARGS)

test: $(VENV)/.dev $(if $(DCYCLE_SKIP_NPM),,$(NPM_TOOLS))  ## Run the project's own tests
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-logo > $(VENV)/.imports 2>&1 || { cat $(VENV)/.imports; exit 1; }
	@$(BIN)/python -m pytest -n 2 --dist worksteal --quiet $(HANGING) $(ARGS)

# A test that takes ten minutes hangs: it fails, and the others go on.
HANGING := -o faulthandler_timeout=600 -o faulthandler_exit_on_timeout=true

format: $(VENV)/.dev  ## Fix formatting and what ruff can fix
	@$(BIN)/ruff check --fix --quiet
	@$(BIN)/ruff format

docs: $(VENV)/.dev  ## Make the documentation anew, and a static site of it
	@$(BIN)/python docs/build_coverage.py $(ARGS)
	@$(BIN)/python docs/build_pages.py $(ARGS)

lock: $(VENV)/.dev  ## Write both lock files anew; ARGS=--upgrade takes newer versions
	@$(BIN)/uv pip compile $(COMPILE) --group dev --output-file requirements-dev.lock $(ARGS)
	@$(BIN)/uv pip compile $(COMPILE) --group install --constraint requirements-dev.lock --output-file requirements.lock

COMPILE := pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
	--custom-compile-command 'make lock'

clean:  ## Remove the environment and everything generated
	@rm -rf $(VENV) dist build tests/*/node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis \
		.import_linter_cache .schemathesis
	@find api_spec mock_server contract_tests tests -name __pycache__ -type d -prune -exec rm -rf {} +

# The environment, in three steps that are each redone only when their input changes.

$(VENV)/.locked: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null || { \
		echo 'Python 3.11 or later is needed, and "$(PYTHON)" is not that. Name another one: make PYTHON=python3.12' >&2; \
		exit 1; }
	@echo 'Setting up $(VENV) (once, about half a minute) ...' >&2
	@$(PYTHON) -m venv --clear $(VENV)
	@$(PIP) $(LOCKED) requirements.lock >&2
	@touch $@

$(VENV)/.installed: $(VENV)/.locked pyproject.toml
	@$(PIP) install --no-deps --no-build-isolation --editable . >&2
	@touch $@

$(VENV)/.dev: $(VENV)/.installed requirements-dev.lock
	@echo 'Adding the development tools (once, about half a minute) ...' >&2
	@$(PIP) $(LOCKED) requirements-dev.lock >&2
	@touch $@

tests/%/node_modules/.package-lock.json: tests/%/package-lock.json $(VENV)/.dev
	@echo 'Installing the npm tools of tests/$* (once) ...' >&2
	@PATH="$$PWD/$(BIN):$$PATH" npm ci --prefix tests/$* --ignore-scripts --no-audit --no-fund --loglevel=error >&2
	@touch $@
