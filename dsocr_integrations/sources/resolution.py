"""Where documents come from: anything a caller may name becomes a local, picklable `Source`."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from pydantic import BaseModel, SecretStr

from dsocr_integrations.errors import (
    BrokenSourceError,
    ConfigurationError,
    SourceError,
    SourceNotFoundError,
    UnsupportedFormatError,
)
from dsocr_integrations.settings import Settings, load_settings
from dsocr_integrations.sources import media_types
from dsocr_integrations.sources.expansion import Expansion, local_path, url_protocol
from dsocr_integrations.sources.file_objects import blocks_of, put_back
from dsocr_integrations.sources.local_files import OnLeftOut, pass_over
from dsocr_integrations.sources.names import (
    path_identity,
    printable,
    recordable,
    url_file_name,
    url_identity,
)
from dsocr_integrations.sources.no_sources import is_file_object, is_one_thing, no_source
from dsocr_integrations.sources.page_selection import PageSelection, PageSelectionLike
from dsocr_integrations.sources.records import (
    Source,
    SourceFailure,
    SourceLike,
    SourceLimits,
    SourcesLike,
)
from dsocr_integrations.sources.spool import SpooledFile, too_many_bytes
from dsocr_integrations.sources.url_guard import HTTP_PROTOCOLS, Resolve, protocol_of, resolve_name

if TYPE_CHECKING:
    from dsocr_integrations.sources.downloads import Downloader, DownloadLimits
    from dsocr_integrations.sources.store_files import StoreFiles

StorageOptions = Mapping[str, Any] | Callable[[str], Mapping[str, Any]] | None


_SQLITE = b"SQLite format 3\0"


_ONE = (str, Path, bytes, bytearray, memoryview, Source, Mapping, BaseModel)
"""What is iterated over is not sources: a framework's document gives its fields, a mapping keys."""


