"""A document that has what viewers stumble over, and a host of few lines for the viewer."""

from __future__ import annotations

from PIL import Image, ImageDraw

from dsocr_integrations.preview.assets import viewer_module, viewer_style
from dsocr_integrations.records.documents import Block, Document, Figure, Page, Table, TableSpan
from dsocr_integrations.records.readings import PageQuality, PageReading
from tests.builders import make_document, make_page

LONG = "Filler words stand here so that the block is long. " * 30

# Pages are played back from what the test gives; a model of a notebook does as little.
HOST = """async ({module, style, state, pages, shadow}) => {
    const url = URL.createObjectURL(new Blob([module], {type: "text/javascript"}));
    const {default: viewer} = await import(url);
    const place = document.body.appendChild(document.createElement("div"));
    const root = shadow ? place.attachShadow({mode: "open"}) : place;
    root.append(Object.assign(document.createElement("style"), {textContent: style}));
    const home = root.appendChild(document.createElement("div"));
    const calls = new Map();
    const tell = (event, ...values) => (calls.get(event) ?? []).forEach((call) => call(...values));
    window.held = [];
    window.model = {
        get: (name) => state[name],
        set: (name, value) => { if (state[name] !== value) { state[name] = value; window.model.changed.add(name); } },
        changed: new Set(),
        save_changes() { const all = [...this.changed]; this.changed.clear(); all.forEach((one) => tell(`change:${one}`)); },
        on: (event, call) => calls.set(event, [...(calls.get(event) ?? []), call]),
        off() {},
        send(asked) {
            const answer = () => tell("msg:custom", {id: asked.id, view: pages[asked.page], pictures: []}, []);
            if (window.hold) window.held.push(answer); else queueMicrotask(answer);
        },
    };
    viewer.render({model: window.model, el: home});
}"""


def host_arguments(view: dict, pages: dict, *, shadow: bool = False, **state: object) -> dict:
    """What `HOST` takes."""
    first = view["pages"][0]["number"]
    state = {
        "document_view": view,
        "page": first,
        "selected": "",
        "query": "",
        "matches": [],
        **state,
    }
    return {
        "module": viewer_module(),
        "style": viewer_style(),
        "state": state,
        "pages": pages,
        "shadow": shadow,
    }


def striped(_document: Document, _page: Page) -> Image.Image:
    """A page with a red band above and below the tall figure of `odd_document`."""
    image = Image.new("RGB", (595, 842), "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 595, 842), fill="red")
    draw.rectangle((238, 84, 357, 758), fill="blue")
    return image


def odd_document() -> Document:
    """Spans, styles across blanks, a far hit, other engines, Hebrew, a tall figure."""
    spanning = Table(
        columns=("Name", "Year", "Value"),
        header=(("Name", "Year", "Value"),),
        header_rows=1,
        rows=(("Heron, grey", "2023", "1"), ("", "2024", "2"), ("Stork", "2024", "=3+4")),
        spans=(TableSpan(row=1, column=0, row_span=2),),
    )
    hebrew = Table(columns=("", ""), rows=(("שנה", "מכירות"), ("סך", "הכל")))
    first = make_page(
        1,
        blocks=(
            Block(
                label="title", boxes=((80, 60, 920, 110),), text="# Birds of the **River**  Delta"
            ),
            Block(
                label="text", boxes=((80, 130, 920, 240),), text="Ｆｕｌｌ width and ﬁne ligatures."
            ),
            Block(label="table", boxes=((80, 300, 920, 500),), table=spanning),
            Block(label="page_footer", boxes=((80, 950, 920, 980),), text="A hidden heron footer."),
        ),
    )
    far = tuple(
        Block(label="text", boxes=((80, 20 + 8 * n, 920, 26 + 8 * n),), text=LONG)
        for n in range(110)
    )
    needle = Block(
        label="text", boxes=((80, 940, 920, 950),), text=f"{LONG}A needle lies here. {LONG}"
    )
    server = PageReading(
        engine="server", fingerprint="server/9", vision_tokens=256, output_tokens=900
    )
    second = make_page(2, blocks=(*far, needle), reading=server)
    tall = Figure(number=1, block=1, kind="chart", boxes=((400, 100, 600, 900),))
    third = make_page(
        3,
        blocks=(
            Block(label="table", boxes=((80, 20, 920, 90),), table=hebrew),
            Block(label="image", boxes=((400, 100, 600, 900),)),
        ),
        figures=(tall,),
        reading=PageReading(
            engine="embedded",
            fingerprint="embedded/test",
            quality=PageQuality(trusted=False, reasons=("loop",)),
        ),
    )
    return make_document(1).model_copy(
        update={
            "title": "untitled",
            "source": "/home/mallory/private/birds.pdf",
            "pages": (first, second, third),
            "errors": (),
            "page_count": 3,
        }
    )
