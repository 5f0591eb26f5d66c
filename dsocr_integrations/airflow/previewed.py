"""What a task notes for the page that shows its documents."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from dsocr_integrations.airflow.task_sources import StoredAddress
from dsocr_integrations.output import OutputFolder

if TYPE_CHECKING:
    from collections.abc import Sequence

XCOM_KEY = "previews"
MAX_SHOWN = 200


@dataclass(frozen=True)
class Previewed:
    """Where documents with previews lie.

    Attributes:
        address: Of the output folder.
        conn_id: Connection with the credentials of its store, where it needs one.
        doc_ids: The documents, as far as they are shown.
        left_out: How many more there are.
        unread: Sources of which nothing could be read.
    """

    address: str
    conn_id: str | None
    doc_ids: tuple[str, ...]
    left_out: int
    unread: int = 0

    @classmethod
    def of(
        cls,
        output: StoredAddress,
        doc_ids: Sequence[str],
        *,
        most: int = MAX_SHOWN,
        unread: int = 0,
    ) -> Previewed:
        """Note the first documents of a task, as many as `most`."""
        shown = tuple(doc_ids[:most])
        return cls(output.address, output.conn_id, shown, len(doc_ids) - len(shown), unread)

    @classmethod
    def from_xcom(cls, value: Any) -> Previewed | None:
        """Take what XCom holds; `None` where no task of ours has written it."""
        match value:
            case {
                "address": str(address),
                "conn_id": str() | None as conn_id,
                "doc_ids": list(doc_ids),
                "left_out": int(left_out),
                **others,
            } if all(map(_is_uuid, doc_ids)):
                unread = others.get("unread")
                known = unread if isinstance(unread, int) else 0
                return cls(address, conn_id, tuple(doc_ids), left_out, known)
        return None

    def as_xcom(self) -> dict[str, Any]:
        """What XCom gets."""
        return {**asdict(self), "doc_ids": list(self.doc_ids)}

    def folder(self) -> OutputFolder:
        """The output folder.

        Raises:
            MissingDependencyError: If a provider or package for its store is not installed.
        """
        output = StoredAddress(self.address, self.conn_id)
        return OutputFolder(self.address, storage_options=output.storage_options())


def _is_uuid(value: object) -> bool:
    try:
        return str(UUID(str(value))) == value
    except ValueError:
        return False
