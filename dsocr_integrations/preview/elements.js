// @ts-check
// Elements made from the typed tree that Python sends. Text goes in as text; nothing here
// parses Markdown or HTML. What was read stands in elements of the class `dsocr-said`, in the
// order in which it is searched.

/** @typedef {{text: string, style?: string, mathml?: any}} Run */
/** @typedef {{runs: Run[], header: boolean, number: boolean, rowspan: number, colspan: number,
 *   column: number}} Cell */
/** @typedef {{kind: string, runs?: Run[], level?: number, marker?: string, text?: string, mathml?: any,
 *   rows?: Cell[][], hidden_rows?: number, direction?: string, csv?: string}} Node_ */

/** @typedef {{name: string, onSelect: (id: string) => void, save?: (id: string, form: string) => void}} Owner
 *   the block that something is part of */

const SVG = "http://www.w3.org/2000/svg";
const MATHML = "http://www.w3.org/1998/Math/MathML";
const STYLE_TAGS = { bold: "strong", italic: "em", code: "code", math: "code", sup: "sup", sub: "sub", mark: "mark" };

/**
 * Make an element.
 * @param {string} tag
 * @param {Record<string, unknown>} [attributes] `class`, `text` and `on` are special.
 * @param {(Node | null)[]} [children]
 * @returns {any}
 */
function make(tag, attributes = {}, children = []) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "text") element.textContent = String(value);
    else if (name === "on") {
      for (const [event, call] of Object.entries(/** @type {any} */ (value))) {
        element.addEventListener(event, call);
      }
    } else element.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children) if (child) element.appendChild(child);
  return element;
}

/**
 * @param {string} tag
 * @param {Record<string, unknown>} attributes
 * @param {Element[]} [children]
 */
function makeSvg(tag, attributes, children = []) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  for (const child of children) element.appendChild(child);
  return element;
}

/**
 * A formula, element by element.
 * @param {any} node
 * @returns {Element | null}
 */
function mathElement(node) {
  if (!node) return null;
  const element = document.createElementNS(MATHML, node.tag);
  for (const [name, value] of Object.entries(node.attributes ?? {})) element.setAttribute(name, String(value));
  if (node.text) element.textContent = node.text;
  for (const child of node.children ?? []) element.append(/** @type {Element} */ (mathElement(child)));
  return element;
}

/**
 * @param {Run[]} runs
 * @returns {Node[]}
 */
function runElements(runs) {
  return runs.map((run) => {
    const tag = run.style && STYLE_TAGS[/** @type {keyof typeof STYLE_TAGS} */ (run.style)];
    if (!tag) return document.createTextNode(run.text);
    if (run.style === "math") return make("span", { class: "dsocr-formula" }, [mathElement(run.mathml), make("code", { class: "dsocr-math", "aria-hidden": run.mathml ? "true" : null, text: run.text })]);
    return make(tag, { text: run.text });
  });
}

/**
 * @param {Node_} node
 * @param {Owner} [owner]
 * @returns {HTMLElement}
 */
function nodeElement(node, owner) {
  const inside = runElements(node.runs ?? []);
  switch (node.kind) {
    case "heading":
      // The page's own headings live below the viewer's.
      return make(`h${Math.min(6, (node.level ?? 1) + 2)}`, { class: `dsocr-said dsocr-h${node.level}`, dir: "auto" }, inside);
    case "item":
      return make("div", { class: "dsocr-item", dir: "auto" }, [
        make("span", { class: "dsocr-marker", text: node.marker }),
        make("span", { class: "dsocr-said" }, inside),
      ]);
    case "code":
      return make("pre", { class: "dsocr-said dsocr-code", tabindex: 0, text: node.text });
    case "math":
      if (!node.mathml) return make("pre", { class: "dsocr-said dsocr-code dsocr-math", tabindex: 0, text: node.text });
      return make("div", { class: "dsocr-formula dsocr-display" }, [
        make("div", { class: "dsocr-scroll", tabindex: 0, role: "group", "aria-label": "Formula" }, [mathElement(node.mathml)]),
        make("pre", { class: "dsocr-said dsocr-code dsocr-math", "aria-hidden": "true", text: node.text }),
        copyButton("Copy LaTeX", () => node.text ?? ""),
      ]);
    case "table":
      return tableElement(node, owner);
    default:
      return make("p", { class: "dsocr-said", dir: "auto" }, inside);
  }
}

