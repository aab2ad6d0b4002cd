# The commands of Pijnstad. `make help` lists them; nothing beside Python 3.11 and make is needed to begin.
#   PIJNSTAD_PORT  the door (8000)      PIJNSTAD_DATA  the data (var/)      PIJNSTAD_MODE  development | production

SHELL := /bin/sh
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3; do command -v $$p >/dev/null 2>&1 && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
LOCAL := $(BIN)/python -m pijnstad_local
PROJECTS := $(wildcard */pyproject.toml services/*/pyproject.toml infra/local/pyproject.toml)
CODE := contracts/pijnstad_contracts kit/pijnstad_kit safety/pijnstad_safety gateway/gateway web/web infra/local/pijnstad_local $(wildcard $(foreach s,identity selfcare content decision community,services/$(s)/$(s)))
STRICT := contracts/pijnstad_contracts kit/pijnstad_kit safety/pijnstad_safety infra/local/pijnstad_local $(wildcard services/*/*/domain services/*/*/domain.py services/*/*/usecases services/*/*/usecases.py)
TESTS ?= tests
ARGS ?=
FORMAT ?= table

.PHONY: help install up start down status run smoke test check faults bench timing map schemas constraints elasticsearch compose-env clean

help: ## show this list
	@echo "Pijnstad. The two commands: make up (the city here), make test (everything proven)."
	@echo
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)$$/  make \1|\2/p' Makefile | while IFS='|' read -r name what; do printf '%-20s %s\n' "$$name" "$$what"; done
	@echo
	@echo "  PIJNSTAD_PORT moves the door (8000), PIJNSTAD_DATA the data (var/): two cities live side by side."
	@echo "Next: make up"

install: $(VENV)/.tests ## everything that tests and checks need, into .venv (the other commands do it by themselves)

up: $(VENV)/.city ## the whole city, here; Ctrl-C stops it, the data stays
	@exec $(LOCAL) up

start: $(VENV)/.city ## the same in the background; returns when it is ready
	@exec $(LOCAL) start

down: $(VENV)/.city ## stop the city in the background
	@exec $(LOCAL) down

status: $(VENV)/.city ## each process, and what backs bus, store and search (FORMAT=json)
	@exec $(LOCAL) status --format $(FORMAT)

run: $(VENV)/.city ## a command of a service of the running city (SERVICE=content ARGS="dead-letters list")
	@exec $(LOCAL) run $(SERVICE) $(ARGS)

smoke: $(VENV)/.city ## the whole chain from outside, on the running city or the one at PIJNSTAD_URL
	@exec $(LOCAL) smoke

test: $(VENV)/.tests ## every suite; what this machine lacks is skipped by name and listed at the end
	@exec $(BIN)/python -m pytest $(TESTS) $(ARGS)

check: $(VENV)/.tests ## format, lint, types, architecture, security, no secrets and no foreign hosts
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy --config-file pyproject.toml $(STRICT)
	$(BIN)/lint-imports --config pyproject.toml
	$(BIN)/python -m pytest -q tests/architecture
	$(BIN)/bandit --quiet -ll -r $(CODE)
	$(BIN)/python -m pijnstad_local.hygiene
	$(BIN)/python docs/generate.py --check
	@echo "All checks passed. Next: make test"

faults: $(VENV)/.tests ## kill processes, broker and database, with the checker after each (SEEDS=n, LONG=1, ARGS=)
	@exec $(BIN)/python -m pytest tests/faults -m "fault" --seeds $(or $(SEEDS),1) $(if $(LONG),--long) $(ARGS)

bench: $(VENV)/.tests ## measure, on an idle machine, into bench/RESULTS.md
	@exec $(BIN)/python -m bench $(ARGS)

map: $(VENV)/.city ## write docs/map.md and everything generated in contracts/ again
	@exec $(BIN)/python docs/generate.py

schemas: map ## the same: event schemas, asyncapi.json, openapi/

constraints: $(VENV)/.tests ## resolve constraints.txt again (ARGS=--upgrade for newer versions)
	@$(BIN)/python -m pip install --quiet uv
	@exec $(BIN)/python infra/local/constraints.py $(ARGS)

elasticsearch: $(VENV)/.city ## fetch the Elasticsearch of the search suite with Maven (99 MB, once)
	@$(BIN)/python -c "from pijnstad_local import elasticsearch; print(elasticsearch.installed(), elasticsearch.find_jdk())"

compose-env: $(VENV)/.city ## write .env with fresh secrets for docker compose
	@exec $(BIN)/python -m pijnstad_local.compose_env

clean: ## remove the environment, downloads and caches; the city's data in var/ stays
	rm -rf $(VENV) .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@echo "Clean. Your data is still in var/ (remove it by hand). Next: make up"

$(VENV)/.city: constraints.txt infra/local/install.py $(PROJECTS)
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is not here. Install it (as root: apt-get install python3)." >&2; exit 1; }
	@$(PYTHON) infra/local/install.py
	@touch $@

$(VENV)/.tests: $(VENV)/.city
	@$(PYTHON) infra/local/install.py --tests
	@touch $@
