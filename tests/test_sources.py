"""Anything a caller may name becomes a source, or a typed error that says what to do."""

from __future__ import annotations

import io
import os
import pickle
import sqlite3
import struct
import zipfile
from pathlib import Path

import fsspec
import pymupdf
import pytest
from PIL import Image
from pydantic import BaseModel

from dsocr_integrations.errors import (
    BrokenSourceError,
    ConfigurationError,
    ForbiddenAddressError,
    SourceDependencyError,
    SourceError,
    SourceNotFoundError,
    SourceTooLargeError,
    UnsupportedFormatError,
)
from dsocr_integrations.sources import (
    Source,
    SourceFailure,
    SourceLimits,
    archives,
    resolve_source,
    resolve_sources,
)
from dsocr_integrations.sources.left_out import LeftOut, left_out_told
from dsocr_integrations.sources.office import converted
from dsocr_integrations.sources.page_selection import PageSelection
from dsocr_integrations.sources.text_encoding import decoded


class Read(BaseModel):
    """A document of a framework."""

    text: str


@pytest.fixture(scope="module")
def pdf() -> bytes:
    with pymupdf.open() as document:
        document.new_page().insert_text((50, 50), "Hello")
        return document.tobytes()


@pytest.fixture
def folder(tmp_path: Path, pdf: bytes) -> Path:
    root = tmp_path / "in"
    (root / "sub").mkdir(parents=True)
    (root / ".hidden").mkdir()
    for name in ("b.pdf", "a.pdf", "sub/c.pdf", ".hidden/d.pdf", "sub/no_suffix"):
        (root / name).write_bytes(pdf)
    (root / "notes.mp4").write_text("not a document")
    (root / "broken.pdf").write_bytes(b"")
    return root


def uris(*sources, **options):
    return [found.uri for found in resolve_sources(*sources, **options)]


def test_folder_is_its_own_root_sorted_and_without_hidden_files(folder):
    assert uris(folder) == ["a.pdf", "b.pdf", "broken.pdf", "sub/c.pdf", "sub/no_suffix"]
    assert uris(str(folder), recursive=False) == ["a.pdf", "b.pdf", "broken.pdf"]


def test_one_bad_file_does_not_stop_the_others(folder):
    found = {item.uri: item for item in resolve_sources(folder)}
    assert isinstance(found["broken.pdf"], SourceFailure)
    assert isinstance(found["sub/c.pdf"], Source)


def test_several_sources_keep_absolute_identities_unless_a_root_is_given(folder):
    several = [folder / "sub", folder / "a.pdf"]
    assert uris(several) == [str(folder / p) for p in ("sub/c.pdf", "sub/no_suffix", "a.pdf")]
    assert uris(several, root=folder) == ["sub/c.pdf", "sub/no_suffix", "a.pdf"]


def test_globs(folder):
    assert uris(str(folder / "*.pdf")) == ["a.pdf", "b.pdf", "broken.pdf"]
    assert uris(str(folder / "**" / "c.*")) == ["sub/c.pdf"]
    (failure,) = resolve_sources(str(folder / "*.docx"))
    assert isinstance(failure.error, SourceNotFoundError)


def test_sources_are_opened_lazily(folder):
    found = resolve_sources([folder / "a.pdf", folder / "late.pdf"])
    next(found)
    (folder / "late.pdf").write_bytes((folder / "a.pdf").read_bytes())
    assert isinstance(next(found), Source)


@pytest.mark.parametrize("wrap", [bytes, io.BytesIO])
def test_bytes_and_file_objects_are_spooled_and_removed(pdf, wrap):
    source = resolve_source(wrap(pdf))
    path = source.path
    assert path.read_bytes() == pdf
    assert path.parent.stat().st_mode & 0o077 == 0
    assert source.uri == f"bytes:{source.revision}"
    assert source.name == "document.pdf"
    copy = pickle.loads(pickle.dumps(source))  # noqa: S301
    assert copy == source
    del source
    assert not path.exists()


