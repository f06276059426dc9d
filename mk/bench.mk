# Benchmarks, beside other tools in a virtual environment of their own.
BENCH_VENV := .venv-bench
BENCH_READY := $(BENCH_VENV)/.ready

.PHONY: bench lock-bench

bench: $(BENCH_READY) ## measure the pipeline beside other tools
	@$(BENCH_VENV)/bin/python -m bench.pipeline

$(BENCH_READY): $(READY) requirements/bench.txt
	@echo "installing the benchmarks' tools in $(BENCH_VENV) (hash-checked)"
	@test -x $(BENCH_VENV)/bin/python || $(UV) venv -q --python $(BIN)/python $(BENCH_VENV)
	@$(UV) pip install -q --python $(BENCH_VENV)/bin/python --require-hashes -r requirements/runtime.txt -r requirements/build.txt -r requirements/bench.txt
	@$(UV) pip install -q --python $(BENCH_VENV)/bin/python --no-deps --no-build-isolation --editable .
	@touch $@

lock: lock-bench

lock-bench: $(VENV)/.boot
	@$(UV) pip compile -q --python-version 3.11 --universal --generate-hashes --no-header requirements/bench.in -o requirements/bench.txt
