# Every target sets up what it needs: a virtual environment in .venv, pinned by constraints.txt.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PICTURES ?=
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

NODE := $(VENV)/node

.PHONY: demo studio test test-slow check training docs bench clean

demo: $(VENV)/.runtime
	$(BIN)/nijigen demo samples/*.png samples/*.jpg samples/*.gif $(PICTURES) -o demo

studio: $(VENV)/.runtime
	$(BIN)/nijigen studio

test: check $(VENV)/.browser
	$(BIN)/python -m pytest -n 2 -m "not slow" --durations 20

test-slow: $(VENV)/.browser
	$(BIN)/python -m pytest -m slow

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

training: $(VENV)/.training
	$(BIN)/nijigen-training list

docs: $(VENV)/.runtime
	$(BIN)/python docs/generate.py

bench: $(VENV)/.dev
	$(BIN)/python benchmarks/upscale.py

# A marker file is newer than what it was made from; pip then has nothing to do.
$(VENV)/.runtime: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) -e .
	touch $@

# torch, 200 MB where pip finds the build for CPUs.
$(VENV)/.training: $(VENV)/.runtime training/pyproject.toml
	$(PIP) -e training
	touch $@

$(VENV)/.dev: $(VENV)/.training
	$(PIP) -e ".[sr,dev]"
	touch $@

$(VENV)/.browser: $(VENV)/.dev tests/setup.sh
	tests/setup.sh $(NODE)
	touch $@

clean:
	rm -rf $(VENV) demo
