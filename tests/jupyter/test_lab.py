"""The widget in a real JupyterLab and Notebook, driven by Chromium."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.jupyter.axe import assert_clean
from tests.jupyter.lab_server import Lab
from tests.small_documents import make_pdf

pytestmark = [pytest.mark.system, pytest.mark.slow]

REPORT = Path(__file__).parent.parent / "data" / "report.pdf"
# The notebook's own indicator says idle before there is a kernel at all: the server knows.
KERNEL_IS_IDLE = """async () => {
    for (let tries = 0; tries < 1500; tries += 1) {
        const sessions = await (await fetch("/api/sessions")).json();
        if (sessions.some((one) => one.kernel?.execution_state === "idle")) return true;
        await new Promise((resolve) => setTimeout(resolve, 200));
    }
    return false;
}"""
SHOW = """\
from PIL import Image
from dsocr_integrations.jupyter import OcrExplorer
from tests.builders import make_document
explorer = OcrExplorer(
    make_document(), images=lambda document, page: Image.new("RGB", (595, 842), "white")
)
explorer
"""
SEARCH = """\
from tempfile import mkdtemp
from dsocr_integrations.index import open_index
from dsocr_integrations.jupyter import explore
from tests.builders import make_chunk
index = open_index(mkdtemp())
chunk = make_chunk("Herons stood in the delta.")
index.upsert_document(chunk.doc_id, [chunk], revision="r", engine="embedded", fingerprint="f")
found = explore(index=index)
found
"""
EXPLORE = """\
from dsocr_integrations.jupyter import explore
from dsocr_integrations.runner import Runner
from tests.jupyter.gated_engine import GatedEngine
engine = globals().get("engine") or GatedEngine()
explorer = explore("five.pdf", runner=Runner(engine=engine, cache=False))
explorer
"""
OPEN_WIDGETS = """\
from ipywidgets.widgets.widget import _instances
print("OPEN", sum(type(one).__name__ == "OcrExplorer" for one in _instances.values()))
"""
TRACEBACK = "[data-mime-type='application/vnd.jupyter.error']"
TELL = "print('STATE', explorer.page, explorer.selected, len(explorer.matches))"


@pytest.fixture
def page(browser, lab: Lab):
    opened = browser.new_page(viewport={"width": 1400, "height": 1100})
    opened.set_default_timeout(300_000)
    opened.elsewhere = []
    own = (f"http://127.0.0.1:{lab.port}", f"ws://127.0.0.1:{lab.port}", "data:", "blob:")
    opened.on(
        "request", lambda r: None if r.url.startswith(own) else opened.elsewhere.append(r.url)
    )
    yield opened
    assert opened.elsewhere == []
    opened.close()
    lab.end_kernels()


def open_notebook(page, lab: Lab, name: str, place: str = "lab/tree") -> None:
    page.goto(lab.url(f"{place}/{name}?reset"))
    page.wait_for_selector(".jp-Notebook .jp-CodeCell")
    assert page.evaluate(KERNEL_IS_IDLE)


def run_cell(page, place: int) -> None:
    page.click(f".jp-CodeCell >> nth={place} >> .jp-InputArea-editor")
    page.keyboard.press("Shift+Enter")


def output(page, place: int):
    return page.locator(f".jp-CodeCell >> nth={place} >> .jp-Cell-outputWrapper")


def assert_kernel_says(page, state: str, *, ran: int) -> None:
    """Ask the kernel what it has heard of the widget.

    A change that follows another is held back until the kernel has dealt with the first, so a
    question may overtake it.
    """
    said = page.locator(".jp-CodeCell >> nth=1 >> .jp-OutputArea-output pre")
    for number in range(ran + 1, ran + 21):
        run_cell(page, 1)
        page.locator(".jp-CodeCell >> nth=1").get_by_text(f"[{number}]:").wait_for()
        if state in said.inner_text():
            return
    pytest.fail(f"The kernel says {said.inner_text()}, not {state}")


@pytest.mark.parametrize(
    ("theme", "place"),
    [
        ("JupyterLab Light", "lab/tree"),
        ("JupyterLab Dark", "lab/tree"),
        ("JupyterLab Dark", "notebooks"),
    ],
)
def test_the_widget_shows_finds_and_tells(
    page, lab: Lab, axe: str, theme: str, place: str, tmp_path: Path
):
    light = theme.endswith("Light")
    lab.set_theme(theme)
    told = "print('FOUND', found.opened, found.page, found.selected)"
    lab.write_notebook("view.ipynb", SHOW, TELL, SEARCH, told)
    open_notebook(page, lab, "view.ipynb", place)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    page.wait_for_selector(f".dsocr-shape, {TRACEBACK}")
    assert page.locator(TRACEBACK).all_inner_texts() == []
    assert page.evaluate("document.body.dataset.jpThemeLight") == str(light).lower()
    page.wait_for_function(
        "document.querySelector('.dsocr-sheet > img[src^=\"blob:\"]')?.naturalWidth > 0"
    )
    # The living viewer stands for what the notebook keeps.
    assert output(page, 0).locator("img[src^='data:image/png'] >> visible=true").count() == 0
    assert output(page, 0).inner_text().count("Heading of page 1") == 1
    page.click(".dsocr-shape[data-id='p1-b2']")
    page.fill(".dsocr input[type=search]", "words of")
    page.get_by_text("3 matches, 1 on this page").wait_for()
    page.press(".dsocr input[type=search]", "Enter")
    page.press(".dsocr input[type=search]", "Enter")
    page.wait_for_selector(".dsocr-chosen[data-id='p2-b1']")
    page.screenshot(path=tmp_path / "lab.png")
    assert_clean(page, axe, ".dsocr")
    assert_kernel_says(page, "STATE 2 p2-b1 3", ran=4)
    back = page.eval_on_selector(".dsocr", "one => getComputedStyle(one).backgroundColor")
    assert (int(back.removeprefix("rgb(").split(",")[0]) > 128) is light
    assert "pwned" not in page.title()
    # An index is searched from its field; its hit opens, whose source is gone.
    listed = output(page, 2)
    listed.locator("input[type=search]").fill("herons")
    listed.locator("input[type=search]").press("Enter")
    listed.locator(".dsocr-hits mark").click()
    listed.locator(".dsocr-chosen").get_by_text("Herons stood in the delta.").wait_for()
    listed.get_by_text("The source report.pdf has gone.").wait_for()
    page.screenshot(path=tmp_path / "index.png")
    assert_clean(page, axe, ".dsocr")
    run_cell(page, 3)
    output(page, 3).get_by_text("FOUND 0 1 p1-b0").wait_for()


@pytest.mark.parametrize("place", ["lab/tree", "notebooks"])
def test_a_reading_is_followed_turned_stopped_and_interrupted(page, lab: Lab, place: str):
    lab.set_theme("JupyterLab Light")
    make_pdf(lab.work / "five.pdf", 5)
    gate = "import threading; gate = threading.Event(); engine.let(2); gate.wait()"
    lab.write_notebook("live.ipynb", EXPLORE, gate, "explorer.wait()", OPEN_WIDGETS)
    open_notebook(page, lab, "live.ipynb", place)
    run_cell(page, 0)
    page.get_by_text("The first page is being read.").wait_for()
    # Pages come, and are turned, while another cell runs.
    run_cell(page, 1)
    page.wait_for_selector(".dsocr-shape[data-id='p1-b0']")
    page.get_by_text("2 of 5 pages are read, about").wait_for()
    page.click("[aria-label='Next page']")
    page.wait_for_selector(".dsocr-shape[data-id='p2-b0']")
    # What is looked at closely is drawn again, in more pixels.
    blurred = page.eval_on_selector(".dsocr-sheet > img", "one => one.naturalWidth")
    for _ in range(4):
        page.click("[aria-label='Larger page']")
    page.wait_for_function(
        "(width) => document.querySelector('.dsocr-sheet > img').naturalWidth > 2 * width",
        arg=blurred,
    )
    assert page.locator(".jp-CodeCell >> nth=1").get_by_text("[*]:").count() == 1
    page.get_by_role("button", name="Stop", exact=True).click()
    page.locator(".dsocr").get_by_text("Stopped: 2 of 5 pages were read.").wait_for()
    lab.interrupt_kernels()
    page.locator(".jp-CodeCell >> nth=1").get_by_text("[2]:").wait_for()
    # The same cell again: its former widget goes, and a wait that is interrupted says one line.
    run_cell(page, 0)
    page.get_by_text("The first page is being read.").wait_for()
    run_cell(page, 2)
    page.locator(".jp-CodeCell >> nth=2").get_by_text("[*]:").wait_for()
    lab.interrupt_kernels()
    output(page, 2).get_by_text("Interrupted. Stopped: 0 of 5 pages were read.").wait_for()
    assert len(output(page, 2).inner_text().strip().splitlines()) == 1
    run_cell(page, 3)
    output(page, 3).get_by_text("OPEN 1").wait_for()


def jupyter(lab: Lab, *arguments: str) -> None:
    command = [sys.executable, "-m", *arguments]
    subprocess.run(command, env=lab.environment, cwd=lab.work, check=True, capture_output=True)


@pytest.fixture(scope="module")
def kept(lab: Lab) -> Path:
    """A notebook that ran as a whole, with and without the widget's state, trusted and not."""
    shutil.copy(REPORT, lab.work / "report.pdf")
    source = "from dsocr_integrations.jupyter import explore\n"
    lab.write_notebook("run.ipynb", f"{source}explore('report.pdf', engine='embedded')")
    name = "state.ipynb"
    jupyter(lab, "nbconvert", "--to", "notebook", "--execute", "run.ipynb", "--output", name)
    notebook = json.loads((lab.work / name).read_text())
    shutil.copy(lab.work / name, lab.work / "trusted_state.ipynb")
    notebook["metadata"].pop("widgets")
    for copy in ("bare.ipynb", "trusted_bare.ipynb"):
        (lab.work / copy).write_text(json.dumps(notebook))
    jupyter(lab, "jupyter", "trust", "trusted_state.ipynb", "trusted_bare.ipynb")
    return lab.work


