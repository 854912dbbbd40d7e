"""What a person pasted into a journal must not be able to steer a terminal or a page."""

import pytest

from steelyard.reports.clean import printable

from .weighings import felt, hostile, not_enough, picture, weighing


def said(answer: str) -> str:
    changed = weighing(not_enough(), steelyard=answer)
    return printable(changed).report.steelyard


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("\x1b[31mred", "?[31mred"),
        ("two\nlines\tand\u00a0a\u2028bit", "two lines and a bit"),
        ("right\u202eto left", "right?to left"),
        ("nul\x00 bell\x07 delete\x7f c1\x9b", "nul? bell? delete? c1?"),
        ("lone \ud800 surrogate", "lone ? surrogate"),
        ("می\u200cخواهم naïve 痛み 🌿", "می\u200cخواهم naïve 痛み 🌿"),
    ],
)
def test_only_what_can_be_printed_is_left(written: str, kept: str) -> None:
    assert said(written) == kept


def test_a_harmless_weighing_comes_back_unchanged() -> None:
    before = weighing(felt(), pictures=(picture(days=3),))
    assert printable(before) == before


def test_it_reaches_every_text_however_deep() -> None:
    assert all(each.isprintable() for each in _texts(printable(hostile())))


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, list | tuple):
        return [each for item in value for each in _texts(item)]
    fields = getattr(value, "__struct_fields__", ())
    return [each for field in fields for each in _texts(getattr(value, field))]
