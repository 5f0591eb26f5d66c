// @ts-check
// Elements made from the typed tree that Python sends. Text goes in as text; nothing here
// parses Markdown or HTML.

/** @typedef {{text: string, style?: string}} Run */
/** @typedef {{runs: Run[], header: boolean, number: boolean, rowspan: number, colspan: number}} Cell */
/** @typedef {{kind: string, runs?: Run[], level?: number, marker?: string, text?: string,
 *   rows?: Cell[][], hidden_rows?: number}} Node_ */

const SVG = "http://www.w3.org/2000/svg";
const STYLE_TAGS = { bold: "strong", italic: "em", code: "code", math: "code", sup: "sup", sub: "sub" };

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
 * Text with every place of the query marked.
 * @param {string} text
 * @param {string} query lower case, or empty
 * @returns {Node[]}
 */
function marked(text, query) {
  const lower = text.toLowerCase();
  // Lower case can change a text's length (İ); places would then be wrong.
  if (!query || lower.length !== text.length) return [document.createTextNode(text)];
  /** @type {Node[]} */
  const out = [];
  let at = 0;
  for (let hit = lower.indexOf(query); hit >= 0; hit = lower.indexOf(query, at)) {
    if (hit > at) out.push(document.createTextNode(text.slice(at, hit)));
    out.push(make("mark", { text: text.slice(hit, hit + query.length) }));
    at = hit + query.length;
  }
  if (at < text.length) out.push(document.createTextNode(text.slice(at)));
  return out;
}

/**
 * @param {Run[]} runs
 * @param {string} query
 * @returns {Node[]}
 */
function runElements(runs, query) {
  return runs.flatMap((run) => {
    const inside = marked(run.text, query);
    const tag = run.style && STYLE_TAGS[/** @type {keyof typeof STYLE_TAGS} */ (run.style)];
    return tag ? [make(tag, { class: run.style === "math" ? "dsocr-math" : null }, inside)] : inside;
  });
}

/**
 * @param {Node_} node
 * @param {string} query
 * @returns {HTMLElement}
 */
function nodeElement(node, query) {
  const inside = runElements(node.runs ?? [], query);
  switch (node.kind) {
    case "heading":
      // The page's own headings live below the viewer's.
      return make(`h${Math.min(6, (node.level ?? 1) + 2)}`, { class: `dsocr-h${node.level}`, dir: "auto" }, inside);
    case "item":
      return make("div", { class: "dsocr-item", dir: "auto" }, [
        make("span", { class: "dsocr-marker", text: node.marker }),
        make("span", {}, inside),
      ]);
    case "code":
      return make("pre", { class: "dsocr-code", tabindex: 0 }, marked(node.text ?? "", query));
    case "math":
      return make("pre", { class: "dsocr-code dsocr-math", tabindex: 0 }, marked(node.text ?? "", query));
    case "table":
      return tableElement(node, query);
    default:
      return make("p", { dir: "auto" }, inside);
  }
}

/**
 * A real table, with a button that copies it.
 * @param {Node_} node
 * @param {string} query
 */
function tableElement(node, query) {
  const rows = node.rows ?? [];
  /** @param {Cell} cell */
  const cellElement = (cell) =>
    make(
      cell.header ? "th" : "td",
      {
        dir: "auto",
        scope: cell.header ? "col" : null,
        class: cell.number ? "dsocr-number" : null,
        rowspan: cell.rowspan > 1 ? cell.rowspan : null,
        colspan: cell.colspan > 1 ? cell.colspan : null,
      },
      runElements(cell.runs, query),
    );
  const isHead = (/** @type {Cell[]} */ row) => row.length > 0 && row.every((cell) => cell.header);
  const lines = (/** @type {Cell[][]} */ some) => some.map((row) => make("tr", {}, row.map(cellElement)));
  const head = rows.filter(isHead);
  const table = make("table", {}, [
    head.length ? make("thead", {}, lines(head)) : null,
    make("tbody", {}, lines(rows.filter((row) => !isHead(row)))),
  ]);
  return make("div", { class: "dsocr-table" }, [
    make("div", { class: "dsocr-scroll", tabindex: 0, role: "group", "aria-label": "Table, scrolls sideways" }, [table]),
    node.hidden_rows ? make("p", { class: "dsocr-faint", text: `${node.hidden_rows} more rows are not shown.` }) : null,
    copyButton("Copy as CSV", () => csv(rows)),
  ]);
}

/**
 * Comma-separated text; cells that a spreadsheet would take for a formula are quoted.
 * @param {Cell[][]} rows
 */
function csv(rows) {
  const plainNumber = /^[-+]?[\d.,\s]+%?$/;
  return rows
    .map((row) =>
      row
        .flatMap((cell) => {
          let text = cell.runs.map((run) => run.text).join("");
          if (/^[=+\-@\t\r]/.test(text) && !plainNumber.test(text)) text = `'${text}`;
          const quoted = /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
          return [quoted, ...Array(Math.max(0, cell.colspan - 1)).fill("")];
        })
        .join(","),
    )
    .join("\n");
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
