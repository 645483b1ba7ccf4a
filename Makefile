# `make` lists the targets. Each sets up what it needs; PYTHON=... takes another Python.

PYTHON ?= python3
WORKERS ?= auto
SECONDS ?= 600
# Of long suites a share; empty for all that there is.
BRIEF ?= --brief

BIN := .venv/bin
# A venv counts as set up when its marker is newer than pyproject.toml.
DEV := .venv/ready
PARITY := .venv-parity/ready
REACH := .venv-reach/ready
BENCH := .venv-bench/ready
DOCS := .venv-docs/ready
DEMO := .venv-demo/ready

.DEFAULT_GOAL := help
.PHONY: help venv demo test thorough lint parity reach kills mutants fuzz bench golden
.PHONY: alike
.PHONY: curves formulas grammar clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "%-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

venv: $(DEV) ## set up .venv with nnspec and the tools for its development

demo: $(DEMO) ## train on handwritten digits (own .venv-demo, about 15 seconds)
	.venv-demo/bin/nnspec run examples/digits.nn
	@echo "Its curves are in the same folder: curves.svg"

test: $(DEV) ## run the tests, of long suites a share (4 minutes on 2 cores)
	$(BIN)/python -m pytest -n $(WORKERS) $(BRIEF) --ignore tests/parity --ignore tests/reach

thorough: ## run the tests, parity and reach, all of them (three quarters of an hour)
	$(MAKE) test parity reach BRIEF=

lint: $(DEV) ## check style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

parity: $(PARITY) ## compare the arithmetic with that of Keras (own .venv-parity)
	KERAS_BACKEND=jax .venv-parity/bin/python -m pytest -n $(WORKERS) $(BRIEF) tests/parity

reach: $(REACH) ## export to other libraries, and sweep (own .venv-reach)
	.venv-reach/bin/python -m pytest -n $(WORKERS) $(BRIEF) tests/reach

alike: $(PARITY) ## train 500 random specs and all cases in NumPy and in Keras (hours)
	NNSPEC_PARITY=500 .venv-parity/bin/python -m pytest -n $(WORKERS) \
		tests/parity/test_keras_target.py -k "random or entries"

formulas: $(DEV) $(PARITY) ## differentiate 5,000 random formulas (half an hour)
	NNSPEC_FORMULAS=5000 $(BIN)/python -m pytest -q tests/formulas/test_random.py
	NNSPEC_FORMULAS=5000 .venv-parity/bin/python -m pytest -q tests/parity/test_formulas.py

kills: $(DEV) ## kill trainings at random moments, which must not matter (some minutes)
	$(BIN)/python -m tests.kills $(KILLS)

mutants: $(DEV) $(PARITY) $(REACH) ## plant defects, which the tests must find (NAMES=... for some)
	$(BIN)/python -m tests.mutants $(NAMES)

fuzz: $(DEV) ## check specs that are changed at random (SECONDS=600)
	NNSPEC_FUZZ=$(SECONDS) NNSPEC_FUZZ_SEED=$$(date +%s) \
		$(BIN)/python -m pytest -n 2 -rP tests/test_fuzz.py tests/data/test_changed_tables.py

bench: $(BENCH) ## measure speed beside others (needs NNSPEC_DATA; own .venv-bench)
	.venv-bench/bin/python -m benchmarks

golden: $(DEV) ## renew every file that tests compare with, byte for byte
	$(BIN)/python -m tests.golden

curves: $(DOCS) ## train and draw docs/regularisation.md anew (needs NNSPEC_DATA)
	.venv-docs/bin/python docs/regularisation/draw.py

grammar: $(DEV) ## renew the parser's tables after a change of grammar/nnspec.lark
	PYTHONHASHSEED=0 $(BIN)/python -m nnspec.syntax.grammar

clean: ## remove the venvs and everything else that is not committed and ignored
	rm -rf .venv .venv-parity .venv-reach .venv-bench .venv-docs .venv-demo build dist runs
	rm -rf .mypy_cache .pytest_cache .ruff_cache .hypothesis benchmarks/results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(DEV): GROUP := dev
$(PARITY): GROUP := parity
$(REACH): GROUP := reach
$(BENCH): GROUP := bench
$(DOCS): GROUP := docs

# Groups of dependencies need pip 25.1, so a new venv gets a new pip.
$(DEV) $(PARITY) $(REACH) $(BENCH) $(DOCS): pyproject.toml
	$(PYTHON) -m venv --upgrade-deps $(@D)
	$(@D)/bin/python -m pip install --quiet --editable . --group $(GROUP)
	@touch $@

# Who wants to see it run needs nnspec and what it imports, and nothing else.
$(DEMO): pyproject.toml
	$(PYTHON) -m venv $(@D)
	$(@D)/bin/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@
