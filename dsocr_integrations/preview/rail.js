// @ts-check
// The pages of a document as small pictures, and its headings. Pictures are asked for when they
// come near, and the oldest are let go.

const KEPT_THUMBNAILS = 150;
const ASKED_TOGETHER = 8;

/**
 * @param {HTMLElement} body what scrolls
 * @param {{turnTo: (number: number) => void, ask: (question: any) => Promise<any>}} calls
 */
function pageRail(body, { turnTo, ask }) {
  const list = body.appendChild(make("ol", { class: "dsocr-rail" }));
  /** @type {Map<number, {button: HTMLElement, frame: HTMLElement}>} */
  const entries = new Map();
  /** @type {Map<number, string>} */
  const pictures = new Map();
  /** @type {Set<number>} */
  const near = new Set();
  let [key, current, isAsking] = ["", 0, false];
  /** @type {any[]} */
  let pages = [];

  const watch = new IntersectionObserver((changes) => {
    for (const { target, isIntersecting } of changes) {
      const number = Number(/** @type {HTMLElement} */ (target).dataset.page);
      if (isIntersecting) near.add(number);
      else near.delete(number);
    }
    fetchNear();
  }, { root: body, rootMargin: "300px" });

  async function fetchNear() {
    const missing = [...near].filter((number) => !pictures.has(number)).slice(0, ASKED_TOGETHER);
    if (isAsking || !missing.length) return;
    isAsking = true;
    const asked = key;
    try {
      const got = unpacked(await ask({ kind: "thumbnails", pages: missing })).pictures;
      for (const number of asked === key ? missing : []) put(number, got[String(number)] ?? "");
    } catch {
      for (const number of asked === key ? missing : []) put(number, "");
    } finally {
      isAsking = false;
    }
    for (const number of [...pictures.keys()].slice(0, Math.max(0, pictures.size - KEPT_THUMBNAILS))) if (!near.has(number)) drop(number);
    fetchNear();
  }
  /** @param {number} number @param {string} url */
  function put(number, url) {
    pictures.set(number, url);
    if (url) entries.get(number)?.frame.replaceChildren(make("img", { src: url, alt: "", draggable: "false" }));
  }
  /** @param {number} number */
  function drop(number) {
    const url = pictures.get(number);
    if (url?.startsWith("blob:")) URL.revokeObjectURL(url);
    pictures.delete(number);
    entries.get(number)?.frame.replaceChildren();
  }
  function clear() {
    [...pictures.keys()].forEach(drop);
    entries.clear();
    near.clear();
    watch.disconnect();
    list.replaceChildren();
  }

  /** @param {any} page */
  function add(page) {
    const holds = page.holds ?? [];
    const frame = make("span", { class: "dsocr-thumb", "aria-hidden": "true" });
    frame.style.aspectRatio = `${page.width} / ${page.height}`;
    const name = [`Page ${page.number}`, page.flagged ? "doubtful" : "", ...holds].filter(Boolean).join(", ");
    const button = make("button", { type: "button", tabindex: "-1", "data-page": page.number, "aria-label": name, on: { click: () => turnTo(page.number) } }, [
      frame,
      make("span", {}, [
        make("span", { text: String(page.number) }),
        page.flagged ? make("span", { class: "dsocr-doubt", text: " ⚑" }) : null,
        holds.length ? make("span", { class: "dsocr-faint", text: ` ${holds.join(" · ")}` }) : null,
      ]),
    ]);
    entries.set(page.number, { button, frame });
    list.append(make("li", {}, [button]));
    watch.observe(button);
  }

  list.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    const buttons = [...entries.values()].map((entry) => entry.button);
    const at = buttons.indexOf(/** @type {HTMLElement} */ (/** @type {HTMLElement} */ (event.target).closest("button")));
    const columns = Math.max(1, buttons.findIndex((one) => one.offsetTop > buttons[0].offsetTop));
    /** @type {Record<string, number>} */
    const goes = { ArrowRight: at + 1, ArrowLeft: at - 1, ArrowDown: at + columns, ArrowUp: at - columns, Home: 0, End: buttons.length - 1 };
    if (!(event.key in goes) || at < 0) return;
    const next = buttons[Math.max(0, Math.min(buttons.length - 1, goes[event.key]))];
    for (const one of buttons) one.tabIndex = one === next ? 0 : -1;
    next.focus();
    event.preventDefault();
    event.stopPropagation();
  });

  return {
    /** @param {string} document @param {any[]} listed @param {number} number the page shown */
    take(document, listed, number) {
      if (document !== key) clear();
      [key, pages, current] = [document, listed, number];
    },
    draw() {
      for (const page of pages) if (!entries.has(page.number)) add(page);
      for (const [number, { button }] of entries) {
        button.tabIndex = number === current ? 0 : -1;
        if (number === current) button.setAttribute("aria-current", "page");
        else button.removeAttribute("aria-current");
      }
      const shown = entries.get(current)?.button;
      if (shown) bringInto(body, () => shown);
    },
    close: clear,
  };
}

/**
 * The headings, to go to; they are asked for when they are looked at.
 * @param {HTMLElement} body
 * @param {{goTo: (page: number, id: string) => void, ask: (question: any) => Promise<any>}} calls
 */
function headingList(body, { goTo, ask }) {
  const list = body.appendChild(make("ol", { class: "dsocr-outline" }));
  const none = body.appendChild(make("p", { class: "dsocr-faint", hidden: true, text: "No headings were read." }));
  let [key, drawn] = ["", ""];
  return {
    /** @param {string} document @param {number} count of pages read */
    take(document, count) {
      key = `${document}/${count}`;
    },
    async draw() {
      if (drawn === key) return;
      const asked = (drawn = key);
      const entries = await ask({ kind: "outline" }).then((answer) => answer.content.outline ?? [], () => []);
      if (asked !== key) return;
      none.hidden = entries.length > 0;
      list.replaceChildren(...entries.map((/** @type {any} */ entry) => make("li", {}, [
        make("button", { type: "button", class: `dsocr-level-${Math.min(4, entry.level)}`, on: { click: () => goTo(entry.page, entry.id) } }, [
          make("span", { dir: "auto", text: entry.text }),
          make("span", { class: "dsocr-faint", text: String(entry.page) }),
        ]),
      ])));
    },
  };
}
