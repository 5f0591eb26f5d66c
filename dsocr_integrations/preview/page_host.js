// @ts-check
// The viewer's model in a saved page: state in memory, pages from data blocks of the page. What
// is shown stands in the page's address, as `#document/page/block`, which may bring words to search
// for behind it; and it is printed whole.

/** @param {string} id */
function dataBlock(id) {
  const holder = document.getElementById(id);
  return holder?.textContent ? JSON.parse(holder.textContent) : null;
}

function savedModel() {
  /** @type {any[]} */
  const library = dataBlock("dsocr-documents") ?? [];
  /** @type {Record<string, any>} */
  const state = {
    library, document: 0, document_view: library[0], page: library[0]?.pages[0]?.number ?? 0, selected: "",
    query: "", where: "document", places: library.length > 1 ? [["document", "this document", "Search this document"], ["all", "all documents", "Search all documents"]] : [], matches: [], match_count: 0, height: 0,
  };
  /** @type {Map<string, Set<Function>>} */
  const listeners = new Map();
  const tell = (/** @type {string} */ event, /** @type {any[]} */ ...values) => {
    for (const call of [...(listeners.get(event) ?? [])]) call(...values);
  };
  const changed = new Set();
  /** @type {Map<number, any[]>} */
  const texts = new Map();
  /** The blocks of a document, made ready for the search. @param {number} place */
  function textsOf(place) {
    const known = texts.get(place) ?? library[place].pages.flatMap((/** @type {any} */ page) =>
      dataBlock(`dsocr-page-${place}-${page.number}`).blocks.map((/** @type {any} */ block) => ({ document: place, page: page.number, id: block.id, plain: block.plain, folded: folded(block.plain) })),
    );
    texts.set(place, known);
    return known;
  }
  const find = () => findIn(state.query.trim() ? (state.where === "all" ? [...library.keys()] : [state.document]).flatMap(textsOf) : [], state.query);

  const model = {
    get: (/** @type {string} */ name) => state[name],
    set(/** @type {string} */ name, /** @type {any} */ value) {
      if (state[name] === value) return;
      state[name] = value;
      changed.add(name);
    },
    save_changes() {
      if (changed.has("document")) model.set("document_view", library[state.document]);
      if (changed.has("query") || changed.has("where") || (changed.has("document") && state.where !== "all")) {
        const { matches, count } = find();
        [state.matches, state.match_count] = [matches, count];
        changed.add("matches");
      }
      const names = [...changed];
      changed.clear();
      // A change of document brings its own page: one drawing is enough.
      for (const name of names) if (!(name === "page" && names.includes("document"))) tell(`change:${name}`);
      if (names.some((name) => ["document", "page", "selected"].includes(name))) writeAddress();
    },
    on(/** @type {string} */ event, /** @type {Function} */ call) {
      if (!listeners.has(event)) listeners.set(event, new Set());
      listeners.get(event)?.add(call);
    },
    off: (/** @type {string} */ event, /** @type {Function} */ call) => listeners.get(event)?.delete(call),
    send(/** @type {any} */ question) {
      const { id, kind } = question;
      const name = (/** @type {number} */ page) => `${question.document}-${page}`;
      const pictures = (/** @type {number} */ page) => dataBlock(`dsocr-pictures-${name(page)}`) ?? [];
      const view = kind === "page" ? dataBlock(`dsocr-page-${name(question.page)}`) : null;
      const small = (/** @type {number} */ page) => pictures(page).filter((/** @type {any} */ one) => one.name === "page").map((/** @type {any} */ one) => ({ name: String(page), url: one.url }));
      /** @type {Record<string, () => any>} */
      const answers = {
        page: () => (view ? { view, pictures: pictures(question.page) } : { error: "It is not part of this file." }),
        outline: () => ({ outline: dataBlock(`dsocr-outline-${question.document}`) ?? [] }),
        thumbnails: () => ({ pictures: question.pages.flatMap(small) }),
      };
      const answer = { id, ...(answers[kind]?.() ?? {}) };
      queueMicrotask(() => tell("msg:custom", answer, []));
    },
  };

  function writeAddress() {
    const parts = [state.document + 1, state.page, ...(state.selected ? [state.selected] : [])];
    history.replaceState(null, "", `#${parts.join("/")}`);
  }
  /** Go where the address says; what it does not know is left as it is. */
  function readAddress() {
    const [number, page, block = "", ...words] = decodeURIComponent(location.hash.slice(1)).split("/");
    const one = library[Number(number) - 1];
    const listed = one?.pages.find((/** @type {any} */ each) => each.number === Number(page));
    if (!listed) return;
    for (const [name, value] of Object.entries({ document: Number(number) - 1, page: listed.number, selected: block, query: words.join("/") || state.query })) model.set(name, value);
    model.save_changes();
  }
  readAddress();
  window.addEventListener("hashchange", readAddress);
  return model;
}

/**
 * All pages of the document shown, one after another, for the printer.
 * @param {any} model
 */
function printedPages(model) {
  const place = model.get("document");
  const ignore = () => {};
  return make("div", { class: "dsocr dsocr-printed" }, [
    make("h2", { class: "dsocr-title", dir: "auto", text: model.get("document_view").title || model.get("document_view").source }),
    ...model.get("document_view").pages.map((/** @type {any} */ entry) => {
      const view = dataBlock(`dsocr-page-${place}-${entry.number}`);
      const { pictures } = unpacked({ content: { pictures: dataBlock(`dsocr-pictures-${place}-${entry.number}`) ?? [] }, buffers: [] });
      const page = { width: entry.width, height: entry.height, picture: pictures.page ?? null };
      const elementId = (/** @type {string} */ id) => `dsocr-printed-${id}`;
      return make("section", { class: "dsocr-printed-page" }, [
        pageSheet({ ...page, name: `Page ${entry.number}`, blocks: view.blocks, textId: elementId, onSelect: ignore, onNear: ignore }).element,
        make("div", {}, view.blocks.map((/** @type {Block} */ block) => blockSection(block, { page, pictures, elementId: elementId(block.id), onSelect: ignore }))),
        pageFacts(view),
      ]);
    }),
  ]);
}

const home = document.getElementById("dsocr");
if (home) {
  const model = savedModel();
  render({ model, el: home });
  // In a notebook there are headings above it; here it is the first.
  home.querySelector(".dsocr-title")?.setAttribute("aria-level", "1");
  /** @type {HTMLElement} */ (home.firstElementChild).focus();
  window.addEventListener("beforeprint", () => model.get("document_view") && home.append(printedPages(model)));
  window.addEventListener("afterprint", () => home.querySelector(".dsocr-printed")?.remove());
}
