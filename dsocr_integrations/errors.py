"""Typed errors. Each one carries the sentence that tells its remedy.

Errors never become text of a page: what fails for one page is a
`dsocr_integrations.records.documents.PageError` record beside the pages; what fails for a whole
source or a whole engine is raised as one of the exceptions below.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar


class DsocrError(Exception):
    """Base of every error this package raises on purpose.

    Args:
        message: What went wrong, naming the file, page or server concerned.
        remedy: One sentence that says what the user can do about it.
    """

    def __init__(self, message: str, *, remedy: str = "") -> None:
        super().__init__(message, remedy)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()

    def __reduce__(self) -> tuple[object, ...]:
        # Keyword-only arguments do not survive the default exception pickling,
        # and these errors cross process borders.
        return (_rebuild_error, (type(self), self.message, self.remedy))


def _rebuild_error(kind: type[DsocrError], message: str, remedy: str) -> DsocrError:
    return kind(message, remedy=remedy)


class ConfigurationError(DsocrError):
    """A setting, argument or combination of them cannot be used."""


class MissingDependencyError(DsocrError):
    """A package or program needed for this call is not installed."""


@contextmanager
def extra_needed(extra: str, what: str, *packages: str) -> Iterator[None]:
    """Name the extra that brings packages, where one of them is not there to be imported.

    Args:
        extra: The extra.
        what: What it brings, as the beginning of a sentence.
        packages: Their top-level names.

    Raises:
        MissingDependencyError: If one is missing; other packages' absence is not explained away.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in packages:
            raise
        raise MissingDependencyError(
            f"{what} is not installed.", remedy=f"Run: pip install 'dsocr-integrations[{extra}]'"
        ) from error


class SourceError(DsocrError):
    """A source could not be opened or read; base of the more precise ones.

    Attributes:
        kind: `PageError.kind` of a record made from it: `download` may pass by itself, `source`
            will not; `empty` is a folder or glob without documents.
    """

    kind: ClassVar[str] = "source"


class SourceNotFoundError(SourceError):
    """The file, folder or URL does not exist."""


class EmptySourceError(SourceNotFoundError):
    """A folder or glob holds no document."""

    kind: ClassVar[str] = "empty"


class SourceChangedError(SourceError):
    """The source holds other bytes than those that were read."""


class UnsupportedFormatError(SourceError):
    """The bytes are of a kind that no reader here understands."""


class PasswordError(SourceError):
    """The document is encrypted and no password, or a wrong one, was given."""


class BrokenSourceError(SourceError):
    """The bytes claim to be a known format but cannot be opened."""


class NoSuchPageError(SourceError):
    """The document has none of the pages that were asked for."""


class SourceTooLargeError(SourceError):
    """The source, one of its pages or one of its images is over a size limit."""


class ForbiddenAddressError(SourceError):
    """A URL leads to an address or protocol that may not be read."""


class DownloadError(SourceError):
    """A remote source answered with an error, too slowly, or not at all."""

    kind: ClassVar[str] = "download"


class SourceDependencyError(SourceError, MissingDependencyError):
    """A source can only be read with a package or program that is not installed."""


class EngineUnavailableError(DsocrError):
    """The engine as a whole cannot run (no weights, dead server, out of memory)."""


class EmbedderUnavailableError(DsocrError):
    """Texts cannot be turned into vectors: no model, or a server that does not answer."""


class RerankerUnavailableError(DsocrError):
    """Hits cannot be ordered anew: no model, or a server that does not answer."""


class UnsupportedPromptError(DsocrError):
    """The engine cannot be asked this question, whatever the page."""


class PageReadError(DsocrError):
    """A page failed and the caller chose to raise instead of keeping the record."""


class IndexMismatchError(DsocrError):
    """An index was built with another engine, embedder or schema than asked for."""


class QualityError(DsocrError):
    """Too much of what was read is missing or not to be trusted."""


class QueryError(DsocrError):
    """A query over the tables was refused, failed, or went over a limit."""


class IndexUnavailableError(DsocrError):
    """An index cannot be reached, broke off, or is in use; another try may succeed."""


class CacheUnavailableError(DsocrError):
    """The page cache's store does not answer; another try may succeed."""
