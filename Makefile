# Everything a person does with a checkout. `make help` lists it.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules
# A dozen processes begin in half the time where Python may keep what it has compiled.
unexport PYTHONDONTWRITEBYTECODE

UV_VERSION := 0.13.9
BIN := .venv/bin
UV := .tools/bin/uv
COMPILE := $(UV) pip compile -q --universal --generate-hashes --no-header --no-annotate
PYTEST := $(BIN)/pytest

.PHONY: help setup run tour stop test test-all test-rest faults bench lint format types lock check-lock assets clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/samkontrakt.ready ## Install everything into .venv, nothing outside this folder

.venv/samkontrakt.ready: locks/dev.txt deploy/setup.sh
	@UV_VERSION=$(UV_VERSION) sh deploy/setup.sh

run: setup ## Run the whole system with demo data; Ctrl-C stops it, the data stays
	@$(BIN)/samkontrakt run

stop: setup ## Stop a system that runs from this checkout
	@$(BIN)/samkontrakt stop

tour: setup ## Run the system once through its main job, telling each step
	@$(BIN)/python -m deploy.tour

test: setup ## Test in minutes: what every change must pass
	@$(PYTEST) -q -m "not full and not alone" $(PYTEST_MORE)
	@$(PYTEST) -q -m "not full and alone" -n0 $(PYTEST_MORE)

test-all: test test-rest ## Test everything: what a release must pass

test-rest: setup
	@$(PYTEST) -q -m "(full or hypothesis) and not alone" --hypothesis-profile=full $(PYTEST_MORE)
	@$(PYTEST) -q -m "full and alone" -n0 $(PYTEST_MORE)
	@$(BIN)/python -m tests.faults

faults: setup ## Strike at everything while 30,000 events are told; SEED=n plays a run again
	@$(BIN)/python -m tests.faults $(if $(SEED),--seed $(SEED))

bench: setup ## Measure speed against peers in the same run, as ratios (QUICK=1: in minutes, FULL=1: 100,000 at once)
	@$(BIN)/python -m tests.bench $(if $(QUICK),--quick) $(if $(FULL),--full)

lint: setup ## Check style, import rules and dead code
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports
	@$(BIN)/vulture

format: setup ## Rewrite the code in its one style
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

types: setup ## Check types
	@$(BIN)/mypy services shared deploy tests

lock: setup ## Resolve the dependencies again into locks/
	@$(COMPILE) --group dev pyproject.toml -o locks/dev.txt
	@$(COMPILE) -c locks/dev.txt pyproject.toml -o locks/run.txt
	@$(COMPILE) -c locks/dev.txt --python-version 3.11 --group bench -o locks/bench.txt

check-lock: lock ## Fail when locks/ is not what pyproject.toml resolves to, or names a registry
	@git diff --exit-code --stat -- locks/
	@sh deploy/check_locks.sh

assets: ## Build the stylesheet and copy htmx anew (needs Node)
	@cd shared/web/assets && npm ci --silent && npm run --silent build

clean: ## Remove what was installed and built here; data folders stay
	@rm -rf .venv .tools .pytest_cache .ruff_cache .mypy_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
