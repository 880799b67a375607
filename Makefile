# Every target does its own set-up first; it takes minutes once, and nothing when no lock has changed.
.DEFAULT_GOAL := help
.PHONY: help setup demo test cover lint workflows types unit verify audit sandbox synth bench schema snapshots lock clean

python := .venv/bin/python
pytest := $(python) -m pytest
sources := main.py golden_ami stacks runbooks tests tools benchmarks verification

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install everything into this folder, when a lock changed
	@./tools/setup.sh

demo: setup ## The whole life of a factory on a local AWS (KEEP=1 leaves it running)
	@KEEP="$(KEEP)" $(python) -m golden_ami.sandbox.demo

test: lint workflows types audit ## Lint, types, and every test, with the real Terraform
	@terraform version | head -n 1 && node --version && $(python) --version
	@$(pytest) --durations=20

lint: setup ## Ruff: rules and format
	@$(python) -m ruff check $(sources)
	@$(python) -m ruff format --check $(sources)

workflows: setup ## actionlint on .github/workflows
	@$(python) tools/isolated.py actionlint
	@.tools/actionlint/bin/actionlint -no-color .github/workflows/*.yml && echo "actionlint: no findings"

types: setup ## mypy, strict in golden_ami/
	@$(python) -m mypy

cover: setup ## Which lines the tests that need no Terraform run; measuring takes half as long again
	@$(pytest) -m "not terraform" --cov --cov-report=term:skip-covered

unit: setup ## The tests that need no Terraform
	@$(pytest) -m "not terraform"

verify: setup ## Prove by enumeration that no path shares without approval, and no path is silent (MUTANTS=no saves most of the time)
	@$(python) -m verification $(if $(filter no,$(MUTANTS)),--no-mutants)

audit: setup ## checkov and parliament on the stacks of the example, but for what tools/audit/accepted.yaml explains
	@$(python) tools/isolated.py audit
	@$(python) tools/audit/audit.py

sandbox: setup ## A local AWS in the foreground; prints what to export
	@$(python) -m golden_ami.sandbox

synth: setup ## Terraform JSON of GOLDEN_AMI_CONFIG, or of the example
	@node_modules/.bin/cdktf synth

bench: setup ## Seconds and memory of synthesis, the evidence page, the review and the command line, beside the stock bindings and the AWS CLI
	@$(python) benchmarks/synth.py
	@$(python) benchmarks/page.py
	@$(python) benchmarks/cli.py
	@$(python) benchmarks/review.py

schema: setup ## Write config/schema.json, and the one of a folder's files, from the models
	@$(python) -m golden_ami config schema > config/schema.json.new && mv config/schema.json.new config/schema.json
	@$(python) -m golden_ami config schema --part > config/part.schema.json.new
	@mv config/part.schema.json.new config/part.schema.json

snapshots: setup ## Write the snapshots anew; review the difference
	@$(pytest) -m "not terraform" --snapshot-update tests/runbooks tests/unit tests/operate/test_snapshots.py

lock: setup ## Resolve both lock files anew
	@PIPENV_VENV_IN_PROJECT=1 .tools/pipenv/bin/pipenv lock --dev
	@npm install --package-lock-only --ignore-scripts --no-audit --no-fund

clean: ## Remove what set-up and synthesis made
	@rm -rf .venv .tools node_modules cdktf.out .coverage .pytest_cache .mypy_cache .ruff_cache .hypothesis
