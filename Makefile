# Two commands need nothing but Python 3.11 or newer and make: `make demo` and `make test`.
# Everything else is a part of them, or takes longer.

PYTHON ?= python3
WORKERS ?= 2
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# Other Pythons that we promise to work with, as far as they are here.
OTHERS = $(foreach each,3.12 3.13,$(firstword $(shell python$(each) -c 'import sys; print(sys.executable)' 2> /dev/null; \
	ls -r $(HOME)/.pyenv/versions/$(each).*/bin/python$(each) 2> /dev/null)))
OUT := build
TRANSLATED := index.md,tutorial.md,tutorial/*.md,reference/glossary.md

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PYTHONDONTWRITEBYTECODE := 1

.DEFAULT_GOAL := help
.PHONY: help demo test lint types imports tests package docs catalogues bench nightly refresh clean

help: ## Tell what can be made.
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST)

demo: $(READY) ## Live through a year of a service organisation, with its policies, and tell of it.
	@$(BIN)/servicecore demo

test: lint types imports docs package tests ## Everything that must be true before a change is shared.

lint: $(READY) ## How the code reads.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY) ## What two type checkers prove.
	$(BIN)/mypy
	$(BIN)/basedpyright

imports: $(READY) ## Who may import whom.
	$(BIN)/lint-imports

tests: $(READY) debian ## Tests, and every example in the code and the docs.
	$(BIN)/pytest -n $(WORKERS) --dist loadfile

package: $(READY) ## Build the distributions; the wheel must work alone, with every Python that is here.
	@rm -rf $(OUT) && mkdir $(OUT)
	$(BIN)/python -m build --no-isolation --outdir $(OUT)/dist . > $(OUT)/log 2>&1 || { cat $(OUT)/log; exit 1; }
	@$(BIN)/twine check --strict $(OUT)/dist/* > $(OUT)/log || { cat $(OUT)/log; exit 1; }
	@$(BIN)/check-wheel-contents $(OUT)/dist/*.whl > $(OUT)/log || { cat $(OUT)/log; exit 1; }
	@for each in $(BIN)/python $(OTHERS); do \
		rm -rf $(OUT)/clean && $$each -m venv $(OUT)/clean && \
		$(OUT)/clean/bin/pip install --quiet --constraint constraints.txt "$$(ls $(OUT)/dist/*.whl)$(EXTRAS)" && \
		( cd $(OUT) && clean/bin/python -I ../tests/house/check_wheel.py $(EXTRAS) ) || exit 1; \
	done

docs: $(READY) ## The documentation, every warning an error.
	$(BIN)/sphinx-build --fail-on-warning --keep-going --quiet -b html docs docs/_build/html
	$(BIN)/sphinx-build --fail-on-warning --keep-going --quiet -b html -D language=zh_CN \
		-d docs/_build/zh_CN docs docs/_build/html/zh_CN
	@echo "docs/_build/html/index.html, docs/_build/html/zh_CN/tutorial.html"

catalogues: $(READY) ## Bring the Chinese catalogues up to date; what is new waits to be translated.
	$(BIN)/sphinx-build -Q -b gettext -D include_patterns=$(TRANSLATED) docs docs/_build/gettext
	$(BIN)/sphinx-intl update -p docs/_build/gettext -d docs/locale -l zh_CN --no-obsolete

bench: $(READY) ## Measure everything beside its peers, and write the page of it in the docs.
	@$(BIN)/python -m benchmarks.run --page

nightly: lint types imports docs package debian ## The thorough runs.
	$(BIN)/python -m pip install --quiet --group nightly
	@command -v java > /dev/null || $(MAKE) --no-print-directory from-debian PACKAGE=default-jre-headless
	SERVICECORE_SLOW=1 SERVICECORE_HYPOTHESIS=thorough $(BIN)/pytest -n $(WORKERS) --dist loadfile
	$(MAKE) package EXTRAS='[all]'
	@test $(words $(OTHERS)) = 2 || echo "of Python 3.12 and 3.13 only these are here: $(OTHERS)"
	@for other in $(OTHERS); do \
		$(MAKE) tests PYTHON=$$other VENV=.venv-$$(basename $$other) || exit 1; \
	done

refresh: $(READY) ## Bring generated pages, and the list of stored forms, up to date.
	$(BIN)/python -m docs.generate
	$(BIN)/python -m tests.histories.stored_forms

clean: ## Forget everything that was made here.
	rm -rf .venv .venv-* $(OUT) dist docs/_build .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache src/*.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# --- Set-up, once -------------------------------------------------------------------

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit("servicecore needs Python 3.11 or newer; this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	@test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV) || $(MAKE) --no-print-directory venv-from-debian
	$(BIN)/python -m pip install --quiet --constraint constraints.txt pip setuptools setuptools-scm
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --no-build-isolation --editable '.[all]' --group dev
	@touch $@

# What tests need of the system: the program they look for, and the package it comes in.
.PHONY: debian
debian:
	@ls /usr/lib/postgresql/*/bin/initdb > /dev/null 2>&1 || command -v initdb > /dev/null || \
		$(MAKE) --no-print-directory from-debian PACKAGE=postgresql
	@command -v chromium > /dev/null || $(MAKE) --no-print-directory from-debian PACKAGE=chromium
	@command -v zsh > /dev/null || $(MAKE) --no-print-directory from-debian PACKAGE=zsh
	@command -v openssl > /dev/null || $(MAKE) --no-print-directory from-debian PACKAGE=openssl

.PHONY: from-debian
from-debian:
	@if test "$$(id -u)" = 0 && command -v apt-get > /dev/null; \
	then apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y $(PACKAGE) > /dev/null; \
	else echo "$(PACKAGE) is not here, so what needs it is left out: apt-get install $(PACKAGE)"; fi

# Debian keeps the venv module of its Python in a package of its own.
.PHONY: venv-from-debian
venv-from-debian:
	@rm -rf $(VENV)
	@test "$$(id -u)" = 0 && command -v apt-get > /dev/null || { echo "$(PYTHON) cannot make a virtual environment: install the package python3-venv"; exit 1; }
	apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y python3-venv
	$(PYTHON) -m venv $(VENV)
