"""One rule for modes: an engine that does not have the one asked for refuses it, before any page.

Each engine says which modes it has; the refusal names them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dsocr_integrations.engines.base import Engine
from dsocr_integrations.errors import ConfigurationError
from dsocr_integrations.modes import AUTO_MODE, MODES, Mode


def chosen_mode(engine: Engine, name: str) -> str:
    """The name of a mode as requests carry it, where the engine has the mode.

    An engine that reads in some modes only says so by a method `own_modes() -> tuple[Mode, ...]`.
    One without the method takes every mode; every engine takes `auto`. The method asks no server:
    as long as it is not known which model is served, those of any model are taken.

    Args:
        engine: Who is to read.
        name: `auto` or the name of a mode, in any case of letters.

    Raises:
        ConfigurationError: If there is no such mode or the engine does not have it.
        EngineUnavailableError: If the engine cannot tell, for want of weights.
    """
    if name.lower() == AUTO_MODE:
        return AUTO_MODE
    modes: Callable[[], Sequence[Mode]] | None = getattr(engine, "own_modes", None)
    return mode_among(name, list(MODES.values()) if modes is None else modes(), engine.name).name


def mode_among(name: str, modes: Sequence[Mode], reader: str) -> Mode:
    """The mode of a name among those that there are.

    Args:
        name: Its name, in any case of letters.
        modes: Those there are.
        reader: Whose they are, for the message.

    Raises:
        ConfigurationError: If it is not among them; the message names those that are.
    """
    for mode in modes:
        if mode.name == name.lower():
            return mode
    names = ", ".join((AUTO_MODE, *(mode.name for mode in modes)))
    remedy = f"Leave the mode out, or choose one of: {names}."
    known = MODES.get(name.lower())
    if known is None:
        message = f"There is no mode {name!r}."
    elif known.model not in {mode.model for mode in modes}:
        message = f"Mode {known.name} is of {known.model}; {reader} does not read in it here."
    else:
        # Only runtimes that cut pictures themselves lack a mode of their own model.
        message = f"{reader} cannot be asked for mode {known.name}: its tiles are of another size."
        remedy += " In this process, --engine transformers has it."
    raise ConfigurationError(message, remedy=remedy)
