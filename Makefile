# make demo | test | check: each sets up first what it needs, in .venv, from the pinned lock file.

PYTHON ?= python3
BIN := .venv/bin
EXAMPLE := examples/facility_agreement
OUT := needlepoint-demo
OR_INCOMPLETE := || test $$? -eq 3  # what was not found is shown, not hidden

FUZZ_SECONDS := 60

.PHONY: setup demo test test-slow fuzz check format lock wheel clean

setup: .venv/.ready

.venv/.ready: requirements.lock pyproject.toml $(wildcard engine/few_rows*.[ch])
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --requirement requirements.lock
	rm -rf build engine/_few_rows*.so  # an old one is not taken where a new one can not be built
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --editable .
	$(BIN)/python -m engine.embedded_model
	touch $@

# clients of others, whose requirements do not go with ours: their tests run them as programs
.venv-clients/.ready: tests/clients/requirements.lock | setup
	$(BIN)/python -m venv --without-pip .venv-clients
	$(BIN)/pip --python .venv-clients/bin/python install --quiet --disable-pip-version-check --no-deps --no-compile --requirement $<
	touch $@

demo: setup
	@mkdir -p $(OUT)
	@echo "A 40-page facility agreement: what was understood of it"
	$(BIN)/needlepoint inspect $(EXAMPLE)/agreement.pdf
	@echo; echo "Its fields, each with the place where it was read"
	$(BIN)/needlepoint extract $(EXAMPLE)/agreement.pdf --schema $(EXAMPLE)/agreement_fields.json --out $(OUT)/agreement.json $(OR_INCOMPLETE)
	$(BIN)/needlepoint show $(OUT)/agreement.json --document $(EXAMPLE)/agreement.pdf --page-images $(OUT)
	@echo; echo "The same from a workbook, cell by cell"
	$(BIN)/needlepoint extract $(EXAMPLE)/covenants.xlsx --schema $(EXAMPLE)/workbook_fields.json --out $(OUT)/covenants.json $(OR_INCOMPLETE)
	$(BIN)/needlepoint show $(OUT)/covenants.json --document $(EXAMPLE)/covenants.xlsx

test: setup
	$(BIN)/pytest -n 2 --dist loadfile -m "not slow and not service"

test-slow: setup .venv-clients/.ready
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder -m "(slow or service) and not alone"
	$(BIN)/pytest -m alone

fuzz: setup
	$(BIN)/pip install --quiet --disable-pip-version-check "atheris>=3.0"
	$(BIN)/python -m evals.fuzz all --seconds $(FUZZ_SECONDS)

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# torch is pinned without the local part of its version, so that any build of it will do
lock:
	$(BIN)/pip-compile --quiet --extra dev --extra s3 --strip-extras --allow-unsafe --constraint constraints.txt \
		--no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-header --no-annotate \
		--output-file requirements.lock pyproject.toml
	$(BIN)/pip-compile --quiet --strip-extras --allow-unsafe --no-emit-index-url --no-emit-find-links \
		--no-emit-trusted-host --no-header --no-annotate \
		--output-file tests/clients/requirements.lock tests/clients/requirements.in
	sed -i -e '1i # made by make lock from tests/clients/requirements.in' tests/clients/requirements.lock
	sed -i -e 's/^torch==\([0-9.]*\)+.*/torch==\1/' -e '1i # made by make lock from pyproject.toml' requirements.lock

wheel: setup
	rm -rf build
	$(BIN)/python -m build --wheel

clean:
	rm -rf .venv .venv-clients build dist *.egg-info engine/_few_rows*.so $(OUT)
