// @ts-check
// The documents of a folder: what each is, who read it, and where words stand in all of them.

/** @param {string} id */
function startData(id) {
  return JSON.parse(document.getElementById(id)?.textContent ?? "null");
}

// Of one document, so that none hides the next; the others are found in its own page.
const SHOWN_HITS = 5;

/** @param {any[]} documents */
function startPage(documents) {
  /** @type {any[][] | null} */
  let texts = null;
  const allTexts = () =>
    (texts ??= documents.map((_, place) =>
      startData(`dsocr-texts-${place}`).map((/** @type {any} */ block) => ({ ...block, folded: folded(block.plain) })),
    ));
  const counted = (/** @type {number} */ count, /** @type {string} */ name, many = `${name}s`) => `${count.toLocaleString("en")} ${count === 1 ? name : many}`;
  const titleOf = (/** @type {any} */ one) => one.title || one.source || "Document";

  const search = make("input", { type: "search", placeholder: "Search all documents", "aria-label": "Search all documents", maxlength: MAX_QUERY, spellcheck: "false" });
  const found = make("span", { class: "dsocr-found", role: "status" });
  const results = make("ol", { class: "dsocr-results" });
  const list = make("ul", { class: "dsocr-library" }, documents.map((one) => {
    const facts = [
      one.title ? one.source : "",
      one.pages === one.page_count ? counted(one.pages, "page") : `${one.pages} of ${counted(one.page_count, "page")}`,
      ...Object.entries(one.holds).map(([name, count]) => counted(/** @type {number} */ (count), name)),
      one.notice,
    ];
    const flagged = [
      one.errors ? `${counted(one.errors, "page")} could not be read` : "",
      one.doubtful.length ? `${counted(one.doubtful.length, "page")} doubtful` : "",
    ].filter(Boolean);
    return make("li", {}, [
      make("a", { href: one.href, dir: "auto", text: titleOf(one) }),
      make("p", { class: "dsocr-faint", dir: "auto", text: facts.filter(Boolean).join(" · ") }),
      flagged.length ? make("p", { class: "dsocr-doubt" }, [
        make("span", { text: `${flagged.join(", ")} ` }),
        one.doubtful.length ? make("a", { href: `${one.href}#1/${one.doubtful[0]}`, text: `first doubtful page` }) : null,
      ]) : null,
    ]);
  }));

  /** What was found in one document. @param {any} one @param {{matches: any[], count: number}} found @param {string} query */
  function foundIn(one, { matches, count }, query) {
    const address = (/** @type {any} */ match) => `${one.href}#1/${match.page}/${match.id}/${encodeURIComponent(query)}`;
    const entry = make("li", {}, [
      make("h2", { dir: "auto", text: titleOf(one) }),
      make("p", { class: "dsocr-faint", dir: "auto", text: [one.title ? one.source : "", counted(count, "match", "matches")].filter(Boolean).join(" · ") }),
      ...matches.slice(0, SHOWN_HITS).map((match) => make("p", {}, [
        make("a", { href: address(match), "aria-label": `Page ${match.page} of ${titleOf(one)}`, text: `page ${match.page}` }),
        make("span", { class: "dsocr-said", dir: "auto", text: match.excerpt }),
      ])),
      count > SHOWN_HITS ? make("p", {}, [make("a", { href: address(matches[SHOWN_HITS]), text: `${count - SHOWN_HITS} more in this document` })]) : null,
    ]);
    markIn(entry, [folded(query)]);
    return entry;
  }
  function draw() {
    const query = search.value.trim();
    list.hidden = Boolean(query);
    const all = query ? allTexts().map((blocks) => findIn(blocks, query)) : [];
    const count = all.reduce((sum, one) => sum + one.count, 0);
    const holding = all.filter((one) => one.count).length;
    found.textContent = query ? `${counted(count, "match", "matches")} in ${counted(holding, "document")}` : counted(documents.length, "document");
    results.replaceChildren(...documents.flatMap((one, place) => (all[place]?.count ? [foundIn(one, all[place], query)] : [])));
  }
  let waiting = 0;
  search.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = window.setTimeout(draw, 200);
  });
  search.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => { if (event.key === "Enter") draw(); });
  draw();
  return make("div", { class: "dsocr dsocr-start" }, [
    make("div", { class: "dsocr-head" }, [make("h1", { class: "dsocr-title", text: "Documents" })]),
    make("div", { class: "dsocr-bar" }, [make("span", { class: "dsocr-group dsocr-search" }, [search, found])]),
    make("div", { class: "dsocr-lists", tabindex: 0, role: "region", "aria-label": "Documents and matches" }, [list, results]),
  ]);
}

const start = document.getElementById("dsocr");
if (start) start.append(startPage(startData("dsocr-documents") ?? []));
