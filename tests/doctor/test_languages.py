"""Which scripts of scans can be read here, and the command for the others."""

from __future__ import annotations

import pytest

from dsocr_integrations.doctor import languages
from dsocr_integrations.settings import load_settings


@pytest.mark.parametrize(
    ("packs", "asked", "found", "remedy"),
    [
        ((), "", "", "apt-get install tesseract-ocr tesseract-ocr-kor"),
        (("chi_sim", "eng"), "", "", "apt-get install tesseract-ocr tesseract-ocr-kor"),
        (("eng", "kor"), "", "kor; more by apt-get install tesseract-ocr-rus (Cyrillic)", ""),
        (("eng", "kor"), "Korean,en", "kor; more by", ""),
        (("eng", "kor"), "russian,de", "", "apt-get install tesseract-ocr tesseract-ocr-rus"),
        (("eng", "kor"), "russain", "", "Name languages as Tesseract's packs (rus,kor)"),
        (("eng", "kor"), "kor+uzb_cyrl", "", "tesseract-ocr-uzb-cyrl"),
    ],
)
def test_packs(packs, asked, found, remedy, monkeypatch):
    monkeypatch.setattr(languages.tesseract_lines, "languages", lambda: packs)
    finding = languages.examine(load_settings(languages=asked))
    assert finding.found.startswith(found)
    assert finding.present is bool(found)
    assert remedy in finding.remedy