@dataclass(frozen=True)
class SourceResolver:
    """Turns what callers name into sources.

    Attributes:
        root: Folder or URL that identities are relative to. By default a folder or glob given
            alone is its own root; anything else keeps its absolute path or URL.
        pages: Pages to read of each.
        password: Password of encrypted documents; the configured one when `None`.
        password_file: A file whose first line is the password.
        recursive: Whether folders are searched to the bottom.
        limits: Bounds of what is read.
        storage_options: fsspec options for stores, `headers` for http(s); or what gives them for
            a URL.
        allow_private_addresses: Whether URLs may lead to addresses that are not public; as
            configured when `None`.
        attachments: Whether what is attached to a document is to be read too, by who can open
            documents (see `rendering.attachments`); as configured when `None`.
        settings: What is configured; environment and `dsocr.toml` when `None`.
        resolve: How host names become addresses.
        excluded: Folders that are not looked into where they lie in a folder given: resolved
            paths, and URLs.
        on_left_out: Told of each file in a folder that is of no kind that can be read.
    """

    root: str | Path | None = None
    pages: PageSelectionLike = None
    password: str | SecretStr | None = field(default=None, repr=False)
    password_file: str | Path | None = None
    recursive: bool = True
    limits: SourceLimits = field(default_factory=SourceLimits)
    storage_options: StorageOptions = field(default=None, repr=False)
    allow_private_addresses: bool | None = None
    attachments: bool | None = None
    settings: Settings | None = field(default=None, repr=False)
    resolve: Resolve = resolve_name
    excluded: Collection[Path | str] = ()
    on_left_out: OnLeftOut = pass_over

    def resolve_all(self, sources: SourcesLike) -> Iterator[Source | SourceFailure]:
        """Resolve one or several, lazily and in a stable order; failures stand in place.

        Two that differ never have one identity: the later one is known by its whole path or URL,
        or where that is the same too, by its bytes.

        Raises:
            ConfigurationError: If the page selection or the password file cannot be read.
        """
        items = _items(sources)
        alone = len(items) == 1
        given: dict[int, int] = {}
        for item in items:
            try:
                for member, root in self._expansion.members(item, alone=alone):
                    found = self._resolved_or_failure(member, root)
                    yield found if isinstance(found, SourceFailure) else _kept_apart(found, given)
            except SourceError as error:
                yield SourceFailure(_shown(item), error)

    def resolve_one(self, item: SourceLike) -> Source:
        """Resolve exactly one document.

        Raises:
            SourceError: If it cannot be opened, or is a folder or glob of several.
            ConfigurationError: As `resolve_all`.
        """
        members = self._expansion.members(item, alone=True)
        first = next(members)
        if next(members, None) is not None:
            raise SourceError(
                f"{_shown(item)} holds several documents.",
                remedy="Name one of them, or read them all with: dsocr ingest (in Python: read_many).",
            )
        return self._resolve(*first)

    def nothing_there(self, sources: SourcesLike) -> list[SourceError]:
        """Why there is no document, one for each source named, and nothing if there may be one.

        Files are looked for, none is opened.
        """
        errors: list[SourceError] = []
        for item in _items(sources):
            if not isinstance(item, str | Path) or url_protocol(str(item)) is not None:
                return []
            try:
                path, _ = next(self._expansion.members(item, alone=True))
                if os.path.exists(cast("Path", path)):  # noqa: PTH110 - never raises
                    return []
                errors.append(SourceNotFoundError(f"There is no file {printable(str(item))}."))
            except SourceError as error:
                errors.append(error)
        return errors

    def resolve_loaded(self, data: bytes | BinaryIO, place: str) -> Source | SourceFailure:
        """Resolve a document that somebody else has loaded, as if it had been named itself.

        Args:
            data: Its bytes, or what reads them.
            place: The path or URL that it was loaded from, of whatever protocol.
        """
        uri, origin, name = self._names_of(place)
        blocks = [data] if isinstance(data, bytes) else blocks_of(data)
        try:
            return replace(self._spool(blocks, name=name, uri=uri), origin=recordable(origin))
        except SourceError as error:
            return SourceFailure(uri, error, origin=origin)

    def identity_of(self, place: str) -> str:
        """What a document loaded from a path or URL is known by."""
        return self._names_of(place)[0]

    def _names_of(self, place: str) -> tuple[str, str, str]:
        """Identity, origin and file name of a path or URL."""
        if "://" in place and not place.startswith("file:///"):
            origin = url_identity(place)
            return _below(origin, self.root), origin, url_file_name(place)
        path = local_path(place) if "://" in place else Path(place)
        if not path.is_absolute() and not os.path.exists(path):  # noqa: PTH110 - never raises
            # A name from elsewhere, of no file here.
            return printable(place), place, printable(path.name)
        uri = path_identity(path, _as_folder(self.root))
        return uri, str(path.absolute()), printable(path.name)

    def __getstate__(self) -> dict[str, Any]:
        """What is pickled.

        Raises:
            ConfigurationError: If it would hold credentials.
        """
        if self.password is not None or self.storage_options is not None:
            raise ConfigurationError(
                "A password or storage options are not pickled: whoever has the pickle would have"
                " them.",
                remedy="Set DSOCR_PASSWORD or DSOCR_PASSWORD_FILE, and the variables that the store"
                " knows, in the environment of the process that reads.",
            )
        return {one.name: getattr(self, one.name) for one in fields(self)}

    def _resolved_or_failure(
        self, item: SourceLike, root: str | Path | None
    ) -> Source | SourceFailure:
        try:
            return self._resolve(item, root)
        except SourceError as error:
            return SourceFailure(_identity(item, root), error, origin=_shown(item))

    def _resolve(self, item: SourceLike, root: str | Path | None) -> Source:
        if isinstance(item, Source):
            return self._with_options(item)
        if isinstance(item, bytes | bytearray | memoryview):
            return self._spool([bytes(item)], name="", uri=None)
        if isinstance(item, str) and url_protocol(item) is not None:
            return self._fetch(item, root)
        if isinstance(item, str | os.PathLike):
            return self._local(Path(item), root)
        return self._from_stream(item, root)

    def _local(self, path: Path, root: str | Path | None) -> Source:
        shown, shown_path = path_identity(path, _as_folder(root)), printable(str(path))
        if not os.path.exists(path):  # noqa: PTH110 - never raises
            raise SourceNotFoundError(f"There is no file {shown_path}.")
        if not path.is_file():
            raise UnsupportedFormatError(f"{shown_path} is not a regular file.")
        try:
            if path.stat().st_size > self.limits.max_bytes:
                raise too_many_bytes(printable(path.name), self.limits.max_bytes)
            with path.open("rb") as stream:
                revision = hashlib.file_digest(stream, "sha256").hexdigest()
            name = printable(path.name)
            absolute = path.absolute()
            origin = recordable(str(absolute))
            return self._source(absolute, name=name, uri=shown, revision=revision, origin=origin)
        except OSError as error:
            raise SourceNotFoundError(
                f"{shown_path} cannot be read: {error.strerror}.", remedy="Check its permissions."
            ) from error

    def _from_stream(self, stream: BinaryIO, root: str | Path | None) -> Source:
        if not is_file_object(stream):
            raise no_source(stream)
        stated = getattr(stream, "name", None)
        name, uri = "", None
        if isinstance(stated, str) and stated:
            path = Path(stated)
            name, uri = printable(path.name), path_identity(path, _as_folder(root))
        with put_back(stream):
            return self._spool(blocks_of(stream), name=name, uri=uri)

    def _spool(self, blocks: Iterable[bytes], *, name: str, uri: str | None) -> Source:
        file = SpooledFile()
        revision = file.write(
            blocks, name=name or "The data given", max_bytes=self.limits.max_bytes
        )
        return self._source(
            file.path,
            name=name,
            uri=uri or f"bytes:{revision}",
            revision=revision,
            spooled=file,
        )

    def _fetch(self, url: str, root: str | Path | None) -> Source:
        identity, name = url_identity(url), url_file_name(url)
        if protocol_of(url) in HTTP_PROTOCOLS:
            file, revision, said, kind = self._downloader(url).fetch(url, identity)
            known_as = media_types.name_by_sender(name, said, kind)
        else:
            file, revision = self._stores(url).fetch(url)
            known_as = name
        return self._source(
            file.path,
            name=name,
            known_as=known_as,
            uri=_below(identity, root),
            revision=revision,
            spooled=file,
            origin=identity,
        )

    def _source(
        self,
        path: Path,
        *,
        name: str,
        uri: str,
        revision: str,
        spooled: SpooledFile | None = None,
        origin: str | None = None,
        known_as: str = "",
    ) -> Source:
        """A source of some bytes; `known_as` is the name that tells their kind, if another one."""
        if path.stat().st_size == 0:
            raise BrokenSourceError(f"{name or 'The data given'} is empty.")
        kind = media_types.detect(path, known_as or name)
        if kind is None:
            raise _unreadable(path, name or "The data given")
        return self._with_options(
            Source(
                uri=uri,
                name=name or f"document.{kind.suffix}",
                media_type=kind.mime,
                path=path,
                revision=revision,
                spooled=spooled,
                origin=origin,
            )
        )

    def is_there(self, origin: str) -> bool:
        """Whether there still is a file where a source was read from.

        Web addresses are not asked, and what cannot be asked counts as being there.

        Args:
            origin: As in `Source.origin`.
        """
        protocol = protocol_of(origin)
        if protocol is None:
            return os.path.isfile(origin)  # noqa: PTH113 - never raises
        return protocol in HTTP_PROTOCOLS or self._stores(origin).holds(origin)

    @property
    def reads_attachments(self) -> bool:
        """Whether what is attached to a document is to be read, too."""
        return self._configured.attachments

    @property
    def _expansion(self) -> Expansion:
        return Expansion(
            root=self.root,
            recursive=self.recursive,
            excluded=self.excluded,
            on_left_out=self.on_left_out,
            stores=self._stores,
        )

    def _with_options(self, source: Source) -> Source:
        """Lay this resolver's pages and password on a source that has none of its own."""
        return replace(
            source,
            pages=source.pages or PageSelection.of(self.pages),
            password=source.password or self._configured.document_password(),
        )

    @cached_property
    def _configured(self) -> Settings:
        return load_settings(
            self.settings,
            password=self.password,
            password_file=self.password_file,
            allow_private_addresses=self.allow_private_addresses,
            attachments=self.attachments,
        )

    def _downloader(self, url: str) -> Downloader:
        from dsocr_integrations.sources.downloads import Downloader
        from dsocr_integrations.sources.url_guard import UrlGuard

        return Downloader(
            guard=UrlGuard(self._configured.allow_private_addresses, self.resolve),
            limits=self._download_limits(),
            headers=dict(self._options_of(url).get("headers", {})),
        )

    def _options_of(self, url: str) -> Mapping[str, Any]:
        options = self.storage_options
        return (options(url) if callable(options) else options) or {}

    def _stores(self, url: str) -> StoreFiles:
        from dsocr_integrations.sources.store_files import StoreFiles

        return StoreFiles(self._options_of(url), self._download_limits())

    def _download_limits(self) -> DownloadLimits:
        from dsocr_integrations.sources.downloads import DownloadLimits

        return DownloadLimits(
            max_bytes=self.limits.max_download_bytes,
            max_seconds=self.limits.max_download_seconds,
            max_redirects=self.limits.max_redirects,
        )


