# `make help` lists what there is. ARGS is handed on: make serve ARGS="--port 9000", make test ARGS="-k bills".
PYTHON = python3
ARGS =
# What `make test` runs a slice of, and `make prove` in full.
PROOFS = tests/prove tests/wire/test_paging.py tests/wire/test_never_500.py tests/kernel/test_jobs.py \
	tests/access/test_guessing.py
VENV = .venv
PY = $(VENV)/bin/python
PIP = $(PY) -m pip --disable-pip-version-check --quiet
LOCK = UV_NO_CONFIG=1 $(PY) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-emit-index-url --no-emit-find-links $(ARGS)

.PHONY: help serve demo test check prove bench lock clean

help:
	@echo "make serve   install what is missing and start the server (ARGS: the flags of net30 serve)"
	@echo "make demo    a tour of net30, told in a terminal"
	@echo "make test    the tests (ARGS: the flags of pytest)"
	@echo "make check   format, lint, types, then the tests"
	@echo "make prove   the long proofs in full, with their seeds and figures"
	@echo "make bench   the benchmarks"
	@echo "make lock    write the lock files anew (ARGS=--upgrade: newer versions of what is not pinned)"
	@echo "make clean   remove what was installed and built; databases stay"

serve: $(VENV)/.net30
	@exec $(VENV)/bin/net30 serve $(ARGS)

demo: $(VENV)/.net30
	@exec $(VENV)/bin/net30 demo $(ARGS)

test: $(VENV)/.dev
	$(PY) -m pytest -q -n 2 $(ARGS)

check: $(VENV)/.dev
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy --strict src tests benchmarks
	$(PY) -m pytest -q -n 2 $(ARGS)

prove: $(VENV)/.dev
	NET30_PROVE=full $(PY) -m pytest $(PROOFS) -q -s $(ARGS)

bench: $(VENV)/.dev
	$(PY) -m benchmarks $(ARGS)

lock: $(VENV)/.python
	$(PIP) install uv==0.13.9
	$(LOCK) --group build pyproject.toml -o requirements.lock
	$(LOCK) --group dev --constraint requirements.lock pyproject.toml -o requirements-dev.lock

clean:
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find src tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

# Each stamp is newer than the file that it was installed from; a later start installs nothing.
$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "net30 needs Python 3.11 or newer. Name one: make PYTHON=python3.12 serve" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || \
		{ echo "$(PYTHON) has no venv; on Debian or Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.locked: requirements.lock $(VENV)/.python
	@echo "Installing into $(VENV) what net30 runs on; this is done once."
	@$(PIP) install --require-hashes -r requirements.lock
	@touch $@

$(VENV)/.net30: pyproject.toml $(VENV)/.locked
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.net30
	@echo "Installing into $(VENV) what the tests need; this is done once."
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@
