"""What questions to an index are answered with: as text for a model, and as passages to cite."""

from __future__ import annotations

from dataclasses import dataclass

from dsocr_integrations.index.base import SearchMode
from dsocr_integrations.passages import Passage
from dsocr_integrations.retrieval.cited import Cited
from dsocr_integrations.retrieval.quoting import NOTICE, citation, quoted, quoted_passages
from dsocr_integrations.sql import Answer as Rows


@dataclass(frozen=True)
class CitedPassages:
    """Passages, best first or in reading order.

    Attributes:
        cited: The passages.
        mode: How the index looked, where it was searched by words.
        reason: Why there are none.
    """

    cited: tuple[Cited, ...]
    mode: SearchMode | None = None
    reason: str | None = None

    @property
    def texts(self) -> list[str]:
        """The notice and each passage, quoted; or why there are none."""
        if not self.cited:
            return [self.reason or "Nothing was found."]
        return [NOTICE, *quoted_passages(self.passages)]

    @property
    def passages(self) -> list[Passage]:
        """The passages as frameworks take them."""
        return [one.passage for one in self.cited]


@dataclass(frozen=True)
class CitedRows:
    """What an SQL query gave.

    Attributes:
        rows: Columns and rows.
        tables: By name in SQL, the tables that the statement names; each is cited as a whole.
    """

    rows: Rows
    tables: dict[str, Cited]

    @property
    def texts(self) -> list[str]:
        """The notice, where the tables stand, and the rows, quoted."""
        places = [
            f"{name}: {citation(cited.passage.metadata)}" for name, cited in self.tables.items()
        ]
        lines = [" | ".join(self.rows.columns)]
        lines += [" | ".join(map(str, row)) for row in self.rows.rows]
        more = ["There are more rows than these."] if self.rows.truncated else []
        return [NOTICE, *places, quoted("\n".join(lines)), *more]

    @property
    def cited(self) -> tuple[Cited, ...]:
        """The tables that were asked, or the first part of each."""
        return tuple(self.tables.values())

    @property
    def passages(self) -> list[Passage]:
        """The same as frameworks take them."""
        return [one.passage for one in self.cited]


Answer = CitedPassages | CitedRows
