// @ts-check
// Pages as they are asked for. Every question is answered in the end, with an error field where
// something went wrong; until then whoever asked goes on waiting, as Python may be busy.

const KEPT_PAGES = 8;

/**
 * Questions to the model's other side.
 * @param {any} model
 * @param {() => void} onAnswer called with every answer: somebody is there
 */
function questions(model, onAnswer) {
  /** @type {Map<string, {resolve: (answer: any) => void, reject: (error: Error) => void}>} */
  const open = new Map();
  const own = `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;
  let count = 0;
  const receive = (/** @type {any} */ content, /** @type {DataView[]} */ buffers) => {
    const waiting = open.get(content?.id);
    if (!waiting) return;
    open.delete(content.id);
    onAnswer();
    if (content.error) waiting.reject(new Error(content.error));
    else waiting.resolve({ content, buffers: buffers ?? [] });
  };
  model.on("msg:custom", receive);
  const ask = (/** @type {Record<string, unknown>} */ question) =>
    new Promise((resolve, reject) => {
      const id = `${own}-${(count += 1)}`;
      open.set(id, { resolve, reject });
      model.send({ ...question, id });
    });
  ask.close = () => {
    model.off("msg:custom", receive);
    open.clear();
  };
  return ask;
}

/**
 * The pages that were looked at last, with their pictures.
 * @param {(question: Record<string, unknown>) => Promise<any>} ask
 */
function pageStore(ask) {
  /** @type {Map<string, Promise<any>>} */
  const kept = new Map();
  const forget = (/** @type {string} */ key) => {
    kept.get(key)?.then((page) => page.release()).catch(() => {});
    kept.delete(key);
  };
  /** @param {string} kind @param {{document: number, of: string}} which @param {number} page */
  function get(kind, which, page) {
    const key = `${kind}/${which.document}/${which.of}/${page}`;
    const coming = kept.get(key) ?? ask({ kind, ...which, page }).then(unpacked);
    kept.delete(key);
    kept.set(key, coming);
    coming.catch(() => kept.delete(key));
    for (const old of [...kept.keys()].slice(0, Math.max(0, kept.size - KEPT_PAGES))) forget(old);
    return coming;
  }
  return {
    page: (/** @type {any} */ which, /** @type {number} */ number) => get("page", which, number),
    /** The page's picture in the size for looking closely. */
    closer: (/** @type {any} */ which, /** @type {number} */ number) => get("picture", which, number),
    clear: () => [...kept.keys()].forEach(forget),
  };
}

/**
 * An answer with its pictures as addresses that an image element takes.
 * @param {{content: any, buffers: DataView[]}} answer
 */
function unpacked({ content, buffers }) {
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