@pytest.mark.parametrize("name", ["bare", "state", "trusted_bare", "trusted_state"])
@pytest.mark.parametrize("place", ["lab/tree", "notebooks"])
def test_a_notebook_opened_again_shows_its_first_page_once(page, lab: Lab, kept, name, place):
    open_notebook(page, lab, f"{name}.ipynb", place)
    output(page, 0).get_by_text("read by the embedded CPU engine").wait_for()
    text = output(page, 0).inner_text()
    assert text.count("1 Summary") == 1
    assert text.count("3 of 3 pages") == 1
    assert "##" not in text
    assert "not found" not in text
    assert output(page, 0).locator("table >> visible=true").count() == 1
    assert output(page, 0).locator("img >> visible=true").count() == 1
    assert page.locator(".dsocr >> visible=true").count() == 0


def test_a_converted_notebook_shows_its_first_page_offline(browser, lab: Lab, kept: Path):
    jupyter(lab, "nbconvert", "--to", "html", "state.ipynb")
    page = browser.new_page()
    page.route("**/*", lambda r: r.continue_() if r.request.url.startswith("file:") else r.abort())
    page.goto((kept / "state.html").as_uri())
    assert page.inner_text("body").count("1 Summary") == 1
    assert page.locator("img[src^='data:image/png'] >> visible=true").count() == 1
    assert page.locator("table >> visible=true").count() == 1
    page.close()


def test_a_page_that_hosts_code_lets_the_first_page_pass(kept: Path):
    bleach = pytest.importorskip("bleach", reason="pip install bleach")
    outputs = json.loads((kept / "bare.ipynb").read_text())["cells"][0]["outputs"]
    texts = ["".join(one["data"]["text/html"]) for one in outputs if "text/html" in one["data"]]
    allowed = "h1 h2 h3 h4 h5 h6 p br strong em code pre sup sub table thead tbody tr th td div"
    rules = {"tags": allowed.split(), "attributes": {"td": ["rowspan", "colspan"]}}
    body = texts[0].partition("</style>")[2]
    clean = bleach.clean(body, **rules, strip=True)
    for piece in ("1 Summary</h", "read by the embedded CPU engine", "<td>8.9</td>", "<th>"):
        assert piece in clean
    assert [bool(one["data"].get("image/png")) for one in outputs].count(True) == 1
