"""What the package's metadata takes from README.md, for the build."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface


class LinkedReadme(MetadataHookInterface):
    """The README with links and pictures that also lead somewhere on a package index."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Set the readme; a link without a host leads into the repository of `project.urls`."""
        repository = metadata["urls"]["Repository"]
        text = Path(self.root, "README.md").read_text(encoding="utf-8")
        text = re.sub(r"(!\[[^]]*\]\()(?!https?:)", rf"\1{repository}/raw/main/", text)
        text = re.sub(r"(\]\()(?!https?:|#)", rf"\1{repository}/blob/main/", text)
        metadata["readme"] = {"content-type": "text/markdown", "text": text}
