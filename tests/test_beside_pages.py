from __future__ import annotations

import zlib

import pymupdf
import pytest

from dsocr_integrations.cli import main
from dsocr_integrations.ingestion import ingest, retry_failed
from dsocr_integrations.ingestion.forgetting import forget
from dsocr_integrations.output import OutputFolder
from dsocr_integrations.output.evidence_crops import crop
from dsocr_integrations.rendering import attachments, open_document
from dsocr_integrations.rendering.attachment_names import shown_name
from dsocr_integrations.rendering.attachments import attached_sources
from dsocr_integrations.runner import Runner
from dsocr_integrations.sources import Source, SourceFailure, resolve_source

DATA = (
    '<xfa:datasets xmlns:xfa="http://www.xfa.org/schema/xfa-data/1.0/"><xfa:data><form1><Person>'
    "<FamilyName>Oduya</FamilyName><Empty/></Person><PassportNo>P4471882</PassportNo></form1>"
    "</xfa:data></xfa:datasets>"
)
TEMPLATE = (
    '<template xmlns="http://www.xfa.org/schema/xfa-template/3.0/"><subform><field name="PassportNo">'
    "<caption><value><text>Number of passport:</text></value></caption></field></subform></template>"
)
BOMB = (
    '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    '<x:datasets xmlns:x="u"><x:data><f><v>&b;</v></f></x:data></x:datasets>'
)


def form_with(data: str, *, whole: bool = False) -> bytes:
    document = pymupdf.open()
    document.new_page().insert_text((72, 100), "Please wait...")
    packets = (
        [("", f"<xdp>{TEMPLATE}{data}</xdp>")]
        if whole
        else [("template", TEMPLATE), ("datasets", data)]
    )
    places = []
    for name, xml in packets:
        xref = document.get_new_xref()
        document.update_object(xref, "<<>>")
        document.update_stream(xref, xml.encode())
        places.append(f"({name}) {xref} 0 R" if name else f"{xref} 0 R")
    parts = places[0] if whole else f"[{' '.join(places)}]"
    form = document.get_new_xref()
    document.update_object(form, f"<</Fields[]/XFA {parts}>>")
    document.xref_set_key(document.pdf_catalog(), "AcroForm", f"{form} 0 R")
    document.xref_set_key(document.pdf_catalog(), "NeedsRendering", "true")
    return document.tobytes()


def first_page(pdf: bytes):
    with open_document(resolve_source(pdf)) as document:
        return document.region(1)


@pytest.mark.parametrize("whole", [False, True])
def test_values_of_a_form_that_a_viewer_draws(whole):
    region = first_page(form_with(DATA, whole=whole))
    assert [(one.label, one.value) for one in region.fields()] == [
        ("FamilyName", "Oduya"),
        ("Number of passport", "P4471882"),
    ]
    (notice,) = region.extras().notices
    assert notice.kind == "xfa"
    assert "The 2 values" in notice.message


@pytest.mark.parametrize("data", [BOMB, "<broken", ""])
def test_data_that_are_none_leave_a_warning(data):
    region = first_page(form_with(data))
    assert region.fields() == ()
    assert "No value could be taken" in region.extras().notices[0].message


def test_a_form_with_fields_of_its_own_is_no_viewers_form():
    with pymupdf.open(stream=form_with(DATA)) as document:
        document.xref_set_key(document.pdf_catalog(), "NeedsRendering", "null")
        widget = pymupdf.Widget()
        widget.field_type, widget.field_name = pymupdf.PDF_WIDGET_TYPE_TEXT, "n"
        widget.rect, widget.field_value = pymupdf.Rect(72, 200, 200, 220), "Oduya"
        document[0].add_widget(widget)
        region = first_page(document.tobytes())
    assert [one.kind for one in region.fields()] == ["Text"]
    assert region.extras().notices == ()


def test_attached_files_are_named_safely():
    document = pymupdf.open()
    page = document.new_page()
    document.embfile_add("a", b"x", filename="../../etc/pass\nwd")
    page.add_file_annot((72, 72), b"y", "note.txt")
    told = [one.message for one in first_page(document.tobytes()).extras().notices]
    assert told == [
        "1 attached file is no part of the pages and not read with them (see the setting attachments): pass_wd.",
        "1 attached file is no part of the pages and not read with them (see the setting attachments): note.txt.",
    ]


@pytest.mark.parametrize(
    ("name", "shown"),
    [("..", "unnamed"), ("C:\\x\\y.pdf", "y.pdf"), ("a#b.pdf", "a_b.pdf"), ("", "unnamed")],
)
def test_names_out_of_a_file(name, shown):
    assert shown_name(name) == shown


