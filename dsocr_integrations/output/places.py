"""Which folder of the output holds a document: found by its id, taken by its source.

`.folders/<doc_id>` names the folder of a document. On a disk, a name is one document's, and so are those
that differ from it in capitals, since the folder may be copied to where they are the same:
`.folders/<hash of the name>` says whose source has it, and the others' bear their ids. Which one it is
does not depend on the order in which they come. A store has no locks, by which that is settled: there,
capitals are told apart, and a file that is known by its whole path always bears its id.

Former releases called the folder `<doc_id[:2]>/<doc_id>`. It is found there, and moved when its
document is next ingested.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path

from pydantic import ValidationError

from dsocr_integrations.output.folder_lock import locked
from dsocr_integrations.output.folder_names import folded, folder_name, short_name, with_id
from dsocr_integrations.output.records import MANIFEST_FILE, Manifest
from dsocr_integrations.records.identity import document_id
from dsocr_integrations.storage import FileTree, LocalTree

STAGING = ".staging"
_FOLDERS = ".folders"
_FORMER_PARENT = re.compile(r"[0-9a-f]{2}")
_MAX_KNOWN = 50_000
"""Folders that are remembered, of about 200 bytes each."""


class Places:
    """The folders of an output's documents.

    Args:
        tree: The output folder's files.

    Attributes:
        changes: How often a folder was taken or released.
    """

    def __init__(self, tree: FileTree) -> None:
        self.changes = 0
        self._tree = tree
        self._is_local = isinstance(tree, LocalTree)
        self._known: dict[str, str] = {}

    def candidates(self, doc_id: str, source: str | None = None) -> Iterator[str]:
        """Where a document may be, the likeliest first; asks for no more than is taken.

        Args:
            doc_id: The document.
            source: Its source; where that is known, the record need not be asked.
        """
        likeliest = self.known(doc_id) or (source and self._wished(doc_id, source))
        if self._is_local:
            # Another process may have moved it since, and another document may be there now.
            likeliest = self._recorded(doc_id) or likeliest
        if likeliest:
            yield likeliest
        for folder in self._everywhere(doc_id, self._recorded(doc_id)):
            if folder != likeliest:
                yield folder

    def known(self, doc_id: str) -> str | None:
        """Where a document was found before."""
        return self._known.get(doc_id)

    def certain(self, doc_id: str) -> str | None:
        """The same, where nobody can have put another document there since."""
        return None if self._is_local else self.known(doc_id)

    def of(self, doc_id: str) -> str:
        """The folder that is recorded for a document, or that of a former release."""
        return self._recorded(doc_id) or self.known(doc_id) or former_folder(doc_id)

    def note(self, doc_id: str, folder: str) -> None:
        """Remember where a document was found."""
        if len(self._known) >= _MAX_KNOWN:
            self._known.clear()
        self._known[doc_id] = folder

    @contextmanager
    def hold(self, doc_id: str, source: str) -> Iterator[None]:
        """Keep others on this machine from all documents whose names may be taken for this one's."""
        if not self._is_local:
            yield
            return
        staging = Path(self._tree.root, STAGING)
        try:
            with locked(staging / f"{_hash(self._wished(doc_id, source))}.lock"):
                yield
        finally:
            with suppress(OSError):  # another document is being written
                staging.rmdir()

    def take(self, doc_id: str, source: str) -> str:
        """Choose and record the folder of a document that is about to be written; `hold` it before.

        What was written of it elsewhere is there afterwards.
        """
        self.changes += 1
        folder = self._chosen(doc_id, source)
        self._gather(doc_id, folder)
        return folder

    def release(self, doc_id: str) -> None:
        """Forget where a document was."""
        self.changes += 1
        owned = f"{_FOLDERS}/{_hash(self.of(doc_id))}"
        if document_id((self._tree.read(owned) or b"").decode()) == doc_id:
            self._tree.delete(owned)
        self._tree.delete(f"{_FOLDERS}/{doc_id}")
        self._known.pop(doc_id, None)

    def is_former(self, doc_id: str) -> bool:
        """Whether a document was found in the folder of a former release."""
        return self.known(doc_id) == former_folder(doc_id)

    def everywhere(self, doc_id: str) -> tuple[str, ...]:
        """Every folder that may hold something of a document, the one that counts first."""
        return tuple(self._everywhere(doc_id, self._recorded(doc_id)))

    def _everywhere(self, doc_id: str, recorded: str | None) -> Iterator[str]:
        place, former = recorded or self.known(doc_id), former_folder(doc_id)
        if place is not None:
            yield place
        if place != former and self._has_former:
            yield former

    def is_place_of(self, folder: str, doc_id: str, source: str, others: Collection[str]) -> bool:
        """Whether a folder holds a document, or else a copy that was made or left of it.

        Args:
            folder: A folder with something of a document.
            doc_id: The document.
            source: Its source.
            others: All such folders.
        """
        name = short_name(source) or folder_name(source, doc_id)
        places = {name, with_id(name, doc_id)}
        if folder == former_folder(doc_id):
            return places.isdisjoint(others)
        return folder in places

    def _wished(self, doc_id: str, source: str) -> str:
        """The name that a document has unless it is another's."""
        return (self._is_local and short_name(source)) or folder_name(source, doc_id)

    def _chosen(self, doc_id: str, source: str) -> str:
        """The name, or the same with an id where it is another's."""
        name = self._wished(doc_id, source)
        if not self._is_local or f"~{doc_id[:8]}" in name:
            return name
        owner = self._owner(name)
        other = self._recorded(document_id(owner)) if owner not in {"", source} else None
        if other is not None and folded(other) == folded(name):
            if _rank(owner) < _rank(source):
                return with_id(name, doc_id)
            self._gather(document_id(owner), with_id(other, document_id(owner)))
        if owner != source:
            self._tree.write(f"{_FOLDERS}/{_hash(name)}", source.encode())
        return name

    def _owner(self, name: str) -> str:
        """The source that has a name; empty where none has."""
        noted = self._tree.read(f"{_FOLDERS}/{_hash(name)}")
        if noted:
            return noted.decode()
        data = self._tree.read(f"{name}/{MANIFEST_FILE}")
        try:
            standing = Manifest.model_validate_json(data or b"")
        except ValidationError:
            return ""
        # The folder was copied here without its hidden files.
        self._tree.write(f"{_FOLDERS}/{standing.doc_id}", name.encode())
        return standing.source

    def _gather(self, doc_id: str, folder: str) -> None:
        recorded = self._recorded(doc_id)
        before = [place for place in self._everywhere(doc_id, recorded) if place != folder]
        # Recorded first: whoever is killed leaves a document that is found in one place or the other.
        if recorded != folder:
            self._tree.write(f"{_FOLDERS}/{doc_id}", folder.encode())
        self.note(doc_id, folder)
        for place in before:
            if self._tree.read(f"{folder}/{MANIFEST_FILE}") is None:
                self._tree.move(place, folder, last=MANIFEST_FILE)
            else:
                self._tree.delete(place)

    def _recorded(self, doc_id: str) -> str | None:
        data = self._tree.read(f"{_FOLDERS}/{doc_id}")
        folder = data.decode(errors="replace") if data else ""
        is_inside = not {"", ".", ".."} & set(folder.split("/"))
        return folder if is_inside else None

    @cached_property
    def _has_former(self) -> bool:
        return any(map(_FORMER_PARENT.fullmatch, self._tree.names()))


def former_folder(doc_id: str) -> str:
    """Where releases before readable names kept a document."""
    return f"{doc_id[:2]}/{doc_id}"


def _rank(source: str) -> tuple[bool, str]:
    """Which of several sources has a name: one that is called so before one whose file is."""
    return source.startswith("/"), source


def _hash(name: str) -> str:
    return hashlib.sha256(folded(name).encode()).hexdigest()[:32]
