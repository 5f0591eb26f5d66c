"""Answers in the forms in which the model gives them, for stages that come after it."""

from __future__ import annotations

PAGES = {
    "model: headings, list, formula": (
        "<|ref|>title<|/ref|><|det|>[[102, 80, 871, 121]]<|/det|>\n# Flow in pipes\n\n"
        "<|ref|>sub_title<|/ref|><|det|>[[102, 150, 402, 171]]<|/det|>\n## 1. Losses\n\n"
        "<|ref|>text<|/ref|><|det|>[[102, 190, 870, 260]]<|/det|>\n"
        "The head lost grows with \\( v^{2} / 2g \\) and with\n- the length,\n- the roughness.\n\n"
        "<|ref|>equation<|/ref|><|det|>[[240, 280, 700, 330]]<|/det|>\n"
        "\\[ h = \\lambda \\frac{l}{d} \\frac{v^2}{2g} \\tag{1} \\]\n\n"
        "<|ref|>page_number<|/ref|><|det|>[[480, 950, 520, 970]]<|/det|>\n12"
    ),
    "model: table with spans and caption": (
        "<|ref|>table_caption<|/ref|><|det|>[[100, 90, 600, 110]]<|/det|>\nTable 2. Yields\n\n"
        "<|ref|>table<|/ref|><|det|>[[100, 120, 880, 400]]<|/det|>\n"
        '<table><tr><td rowspan="2">Site</td><td colspan="2">Yield, %</td></tr>'
        "<tr><td>2023</td><td>2024</td></tr><tr><td>North</td><td>1,204.5</td><td>(12)</td></tr>"
        "</table>\n"
    ),
    "model: boxes out of the grid and of order, an unclosed tag": (
        "<|ref|>text<|/ref|><|det|>[[900, 40, 100, 1200]]<|/det|>\nTurned over.\n\n"
        "<|ref|>image<|/ref|><|det|>[[100, 500, 900, 800], [120, 810, 880, 900]]<|/det|>\n\n"
        "<|ref|>image_caption<|/ref|><|det|>[[100, 905, 900, 930]]<|/det|>\nFig. 3. The site.\n\n"
        "<|ref|>text<|/ref|><|det|>[[100, 940"
    ),
    "model: a line again and again": "The same line again.\n" * 40,
    "model: no tags": "# A page\n\nWithout grounding, with *emphasis* and <b>a tag</b>.",
}
FIGURES = {
    "model: figure, table": (
        "<table><tr><td></td><td>Q1</td><td>Q2</td></tr><tr><td>Sales</td><td>12.5</td>"
        "<td>-3</td></tr></table>"
    ),
    "model: figure, pipes": "| Year | Units |\n|---|---|\n| 2023 | 1 204 |\n| 2024 | 98% |",
    "model: figure, SMILES": "<smiles>CC(=O)Oc1ccccc1C(O)=O</smiles>",
    "model: figure, SMILES that is none": "c1ccccc1(C)(C)C",
    "model: figure, geometry": (
        "{'Line': {'line': ['A -- B', 'B -- C'], 'line_type': ['--', '--'], "
        "'line_endpoint': ['A: (0, 0)', 'B: (3, 4)', 'C: (6, 0)']}}"
    ),
    "model: figure, caption": "The image shows a harbour with three cranes.",
}
