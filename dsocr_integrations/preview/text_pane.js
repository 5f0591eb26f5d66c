// @ts-check
// What was read, block by block, beside the page.

const VALUE_SOURCES = {
  printed: "values printed in the figure",
  measured: "values measured from the drawing",
  model: "values said by the model",
};

/**
 * One block with its text.
 * @param {Block} block
 * @param {{elementId: string, page: {width: number, height: number, picture: string | null},
 *   pictures: Record<string, string>, onSelect: (id: string) => void,
 *   save?: (id: string, form: string) => void}} around
 */
function blockSection(block, around) {
  const button = make("button", {
    class: "dsocr-label",
    type: "button",
    text: block.name,
    "data-label": block.label,
    "aria-pressed": "false",
    disabled: !block.boxes.length,
    title: block.boxes.length ? "Show on the page" : "No box was given for this block",
    on: { click: () => around.onSelect(block.id) },
  });
  const doubt = block.confidence !== null && block.confidence < 0.8;
  const owner = { name: block.id, onSelect: around.onSelect, save: around.save };
  const text = block.nodes.map((node) => nodeElement(node, owner));
  const section = make("section", { class: `dsocr-block dsocr-is-${block.class}`, "data-id": block.id, "data-class": block.class }, [
    make("div", { class: "dsocr-block-head" }, [
      button,
      doubt ? make("span", { class: "dsocr-doubt", text: `${Math.round((block.confidence ?? 0) * 100)} % sure` }) : null,
      ...block.doubts.map((said) => make("span", { class: "dsocr-doubt", text: said })),
    ]),
    make("div", { class: "dsocr-body", id: around.elementId }, [
      ...(block.figure ? figureParts(block, around, owner) : []),
      // Axis labels and the like explain nothing once the figure itself stands there.
      ...(block.figure && text.length ? [lettering(text)] : text),
    ]),
  ]);
  section.addEventListener("click", (/** @type {MouseEvent} */ event) => {
    const target = /** @type {Element} */ (event.target);
    // Selecting words to copy is no click on the block.
    const chosen = /** @type {any} */ (section.getRootNode()).getSelection?.() ?? document.getSelection();
    if (target.closest("button, summary, select") || (chosen && !chosen.isCollapsed)) return;
    const cell = target.closest("[data-cell]")?.getAttribute("data-cell");
    if (cell || block.boxes.length) around.onSelect(cell ? `${block.id}-${cell}` : block.id);
  });
  return section;
}

/**
 * Text found inside a figure, folded away.
 * @param {HTMLElement[]} text
 */
function lettering(text) {
  return make("details", { class: "dsocr-lettering" }, [make("summary", { text: "Text inside the figure" }), ...text]);
}

/**
 * Crop and reading of a figure, side by side.
 * @param {Block} block
 * @param {Parameters<typeof blockSection>[1]} around
 * @param {Owner} owner
 * @returns {HTMLElement[]}
 */
function figureParts(block, around, owner) {
  const figure = block.figure;
  const name = `Figure ${figure.number} of the page, ${block.name}`;
  const crop = block.boxes.length ? pageCrop(around.page, block.boxes[0], name) : null;
  const reading = [];
  if (figure.table) {
    reading.push(tableElement(figure.table, owner));
    const source = VALUE_SOURCES[/** @type {keyof typeof VALUE_SOURCES} */ (figure.value_source)];
    if (source) reading.push(make("p", { class: "dsocr-faint", text: source }));
  }
  if (figure.smiles) reading.push(moleculePart(figure, around, owner));
  if (figure.geometry) reading.push(make("pre", { class: "dsocr-code", tabindex: 0, text: figure.geometry }));
  if (figure.description) {
    reading.push(make("p", { class: "dsocr-said", dir: "auto", text: figure.description }));
    reading.push(make("p", { class: "dsocr-faint", text: "a description by the model, which may be invented" }));
  }
  if (figure.kind === "picture" && !reading.length && !crop) {
    reading.push(make("p", { class: "dsocr-faint", text: "kept as a picture" }));
  }
  const sides = make("div", { class: reading.length ? "dsocr-figure" : "dsocr-figure dsocr-alone" }, [
    crop ? make("div", { class: "dsocr-plate" }, [crop]) : null,
    reading.length ? make("div", { class: "dsocr-reading" }, reading) : null,
  ]);
  const caption = figure.caption.map((/** @type {Node_} */ node) => nodeElement(node));
  return caption.length ? [sides, make("div", { class: "dsocr-caption" }, caption)] : [sides];
}

/**
 * @param {any} figure
 * @param {Parameters<typeof blockSection>[1]} around
 * @param {Owner} owner
 */
function moleculePart(figure, around, owner) {
  const { save, name } = owner;
  const drawn = around.pictures[figure.picture];
  return make("div", { class: "dsocr-molecule" }, [
    drawn ? make("div", { class: "dsocr-plate" }, [make("img", { src: drawn, alt: "The SMILES below, drawn again" })]) : null,
    make("code", { class: "dsocr-said dsocr-smiles", text: figure.smiles }),
    figure.inchikey ? make("code", { class: "dsocr-said dsocr-faint", text: figure.inchikey }) : null,
    figure.smiles_valid === false ? make("p", { class: "dsocr-doubt", text: "not a valid SMILES" }) : null,
    make("div", { class: "dsocr-takes" }, [
      copyButton("Copy SMILES", () => figure.smiles),
      save ? make("button", { type: "button", class: "dsocr-small", text: "Save as SDF", on: { click: () => save(name, "sdf") } }) : null,
    ]),
  ]);
}

/**
 * What is known of the page beside its blocks.
 * @param {any} view
 */
function pageFacts(view) {
  const reading = view.reading;
  const facts = [`Page ${view.number}, ${reading.notice}`, `mode ${reading.mode}`];
  if (reading.vision_tokens !== null) facts.push(`${reading.vision_tokens} vision tokens`);
  if (reading.output_tokens !== null) facts.push(`${reading.output_tokens} text tokens`);
  if (reading.vision_tokens && reading.output_tokens) {
    facts.push(`${(reading.output_tokens / reading.vision_tokens).toFixed(1)} text tokens a vision token`);
  }
  if (reading.attempts > 1) facts.push(`${reading.attempts} attempts`);
  if (reading.finish_reason !== "stop") facts.push(`ended by ${reading.finish_reason}`);
  const lists = [
    ["Warnings", view.warnings],
    ["Links, notes and form fields", view.notes.map((/** @type {any} */ note) => `${note.kind}: ${note.text}`)],
  ].filter(([, items]) => items.length);
  return make("div", { class: "dsocr-facts" }, [
    make("p", { class: "dsocr-faint", text: facts.join(" · ") }),
    reading.fingerprint ? make("p", { class: "dsocr-faint dsocr-fingerprint", text: reading.fingerprint }) : null,
    ...lists.map(([title, items]) =>
      make("details", {}, [
        make("summary", { text: `${title} (${items.length})` }),
        make("ul", {}, items.map((/** @type {string} */ text) => make("li", { dir: "auto", text }))),
      ]),
    ),
  ]);
}
