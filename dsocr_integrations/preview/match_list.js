// @ts-check
// The matches of a search, as a list: blocks of documents, or hits and documents of an index.

/**
 * @param {(match: any) => void} goTo
 */
function matchList(goTo) {
  const list = make("ol", { class: "dsocr-hits" });
  const none = make("p", { class: "dsocr-faint" });
  /** @type {{matches: any[], query: string, library: any[], current: number}} */
  let listed = { matches: [], query: "", library: [], current: -1 };
  let drawn = listed;

  const placeOf = (/** @type {any} */ match) => `${listed.library.length > 1 ? `${nameOf(listed.library[match.document])}, ` : ""}page ${match.page}`;
  /** Where it stands is read once for all matches of a page. @param {any} match @param {any} former */
  function ofDocument(match, former) {
    const isSame = former && placeOf(former) === placeOf(match);
    const entry = make("button", { type: "button", on: { click: () => goTo(match) } }, [
      make("span", { class: isSame ? "dsocr-unseen" : "dsocr-faint", text: placeOf(match) }),
      make("span", { class: "dsocr-said", dir: "auto", text: match.excerpt }),
    ]);
    markIn(entry, [folded(listed.query)]);
    return entry;
  }
  /** @param {any} match */
  function ofIndex(match) {
    const place = [match.page ? `page ${match.page}` : "", match.kind === "text" ? "" : match.kind, match.doubtful ? "doubtful" : ""];
    return make("button", { type: "button", on: { click: () => goTo(match) } }, [
      make("span", { class: "dsocr-hit-title", dir: "auto", text: match.title }),
      make("span", { class: "dsocr-faint", text: place.filter(Boolean).join(" · ") }),
      make("span", { dir: "auto" }, runElements(match.runs)),
    ]);
  }

  return {
    body: make("div", { class: "dsocr-tab" }, [list, none]),
    /** Say what is to be listed; it is drawn when it is looked at. @param {any[]} matches @param {string} query @param {any[]} library @param {number} current */
    take(matches, query, library, current) {
      listed = { matches, query, library, current };
    },
    draw() {
      const focused = [...list.querySelectorAll("button")].indexOf(/** @type {any} */ (list.getRootNode()).activeElement);
      if (drawn.matches !== listed.matches) list.replaceChildren(...listed.matches.map((match, at) => make("li", {}, [match.runs ? ofIndex(match) : ofDocument(match, listed.matches[at - 1])])));
      drawn = listed;
      none.hidden = listed.matches.length > 0;
      none.textContent = listed.query.trim() ? "Nothing was found." : "What a search finds is listed here.";
      const entries = list.querySelectorAll("button");
      entries.forEach((entry, at) => {
        if (at === listed.current) entry.setAttribute("aria-current", "true");
        else entry.removeAttribute("aria-current");
      });
      if (focused >= 0 && !list.contains(/** @type {any} */ (list.getRootNode()).activeElement)) entries[Math.min(focused, entries.length - 1)]?.focus();
    },
  };
}
