"""Drawn molecules are read by the real OSRA, within limits that hold for hostile programs."""

from __future__ import annotations

import os
import select
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from dsocr_integrations.engines.embedded import figure_answer
from dsocr_integrations.engines.embedded.figure_kind import is_line_drawing, may_be_molecule
from dsocr_integrations.engines.embedded.molecules.bounded_process import run_bounded
from dsocr_integrations.engines.embedded.molecules.confidence import AGREED, TRACED, UNCHECKED
from dsocr_integrations.engines.embedded.molecules.molecule_drawing import (
    DrawnMolecule,
    find_osra,
    read_molecule,
)
from dsocr_integrations.engines.embedded.molecules.stroke_width import stroke_width
from dsocr_integrations.molecules import canonicalise
from dsocr_integrations.rendering import open_document
from dsocr_integrations.sources import resolve_source
from tests.engines.embedded.osra_printout import record
from tests.grain import grain

ASPIRIN = "CC(=O)Oc1ccccc1C(=O)O"
needs_osra = pytest.mark.skipif(
    find_osra() is None, reason="OSRA is missing; install it with: apt-get install osra"
)


def drawn(smiles: str, side: int = 400) -> Image.Image:
    from rdkit import Chem
    from rdkit.Chem import Draw

    return Draw.MolToImage(Chem.MolFromSmiles(smiles), size=(side, side)).convert("RGB")


def curved(smiles: str, side: int = 400) -> Image.Image:
    """A drawing with a curve through its middle, so that it cannot be traced."""
    picture = drawn(smiles, side)
    box = (0.2 * side, 0.2 * side, 0.8 * side, 0.8 * side)
    ImageDraw.Draw(picture).ellipse(box, outline="black", width=2)
    return picture


def program(folder: Path, script: str) -> str:
    path = folder / "osra"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def has_ended(process: int) -> bool:
    """Whether a process is gone, or goes within a minute."""
    try:
        handle = os.pidfd_open(process)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([handle], [], [], 60)[0])
    finally:
        os.close(handle)


@needs_osra
def test_a_drawing_is_read_and_canonical():
    found = read_molecule(drawn(ASPIRIN))
    assert found is not None
    assert found.molecule.smiles == ASPIRIN
    assert 0 < found.confidence <= 1


@needs_osra
def test_an_empty_picture_is_no_molecule():
    assert read_molecule(Image.new("RGB", (300, 300), "white")) is None


