# make run    the bot: on Discord with DISCORD_TOKEN set, else in a local browser page
# make test   everything that is tested
# make soak   the long tests: thousands of hostile inputs, hundreds of kills
# make load   what many people get to see: goodput, waits and refusals (LOAD="--rates 50,200 --seconds 60 --papers FILE")
# make audit  the licences of all packages, and advisories about them (needs a network)
# make lint   style, types, and which room may import which
# make env    the environment for development (.venv); test, lint and pictures make it when it is missing or old
# make pictures  the guides' pictures, of what the bot shows now (needs a Chromium)
# make texts  the catalogues of translations, from the texts in the code, and compiled
# make docs   the guides as a site, in build/site
# make lock   new versions of everything, for maintainers

PYTHON ?= python3
BIN := $(if $(filter Windows_NT,$(OS)),.venv/Scripts,.venv/bin)
AUDIT := .venv/audit/$(notdir $(BIN))
LICENCES := MIT;BSD;Apache;Python Software Foundation;PSF;ISC;MPL;Mozilla;Zlib
RUN := .venv/.made-run
DEV := .venv/.made-dev
PIP := $(BIN)/python -m pip --disable-pip-version-check --require-virtualenv
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

.PHONY: run test soak load audit lint env pictures texts docs lock

run: $(RUN)
	@$(BIN)/python -m bot

test: $(DEV)
	@$(BIN)/python -m pytest -n auto --dist worksteal

soak: $(DEV)
	@$(BIN)/python -m pytest -n auto --dist worksteal -m soak

load: $(DEV)
	@$(BIN)/python -m tests.load $(LOAD)

audit: $(DEV)
	@$(PYTHON) -m venv .venv/audit
	@$(AUDIT)/python -m pip install --quiet --disable-pip-version-check "pip-licenses>=5,<6" "pip-audit>=2.9,<3"
	@$(AUDIT)/pip-licenses --python $(BIN)/python --from=mixed --partial-match --allow-only="$(LICENCES)" --summary
	@$(AUDIT)/pip-audit --disable-pip --require-hashes --requirement requirements/run.lock
	@$(AUDIT)/pip-audit --disable-pip --require-hashes --requirement requirements/discord.lock

lint: $(DEV)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/pyright

env: $(DEV)

pictures: $(DEV)
	@$(BIN)/python -m tests.pictures

texts: $(DEV)
	@$(BIN)/python -m tests.texts

docs: $(DEV)
	@$(BIN)/zensical build --strict

.venv/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed, this is " + sys.version.split()[0] + ". Name another one: make PYTHON=python3.12 …")'
	@$(PYTHON) -m venv .venv

# What running needs: the bot, its page in the browser, and the reader.
$(RUN): .venv/pyvenv.cfg requirements/run.lock pyproject.toml
	@echo "Installing what the bot needs into .venv (half a minute, once) …"
	@$(PIP) install --progress-bar on --require-hashes --requirement requirements/run.lock
	@touch $@

# The same versions, and what tests, lint and benchmarks need besides.
$(DEV): .venv/pyvenv.cfg requirements/dev.lock pyproject.toml
	@echo "Installing the packages for development into .venv (a minute or so, once) …"
	@$(PIP) install --quiet --require-hashes --requirement requirements/dev.lock
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@ $(RUN)

lock: .venv/pyvenv.cfg
	$(PIP) install --quiet uv
	$(COMPILE) --extra dev --extra preview --extra reader --output-file requirements/dev.lock pyproject.toml
	$(COMPILE) --extra preview --extra reader --constraints requirements/dev.lock --output-file requirements/run.lock pyproject.toml
	$(COMPILE) --extra postgres --extra reader --constraints requirements/dev.lock --output-file requirements/discord.lock pyproject.toml
