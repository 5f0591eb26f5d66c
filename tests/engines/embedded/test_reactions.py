"""A picture of a reaction is parted at arrows and plus signs; other pictures stay whole."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PIL import Image, ImageDraw

from dsocr_integrations.engines.embedded.molecules.reaction_scheme import molecules_apart
from dsocr_integrations.engines.embedded.reactions import with_reactions_parted
from dsocr_integrations.grounding.writer import GroundedBlock, GroundedPage
from dsocr_integrations.rendering import open_document
from dsocr_integrations.sources import resolve_source
from tests.engines.embedded.molecules.drawings import draw_reaction


@pytest.mark.parametrize(
    "seed", [pytest.param(2, id="words"), pytest.param(22, id="plus"), pytest.param(44, id="chain")]
)
def test_each_molecule_of_a_reaction_has_its_box(seed):
    picture, molecules = draw_reaction(seed)
    boxes = molecules_apart(picture)
    assert len(boxes) == len(molecules)
    assert all(left[2] <= right[0] for left, right in pairwise(boxes))


def test_boxes_joined_by_an_arrow_are_no_reaction():
    sheet = Image.new("RGB", (600, 200), "white")
    pen = ImageDraw.Draw(sheet)
    for left in (20, 400):
        pen.ellipse((left, 40, left + 160, 160), outline="black", width=2)
        pen.text((left + 50, 90), "Plan", "black", font_size=24)
    pen.line((200, 100, 380, 100), fill="black", width=2)
    pen.polygon([(390, 100), (374, 93), (374, 107)], fill="black")
    assert molecules_apart(sheet) == ()


def test_a_reaction_on_a_page_becomes_a_picture_for_each_molecule(tmp_path):
    picture, molecules = draw_reaction(22)
    picture.save(tmp_path / "scheme.png")
    with open_document(resolve_source(str(tmp_path / "scheme.png"))) as document:
        region = document.region(1)
        width, height = region.width, region.height
        before = (
            GroundedBlock("text", ((0, 0, 10, 10),), "Before"),
            GroundedBlock("image", ((0, 0.1 * height, width, 0.9 * height),)),
            GroundedBlock("text", ((0, 0.9 * height, width, height),), "After"),
        )
        page = with_reactions_parted(region, GroundedPage(width, height, before, layout="network"))
    labels = [block.label for block in page.blocks]
    assert labels == ["text", *["image"] * len(molecules), "text"]