def portfolio() -> bytes:
    with pymupdf.open() as inner, pymupdf.open() as outer:
        inner.new_page().insert_text((72, 90), "Invoice 8841: total 1,250.00 EUR")
        outer.new_page().insert_text((72, 90), "Open this portfolio in a viewer.")
        for key in ("a", "b"):
            outer.embfile_add(key, inner.tobytes(), filename="../invoice.pdf")
        outer.embfile_add("c", b"\x00\x01 nothing", filename="/etc/passwd")
        return outer.tobytes()


def test_attached_files_are_sources_of_their_own(tmp_path):
    (tmp_path / "folder.pdf").write_bytes(portfolio())
    first, second, unreadable = attached_sources(
        resolve_source(tmp_path / "folder.pdf", root=tmp_path)
    )
    assert isinstance(first, Source)
    assert isinstance(second, Source)
    assert (first.uri, first.name) == ("folder.pdf#attachment=invoice.pdf", "invoice.pdf")
    assert second.uri == "folder.pdf#attachment=2 invoice.pdf"
    assert first.media_type == "application/pdf"
    assert isinstance(unreadable, SourceFailure)
    assert unreadable.uri == "folder.pdf#attachment=passwd"


def test_attachments_are_read_where_they_are_asked_for(tmp_path, capsys, monkeypatch):
    path = tmp_path / "folder.pdf"
    path.write_bytes(portfolio())
    options = ["--engine", "embedded", "--cache", "", "-q"]
    for asked in ([], ["--attachments"]):
        monkeypatch.setattr("sys.argv", ["dsocr", "read", str(path), *asked, *options])
        with pytest.raises(SystemExit):
            main()
        assert ("Invoice 8841" in capsys.readouterr().out) == bool(asked)


def test_attachments_are_ingested_beside_their_document(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "folder.pdf").write_bytes(portfolio())
    with Runner("embedded", cache=False) as runner:
        for unchanged in (0, 3):
            report = ingest(
                tmp_path / "in", tmp_path / "out", runner=runner, attachments=True, prune=True
            )
            assert (report.unchanged, len(report.failures), report.pruned) == (unchanged, 1, ())
    sources = {one.source for one in OutputFolder(tmp_path / "out").manifests()}
    assert "folder.pdf#attachment=invoice.pdf" in sources
    assert "folder.pdf" in sources


def lying_bomb(size: int) -> bytes:
    """A PDF whose attachment states a few bytes and unpacks to many, packed twice."""
    with pymupdf.open() as document:
        document.new_page()
        document.embfile_add("a", b"x" * 1000, filename="small.txt")
        file = document.embfile_info(0)
        packed = zlib.compress(zlib.compress(bytes(size), 9), 9)
        (xref,) = (
            number
            for number in range(1, document.xref_length())
            if "/EmbeddedFile\n" in document.xref_object(number)
        )
        document.update_stream(xref, packed, compress=False)
        document.xref_set_key(xref, "Filter", "[/FlateDecode/FlateDecode]")
        assert file["size"] == 1000
        return document.tobytes()


def test_unpacking_ends_whatever_size_a_file_states(monkeypatch):
    monkeypatch.setattr(attachments, "MAX_ATTACHED_BYTES", 1_000_000)
    (found,) = attached_sources(resolve_source(lying_bomb(50_000_000)))
    assert isinstance(found, SourceFailure)
    assert "more than 1 MB" in str(found.error)


def nested(levels: int) -> bytes:
    with pymupdf.open() as document:
        document.new_page().insert_text((72, 90), f"Level {levels}")
        if levels:
            document.embfile_add("in", nested(levels - 1), filename=f"level{levels - 1}.pdf")
        return document.tobytes()


def test_attachments_within_attachments_are_bounded():
    names = [one.uri.rpartition("=")[2] for one in attached_sources(resolve_source(nested(5)))]
    assert names == ["level4.pdf", "level3.pdf", "level2.pdf"]


def test_files_in_a_branched_list_and_on_pages_are_found(tmp_path):
    with pymupdf.open() as document:
        page = document.new_page()
        document.embfile_add("a", b"%PDF-1.4 a", filename="a.pdf")
        page.add_file_annot((72, 72), b"%PDF-1.4 pinned", "pinned.pdf")
        names = document.xref_get_key(document.pdf_catalog(), "Names/EmbeddedFiles/Names")[1]
        leaf = document.get_new_xref()
        document.update_object(leaf, f"<</Names {names} /Limits [(a)(a)]>>")
        document.xref_set_key(
            document.pdf_catalog(), "Names", f"<</EmbeddedFiles <</Kids [{leaf} 0 R]>> >>"
        )
        document.save(tmp_path / "branched.pdf")
    found = attached_sources(resolve_source(tmp_path / "branched.pdf", root=tmp_path))
    assert [one.uri for one in found] == [
        "branched.pdf#attachment=a.pdf",
        "branched.pdf#attachment=pinned.pdf",
    ]


