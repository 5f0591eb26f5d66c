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
  const place = () => model.get("document") ?? 0;
  const documentNow = () => model.get("document_view") ?? { pages: [], errors: [] };
  const isOneOfMany = () => library().length > 1;
  // An index opens one document after another in the same place.
  const which = () => ({ document: place(), of: documentNow().id ?? "" });
  const documentKey = () => `${place()}/${documentNow().id}`;
  const pageKey = () => `${documentKey()}/${model.get("page")}`;
  const asksIndex = () => Boolean((model.get("matches") ?? [])[0]?.runs);
  const set = (/** @type {Record<string, unknown>} */ values) => {
    for (const [name, value] of Object.entries(values)) model.set(name, value);
    model.save_changes();
  };

  /** @param {number} number @param {string} [selected] */
  function turnTo(number, selected = "") {
    // A page that failed has no sheet: the nearest one that was read is shown.
    const nearest = documentNow().pages.reduce(
      (/** @type {any} */ best, /** @type {any} */ page) =>
        best && Math.abs(best.number - number) <= Math.abs(page.number - number) ? best : page,
      null,
    );
    if (nearest && Number.isFinite(number)) set({ page: nearest.number, selected });
    frame.setPageBox(model.get("page"));
  }
  /** @param {number} step */
  function turn(step) {
    const pages = documentNow().pages;
    const next = pages[pages.findIndex((/** @type {any} */ page) => page.number === model.get("page")) + step];
    if (next) turnTo(next.number);
  }
  /** @param {number} step */
  function turnToMatch(step) {
    const matches = model.get("matches") ?? [];
    if (!matches.length) return;
    const here = matchNow(matches);
    const nearest = asksIndex() ? (step > 0 ? 0 : matches.length - 1) : nearestMatch(matches, step);
    goTo(matches[here < 0 ? nearest : (here + step + matches.length) % matches.length]);
  }
  /** Place of the match that is shown, -1 for none. @param {any[]} matches */
  function matchNow(matches) {
    if (asksIndex()) return model.get("opened") ?? -1;
    return matches.findIndex((match) => match.id === model.get("selected") && (match.document ?? 0) === place());
  }
  /** @param {any} match */
  function goTo(match) {
    if (match.runs) {
      ask({ kind: "open", hit: (model.get("matches") ?? []).indexOf(match) }).catch(() => {});
      return;
    }
    const there = match.id === model.get("selected") && (match.document ?? place()) === place();
    set({ ...(isOneOfMany() ? { document: match.document ?? place() } : {}), page: match.page, selected: match.id });
    if (there) shown.selectMatch(match.id);
  }
  function turnToDoubtful() {
    const flagged = documentNow().pages.filter((/** @type {any} */ page) => page.flagged);
    const next = flagged.find((/** @type {any} */ page) => page.number > model.get("page")) ?? flagged[0];
    if (next) turnTo(next.number);
  }
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
  /** The first match from this page on, or the last before it. @param {any[]} matches @param {number} step */
  function nearestMatch(matches, step) {
    const isAhead = (/** @type {any} */ match) => (match.document ?? 0) > place() || ((match.document ?? 0) === place() && match.page >= model.get("page"));
    const first = matches.findIndex(isAhead);
    if (step > 0) return first < 0 ? 0 : first;
    return ((first < 0 ? matches.length : first) - 1 + matches.length) % matches.length;
  }

  const frame = viewerFrame({
    ask: (question) => ask({ ...which(), ...question }),
    goToBlock: (number, id) => turnTo(number, id),
    turn,
    turnTo,
    turnToMatch,
    goTo,
    turnToDoubtful,
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
    frame.drawFound(query, matches, model.get("match_count") ?? matches.length, shown.find(words), library(), matchNow(matches));
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
    else if (event.key === "PageDown") turn(1);
    else if (event.key === "PageUp") turn(-1);
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
