# Each target sets up what it needs in .venv, from the versions and hashes in uv.lock.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help run demo test lint format evaluate bench clean

BIN := .venv/bin

help: ## Show this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: .venv/.ready ## Start watching, with a configuration made from the example if there is none
	@test -e config.toml || test -n "$$MONITOR_CONFIG" || $(BIN)/monitor init config.toml
	@exec $(BIN)/monitor run

demo: .venv/.ready ## Show the whole path on made-up news, without a network
	@$(BIN)/monitor demo

test: .venv/.ready ## Run the tests
	$(BIN)/pytest

lint: .venv/.ready ## Check style, types and which room imports which
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: .venv/.ready ## Put the code into the usual form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

evaluate: .venv/.ready ## Measure the matcher on labelled documents
	$(BIN)/python -m benchmarks.evaluate

bench: .venv/.ready ## Measure speed (see docs/benchmarks.md)
	$(BIN)/python -m benchmarks

clean: ## Remove what the targets made, but neither your configuration nor your database
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist build

# uv where it is on the PATH, else installed into the environment itself.
.venv/.ready: pyproject.toml uv.lock
	@echo "Setting up .venv from uv.lock (only this once, and when uv.lock changes)"
	@set -e; \
	python=; \
	for each in "$$PYTHON" python3.13 python3.12 python3.11 python3; do \
		if [ -n "$$each" ] && "$$each" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; \
		then python=$$each; break; fi; \
	done; \
	if [ -z "$$python" ]; then \
		echo "monitor needs Python 3.11, 3.12 or 3.13; none was found. Install one, or name it: make PYTHON=/path/to/python3.12" >&2; exit 1; \
	fi; \
	if command -v uv >/dev/null 2>&1; then \
		uv sync --quiet --locked --python "$$python"; \
	else \
		if [ ! -x .venv/bin/uv ]; then \
			"$$python" -m venv --clear .venv || { \
				echo "Python cannot make an environment; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }; \
			.venv/bin/python -m pip install --quiet --disable-pip-version-check 'uv>=0.9'; \
		fi; \
		.venv/bin/uv sync --quiet --locked --inexact --python .venv/bin/python; \
	fi
	@touch $@
