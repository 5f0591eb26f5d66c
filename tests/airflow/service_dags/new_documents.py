"""A DAG that new documents of a folder start, and that then waits for some in a store."""

from __future__ import annotations

import os

from airflow.sdk import DAG, Asset, AssetWatcher

from dsocr_integrations.airflow import OcrNewDocumentsSensor, OcrNewDocumentsTrigger

PLACE = os.environ.get("WATCHED_CORPUS", "/missing")

ARRIVED = Asset(
    "documents_arrived",
    watchers=[
        AssetWatcher(
            name="folder",
            trigger=OcrNewDocumentsTrigger(
                source=f"{PLACE}/documents", state_uri=f"{PLACE}/state", poll_interval=1
            ),
        )
    ],
)

with DAG("new_documents", schedule=[ARRIVED]):
    OcrNewDocumentsSensor(
        task_id="wait",
        source="s3://store@awaited/in",
        state_uri="s3://store@awaited/state",
        deferrable=True,
        poke_interval=1,
    )
