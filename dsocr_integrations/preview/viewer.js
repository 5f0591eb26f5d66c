// @ts-check
// The viewer: the same code in a notebook (where the model is the widget's) and in a saved
// page (where `page_host.js` plays the model). It asks for pages by messages and is always
// answered, with an error field where something went wrong.

const KEPT_PAGES = 8;
const ANSWER_MS = 30_000;
const SEARCH_DELAY_MS = 200;
const CLASS_NAMES = { title: "titles", text: "text", table: "tables", figure: "figures", formula: "formulas", caption: "captions", margin: "margins", other: "other" };
let views = 0;

/**
 * Draw the viewer into an element.
 * @param {{model: any, el: HTMLElement, signal?: AbortSignal}} host
 * @returns {() => void} what undoes it
 */
function render({ model, el, signal }) {
  const prefix = `dsocr-${(views += 1)}-`;
  const ask = questions(model);
  const shown = { generation: 0, key: "", zoom: 1, raw: false, boxes: true, hidden: /** @type {Set<string>} */ (new Set()) };
  /** @type {{view: any, pictures: Record<string, string>, release: () => void} | null} */
  let current = null;
  /** @type {ReturnType<typeof pageSheet> | null} */
  let sheet = null;
  /** @type {Map<string, Promise<any>>} */
  const kept = new Map();

  const documents = () => model.get("documents") ?? [];
  const documentNow = () => documents()[model.get("document") ?? 0] ?? { pages: [], errors: [] };
  const set = (/** @type {Record<string, unknown>} */ values) => {
    for (const [name, value] of Object.entries(values)) model.set(name, value);
    model.save_changes();
  };

  // ---- parts of the frame
  const title = make("h2", { class: "dsocr-title", dir: "auto" });
  const source = make("span", { class: "dsocr-source", dir: "auto" });
  const engine = make("p", { class: "dsocr-engine" });
  const documentChoice = make("select", { "aria-label": "Document", on: { change: () => turnToDocument(Number(documentChoice.value)) } });
  const back = make("button", { type: "button", "aria-label": "Previous page", text: "‹", on: { click: () => turn(-1) } });
  const on = make("button", { type: "button", "aria-label": "Next page", text: "›", on: { click: () => turn(1) } });
  const pageBox = make("input", { type: "text", inputmode: "numeric", size: 4, "aria-label": "Page", on: { change: () => turnTo(Number(pageBox.value)) } });
  const pageCount = make("span", { class: "dsocr-faint" });
  const search = make("input", { type: "search", placeholder: "Search this document", "aria-label": "Search this document", maxlength: 200, spellcheck: "false" });
  const found = make("span", { class: "dsocr-found", role: "status" });
  const backMatch = make("button", { type: "button", "aria-label": "Previous match", text: "↑", on: { click: () => turnToMatch(-1) } });
  const onMatch = make("button", { type: "button", "aria-label": "Next match", text: "↓", on: { click: () => turnToMatch(1) } });
  const smaller = make("button", { type: "button", "aria-label": "Smaller page", text: "−", on: { click: () => zoom(1 / 1.25) } });
  const larger = make("button", { type: "button", "aria-label": "Larger page", text: "+", on: { click: () => zoom(1.25) } });
  const rawSwitch = make("button", { type: "button", class: "dsocr-switch", "aria-pressed": "false", text: "Raw answer", on: { click: showRaw } });
  const filters = make("div", { class: "dsocr-filters", role: "group", "aria-label": "Blocks shown" });
  const pagePane = make("div", { class: "dsocr-page" });
  const textPane = make("div", { class: "dsocr-text", tabindex: 0, role: "region", "aria-label": "Text of the page" });
  const errors = make("details", { class: "dsocr-errors" });
  const root = make("div", { class: "dsocr", tabindex: -1, "data-lm-suppress-shortcuts": "true", role: "group", "aria-label": "Document viewer" }, [
    make("header", { class: "dsocr-head" }, [make("div", { class: "dsocr-names" }, [title, source]), engine]),
    make("div", { class: "dsocr-bar" }, [
      documentChoice,
      make("span", { class: "dsocr-group" }, [back, pageBox, pageCount, on]),
      make("span", { class: "dsocr-group dsocr-search" }, [search, found, backMatch, onMatch]),
      make("span", { class: "dsocr-group dsocr-end" }, [smaller, larger, rawSwitch]),
    ]),
    filters,
    errors,
    make("div", { class: "dsocr-main" }, [pagePane, textPane]),
  ]);
  el.appendChild(root);

  // ---- turning pages
  /** @param {number} number @param {string} [selected] */
  function turnTo(number, selected = "") {
    const pages = documentNow().pages;
    // A page that failed has no sheet: the nearest one that was read is shown.
    const nearest = pages.reduce(
      (/** @type {any} */ best, /** @type {any} */ page) =>
        best && Math.abs(best.number - number) <= Math.abs(page.number - number) ? best : page,
      null,
    );
    if (nearest && Number.isFinite(number)) set({ page: nearest.number, selected });
    pageBox.value = String(model.get("page"));
  }
  /** @param {number} step */
  function turn(step) {
    const pages = documentNow().pages;
    const place = pages.findIndex((/** @type {any} */ page) => page.number === model.get("page"));
    const next = pages[place + step];
    if (next) turnTo(next.number);
  }
  /** @param {number} place */
  function turnToDocument(place) {
    set({ document: place, page: documents()[place]?.pages[0]?.number ?? 0, selected: "" });
  }
  /** @param {number} step */
  function turnToMatch(step) {
    const matches = model.get("matches") ?? [];
    if (!matches.length) return;
    const here = matches.findIndex((/** @type {any} */ match) => match.id === model.get("selected") && (match.document ?? 0) === (model.get("document") ?? 0));
    const next = matches[here < 0 ? (step > 0 ? 0 : matches.length - 1) : (here + step + matches.length) % matches.length];
    set({ document: next.document ?? model.get("document") ?? 0, page: next.page, selected: next.id });
  }
  /** @param {string} id */
  const select = (id) => set({ selected: model.get("selected") === id ? "" : id });

  // ---- drawing
  function drawFrame() {
    const all = documents();
    const one = documentNow();
    title.textContent = one.title || one.source || "Document";
    source.textContent = one.title ? one.source : "";
    engine.textContent = one.notice ?? "";
    engine.append(" ", make("span", { class: "dsocr-fingerprint", title: `Fingerprint of the engine: ${one.fingerprint}`, text: one.fingerprint ?? "" }));
    documentChoice.hidden = all.length < 2;
    documentChoice.replaceChildren(...all.map((/** @type {any} */ each, /** @type {number} */ place) => make("option", { value: place, title: each.source, text: each.source.split("/").pop() || each.source })));
    documentChoice.value = String(model.get("document") ?? 0);
    const failed = one.errors ?? [];
    errors.hidden = !failed.length;
    errors.replaceChildren(
      make("summary", { text: failed.length === 1 ? "1 page could not be read" : `${failed.length + (one.hidden_errors ?? 0)} pages could not be read` }),
      make("ul", {}, failed.map((/** @type {any} */ error) => make("li", { dir: "auto", text: `${error.number ? `Page ${error.number}` : "Whole file"}: ${error.message} (${error.kind})` }))),
    );
  }

  async function drawPage() {
    const number = model.get("page");
    const place = model.get("document") ?? 0;
    const pages = documentNow().pages;
    const at = pages.findIndex((/** @type {any} */ page) => page.number === number);
    pageBox.value = String(number);
    pageCount.textContent = `of ${documentNow().page_count ?? pages.length}`;
    back.disabled = at <= 0;
    on.disabled = at < 0 || at >= pages.length - 1;
    const key = `${place}/${number}`;
    const generation = (shown.generation += 1);
    if (at < 0) {
      pagePane.replaceChildren();
      textPane.replaceChildren(make("p", { class: "dsocr-faint", text: "There is no page to show." }));
      return;
    }
    root.setAttribute("aria-busy", "true");
    try {
      const answer = await fetchPage(place, number, key);
      if (generation !== shown.generation) return; // a later page was asked for meanwhile
      const turned = shown.key !== key;
      shown.key = key;
      current = answer;
      fill(pages[at], turned);
      const next = pages[at + 1];
      if (next) fetchPage(place, next.number, `${place}/${next.number}`).catch(() => {});
    } catch (error) {
      if (generation !== shown.generation) return;
      pagePane.replaceChildren();
      textPane.replaceChildren(
        make("p", { class: "dsocr-doubt", text: `The page cannot be shown: ${/** @type {Error} */ (error).message}` }),
        make("button", { type: "button", text: "Try again", on: { click: drawPage } }),
      );
    } finally {
      if (generation === shown.generation) root.removeAttribute("aria-busy");
    }
  }

  /** @param {number} place @param {number} number @param {string} key */
  function fetchPage(place, number, key) {
    const known = kept.get(key);
    if (known) {
      kept.delete(key);
      kept.set(key, known);
      return known;
    }
    const coming = ask({ kind: "page", document: place, page: number }).then(unpack);
    kept.set(key, coming);
    coming.catch(() => kept.delete(key));
    for (const old of [...kept.keys()].slice(0, Math.max(0, kept.size - KEPT_PAGES))) {
      kept.get(old)?.then((page) => page.release()).catch(() => {});
      kept.delete(old);
    }
    return coming;
  }

  /** @param {any} entry @param {boolean} turned */
  function fill(entry, turned) {
    if (!current) return;
    const { view, pictures } = current;
    const page = { width: entry.width, height: entry.height, picture: pictures.page ?? null };
    const query = (model.get("query") ?? "").trim().toLowerCase();
    const textId = (/** @type {string} */ id) => `${prefix}${id}`;
    const scrolled = textPane.scrollTop;
    const focused = /** @type {Document | ShadowRoot} */ (root.getRootNode()).activeElement;
    const focusOnPage = pagePane.contains(focused);
    const focusInText = textPane !== focused && textPane.contains(focused);
    sheet = pageSheet({ ...page, name: `Page ${entry.label || view.number} of ${documentNow().page_count}`, blocks: view.blocks, textId, onSelect: select });
    pagePane.replaceChildren(sheet.element);
    const quality = view.reading.trusted ? null : make("p", { class: "dsocr-warning", text: `This page's reading is doubtful: ${view.reading.reasons.join(", ").replaceAll("_", " ")}.` });
    const content = shown.raw
      ? [make("pre", { class: "dsocr-code dsocr-raw", tabindex: 0, text: view.raw || "The engine's raw answer was not kept." })]
      : view.blocks.map((/** @type {Block} */ block) => blockSection(block, { query, page, pictures, elementId: textId(block.id), onSelect: select }));
    textPane.replaceChildren(...[quality, ...content, pageFacts(view)].filter(Boolean));
    if (turned) {
      pagePane.scrollTop = textPane.scrollTop = 0;
    } else textPane.scrollTop = scrolled;
    drawFilters(view.blocks);
    drawMatches();
    drawSelected();
    // What had the focus is gone; without a place to be, keys would go to the notebook.
    if (focusOnPage) (pagePane.querySelector("[tabindex='0']") ?? root).focus({ preventScroll: true });
    if (focusInText) textPane.focus({ preventScroll: true });
  }

  /** @param {Block[]} blocks */
  function drawFilters(blocks) {
    /** @type {Map<string, number>} */
    const counts = new Map();
    for (const block of blocks) counts.set(block.class, (counts.get(block.class) ?? 0) + 1);
    filters.replaceChildren(
      ...Object.entries(CLASS_NAMES)
        .filter(([name]) => counts.has(name))
        .map(([name, words]) => {
          const chip = make("button", { type: "button", class: `dsocr-chip dsocr-is-${name}`, "aria-pressed": String(!shown.hidden.has(name)), text: `${words} ${counts.get(name)}` });
          chip.addEventListener("click", () => {
            if (!shown.hidden.delete(name)) shown.hidden.add(name);
            chip.setAttribute("aria-pressed", String(!shown.hidden.has(name)));
            applyHidden();
          });
          return chip;
        }),
    );
    applyHidden();
  }
  function applyHidden() {
    sheet?.hide(shown.hidden);
    for (const section of textPane.querySelectorAll(".dsocr-block")) section.hidden = shown.hidden.has(section.dataset.class);
  }

  function drawMatches() {
    const matches = model.get("matches") ?? [];
    const query = (model.get("query") ?? "").trim();
    const here = matches.filter((/** @type {any} */ match) => match.page === model.get("page") && (match.document ?? 0) === (model.get("document") ?? 0));
    sheet?.match(new Set(here.map((/** @type {any} */ match) => match.id)));
    found.textContent = query ? `${matches.length} ${matches.length === 1 ? "match" : "matches"}, ${here.length} on this page` : "";
    backMatch.hidden = onMatch.hidden = !matches.length;
    if (document.activeElement !== search && search.value !== (model.get("query") ?? "")) search.value = model.get("query") ?? "";
  }

  function drawSelected() {
    const id = model.get("selected") ?? "";
    const shape = sheet?.select(id);
    for (const section of textPane.querySelectorAll(".dsocr-block")) {
      const chosen = section.dataset.id === id;
      section.classList.toggle("dsocr-chosen", chosen);
      section.querySelector(".dsocr-label")?.setAttribute("aria-pressed", String(chosen));
      if (chosen) scrollInto(textPane, section);
    }
    if (shape) scrollInto(pagePane, shape);
  }

  // ---- commands
  /** @param {number} factor */
  function zoom(factor) {
    shown.zoom = Math.max(0.4, Math.min(5, shown.zoom * factor));
    pagePane.style.setProperty("--dsocr-zoom", String(shown.zoom));
  }
  function showRaw() {
    shown.raw = !shown.raw;
    rawSwitch.setAttribute("aria-pressed", String(shown.raw));
    drawPage();
  }
  let waiting = 0;
  search.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = window.setTimeout(() => set({ query: search.value }), SEARCH_DELAY_MS);
  });
  search.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Enter") return;
    clearTimeout(waiting);
    if (search.value !== model.get("query")) set({ query: search.value });
    turnToMatch(event.shiftKey ? -1 : 1);
  });
  root.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    // The notebook must not take our keys for its own.
    event.stopPropagation();
    const typing = /** @type {Element} */ (event.target).closest("input, select, textarea");
    if (event.key === "Escape") {
      if (typing) root.focus();
      set({ selected: "" });
    } else if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    else if (event.key === "PageDown") turn(1);
    else if (event.key === "PageUp") turn(-1);
    else if (event.key === "/") search.focus();
    else return;
    event.preventDefault();
  });

  // ---- following the model
  const follows = {
    "change:documents": () => { kept.clear(); drawFrame(); drawPage(); },
    "change:document": () => { drawFrame(); drawPage(); },
    "change:page": drawPage,
    "change:selected": drawSelected,
    "change:query": () => { drawMatches(); if (!shown.raw) drawPage(); },
    "change:matches": drawMatches,
  };
  for (const [event, call] of Object.entries(follows)) model.on(event, call);
  const height = model.get("height");
  if (height) root.style.setProperty("--dsocr-height", `${height}px`);
  drawFrame();
  drawPage();

  const undo = () => {
    for (const [event, call] of Object.entries(follows)) model.off(event, call);
    ask.close();
    clearTimeout(waiting);
    for (const page of kept.values()) page.then((answer) => answer.release()).catch(() => {});
    root.remove();
  };
  signal?.addEventListener("abort", undo, { once: true });
  return undo;
}

