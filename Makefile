# make run    the bot: on Discord with DISCORD_TOKEN set, else in a local browser page
# make test   everything that is tested
# make soak   the long tests: thousands of hostile inputs, hundreds of kills
# make lint   style, types, and which room may import which
# make env    the environment (.venv); run, test and lint make it when it is missing or old
# make pictures  the guides' pictures, of what the bot shows now (needs a Chromium)
# make lock   new versions of everything, for maintainers

PYTHON ?= python3
BIN := $(if $(filter Windows_NT,$(OS)),.venv/Scripts,.venv/bin)
STAMP := .venv/.made

.PHONY: run test soak lint env pictures lock

run: $(STAMP)
	@$(BIN)/python -m bot

test: $(STAMP)
	@$(BIN)/python -m pytest -n auto --dist worksteal

soak: $(STAMP)
	@$(BIN)/python -m pytest -n auto --dist worksteal -m soak

lint: $(STAMP)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/pyright

env: $(STAMP)

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed, this is " + sys.version.split()[0] + ". Name another one: make PYTHON=python3.12 …")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing the locked packages into .venv (a minute or so, once) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(STAMP)

pictures: $(STAMP)
	@$(BIN)/python -m tests.pictures

lock: $(STAMP)
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --extra dev --extra preview --extra reader \
		--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" --output-file requirements.lock pyproject.toml
