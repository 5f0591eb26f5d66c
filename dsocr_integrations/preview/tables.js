// @ts-check
// Tables whose cells can be walked and chosen, with the forms that they are taken in.

/**
 * A real table, with what it can be taken as. Cells of a block can be chosen.
 * @param {Node_} node
 * @param {Owner} [owner]
 */
function tableElement(node, owner) {
  const rows = node.rows ?? [];
  let isFirst = true;
  /** @param {Cell} cell @param {number} row */
  const cellElement = (cell, row) => {
    const stop = isFirst ? 0 : -1;
    isFirst = false;
    return make(
      cell.header ? "th" : "td",
      {
        dir: "auto",
        scope: cell.header ? "col" : null,
        class: cell.number ? "dsocr-said dsocr-number" : "dsocr-said",
        rowspan: cell.rowspan > 1 ? cell.rowspan : null,
        colspan: cell.colspan > 1 ? cell.colspan : null,
        ...(owner ? { role: cell.header ? "columnheader" : "gridcell", "data-cell": `r${row}-c${cell.column}`, tabindex: stop, "aria-selected": "false" } : {}),
      },
      runElements(cell.runs),
    );
  };
  const isHead = (/** @type {Cell[]} */ row) => row.length > 0 && row.every((cell) => cell.header);
  const lines = (/** @type {Cell[][]} */ some, /** @type {number} */ from) => some.map((row, at) => make("tr", {}, row.map((cell) => cellElement(cell, from + at))));
  const body = rows.findIndex((row) => !isHead(row));
  const head = rows.slice(0, body < 0 ? rows.length : body);
  const table = make("table", { dir: node.direction, role: owner ? "grid" : null, "aria-label": owner ? "Table" : null }, [
    head.length ? make("thead", {}, lines(head, 0)) : null,
    make("tbody", {}, lines(rows.slice(head.length), head.length)),
  ]);
  if (owner) walkCells(table, rows, owner);
  const scrolls = owner ? {} : { tabindex: 0, role: "group", "aria-label": "Table, scrolls sideways" };
  return make("div", { class: "dsocr-table" }, [
    make("div", { class: "dsocr-scroll", ...scrolls }, [table]),
    node.hidden_rows ? make("p", { class: "dsocr-faint", text: `${node.hidden_rows} more rows are not shown; a copy holds them.` }) : null,
    make("div", { class: "dsocr-takes" }, [copyButton("Copy as CSV", () => node.csv ?? ""), owner?.save ? saveChoice(owner) : null]),
  ]);
}

const FORM_NAMES = { csv: "CSV", xlsx: "XLSX", md: "Markdown", html: "HTML" };

/** A choice of forms to save a table in. @param {Owner} owner */
function saveChoice(owner) {
  const choice = make("select", { class: "dsocr-small", "aria-label": "Save the table as" }, [
    make("option", { value: "", text: "Save as…" }),
    ...Object.entries(FORM_NAMES).map(([form, text]) => make("option", { value: form, text })),
  ]);
  choice.addEventListener("change", () => {
    if (choice.value) owner.save?.(owner.name, choice.value);
    choice.value = "";
  });
  return choice;
}

/**
 * Arrows go from cell to cell, as they lie; Enter chooses one.
 * @param {HTMLTableElement} table
 * @param {Cell[][]} rows
 * @param {Owner} owner
 */
function walkCells(table, rows, owner) {
  /** The cell that covers a place. @param {number} row @param {number} column */
  const nameAt = (row, column) => {
    for (let at = Math.min(row, rows.length - 1); at >= 0; at -= 1) {
      const cell = rows[at].find((one) => one.column <= column && column < one.column + one.colspan && at + one.rowspan > row);
      if (cell) return `r${at}-c${cell.column}`;
    }
    return "";
  };
  table.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    const cell = /** @type {HTMLElement} */ (event.target).closest("[data-cell]");
    if (!(cell instanceof HTMLTableCellElement)) return;
    const [row, column] = (cell.dataset.cell ?? "").slice(1).split("-c").map(Number);
    const isRtl = table.dir === "rtl";
    const [before, after] = [column - 1, column + cell.colSpan];
    /** @type {Record<string, [number, number]>} */
    const goes = {
      ArrowUp: [row - 1, column],
      ArrowDown: [row + cell.rowSpan, column],
      ArrowRight: [row, isRtl ? before : after],
      ArrowLeft: [row, isRtl ? after : before],
      Home: [row, 0],
      End: [row, rows[row].at(-1)?.column ?? 0],
    };
    if (event.key === "Enter" || event.key === " ") owner.onSelect(`${owner.name}-${cell.dataset.cell}`);
    else if (event.key in goes) {
      const next = /** @type {HTMLElement | null} */ (table.querySelector(`[data-cell="${nameAt(...goes[event.key])}"]`));
      if (next) {
        for (const one of table.querySelectorAll("[tabindex='0']")) one.setAttribute("tabindex", "-1");
        next.tabIndex = 0;
        next.focus();
      }
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
}
