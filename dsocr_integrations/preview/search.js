// @ts-check
// Search in pages, as `find.py` has it for Python: what is typed is looked for as it is. The
// marks come from the same comparison, so that whatever counts as a match is marked.

// What is searched as it is typed, since it stands on the pages; an index is asked by Enter.
const PAGE_PLACES = { document: 1, all: 1 };
const MAX_MATCHES = 500;
const MAX_QUERY = 200;
const EXCERPT = 60;
// A letter with its accents, and letters of Korean syllables, fold together.
const CLUSTERS = /[\u1100-\u11ff]+|\P{M}\p{M}*|\p{M}+/gu;

/**
 * Text as it is compared: compatibility forms, lower case, single blanks.
 * @param {string} text
 */
function folded(text) {
  return foldedLetters(text).split(/\s+/).filter(Boolean).join(" ");
}

/** @param {string} text */
const foldedLetters = (text) => text.normalize("NFKC").toLowerCase().replaceAll("ς", "σ");

/**
 * Pieces of text folded as one, with blanks between them.
 * @param {string[][]} groups texts that stand together without a blank, group by group
 * @returns {{text: string, from: {piece: number, start: number, end: number}[]}} the folded text
 *   and, for each of its characters, the piece and the places that it comes from
 */
function foldedPieces(groups) {
  let text = "";
  /** @type {{piece: number, start: number, end: number}[]} */
  const from = [];
  let piece = -1;
  const add = (/** @type {string} */ letter, /** @type {number} */ start, /** @type {number} */ end) => {
    const blank = /\s/.test(letter);
    if (blank && (!text || text.endsWith(" "))) return;
    text += blank ? " " : letter;
    for (let i = 0; i < letter.length; i += 1) from.push({ piece, start, end });
  };
  for (const group of groups) {
    for (const source of group) {
      piece += 1;
      for (const found of source.matchAll(CLUSTERS)) {
        for (const letter of foldedLetters(found[0])) add(letter, found.index, found.index + found[0].length);
      }
    }
    add(" ", 0, 0);
  }
  return { text, from };
}

/**
 * Where the query stands in a text, without overlaps.
 * @param {string} text folded
 * @param {string} wanted folded
 */
function occurrences(text, wanted) {
  const places = [];
  for (let at = text.indexOf(wanted); wanted && at >= 0; at = text.indexOf(wanted, at + wanted.length)) places.push(at);
  return places;
}

/**
 * The blocks that hold a query.
 * @param {{document: number, page: number, id: string, plain: string, folded: string}[]} blocks
 * @param {string} query
 */
function findIn(blocks, query) {
  const wanted = folded(query.slice(0, MAX_QUERY));
  const all = wanted ? blocks.filter((block) => block.folded.includes(wanted)) : [];
  const matches = all
    .slice(0, MAX_MATCHES)
    .map(({ document, page, id, plain }) => ({ document, page, id, excerpt: excerptOf(plain, wanted) }));
  return { matches, count: all.length };
}

/**
 * What stands around the first place of the query, in whole words, as it was printed.
 * @param {string} plain
 * @param {string} wanted folded
 */
function excerptOf(plain, wanted) {
  const { text, from } = foldedPieces([[plain]]);
  const at = text.indexOf(wanted);
  if (at < 0) return plain.slice(0, 2 * EXCERPT);
  let start = Math.max(0, from[at].start - EXCERPT);
  let end = Math.min(plain.length, from[at + wanted.length - 1].end + EXCERPT);
  if (start > 0) {
    const blank = plain.indexOf(" ", start - 1);
    if (blank >= 0 && blank < from[at].start) start = blank + 1;
  }
  if (end < plain.length) {
    const blank = plain.lastIndexOf(" ", end);
    if (blank >= from[at + wanted.length - 1].end) end = blank;
  }
  return `${start > 0 ? "… " : ""}${plain.slice(start, end)}${end < plain.length ? " …" : ""}`;
}

/** @param {Element} element */
function unmark(element) {
  for (const mark of element.querySelectorAll("mark")) {
    const around = mark.parentNode;
    mark.replaceWith(...mark.childNodes);
    around?.normalize();
  }
}

/**
 * Mark every place of some words in what was read; folded parts that hold one are opened.
 * @param {Element} element
 * @param {string[]} wanted folded
 */
function markIn(element, wanted) {
  /** @type {Text[]} */
  const nodes = [];
  const groups = [...element.querySelectorAll(".dsocr-said")].map((said) => {
    // A formula is searched as it was said, in LaTeX, which then stands in its place.
    const isSaid = (/** @type {Node} */ node) => (node.parentElement?.closest("math") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT);
    const walker = document.createTreeWalker(said, NodeFilter.SHOW_TEXT, isSaid);
    const texts = [];
    while (walker.nextNode()) {
      nodes.push(/** @type {Text} */ (walker.currentNode));
      texts.push(/** @type {Text} */ (walker.currentNode).data);
    }
    return texts;
  });
  const { text, from } = foldedPieces(groups);
  /** @type {Map<number, [number, number][]>} */
  const ranges = new Map();
  const places = wanted.flatMap((words) => occurrences(text, words).map((at) => [at, at + words.length]));
  for (const [at, to] of places.sort((one, other) => one[0] - other[0])) {
    for (const { piece, start, end } of from.slice(at, to)) {
      if (end === start) continue;
      const known = ranges.get(piece) ?? [];
      const last = known.at(-1);
      if (last && start <= last[1]) last[1] = Math.max(last[1], end);
      else known.push([start, end]);
      ranges.set(piece, known);
    }
  }
  for (const [piece, places] of ranges) {
    const node = nodes[piece];
    const whole = node.data;
    const parts = [];
    let done = 0;
    for (const [start, end] of places) {
      if (start > done) parts.push(whole.slice(done, start));
      parts.push(make("mark", { text: whole.slice(start, end) }));
      done = end;
    }
    if (done < whole.length) parts.push(whole.slice(done));
    const folding = node.parentElement?.closest("details");
    if (folding) folding.open = true;
    node.replaceWith(...parts);
  }
}
