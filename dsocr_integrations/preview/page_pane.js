// @ts-check
// The page: its picture with one focusable shape for each block.

/** @typedef {[number, number, number, number]} Box */
/** @typedef {{id: string, name: string, label: string, class: string, boxes: Box[], nodes: any[], plain: string,
 *   folded?: string, confidence: number | null, doubts: string[], figure: any}} Block */

const GRID = 999;

// The tallest crop, in units of the host's letter size.
const CROP_REM = 20;

// Boxes are tight: drawn a little larger, their line leaves the letters alone.
const ROOM = 4;

/**
 * The sheet with picture and boxes.
 * @param {{width: number, height: number, name: string, picture: string | null,
 *   blocks: Block[], textId: (id: string) => string, onSelect: (id: string) => void,
 *   onNear: (id: string) => void}} page
 */
function pageSheet(page) {
  const boxed = page.blocks.filter((block) => block.boxes.length);
  const shapes = boxed.map((block, place) =>
    makeSvg(
      "g",
      {
        role: "button",
        tabindex: place === 0 ? 0 : -1,
        class: `dsocr-shape dsocr-is-${block.class}`,
        "data-id": block.id,
        "data-class": block.class,
        "aria-pressed": "false",
        "aria-label": `${block.name}, block ${place + 1} of ${boxed.length}`,
        "aria-describedby": page.textId(block.id),
      },
      block.boxes.flatMap(([x0, y0, x1, y1]) => {
        const at = { x: x0 - ROOM, y: y0 - ROOM, width: x1 - x0 + 2 * ROOM, height: y1 - y0 + 2 * ROOM, rx: 3 };
        return [
          makeSvg("rect", { ...at, class: "dsocr-casing", "aria-hidden": "true" }),
          makeSvg("rect", { ...at, class: "dsocr-box" }),
        ];
      }),
    ),
  );
  const overlay = makeSvg(
    "svg",
    {
      class: "dsocr-overlay",
      viewBox: `0 0 ${GRID} ${GRID}`,
      preserveAspectRatio: "none",
      role: "group",
      "aria-label": `Blocks of ${page.name}`,
    },
    shapes,
  );
  // Small boxes on top, else a block inside another could not be reached by the mouse.
  const area = (/** @type {Block} */ block) =>
    block.boxes.reduce((sum, [x0, y0, x1, y1]) => sum + (x1 - x0) * (y1 - y0), 0);
  boxed
    .map((block, place) => ({ size: area(block), shape: shapes[place] }))
    .sort((a, b) => b.size - a.size)
    .forEach(({ shape }) => overlay.appendChild(shape));

  const tag = make("div", { class: "dsocr-tag", "aria-hidden": "true", hidden: true });
  const picture = page.picture
    ? make("img", { src: page.picture, alt: page.name, draggable: "false" })
    : make("div", { class: "dsocr-blank", text: "No picture of this page" });
  // The sheet listens, not the overlay: a drawing that listens for focus is a stop of the Tab key.
  const sheet = make("div", { class: "dsocr-sheet" }, [picture, overlay, tag]);
  sheet.style.aspectRatio = `${page.width} / ${page.height}`;

  /** @param {Block | undefined} block */
  const showTag = (block) => {
    tag.hidden = !block;
    if (!block) return;
    const [x0, y0] = block.boxes[0];
    tag.textContent = block.confidence === null ? block.name : `${block.name} · ${Math.round(block.confidence * 100)} %`;
    tag.dataset.class = block.class;
    tag.style.left = `${(x0 / GRID) * 100}%`;
    tag.style.top = `${(y0 / GRID) * 100}%`;
  };
  /** @param {EventTarget | null} target */
  const shapeOf = (target) => /** @type {Element} */ (target)?.closest?.("[data-id]");
  const blockOf = (/** @type {Element | null | undefined} */ shape) =>
    boxed.find((block) => block.id === shape?.getAttribute("data-id"));

  sheet.addEventListener("click", (/** @type {Event} */ event) => {
    const block = blockOf(shapeOf(event.target));
    if (block) page.onSelect(block.id);
  });
  const near = (/** @type {Block | undefined} */ block) => {
    showTag(block);
    page.onNear(block?.id ?? "");
  };
  sheet.addEventListener("pointerover", (/** @type {Event} */ event) => near(blockOf(shapeOf(event.target))));
  sheet.addEventListener("pointerleave", () => near(undefined));
  sheet.addEventListener("focusin", (/** @type {Event} */ event) => near(blockOf(shapeOf(event.target))));
  sheet.addEventListener("focusout", () => near(undefined));
  sheet.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    const shape = shapeOf(event.target);
    const block = blockOf(shape);
    if (!shape || !block || event.shiftKey) return;
    if (event.key === "Enter" || event.key === " ") page.onSelect(block.id);
    else {
      // Arrows follow the reading order, whatever the order of drawing.
      const seen = shapes.filter((one) => !one.classList.contains("dsocr-hidden"));
      const place = seen.indexOf(/** @type {SVGElement} */ (shape));
      /** @type {Record<string, number>} */
      const steps = { ArrowDown: place + 1, ArrowRight: place + 1, ArrowUp: place - 1, ArrowLeft: place - 1, Home: 0, End: seen.length - 1 };
      if (!(event.key in steps)) return;
      focusShape(seen[Math.max(0, Math.min(seen.length - 1, steps[event.key]))]);
    }
    event.preventDefault();
    event.stopPropagation();
  });

  /** @param {Element | undefined} shape */
  const focusShape = (shape) => {
    for (const one of shapes) one.setAttribute("tabindex", one === shape ? "0" : "-1");
    /** @type {SVGElement | undefined} */ (shape)?.focus();
  };

  return {
    element: sheet,
    /** @param {string} id */
    select(id) {
      let chosen = null;
      for (const shape of shapes) {
        const pressed = shape.getAttribute("data-id") === id;
        shape.setAttribute("aria-pressed", String(pressed));
        if (pressed) chosen = shape;
      }
      if (chosen) for (const one of shapes) one.setAttribute("tabindex", one === chosen ? "0" : "-1");
      return chosen;
    },
    /** @param {Set<string>} hidden classes of blocks not to show */
    hide(hidden) {
      for (const shape of shapes) shape.classList.toggle("dsocr-hidden", hidden.has(shape.getAttribute("data-class") ?? ""));
      const reachable = shapes.find((one) => one.getAttribute("tabindex") === "0" && !one.classList.contains("dsocr-hidden"));
      const first = shapes.find((one) => !one.classList.contains("dsocr-hidden"));
      if (!reachable) for (const one of shapes) one.setAttribute("tabindex", one === first ? "0" : "-1");
    },
    /** @param {string} id of the block whose text the pointer is on */
    near(id) {
      for (const shape of shapes) shape.classList.toggle("dsocr-near", shape.getAttribute("data-id") === id);
    },
    /** Lay drawings over the page in place of those that lay there. @param {HTMLElement[]} layers */
    lay(layers) {
      sheet.querySelectorAll(".dsocr-layer").forEach((/** @type {Element} */ one) => one.remove());
      sheet.append(...layers);
    },
    /** Mark a cell of a table. @param {Box | null} box */
    markCell(box) {
      sheet.querySelector(".dsocr-cell-box")?.remove();
      if (!box) return;
      const mark = make("div", { class: "dsocr-cell-box", "aria-hidden": "true" });
      const [x0, y0, x1, y1] = box.map((v) => (v / GRID) * 100);
      Object.assign(mark.style, { left: `${x0}%`, top: `${y0}%`, width: `${x1 - x0}%`, height: `${y1 - y0}%` });
      sheet.append(mark);
    },
    /** Show the page more sharply. @param {string} src */
    sharpen(src) {
      picture.src = src;
    },
    /** How many pixels of the screen a pixel of the picture fills. */
    get stretch() {
      return picture.naturalWidth ? (sheet.clientWidth * devicePixelRatio) / picture.naturalWidth : 0;
    },
    /** @param {Set<string>} ids blocks that hold the query */
    match(ids) {
      for (const shape of shapes) shape.classList.toggle("dsocr-match", ids.has(shape.getAttribute("data-id") ?? ""));
    },
  };
}

/**
 * A piece of the page's picture; the same picture, seen through a smaller window.
 * @param {{width: number, height: number, picture: string | null}} page
 * @param {Box} box
 * @param {string} name
 */
function pageCrop(page, box, name) {
  if (!page.picture) return null;
  const [x0, y0, x1, y1] = box;
  const left = (x0 / GRID) * page.width;
  const top = (y0 / GRID) * page.height;
  const width = Math.max(1, ((x1 - x0) / GRID) * page.width);
  const height = Math.max(1, ((y1 - y0) / GRID) * page.height);
  const picture = makeSvg("image", { href: page.picture, width: page.width, height: page.height, preserveAspectRatio: "none" });
  const crop = makeSvg("svg", { class: "dsocr-crop", viewBox: `${left} ${top} ${width} ${height}`, role: "img", "aria-label": name }, [picture]);
  crop.style.aspectRatio = `${width} / ${height}`;
  // As tall as allowed and no wider than that makes it: in a wider frame, neighbours would show.
  crop.style.width = `min(100%, ${(CROP_REM * width) / height}rem)`;
  return crop;
}
