"""Exit codes, and how errors are told: one sentence with its remedy, never a traceback."""

from __future__ import annotations

import atexit
import errno
import os
import re
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import IntEnum
from typing import NoReturn, TextIO

from dsocr_integrations.disk_room import has_no_room
from dsocr_integrations.errors import ConfigurationError, DsocrError

_INTERRUPTED = "Interrupted. What was read is kept; run the same command again to go on."


_MAKE_ROOM = "Make room there or name another place, and run the same command again to go on."
_REMEDIES = {
    errno.EROFS: "Name another place, as what lies there may only be read.",
    errno.EACCES: "Name another place, or have its permissions changed.",
}
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class ExitCode(IntEnum):
    """What a script can rely on."""

    ALL_READ = 0
    NOTHING_READ = 1
    USAGE = 2
    SOME_FAILED = 3
    INTERRUPTED = 130
    TERMINATED = 143


def outcome(done: int, failed: int) -> ExitCode:
    """Choose the exit code for a number of things done and a number failed."""
    if failed == 0:
        return ExitCode.ALL_READ
    return ExitCode.SOME_FAILED if done else ExitCode.NOTHING_READ


def on_one_line(text: str) -> str:
    """A text as a terminal can show it: what could steer it, or break the line, is left out.

    File systems take any characters for a name, and a name may come from whoever made the file.
    """
    return "".join(letter if letter.isprintable() else " " for letter in text)


def say(text: str, target: TextIO | None = None, *, end: str = "\n") -> None:
    """Write a result; to a terminal without what could steer it, else to the letter.

    Args:
        text: What was read, or found.
        target: Where to; stdout without.
        end: What comes after it.
    """
    target = target or sys.stdout
    print(_CONTROLS.sub(" ", text) if target.isatty() else text, file=target, end=end)


def tell(message: str) -> None:
    """Write to stderr, where it cannot mix with results."""
    print("\n".join(map(on_one_line, message.split("\n"))), file=sys.stderr)


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
        _end(ExitCode.INTERRUPTED)
    except SystemExit as end:
        if isinstance(end.__context__, BrokenPipeError):
            # Typer takes this one for itself too. The reader of stdout went away
            # (`dsocr read … | head`); that is not our failure.
            sys.exit(ExitCode.ALL_READ)
        # Typer takes Ctrl-C for itself within a command and says nothing.
        if end.code in {ExitCode.INTERRUPTED, ExitCode.TERMINATED}:
            _end(int(end.code))
        raise
    except OSError as error:
        # A full disk, a folder that may not be written: the user's to mend, not a defect.
        place = f" {error.filename}" if error.filename is not None else ""
        remedy = _MAKE_ROOM if has_no_room(error) else _REMEDIES.get(error.errno or 0, "")
        tell(f"The system refused{place}: {error.strerror or error}. {remedy}".strip())
        sys.exit(ExitCode.NOTHING_READ)


@contextmanager
def left_at_second_interrupt() -> Iterator[None]:
    """Let a first Ctrl-C wait for the page under way, and a second one end the process at once.

    As an exception in the midst of the clearing up, the second one would let Python take down
    libraries that a thread is still in, and they crash. Nothing is lost: records are written
    whole or not at all.
    """
    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return
    signal.signal(signal.SIGINT, _interrupt)
    try:
        yield
    finally:
        if signal.getsignal(signal.SIGINT) is _interrupt:
            signal.signal(signal.SIGINT, signal.default_int_handler)


def _interrupt(_number: int, _frame: object) -> None:
    signal.signal(signal.SIGINT, _leave)
    raise KeyboardInterrupt


def _leave(_number: int, _frame: object) -> None:
    # Not through `sys.stderr`, which this may have interrupted in the midst of a line.
    os.write(2, f"{_INTERRUPTED}\n".encode())
    os._exit(ExitCode.INTERRUPTED)


def _end(code: int) -> NoReturn:
    """End without taking Python down, which crashes libraries that a thread is still in."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: os._exit(code))
    if code == ExitCode.INTERRUPTED:
        tell(_INTERRUPTED)
    with suppress(OSError):
        sys.stdout.flush()
    # Temporary files and child processes are cleared up here.
    atexit._run_exitfuncs()  # noqa: SLF001 - as multiprocessing ends its own processes
    os._exit(code)
