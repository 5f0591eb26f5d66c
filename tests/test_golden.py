"""The golden files are compared with, not silently rewritten."""

from __future__ import annotations

from tests.golden import REGENERATE


def test_golden_files_are_not_being_rewritten():
    assert not REGENERATE
