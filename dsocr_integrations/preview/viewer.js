// @ts-check
// The viewer: the same code in a notebook (where the model is the widget's) and in a saved
// page (where `page_host.js` plays the model). Here the model and what is shown meet.

const SLOW_MS = 1_500;
/** @type {Record<string, [number, number]>} */
const PANS = { ArrowUp: [0, -80], ArrowDown: [0, 80], ArrowLeft: [-80, 0], ArrowRight: [80, 0] };
let views = 0;

/**
 * Draw the viewer into an element.
 * @param {{model: any, el: HTMLElement, signal?: AbortSignal}} host
 * @returns {() => void} what undoes it
 */
function render({ model, el, signal }) {
  const library = () => model.get("library") ?? [];
  const place = () => placeIn(model);
  const documentNow = () => documentIn(model);
  // An index opens one document after another in the same place.
  const which = () => ({ document: place(), of: documentNow().id ?? "" });
  const documentKey = () => `${place()}/${documentNow().id}`;
  const pageKey = () => `${documentKey()}/${model.get("page")}`;
  const set = (/** @type {Record<string, unknown>} */ values) => setIn(model, values);

  /** @param {string} id @param {string} form */
  async function save(id, form) {
    try {
      const { buffers } = await ask({ kind: "save", selected: id, form, ...which() });
      download(buffers[0], `${nameOf(documentNow()).replace(/\.[^.]*$/, "")}-${id}.${form}`);
      drawNotice();
    } catch (error) {
      frame.drawNotice(/** @type {Error} */ (error).message);
    }
  }
  const ways = navigation(model, {
    open: (hit) => ask({ kind: "open", hit }).catch(() => {}),
    selectAgain: (id) => shown.selectMatch(id),
    setPageBox: (number) => frame.setPageBox(number),
  });
  const frame = viewerFrame({
    ...ways,
    ask: (question) => ask({ ...which(), ...question }),
    turnToDocument: (at) => set({ document: at, page: library()[at]?.pages[0]?.number ?? 0, selected: "" }),
    find: (query, where) => set({ where, query }),
    zoom: (factor) => shown.zoom(factor),
    fit: () => shown.fit(),
    turnRaw: () => shown.turnRaw(),
    stop: () => ask({ kind: "stop" }).catch(() => {}),
  });
  const { root } = frame;
  root.dataset.of = model.get("output_id") ?? "";
  // Until somebody answers, what the notebook keeps of the document stands in our place.
  const alive = () => { root.dataset.live = ""; };
  const ask = questions(model, alive);
  const store = pageStore(ask);
  const shown = shownPage({
    frame,
    prefix: `dsocr-${(views += 1)}-`,
    onSelect: (id) => set({ selected: model.get("selected") === id ? "" : id }),
    save: model.get("forms") ? save : undefined,
    words: model.get("forms") ? () => ask({ kind: "words", page: model.get("page"), ...which() }) : undefined,
    cell: model.get("forms") ? (id) => ask({ kind: "cell", selected: id, ...which() }) : undefined,
    closer: () => store.closer(which(), model.get("page")),
  });

  let generation = 0;
  let key = "";
  async function drawPage() {
    const number = model.get("page");
    const pages = documentNow().pages;
    const at = pages.findIndex((/** @type {any} */ page) => page.number === number);
    frame.drawPlace(documentKey(), pages, number, documentNow().page_count ?? pages.length);
    const mine = (generation += 1);
    if (at < 0) {
      key = "";
      frame.drawReader(null, 0);
      shown.empty(model.get("progress")?.state === "reading" ? "The first page is being read." : "There is no page to show.", null);
      drawFound();
      return;
    }
    root.setAttribute("aria-busy", "true");
    const slow = setTimeout(() => frame.drawProgress({ ...model.get("progress"), words: `Page ${number} comes as soon as Python answers, which is busy or gone.` }), SLOW_MS);
    try {
      const page = await store.page(which(), number);
      if (mine !== generation) return; // a later page was asked for meanwhile
      const turned = key !== pageKey();
      key = pageKey();
      frame.drawReader(page.view.reading, number);
      shown.fill(page, pages[at], turned, model.get("selected") ?? "");
      drawFound();
      const next = pages[at + 1];
      if (next) store.page(which(), next.number).catch(() => {});
    } catch (error) {
      if (mine === generation) shown.empty(`The page cannot be shown: ${/** @type {Error} */ (error).message}`, drawPage);
    } finally {
      clearTimeout(slow);
      if (mine === generation) {
        root.removeAttribute("aria-busy");
        drawProgress();
      }
    }
  }
  function drawDocument() {
    frame.drawDocument(documentNow(), library(), place());
    frame.listAlone(!documentNow().pages.length && (model.get("places") ?? []).length > 1);
  }
  const drawPlaces = () => frame.drawPlaces(model.get("places") ?? [], model.get("where") ?? "document");
  const drawNotice = () => frame.drawNotice(model.get("notice") ?? "");
  const drawHeard = () => frame.drawHeard(model.get("heard"), !documentNow().pages.length);
  const drawProgress = () => frame.drawProgress(model.get("progress"));
  function drawFound() {
    const query = model.get("query") ?? "";
    const matches = model.get("matches") ?? [];
    const words = (model.get("where") ?? "document") in PAGE_PLACES ? [query] : model.get("marked") ?? [];
    frame.drawFound(query, matches, model.get("match_count") ?? matches.length, shown.find(words), library(), ways.matchNow(matches));
  }
  function drawHeight() {
    const height = model.get("height");
    root.style.setProperty("--dsocr-height", height ? `${height}px` : null);
  }

  root.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    // The notebook must not take our keys for its own.
    event.stopPropagation();
    const typing = /** @type {Element} */ (event.target).closest("input, select, textarea");
    if (event.key === "Escape") {
      if (typing) root.focus();
      set({ selected: "" });
    } else if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    else if (event.shiftKey && event.key in PANS) frame.pagePane.scrollBy(...PANS[event.key]);
    else if (event.key === "PageDown") ways.turn(1);
    else if (event.key === "PageUp") ways.turn(-1);
    else if (event.key === "/") frame.focusSearch();
    else return;
    event.preventDefault();
  });

  const follows = {
    "change:document_view": () => {
      alive();
      drawDocument();
      drawHeard();
      // Pages that come while one is looked at leave it as it is.
      if (key !== pageKey()) drawPage();
      else frame.drawPlace(documentKey(), documentNow().pages, model.get("page"), documentNow().page_count);
    },
    "change:page": drawPage,
    "change:selected": () => { if (key === pageKey()) shown.select(model.get("selected") ?? ""); },
    "change:query": drawFound,
    "change:matches": drawFound,
    "change:opened": drawFound,
    "change:marked": drawFound,
    "change:places": drawPlaces,
    "change:where": drawPlaces,
    "change:notice": drawNotice,
    "change:progress": () => { alive(); drawProgress(); },
    "change:heard": drawHeard,
    "change:height": drawHeight,
  };
  for (const [event, call] of Object.entries(follows)) model.on(event, call);
  el.appendChild(root);
  const leaveTheme = followTheme(root);
  drawHeight();
  drawPlaces();
  drawNotice();
  drawDocument();
  drawProgress();
  drawHeard();
  drawPage();
  ask({ kind: "hello" }).catch(() => {});

  const undo = () => {
    for (const [event, call] of Object.entries(follows)) model.off(event, call);
    ask.close();
    frame.close();
    leaveTheme();
    store.clear();
    root.remove();
  };
  signal?.addEventListener("abort", undo, { once: true });
  return undo;
}

export default { render };
