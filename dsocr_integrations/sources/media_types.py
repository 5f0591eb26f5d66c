"""What a file is, judged by its bytes first and its name only where bytes cannot tell."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

from dsocr_integrations.sources.text_encoding import may_be_text

Reader = Literal["mupdf", "raster", "office", "text"]

HEAD_BYTES = 4096
_PDF_HEADER_WINDOW = 1024
_MAX_ZIP_MEMBERS = 100_000
_MAX_MIMETYPE_BYTES = 256


@dataclass(frozen=True)
class MediaType:
    """A kind of file and who opens it.

    Attributes:
        mime: MIME type.
        reader: `mupdf` for page documents, `raster` for pictures (Pillow), `office` for what
            LibreOffice must convert first, `text` for what says its text itself.
        suffix: Usual file suffix without the dot; MuPDF takes it as its file type.
    """

    mime: str
    reader: Reader
    suffix: str


PDF = MediaType("application/pdf", "mupdf", "pdf")
MAIL = MediaType("message/rfc822", "text", "eml")
MARKDOWN = MediaType("text/markdown", "text", "md")
HTML = MediaType("text/html", "text", "html")
SAVED_PAGE = MediaType("multipart/related", "text", "mhtml")
CSV = MediaType("text/csv", "text", "csv")
TSV = MediaType("text/tab-separated-values", "text", "tsv")
XLSX = MediaType(
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "text", "xlsx"
)
XLS = MediaType("application/vnd.ms-excel", "text", "xls")
ODS = MediaType("application/vnd.oasis.opendocument.spreadsheet", "text", "ods")
HEIC = MediaType("image/heic", "raster", "heic")
_TYPES = (
    PDF,
    MediaType("application/epub+zip", "mupdf", "epub"),
    MediaType("application/oxps", "mupdf", "xps"),
    MediaType("application/vnd.comicbook+zip", "mupdf", "cbz"),
    MediaType("image/svg+xml", "mupdf", "svg"),
    MediaType("application/x-mobipocket-ebook", "mupdf", "mobi"),
    MediaType("application/x-fictionbook+xml", "mupdf", "fb2"),
    MediaType("image/png", "raster", "png"),
    MediaType("image/jpeg", "raster", "jpg"),
    MediaType("image/tiff", "raster", "tif"),
    MediaType("image/webp", "raster", "webp"),
    MediaType("image/bmp", "raster", "bmp"),
    MediaType("image/gif", "raster", "gif"),
    MediaType("image/jp2", "raster", "jp2"),
    MediaType("image/x-tga", "raster", "tga"),
    MediaType("image/x-portable-anymap", "raster", "pnm"),
    MediaType(
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "office",
        "docx",
    ),
    XLSX,
    MediaType(
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "office",
        "pptx",
    ),
    MediaType("application/vnd.oasis.opendocument.text", "office", "odt"),
    ODS,
    MediaType("application/vnd.oasis.opendocument.presentation", "office", "odp"),
    MediaType("application/msword", "office", "doc"),
    XLS,
    MediaType("application/vnd.ms-powerpoint", "office", "ppt"),
    MediaType("application/rtf", "office", "rtf"),
    HTML,
    SAVED_PAGE,
    CSV,
    TSV,
    MediaType("text/plain", "text", "txt"),
    MARKDOWN,
    MAIL,
    HEIC,
)
_BY_SUFFIX = {kind.suffix: kind for kind in _TYPES}
_BY_MIME = {kind.mime: kind for kind in _TYPES}
_ALIASES = {
    "jpeg": "jpg",
    "tiff": "tif",
    "htm": "html",
    "xhtml": "html",
    "mht": "mhtml",
    "tab": "tsv",
    "oxps": "xps",
    "dib": "bmp",
    "ppm": "pnm",
    "pgm": "pnm",
    "pbm": "pnm",
    "j2k": "jp2",
    "docm": "docx",
    "xlsm": "xlsx",
    "pptm": "pptx",
    "heif": "heic",
    "markdown": "md",
    "text": "txt",
}
READABLE_SUFFIXES = frozenset(_BY_SUFFIX) | frozenset(_ALIASES)
"""Suffixes, without the dot, of files that a folder is searched for."""

_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpg"),
    (b"II*\x00", "tif"),
    (b"MM\x00*", "tif"),
    (b"II+\x00", "tif"),
    (b"MM\x00+", "tif"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", "jp2"),
    (b"\xff\x4f\xff\x51", "jp2"),
    (b"{\\rtf", "rtf"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_TEXT = frozenset({"txt", "md", "eml", "csv", "tsv", "mhtml"})
_FORMATS_IN_TEXT = (b"%PDF-", b"{\\rtf")
_NAME_ONLY = frozenset({"tga", "html"})
_PICTURE_SUFFIXES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".tif", ".tiff")


def named(mime: str) -> MediaType:
    """Look a known type up by its MIME name.

    Raises:
        KeyError: If there is no such type here.
    """
    return _BY_MIME[mime]


def suffix_of(name: str) -> str:
    """Normalised suffix of a file name, without the dot; empty if there is none."""
    suffix = PurePosixPath(name).suffix.lower().removeprefix(".")
    return _ALIASES.get(suffix, suffix)


def name_by_sender(name: str, file_name: str, media_type: str) -> str:
    """The name that tells what a download is, where its address does not.

    Args:
        name: By its address.
        file_name: What the server calls it, if it does.
        media_type: What the server says it is; believed of texts, which bytes do not tell apart.
    """
    if suffix_of(name) in READABLE_SUFFIXES:
        return name
    if suffix_of(file_name) in READABLE_SUFFIXES:
        return file_name
    kind = _BY_MIME.get(media_type)
    return f"{name}.{kind.suffix}" if kind is not None and kind.suffix in _TEXT else name


def detect(path: Path, name: str) -> MediaType | None:
    """Tell what a local file is.

    Args:
        path: The bytes.
        name: The name it came with; it decides only between kinds that share their first
            bytes, and for kinds that have no signature.

    Returns:
        The type, or `None` if nothing here can read it.

    Raises:
        OSError: If the file cannot be read.
    """
    with path.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
    suffix = suffix_of(name)
    if suffix in _TEXT and may_be_text(head) and not head.startswith(_FORMATS_IN_TEXT):
        # Their first letters are anybody's, those of other formats included.
        return _BY_SUFFIX[suffix]
    found = _by_signature(head, suffix) or _by_markup(head)
    if found is None and head.startswith(b"PK\x03\x04"):
        found = _by_zip_members(path, suffix)
    if found is None and (suffix in _NAME_ONLY or suffix == "pdf"):
        # TGA has no signature, and MuPDF repairs PDF files whose header is gone.
        found = suffix
    return _BY_SUFFIX.get(found) if found else None


def _by_signature(head: bytes, suffix: str) -> str | None:
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if head.startswith(_OLE):
        return suffix if suffix in {"doc", "xls", "ppt"} else "doc"
    signatures = (
        ("heic", head[4:8] == b"ftyp" and head[8:12] in _HEIF_BRANDS),
        ("webp", head[:4] == b"RIFF" and head[8:12] == b"WEBP"),
        ("bmp", head[:2] == b"BM" and head[6:10] == b"\0\0\0\0"),
        ("pnm", re.match(rb"P[1-6]\s", head) is not None),
        ("mobi", head[60:68] in {b"BOOKMOBI", b"TEXtREAd"}),
        ("pdf", b"%PDF-" in head[:_PDF_HEADER_WINDOW]),
    )
    return next((kind for kind, matches in signatures if matches), None)


def _by_markup(head: bytes) -> str | None:
    if head[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        text = head.decode("utf-16", errors="ignore").lower()
    else:
        text = head.removeprefix(b"\xef\xbb\xbf").decode("latin-1").lower()
    text = text.lstrip()
    if not text.startswith("<"):
        return None
    if "<fictionbook" in text:
        return "fb2"
    html, svg = text.find("<html"), text.find("<svg")
    if text.startswith("<!doctype html") or (html >= 0 and (svg < 0 or html < svg)):
        return "html"
    return "svg" if svg >= 0 else None


def _by_zip_members(path: Path, suffix: str) -> str | None:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.namelist()[:_MAX_ZIP_MEMBERS]
            mime = _declared_mimetype(archive, members)
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, ValueError):
        # A damaged archive: MuPDF and LibreOffice repair some, so the name decides.
        return suffix if suffix in {"epub", "xps", "cbz", "docx", "xlsx", "pptx"} else None
    if mime in _BY_MIME:
        return _BY_MIME[mime].suffix
    folders = {member.split("/", 1)[0].lower() for member in members if "/" in member}
    for folder, kind in (("word", "docx"), ("xl", "xlsx"), ("ppt", "pptx")):
        if folder in folders and "[Content_Types].xml" in members:
            return kind
    if any(member.lower().endswith((".fdseq", ".fpage")) for member in members):
        return "xps"
    if "META-INF/container.xml" in members:
        return "epub"
    pictures = any(member.lower().endswith(_PICTURE_SUFFIXES) for member in members)
    return "cbz" if pictures else None


def _declared_mimetype(archive: zipfile.ZipFile, members: list[str]) -> str:
    if "mimetype" not in members or archive.getinfo("mimetype").file_size > _MAX_MIMETYPE_BYTES:
        return ""
    return archive.read("mimetype").decode("latin-1").strip()
