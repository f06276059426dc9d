"""Enrich: language, names, quotations and keywords of every version. Models load at the first article, not at import."""

from consumers.enrich.stage import EnrichStage
from consumers.enrich.step import ENRICHMENTS, enrich

__all__ = ["ENRICHMENTS", "EnrichStage", "enrich"]