def test_open_file_keeps_its_path_as_identity(folder):
    with (folder / "a.pdf").open("rb") as stream:
        assert resolve_source(stream, root=folder).uri == "a.pdf"


def test_text_file_object_is_refused_with_the_remedy(folder):
    with pytest.raises(UnsupportedFormatError, match="rb"):
        resolve_source(io.StringIO("text"))
    with (
        (folder / "a.pdf").open(encoding="utf-8") as stream,
        pytest.raises(UnsupportedFormatError, match="rb"),
    ):
        resolve_source(stream)


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_bytes_of_any_kind_are_one_source(pdf, kind):
    (source,) = resolve_sources(kind(pdf))
    assert isinstance(source, Source)
    assert source.uri == resolve_source(pdf).uri


@pytest.mark.parametrize("given", [{"a.pdf": 1}, Read(text="of a file"), 5])
def test_what_is_no_source_is_named_as_a_whole(given):
    (failure,) = resolve_sources(given)
    assert f"{type(given).__name__} is no kind of source" in str(failure.error)


def test_what_is_no_kind_of_source():
    with pytest.raises(UnsupportedFormatError, match="NoneType is no kind of source"):
        resolve_source(None)
    (failure,) = resolve_sources(None)
    assert "NoneType is no kind of source" in str(failure.error)


class Fields(BaseModel):
    page_content: str = "read"


class Upload:
    filename = "a.pdf"

    async def read(self, size: int = -1) -> bytes:
        return b""


class Response:
    status_code = 200

    def __iter__(self):
        return iter([b"%PDF-", b"1.7"])


@pytest.mark.parametrize(
    ("given", "remedy"),
    [
        (Fields(), "Fields is no kind of source. It has been read already: give the path or URL"),
        ([Fields()], "Fields is no kind of source. It has been read already"),
        (Upload(), "Upload is no kind of source. Give its bytes"),
        (Response(), "Response is no kind of source. Give its URL"),
        ({"a.pdf": b"%PDF-1.7"}, "dict is no kind of source. Give its values"),
        ([["a.pdf"]], "list is no kind of source. Give one list of paths"),
        ([("a.pdf", 1)], "tuple is no kind of source. Give one list of paths"),
        (Image.new("RGB", (2, 2)), "Image is no kind of source. Give it as the bytes of a picture"),
        (3, "int is no kind of source. Give a path"),
    ],
)
def test_what_is_no_source_is_told_what_to_give_instead(given, remedy):
    (failure,) = resolve_sources(given)
    assert str(failure.error).startswith(remedy)


def test_an_entry_of_a_folder_is_a_path(folder):
    (entry,) = [one for one in os.scandir(folder) if one.name == "a.pdf"]
    assert resolve_source(entry, root=folder).uri == "a.pdf"


def test_memory_store_file_folder_and_glob(pdf):
    store = fsspec.filesystem("memory")
    store.pipe("/sources-test/x.pdf", pdf)
    store.pipe("/sources-test/deep/y.pdf", pdf)
    store.pipe("/sources-test/readme.mp4", b"text")
    assert uris("memory://sources-test") == ["deep/y.pdf", "x.pdf"]
    assert uris("memory://sources-test/*.pdf") == ["memory://sources-test/x.pdf"]
    source = resolve_source("memory://sources-test/x.pdf")
    assert (source.uri, source.name) == ("memory://sources-test/x.pdf", "x.pdf")
    assert (source.origin, source.spooled is None) == (source.uri, False)
    with pytest.raises(SourceNotFoundError):
        resolve_source("memory://sources-test/none.pdf")
    with pytest.raises(SourceTooLargeError):
        resolve_source("memory://sources-test/x.pdf", limits=SourceLimits(max_download_bytes=10))


