"""Event-driven news ingestion: every version, every copy, every document accounted for."""

__version__ = "0.1.0"
