"""Deduplicate: articles as stated become versions in a history; what changed is classified; copies name their origin."""

from consumers.deduplicate.changes import Comparison, compare
from consumers.deduplicate.diff import diff_articles, diff_words
from consumers.deduplicate.family import CopyPair, copies
from consumers.deduplicate.remember import remember
from consumers.deduplicate.step import DeduplicateStage

__all__ = [
    "Comparison",
    "CopyPair",
    "DeduplicateStage",
    "compare",
    "copies",
    "diff_articles",
    "diff_words",
    "remember",
]