def test_a_file_of_a_store_has_the_same_identity_when_it_cannot_be_opened(pdf):
    store = fsspec.filesystem("memory")
    store.pipe("/sources-failing/x.pdf", b"")
    (failure,) = resolve_sources("memory://sources-failing")
    store.pipe("/sources-failing/x.pdf", pdf)
    (source,) = resolve_sources("memory://sources-failing")
    assert (failure.uri, failure.origin) == (source.uri, source.origin)
    assert (source.uri, source.origin) == ("x.pdf", "memory://sources-failing/x.pdf")


def test_file_url(folder):
    assert resolve_source((folder / "a.pdf").as_uri()).path == folder / "a.pdf"
    with pytest.raises(ForbiddenAddressError):
        resolve_source("file://elsewhere/a.pdf")


@pytest.mark.parametrize(
    "url",
    ["zip://a.pdf::memory://x.zip", "simplecache::http://host/a.pdf", "ftp://host/a", "ssh://h/a",
     "memory://x::file:///etc/hostname", "github://a:b@c/d.pdf", "reference://x"],
)  # fmt: skip
def test_other_protocols_and_chains_are_refused(url):
    with pytest.raises(ForbiddenAddressError):
        resolve_source(url)


def test_missing_store_package_names_the_command(monkeypatch):
    def absent(url, **options):
        raise ImportError(url)

    monkeypatch.setattr(fsspec.core, "url_to_fs", absent)
    with pytest.raises(SourceDependencyError, match="pip install adlfs"):
        resolve_source("abfs://container/a.pdf")


def test_missing_empty_special_and_unknown_files(tmp_path):
    with pytest.raises(SourceNotFoundError):
        resolve_source(tmp_path / "none.pdf")
    with pytest.raises(SourceNotFoundError):
        resolve_source("x" * 5000)
    with pytest.raises(SourceNotFoundError, match="without a name"):
        resolve_source("")
    (tmp_path / "empty.pdf").touch()
    with pytest.raises(BrokenSourceError, match="empty"):
        resolve_source(tmp_path / "empty.pdf")
    (tmp_path / "text.xyz").write_text("hello")
    with pytest.raises(UnsupportedFormatError, match=r"text\.xyz"):
        resolve_source(tmp_path / "text.xyz")
    with pytest.raises(UnsupportedFormatError, match="regular"):
        resolve_source("/dev/zero")


def test_folder_of_several_is_not_one_source(folder):
    with pytest.raises(SourceError, match="several"):
        resolve_source(folder)


def test_size_limit_of_local_files(folder):
    with pytest.raises(SourceTooLargeError):
        resolve_source(folder / "a.pdf", limits=SourceLimits(max_bytes=10))


def picture(kind: str) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (8, 8)).save(stream, kind)
    return stream.getvalue()


def zipped(*names: str, mimetype: str = "") -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in names:
            archive.writestr(name, mimetype if name == "mimetype" else b"x")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "mime"),
    [
        (picture("PNG"), "image/png"),
        (picture("JPEG"), "image/jpeg"),
        (picture("TIFF"), "image/tiff"),
        (picture("WEBP"), "image/webp"),
        (picture("BMP"), "image/bmp"),
        (picture("GIF"), "image/gif"),
        (picture("PPM"), "image/x-portable-anymap"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
        (b"<?xml version='1.0'?>\n<!-- a --><svg/>", "image/svg+xml"),
        (b"\xef\xbb\xbf <!DOCTYPE html><html/>", "text/html"),
        (b"<html><body><svg/></body></html>", "text/html"),
        (b"{\\rtf1 x}", "application/rtf"),
        (zipped("mimetype", mimetype="application/epub+zip"), "application/epub+zip"),
        (zipped("page1.png", "page2.jpg"), "application/vnd.comicbook+zip"),
        (zipped("a.fdseq"), "application/oxps"),
        (b"junk before\n%PDF-1.4", "application/pdf"),
    ],
)
def test_content_decides_not_the_name(tmp_path, data, mime):
    path = tmp_path / "misnamed.pdf"
    path.write_bytes(data)
    assert resolve_source(path).media_type == mime