def _unreadable(path: Path, name: str) -> UnsupportedFormatError:
    with path.open("rb") as stream:
        is_database = stream.read(len(_SQLITE)) == _SQLITE
    if is_database:
        return UnsupportedFormatError(
            f"{name} is a database, not a document.",
            remedy="An index is searched: dsocr search --index FILE, or explore(index=FILE).",
        )
    return UnsupportedFormatError(
        f"{name} is of a kind that cannot be read here.",
        remedy="Convert it to PDF or to a picture.",
    )


def resolve_source(one: SourceLike, **options: Any) -> Source:
    """Resolve one document; options are the attributes of `SourceResolver`.

    Raises:
        SourceError: If it cannot be opened.
        ConfigurationError: If the page selection or the password file cannot be read.
    """
    return SourceResolver(**options).resolve_one(one)


def resolve_sources(sources: SourcesLike, **options: Any) -> Iterator[Source | SourceFailure]:
    """Resolve one or several documents; options are the attributes of `SourceResolver`.

    Yields:
        A source, or the failure of one, in a stable order; each is opened when asked for.

    Raises:
        ConfigurationError: If the page selection or the password file cannot be read.
    """
    return SourceResolver(**options).resolve_all(sources)


def _kept_apart(source: Source, given: dict[int, int]) -> Source:
    """The source by the first of its names that stands for no other bytes given before.

    Args:
        source: The source.
        given: Hashes of names and of the revisions that they stand for; noted in here.
    """
    names = (source.uri, source.origin or source.uri, f"bytes:{source.revision}")
    revision = hash(source.revision)
    free = (name for name in names if given.setdefault(hash(name), revision) == revision)
    return replace(source, uri=next(free, source.uri))


