// @ts-check
// What stands around the page: names, the tool bar, filters, failures and the state of a reading.

/**
 * @param {{turn: (step: number) => void, turnTo: (number: number) => void, turnToDocument: (place: number) => void,
 *   turnToMatch: (step: number) => void, goTo: (match: any) => void, goToBlock: (page: number, id: string) => void,
 *   ask: (question: Record<string, unknown>) => Promise<any>, turnToDoubtful: () => void, find: (query: string, where: string) => void, zoom: (factor: number) => void,
 *   fit: () => void, turnRaw: () => boolean, stop: () => void}} calls
 */
function viewerFrame(calls) {
  const button = (/** @type {string} */ name, /** @type {string} */ text, /** @type {() => void} */ call) =>
    make("button", { type: "button", "aria-label": name, title: name, text, on: { click: call } });
  /** A button that opens what stands there at once where there is room. @param {string} text @param {string} opens */
  const opener = (text, opens) => {
    const one = make("button", { type: "button", class: "dsocr-opener", "aria-expanded": "false", text, on: { click: () => open() } });
    const open = (/** @type {boolean | undefined} */ isOpen) => one.setAttribute("aria-expanded", String(root.classList.toggle(opens, isOpen)));
    return { one, open };
  };
  const [searching, choosing] = [opener("Find", "dsocr-finding"), opener("Blocks", "dsocr-choosing")];
  const title = make("h2", { class: "dsocr-title", dir: "auto" });
  const source = make("span", { class: "dsocr-source", dir: "auto" });
  const reader = make("p", { class: "dsocr-engine" });
  const documentChoice = make("select", { class: "dsocr-documents", "aria-label": "Document", on: { change: () => calls.turnToDocument(Number(documentChoice.value)) } });
  const back = button("Previous page", "‹", () => calls.turn(-1));
  const on = button("Next page", "›", () => calls.turn(1));
  const pageBox = make("input", { type: "text", inputmode: "numeric", size: 4, "aria-label": "Page", on: { change: () => calls.turnTo(Number(pageBox.value)) } });
  const pageCount = make("span", { class: "dsocr-faint" });
  const search = make("input", { type: "search", placeholder: "Search this document", "aria-label": "Search this document", maxlength: MAX_QUERY, spellcheck: "false" });
  const scope = make("select", { "aria-label": "Where to search", on: { change: () => { nameSearch(); findNow(); } } });
  const found = make("span", { class: "dsocr-found", role: "status" });
  const backMatch = button("Previous match", "↑", () => calls.turnToMatch(-1));
  const onMatch = button("Next match", "↓", () => calls.turnToMatch(1));
  const listed = matchList(calls.goTo);
  const listSwitch = make("button", { type: "button", class: "dsocr-lister", text: "List" });
  const contents = make("button", { type: "button", "aria-label": "Contents", title: "Pages and headings", text: "☰" });
  const [pagesBody, outlineBody] = [0, 1].map(() => make("div", { class: "dsocr-tab" }));
  const rail = pageRail(pagesBody, calls);
  const headings = headingList(outlineBody, { goTo: calls.goToBlock, ask: calls.ask });
  const notice = make("p", { class: "dsocr-notice", role: "status" });
  const doubtful = make("button", { type: "button", "aria-label": "Next doubtful page", on: { click: calls.turnToDoubtful } });
  const rawSwitch = make("button", { type: "button", class: "dsocr-switch", "aria-pressed": "false", text: "Raw answer" });
  rawSwitch.addEventListener("click", () => rawSwitch.setAttribute("aria-pressed", String(calls.turnRaw())));
  const filters = make("div", { class: "dsocr-filters", role: "group", "aria-label": "Blocks shown" });
  const told = make("span", { role: "status" });
  const stop = make("button", { type: "button", class: "dsocr-small", text: "Stop", on: { click: calls.stop } });
  const bar = make("progress", { "aria-label": "Pages read" });
  const progress = make("div", { class: "dsocr-progress" }, [bar, told, stop]);
  const heardName = make("summary");
  const heardText = make("pre", { class: "dsocr-code", tabindex: 0, dir: "auto" });
  const heard = make("details", { class: "dsocr-heard", hidden: true }, [heardName, heardText]);
  let wasOpened = false;
  heardName.addEventListener("click", () => (wasOpened = true));
  const errors = make("details", { class: "dsocr-errors" });
  const pagePane = make("div", { class: "dsocr-page" });
  const textPane = make("div", { class: "dsocr-text", tabindex: 0, role: "group", "aria-label": "Text of the page" });
  const root = make("div", { class: "dsocr", tabindex: -1, "data-lm-suppress-shortcuts": "true", role: "group", "aria-label": "Document viewer" }, [
    make("div", { class: "dsocr-head" }, [make("div", { class: "dsocr-names" }, [title, source]), reader]),
    make("div", { class: "dsocr-bar" }, [
      documentChoice,
      make("span", { class: "dsocr-group" }, [contents, back, pageBox, pageCount, on, doubtful]),
      make("span", { class: "dsocr-group dsocr-search" }, [search, scope, make("span", { class: "dsocr-group" }, [backMatch, onMatch, listSwitch]), found]),
      make("span", { class: "dsocr-group dsocr-end" }, [
        button("Smaller page", "−", () => calls.zoom(1 / 1.25)),
        button("Larger page", "+", () => calls.zoom(1.25)),
        make("button", { type: "button", class: "dsocr-wide", title: "Show the whole page", text: "Fit", on: { click: calls.fit } }),
        searching.one,
        choosing.one,
        rawSwitch,
      ]),
    ]),
    filters,
    progress,
    heard,
    notice,
    errors,
    make("div", { class: "dsocr-main" }, [pagePane, textPane]),
  ]);
  const side = sidePanel(root, {
    pages: { words: "Pages", body: pagesBody, opener: contents, draw: rail.draw },
    outline: { words: "Outline", body: outlineBody, opener: contents, draw: headings.draw },
    matches: { words: "Matches", body: listed.body, opener: listSwitch, draw: listed.draw },
  });
  root.lastElementChild.prepend(side.panel);
  letPan(pagePane, root);

  const nameSearch = () => {
    const words = scope.selectedOptions[0]?.dataset.asks ?? "Search this document";
    search.placeholder = words;
    search.setAttribute("aria-label", words);
  };
  const isOnPages = () => (scope.value || "document") in PAGE_PLACES;
  let waiting = 0;
  let asked = "";
  const findNow = () => {
    clearTimeout(waiting);
    asked = `${scope.value}/${search.value}`;
    calls.find(search.value, scope.value || "document");
  };
  search.addEventListener("input", () => {
    clearTimeout(waiting);
    if (isOnPages() || !search.value) waiting = window.setTimeout(findNow, 200);
  });
  search.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Enter") return;
    const isNew = asked !== `${scope.value}/${search.value}`;
    if (isNew || isOnPages()) findNow();
    if (!isNew || isOnPages()) calls.turnToMatch(event.shiftKey ? -1 : 1);
  });
  /** A button without effect keeps the focus. @param {HTMLElement} one @param {boolean} idle */
  const setIdle = (one, idle) => (idle ? one.setAttribute("aria-disabled", "true") : one.removeAttribute("aria-disabled"));

  return {
    root, pagePane, textPane, filters,
    /** @param {any} one @param {any[]} library @param {number} place */
    drawDocument(one, library, place) {
      title.textContent = one.title || one.source || "Document";
      source.textContent = one.title ? one.source : "";
      documentChoice.hidden = library.length < 2;
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
        make("ul", { tabindex: 0, "aria-label": "Failures" }, failed.map((/** @type {any} */ error) => make("li", { dir: "auto", text: `${error.number ? `Page ${error.number}` : "Whole file"}: ${error.message}` }))),
      );
    },
    /** @param {any} reading of the page shown @param {number} number */
    drawReader(reading, number) {
      reader.replaceChildren(...(reading ? [make("span", { role: "heading", "aria-level": 2, title: `Read with: ${reading.fingerprint}`, text: `Page ${number}: ${reading.notice}` })] : []));
    },
    /** @param {string} document @param {any[]} pages @param {number} number @param {number} count */
    drawPlace(document, pages, number, count) {
      rail.take(document, pages, number);
      headings.take(document, pages.length);
      side.refresh("pages");
      side.refresh("outline");
      const at = pages.findIndex((page) => page.number === number);
      if (/** @type {any} */ (root.getRootNode()).activeElement !== pageBox) pageBox.value = number ? String(number) : "";
      pageCount.textContent = count ? `of ${count}` : "";
      setIdle(back, at <= 0);
      setIdle(on, at < 0 || at >= pages.length - 1);
    },
    /** @param {number} number */
    setPageBox: (number) => (pageBox.value = String(number)),
    /** @param {string[][]} places what can be searched, in words, and what is typed for it @param {string} where */
    drawPlaces(places, where) {
      scope.hidden = places.length < 2;
      if (scope.options.length !== places.length) scope.replaceChildren(...places.map(([value, text, asks]) => make("option", { value, text, "data-asks": asks })));
      scope.value = where;
      nameSearch();
    },
    /** @param {string} words */
    drawNotice(words) {
      notice.hidden = !words;
      if (notice.textContent !== words) notice.textContent = words;
    },
    /** List documents and hits of an index in place of a document that there is not yet. @param {boolean} alone */
    listAlone(alone) {
      if (alone && !root.classList.contains("dsocr-alone-list")) {
        side.show("matches");
        searching.open(true);
      }
      root.classList.toggle("dsocr-alone-list", alone);
    },
    /** @param {string} query @param {any[]} matches @param {number} count @param {number} here @param {any[]} library @param {number} current */
    drawFound(query, matches, count, here, library, current) {
      const listsIndex = Boolean(matches[0]?.runs);
      const [one, many] = listsIndex ? (query.trim() ? ["hit", "hits"] : ["document", "documents"]) : ["match", "matches"];
      const blocks = `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
      const onPage = `, ${here} on this page${matches.length < count ? `; the arrows go to the first ${matches.length}` : ""}`;
      // The page is searched here, and may be done before Python has searched the others.
      const onAll = count < here ? `Searching; ${here} on this page` : `${blocks}${onPage}`;
      found.textContent = listsIndex ? blocks : query.trim() ? onAll : "";
      backMatch.hidden = onMatch.hidden = listSwitch.hidden = !matches.length;
      listed.take(matches, query, library, current);
      side.refresh("matches");
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
    /** What is being said of a page, until it is there; open by itself while it is all there is. @param {any} said @param {boolean} isAll */
    drawHeard(said, isAll) {
      heard.hidden = !said?.text;
      if (!wasOpened) heard.open = isAll;
      if (heard.hidden) return;
      heardName.textContent = `Page ${said.page}, as it is being read`;
      const follows = heardText.scrollTop + heardText.clientHeight >= heardText.scrollHeight - 8;
      heardText.textContent = said.text;
      if (follows) heardText.scrollTop = heardText.scrollHeight;
    },
    focusSearch() {
      searching.open(true);
      search.focus();
    },
    close() {
      clearTimeout(waiting);
      rail.close();
    },
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
