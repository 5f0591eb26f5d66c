// @ts-check
// Where to go: pages, what a search found, and pages whose reading is doubtful.

const placeIn = (/** @type {any} */ model) => model.get("document") ?? 0;
const documentIn = (/** @type {any} */ model) => model.get("document_view") ?? { pages: [], errors: [] };
/** @param {any} model @param {Record<string, unknown>} values */
function setIn(model, values) {
  for (const [name, value] of Object.entries(values)) model.set(name, value);
  model.save_changes();
}

/**
 * @param {any} model
 * @param {{open: (hit: number) => void, selectAgain: (id: string) => void, setPageBox: (number: number) => void}} calls
 *   what opens an entry of an index, shows once more what is chosen, and names the page
 */
function navigation(model, { open, selectAgain, setPageBox }) {
  const asksIndex = () => Boolean((model.get("matches") ?? [])[0]?.runs);

  /** @param {number} number @param {string} [selected] */
  function turnTo(number, selected = "") {
    // A page that failed has no sheet: the nearest one that was read is shown.
    const nearest = documentIn(model).pages.reduce(
      (/** @type {any} */ best, /** @type {any} */ page) =>
        best && Math.abs(best.number - number) <= Math.abs(page.number - number) ? best : page,
      null,
    );
    if (nearest && Number.isFinite(number)) setIn(model, { page: nearest.number, selected });
    setPageBox(model.get("page"));
  }
  /** @param {number} step */
  function turn(step) {
    const pages = documentIn(model).pages;
    const next = pages[pages.findIndex((/** @type {any} */ page) => page.number === model.get("page")) + step];
    if (next) turnTo(next.number);
  }
  /** @param {number} step */
  function turnToMatch(step) {
    const matches = model.get("matches") ?? [];
    if (!matches.length) return;
    const here = matchNow(matches);
    const nearest = asksIndex() ? (step > 0 ? 0 : matches.length - 1) : nearestMatch(matches, step);
    goTo(matches[here < 0 ? nearest : (here + step + matches.length) % matches.length]);
  }
  /** Place of the match that is shown, -1 for none. @param {any[]} matches */
  function matchNow(matches) {
    if (asksIndex()) return model.get("opened") ?? -1;
    return matches.findIndex((match) => match.id === model.get("selected") && (match.document ?? 0) === placeIn(model));
  }
  /** @param {any} match */
  function goTo(match) {
    if (match.runs) {
      open((model.get("matches") ?? []).indexOf(match));
      return;
    }
    const there = match.id === model.get("selected") && (match.document ?? placeIn(model)) === placeIn(model);
    const isOneOfMany = (model.get("library") ?? []).length > 1;
    setIn(model, { ...(isOneOfMany ? { document: match.document ?? placeIn(model) } : {}), page: match.page, selected: match.id });
    if (there) selectAgain(match.id);
  }
  function turnToDoubtful() {
    const flagged = documentIn(model).pages.filter((/** @type {any} */ page) => page.flagged);
    const next = flagged.find((/** @type {any} */ page) => page.number > model.get("page")) ?? flagged[0];
    if (next) turnTo(next.number);
  }
  /** The first match from this page on, or the last before it. @param {any[]} matches @param {number} step */
  function nearestMatch(matches, step) {
    const isAhead = (/** @type {any} */ match) => (match.document ?? 0) > placeIn(model) || ((match.document ?? 0) === placeIn(model) && match.page >= model.get("page"));
    const first = matches.findIndex(isAhead);
    if (step > 0) return first < 0 ? 0 : first;
    return ((first < 0 ? matches.length : first) - 1 + matches.length) % matches.length;
  }

  return { turnTo, goToBlock: turnTo, turn, turnToMatch, matchNow, goTo, turnToDoubtful };
}
