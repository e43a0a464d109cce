# Needs make, a POSIX shell (on Windows: Git Bash) and Python 3.11 or newer. All else goes into .venv.

BIN := .venv/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
PY := $(BIN)/python
READY := .venv/ready
NEW_ENOUGH := "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))"
PYTHONS := $(PYTHON) python3 python python3.14 python3.13 python3.12 python3.11 py

.PHONY: help book test lab refresh paper bench clean

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

book: $(READY) ## build the site and print its address
	@$(PY) -m helpers.book.build

test: $(READY) ## check everything: style, units, notebooks, then the site in a real browser
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) tests/site/browser.py
	@$(PY) -m pytest

lab: $(READY) ## open the notebooks in JupyterLab
	@$(PY) -m jupyter lab book

refresh: $(READY) ## run every notebook again and store its text outputs
	@$(PY) -m helpers.book.refresh

paper: $(READY) ## run the papers' own settings and trial counts (CHAPTER=02 for one chapter)
	@$(PY) -m helpers.learning.paper $(if $(CHAPTER),--chapter $(CHAPTER))

bench: $(READY) ## measure how fast figures answer and how heavy pages are
	@$(PY) tests/bench.py

clean: ## remove what was built; .venv stays
	@rm -rf _build .cache

# Made anew only when the pins change; an unfinished install is repeated.
$(READY): requirements.txt constraints.txt pyproject.toml
	@$(PY) -c $(NEW_ENOUGH) 2>/dev/null || $(MAKE) --no-print-directory .venv/new
	@echo "Installing the pinned packages into .venv (once; a few minutes) ..."
	@$(PY) -m pip install -qq --disable-pip-version-check --no-warn-script-location \
	  -r requirements.txt -c constraints.txt -e .
	@touch $@

.PHONY: .venv/new
.venv/new:
	@for python in $(PYTHONS); do \
	  if "$$python" -c $(NEW_ENOUGH) 2>/dev/null; then \
	    echo "Making .venv with $$("$$python" --version) ..."; \
	    exec "$$python" -m venv --clear .venv; \
	  fi; \
	done; \
	echo "Python 3.11 or newer, with its venv module, is needed (tried: $(PYTHONS))." >&2; \
	echo "Get it from python.org, or on Debian: apt-get install python3 python3-venv;" >&2; \
	echo "or name one: make PYTHON=/path/to/python3.12" >&2; \
	exit 1
