// @ts-check
// What stands beside the page when it is asked for: its tabs, one of which is shown.

/**
 * @param {HTMLElement} root of the viewer, told by classes whether the panel is open
 * @param {Record<string, {words: string, body: HTMLElement, opener: HTMLElement, draw: () => void}>} tabs
 *   with the button outside that opens each
 */
function sidePanel(root, tabs) {
  let [isOpen, shown] = [false, Object.keys(tabs)[0]];
  /** @type {Record<string, HTMLElement>} */
  const heads = Object.fromEntries(Object.entries(tabs).map(([name, { words }]) => [
    name,
    make("button", { type: "button", role: "tab", "data-tab": name, text: words, on: { click: () => show(name) } }),
  ]));
  const list = make("div", { class: "dsocr-tabs", role: "tablist", "aria-label": "Beside the page" }, Object.values(heads));
  list.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const names = Object.keys(tabs).filter((name) => !heads[name].hidden);
    const next = names[(names.indexOf(shown) + step + names.length) % names.length];
    show(next);
    heads[next].focus();
    event.preventDefault();
    event.stopPropagation();
  });
  const close = make("button", { type: "button", class: "dsocr-close", "aria-label": "Close", title: "Close", text: "×", on: { click: () => { toggle(shown); tabs[shown].opener.focus(); } } });
  const panel = make("div", { class: "dsocr-side", role: "group", "aria-label": "Contents and matches" }, [
    make("div", { class: "dsocr-side-head" }, [list, close]),
    ...Object.values(tabs).map(({ body }) => body),
  ]);
  Object.values(tabs).forEach(({ body, words }) => {
    body.setAttribute("role", "tabpanel");
    body.setAttribute("aria-label", words);
  });
  for (const opener of new Set(Object.values(tabs).map((tab) => tab.opener))) {
    opener.addEventListener("click", () => toggle(Object.keys(tabs).find((name) => tabs[name].opener === opener) ?? ""));
  }

  function draw() {
    panel.hidden = !isOpen;
    root.classList.toggle("dsocr-sided", isOpen);
    for (const [name, { body, opener }] of Object.entries(tabs)) {
      const on = isOpen && name === shown;
      body.hidden = !on;
      heads[name].setAttribute("aria-selected", String(on));
      heads[name].tabIndex = name === shown ? 0 : -1;
      opener.setAttribute("aria-expanded", String(Object.keys(tabs).some((other) => tabs[other].opener === opener && isOpen && other === shown)));
    }
    if (isOpen) tabs[shown].draw();
  }
  /** @param {string} name */
  function show(name) {
    [isOpen, shown] = [true, name];
    draw();
  }
  /** @param {string} name */
  function toggle(name) {
    // A style sheet may leave a tab out, such as the small pictures on a phone.
    const own = Object.keys(tabs).filter((other) => tabs[other].opener === tabs[name].opener && getComputedStyle(heads[other]).display !== "none");
    if (isOpen && own.includes(shown)) isOpen = false;
    else [isOpen, shown] = [true, own.includes(name) ? name : own[0]];
    draw();
  }
  draw();
  return {
    panel,
    show,
    toggle,
    /** Draw the tab again that is shown. @param {string} name */
    refresh(name) {
      if (isOpen && shown === name) tabs[name].draw();
    },
  };
}
