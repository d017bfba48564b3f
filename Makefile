# On a fresh machine: `make audit` shows what the program does, `make test` that it works.
# PYTHON names the interpreter to start from (3.11 or later).

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin

.PHONY: audit season desk test lint types check bench bench-season prove-season prove-forms lab ink fuzz costly hostile private faults conformance-kit rules-record goldens samples docs manual wheel wheelhouse sbom portable clean bench-desk desk-pictures prove-desk prove-compile

audit: $(VENV)/.installed
	$(BIN)/auditor check sample_reports --fail-on never

season: $(VENV)/.installed
	$(BIN)/auditor check sample_reports --season build/season --quiet --fail-on never || test $$? -eq 4

# The desk over the samples; Ctrl+C closes it.
desk: $(VENV)/.dev
	mkdir -p build/desk/收到的报告 && cp sample_reports/[0-9]* build/desk/收到的报告/
	$(BIN)/auditor desk build/desk

test: $(VENV)/.dev
	$(BIN)/python -m pytest

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check auditor tests tools
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint test

bench: $(VENV)/.dev
	$(BIN)/python -m tools.bench
	$(BIN)/python -m tools.throughput
	$(BIN)/python -m tools.bench_scans

# Every page of the desk over 1,500 agencies: processor time at the server, first paint in a browser.
bench-desk: $(VENV)/.dev
	$(BIN)/python -m tools.bench_desk --browser

# Every page of the desk and the static page as pictures in build/pictures: two window sizes, light and dark, to be looked at.
desk-pictures: $(VENV)/.dev
	$(BIN)/python -m tools.desk_pictures

# The whole season in a browser over 40 agencies, by mouse and by keyboard alone.
prove-desk: $(VENV)/.dev
	AUDITOR_LOOP_AGENCIES=40 $(BIN)/python -m pytest -v --durations=0 tests/browser/test_desk_loop.py

# Seasons of 500 to 4,000 generated reports; BENCH_FOLDER keeps the reports for the next time.
bench-season: $(VENV)/.dev
	$(BIN)/python -m tools.bench_season $(if $(BENCH_FOLDER),--folder $(BENCH_FOLDER))

# Twenty kills at random moments, 500 files with five that hang, eat memory or crash, 500 files on a cluster with a killed worker.
prove-season: $(VENV)/.dev
	AUDITOR_KILLS=20 AUDITOR_POISON_FILES=500 AUDITOR_CLUSTER_FILES=500 \
		$(BIN)/python -m pytest -v --durations=0 tests/ledger/test_poison.py tests/ledger/test_run.py tests/scale/test_ray.py

# A form of a later year as one data file, with 300 laboratory documents of earlier years judged as before.
prove-forms: $(VENV)/.dev
	AUDITOR_FORM_DOCUMENTS=300 $(BIN)/python -m pytest -v --durations=0 tests/forms

lab: $(VENV)/.dev
	$(BIN)/python -m tests.lab.run --documents 2000 --seed 7 --out docs/exactness.md

# Each figure read from 200 composed pages, the samples and the corpus (where it is) held against the ink of its page (docs/exactness.md).
ink: $(VENV)/.dev
	$(BIN)/python -m tests.lab.inked --pages 200 sample_reports/*.pdf $(wildcard ../shared/corpus/*/*.pdf)

fuzz: $(VENV)/.dev
	$(BIN)/python -m tests.fuzz.run --inputs 10000 --seed 1 --out build/fuzz.txt --keep build/fuzz

# Files of a megabyte that are built to be costly: at most 5 s of processor time and 512 MB each.
costly: $(VENV)/.dev
	$(BIN)/python -m tests.fuzz.costly

# Some fifty hostile names and texts through every command, looked at in Chromium and LibreOffice (needs both).
hostile: $(VENV)/.dev
	rm -rf build/hostile
	$(BIN)/python -m tests.hostile.run build/hostile --every 1

# 320 faults (kill, Ctrl-C, TERM, full, read-only and locked disk) over every command that writes files or what people entered.
faults: $(VENV)/.dev
	$(BIN)/python -m tests.support.faulted --points 20

