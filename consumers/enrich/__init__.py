"""Enrich: names, quotations, topics and more of every version. Models load at the first article, not at import."""

from consumers.enrich.identities import remember as remember_names
from consumers.enrich.stage import EnrichStage, configured
from consumers.enrich.step import ENRICHMENTS, enrich

__all__ = ["ENRICHMENTS", "EnrichStage", "configured", "enrich", "remember_names"]
