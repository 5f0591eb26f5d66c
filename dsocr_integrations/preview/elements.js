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