@pytest.mark.parametrize(
    ("folder_in_zip", "end"), [("word", "document"), ("xl", "sheet"), ("ppt", "presentation")]
)
def test_office_archives(tmp_path, folder_in_zip, end):
    path = tmp_path / "file.bin"
    path.write_bytes(zipped("[Content_Types].xml", f"{folder_in_zip}/main.xml"))
    assert resolve_source(path).media_type.endswith(end)


def test_password_is_never_shown_but_reaches_other_processes(folder, monkeypatch):
    monkeypatch.setenv("DSOCR_PASSWORD", "hunter2-env")
    source = resolve_source(folder / "a.pdf")
    assert "hunter2" not in repr(source)
    assert source.password.get_secret_value() == "hunter2-env"
    given = resolve_source(folder / "a.pdf", password="hunter2-arg")
    assert "hunter2" not in repr(given) + str(given)
    copy = pickle.loads(pickle.dumps(given))  # noqa: S301
    assert copy.password.get_secret_value() == "hunter2-arg"


def test_password_from_a_file(folder, tmp_path, monkeypatch):
    file = tmp_path / "secret"
    file.write_text("from file\n")
    source = resolve_source(folder / "a.pdf", password_file=file)
    assert source.password.get_secret_value() == "from file"
    monkeypatch.setenv("DSOCR_PASSWORD_FILE", str(tmp_path / "absent"))
    with pytest.raises(ConfigurationError, match="absent"):
        resolve_source(folder / "a.pdf")


@pytest.mark.parametrize(
    ("text", "numbers"),
    [("1-3,7,10-", [1, 2, 3, 7, 10, 11, 12]), ("-2", [1, 2]), ("5", [5]), ("12-99", [12]),
     ("3,1,3", [1, 3]), ([2, 4], [2, 4]), (range(1, 3), [1, 2]), (2, [2])],
)  # fmt: skip
def test_page_selection(text, numbers):
    assert PageSelection.of(text).numbers(12) == numbers


@pytest.mark.parametrize("text", ["0", "3-1", "a", "1,,2", "-", "1-2-3", "1;2", "-0"])
def test_page_selection_refuses(text):
    with pytest.raises(ConfigurationError):
        PageSelection.of(text)


