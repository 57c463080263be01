# make         install what is needed, synthesize every stack, bring ohi-dev up on a local emulated AWS
# make test    install what is needed, run every tier of the tests
# make help    the rest

PYTHON ?= python3
STACK  ?= ohi-dev
FOLDER ?=
COUNT  ?= 30
SEED   ?= 1
ALSO   ?=

# The toolkit: cdktf, or its fork cdktn, each in an environment of its own: docs/decisions/cdktn.md.
INFRA_TOOLKIT ?= cdktf
ENVIRONMENT_cdktf := .venv
ENVIRONMENT_cdktn := .venv-cdktn
ENVIRONMENT := $(or $(ENVIRONMENT_$(INFRA_TOOLKIT)),$(error INFRA_TOOLKIT: got "$(INFRA_TOOLKIT)", allowed are cdktf and cdktn))
BIN := $(ENVIRONMENT)/bin
export INFRA_TOOLKIT

UV := .venv/bin/uv

# What is a product of its own: each folder has the name of its distribution.
PACKAGES := $(patsubst %/pyproject.toml,%,$(wildcard packages/*/pyproject.toml))

# Most of what the emulator tier does is wait; tests/sharing.py says who runs what, and when.
WORKERS := -n 6

.DEFAULT_GOAL := sandbox
.PHONY: sandbox test test-fast check format bench mutations golden synth doctor setup policy cdktn lock clean help

sandbox: setup  ## Synthesize every stack and bring STACK (ohi-dev) up on an emulated AWS, state included
	$(BIN)/infra sandbox $(STACK)

test: check policy cdktn  ## Lint, types, then every tier: pure, synthesized, Terraform, emulator
	$(BIN)/python -m pytest $(WORKERS)

test-fast: setup  ## The tiers without Terraform
	$(BIN)/python -m pytest -n auto -m "not terraform and not emulator"

check: setup  ## Lint, format and types, changing nothing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	@set -e; for package in $(PACKAGES); do $(BIN)/mypy $$package/tests; done

format: setup  ## Fix what the linter and the formatter can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: setup  ## Synthesis against the stock import: counts, CPU and memory ratios
	$(BIN)/infra benchmark

mutations: setup  ## Change the code of FOLDER a little, and print what its tests don't notice (COUNT, SEED, ALSO)
	@$(BIN)/python -m tests.mutations --count $(COUNT) --seed $(SEED) --also "$(ALSO)" $(FOLDER)

golden: setup  ## Write pinned addresses and generated documents anew
	$(BIN)/python -m pytest --quiet --update -k "golden or pinned or in_step"

synth: setup  ## Write every stack to cdktf.out
	$(BIN)/python main.py

doctor: $(ENVIRONMENT)/.installed  ## Say what is missing or too old, and how to fix it
	$(BIN)/infra doctor

setup: $(ENVIRONMENT)/.installed node_modules/.installed $(ENVIRONMENT)/.prewarmed  ## Python and Node packages, compiled, and jsii's index built

# Installing compiles every module: without that, each import of the bindings takes half a minute.
.venv/.installed: requirements.lock pyproject.toml $(PACKAGES:=/pyproject.toml)
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(None if (3, 11) <= v < (3, 14) else f"Python 3.11, 3.12 or 3.13 is needed, this is {v[0]}.{v[1]}: make PYTHON=python3.12")'
	test -x .venv/bin/python || $(PYTHON) -m venv .venv
	PYTHONDONTWRITEBYTECODE= .venv/bin/python -m pip install --quiet --require-hashes -r requirements.lock
	PYTHONDONTWRITEBYTECODE= .venv/bin/python -m pip install --quiet --no-deps --no-build-isolation \
	    --editable . $(addprefix --editable ./,$(PACKAGES))
	touch $@

# Its bindings import only what is used, so they need not be compiled.
.venv-cdktn/.installed: requirements.cdktn.lock .venv/.installed
	$(UV) venv --quiet --allow-existing --python .venv/bin/python .venv-cdktn
	$(UV) pip install --quiet --python .venv-cdktn/bin/python --require-hashes --requirement requirements.cdktn.lock
	$(UV) pip install --quiet --python .venv-cdktn/bin/python --no-deps --no-build-isolation \
	    --editable . $(addprefix --editable ./,$(PACKAGES))
	touch $@

node_modules/.installed: package.json package-lock.json
	npm ci --no-progress --loglevel=error
	touch $@

$(ENVIRONMENT)/.prewarmed: $(ENVIRONMENT)/.installed node_modules/.installed
	PYTHONDONTWRITEBYTECODE= $(BIN)/infra prewarm
	touch $@

policy: .venv-policy/.installed  ## Checkov, which pins other versions than this project, in an environment of its own

.venv-policy/.installed: operations/plan/policy.lock .venv/.installed
	$(UV) venv --quiet --allow-existing --python .venv/bin/python .venv-policy
	$(UV) pip install --quiet --python .venv-policy/bin/python --require-hashes --requirement operations/plan/policy.lock
	touch $@

cdktn: .venv-cdktn/.installed  ## The fork cdktn in place of cdktf, in an environment of its own (INFRA_TOOLKIT=cdktn uses it)

COMPILE := $(UV) pip compile --universal --python-version 3.11 --generate-hashes \
    --no-emit-index-url --no-emit-find-links --no-header --no-annotate --quiet
lock:  ## Write the locks anew from pyproject.toml and package.json
	$(COMPILE) pyproject.toml --extra dev $(addprefix --no-emit-package ,$(notdir $(PACKAGES))) --output-file requirements.lock
	$(COMPILE) pyproject.toml --extra dev --group cdktn --constraint requirements.lock \
	    $(addprefix --no-emit-package ,$(notdir $(PACKAGES)) cdktf cdktf-cdktf-provider-aws) --output-file requirements.cdktn.lock
	$(COMPILE) operations/plan/policy.in --output-file operations/plan/policy.lock
	npm install --package-lock-only
	$(BIN)/infra lock

clean:  ## Remove what make made, except deployed state
	rm -rf .venv .venv-cdktn .venv-policy node_modules cdktf.out cdktf.log .mypy_cache .pytest_cache .ruff_cache .hypothesis *.egg-info \
	    packages/*/build packages/*/src/*.egg-info

help:  ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
