# Airflow, in a virtual environment of its own.
AIRFLOW_VENV := .venv-airflow
AIRFLOW_READY := $(AIRFLOW_VENV)/.ready
# The day after Airflow's release: what its own constraints file holds is what was newest then.
AIRFLOW_DAY := 2026-09-18T00:00:00Z

.PHONY: airflow lock-airflow

airflow: $(READY) $(AIRFLOW_READY) ## Airflow with the DAGs, on loopback, until Ctrl-C
	@$(BIN)/python -m dateline.embedded.airflow --airflow $(AIRFLOW_VENV)/bin/airflow --dags dags

$(AIRFLOW_READY): $(VENV)/.boot requirements/airflow.txt
	@echo "installing Airflow in $(AIRFLOW_VENV) (hash-checked)"
	@test -x $(AIRFLOW_VENV)/bin/python || $(UV) venv -q --python $(BIN)/python $(AIRFLOW_VENV)
	@$(UV) pip sync -q --python $(AIRFLOW_VENV)/bin/python --require-hashes --compile-bytecode requirements/airflow.txt
	@touch $@

test: $(AIRFLOW_READY)

lock: lock-airflow

lock-airflow: $(VENV)/.boot
	@$(UV) pip compile -q --python-version 3.11 --universal --generate-hashes --no-header --exclude-newer $(AIRFLOW_DAY) \
	  requirements/airflow.in -o requirements/airflow.txt
