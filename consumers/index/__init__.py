"""Indexing: enriched articles, changes and outcomes become searchable."""

from consumers.index.step import IndexStage

__all__ = ["IndexStage"]
