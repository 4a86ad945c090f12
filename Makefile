# `make run` starts Sotto, `make test` checks it; `make help` lists the rest.
# Settings may be given here too: `make run PORT=9000`.
PYTHON ?= python3

python := .venv/bin/python
# One line for the recipe's shell, so that exec hands Ctrl-C and kill straight to the server.
light := $(PYTHON) tools/environment.py light
dev := $(PYTHON) tools/environment.py dev

.PHONY: help run web worker sweeper doctor test test-media test-vectors bench bench-quality soak lint format \
	reference offline picture constraints clean

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1	/p' $(MAKEFILE_LIST) | expand -t 24

run:  ## start Sotto: web and worker in one process (HOST, PORT, SOTTO_DATA)
	@$(light) && exec $(python) manage.py serve --prepare

web:  ## the web server alone (DATABASE_URL, REDIS_URL; SERVER=uvicorn)
	@$(light) && exec $(python) manage.py serve --prepare --web-only

worker:  ## a worker alone
	@$(light) && exec $(python) manage.py work

sweeper:  ## the sweeper alone
	@$(light) && exec $(python) manage.py sweep

doctor:  ## say what works, what does not, and the mend
	@$(light) && exec $(python) manage.py doctor

test:  ## everything: unit, integration, browser, contracts, linters, types
	@$(dev) && $(PYTHON) tools/test_tools.py && exec $(python) -m pytest

test-media:  ## throw the files of HOSTILE_MEDIA=DIR at the decoder and the upload
	@$(dev) && exec $(python) -m pytest -m hostile_media tests/gpu tests/transcripts

test-vectors:  ## open, and refuse, what VECTORS=FILE holds, on both sides of the encryption
	@$(dev) && $(PYTHON) tools/test_tools.py && node --test static/js/crypto/vectors.test.mjs && exec $(python) -m pytest tests/privacy/test_vectors.py

bench:  ## measure, and print a table
	@$(dev) && exec $(python) -m tests.bench

soak:  ## a thousand faults at random against the split house (SOAK_FAULTS, SOAK_SEED)
	@$(dev) && exec $(python) -m tests.soak

bench-quality:  ## word errors and speed over SPEECH=DIR (default: ../shared/speech)
	@$(dev) && exec $(python) -m tests.bench quality

lint:  ## linters, formatters and types, changing nothing
	@$(dev) && exec $(python) -m pytest tests/house/test_tools.py tests/house/test_contracts.py

format:  ## put code and templates into shape
	@$(dev) && $(python) -m ruff check --fix-only --quiet . && $(python) -m ruff format --quiet .
	@git ls-files 'templates/*.html' | xargs -r .venv/bin/djhtml --tabwidth 2
	@git ls-files 'templates/*.html' | xargs -r .venv/bin/djade

reference:  ## rewrite the tables in docs/ from the code
	@$(dev) && exec $(python) -m tests.house.reference

offline:  ## put the offline page together, and its hash where that is told
	@$(PYTHON) tools/offline_page.py

picture:  ## take the README's picture of the transcript page anew
	@$(dev) && $(PYTHON) tools/test_tools.py && TEST_OUTPUT=docs exec $(python) -m pytest tests/browser/test_picture.py

constraints:  ## pin the newest versions that pyproject.toml allows
	@$(dev) && .venv/bin/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 \
		--upgrade --no-annotate --no-header --quiet --output-file constraints.txt

clean:  ## remove what was made here; SOTTO_DATA stays
	rm -rf .venv .cache .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis \
		tests/node_modules
	find . -name __pycache__ -prune -exec rm -rf {} +
