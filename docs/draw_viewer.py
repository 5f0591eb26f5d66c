"""Draw docs/images/viewer.png: the viewer with a chart beside its table.

Run: python docs/draw_viewer.py
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from dsocr_integrations.preview.html import write_html
from dsocr_integrations.runner import Runner

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "tests" / "data"
SIZE = {"width": 1320, "height": 800}


def main() -> None:
    """Read the sample report, open its page, choose the chart and look."""
    with Runner(engine="embedded") as runner:
        document = runner.read(SAMPLES / "report.pdf")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        saved = write_html(document, Path(folder) / "report.html", root=SAMPLES)
        path = os.environ.get("DSOCR_TEST_CHROMIUM") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = browser.new_page(viewport=SIZE, color_scheme="light")
        page.goto(saved.as_uri())
        page.get_by_role("button", name="Contents").click()
        page.wait_for_selector(".dsocr-rail li:last-child img")
        page.click(".dsocr-shape[data-class=figure]")
        page.wait_for_selector(".dsocr-chosen .dsocr-crop")
        page.mouse.move(5, 5)
        page.screenshot(path=ROOT / "docs" / "images" / "viewer.png")
        browser.close()


if __name__ == "__main__":
    main()
