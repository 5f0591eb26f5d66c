"""What is given for a source and is none: what to give in its place."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from inspect import iscoroutinefunction

from dsocr_integrations.errors import UnsupportedFormatError

_READ = "It has been read already: give the path or URL that its metadata names as source."

_REMEDIES: Mapping[str, str] = {
    "page_content": _READ,
    "get_content": _READ,
    "as_bytes_io": "Give it to DeepSeekOCRBlobParser, or give its path or bytes.",
    "status_code": "Give its URL, or its content as bytes.",
    "columns": "Give the column of paths or URLs.",
    "filename": "Give its bytes: what its read() gives, awaited where that is asynchronous.",
    "shape": "Give it as the bytes of a picture, such as a PNG.",
    "getpixel": "Give it as the bytes of a picture: image.save(file, 'PNG'), then file.getvalue().",
}
"""By an attribute that tells what something is, as their packages need not be installed."""


def is_one_thing(given: object) -> bool:
    """Whether it is itself and no sources, though it is iterated over: by blocks, or by columns."""
    return hasattr(given, "status_code") or hasattr(given, "columns")


def is_file_object(given: object) -> bool:
    """Whether it can be read as a file; uploads that must be awaited cannot."""
    read = getattr(given, "read", None)
    return callable(read) and not iscoroutinefunction(read) and not is_one_thing(given)


def no_source(given: object) -> UnsupportedFormatError:
    """The error that says what to give instead."""
    return UnsupportedFormatError(
        f"{type(given).__name__} is no kind of source.", remedy=_remedy(given)
    )


def _remedy(given: object) -> str:
    if isinstance(given, Mapping):
        return "Give its values, or its keys, as a list."
    told = (remedy for name, remedy in _REMEDIES.items() if hasattr(given, name))
    if (remedy := next(told, None)) is not None:
        return remedy
    if isinstance(given, Collection):
        return "Give one list of paths, URLs, bytes or open files, with no list in it."
    return "Give a path, a URL, bytes or an open binary file, or a list of them."
