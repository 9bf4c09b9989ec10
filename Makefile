# Every target stands alone: each makes what it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DATA ?= ./data
PORT ?=
# Tests wait for processes and servers more than they compute.
WORKERS ?= $(shell $(PYTHON) -c 'import os; print(min(4, 2 * (os.cpu_count() or 1)))')

# Compiled modules are kept, whatever the environment says: each process of a test imports hundreds.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: setup run quick test check format lint types imports bandit audit bench examples pictures faults client-wheel lock clean

setup: $(VENV)/.ready

$(VENV)/.ready: pyproject.toml requirements.lock requirements-uv.lock
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch $@

run: setup
	@exec $(BIN)/storytroupe up $(if $(PORT),--port $(PORT)) --data $(DATA)

# Each worker has servers of its own; a file's tests stay together, since they share what is dear to make. In the
# order of the files, those that wait for a browser and for faults begin first.
test: setup
	@$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder

# For the inner loop: no servers. Modules that are slow as a whole are not even imported.
quick: setup format lint imports
	@$(BIN)/python -m pytest --numprocesses 2 -m "not slow" \
		$$(grep -L "^pytestmark = pytest.mark.slow" tests/unit/test_*.py)

check: setup format lint types imports bandit audit test

format:
	@$(BIN)/ruff format --check .

lint:
	@$(BIN)/ruff check .

types:
	@$(BIN)/mypy

imports:
	@$(BIN)/lint-imports

# It warns of each line of a long value where one has a `nosec`: told only where it finds something.
bandit: setup
	@$(BIN)/bandit --quiet -c pyproject.toml -r service actors 2>/dev/null || $(BIN)/bandit -c pyproject.toml -r service actors

# Known faults in what is locked; says loudly where no index of advisories answers.
audit: setup
	@$(BIN)/python -m tools.audit

bench: setup
	@$(BIN)/python -m benchmarks $(NAMES)

examples: setup
	@$(BIN)/python -m examples --pictures docs/pictures

# The pictures of Genesis and of novels. They need Chromium.
pictures: setup
	@$(BIN)/python -m tools.novel_pictures docs/pictures

# Every fault and every long form. `make faults PAGE=docs/reliability.md` puts the table of its run into the page.
faults: setup
	@$(BIN)/python -m pytest --faults=long -m "fault or long" -v $(if $(PAGE),--faults-page=$(PAGE))

# The distribution `storytroupe-client`, into dist/.
client-wheel: setup
	@$(BIN)/uv build --quiet --wheel --no-build-isolation --python $(BIN)/python --out-dir dist client

lock: setup
	@$(BIN)/uv pip compile --quiet pyproject.toml --all-extras --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --upgrade -o requirements.lock
	@echo uv | $(BIN)/uv pip compile --quiet - --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-header --upgrade -o requirements-uv.lock

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
