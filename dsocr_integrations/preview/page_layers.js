// @ts-check
// What is drawn over the page when it is asked for, and moving the page by hand.

const MAX_NUMBERED = 400;

/**
 * Lines from block to block in reading order, each block numbered.
 * @param {Block[]} blocks
 */
function orderLayer(blocks) {
  // Before the left edge, where numbers hide nothing of what is printed.
  const middles = blocks.map(({ boxes: [[x0, y0, , y1]] }) => [x0, (y0 + y1) / 2]);
  const line = makeSvg("polyline", { points: middles.map((point) => point.join(",")).join(" ") });
  const numbers = blocks.slice(0, MAX_NUMBERED).map((_, at) => {
    const number = make("span", { text: String(at + 1) });
    const [left, top] = middles[at].map((v) => `${(v / GRID) * 100}%`);
    Object.assign(number.style, { left: `max(${left}, 22px)`, top });
    return number;
  });
  return make("div", { class: "dsocr-layer dsocr-order", "aria-hidden": "true" }, [layerDrawing([line]), ...numbers]);
}

/**
 * Boxes of words, or that there are none.
 * @param {Box[]} boxes
 */
function wordLayer(boxes) {
  const rects = boxes.map(([x0, y0, x1, y1]) => makeSvg("rect", { x: x0, y: y0, width: x1 - x0, height: y1 - y0 }));
  const none = make("p", { role: "status", class: "dsocr-tag", text: "This page has no text layer that tells where its words are." });
  return make("div", { class: "dsocr-layer dsocr-words" }, [boxes.length ? layerDrawing(rects) : none]);
}

/** @param {Element[]} shapes */
const layerDrawing = (shapes) => makeSvg("svg", { "aria-hidden": "true", viewBox: `0 0 ${GRID} ${GRID}`, preserveAspectRatio: "none" }, shapes);

/**
 * Let the page be dragged, also with the space bar held, when boxes are left alone.
 * @param {HTMLElement} pane
 * @param {HTMLElement} root
 */
function letPan(pane, root) {
  /** @type {{x: number, y: number, left: number, top: number} | null} */
  let from = null;
  let hasMoved = false;
  pane.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || event.pointerType === "touch") return;
    [from, hasMoved] = [{ x: event.clientX, y: event.clientY, left: pane.scrollLeft, top: pane.scrollTop }, false];
  });
  pane.addEventListener("pointermove", (event) => {
    if (!from || !(event.buttons & 1)) return;
    const [across, down] = [event.clientX - from.x, event.clientY - from.y];
    if (!hasMoved && Math.hypot(across, down) < 5) return;
    if (!hasMoved) pane.setPointerCapture(event.pointerId);
    hasMoved = true;
    pane.classList.add("dsocr-panning");
    [pane.scrollLeft, pane.scrollTop] = [from.left - across, from.top - down];
  });
  const end = () => {
    from = null;
    pane.classList.remove("dsocr-panning");
  };
  pane.addEventListener("pointerup", end);
  pane.addEventListener("pointercancel", end);
  // Where a drag ends is no choice.
  pane.addEventListener("click", (event) => {
    if (hasMoved) event.stopPropagation();
    hasMoved = false;
  }, true);
  const release = () => root.classList.remove("dsocr-grab");
  root.addEventListener("keydown", (event) => {
    const busy = /** @type {Element} */ (event.target).closest("button, input, select, textarea, summary, [role=button], [data-cell], pre, .dsocr-text");
    if (event.key !== " " || busy) return;
    root.classList.add("dsocr-grab");
    event.preventDefault();
  });
  root.addEventListener("keyup", (event) => { if (event.key === " ") release(); });
  root.addEventListener("focusout", release);
}
