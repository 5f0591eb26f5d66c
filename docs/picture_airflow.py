"""Draw docs/images/airflow.png: a task in the real UI, after a run over the samples.

usage: python docs/picture_airflow.py

Needs Chromium and what the tests of Airflow need.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from io import BytesIO
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from PIL import Image  # noqa: E402 - the tests are found from here on
from playwright.sync_api import sync_playwright  # noqa: E402

from tests.airflow.services import ADMIN, Airflow  # noqa: E402

DAG, SIZE, COLOURS = "ingest_folder", {"width": 1100, "height": 620}, 48


def task_in_the_ui(airflow: Airflow, run: str) -> bytes:
    """A picture of the page of the task that has read."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        page = chromium.new_page(viewport=SIZE)
        page.set_default_timeout(120_000)
        page.goto(f"{airflow.address}/")
        page.locator("input[name=username]").fill(ADMIN)
        page.locator("input[name=password]").fill(ADMIN)
        page.locator("button[type=submit]").click()
        page.wait_for_url(f"{airflow.address}/")
        page.goto(f"{airflow.address}/dags/{DAG}/runs/{run}/tasks/read_documents/details")
        page.get_by_role("link", name="OCR preview").wait_for()
        page.wait_for_load_state("networkidle")
        picture = page.screenshot()
        chromium.close()
    return picture


def main() -> None:
    """Start Airflow, run the DAG as it comes, and keep the picture."""
    with tempfile.TemporaryDirectory() as home:
        airflow = Airflow(Path(home), {"DSOCR_ENGINE": "embedded", "DSOCR_CACHE": ""}, "")
        try:
            airflow.start()
            picture = task_in_the_ui(airflow, airflow.run(DAG))
        finally:
            airflow.stop()
    few = Image.open(BytesIO(picture)).convert("RGB").quantize(COLOURS)
    few.save(ROOT / "docs" / "images" / "airflow.png", optimize=True)


if __name__ == "__main__":
    main()
