# Every target works as the first command on a fresh clone: it makes the environment it needs.
# The environment is rebuilt only when pyproject.toml changes.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV ?= .venv
DATA ?= ../shared/data
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PEERS ?= .venv-peers
PEERS_READY := $(PEERS)/.ready
PEERS_OPTIONS ?=
BENCH_PEERS = $(BIN)/python -m benchmarks.peers --peers $(PEERS)/bin/python \
	--articles "$(DATA)/news-dev/articles.jsonl.gz" \
	--questions "$(DATA)/news-dev/questions.jsonl" $(PEERS_OPTIONS)

# The tests start hundreds of processes: none of them should compile every module again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: chat test test-slow test-all fuzz transcripts check bench bench-peers bench-telegram bench-talks soak hostile torture picture telegram-picture catalogues reader reader-large rewriter clean

chat: $(READY)
	@$(BIN)/pullquote index seeds --index .pullquote
	@$(BIN)/pullquote chat --index .pullquote

# Two workers: many tests wait for processes. Each takes whole files, in their order.
PYTEST = $(BIN)/python -m pytest --numprocesses=2 --dist=loadfile --no-loadscope-reorder

# All that a change needs to be trusted, in some three minutes; the same examples every time.
test: $(READY)
	@$(PYTEST) -m "not slow"

# What takes longer: faults, kills, sieges, soaks, browsers, trainings.
test-slow: $(READY)
	@$(PYTEST) -m slow

test-all: test test-slow

# The property tests with examples drawn at random, another set each time. What they find becomes
# an @example of its test.
fuzz: $(READY)
	@$(PYTEST) -m hypothesis --hypothesis-profile=fuzz

# Writes the whole transcripts that the tests compare with; read the difference before committing it.
transcripts: $(READY)
	@$(BIN)/python -m tests.transcripts.recording seeds tests/transcripts/expected

check: $(READY)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

# The way to an answer; then, where their environment is, the other retrievers side by side (hours).
bench: $(READY)
	@$(BIN)/python -m benchmarks.latency
	@if test -e $(PEERS_READY); then $(BENCH_PEERS); else \
		echo "The side by side with other retrievers needs their environment: make bench-peers"; fi

# Makes that environment (2 GB) and runs the side by side alone.
bench-peers: $(READY) $(PEERS_READY)
	@$(BENCH_PEERS)

# 50 chats at once through the Telegram bot, and the pipeline alone in turns with it (half an hour).
bench-telegram: $(READY)
	@$(BIN)/python -m benchmarks.telegram.load

# What the history does to follow-ups over news, and a table for reading rewrites (ten minutes).
bench-talks: $(READY)
	@$(BIN)/python -m benchmarks.talks --data "$(DATA)" --out build/talks

# The Telegram bot for 30 minutes at one thing a second; a short one is among the tests.
soak: $(READY)
	@$(BIN)/python -m benchmarks.telegram.soak

# Ten thousand hostile messages to the Telegram bot; a few hundred are among the tests.
hostile: $(READY)
	@$(BIN)/python -m benchmarks.telegram.hostile

# 200 times SIGKILL in the middle of indexing; a short one is among the tests.
torture: $(READY)
	@$(BIN)/python -m benchmarks.torture

picture: $(READY)
	@$(BIN)/python -m docs.picture

telegram-picture: $(READY)
	@$(BIN)/python -m docs.telegram_picture

# Collects the bot's texts, adds new ones to the German catalogue (to be translated there) and compiles it.
LOCALE := bot/presentation/locale
catalogues: $(READY)
	@mkdir -p build
	@$(BIN)/pybabel -q extract --keywords=say --keywords=count:1,2 --no-default-keywords --no-location \
		--sort-output --project=pullquote --output=build/pullquote.pot bot/telegram_bot bot/dialogue bot/presentation retrieval
	@$(BIN)/pybabel -q update --domain=pullquote --input-file=build/pullquote.pot --output-dir=$(LOCALE) \
		--no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --width=100
	@$(BIN)/pybabel -q compile --domain=pullquote --directory=$(LOCALE) --statistics

# Hours: a training on all sets, then one on what it got wrong. Goes on where it was stopped; all that
# it makes is under build/.
reader: $(READY)
	@$(BIN)/python -m training --data "$(DATA)"

# After it, hours again: the larger one that reads its best sentences again.
reader-large: $(READY)
	@$(BIN)/python -m training.large --data "$(DATA)"

# The model that completes follow-up questions, from the reader's weights where make reader left them.
rewriter: $(READY)
	@$(BIN)/python -m training.rewriter --data "$(DATA)"

clean:
	rm -rf $(VENV) $(PEERS) .pullquote runs build *.egg-info

# The environment is made aside of the marker: a stop half way is mended by the next run.
$(READY): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "pullquote: Python 3.11 or newer is needed; set PYTHON=/path/to/python3.11" >&2; exit 2; }
	@echo "Setting up $(VENV) (once, a few minutes) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $(READY)

$(PEERS_READY): benchmarks/peers/requirements.txt
	@echo "Setting up $(PEERS) (once, a few minutes) ..."
	@test -x $(PEERS)/bin/python || $(PYTHON) -m venv $(PEERS)
	@echo '*' > $(PEERS)/.gitignore
	@$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	@touch $(PEERS_READY)
