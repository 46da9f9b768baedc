# `make help` lists the commands. All but help and clean set up .venv first. A stamp
# file for each set of packages says that it is installed; all sets are installed again
# when pyproject.toml or the source of the compiled kernel changes.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
SHELL := /bin/sh

# Another interpreter: make test PYTHON=python3.12
PYTHON ?= python3
# Arguments for pytest, such as one file or -k: make test ARGS=tests/series;
# and for the benchmarks: make bench ARGS="--rounds 1 --only W1"
ARGS ?=
# A folder with series: make bench-many DATA=/path/to/folder, and bench-skill likewise
DATA ?=

VENV := .venv
RUN := $(VENV)/bin/python
PIP := $(RUN) -m pip --disable-pip-version-check
READY := $(VENV)/.ready
UV := $(VENV)/bin/uv
OLDEST := .venv-oldest
WHEEL := .venv-wheel
ARCHIVE := build/archive
# Installing compiles the kernel, where there is a C compiler.
KERNEL := setup.py $(wildcard skseq/_engine/native/_compiled.p* skseq/_engine/native/kernel/*.h)

# Hide the messages of TensorFlow about hardware; errors are still shown.
demo test test-slow test-oldest test-wheel soak docs bench bench-skill bench-many: export TF_CPP_MIN_LOG_LEVEL = 2
# Nothing here opens a window.
demo test test-slow test-oldest test-wheel soak docs bench bench-skill bench-many: export MPLBACKEND = Agg

.PHONY: help demo test test-slow test-oldest test-wheel soak lint docs bench bench-skill bench-many clean

help:  ## List the commands
	@sed -n 's/^\([a-z-]*\):.*## /\1|/p' $(firstword $(MAKEFILE_LIST)) | \
		awk -F'|' '{ printf "  make %-11s %s\n", $$1, $$2 }'

demo: $(READY)-test  ## Run the main example: a table of results and a plot
	$(RUN) examples/demo/forecast_table.py $(ARGS)

test: $(READY)-test  ## Run the tests except the slow ones
	$(RUN) -m pytest -n auto --dist worksteal $(ARGS)

test-slow: $(READY)-test  ## Run the slow tests: training with Keras, estimator checks
	$(RUN) -m pytest -n auto --dist worksteal -m slow $(ARGS)

# The packages of pyproject.toml at their lower bounds; those that they need in turn, and
# those that only the tests need, are the newest. pandas 3.0 cannot read the time zones of
# dateutil 4.
test-oldest: $(READY)-uv  ## Run tests with the oldest packages that pyproject.toml allows
	$(UV) venv --quiet --clear --python $(RUN) $(OLDEST)
	$(UV) pip install --quiet --python $(OLDEST) --resolution lowest-direct \
		-r pyproject.toml --extra examples 'python-dateutil<3'
	$(UV) pip install --quiet --python $(OLDEST) hypothesis polars pytest \
		pytest-timeout pytest-xdist rich skops
	$(OLDEST)/bin/python -m pytest -n auto $(or $(ARGS),tests/preprocessing tests/regression)

# The wheel is built from the source archive, and tested by the tests in that archive,
# without the package beside them.
test-wheel: $(READY)-uv  ## Build archive and wheel, install the wheel, and run the tests
	rm -rf build/dist $(ARCHIVE)
	$(UV) build --quiet --python $(RUN) --out-dir build/dist
	$(UV) venv --quiet --clear --python $(RUN) $(WHEEL)
	wheel=$$(echo build/dist/*.whl) && \
		$(UV) pip install --quiet --python $(WHEEL) "$$wheel[test]"
	mkdir -p $(ARCHIVE)
	tar -xzf build/dist/*.tar.gz -C $(ARCHIVE) --strip-components 1
	rm -r $(ARCHIVE)/skseq
	cd $(ARCHIVE) && $(CURDIR)/$(WHEEL)/bin/python -m pytest -n auto $(ARGS)

soak: $(READY)-test  ## Run random Pipelines with random failures for some minutes
	$(RUN) -m pytest -m soak -s $(ARGS)

lint: $(READY)-lint  ## Check the style and format of the code
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .

docs: $(READY)-docs  ## Build the documentation in docs/_build/html
	$(RUN) -m sphinx -W --keep-going -q -j auto docs docs/_build/html
	@echo "Built: docs/_build/html/index.html"

bench: $(READY)-bench  ## Measure speed and memory; write the tables of the user guide
	$(RUN) -m benchmarks $(ARGS)

bench-skill: $(READY)-examples  ## Measure the accuracy of forecasts; write the tables of the user guide
	$(RUN) -m benchmarks.skill $(if $(DATA),--data "$(DATA)") $(ARGS)

bench-many: $(READY)-bench  ## Measure forecasts of many series; write the tables of the user guide
	$(RUN) -m benchmarks.many $(if $(DATA),--data "$(DATA)") $(ARGS)

clean:  ## Remove all that was built, except the folders .venv*
	rm -rf build dist *.egg-info docs/_build docs/auto_examples docs/generated \
		skseq/_engine/native/_compiled.c docs/sg_execution_times.rst reference_experiment.png .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -not -path './$(VENV)*' -prune -exec rm -rf {} +

$(READY):
	@command -v $(PYTHON) >/dev/null || { echo >&2 "'$(PYTHON)' was not found. \
	Install Python 3.11 or later, or set PYTHON: make $(MAKECMDGOALS) PYTHON=/path/to/python"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo >&2 \
	"skseq needs Python 3.11 or later, but '$(PYTHON)' is $$($(PYTHON) --version 2>&1). \
	Set another: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@echo "Setting up $(VENV) with $$($(PYTHON) --version) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) install --quiet --upgrade 'pip>=25.1'  # the first to know dependency groups
	@touch $@

$(READY)-lint: pyproject.toml $(READY)
	@echo "Installing ruff ..."
	@$(PIP) install --quiet --group lint
	@touch $@

$(READY)-test $(READY)-docs $(READY)-examples: $(READY)-%: pyproject.toml $(KERNEL) $(READY)
	@echo "Installing skseq[$*] (about 2 GB with TensorFlow: some minutes, once) ..."
	@$(PIP) install --quiet --editable '.[$*]'
	@touch $@

$(READY)-uv: $(READY)
	@$(PIP) install --quiet uv
	@touch $@

# If a contender cannot be installed, measure the others.
$(READY)-bench: pyproject.toml $(KERNEL) $(READY)
	@echo "Installing skseq[bench] (several GB with PyTorch: some minutes, once) ..."
	@$(PIP) install --quiet --editable '.[bench]' || { \
		echo >&2 "Some packages cannot be installed: measuring without those that only the benchmarks need."; \
		$(PIP) install --quiet --editable '.[examples]'; }
	@touch $@
