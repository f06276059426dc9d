# What is made from the tables of schemas/.
.PHONY: schemas

schemas: $(DEV) ## JSON Schemas, AsyncAPI document, docs/fields.md and docs/topics.md
	@$(BIN)/python -m schemas.generate
