"""What lies in a corpus's folder, by the listings of its store alone: no object is asked for."""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from dsocr_integrations.corpus.entries import Listed
from dsocr_integrations.errors import SourceError, SourceNotFoundError
from dsocr_integrations.sources.left_out import LeftOut, left_out_told
from dsocr_integrations.sources.media_types import READABLE_SUFFIXES, suffix_of
from dsocr_integrations.sources.names import is_unicode, printable
from dsocr_integrations.sources.store_files import opened_store

logger = logging.getLogger(__name__)

_PARTIAL_NAMES = ("~$", ".")
_HASHES = ("ETag", "md5Hash", "etag", "md5")
_TIMES = ("LastModified", "last_modified", "updated", "mtime", "modified", "created")


def listed_objects(
    source: str,
    *,
    storage_options: Mapping[str, Any] | None = None,
    excluded: Collection[str] = (),
) -> Iterator[Listed]:
    """List the documents of a folder to the bottom.

    S3 lists a thousand objects a request, whatever their folders; other stores are asked once a
    folder. What belongs to the corpus is judged by its name: hidden files and folders, and files
    of kinds that cannot be read, are left out; of the latter the log tells how many of each.

    Args:
        source: Local folder or fsspec URL of one.
        storage_options: Passed on to fsspec.
        excluded: Folders or URLs that are left out where they lie in it, such as the output.

    Raises:
        SourceNotFoundError: If there is no such folder.
        SourceError: If it cannot be listed to the bottom.
    """
    left_out = LeftOut()
    own = [key for place in excluded if (key := _key_below(place, source))]
    for found in _found(source, storage_options):
        if _is_hidden(found.key) or any(found.key.startswith(f"{key}/") for key in own):
            continue
        if suffix_of(found.key.rpartition("/")[2]) not in READABLE_SUFFIXES:
            left_out.note(PurePosixPath(found.key))
            continue
        if is_unicode(found.key):
            yield found
        else:
            logger.warning("%s is left out: its name is no Unicode.", printable(found.key))
    if left_out:
        logger.info("%s: %s.", source, left_out_told(left_out))


def address_of(source: str, key: str) -> str:
    """The path or URL of an object of a corpus."""
    return f"{source.rstrip('/')}/{key}"


def _key_below(place: str, source: str) -> str:
    """Where a place lies in the source; empty where it does not."""
    if "://" not in place and "://" not in source:
        place, source = (str(Path(one).expanduser().resolve()) for one in (place, source))
    inside = place.rstrip("/").removeprefix(address_of(source, ""))
    return "" if inside == place.rstrip("/") else inside


def _is_hidden(key: str) -> bool:
    return any(part.startswith(_PARTIAL_NAMES) for part in key.split("/"))


def _found(source: str, storage_options: Mapping[str, Any] | None) -> Iterator[Listed]:
    if "://" not in source:
        yield from _local_files(Path(source).expanduser())
        return
    with opened_store(source, storage_options) as (store, path):
        protocols = (store.protocol,) if isinstance(store.protocol, str) else store.protocol
        yield from (_s3_objects if "s3" in protocols else _stored_files)(store, path.rstrip("/"))


def _s3_objects(store: Any, path: str) -> Iterator[Listed]:
    bucket, folder, _ = store.split_path(path)
    prefix = f"{folder}/" if folder else ""
    request = {"Bucket": bucket, "Prefix": prefix, **store.req_kw}
    while True:
        page = store.call_s3("list_objects_v2", **request)
        for facts in page.get("Contents", ()):
            yield _listed(facts["Key"].removeprefix(prefix), facts["Size"], facts)
        if not page.get("IsTruncated"):
            return
        request["ContinuationToken"] = page["NextContinuationToken"]


def _stored_files(store: Any, path: str) -> Iterator[Listed]:
    # Not by `walk`, in which some stores pass over a folder that cannot be listed: its documents
    # would be taken for gone.
    folders = [path]
    while folders:
        folder = folders.pop()
        for facts in store.ls(folder, detail=True):
            name = facts["name"].rstrip("/")
            if name == folder.rstrip("/"):
                continue  # some stores keep an object for a folder
            if facts["type"] == "directory":
                folders.append(name)
            else:
                key = name.removeprefix(path).lstrip("/")
                yield _listed(key, facts.get("size") or 0, facts)
        # Listings are kept for later questions, which nobody asks.
        store.invalidate_cache(folder)


def _listed(key: str, size: int, facts: Mapping[str, Any]) -> Listed:
    etag = next((str(facts[name]).strip('"') for name in _HASHES if facts.get(name)), "")
    return Listed(key, etag, int(size), _microseconds(facts))


def _microseconds(facts: Mapping[str, Any]) -> int:
    stamp = next((facts[name] for name in _TIMES if facts.get(name)), 0)
    if isinstance(stamp, str):
        stamp = datetime.fromisoformat(stamp)
    return round((stamp.timestamp() if isinstance(stamp, datetime) else float(stamp)) * 1e6)


def _local_files(folder: Path) -> Iterator[Listed]:
    if not folder.is_dir():
        raise SourceNotFoundError(f"There is no folder {folder}.")
    for place, _, names in os.walk(folder, onerror=_refuse(folder)):
        for name in names:
            path = Path(place, name)
            # It may go while the folder is listed, and a link may lead nowhere.
            with contextlib.suppress(FileNotFoundError):
                facts = path.stat()
                key = path.relative_to(folder).as_posix()
                yield Listed(key, "", facts.st_size, facts.st_mtime_ns // 1000)


def _refuse(folder: Path) -> Callable[[OSError], None]:
    def refuse(error: OSError) -> None:
        raise SourceError(
            f"{folder} cannot be listed to the bottom: {error.filename}: {error.strerror}.",
            remedy="Check its permissions; what it holds would be taken for gone.",
        ) from error

    return refuse
