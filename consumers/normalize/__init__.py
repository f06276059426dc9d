"""The first stage: what a raw document says, field by field, with where each field came from."""

from consumers.normalize.article import content_type_of, explain, normalize
from consumers.normalize.document import Document, NormalizeError
from consumers.normalize.evidence import Candidate, Evidence
from consumers.normalize.step import NormalizeStage

__all__ = [
    "Candidate",
    "Document",
    "Evidence",
    "NormalizeError",
    "NormalizeStage",
    "content_type_of",
    "explain",
    "normalize",
]
