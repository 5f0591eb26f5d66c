"""Records a line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping


def json_lines(records: Iterable[Mapping[str, object]]) -> bytes:
    """Records as JSON, one a line."""
    return b"".join(json.dumps(one, ensure_ascii=False).encode() + b"\n" for one in records)
