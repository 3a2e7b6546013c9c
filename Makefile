# Every target works as the first command on a fresh clone: it makes the environment it needs.
# The environment is rebuilt only when pyproject.toml changes.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV ?= .venv
DATA ?= ../shared/data
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: chat test check bench picture reader clean

chat: $(READY)
	@$(BIN)/pullquote index seeds
	@$(BIN)/pullquote chat

test: $(READY)
	@$(BIN)/python -m pytest

check: $(READY)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

bench: $(READY)
	@$(BIN)/python -m benchmarks.latency

picture: $(READY)
	@$(BIN)/python -m docs.picture

# Hours: two trainings. Goes on where it was stopped; all that it makes is under build/.
reader: $(READY)
	@$(BIN)/python -m training --data "$(DATA)"

clean:
	rm -rf $(VENV) .pullquote runs build *.egg-info

# The environment is made aside of the marker: a stop half way is mended by the next run.
$(READY): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "pullquote: Python 3.11 or newer is needed; set PYTHON=/path/to/python3.11" >&2; exit 2; }
	@echo "Setting up $(VENV) (once, a few minutes) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $(READY)
