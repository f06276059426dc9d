"""Alerts: saved searches (`definition.py`), what they owe to whom (`ports.py`), and how it is sent (`delivery.py`).

What they find is decided by the stage `consumers/alerts`. Why it is done so: docs/adr/alerts.md.
"""
