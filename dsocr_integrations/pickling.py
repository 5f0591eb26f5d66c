"""What may travel to another process: whole, or not at all."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from typing import Any

from dsocr_integrations.errors import ConfigurationError, DsocrError


def checked_state(owner: str, state: Mapping[str, Any]) -> dict[str, Any]:
    """The parts that make an object the same one again, once each is known to be picklable.

    Frameworks drop what cannot be pickled and go on without it, with another engine for one.

    Args:
        owner: What is pickled, as the beginning of a sentence.
        state: Its parts by name.

    Raises:
        ConfigurationError: If a part cannot be pickled, or must not be.
    """
    for name, value in state.items():
        try:
            pickle.dumps(value)
        except DsocrError:
            raise
        except Exception as error:
            # Each class may refuse in its own way.
            raise ConfigurationError(
                f"{owner} cannot be pickled, for the sake of its {name.lstrip('_')}: {error}.",
                remedy="Make it in the process that reads, or read in this one.",
            ) from error
    return dict(state)
