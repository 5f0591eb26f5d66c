"""Takes the picture of the viewer that the README shows.

Usage: python benchmarks/viewer_picture.py .demo/index.html docs/images/viewer.png
"""

from __future__ import annotations

import io
import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

VIEWPORT = {"width": 1320, "height": 800}
COLOURS = 128


def main(saved: Path, picture: Path) -> None:
    """Open a page written by `dsocr view`, choose its first figure, and save what is seen."""
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("No Chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport=VIEWPORT, reduced_motion="reduce")
        page.goto(saved.resolve().as_uri())
        page.select_option("select", label="report.pdf")
        page.get_by_text("of 3").wait_for()
        page.wait_for_function("document.querySelector('.dsocr-sheet > img')?.naturalWidth > 0")
        page.locator(".dsocr-shape[aria-label^='image']").first.click()
        page.wait_for_selector(".dsocr-chosen")
        taken = page.screenshot()
        browser.close()
    Image.open(io.BytesIO(taken)).convert("RGB").quantize(COLOURS).save(picture, optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
