# Benchmarks, beside other tools in virtual environments of their own.
BENCHES := bench bench-news-please
# What is resolved together with the runtime, since it wants other packages than that does.
WHOLE := bench-news-please
BENCH_READY := $(BENCHES:%=.venv-%/.ready)

.PHONY: bench lock-bench

bench: $(BENCH_READY) ## measure the pipeline beside other tools
	@.venv-bench/bin/python -W ignore -m bench.pipeline
	@.venv-bench-news-please/bin/python -W ignore -m bench.pipeline --only-peers

.venv-%/.ready: requirements/%.txt requirements/runtime.txt $(READY)
	@echo "installing .venv-$* (hash-checked)"
	@test -x .venv-$*/bin/python || $(UV) venv -q --python $(BIN)/python .venv-$*
	@$(UV) pip install -q --python .venv-$*/bin/python --no-deps --require-hashes \
	  $(if $(filter $(WHOLE),$*),,-r requirements/runtime.txt) -r requirements/build.txt -r $<
	@$(UV) pip install -q --python .venv-$*/bin/python --no-deps --no-build-isolation --editable .
	@touch $@

lock: lock-bench

lock-bench: $(VENV)/.boot
	@for name in $(BENCHES); do \
	  $(UV) pip compile -q --python-version 3.11 --universal --generate-hashes --no-header requirements/$$name.in -o requirements/$$name.txt; done
