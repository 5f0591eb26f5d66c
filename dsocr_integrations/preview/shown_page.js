// @ts-check
// The page that is looked at, in both panes: its sheet, its blocks, and what is chosen, found,
// near the pointer and hidden in them.

// Of more blocks at once, a browser stalls; they are shown part by part.
const PART = 1_500;
const MAX_ZOOM = 6;

/** The block of what is chosen, which may be a cell of its table. @param {string} id */
const blockOf = (id) => id.replace(/-r\d+-c\d+$/, "");

/**
 * @param {{frame: ReturnType<typeof viewerFrame>, prefix: string, onSelect: (id: string) => void,
 *   save?: (id: string, form: string) => void, closer: () => Promise<any>,
 *   words?: () => Promise<any>, cell?: (id: string) => Promise<any>}} around
 */
function shownPage({ frame, prefix, onSelect, save, closer, words, cell }) {
  const { pagePane, textPane, filters, root } = frame;
  /** @type {{view: any, pictures: Record<string, string>} | null} */
  let current = null;
  /** @type {any} */
  let entry = null;
  /** @type {ReturnType<typeof pageSheet> | null} */
  let sheet = null;
  let [part, raw, zoom, here, selected] = [0, false, 1, 0, ""];
  /** @type {string[]} */
  let wanted = [];

  /** @type {Record<string, boolean>} what is drawn over the page */
  const laid = { order: false, words: false };
  const layerSwitches = Object.entries({ order: "reading order", ...(words ? { words: "words" } : {}) }).map(([name, text]) => {
    const one = make("button", { type: "button", class: "dsocr-chip dsocr-layer-switch", "aria-pressed": "false", text });
    one.addEventListener("click", () => {
      laid[name] = !laid[name];
      one.setAttribute("aria-pressed", String(laid[name]));
      drawLayers();
    });
    return one;
  });

  /** What a person points at is shown from its beginning, else from what was searched for in it. */
  let pointedAt = "";
  const point = (/** @type {string} */ id) => {
    pointedAt = blockOf(id);
    onSelect(id);
  };

  const kinds = kindFilters(filters, layerSwitches, applyHidden);

  const textId = (/** @type {string} */ id) => `${prefix}${id}`;
  /** @type {Map<string, HTMLElement>} */
  const sections = new Map();
  const blocks = () => /** @type {Block[]} */ (current?.view.blocks ?? []);

  const near = (/** @type {string} */ id) => {
    for (const section of textPane.querySelectorAll(".dsocr-near")) section.classList.remove("dsocr-near");
    sections.get(id)?.classList.add("dsocr-near");
  };
  textPane.addEventListener("pointerover", (/** @type {Event} */ event) =>
    sheet?.near(/** @type {Element} */ (event.target).closest?.(".dsocr-block")?.getAttribute("data-id") ?? ""),
  );
  textPane.addEventListener("pointerleave", () => sheet?.near(""));

  function draw() {
    if (!current) return;
    const { view, pictures } = current;
    const all = blocks();
    const some = all.slice(part * PART, (part + 1) * PART);
    const page = { width: entry.width, height: entry.height, picture: pictures.page ?? null };
    const name = `Page ${entry.label && entry.label !== String(view.number) ? `${entry.label} (${view.number})` : view.number}`;
    sheet = pageSheet({ ...page, name, blocks: some, textId, onSelect: point, onNear: near });
    const scrolled = [pagePane.scrollTop, textPane.scrollTop];
    pagePane.replaceChildren(sheet.element);
    sections.clear();
    for (const block of raw ? [] : some) {
      sections.set(block.id, blockSection(block, { page, pictures, elementId: textId(block.id), onSelect: point, save }));
    }
    const content = raw
      ? [make("pre", { class: "dsocr-code dsocr-raw", tabindex: 0, text: view.raw || "The engine's raw answer was not kept." })]
      : sections.values();
    textPane.replaceChildren(...notices(view, all.length), ...content, pageFacts(view));
    [pagePane.scrollTop, textPane.scrollTop] = scrolled;
    kinds.draw(some);
    drawFound();
    drawSelected();
    if (zoom > 1) sharpen();
  }

  /** What must be known before the text is read. @param {any} view @param {number} count */
  function notices(view, count) {
    const out = [];
    if (!view.reading.trusted) out.push(make("p", { class: "dsocr-warning", text: `This page's reading is doubtful: ${view.reading.reasons.join("; ")}.` }));
    if (view.hidden_blocks) out.push(make("p", { class: "dsocr-warning", text: `${view.hidden_blocks.toLocaleString("en")} more blocks of this page are not shown and not searched.` }));
    if (count > PART) {
      const go = (/** @type {number} */ next) => () => keepFocus(() => { part = next; draw(); });
      const last = Math.ceil(count / PART) - 1;
      out.push(make("div", { class: "dsocr-warning dsocr-parts" }, [
        make("span", { text: `Blocks ${(part * PART + 1).toLocaleString("en")} to ${Math.min(count, (part + 1) * PART).toLocaleString("en")} of ${count.toLocaleString("en")} are shown.` }),
        part > 0 ? make("button", { type: "button", class: "dsocr-small", text: "Earlier blocks", on: { click: go(part - 1) } }) : null,
        part < last ? make("button", { type: "button", class: "dsocr-small", text: "Later blocks", on: { click: go(part + 1) } }) : null,
      ]));
    }
    return out;
  }

  function applyHidden() {
    sheet?.hide(kinds.hidden);
    for (const section of sections.values()) section.hidden = kinds.hidden.has(section.dataset.class ?? "");
    drawLayers();
  }

  async function drawLayers() {
    const showing = sheet;
    if (!showing) return;
    const seen = blocks().slice(part * PART, (part + 1) * PART).filter((block) => block.boxes.length && !kinds.hidden.has(block.class));
    const order = laid.order ? [orderLayer(seen)] : [];
    showing.lay(order);
    if (!laid.words || !words) return;
    const boxes = await words().then((answer) => answer.content.words, () => []);
    if (showing === sheet && laid.words) showing.lay([...order, wordLayer(boxes)]);
  }

  function drawFound() {
    unmark(textPane);
    const holds = (/** @type {Block} */ block) => wanted.some((words) => (block.folded ??= folded(block.plain)).includes(words));
    const found = wanted.length ? blocks().filter(holds) : [];
    for (const block of found) {
      const section = sections.get(block.id);
      if (section) markIn(section, wanted);
    }
    sheet?.match(new Set(found.map((block) => block.id)));
    here = found.length;
  }

  /** What is asked for is shown, also in another part of a long page or of a kind that was hidden. */
  function reveal() {
    const at = blocks().findIndex((one) => one.id === blockOf(selected));
    if (at < 0) return;
    kinds.show(blocks()[at].class);
    if (Math.floor(at / PART) === part) return;
    part = Math.floor(at / PART);
    draw();
  }

  function drawSelected() {
    const shape = sheet?.select(blockOf(selected));
    for (const former of textPane.querySelectorAll(".dsocr-chosen")) setChosen(former, false);
    for (const former of textPane.querySelectorAll("[data-cell][aria-selected=true]")) former.setAttribute("aria-selected", "false");
    const section = sections.get(blockOf(selected));
    if (section) {
      setChosen(section, true);
      const cell = section.querySelector(`[data-cell="${CSS.escape(selected.slice(blockOf(selected).length + 1))}"]`);
      cell?.setAttribute("aria-selected", "true");
      const sought = () => (blockOf(selected) === pointedAt ? null : section.querySelector("mark"));
      bringInto(textPane, () => cell ?? sought() ?? section);
      // What there is room for is shown whole.
      bringInto(textPane, () => (section.offsetHeight <= textPane.clientHeight ? section : null));
    }
    if (shape) bringInto(pagePane, () => shape);
    markCell();
  }

  async function markCell() {
    const [showing, asked] = [sheet, selected];
    showing?.markCell(null);
    if (!showing || !cell || asked === blockOf(asked)) return;
    const box = await cell(asked).then((answer) => answer.content.box, () => null);
    if (showing === sheet && asked === selected) showing.markCell(box);
  }

  /** @param {Element} section @param {boolean} chosen */
  function setChosen(section, chosen) {
    section.classList.toggle("dsocr-chosen", chosen);
    section.querySelector(".dsocr-label")?.setAttribute("aria-pressed", String(chosen));
  }

  function sharpen() {
    const showing = sheet;
    if (!showing || showing.stretch < 1.2) return;
    closer().then((page) => { if (showing === sheet && page.pictures.page) showing.sharpen(page.pictures.page); }).catch(() => {});
  }

  /**
   * Run what takes elements away; who had the focus keeps a place, else keys would go to the host.
   * @param {() => void} change
   */
  function keepFocus(change) {
    const focused = /** @type {Document | ShadowRoot} */ (root.getRootNode()).activeElement;
    const [inPage, inText, inside] = [pagePane, textPane, root].map((pane) => pane.contains(focused));
    const id = focused?.closest?.("[data-id]")?.getAttribute("data-id");
    change();
    if (!inside || (focused?.isConnected && root.contains(focused))) return;
    const again = inPage
      ? pagePane.querySelector(`[data-id="${CSS.escape(id ?? "")}"]`) ?? pagePane.querySelector("[tabindex='0']")
      : inText && id && sections.get(id)?.querySelector(".dsocr-label:not(:disabled)");
    (again || (inText ? textPane : root)).focus({ preventScroll: true });
  }

  return {
    /**
     * @param {{view: any, pictures: Record<string, string>}} page
     * @param {any} listed what the list of pages says of it
     * @param {boolean} turned whether another page was shown before
     * @param {string} chosen
     */
    fill(page, listed, turned, chosen) {
      keepFocus(() => {
        [current, entry, selected] = [page, listed, chosen];
        if (turned) part = pagePane.scrollTop = textPane.scrollTop = 0;
        draw();
        reveal();
      });
    },
    /** @param {string} words @param {(() => void) | null} again */
    empty(words, again) {
      keepFocus(() => {
        [current, sheet] = [null, null];
        pagePane.replaceChildren();
        filters.replaceChildren();
        textPane.replaceChildren(
          ...[
            make("p", { class: again ? "dsocr-doubt" : "dsocr-faint", text: words }),
            again && make("button", { type: "button", class: "dsocr-small", text: "Try again", on: { click: again } }),
          ].filter(Boolean),
        );
      });
    },
    /** @param {string} id */
    select(id) {
      selected = id;
      if (blockOf(id) !== pointedAt) pointedAt = "";
      reveal();
      drawSelected();
    },
    /** Show once more what was searched for. @param {string} id */
    selectMatch(id) {
      pointedAt = "";
      this.select(id);
    },
    /** Mark words; returns how many blocks of this page hold any of them. @param {string[]} words */
    find(words) {
      const asked = words.map(folded).filter(Boolean);
      if (asked.join("\n") !== wanted.join("\n")) {
        wanted = asked;
        drawFound();
      }
      return here;
    },
    /** @param {number} factor */
    zoom(factor) {
      const [x, y] = [pagePane.scrollLeft + pagePane.clientWidth / 2, pagePane.scrollTop + pagePane.clientHeight / 2];
      const [wide, high] = [pagePane.scrollWidth, pagePane.scrollHeight];
      zoom = Math.max(0.2, Math.min(MAX_ZOOM, zoom * factor));
      pagePane.style.setProperty("--dsocr-zoom", String(zoom));
      pagePane.scrollLeft = (x / wide) * pagePane.scrollWidth - pagePane.clientWidth / 2;
      pagePane.scrollTop = (y / high) * pagePane.scrollHeight - pagePane.clientHeight / 2;
      const shape = pagePane.querySelector(".dsocr-shape[aria-pressed='true']");
      if (shape) bringInto(pagePane, () => shape);
      sharpen();
    },
    /** Make the whole page visible. */
    fit() {
      const high = sheet?.element.offsetHeight ?? 0;
      if (high) this.zoom((pagePane.clientHeight - 32) / high);
    },
    /** Turn between the text and the engine's answer as it came; tells which is shown. */
    turnRaw() {
      raw = !raw;
      keepFocus(draw);
      return raw;
    },
  };
}
