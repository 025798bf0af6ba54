# Everything a developer runs. It needs Python 3.11 or newer with venv, and nothing else.

PORT ?= 8000
DATA_DIR ?= .ilmio
export PORT DATA_DIR

# The first Python on the path that is new enough; `make PYTHON=/path/to/python3` overrides.
PYTHON ?= $(firstword $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python; done))
VENV := .venv
RUN := $(VENV)/bin/python -m

# A stamp is named after what it was made from, so that a second run has nothing to do and a changed lock is noticed.
MADE_FROM := $(firstword $(shell { cat requirements.lock pyproject.toml; pwd; } | cksum))
RUN_STAMP := $(VENV)/.run-$(MADE_FROM)
STAMP := $(VENV)/.all-$(MADE_FROM)
PIP := $(VENV)/bin/python -m pip --quiet --disable-pip-version-check install

.DEFAULT_GOAL := help
.PHONY: help venv demo test check fuzz clients bench bench-growth bench-memory format explorer schema migration lock clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

venv: $(STAMP) ## Set up .venv with everything that development needs

demo: $(RUN_STAMP) ## Serve the demo world on PORT (8000), with its data in DATA_DIR (.ilmio)
	@exec $(RUN) ilmio_api.cli demo serve

test: $(STAMP) ## Run the tests, in a process for each core; ARGS="tests/db -x" runs some of them in one
	@$(RUN) pytest $(or $(ARGS),-q --numprocesses auto)

check: $(STAMP) ## Check format, lint, types, architecture, schema and migrations
	$(RUN) ruff format --check .
	$(RUN) ruff check .
	$(RUN) mypy
	$(VENV)/bin/lint-imports
	$(RUN) ilmio_api.cli schema check
	$(RUN) ilmio_api.cli db check --scratch

fuzz: $(STAMP) ## Compare generated queries with the oracle for SECONDS (60), from SEED
	@ILMIO_FUZZ_SECONDS=$(or $(SECONDS),60) ILMIO_FUZZ_SEED=$(SEED) $(RUN) pytest -q -s tests/fuzz.py

clients: $(STAMP) ## Run real clients and public audits; ARGS="audits" runs some; needs Node 20 or newer
	@$(RUN) tests.clients.run $(ARGS)

bench: $(STAMP) ## Compare with other servers on the same data, and print the table; ARGS="--help" tells more
	@$(VENV)/bin/python benchmarks/run.py $(ARGS)

bench-growth: $(STAMP) ## Time the same pages in worlds of 20 and 200 thousand pilots; ARGS="--huge" adds 2 million
	@$(VENV)/bin/python benchmarks/growth.py $(ARGS)

bench-memory: $(STAMP) ## Load one worker for an hour, and print its memory; ARGS="--minutes 5" makes it shorter
	@$(VENV)/bin/python benchmarks/memory.py $(ARGS)

format: $(STAMP) ## Format the code and mend what ruff can mend
	$(RUN) ruff format .
	$(RUN) ruff check --fix .

explorer: ## Build the explorer's bundle again; needs Node 20 or newer and npm
	cd deploy/explorer && npm ci && npm run build
	rm -rf deploy/explorer/node_modules

schema: $(STAMP) ## Write the published schema to src/ilmio_api/schema/schema.graphql
	$(RUN) ilmio_api.cli schema export

migration: $(STAMP) ## Draft a migration from the changed models: make migration m="what changes"
	$(if $(m),,$(error Say what changes: make migration m="add a slug to areas"))
	$(RUN) ilmio_api.cli db draft "$(m)"
	$(RUN) ruff check --quiet --fix-only alembic/versions
	$(RUN) ruff format --quiet alembic/versions

lock: ## Resolve the newest allowed versions into requirements.lock
	$(PYTHON) -m venv .lock-venv
	.lock-venv/bin/python -m pip --quiet --disable-pip-version-check install 'uv>=0.13,<0.14'
	PATH="$(CURDIR)/.lock-venv/bin:$$PATH" $(PYTHON) deploy/lock.py
	rm -rf .lock-venv

clean: ## Remove what the other targets made, but not the data in DATA_DIR
	rm -rf $(VENV) .lock-venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis dist .clients
	rm -rf .ilmio-bench benchmarks/.peers
	find src tests alembic benchmarks deploy -type d -name __pycache__ -prune -exec rm -rf {} +

# The first half of the lock is what production needs: the demo starts without the development tools.
$(RUN_STAMP): $(VENV)/bin/pip
	@echo "Installing the locked packages into $(VENV) ..."
	@sed '/^# --- development and tests ---$$/,$$d' requirements.lock > $(VENV)/run.lock
	@$(PIP) --require-hashes --requirement $(VENV)/run.lock
	@$(PIP) --no-deps --no-build-isolation --editable .
	@rm -f $(VENV)/.run-* $(VENV)/.all-*
	@touch $@

$(STAMP): $(RUN_STAMP)
	@echo "Installing the locked development tools into $(VENV) ..."
	@$(PIP) --require-hashes --requirement requirements.lock
	@touch $@

# pip is the last thing that venv makes: an interrupted start is begun again.
$(VENV)/bin/pip:
	@test -n "$(PYTHON)" || { echo "No Python 3.11 or newer with venv was found on the path." >&2; \
		echo "What to do: install one (on Debian and Ubuntu: python3 and python3-venv), or run" >&2; \
		echo "make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV)
