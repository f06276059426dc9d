# Everything here works on a fresh clone with Python 3.11+, make and a network to the package registries.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
READY := $(VENV)/.ready
DEV := $(VENV)/.dev

-include mk/*.mk

.PHONY: help demo test check format lint types imports docs lock clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(VENV)/.boot: requirements/bootstrap.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Dateline needs Python 3.11 or newer: make PYTHON=python3.12 ..."; exit 2; }
	@test -x $(BIN)/python || { echo "making $(VENV)"; $(PYTHON) -m venv $(VENV); }
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/bootstrap.txt
	@touch $@

$(READY): $(VENV)/.boot requirements/runtime.txt pyproject.toml
	@echo "installing the runtime (hash-checked)"
	@$(UV) pip install -q --python $(BIN)/python --require-hashes -r requirements/runtime.txt -r requirements/build.txt
	@$(UV) pip install -q --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV): $(READY) requirements/dev.txt
	@echo "installing the development tools (hash-checked)"
	@$(UV) pip install -q --python $(BIN)/python --require-hashes -r requirements/dev.txt
	@touch $@

demo: $(READY) ## the main job on a small world of invented outlets
	@$(BIN)/dateline demo

test: $(DEV) ## the whole suite, real servers included
	@$(BIN)/python -m tests.suite

check: format lint types imports docs test ## everything that must be green

format: $(DEV) ## formatting (checked, not changed; `make fix` changes)
	@$(BIN)/ruff format --check .

fix: $(DEV) ## format and mend what can be mended
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

lint: $(DEV)
	@$(BIN)/ruff check .

types: $(DEV)
	@$(BIN)/mypy

imports: $(DEV)
	@$(BIN)/lint-imports

docs: $(DEV) ## what is generated is as generated; links, commands and settings in the pages exist
	@$(BIN)/python -m schemas.generate --check
	@$(BIN)/python -m pytest -q tests/unit/test_docs.py

lock: $(VENV)/.boot ## pin and hash what requirements/*.in name
	@for name in bootstrap build runtime parquet dev; do \
	  $(UV) pip compile -q --python-version 3.11 --universal --generate-hashes --no-header requirements/$$name.in -o requirements/$$name.txt; done

clean: ## remove the virtual environments (data stays)
	rm -rf .venv .venv-airflow
