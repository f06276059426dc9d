"""The stage that matches what is new with saved searches. Beside the pipeline: docs/adr/alerts.md."""

from consumers.alerts.step import AlertsStage

__all__ = ["AlertsStage"]
