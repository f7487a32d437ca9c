# All targets set up everything themselves in .venv; only Python 3.11+ and make are needed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test bench docs fuzz-service clean

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(BIN)/python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

$(VENV)/.installed-test: $(BIN)/python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable '.[test]'
	touch $@ $(VENV)/.installed

$(VENV)/.installed-bench: $(BIN)/python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable '.[bench]'
	touch $@ $(VENV)/.installed

$(VENV)/.installed-docs: $(BIN)/python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable '.[docs]'
	touch $@ $(VENV)/.installed

demo: $(VENV)/.installed
	$(BIN)/why-nps report --demo --out out

test: $(VENV)/.installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest --cov --cov-report=term -q --numprocesses auto --dist loadfile

bench: $(VENV)/.installed-bench
	$(BIN)/python benchmarks/speed.py

docs: $(VENV)/.installed-docs
	$(BIN)/python -m sphinx --quiet --fail-on-warning --keep-going --conf-dir docs . out/docs
	@echo "Written: out/docs/index.html"

# Everything that its description allows, and much that it does not, sent to the service; takes minutes.
fuzz-service: $(VENV)/.installed-test
	$(BIN)/why-nps serve --port 8799 & server=$$!; trap "kill $$server" EXIT; \
	$(BIN)/schemathesis --config-file tests/hosts/service/schemathesis.toml run \
		http://127.0.0.1:8799/openapi.json --wait-for-schema 60 --max-examples 200 --checks all

clean:
	rm -rf $(VENV) out dist build
