# Python 3.11 or newer and make are all it takes: every target sets up what it needs, once.
# Another interpreter:    make demo PYTHON=/path/to/python3.12
# Arguments for a target: make test ARGS="-k cured"

.DEFAULT_GOAL := help
.NOTPARALLEL: # two targets must not install into one .venv at a time
.PHONY: help demo test book lint format bench down clean lock

PYTHON ?=
PYTHONS = $(or $(PYTHON),python3.14 python3.13 python3.12 python3.11 python3 python)
BOOK ?= ../shared/data/credit_card_clients.csv
BENCH ?= lifecycle
ARGS ?=
UPGRADE ?=
PY := .venv/bin/python
# Wheels only: nothing is compiled, and no package's code runs while it is installed.
PIP_INSTALL := $(PY) -m pip install --disable-pip-version-check --no-input --quiet --only-binary :all:
# One lock for every system and Python: --universal writes markers, --fork-strategy fewest keeps one version of each.
COMPILE = $(PY) -m uv pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest \
    --generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" $(UPGRADE)

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-7s %s\n", $$1, $$2 }' Makefile

demo: .venv/.run ## a book of overdue loans through months of virtual time, on the real servers
	@$(PY) starter.py demo $(ARGS)

test: .venv/.dev ## all tests, on two processes: those that start servers on one
	@$(PY) -m pytest -n 2 --dist loadgroup $(ARGS)

book: .venv/.run ## the real book (BOOK=path/to.csv): every overdue account started, 50 carried through a year
	@test -r "$(BOOK)" || { echo "make book: cannot read $(BOOK). It is \"Default of credit card clients\" of the UCI Machine Learning Repository, as CSV (docs/book.md). Name it: make book BOOK=path/to.csv" >&2; exit 2; }
	@$(PY) starter.py import --layout uci-credit-card "$(BOOK)" --carry 50 $(ARGS)

lint: .venv/.dev ## style, format, types, and who may import whom
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/basedpyright
	@.venv/bin/lint-imports --no-logo

format: .venv/.dev ## put imports and layout right
	@.venv/bin/ruff check --select I --fix .
	@.venv/bin/ruff format .

bench: .venv/.run ## what a case costs, beside its floor (BENCH=conduct, payment_to_quiet: benchmarks/README.md)
	@PYTHONPATH=. $(PY) benchmarks/$(BENCH).py $(ARGS)

down: ## stop the local stack; its state stays
	@if [ -e .venv/.run ]; then $(PY) starter.py down $(ARGS); fi

clean: ## stop the stack, then remove .venv, the caches and the stack's state in .arrears
	@if [ -e .venv/.run ] && [ -e .arrears ]; then $(PY) starter.py down; fi
	@rm -rf .venv .arrears .pytest_cache .hypothesis .ruff_cache .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

lock: .venv/.created ## renew both locks from the ranges in pyproject.toml (UPGRADE=--upgrade for newer versions)
	@$(PIP_INSTALL) 'uv>=0.13.9,<0.14'
	@$(COMPILE) pyproject.toml -o requirements.lock
	@$(COMPILE) pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock

# --- set-up: a stamp each, so that nothing is done again until a lock changes ---

.venv/.run: requirements.lock .venv/.created
	@echo "Installing requirements.lock into .venv (once; about half a minute) ..."
	@$(PIP_INSTALL) --require-hashes -r requirements.lock
	@touch $@

# This lock holds all of the other, at the same versions: with it installed, both are.
.venv/.dev: requirements-dev.lock .venv/.created
	@echo "Installing requirements-dev.lock into .venv (once; about a minute) ..."
	@$(PIP_INSTALL) --require-hashes -r requirements-dev.lock
	@touch .venv/.run $@

# A name on the PATH is not yet a Python (version managers leave stand-ins), and some systems package venv apart:
# each candidate is asked, the newest that can make a venv is taken.
.venv/.created:
	@for python in $(PYTHONS); do \
	    if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	        if "$$python" -c 'import ensurepip, venv' 2>/dev/null; then \
	            echo "Creating .venv with $$("$$python" -c 'import sys; print(sys.executable, sys.version.split()[0])')"; \
	            "$$python" -m venv --clear .venv && touch $@ && exit 0; \
	            echo "make: '$$python -m venv .venv' failed; its own message stands above." >&2; exit 2; \
	        fi; \
	        crippled="$$crippled $$python"; \
	    fi; \
	done; \
	if [ -n "$$crippled" ]; then \
	    echo "make: found$$crippled, but without venv. Install it (Debian, Ubuntu: apt install python3-venv)." >&2; \
	else \
	    echo "make: found no Python 3.11 or newer (tried: $(PYTHONS)). Install one, or name it: make demo PYTHON=/path/to/python3.11" >&2; \
	fi; exit 2
