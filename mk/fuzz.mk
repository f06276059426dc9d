# Broken documents by the thousand through the normalize stage. PAGES, CORPORA (a folder of real pages) and SECONDS may be set.
PAGES := 100000
SECONDS := 600

.PHONY: fuzz fuzz-coverage lock-fuzz

fuzz: $(READY) ## mutated pages: no crash, none over 5 s
	@$(BIN)/python -W ignore -m bench.fuzz --pages $(PAGES) --jobs 2 $(if $(CORPORA),--corpora $(CORPORA))

fuzz-coverage: .venv-fuzz/.ready ## the same, led by what code a document reaches (atheris)
	@.venv-fuzz/bin/python -W ignore -m bench.fuzz --coverage $(SECONDS)

lock: lock-fuzz

lock-fuzz: $(VENV)/.boot
	@$(UV) pip compile -q --python-version 3.11 --universal --generate-hashes --no-header requirements/fuzz.in -o requirements/fuzz.txt
