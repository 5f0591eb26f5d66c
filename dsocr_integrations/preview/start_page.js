// @ts-check
// The documents of a folder: what each is, who read it, and where words stand in all of them.

/** @param {string} id */
function startData(id) {
  return JSON.parse(document.getElementById(id)?.textContent ?? "null");
}

const SHOWN_HITS = 100;

/** @param {any[]} documents */
function startPage(documents) {
  /** @type {any[] | null} */
  let texts = null;
  const allTexts = () =>
    (texts ??= documents.flatMap((_, place) =>
      startData(`dsocr-texts-${place}`).map((/** @type {any} */ block) => ({ ...block, document: place, folded: folded(block.plain) })),
    ));
  const counted = (/** @type {number} */ count, /** @type {string} */ name) => `${count.toLocaleString("en")} ${name}${count === 1 ? "" : "s"}`;
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

  function draw() {
    const query = search.value;
    const { matches, count } = query.trim() ? findIn(allTexts(), query) : { matches: [], count: 0 };
    list.hidden = Boolean(query.trim());
    found.textContent = query.trim() ? `${counted(count, "match").replace("matchs", "matches")}${count > SHOWN_HITS ? `; the first ${SHOWN_HITS} are listed` : ""}` : counted(documents.length, "document");
    results.replaceChildren(...matches.slice(0, SHOWN_HITS).map((match) => {
      const one = documents[match.document];
      const excerpt = make("p", {}, [make("span", { class: "dsocr-said", dir: "auto", text: match.excerpt })]);
      markIn(excerpt, [folded(query)]);
      return make("li", {}, [
        make("a", { href: `${one.href}#1/${match.page}/${match.id}`, dir: "auto", text: `${titleOf(one)}, page ${match.page}` }),
        excerpt,
      ]);
    }));
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
