"""Ingest: the one job behind the command line and Airflow."""

from __future__ import annotations

from dsocr_integrations.ingest.forgetting import Forgotten, forget
from dsocr_integrations.ingest.job import ingest, retry_failed

__all__ = ["Forgotten", "forget", "ingest", "retry_failed"]
