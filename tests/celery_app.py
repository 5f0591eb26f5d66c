"""A Celery application whose messages and results are files in the folder of the environment."""

from __future__ import annotations

import os

from celery import Celery

from tests.worker_hosts import first_title

FOLDER = os.environ["CELERY_FOLDER"]

app = Celery("hosts", broker="filesystem://", backend=f"file://{FOLDER}/results")
app.conf.broker_transport_options = {
    "data_folder_in": f"{FOLDER}/messages",
    "data_folder_out": f"{FOLDER}/messages",
    "control_folder": f"{FOLDER}/control",
}
title = app.task(first_title)
