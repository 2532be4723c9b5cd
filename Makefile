# Every command of this repository. `make` alone lists them.
.DEFAULT_GOAL := help
SHELL := /bin/bash

# The interpreter that makes the virtual environment: 3.11 or later.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
SERVICES := catalog contracts payments gdpr
TESTS ?= tests
# Where `make images` puts its images, and under which tag.
REGISTRY ?= training-platform
RELEASE ?= dev
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate

.PHONY: help
help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

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

.PHONY: proof
proof: .venv/.dev ## the fault tests at full figures (PROOF_SEED=… repeats a run, TESTS=tests/faults/test_sweeps.py a part)
	@PROOF=full $(BIN)/python -m pytest -n 2 $(or $(filter-out tests,$(TESTS)),tests/faults)

.PHONY: check
check: .venv/.dev ## style, types, layers, lock files
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tests.architecture.locks

# checkov's pins clash with the platform's: an environment of its own.
.venv-checkov/.done: requirements-checkov.lock
	$(PYTHON) -m venv .venv-checkov
	.venv-checkov/bin/python -m pip --disable-pip-version-check --no-input install --quiet --quiet --no-deps \
	  --require-hashes -r requirements-checkov.lock
	@touch $@

.PHONY: check-manifests
check-manifests: .venv/.dev .venv-checkov/.done ## what checkov says of production's manifests and of the Dockerfile
	@folder=$$(mktemp -d) && trap 'rm -r "$$folder"' EXIT && \
	  $(BIN)/kubectl kustomize deploy/overlays/production > "$$folder/production.yaml" && \
	  cp deploy/Dockerfile "$$folder" && \
	  .venv-checkov/bin/checkov -d "$$folder" --framework kubernetes dockerfile --compact --quiet --skip-download

.PHONY: images
images: ## an image of each part of the platform (REGISTRY=registry.example.net/training-platform RELEASE=1.2.0)
	docker build --build-arg SERVICE=gateway --build-arg FOLDER=gateway -f deploy/Dockerfile -t $(REGISTRY)/gateway:$(RELEASE) .
	$(foreach name,$(SERVICES),docker build --build-arg SERVICE=$(name) -f deploy/Dockerfile -t $(REGISTRY)/$(name):$(RELEASE) . &&) true

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
	$(COMPILE) --group checkov -o requirements-checkov.lock
