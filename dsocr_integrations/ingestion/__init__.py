"""Ingest: the one job behind the command line and Airflow."""

from __future__ import annotations

from dsocr_integrations.ingestion.forgetting import Forgotten, forget
from dsocr_integrations.ingestion.job import ingest, retry_failed

__all__ = ["Forgotten", "forget", "ingest", "retry_failed"]