@pytest.fixture
def ingested(tmp_path):
    (tmp_path / "in").mkdir()
    holder = tmp_path / "in" / "folder.pdf"
    holder.write_bytes(portfolio())
    (tmp_path / "in" / "other.pdf").write_bytes(nested(0))
    with Runner("embedded", cache=False) as runner:

        def run(**options):
            report = ingest(
                tmp_path / "in",
                tmp_path / "out",
                runner=runner,
                **{"attachments": True, "prune": True, **options},
            )
            kept = {one.source for one in OutputFolder(tmp_path / "out").manifests()}
            return report, kept

        run()
        yield holder, run


INVOICES = {"folder.pdf#attachment=invoice.pdf", "folder.pdf#attachment=2 invoice.pdf"}


def test_what_was_attached_goes_with_its_document(ingested):
    holder, run = ingested
    holder.unlink()
    report, kept = run()
    assert kept == {"other.pdf"}
    assert {"folder.pdf", *INVOICES} <= set(report.pruned)


def test_what_was_attached_stays_where_its_document_is_not_looked_into(ingested):
    holder, run = ingested
    _, kept = run(attachments=False)
    assert kept == {"other.pdf", "folder.pdf", *INVOICES}
    holder.write_bytes(b"%PDF-1.7 broken")
    _, kept = run()
    assert kept >= INVOICES


def test_what_is_attached_no_more_goes(ingested):
    holder, run = ingested
    holder.write_bytes(nested(1))
    _, kept = run()
    assert kept == {"other.pdf", "folder.pdf", "folder.pdf#attachment=level0.pdf"}


def test_what_was_attached_is_forgotten_with_its_document(ingested, tmp_path):
    forget("folder.pdf", tmp_path / "out")
    folder = OutputFolder(tmp_path / "out")
    assert {one.source for one in folder.manifests()} == {"other.pdf"}
    assert list(folder.failures()) == []


def test_an_attached_file_is_tried_again_and_drawn_from(ingested, tmp_path):
    holder, _ = ingested
    folder = OutputFolder(tmp_path / "out")
    (failure,) = folder.failures()
    assert failure.origin == f"{holder}#attachment=passwd"
    with Runner("embedded", cache=False) as runner:
        assert "kind that cannot be read" in str(retry_failed(folder, runner=runner).failures)
    chunk = next(
        chunk
        for one in folder.manifests()
        if one.source.endswith("=invoice.pdf")
        for chunk in folder.chunks(one.doc_id)
    )
    assert crop(chunk, roots=[tmp_path / "in"]).width > 100


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("/Name (Anna \\(Ltd\\) Oduya)", "is signed by Anna (Ltd) Oduya."),
        ("/Name <FEFF0041006E006E006100200052006F006400ED>", "is signed by Anna Rodí."),
        ("", "is signed."),
        (None, None),
    ],
)
@pytest.mark.parametrize("by_parent", [False, True])
def test_who_signed_is_told(written, told, by_parent):
    with pymupdf.open() as document:
        page = document.new_page()
        signature, widget, field = (document.get_new_xref() for _ in range(3))
        document.update_object(signature, f"<</Type/Sig/Contents<00>{written or ''}>>")
        value = "" if written is None else f"/V {signature} 0 R"
        of_field = f"/FT/Sig/T(Contract){value}"
        document.update_object(field, f"<<{of_field}/Kids[{widget} 0 R]>>")
        own = f"/Parent {field} 0 R" if by_parent else of_field
        document.update_object(
            widget, f"<</Type/Annot/Subtype/Widget/Rect[72 600 200 640]/P {page.xref} 0 R{own}>>"
        )
        document.xref_set_key(page.xref, "Annots", f"[{widget} 0 R]")
        top = field if by_parent else widget
        document.xref_set_key(document.pdf_catalog(), "AcroForm", f"<</Fields[{top} 0 R]>>")
        notices = first_page(document.tobytes()).extras().notices
    assert [one.message for one in notices] == (
        [f"The signature field 'Contract' {told} It was not verified."] if told else []
    )
