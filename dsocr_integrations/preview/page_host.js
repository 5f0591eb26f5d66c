// @ts-check
// The viewer's model in a saved page: state in memory, pages from data blocks of the page.

/** @param {string} id */
function dataBlock(id) {
  const holder = document.getElementById(id);
  return holder?.textContent ? JSON.parse(holder.textContent) : null;
}

function savedModel() {
  const documents = dataBlock("dsocr-documents") ?? [];
  /** @type {Record<string, any>} */
  const state = { documents, document: 0, page: documents[0]?.pages[0]?.number ?? 0, selected: "", query: "", matches: [], height: 0 };
  /** @type {Map<string, Set<Function>>} */
  const listeners = new Map();
  const tell = (/** @type {string} */ event, /** @type {any[]} */ ...values) => {
    for (const call of [...(listeners.get(event) ?? [])]) call(...values);
  };
  const changed = new Set();
  const fold = (/** @type {string} */ text) => text.normalize("NFKC").toLowerCase().split(/\s+/).filter(Boolean).join(" ");
  /** @type {any[] | null} */
  let folded = null;

  /** @param {string} query */
  function find(query) {
    const wanted = fold(query.slice(0, 200));
    if (!wanted) return [];
    /** @type {any[]} */
    const texts = folded ?? documents.flatMap((/** @type {any} */ one, /** @type {number} */ place) =>
      one.pages.flatMap((/** @type {any} */ page) =>
        dataBlock(`dsocr-page-${place}-${page.number}`).blocks.map((/** @type {any} */ block) => ({ document: place, page: page.number, id: block.id, text: fold(block.plain) })),
      ),
    );
    folded = texts;
    return texts
      .filter((block) => block.text.includes(wanted))
      .slice(0, 500)
      .map(({ document: place, page, id }) => ({ document: place, page, id }));
  }

  return {
    get: (/** @type {string} */ name) => state[name],
    set(/** @type {string} */ name, /** @type {any} */ value) {
      if (state[name] === value) return;
      state[name] = value;
      changed.add(name);
    },
    save_changes() {
      if (changed.has("query")) {
        state.matches = find(state.query);
        changed.add("matches");
      }
      const names = [...changed];
      changed.clear();
      // A change of document brings its own page: one drawing is enough.
      for (const name of names) if (!(name === "page" && names.includes("document"))) tell(`change:${name}`);
    },
    on(/** @type {string} */ event, /** @type {Function} */ call) {
      if (!listeners.has(event)) listeners.set(event, new Set());
      listeners.get(event)?.add(call);
    },
    off: (/** @type {string} */ event, /** @type {Function} */ call) => listeners.get(event)?.delete(call),
    send(/** @type {any} */ question) {
      const name = `${question.document}-${question.page}`;
      const view = dataBlock(`dsocr-page-${name}`);
      const answer = view
        ? { id: question.id, view, pictures: dataBlock(`dsocr-pictures-${name}`) ?? [] }
        : { id: question.id, error: "It is not part of this file." };
      queueMicrotask(() => tell("msg:custom", answer, []));
    },
  };
}

const place = document.getElementById("dsocr");
if (place) {
  render({ model: savedModel(), el: place });
  /** @type {HTMLElement} */ (place.firstElementChild).focus();
}
