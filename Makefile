# Two commands: `make demo` serves the product on this machine, `make test` checks it. They need Python 3.12 or newer and
# make, nothing else: no Node, no database server.
#   make demo PORT=8001 DATA_DIR=/somewhere

SHELL := /bin/sh
.DEFAULT_GOAL := help
.SUFFIXES:

HOST ?= 127.0.0.1
PORT ?= 8000
DATA_DIR ?= .boussole
export HOST PORT DATA_DIR

# Each test starts the product anew in processes of its own: what was compiled once is kept, whatever the machine prefers.
unexport PYTHONDONTWRITEBYTECODE

# Relative, so that a space in the path of the checkout does no harm.
PY := .venv/bin/python

.PHONY: help
help: ## Show this list
	@grep -hE '^[a-z-]+:.*##' Makefile | sed -e 's/:.*## /\t/' | expand -t 12

.PHONY: demo
demo: port runtime assets translations ## Serve the product with its demo organisations
	@exec $(PY) -m config.supervisor --with-parent

.PHONY: test
test: ## Check everything
	@$(MAKE) --no-print-directory -j 2 types lint imports migrations system-packages assets translations
	$(PY) -m pytest -n 2 --dist loadgroup --no-loadscope-reorder $(PYTEST)

.PHONY: lint
lint: development ## Lint code and templates
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m djlint --quiet --lint templates

.PHONY: format
format: development ## Format code (not templates: a formatter moves spaces that readers see)
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

.PHONY: types
types: development
	$(PY) -m mypy .

.PHONY: imports
imports: development
	$(PY) -c "from importlinter.cli import lint_imports_command; lint_imports_command()" --no-logo

.PHONY: migrations
migrations: development
	$(PY) -m tests.databases

.PHONY: drill
drill: development system-packages assets translations ## The long tests: kills, isolation, soak
	$(PY) -m pytest -n 2 --dist loadgroup --no-loadscope-reorder -m drill $(PYTEST)

.PHONY: bench
bench: development assets translations ## Measure, as ratios, and write build/bench.json
	$(PY) -m bench

.PHONY: screens
screens: development system-packages assets translations ## Take the pictures of docs/ again
	$(PY) -m pytest tests/browser/pictures.py $(PYTEST)

.PHONY: clean
clean: ## Remove what is made: environment, packages, bundles; never data
	rm -rf .venv node_modules build static/build .mypy_cache .ruff_cache .pytest_cache .hypothesis

.PHONY: forget
forget: runtime ## Remove the data of DATA_DIR, for good
	@$(PY) -m config.forget

# What the commands stand on ----------------------------------------------------------------------------------------

.PHONY: venv
venv:
	@if [ -e .venv ] && ! $(PY) -c 'import pip, sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null; then \
	    echo "The environment .venv no longer works: making it again."; rm -rf .venv; fi
	@if [ ! -x $(PY) ]; then \
	    for candidate in python3.13 python3.12 python3.14 python3 python; do \
	        if "$$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 12))' >/dev/null 2>&1; then \
	            echo "Making .venv with $$("$$candidate" --version)…"; exec "$$candidate" -m venv .venv; fi; \
	    done; \
	    echo "Python 3.12 or newer, with its venv module, was not found." >&2; \
	    echo "Install it (on Debian or Ubuntu: python3 and python3-venv) and run this again." >&2; exit 1; fi

# The requirements that were installed are kept beside the environment; nothing is done while they are the same.
.PHONY: runtime
runtime: venv
	@cmp -s requirements.txt .venv/requirements.txt || { \
	    echo "Installing the product's packages…"; \
	    $(PY) -m pip install -qq --no-compile --disable-pip-version-check -r requirements.txt && \
	    cp requirements.txt .venv/requirements.txt; }

.PHONY: development
development: runtime
	@cmp -s requirements-dev.txt .venv/requirements-dev.txt || { \
	    echo "Installing the development packages…"; \
	    $(PY) -m pip install -qq --no-compile --disable-pip-version-check -r requirements-dev.txt && \
	    cp requirements-dev.txt .venv/requirements-dev.txt; }

.PHONY: assets
assets: runtime
	@$(PY) -m config.assets

.PHONY: translations
translations: runtime
	@$(PY) -m config.translations

.PHONY: port
port: venv
	@$(PY) -m config.port

# Chromium for the browser tests, PgBouncer for the pooling tests. Where they cannot be installed, those tests fail and
# say what to install.
.PHONY: system-packages
system-packages:
	@missing=""; \
	for browser in chromium-headless-shell chromium chromium-browser google-chrome none; do \
	    command -v $$browser >/dev/null 2>&1 && break; done; \
	[ $$browser != none ] || missing="chromium-headless-shell"; \
	PATH="$$PATH:/usr/sbin:/sbin" command -v pgbouncer >/dev/null 2>&1 || missing="$$missing pgbouncer"; \
	if [ -n "$$missing" ] && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
	    echo "Installing$$missing…"; \
	    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 \
	        apt-get install -y -qq --no-install-recommends $$missing >/dev/null; } || true; \
	fi
