// @ts-check
// What stands around the page: names, the tool bar, filters, failures and the state of a reading.

/**
 * @param {{turn: (step: number) => void, turnTo: (number: number) => void, turnToDocument: (place: number) => void,
 *   turnToMatch: (step: number) => void, goTo: (match: any) => void, turnToDoubtful: () => void, find: (query: string, everywhere: boolean) => void, zoom: (factor: number) => void,
 *   fit: () => void, turnRaw: () => boolean, stop: () => void}} calls
 */
function viewerFrame(calls) {
  const button = (/** @type {string} */ name, /** @type {string} */ text, /** @type {() => void} */ call) =>
    make("button", { type: "button", "aria-label": name, title: name, text, on: { click: call } });
  const opener = (/** @type {string} */ text, /** @type {string} */ opens) => {
    const one = make("button", { type: "button", class: "dsocr-opener", "aria-expanded": "false", text });
    one.addEventListener("click", () => one.setAttribute("aria-expanded", String(root.classList.toggle(opens))));
    return one;
  };
  const title = make("h2", { class: "dsocr-title", dir: "auto" });
  const source = make("span", { class: "dsocr-source", dir: "auto" });
  const reader = make("p", { class: "dsocr-engine" });
  const documentChoice = make("select", { class: "dsocr-documents", "aria-label": "Document", on: { change: () => calls.turnToDocument(Number(documentChoice.value)) } });
  const back = button("Previous page", "‹", () => calls.turn(-1));
  const on = button("Next page", "›", () => calls.turn(1));
  const pageBox = make("input", { type: "text", inputmode: "numeric", size: 4, "aria-label": "Page", on: { change: () => calls.turnTo(Number(pageBox.value)) } });
  const pageCount = make("span", { class: "dsocr-faint" });
  const search = make("input", { type: "search", placeholder: "Search this document", "aria-label": "Search this document", maxlength: MAX_QUERY, spellcheck: "false" });
  const scope = make("select", { "aria-label": "Where to search", on: { change: () => { nameSearch(); calls.find(search.value, scope.value === "all"); } } }, [
    make("option", { value: "one", text: "this document" }),
    make("option", { value: "all", text: "all documents" }),
  ]);
  const found = make("span", { class: "dsocr-found", role: "status" });
  const backMatch = button("Previous match", "↑", () => calls.turnToMatch(-1));
  const onMatch = button("Next match", "↓", () => calls.turnToMatch(1));
  const list = make("ol", { class: "dsocr-hits", "aria-label": "Matches" });
  const listSwitch = make("button", { type: "button", "aria-expanded": "false", text: "List" });
  listSwitch.addEventListener("click", () => {
    listSwitch.setAttribute("aria-expanded", String(root.classList.toggle("dsocr-listing")));
    drawList();
  });
  const doubtful = make("button", { type: "button", "aria-label": "Next doubtful page", on: { click: calls.turnToDoubtful } });
  const rawSwitch = make("button", { type: "button", class: "dsocr-switch", "aria-pressed": "false", text: "Raw answer" });
  rawSwitch.addEventListener("click", () => rawSwitch.setAttribute("aria-pressed", String(calls.turnRaw())));
  const filters = make("div", { class: "dsocr-filters", role: "group", "aria-label": "Blocks shown" });
  const told = make("span", { role: "status" });
  const stop = make("button", { type: "button", class: "dsocr-small", text: "Stop", on: { click: calls.stop } });
  const bar = make("progress", { "aria-label": "Pages read" });
  const progress = make("div", { class: "dsocr-progress" }, [bar, told, stop]);
  const errors = make("details", { class: "dsocr-errors" });
  const pagePane = make("div", { class: "dsocr-page" });
  const textPane = make("div", { class: "dsocr-text", tabindex: 0, role: "region", "aria-label": "Text of the page" });
  const root = make("div", { class: "dsocr", tabindex: -1, "data-lm-suppress-shortcuts": "true", role: "group", "aria-label": "Document viewer" }, [
    make("header", { class: "dsocr-head" }, [make("div", { class: "dsocr-names" }, [title, source]), reader]),
    make("div", { class: "dsocr-bar" }, [
      documentChoice,
      make("span", { class: "dsocr-group" }, [back, pageBox, pageCount, on, doubtful]),
      make("span", { class: "dsocr-group dsocr-search" }, [search, scope, backMatch, onMatch, listSwitch, found]),
      make("span", { class: "dsocr-group dsocr-end" }, [
        button("Smaller page", "−", () => calls.zoom(1 / 1.25)),
        button("Larger page", "+", () => calls.zoom(1.25)),
        make("button", { type: "button", class: "dsocr-wide", title: "Show the whole page", text: "Fit", on: { click: calls.fit } }),
        opener("Find", "dsocr-finding"),
        opener("Blocks", "dsocr-choosing"),
        rawSwitch,
      ]),
    ]),
    filters,
    progress,
    errors,
    make("div", { class: "dsocr-main" }, [pagePane, textPane, list]),
  ]);

  /** @type {{matches: any[], query: string, library: any[]}} */
  let listed = { matches: [], query: "", library: [] };
  function drawList() {
    const { matches, query, library } = listed;
    const isOpen = root.classList.contains("dsocr-listing") && matches.length > 0;
    list.hidden = !isOpen;
    list.replaceChildren(...(isOpen ? matches : []).map((match) => {
      const among = library.length > 1 ? `${nameOf(library[match.document])}, ` : "";
      const entry = make("button", { type: "button", on: { click: () => calls.goTo(match) } }, [
        make("span", { class: "dsocr-faint", text: `${among}page ${match.page}` }),
        make("span", { class: "dsocr-said", dir: "auto", text: match.excerpt }),
      ]);
      markIn(entry, folded(query));
      return make("li", {}, [entry]);
    }));
  }

  const nameSearch = () => {
    const words = scope.value === "all" ? "Search all documents" : "Search this document";
    search.placeholder = words;
    search.setAttribute("aria-label", words);
  };
  let waiting = 0;
  const findNow = () => {
    clearTimeout(waiting);
    calls.find(search.value, scope.value === "all");
  };
  search.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = window.setTimeout(findNow, 200);
  });
  search.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Enter") return;
    findNow();
    calls.turnToMatch(event.shiftKey ? -1 : 1);
  });
  /** A button without effect keeps the focus. @param {HTMLElement} one @param {boolean} idle */
  const setIdle = (one, idle) => (idle ? one.setAttribute("aria-disabled", "true") : one.removeAttribute("aria-disabled"));

  return {
    root, pagePane, textPane, filters,
    /** @param {any} one @param {any[]} library @param {number} place */
    drawDocument(one, library, place) {
      title.textContent = one.title || one.source || "Document";
      source.textContent = one.title ? one.source : "";
      documentChoice.hidden = scope.hidden = library.length < 2;
      const flagged = one.pages.filter((/** @type {any} */ page) => page.flagged).length;
      doubtful.hidden = !flagged;
      doubtful.textContent = `⚑ ${flagged}`;
      doubtful.title = `Next of ${flagged} doubtful ${flagged === 1 ? "page" : "pages"}`;
      if (documentChoice.options.length !== library.length) {
        documentChoice.replaceChildren(...library.map((each, at) => make("option", { value: at, title: each.source, text: nameOf(each) })));
      }
      documentChoice.value = String(place);
      const failed = one.errors ?? [];
      errors.hidden = !failed.length;
      if (failed.length === errors.querySelectorAll("li").length) return;
      const count = failed.length + (one.hidden_errors ?? 0);
      errors.replaceChildren(
        make("summary", { text: `${count} ${count === 1 ? "page" : "pages"} could not be read` }),
        make("ul", { tabindex: 0, "aria-label": "Failures" }, failed.map((/** @type {any} */ error) => make("li", { dir: "auto", text: `${error.number ? `Page ${error.number}` : "Whole file"}: ${error.message} (${error.kind})` }))),
      );
    },
    /** @param {any} reading of the page shown @param {number} number */
    drawReader(reading, number) {
      reader.replaceChildren(...(reading ? [make("span", { role: "heading", "aria-level": 2, text: `Page ${number}: ${reading.notice}` }), make("span", { class: "dsocr-fingerprint", title: `Read with: ${reading.fingerprint}`, text: reading.fingerprint })] : []));
    },
    /** @param {any[]} pages @param {number} number @param {number} count */
    drawPlace(pages, number, count) {
      const at = pages.findIndex((page) => page.number === number);
      if (/** @type {any} */ (root.getRootNode()).activeElement !== pageBox) pageBox.value = number ? String(number) : "";
      pageCount.textContent = count ? `of ${count}` : "";
      setIdle(back, at <= 0);
      setIdle(on, at < 0 || at >= pages.length - 1);
    },
    /** @param {number} number */
    setPageBox: (number) => (pageBox.value = String(number)),
    /** @param {string} query @param {any[]} matches @param {number} count @param {number} here @param {any[]} library */
    drawFound(query, matches, count, here, library) {
      const blocks = `${count.toLocaleString("en")} ${count === 1 ? "match" : "matches"}`;
      found.textContent = query.trim() ? `${blocks}, ${here} on this page${matches.length < count ? `; the arrows go to the first ${matches.length}` : ""}` : "";
      backMatch.hidden = onMatch.hidden = listSwitch.hidden = !matches.length;
      if (matches !== listed.matches) {
        listed = { matches, query, library };
        drawList();
      }
      // Who types is not overtaken by an answer to what was typed before.
      if (/** @type {any} */ (root.getRootNode()).activeElement !== search && search.value !== query) search.value = query;
    },
    /** @param {any} state */
    drawProgress(state) {
      const reading = state?.state === "reading";
      const words = state?.words ?? "";
      progress.hidden = !words;
      bar.hidden = stop.hidden = !reading;
      if (state?.total) {
        bar.max = state.total;
        bar.value = state.done;
      }
      if (told.textContent !== words) told.textContent = words;
    },
    focusSearch() {
      root.classList.add("dsocr-finding");
      search.focus();
    },
    close: () => clearTimeout(waiting),
  };
}

/** A document's file, else its title. @param {any} one */
const nameOf = (one) => one.source.split("/").pop() || one.title || "Document";

/**
 * Tell the browser whether the host is dark, which not every host says: colours it chooses itself,
 * such as those of fields and scroll bars, and our own pairs then go with the host's.
 * @param {HTMLElement} root
 */
function followTheme(root) {
  const draw = () => {
    root.style.colorScheme = "";
    const pixel = getComputedStyle(root).backgroundColor.match(/[\d.]+/g)?.slice(0, 3).map(Number);
    if (!pixel || pixel.length < 3) return;
    const light = pixel[0] * 0.299 + pixel[1] * 0.587 + pixel[2] * 0.114 > 128;
    root.style.colorScheme = light ? "light" : "dark";
  };
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const watch = new MutationObserver(draw);
  for (const one of [document.documentElement, document.body]) watch.observe(one, { attributes: true });
  dark.addEventListener("change", draw);
  draw();
  return () => {
    watch.disconnect();
    dark.removeEventListener("change", draw);
  };
}
