"""Kibana over Dateline's indices: data views, saved searches and dashboards as data, and their way into a Kibana."""

from dateline.kibana.installing import Imported, install
from dateline.kibana.objects import encoded, saved_objects

__all__ = ["Imported", "encoded", "install", "saved_objects"]
