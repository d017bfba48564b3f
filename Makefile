# On a fresh machine: `make audit` shows what the program does, `make test` that it works.
# PYTHON names the interpreter to start from (3.11 or later).

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin

.PHONY: audit test lint types check bench lab fuzz conformance samples docs wheel wheelhouse clean

audit: $(VENV)/.installed
	$(BIN)/auditor check sample_reports --fail-on never

test: $(VENV)/.dev
	$(BIN)/python -m pytest

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check auditor tools
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint test

bench: $(VENV)/.dev
	$(BIN)/python -m tools.bench

lab: $(VENV)/.dev
	$(BIN)/python -m tests.lab.run --documents 2000 --seed 7 --out docs/exactness.md

fuzz: $(VENV)/.dev
	$(BIN)/python -m tests.fuzz.run --inputs 10000 --seed 1 --out build/fuzz.txt --keep build/fuzz

conformance: $(VENV)/.dev
	$(BIN)/python -m tests.conformance.generate build/conformance
	$(BIN)/auditor check build/conformance --format json --fail-on never > build/conformance.json || test $$? -eq 4
	$(BIN)/python -m tests.conformance.run build/conformance.json

samples: $(VENV)/.dev
	$(BIN)/python -m tests.lab.make_samples

docs: $(VENV)/.installed
	$(BIN)/auditor rules --format md > docs/rules.md

wheel: $(VENV)/.dev
	$(BIN)/python -m build --wheel --outdir dist

# Everything an offline PC of the same system needs: pip install --no-index --find-links wheelhouse auditor
wheelhouse: wheel
	$(BIN)/python -m pip wheel --wheel-dir wheelhouse dist/auditor-*.whl

clean:
	rm -rf $(VENV) build dist wheelhouse

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(VENV)/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(VENV)/.dev: $(VENV)/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@ $(VENV)/.installed
