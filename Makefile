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

# Images of Python set it; each process would compile the project anew, and each worker rewrite every test.
unexport PYTHONDONTWRITEBYTECODE

UV := .venv/bin/uv

# What is a product of its own: each folder has the name of its distribution.
PACKAGES := $(patsubst %/pyproject.toml,%,$(wildcard packages/*/pyproject.toml))

# Most of what the emulator tier does is wait; tests/sharing.py says who runs what, and when. Each takes two GiB.
WORKERS := -n 8

# Node's packages are installed beside Python's, and types are checked meanwhile.
MAKEFLAGS += --jobs=2

.DEFAULT_GOAL := sandbox
.PHONY: sandbox test test-fast test-versions versions check format bench mutations golden synth doctor setup policy cdktn programs lock clean help

sandbox: setup  ## The default: STACK (ohi-dev) applied to an emulated AWS
	$(BIN)/infra sandbox $(STACK)

test: check policy cdktn  ## Lint, types, every test
	$(BIN)/python -m pytest $(WORKERS)

test-fast: setup  ## The tiers without Terraform
	$(BIN)/python -m pytest -n auto -m "not terraform and not emulator"

check: setup  ## Lint, format and types, changing nothing
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	@set -e; for package in $(PACKAGES); do .venv/bin/mypy $$package/tests; done

format: setup  ## Fix what the linter and the formatter can
	.venv/bin/ruff check --quiet --fix-only .
	.venv/bin/ruff format .
	.venv/bin/ruff check .

bench: setup  ## Synthesis against stock cdktf: counts, CPU and memory ratios
	$(BIN)/infra benchmark

mutations: setup  ## What tests of FOLDER don't notice (COUNT, SEED, ALSO)
	@$(BIN)/python -m tests.mutations --count $(COUNT) --seed $(SEED) --also "$(ALSO)" $(FOLDER)

golden: setup  ## Write pinned addresses and generated documents anew
	$(BIN)/python -m pytest --quiet --update -k "golden or pinned or in_step"

synth: setup  ## Write every stack to cdktf.out
	$(BIN)/python main.py

doctor: $(ENVIRONMENT)/.installed  ## Say what is missing or too old, and how to fix it
	$(BIN)/infra doctor

setup: $(ENVIRONMENT)/.installed node_modules/.installed $(ENVIRONMENT)/.prewarmed  ## Python and Node packages, compiled; jsii's index

# Installing compiles every module: without that, each import of the bindings takes half a minute. uv, of the
# lock too, downloads and compiles several at once; pip reads settings that uv does not (pip.conf).
.venv/.installed: requirements.lock pyproject.toml $(PACKAGES:=/pyproject.toml)
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(None if (3, 11) <= v < (3, 14) else f"Python 3.11, 3.12 or 3.13 is needed, this is {v[0]}.{v[1]}: make PYTHON=python3.12")'
	test -x .venv/bin/python || $(PYTHON) -m venv .venv
	sed -n '/^uv==/,/[^\\]$$/p' requirements.lock > .venv/uv.lock
	.venv/bin/python -m pip install --quiet --require-hashes -r .venv/uv.lock
	$(UV) pip install --quiet --python .venv/bin/python --compile-bytecode \
	    --require-hashes -r requirements.lock \
	    || .venv/bin/python -m pip install --quiet --require-hashes -r requirements.lock
	.venv/bin/python -m pip install --quiet --no-deps --no-build-isolation \
	    --editable . $(addprefix --editable ./,$(PACKAGES))
	touch $@

# Its bindings import only what is used, so they need not be compiled.
.venv-cdktn/.installed: requirements.cdktn.lock .venv/.installed
	test -x .venv-cdktn/bin/pip || .venv/bin/python -m venv .venv-cdktn
	$(UV) pip install --quiet --python .venv-cdktn/bin/python --require-hashes --requirement requirements.cdktn.lock
	$(UV) pip install --quiet --python .venv-cdktn/bin/python --no-deps --no-build-isolation \
	    --editable . $(addprefix --editable ./,$(PACKAGES))
	touch $@

node_modules/.installed: package.json package-lock.json
	npm ci --no-progress --loglevel=error
	touch $@

$(ENVIRONMENT)/.prewarmed: $(ENVIRONMENT)/.installed node_modules/.installed
	$(BIN)/infra prewarm
	touch $@

policy: .venv-policy/.installed  ## Checkov, in an environment of its own

.venv-policy/.installed: operations/plan/policy.lock .venv/.installed
	$(UV) venv --quiet --allow-existing --python .venv/bin/python .venv-policy
	$(UV) pip install --quiet --python .venv-policy/bin/python --require-hashes --requirement operations/plan/policy.lock
	touch $@

cdktn: .venv-cdktn/.installed  ## The fork cdktn beside cdktf; INFRA_TOOLKIT=cdktn uses it

# What tests start or run, and skip without it; the AWS CLI and jq are those of a pipeline's scripts.
PROGRAMS ?= awscli chromium docker-registry jq pgbouncer postgresql redis-server skopeo

programs:  ## What tests start, as PgBouncer: Debian packages; as root
	apt-get update --quiet=2
	DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet=2 --no-install-recommends $(PROGRAMS)

# Other versions of what people have. uv fetches a Python that is not on this machine; without, its test is skipped.
PYTHONS ?= 3.11 3.12 3.13
OTHER   := tests/versions

test-versions: versions policy  ## With the newest Terraform, Node 24 and each Python
	PATH="$(CURDIR)/.versions/terraform/bin:$$PATH" .venv/bin/python -m pytest tests/terraform
	.venv/bin/python -m pytest $(OTHER)

versions: .versions/terraform/.installed .versions/node-24/.installed $(PYTHONS:%=.versions/python-%/.installed)  ## What test-versions needs

.versions/terraform/.installed: $(OTHER)/terraform.lock $(OTHER)/terraform.py .venv/.installed
	$(UV) venv --quiet --allow-existing --python .venv/bin/python .versions/terraform
	$(UV) pip install --quiet --python .versions/terraform/bin/python --require-hashes --requirement $(OTHER)/terraform.lock
	{ echo '#!$(CURDIR)/.versions/terraform/bin/python'; cat $(OTHER)/terraform.py; } > .versions/terraform/bin/terraform
	chmod +x .versions/terraform/bin/terraform
	touch $@

.versions/node-24/.installed: $(OTHER)/node-24/package.json $(OTHER)/node-24/package-lock.json
	mkdir -p .versions && cp -R $(OTHER)/node-24 .versions/ && cp .npmrc .versions/node-24/
	npm ci --prefix .versions/node-24 --no-progress --loglevel=error
	touch $@

.versions/python-%/.installed: requirements.lock .venv/.installed
	mkdir -p $(@D)
	if $(UV) venv --quiet --allow-existing --python $* $(@D); then \
	    $(UV) pip install --quiet --python $(@D)/bin/python --require-hashes --requirement requirements.lock; fi
	touch $@

COMPILE := $(UV) pip compile --universal --python-version 3.11 --generate-hashes \
    --no-emit-index-url --no-emit-find-links --no-header --no-annotate --quiet
lock:  ## Write the locks anew from pyproject.toml and package.json
	$(COMPILE) pyproject.toml --extra dev $(addprefix --no-emit-package ,$(notdir $(PACKAGES))) --output-file requirements.lock
	$(COMPILE) pyproject.toml --extra dev --group cdktn --constraint requirements.lock \
	    $(addprefix --no-emit-package ,$(notdir $(PACKAGES)) cdktf cdktf-cdktf-provider-aws) --output-file requirements.cdktn.lock
	$(COMPILE) operations/plan/policy.in --output-file operations/plan/policy.lock
	$(COMPILE) $(OTHER)/terraform.in --output-file $(OTHER)/terraform.lock
	npm install --package-lock-only
	npm install --package-lock-only --prefix $(OTHER)/node-24
	$(BIN)/infra lock

clean:  ## Remove what make made, except deployed state
	rm -rf .venv .venv-cdktn .venv-policy .versions node_modules cdktf.out cdktf.log .mypy_cache .pytest_cache .ruff_cache .hypothesis *.egg-info \
	    packages/*/build packages/*/src/*.egg-info

help:  ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
