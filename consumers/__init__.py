"""Through: one package per stage, each with a pure step."""
