"""Ingest: the one job behind the command line and Airflow."""

from __future__ import annotations

from dsocr_integrations.ingest.job import ingest, retry_failed

__all__ = ["ingest", "retry_failed"]