# The kit for other programs, and how our own and weakened ones do on it (docs/conformance.md).
conformance-kit: $(VENV)/.dev
	$(BIN)/python -m tests.conformance.kit build/conformance-kit.zip
	cd build && rm -rf conformance-kit conformance-own && $(abspath $(BIN))/python -m zipfile -e conformance-kit.zip .
	$(BIN)/python -m tests.conformance.own build/conformance-kit build/conformance-own
	$(BIN)/python -m tests.conformance.score build/conformance-own/*.json build/conformance-own/folders > docs/conformance.md
	$(BIN)/python -m tests.conformance.weakened build/conformance-kit >> docs/conformance.md

# How often each rule spoke and how often rightly, for the version at hand beside those before (docs/rules-record.md). FIELD names a folder of field cases.
rules-record: $(VENV)/.dev
	rm -rf build/rules-record
	$(BIN)/python -m tests.lab.rules_record write build/rules-record $(if $(FIELD),--field $(FIELD))
	PYTHONPATH=. $(BIN)/python tests/lab/fired.py build/rules-record/files > build/rules-record/fired.json
	$(BIN)/python -m tests.lab.rules_record enter build/rules-record build/rules-record/fired.json
	$(BIN)/python -m tests.lab.rules_record page > docs/rules-record.md

# What is read from three samples, as text to compare with them by eye (tests/goldens).
goldens: $(VENV)/.dev
	$(BIN)/python -m tests.goldens.extracted

# Sixty departments added up from files to files, without and with gaps, and audited with the city's report (needs LibreOffice).
prove-compile: $(VENV)/.dev
	$(BIN)/python -m tests.season.sixty build/compile

samples: $(VENV)/.dev
	$(BIN)/python -m tests.lab.make_samples

# All that is written from the rules: their page and proof, the record of the years they apply to, the output shown in README and manual.
docs: $(VENV)/.dev
	$(BIN)/auditor rules --format md > docs/rules.md
	$(BIN)/auditor rules --prove --format md > docs/proof.md
	$(BIN)/python -m tools.rules_by_year > tests/check/rules_by_year.txt
	$(BIN)/python -m tools.readme

wheel: $(VENV)/.dev
	rm -f dist/auditor-*.whl
	$(BIN)/python -m build --wheel --outdir dist

# The manual as a site in build/manual: open index.html, no server and no network needed.
manual: $(VENV)/.manual
	$(BIN)/mkdocs build --strict --quiet

# Everything an offline PC needs, for a PC like this one or, say, `make wheelhouse FOR=win_amd64 PY=3.12`. There:
# pip install --no-index --find-links wheelhouse --require-hashes -r wheelhouse/requirements.txt
FOR ?=
PY  ?= 3.12
wheelhouse: wheel
	rm -rf wheelhouse
	$(BIN)/python -m pip download --quiet --disable-pip-version-check --dest wheelhouse --only-binary=:all: \
		$(if $(FOR),--platform $(FOR) --python-version $(PY) --implementation cp) dist/auditor-*.whl
	$(BIN)/python -m tools.sbom --wheels wheelhouse --output wheelhouse/sbom.json --requirements wheelhouse/requirements.txt
	cp -r examples sample_reports docs README.md wheelhouse/

# What an installation consists of, with versions and licences, as CycloneDX JSON; `make sbom EXTRA=ocr` with an extra.
EXTRA ?=
sbom: $(VENV)/.dev
	$(BIN)/python -m tools.sbom $(if $(EXTRA),--extra $(EXTRA)) --output build/sbom.json

# A folder that runs without installation: `make portable` for a Linux PC like this one, or
# `make portable FOR=win_amd64 PYTHON_ZIP=python-3.12.10-embed-amd64.zip` for Windows.
PYTHON_ZIP ?=
portable: wheel
	$(BIN)/python -m tools.portable $(if $(FOR),--for $(FOR)) $(if $(PYTHON_ZIP),--python-zip $(PYTHON_ZIP))

clean:
	rm -rf $(VENV) build dist wheelhouse

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(VENV)/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(VENV)/.manual: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[manual]'
	touch $@

$(VENV)/.dev: $(VENV)/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@ $(VENV)/.installed
