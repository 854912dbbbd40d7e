"""What is said about a line that holds no usable JSON object."""

import pytest

from steelyard.records.lines import fields_of


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b'{"record": "dose", "substance"', "line.truncated"),
        (b'{"record": "do', "line.truncated"),
        (b"{", "line.truncated"),
        (b"pain was bad today", "line.not_json"),
        (b"{'record': 'dose'}", "line.not_json"),
        (b'{"record": "dose"} {"record": "dose"}', "line.not_json"),
        (b"[1, 2]", "line.not_object"),
        (b'"dose"', "line.not_object"),
        (b"17", "line.not_object"),
        (b'{"record": "dose", "note": "\x00"}', "line.nul"),
        ('{"note": "schön"}'.encode("latin-1"), "line.encoding"),
        ('{"note": "x"}'.encode("utf-16-le"), "line.nul"),
        (b"[" * 100_000, "line.not_json"),
        (b'{"value": ' + b"9" * 10_000 + b"}", "line.not_json"),
    ],
)
def test_each_kind_of_bad_line_is_named(line: bytes, code: str) -> None:
    fields, notes = fields_of(line)
    assert fields is None
    assert [note.code for note in notes] == [code]
    assert notes[0].action == "skipped this record"
    assert notes[0].message


def test_a_byte_order_mark_is_left_out_and_said() -> None:
    fields, notes = fields_of(b'\xef\xbb\xbf{"record": "dose"}')
    assert fields == {"record": "dose"}
    assert [note.code for note in notes] == ["line.bom"]


def test_numbers_that_json_does_not_have_become_text() -> None:
    fields, notes = fields_of(b'{"value": NaN, "low": -Infinity}')
    assert fields == {"value": "NaN", "low": "-Infinity"}
    assert notes == ()
