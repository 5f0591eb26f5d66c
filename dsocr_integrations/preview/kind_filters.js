// @ts-check
// A chip for each kind of block on the page, which hides those of its kind.

const KINDS = { title: "headings", text: "text", table: "tables", figure: "figures", formula: "formulas", caption: "captions", margin: "margins", other: "other" };

/**
 * @param {HTMLElement} bar
 * @param {HTMLElement[]} others what stands behind the chips
 * @param {() => void} apply called when other kinds are hidden, and for each page
 */
function kindFilters(bar, others, apply) {
  /** @type {Set<string>} */
  const hidden = new Set();
  function tell() {
    for (const chip of bar.querySelectorAll("[data-class]")) chip.setAttribute("aria-pressed", String(!hidden.has(chip.dataset.class)));
    apply();
  }
  /** @param {string} kind @param {string} text */
  const chip = (kind, text) => make("button", {
    type: "button",
    class: `dsocr-chip dsocr-is-${kind}`,
    "data-class": kind,
    text,
    on: { click: () => { if (!hidden.delete(kind)) hidden.add(kind); tell(); } },
  });
  return {
    hidden,
    /** @param {Block[]} blocks of the page */
    draw(blocks) {
      /** @type {Map<string, number>} */
      const counts = new Map();
      for (const block of blocks) counts.set(block.class, (counts.get(block.class) ?? 0) + 1);
      const shown = Object.entries(KINDS).filter(([kind]) => counts.has(kind));
      bar.replaceChildren(...shown.map(([kind, words]) => chip(kind, `${words} ${counts.get(kind)}`)), ...others);
      tell();
    },
    /** Hide a kind no more. @param {string} kind */
    show(kind) {
      if (hidden.delete(kind)) tell();
    },
  };
}
