"""In: one module per kind of source, and the one module that fetches."""
