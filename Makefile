# What there is to do here. Everything happens in .venv; nothing is installed outside of it.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help install demo up test check bench soak lock clean

help: ## print this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

install: .venv/installed ## make .venv with everything in it

# Built without isolation: the build, too, uses only what the lock names.
.venv/installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "$(PYTHON) is older than 3.11: name a newer one, make PYTHON=..."; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

demo: install ## start everything, play the worked story and a month of a small shop
	$(BIN)/ullage demo

up: install ## start everything: broker, database, processors
	$(BIN)/ullage up

test: install ## all tests, on a broker and a database that they start themselves
	$(BIN)/pytest -n 2 --dist loadgroup

check: install ## style, types, layers, and whether the published schemas are current
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m ullage_schemas --check

bench: install ## measure; the figures of the README come from here
	for bench in tests/bench/bench_*.py; do $(BIN)/python "$$bench" || exit 1; done

soak: install ## the tests with far more examples, kills and time
	ULLAGE_SOAK=1 $(BIN)/pytest --timeout=3600
	$(BIN)/python tests/bench/mutants.py

lock: install ## pin what pyproject.toml asks for, and what builds it, for every platform
	printf 'hatchling\neditables\n' | $(BIN)/uv pip compile --quiet --universal --python-version 3.11 \
		--all-extras --generate-hashes --no-emit-index-url --upgrade \
		--custom-compile-command "make lock" --output-file requirements.lock pyproject.toml -

clean: ## remove .venv and caches; data of `make up` stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis dist
	find services schemas tests -name __pycache__ -prune -exec rm -rf {} +
