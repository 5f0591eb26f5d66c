"""Exit codes, and how errors are told: one sentence with its remedy, never a traceback."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum

from dsocr_integrations.errors import ConfigurationError, DsocrError

_INTERRUPTED = "Interrupted. What was read is kept; run the same command again to go on."


class ExitCode(IntEnum):
    """What a script can rely on."""

    ALL_READ = 0
    NOTHING_READ = 1
    USAGE = 2
    SOME_FAILED = 3
    INTERRUPTED = 130


def outcome(done: int, failed: int) -> ExitCode:
    """Choose the exit code for a number of things done and a number failed."""
    if failed == 0:
        return ExitCode.ALL_READ
    return ExitCode.SOME_FAILED if done else ExitCode.NOTHING_READ


def tell(message: str) -> None:
    """Write one line to stderr, where it cannot mix with results."""
    print(message, file=sys.stderr)


@contextmanager
def told_errors() -> Iterator[None]:
    """Turn the package's errors and Ctrl-C into a sentence and an exit code."""
    try:
        yield
    except ConfigurationError as error:
        tell(str(error))
        sys.exit(ExitCode.USAGE)
    except DsocrError as error:
        tell(str(error))
        sys.exit(ExitCode.NOTHING_READ)
    except KeyboardInterrupt:
        tell(_INTERRUPTED)
        sys.exit(ExitCode.INTERRUPTED)
    except SystemExit as end:
        if isinstance(end.__context__, BrokenPipeError):
            # Typer takes this one for itself too. The reader of stdout went away
            # (`dsocr read … | head`); that is not our failure.
            sys.exit(ExitCode.ALL_READ)
        # Typer takes Ctrl-C for itself within a command and says nothing.
        if end.code == ExitCode.INTERRUPTED:
            tell(_INTERRUPTED)
        raise
    except OSError as error:
        # A full disk, a folder that may not be written: the user's to mend, not a defect.
        place = f" {error.filename}" if error.filename is not None else ""
        tell(f"The system refused{place}: {error.strerror or error}.")
        sys.exit(ExitCode.NOTHING_READ)
