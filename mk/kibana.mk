# What Kibana imports, made from dateline/kibana/*.toml.
.PHONY: kibana

kibana: $(READY) ## docker/kibana/dateline.ndjson: data views, saved searches, dashboards
	@DATELINE_NAMESPACE= $(BIN)/dateline kibana write docker/kibana/dateline.ndjson
