"""Handing memory back to the system between pages."""

from __future__ import annotations

import ctypes
import functools
from collections.abc import Callable
from itertools import count

PAGES_BETWEEN = 8

_pages = count(1)


def after_page() -> None:
    """Let go of freed memory now and then.

    Page pictures of changing sizes leave holes that the C library keeps: without this a
    process grows by more than a megabyte a page although nothing leaks.
    """
    if next(_pages) % PAGES_BETWEEN == 0:
        _trim()(0)


@functools.cache
def _trim() -> Callable[[int], object]:
    # Only glibc has it; elsewhere the allocator is left to itself.
    try:
        found: Callable[[int], object] = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError):
        return bool
    return found