/**
 * A real table, with what it can be taken as. Cells of a block can be chosen.
 * @param {Node_} node
 * @param {Owner} [owner]
 */
function tableElement(node, owner) {
  const rows = node.rows ?? [];
  let isFirst = true;
  /** @param {Cell} cell @param {number} row */
  const cellElement = (cell, row) => {
    const stop = isFirst ? 0 : -1;
    isFirst = false;
    return make(
      cell.header ? "th" : "td",
      {
        dir: "auto",
        scope: cell.header ? "col" : null,
        class: cell.number ? "dsocr-said dsocr-number" : "dsocr-said",
        rowspan: cell.rowspan > 1 ? cell.rowspan : null,
        colspan: cell.colspan > 1 ? cell.colspan : null,
        ...(owner ? { role: cell.header ? "columnheader" : "gridcell", "data-cell": `r${row}-c${cell.column}`, tabindex: stop, "aria-selected": "false" } : {}),
      },
      runElements(cell.runs),
    );
  };
  const isHead = (/** @type {Cell[]} */ row) => row.length > 0 && row.every((cell) => cell.header);
  const lines = (/** @type {Cell[][]} */ some, /** @type {number} */ from) => some.map((row, at) => make("tr", {}, row.map((cell) => cellElement(cell, from + at))));
  const body = rows.findIndex((row) => !isHead(row));
  const head = rows.slice(0, body < 0 ? rows.length : body);
  const table = make("table", { dir: node.direction, role: owner ? "grid" : null, "aria-label": owner ? "Table" : null }, [
    head.length ? make("thead", {}, lines(head, 0)) : null,
    make("tbody", {}, lines(rows.slice(head.length), head.length)),
  ]);
  if (owner) walkCells(table, rows, owner);
  const scrolls = owner ? {} : { tabindex: 0, role: "group", "aria-label": "Table, scrolls sideways" };
  return make("div", { class: "dsocr-table" }, [
    make("div", { class: "dsocr-scroll", ...scrolls }, [table]),
    node.hidden_rows ? make("p", { class: "dsocr-faint", text: `${node.hidden_rows} more rows are not shown; a copy holds them.` }) : null,
    make("div", { class: "dsocr-takes" }, [copyButton("Copy as CSV", () => node.csv ?? ""), owner?.save ? saveChoice(owner) : null]),
  ]);
}

const FORM_NAMES = { csv: "CSV", xlsx: "XLSX", md: "Markdown", html: "HTML" };

/** A choice of forms to save a table in. @param {Owner} owner */
function saveChoice(owner) {
  const choice = make("select", { class: "dsocr-small", "aria-label": "Save the table as" }, [
    make("option", { value: "", text: "Save as…" }),
    ...Object.entries(FORM_NAMES).map(([form, text]) => make("option", { value: form, text })),
  ]);
  choice.addEventListener("change", () => {
    if (choice.value) owner.save?.(owner.name, choice.value);
    choice.value = "";
  });
  return choice;
}

/**
 * Arrows go from cell to cell, as they lie; Enter chooses one.
 * @param {HTMLTableElement} table
 * @param {Cell[][]} rows
 * @param {Owner} owner
 */
