"""A first guess at what an unknown table means."""

import pytest

from steelyard.exchange.proposal import Proposal, propose

from .importing import SCALES


def proposed(text: str | bytes) -> Proposal:
    found = propose(text.encode() if isinstance(text, str) else text, SCALES)
    assert found is not None
    return found


def guesses(found: Proposal) -> dict[str, tuple[str, str]]:
    return {column.name: (column.guess, column.detail) for column in found.columns}


def test_a_simple_table() -> None:
    found = proposed("when,Pain,kratom (g),Remarks\n2026-03-01 08:10,6,3,fine\n2026-03-01 12:00,4,,\n")
    assert (found.delimiter, found.decimal, found.encoding, found.time_format) == (",", ".", "utf-8", "")
    assert guesses(found) == {"when": ("time", ""), "Pain": ("scale", "pain"), "kratom (g)": ("dose", "g"), "Remarks": ("", "")}
    assert found.columns[1].samples == ("6", "4")


def test_a_european_table() -> None:
    found = proposed("Datum;Uhrzeit;Schmerz;Pulver mg\n31.03.2026;08:10;6,5;2000\n1.4.2026;12:00;4;\n".encode("cp1252"))
    assert (found.delimiter, found.decimal, found.time_format) == (";", ",", "%d.%m.%Y %H:%M")
    assert guesses(found) == {
        "Datum": ("time", ""), "Uhrzeit": ("clock", "%H:%M"), "Schmerz": ("", ""), "Pulver mg": ("dose", "mg"),
    }  # fmt: skip


def test_letters_of_another_encoding() -> None:
    assert proposed("Tag;Größe\n2026-03-01;3\n".encode("cp1252")).encoding == "cp1252"


@pytest.mark.parametrize(
    ("day", "form"),
    [
        ("13/08/2026 08:58", "%d/%m/%Y %H:%M"),
        ("08/13/2026 08:58", "%m/%d/%Y %H:%M"),
        ("8/13/2026 1:05 PM", "%m/%d/%Y %I:%M %p"),
        ("2026/08/13", "%Y/%m/%d"),
        ("13.08.26 08:58", "%d.%m.%y %H:%M"),
        ("2026-08-13T08:58:00Z", ""),
    ],
)
def test_ways_of_writing_a_day(day: str, form: str) -> None:
    found = proposed(f"t,x\n{day},1\n")
    assert found.columns[0].guess == "time"
    assert found.time_format == form


def test_the_first_column_of_times_is_when_it_was() -> None:
    assert [guess for guess, _ in guesses(proposed("a,b\n2026-03-01,2026-03-02\n")).values()] == ["time", ""]


def test_a_line_that_is_cut_off_by_the_window_is_not_looked_at() -> None:
    assert [column.samples for column in proposed("t,x\n2026-03-01,1\n2026-0").columns] == [("2026-03-01",), ("1",)]


@pytest.mark.parametrize(
    "head",
    [b"", b"x", b"one\ntwo\nthree\n", b'{"record": "dose"}\n{"a": 1, "b": 2}\n', b"<xml a,b>\n1,2\n", b"a,b\n", b"a\0,b\n1,2\n"],
)
def test_what_looks_like_no_table(head: bytes) -> None:
    assert propose(head, SCALES) is None
