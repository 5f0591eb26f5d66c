"""Font files of this machine that pages are drawn with."""

from __future__ import annotations

import random
from pathlib import Path

_FOLDERS = "/usr/share/fonts"
_LATIN = (
    "DejaVuSans.ttf",
    "DejaVuSerif.ttf",
    "DejaVuSansCondensed.ttf",
    "LiberationSans-Regular.ttf",
    "LiberationSerif-Regular.ttf",
    "LiberationSansNarrow-Regular.ttf",
    "NotoSans-Regular.ttf",
    "NotoSerif-Regular.ttf",
)
_OTHER = {
    "ko": ("NotoSansCJK-Regular.ttc", "NotoSerifCJK-Regular.ttc"),
    "ja": ("NotoSansCJK-Regular.ttc", "NotoSerifCJK-Regular.ttc"),
    "zh": ("NotoSansCJK-Regular.ttc", "NotoSerifCJK-Regular.ttc"),
    "ru": ("DejaVuSans.ttf", "DejaVuSerif.ttf", "LiberationSans-Regular.ttf"),
    "el": ("DejaVuSans.ttf", "DejaVuSerif.ttf", "LiberationSerif-Regular.ttf"),
    "hi": ("NotoSansDevanagari-Regular.ttf", "NotoSerifDevanagari-Regular.ttf"),
    "th": ("NotoSansThai-Regular.ttf", "NotoLoopedThai-Regular.ttf"),
    "ar": ("NotoNaskhArabic-Regular.ttf", "NotoSansArabic-Regular.ttf"),
}


class FacesMissingError(LookupError):
    """None of the fonts that a page needs is installed."""


def face(language: str, chance: random.Random) -> Path:
    """A font file for a language.

    Raises:
        FacesMissingError: If none is installed; the message names the packages.
    """
    wanted = _OTHER.get(language, _LATIN)
    found = [path for name in wanted for path in sorted(Path(_FOLDERS).rglob(name))]
    if not found:
        raise FacesMissingError(
            f"No font for {language}: apt-get install fonts-dejavu fonts-liberation fonts-noto-core"
            " fonts-noto-cjk"
        )
    return chance.choice(found)
