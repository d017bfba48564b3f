PYTHON ?= python

.PHONY: lab samples conformance

# How exactly the readers read and the rules judge: composed documents, printed as docs/exactness.md
lab:
	$(PYTHON) -m tests.lab.run --documents 2000 --seed 7 --out docs/exactness.md

# sample_reports/ and what an audit must find in them
samples:
	$(PYTHON) -m tests.lab.make_samples

# documents of the rule cards' examples, audited and compared
conformance:
	$(PYTHON) -m tests.conformance.generate build/conformance
	$(PYTHON) -m auditor check build/conformance --format json --fail-on never > build/conformance.json
	$(PYTHON) -m tests.conformance.run build/conformance.json
