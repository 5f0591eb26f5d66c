"""Where a corpus is: the folder of its documents, and what runs know of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dsocr_integrations.airflow.task_sources import StoredAddress

if TYPE_CHECKING:
    from dsocr_integrations.corpus import CorpusState
    from dsocr_integrations.corpus.entries import Listed
    from dsocr_integrations.corpus.records import Waiting


@dataclass(frozen=True)
class CorpusPlaces:
    """The folder of a corpus and its state, as a DAG names them.

    Attributes:
        source: Local folder or fsspec URL of the documents.
        state_uri: Local folder or fsspec URL of what runs know of each other.
        source_conn_id: Connection with the credentials of the source's store, where its URL names
            none.
        state_conn_id: The same for the state.
        excluded: Folders or URLs that are left out where they lie in the source.
    """

    source: Any
    state_uri: Any
    source_conn_id: str | None = None
    state_conn_id: str | None = None
    excluded: Sequence[str] = ()

    def state(self) -> CorpusState:
        """The state, opened with the connection's credentials."""
        return opened_state(self.state_uri, self.state_conn_id)

    @property
    def place(self) -> StoredAddress:
        """Where the documents are."""
        return StoredAddress.of(self.source, self.source_conn_id, field="source")

    def objects(self) -> Iterator[Listed]:
        """What lies in the folder, by the listings of its store alone."""
        from dsocr_integrations.corpus import listed_objects

        excluded = [self.excluded] if isinstance(self.excluded, str) else self.excluded
        return listed_objects(
            self.place.address,
            storage_options=self.place.storage_options(),
            excluded=(*excluded, self.state().root),
        )

    def waiting(self) -> Waiting:
        """What a run would find to do now.

        Raises:
            DsocrError: As `dsocr_integrations.corpus.waiting`.
        """
        from dsocr_integrations.corpus import waiting

        return waiting(self.state(), self.place.address, self.objects())


def opened_state(state_uri: object, conn_id: str | None) -> CorpusState:
    """The state of a corpus, opened with a connection's credentials.

    Args:
        state_uri: Local folder or fsspec URL, as a DAG names it.
        conn_id: The connection where it names none.

    Raises:
        ConfigurationError: If it names nothing, or is a relative path.
        MissingDependencyError: If a provider or package is not installed.
    """
    from dsocr_integrations.corpus import CorpusState

    place = StoredAddress.of(state_uri, conn_id, field="state_uri")
    return CorpusState(place.address, storage_options=place.storage_options())