def test_what_a_stored_folder_leaves_out_is_told(pdf):
    store = fsspec.filesystem("memory")
    store.pipe("/left-out/x.pdf", pdf)
    store.pipe("/left-out/deep/film.MP4", b"1")
    store.pipe("/left-out/.hidden.mp4", b"1")
    left_out = LeftOut()
    assert uris("memory://left-out", on_left_out=left_out.note) == ["x.pdf"]
    assert left_out_told(left_out) == "left out: 1 .mp4"
    assert left_out_told({}) == ""


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8", "Grüße, naïve café – 你好"),
        ("utf-8-sig", "Grüße"),
        ("utf-16", "Grüße an alle"),
        ("utf-16-le", "Plain words without a mark"),
        ("utf-16-be", "Plain words without a mark"),
        ("utf-32", "Grüße"),
        ("latin-1", "Où est le café ? À l'hôtel, près de l'église."),
        ("cp1252", "“Prix : 12 €” — l’été"),
        ("latin-1", "Übergrößenträger müssen Änderungen ausfüllen"),
        ("ascii", "a\r\nb\rc\n"),
        ("cp1250", "Město;Kraj\nČeské Budějovice;Jihočeský\nPlzeň;Plzeňský"),
        ("iso8859-2", "Čerpadlo běží v noci a ventil je přes den uzavřen, věž svítí."),
        ("cp1250", "Wszystkie zawory są zamknięte, a pompa działa."),
        ("cp1250", "A szivattyú éjjel működik, a gőz hőmérséklete nő."),
        ("cp1250", "Pompa funcţionează noaptea, iar supapa este închisă."),
        ("cp1254", "Pompa gece çalışıyor ve vana gündüz kapalı."),
        ("cp1257", "Siurblys veikia naktį, o vožtuvas dieną uždarytas; šešių ąžuolų."),
        ("cp1251", "Насос работает ночью, клапан закрыт днём."),
        ("cp1251", "Город;Население\nМосква;13010112\nКазань;1308660"),
        ("koi8-r", "Насос работает ночью, клапан закрыт днём."),
        ("cp866", "Насос работает ночью, клапан закрыт днём."),
        ("cp1251", "Насос працює вночі, її пристрій є тут."),
        ("cp1253", "Η αντλία λειτουργεί τη νύχτα."),
        ("cp1252", "Müller, Núñez, Søren, Ångström, façade, José, Zoë, São"),
    ],
)
def test_texts_come_out_as_they_were_written(encoding, text):
    assert decoded(text.encode(encoding)) == text.replace("\r\n", "\n").replace("\r", "\n")


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1251", "насос работает ночью"),
        ("cp1250", "Crpka radi noću, a ventil danju; Đorđe će doći kući u četvrtak."),
        ("shift_jis", "ポンプは夜に動きます。バルブは昼に閉まります。"),
        ("gb18030", "水泵夜间运行，阀门白天关闭。"),
        ("euc-kr", "펌프는 밤에 작동하고 밸브는 낮에 닫힙니다."),
        ("cp1256", "المضخة تعمل ليلا"),
        ("cp1255", "המשאבה פועלת בלילה."),
    ],
)
def test_texts_that_cannot_be_told_are_not_told_wrongly(encoding, text):
    assert decoded(text.encode(encoding)) is None


def test_damaged_and_binary_bytes_are_no_text():
    assert decoded("Grüße und mehr, ganz ohne Fehler, öfter".encode()[:-3] + b"\xff ende") is None
    assert decoded(b"\x00\x01\x02nothing") is None
    assert decoded(b"") == ""


def test_a_text_is_known_by_its_name_and_content(tmp_path):
    for name, data, mime in [
        ("a.txt", b"P1 is the pump.", "text/plain"),
        ("a.md", b"<p align='center'><svg></svg></p>\n# Pump", "text/markdown"),
        ("a.markdown", b"# Pump", "text/markdown"),
        ("a.eml", b"Subject: pump\n\nIt runs.", "message/rfc822"),
        ("b.txt", b"%PDF-1.7 and nothing more", "application/pdf"),
    ]:
        (tmp_path / name).write_bytes(data)
        assert resolve_source(tmp_path / name).media_type == mime
    (tmp_path / "c.txt").write_bytes(b"\x00\x01\x02")
    with pytest.raises(UnsupportedFormatError):
        resolve_source(tmp_path / "c.txt")


def test_an_office_file_that_lies_about_its_size_is_not_opened(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MAX_MEMBER_BYTES", 2_000_000)
    path = tmp_path / "lying.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", bytes(5_000_000))
    stated = struct.pack("<I", 5_000_000)
    assert path.read_bytes().count(stated) == 2
    path.write_bytes(path.read_bytes().replace(stated, struct.pack("<I", 1000)))
    source = resolve_source(path)
    archives.check_stated(path, source.name)
    with pytest.raises(SourceTooLargeError):
        converted(source, "pdf")


def test_an_index_taken_for_a_document_is_told(tmp_path):
    with sqlite3.connect(tmp_path / "papers.db") as database:
        database.execute("CREATE TABLE chunks (text)")
    with pytest.raises(UnsupportedFormatError, match="is a database") as told:
        resolve_source(tmp_path / "papers.db")
    assert "dsocr search --index FILE" in str(told.value)
