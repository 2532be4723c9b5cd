# Every command of this repository. `make` alone lists them.
.DEFAULT_GOAL := help
SHELL := /bin/bash

# The interpreter that makes the virtual environment: 3.11 or later.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
SERVICES := catalog contracts payments gdpr
TESTS ?= tests
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate

.PHONY: help
help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# Two stages of one environment: what runs the platform, then what tests it.
.venv/.run: requirements.lock
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed: make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "$(PYTHON) is older than 3.11: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(PIP) install --quiet --quiet --no-deps --require-hashes -r requirements.lock
	@touch $@

.venv/.dev: .venv/.run requirements-dev.lock
	$(PIP) install --quiet --quiet --no-deps --require-hashes -r requirements-dev.lock
	@touch $@

.PHONY: venv
venv: .venv/.dev ## the virtual environment with all that development needs

.PHONY: run
run: .venv/.run ## the whole platform on this machine, in the sandbox
	@$(BIN)/python -m deploy.sandbox.launcher

.PHONY: demo
demo: .venv/.run ## from a course sheet to the client billed, played over HTTP
	@$(BIN)/python -m deploy.sandbox.demo

.PHONY: test
test: .venv/.dev ## every test, on SQLite and PostgreSQL (TESTS=tests/catalog for a part)
	@$(BIN)/python -m pytest -n 2 $(TESTS)

.PHONY: check
check: .venv/.dev ## style, types, layers, lock files
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tests.architecture.locks

.PHONY: bench
bench: .venv/.dev ## ratios measured in one run (SCALE=large: the 100,000s; RECORD=yes: kept in docs/benchmarks.md)
	@BENCH_SCALE=$(SCALE) BENCH_RECORD=$(RECORD) $(BIN)/python -m pytest -s -n 0 --timeout=0 tests/bench

.PHONY: migrate
migrate: .venv/.run ## bring the databases up to date (CATALOG_DATABASE_URL and so on, or SERVICES=catalog and DATABASE_URL)
	@$(BIN)/python -m chassis.migrations $(addprefix services.,$(SERVICES))

.PHONY: lock
lock: .venv/.dev ## write the lock files anew from pyproject.toml
	$(COMPILE) pyproject.toml -o requirements.lock
	$(COMPILE) pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock
