# All targets set up everything themselves in .venv; only Python 3.11+ and make are needed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test test-wheel bench docs floors floors-oldest fuzz fuzz-service reliability clean

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

$(VENV)/.installed-fuzz: $(BIN)/python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable '.[fuzz]'
	touch $@ $(VENV)/.installed

demo: $(VENV)/.installed
	$(BIN)/why-nps report --demo --out out

test: $(VENV)/.installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest --cov --cov-report=term -q --numprocesses auto --dist loadfile

# Bad input and faults again, on a wheel in an environment of its own that cannot see src/.
test-wheel: $(VENV)/.installed-test
	rm -rf dist
	$(BIN)/python -m build --wheel --outdir dist
	$(PYTHON) -m venv --clear $(VENV)-wheel
	$(VENV)-wheel/bin/python -m pip install --quiet dist/*.whl hypothesis polars pytest
	$(VENV)-wheel/bin/python -c "import why_nps; assert 'site-packages' in why_nps.__file__"
	$(VENV)-wheel/bin/python -m pytest -q tests/reliability

# Two and a half minutes each; findings are kept as crash-* and timeout-*.
fuzz: $(VENV)/.installed-fuzz
	for target in text score csv xlsx; do $(BIN)/python benchmarks/fuzz.py $$target -max_total_time=150 || exit 1; done

reliability: $(VENV)/.installed
	$(BIN)/python benchmarks/reliability.py

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

floors: $(BIN)/python
	$(BIN)/python -m pip install --quiet uv
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python tools/floors.py

floors-oldest: $(BIN)/python
	$(BIN)/python -m pip install --quiet uv
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python tools/floors.py oldest

clean:
	rm -rf $(VENV) $(VENV)-wheel out dist build
