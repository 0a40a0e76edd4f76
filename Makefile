# Each target sets up what it needs in .venv, from the versions and hashes in uv.lock.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help run demo test lint format evaluate bench mutants pictures recording reference docs package clean

BIN := .venv/bin
# Installed into .venv where there is no uv; the Dockerfile names the same.
UV_VERSION := 0.13.9

help: ## Show this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

run: .venv/.ready ## Start watching, with a configuration made from the example if there is none
	@test -e config.toml || test -n "$$MONITOR_CONFIG" || $(BIN)/monitor init config.toml
	@echo "The command is $(BIN)/monitor here, and plain monitor after: . $(BIN)/activate" >&2
	@exec $(BIN)/monitor run

demo: .venv/.ready ## Show the whole path on made-up news, without a network
	@$(BIN)/monitor demo
	@echo "The command is $(BIN)/monitor here, and plain monitor after: . $(BIN)/activate" >&2

test: .venv/.ready ## Run the tests
	$(BIN)/pytest -n auto --dist loadfile

lint: .venv/.ready ## Check style, types and which room imports which
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: .venv/.ready ## Put the code into the usual form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

evaluate: .venv/.ready ## Measure reading and matching on labelled documents
	$(BIN)/python -m benchmarks.evaluate

bench: .venv/.ready ## Measure speed (see docs/benchmarks.md)
	$(BIN)/python -m benchmarks

mutants: .venv/.ready ## Put small faults into what is pure, and see whether tests notice them
	@uv=$$(command -v uv || echo $(BIN)/uv); UV_PROJECT_ENVIRONMENT=.venv $$uv sync --quiet --locked --inexact --group mutants
	$(BIN)/python -m benchmarks.mutants

pictures: .venv/.ready ## Draw the pictures of the documentation (needs Chromium)
	$(BIN)/python -m tests.support.pictures

recording: .venv/.ready ## Record the demonstration as the picture that README.md shows
	$(BIN)/python -m tools.recording

reference: .venv/.ready ## Write the reference of commands and their JSON, the manual page, and the description of the API
	$(BIN)/python -m tools.commands
	$(BIN)/python -m tools.openapi
	$(BIN)/python -m tools.json_shapes

docs: .venv/.ready ## Build the documentation as a site in build/site; a dead link fails it
	@uv=$$(command -v uv || echo $(BIN)/uv); UV_PROJECT_ENVIRONMENT=.venv $$uv sync --quiet --locked --inexact --group docs
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet

package: .venv/.ready ## Make a release's files in dist: wheel, Debian package, tarball, bill of materials
	$(BIN)/python -m tools.package $${PYTHON:+--python "$$PYTHON"}

clean: ## Remove what the targets made, but neither your configuration nor your database
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist build

# uv where it is on the PATH, else installed into the environment itself. A version manager such
# as pyenv has commands for Pythons that do not run: each is tried, not just looked for. PYTHON
# names another than the first found. uv gets its path: a bare name may make it download one.
.venv/.ready: pyproject.toml uv.lock
	@set -e; \
	export UV_PROJECT_ENVIRONMENT=.venv; unset VIRTUAL_ENV; \
	test -z "$$PYTHONDONTWRITEBYTECODE" || export UV_COMPILE_BYTECODE=1; \
	python=; \
	for each in $${PYTHON:-python3.13 python3.12 python3.11 python3 python}; do \
		if "$$each" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then \
			python=$$(command -v "$$each"); break; \
		fi; \
	done; \
	if test -z "$$python" && { test -n "$$PYTHON" || ! command -v uv >/dev/null; }; then \
		echo "monitor needs Python 3.11, 3.12 or 3.13, but $${PYTHON:-python3} is $$($${PYTHON:-python3} --version 2>/dev/null || echo not there)." >&2; \
		echo "Install one of them, or name it: make PYTHON=/path/to/python3.12" >&2; \
		exit 1; \
	fi; \
	echo "Setting up .venv from uv.lock (once, and again when uv.lock changes)"; \
	if command -v uv >/dev/null; then \
		uv sync --quiet --locked $${python:+--python "$$python"}; \
	else \
		if ! "$$python" -c 'import ensurepip, venv' 2>/dev/null; then \
			echo "$$python cannot make an environment. On Debian and Ubuntu: sudo apt install python3-venv" >&2; \
			exit 1; \
		fi; \
		if ! .venv/bin/python -c '' 2>/dev/null || test "$$(.venv/bin/uv self version --short 2>/dev/null)" != $(UV_VERSION); then \
			"$$python" -m venv --clear .venv; \
			.venv/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION); \
		fi; \
		.venv/bin/uv sync --quiet --locked --inexact --python .venv/bin/python; \
	fi
	@# Where Python may not keep what it compiles, each command would take twice as long.
	@test -z "$$PYTHONDONTWRITEBYTECODE" || $(BIN)/python -m compileall -q monitor
	@touch $@