/**
 * Questions to the model's other side, each answered once or given up after a while.
 * @param {any} model
 */
function questions(model) {
  /** @type {Map<string, {resolve: (answer: any) => void, reject: (error: Error) => void, timer: number}>} */
  const open = new Map();
  const own = `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;
  let count = 0;
  const receive = (/** @type {any} */ content, /** @type {DataView[]} */ buffers) => {
    const waiting = open.get(content?.id);
    if (!waiting) return;
    open.delete(content.id);
    clearTimeout(waiting.timer);
    if (content.error) waiting.reject(new Error(content.error));
    else waiting.resolve({ content, buffers: buffers ?? [] });
  };
  model.on("msg:custom", receive);
  const ask = (/** @type {Record<string, unknown>} */ question) =>
    new Promise((resolve, reject) => {
      const id = `${own}-${(count += 1)}`;
      const timer = window.setTimeout(() => {
        open.delete(id);
        reject(new Error("Python does not answer. Is the kernel running? Run the cell again."));
      }, ANSWER_MS);
      open.set(id, { resolve, reject, timer });
      model.send({ ...question, id });
    });
  ask.close = () => {
    model.off("msg:custom", receive);
    for (const { timer } of open.values()) clearTimeout(timer);
    open.clear();
  };
  return ask;
}

/**
 * A page's answer with its pictures as addresses that an image element takes.
 * @param {{content: any, buffers: DataView[]}} answer
 */
function unpack({ content, buffers }) {
  /** @type {Record<string, string>} */
  const pictures = {};
  /** @type {string[]} */
  const made = [];
  for (const picture of content.pictures ?? []) {
    if (picture.url) pictures[picture.name] = picture.url;
    else if (buffers[picture.buffer]) {
      const url = URL.createObjectURL(new Blob([/** @type {any} */ (buffers[picture.buffer])], { type: picture.type }));
      pictures[picture.name] = url;
      made.push(url);
    }
  }
  return { view: content.view, pictures, release: () => made.forEach((url) => URL.revokeObjectURL(url)) };
}

/**
 * Scroll a pane, and nothing around it, until the element is seen.
 * @param {HTMLElement} pane
 * @param {Element} element
 */
function scrollInto(pane, element) {
  const frame = pane.getBoundingClientRect();
  const box = element.getBoundingClientRect();
  if (box.top >= frame.top && box.bottom <= frame.bottom) return;
  const smooth = !matchMedia("(prefers-reduced-motion: reduce)").matches;
  const middle = Math.max(0, (frame.height - box.height) / 2);
  pane.scrollTo({ top: pane.scrollTop + box.top - frame.top - middle, behavior: smooth ? "smooth" : "auto" });
}

export default { render };