def _items(sources: SourcesLike) -> list[SourceLike]:
    one = isinstance(sources, _ONE) or hasattr(sources, "read") or is_one_thing(sources)
    if one or not isinstance(sources, Iterable):
        return [cast("SourceLike", sources)]
    return list(cast("Iterable[SourceLike]", sources))


def _as_folder(root: str | Path | None) -> Path | None:
    if root is None or (isinstance(root, str) and "://" in root):
        return None
    return Path(root).expanduser()


def _identity(item: SourceLike, root: str | Path | None) -> str:
    """The name that the item would have had as a source, so that a later success matches."""
    if isinstance(item, str | Path) and not (
        isinstance(item, str) and url_protocol(item) is not None
    ):
        return path_identity(Path(item), _as_folder(root))
    return _below(_shown(item), root)


def _below(url: str, root: str | Path | None) -> str:
    """A URL relative to one that it lies under."""
    return url.removeprefix(root.rstrip("/") + "/") if isinstance(root, str) else url


def _shown(item: object) -> str:
    if isinstance(item, Source):
        return item.uri
    if isinstance(item, str) and "://" in item:
        return url_identity(item)
    if isinstance(item, str | Path):
        return str(item)
    return str(getattr(item, "name", "")) or "bytes"


__all__ = [
    "Source",
    "SourceFailure",
    "SourceLike",
    "SourceLimits",
    "SourceResolver",
    "SourcesLike",
    "StorageOptions",
    "resolve_source",
    "resolve_sources",
]
