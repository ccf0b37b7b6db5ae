# Steward. The two that matter: `make run` and `make test`.
SHELL := /bin/bash
PYTHON ?= $(shell for p in python3.11 python3 python3.12 python3.13 /usr/bin/python3; do $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
UV_COMPILE := $(BIN)/uv pip compile -q --generate-hashes --universal --python-version 3.11 --custom-compile-command 'make lock'
# Compiling every module at every start doubles the time of each command: where the sources must stay clean, keep it in .run.
ifdef PYTHONDONTWRITEBYTECODE
unexport PYTHONDONTWRITEBYTECODE
export PYTHONPYCACHEPREFIX := $(CURDIR)/.run/pycache
endif
.PHONY: help python run setup test lint smoke format handbook demo bench ordeal messages lock clean
.DEFAULT_GOAL := help

help:  ## this list
	@grep -hE '^[a-z]+:.*##' Makefile | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 20

python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed and none was found (Debian: apt-get install python3 python3-venv)." >&2; exit 1; }

run: python  ## install what is missing, start everything on 127.0.0.1:8000 (PORT=... for another)
	@$(PYTHON) -m ops.setup --run
	@exec $(BIN)/python -m ops.run --with-parent

setup: python  ## install what running, testing and checking need
	@$(PYTHON) -m ops.setup

test: setup  ## the whole suite on servers of its own; ARGS="-k name" for a part
	@$(BIN)/python -m pytest -n 2 --dist loadgroup --clauses $(ARGS)

lint: setup  ## style, types, imports, templates, migrations, deployment, translations
	@$(BIN)/python -m ops.lint

smoke: setup  ## `make run` on a free port: does it come up, answer and go down
	@$(BIN)/python -m ops.smoke

format: setup  ## put the code into the project's style
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format .

handbook: setup  ## which clauses of the handbook are proven by tests
	@$(BIN)/python -m ops.handbook

demo:  ## load the demo data into the running stack again
	@$(BIN)/python -m ops.demo

bench: setup  ## budgets, query counts and growth on big data sets; ARGS="pages money tickets" for a part
	@$(BIN)/python -m ops.throwaway $(BIN)/python -m bench $(ARGS)

ordeal: setup  ## faults and races: long, hard on the machine, not part of `make test`
	@$(BIN)/python -m pytest -m ordeal -p no:xdist --timeout 1800 $(ARGS)

messages: setup  ## collect the texts to translate (needs GNU gettext)
	@$(BIN)/python -m ops.messages
	@$(BIN)/python -m ops.compile_messages

lock: setup  ## resolve requirements/*.in and package.json again
	@for name in base:prod dev:dev uv:uv node:node; do $(UV_COMPILE) requirements/$${name%%:*}.in -o requirements/$${name##*:}.txt; done
	@npm install --package-lock-only --no-audit --no-fund

clean:  ## remove everything that make has made, the demo database included
	@$(PYTHON) -m ops.clean
