"""An output folder as releases wrote it before folders were called like their documents."""

from __future__ import annotations

import shutil
from pathlib import Path

from dsocr_integrations.output import OutputFolder


def lay_out_as_formerly(root: Path) -> None:
    """Move every document of a folder to `<doc_id[:2]>/<doc_id>`, as nothing else was kept then."""
    folder = OutputFolder(root)
    for record in (*folder.manifests(), *folder.failures()):
        place = root / folder.place(record.doc_id)
        if place.exists():
            former = root / record.doc_id[:2] / record.doc_id
            former.parent.mkdir(exist_ok=True)
            place.rename(former)
            while (place := place.parent) != root:
                place.rmdir()
    shutil.rmtree(root / ".folders")
    (root / "index.html").unlink(missing_ok=True)