def test_without_osra_a_clean_drawing_is_traced_and_no_other_is_read(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    found = read_molecule(drawn(ASPIRIN))
    assert found is not None
    assert found.molecule.smiles == ASPIRIN
    assert read_molecule(curved(ASPIRIN)) is None


@pytest.mark.parametrize(
    ("said", "smiles", "confidence"),
    [
        pytest.param("CC(=O)Oc1ccccc1C(=O)O", ASPIRIN, AGREED, id="the same"),
        pytest.param("Cc1ccccc1", "Cc1ccccc1", UNCHECKED, id="another"),
        pytest.param("*Oc1ccccc1C(=O)O", ASPIRIN, TRACED, id="with a gap"),
    ],
)
def test_what_is_traced_is_weighed_against_osra(tmp_path, said, smiles, confidence):
    answer = record(said, 4.0)
    osra = replies(tmp_path, first=answer, second=answer, third=answer)
    found = read_molecule(drawn(ASPIRIN), osra=osra, seconds=5)
    assert found is not None
    assert (found.molecule.smiles, found.confidence) == (smiles, confidence)
    assert (tmp_path / "two").exists() == (smiles != ASPIRIN or confidence != AGREED)


def test_a_program_that_hangs_is_killed_with_its_children(tmp_path):
    child = tmp_path / "child"
    hanging = program(tmp_path, f"sleep 600 & echo $! > {child}; sleep 600")
    start = time.monotonic()
    # On a busy machine the time may be up before the child is there.
    for seconds in (0.1, 1, 10):
        assert run_bounded([hanging], folder=tmp_path, seconds=seconds, memory=2**30) is None
        if child.exists() and child.read_text().endswith("\n"):
            break
    assert time.monotonic() - start < 300
    assert has_ended(int(child.read_text()))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children with their parent")
def test_a_program_ends_with_a_parent_that_is_killed(tmp_path):
    started = tmp_path / "started"
    hanging = program(
        tmp_path, f"echo $$ > {started}.part; mv {started}.part {started}; exec sleep 600"
    )
    code = (
        "import pathlib; from dsocr_integrations.engines.embedded.molecules.bounded_process import"
        f" run_bounded; run_bounded([{hanging!r}], folder=pathlib.Path({str(tmp_path)!r}),"
        " seconds=100, memory=2**30)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code])
    while not started.exists():
        assert parent.poll() is None
    parent.kill()
    parent.wait()
    assert has_ended(int(started.read_text()))


@pytest.mark.parametrize("script", ["exit 3", "kill -SEGV $$", "head -c 200000000 /dev/zero"])
def test_a_program_that_fails_or_floods_gives_nothing(tmp_path, script):
    assert read_molecule(curved(ASPIRIN, 200), osra=program(tmp_path, script), seconds=5) is None


def test_the_program_sees_no_secrets_and_leaves_no_files(tmp_path, monkeypatch):
    monkeypatch.setenv("SECRET_TOKEN", "hidden")
    seen = tmp_path / "seen"
    read_molecule(
        drawn(ASPIRIN, 200), osra=program(tmp_path, f"env > {seen}; pwd >> {seen}"), seconds=5
    )
    lines = seen.read_text().splitlines()
    assert "hidden" not in seen.read_text()
    assert not Path(lines[-1]).exists()


def replies(folder: Path, **by_run: str) -> str:
    """A program that answers one look after the other."""
    for name, said in by_run.items():
        (folder / name).write_text(said)
    script = f"""
cd {folder}
if mkdir one 2>/dev/null; then cat first; elif mkdir two 2>/dev/null; then cat second
else cat third; fi"""
    return program(folder, script)


def test_an_answer_that_stands_alone_must_be_sure(tmp_path):
    unsure = replies(tmp_path, first=record("Cc1ccccc1", 0.5), second="nothing", third="nothing")
    assert read_molecule(curved(ASPIRIN), osra=unsure, seconds=5) is None


@pytest.mark.parametrize(
    ("repeated", "once", "winner", "votes"),
    [
        pytest.param(("C*c1ccccc1", 5.1), ("Cc1ccccc1", 5.8), "Cc1ccccc1", 1, id="surest"),
        pytest.param(("Cc1ccccc1", 3.4), ("C*c1ccccc1", 3.5), "Cc1ccccc1", 2, id="agreed"),
    ],
)
def test_the_surest_answer_counts_and_agreement_makes_surer(
    tmp_path, repeated, once, winner, votes
):
    osra = replies(tmp_path, first=record(*repeated), second=record(*once), third=record(*repeated))
    found = read_molecule(curved(ASPIRIN), osra=osra, seconds=5)
    assert found is not None
    assert (found.molecule.smiles, found.votes) == (winner, votes)


@pytest.mark.parametrize(("smiles", "counts"), [("CC*CCC1CCCCC1", False), ("CCCOCC", True)])
def test_runs_that_agree_on_open_places_must_trust_them(tmp_path, smiles, counts):
    osra = replies(tmp_path, first=record(smiles, 0.1), second=record(smiles, 0.0), third="")
    found = read_molecule(curved(ASPIRIN), osra=osra, seconds=5)
    assert (found is not None) is counts


def test_what_one_look_leaves_unread_another_may_read(tmp_path):
    osra = replies(
        tmp_path,
        first=record("*C(=O)c1ccccc1", 4.0),
        second=record("OC(=O)c1ccccc1", 3.5),
        third=record("CC(=O)c1ccccc1", 4.2),
    )
    found = read_molecule(curved(ASPIRIN), osra=osra, seconds=5)
    assert found is not None
    assert (found.molecule.smiles, found.votes) == ("O=C(O)c1ccccc1", 2)


def test_a_small_drawing_is_also_seen_as_it_is(tmp_path):
    seen = tmp_path / "seen"
    script = (
        f'for last; do :; done; head -c 24 "$last" | tail -c 8 | od -An -tx1 >> {seen}; echo seen'
    )
    read_molecule(drawn(ASPIRIN, 200), osra=program(tmp_path, script), seconds=5)
    widths = [int("".join(line.split()[:4]), 16) for line in seen.read_text().splitlines()]
    assert widths[:2] == [400, 200]


@needs_osra
@pytest.mark.parametrize("scale", [1, 3])
def test_the_thickness_of_lines_does_not_matter(scale):
    picture = drawn(ASPIRIN)
    found = read_molecule(picture.resize((400 * scale, 400 * scale), Image.Resampling.NEAREST))
    assert found is not None
    assert found.molecule.smiles == ASPIRIN


@pytest.mark.parametrize("width", [2, 5, 9])
def test_strokes_are_as_wide_as_they_were_drawn(width):
    picture = Image.new("L", (400, 400), "white")
    pen = ImageDraw.Draw(picture)
    pen.line((50, 50, 350, 50), fill="black", width=width)
    pen.line((50, 100, 350, 300), fill="black", width=width)
    pen.line((200, 120, 60, 380), fill="black", width=width)
    assert stroke_width(picture) == pytest.approx(width, rel=0.25)


def test_a_blank_picture_has_no_strokes():
    assert stroke_width(Image.new("L", (50, 50), "white")) == 0.0


def test_photographs_and_framed_drawings_are_not_sent_to_osra():
    photo = grain((300, 300), 60, seed=1).convert("RGB")
    frame = Image.new("RGB", (300, 300), "white")
    ImageDraw.Draw(frame).rectangle((20, 20, 280, 280), outline="black", width=2)
    assert not is_line_drawing(photo)
    assert is_line_drawing(frame)
    assert not may_be_molecule(frame)
    assert may_be_molecule(drawn(ASPIRIN))


def test_a_photograph_stays_a_picture(tmp_path):
    path = tmp_path / "photo.png"
    grain((200, 150), 80, seed=1).convert("RGB").save(path)
    with open_document(resolve_source(str(path))) as document:
        assert figure_answer.parse_figure(document.region(1)).text == ""


@pytest.mark.parametrize(
    ("smiles", "is_told"),
    [("*1=C(C2CC23C=CC2=CC3C2)C2CC(=C1)C2", False), ("*c1ccc(O)cc1", True)],
)
def test_an_unread_label_makes_no_molecule_of_lines(monkeypatch, tmp_path, smiles, is_told):
    read = DrawnMolecule(canonicalise(smiles), 0.1)
    monkeypatch.setattr(figure_answer, "read_molecule", lambda _: read)
    drawn(ASPIRIN).save(tmp_path / "drawing.png")
    with open_document(resolve_source(str(tmp_path / "drawing.png"))) as document:
        assert bool(figure_answer.parse_figure(document.region(1)).text) is is_told