function walkCells(table, rows, owner) {
  /** The cell that covers a place. @param {number} row @param {number} column */
  const nameAt = (row, column) => {
    for (let at = Math.min(row, rows.length - 1); at >= 0; at -= 1) {
      const cell = rows[at].find((one) => one.column <= column && column < one.column + one.colspan && at + one.rowspan > row);
      if (cell) return `r${at}-c${cell.column}`;
    }
    return "";
  };
  table.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    const cell = /** @type {HTMLElement} */ (event.target).closest("[data-cell]");
    if (!(cell instanceof HTMLTableCellElement)) return;
    const [row, column] = (cell.dataset.cell ?? "").slice(1).split("-c").map(Number);
    const isRtl = table.dir === "rtl";
    const [before, after] = [column - 1, column + cell.colSpan];
    /** @type {Record<string, [number, number]>} */
    const goes = {
      ArrowUp: [row - 1, column],
      ArrowDown: [row + cell.rowSpan, column],
      ArrowRight: [row, isRtl ? before : after],
      ArrowLeft: [row, isRtl ? after : before],
      Home: [row, 0],
      End: [row, rows[row].at(-1)?.column ?? 0],
    };
    if (event.key === "Enter" || event.key === " ") owner.onSelect(`${owner.name}-${cell.dataset.cell}`);
    else if (event.key in goes) {
      const next = /** @type {HTMLElement | null} */ (table.querySelector(`[data-cell="${nameAt(...goes[event.key])}"]`));
      if (next) {
        for (const one of table.querySelectorAll("[tabindex='0']")) one.setAttribute("tabindex", "-1");
        next.tabIndex = 0;
        next.focus();
      }
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
}

/**
 * @param {string} label
 * @param {() => string} text
 */
function copyButton(label, text) {
  const button = make("button", { class: "dsocr-small", type: "button", text: label });
  button.addEventListener("click", async (/** @type {Event} */ event) => {
    event.stopPropagation();
    try {
      await navigator.clipboard.writeText(text());
      button.textContent = "Copied";
    } catch {
      button.textContent = "The browser does not allow copying here";
    }
    setTimeout(() => (button.textContent = label), 1600);
  });
  return button;
}

/**
 * Hand a file to the person at the browser.
 * @param {DataView} data
 * @param {string} name
 */
function download(data, name) {
  const href = URL.createObjectURL(new Blob([/** @type {any} */ (data)]));
  make("a", { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), 10_000);
}

/**
 * Scroll an element into the middle of a pane and of what scrolls inside it, and nothing around.
 * Blocks out of sight have no height of their own until they come into view, so that one jump
 * may land elsewhere: it is looked at again until the element stays.
 * @param {HTMLElement} pane
 * @param {() => Element | null | undefined} wanted
 */
function bringInto(pane, wanted) {
  let [frames, still] = [40, 0];
  const step = () => {
    const element = wanted();
    if (!element?.isConnected) return;
    let moved = false;
    for (let frame = element.parentElement; frame && pane.contains(frame); frame = frame.parentElement) {
      moved = scrolledTo(frame, element) || moved;
    }
    still = moved ? 0 : still + 1;
    frames -= 1;
    if (frames && still < 4) requestAnimationFrame(step);
  };
  step();
}

/**
 * @param {HTMLElement} frame
 * @param {Element} element
 */
function scrolledTo(frame, element) {
  if (frame.scrollHeight <= frame.clientHeight + 1 && frame.scrollWidth <= frame.clientWidth + 1) return false;
  if (getComputedStyle(frame).overflowY === "visible") return false;
  const around = frame.getBoundingClientRect();
  const box = element.getBoundingClientRect();
  const before = [frame.scrollTop, frame.scrollLeft];
  // Of what is taller than the frame, the beginning counts.
  if (box.top < around.top || box.bottom > around.bottom) {
    frame.scrollTop += box.top - around.top - Math.max(8, (around.height - box.height) / 2);
  }
  if (box.left < around.left || box.right > around.right) {
    frame.scrollLeft += box.left - around.left - Math.max(8, (around.width - box.width) / 2);
  }
  return before[0] !== frame.scrollTop || before[1] !== frame.scrollLeft;
}
