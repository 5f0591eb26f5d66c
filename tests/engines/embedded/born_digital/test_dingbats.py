import pytest

from dsocr_integrations.engines.embedded.born_digital.dingbats import pictured


@pytest.mark.parametrize(
    ("text", "font", "shown"),
    [
        ("x", "Wingdings", "\u2612"),
        ("\u00a8", "ABCDEF+Wingdings-Regular", "\u2610"),
        ("\u00fe", "Wingdings", "\u2611"),
        ("\u00a7", "Wingdings", "\u25aa"),
        ("x", "Wingdings2", "x"),
        ("x", "Arial", "x"),
        ("4", "ZapfDingbats", "\u2714"),
    ],
)
def test_signs_of_picture_fonts(text, font, shown):
    assert pictured(text, font) == shown
