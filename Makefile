# Everything a newcomer types. Each target makes the virtual environment itself where it is missing.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: ingest test test-all lint bench model linking clean

ingest: $(READY)  ## read seeds/ and write the tables to extracted/
	$(BIN)/factmill ingest seeds --out extracted

test: $(READY)  ## the fast tests
	$(BIN)/python -m pytest -n 2 --dist loadgroup

test-all: $(READY)  ## all tests, the slow ones too
	$(BIN)/python -m pytest -m "slow or not slow"

lint: $(READY)  ## style, types and the import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(READY)  ## the benchmarks; their tables stand in benchmarks/README.md
	$(BIN)/python -m benchmarks

model: $(READY)  ## train the tagger and parser: make model TREEBANK=folder; models/README.md tells what goes in it
	@test -n "$(TREEBANK)" || { echo "make model needs the folder of the treebanks: make model TREEBANK=folder" >&2; exit 2; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[train]"
	$(BIN)/python -m models.make_lexicon "$(TREEBANK)"
	OMP_NUM_THREADS=1 $(BIN)/python -m models.train "$(TREEBANK)"

linking: $(READY)  ## learn from annotated articles which words a number is about; writes models/linking/
	$(BIN)/python -m pipeline.training seeds tests/gold/dev

clean:  ## remove the virtual environment and what the tools left
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev]"
	touch $(READY)
