"""The letter as a PDF: at most two pages whatever comes, tagged, black on white, and the same bytes every time."""

import io
import re
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pypdf
import pytest
from hypothesis import HealthCheck, given, settings

from steelyard.actions.weigh import weigh
from steelyard.findings.assemble import unweighed
from steelyard.findings.letter import ids, letter, without
from steelyard.findings.model import Course, Letter, Line, Part, Reference
from steelyard.knowledge.load import load
from steelyard.records.model import Dose, Journal, Lab, Medicine, Rating, Record, Session, SideEffect
from steelyard.reports import letter as reported
from steelyard.reports.letter import COVERED, FONTS, TEMPLATES, Paper, pdf

from ...properties.journals import journals
from .weighings import START

PAPERS: tuple[Paper, ...] = ("a4", "letter")
SLOW = ("a-year-felt", "half-a-year-felt", "randomised-days")
KNOWLEDGE = load()


def made(*parts: Part, **more: Any) -> Letter:
    fields: dict[str, Any] = {
        "from_": "2025-09-01T07:00:00-06:00",
        "to": "2026-02-27T22:00:00-06:00",
        "read": 834,
        "used": 810,
        "steelyard": "0.1.0",
        "knowledge": "abc123",
        "parts": parts,
    }
    return Letter(**(fields | more))


def some() -> Letter:
    """A letter with something in every place: box, charts, lines, sources."""
    pain = Course("pain (0 to 10, more is worse)", "2025-09-01", 7, (6.0, None, 4.0, 3.0), 0, 10)
    doses = Course("kratom, g a day", "2025-09-01", 7, (4.0, 4.0, 5.5, 0.0), 0, None, bars=True)
    gives = "It helps by 1.7 points."
    warnings = (
        Line("alert.a", "Emergency: Seizure. It was seen.", 0.0, "rests on cases", "Emergency: Seizure.", ("one",)),
        Line("alert.b", "Serious: Jaundice. It was seen.", 0.3, "rests on cases", "Serious: Jaundice.", ("two", "one")),
        Line("alert.c", "Serious: Not in the box.", 0.6),
    )
    return made(
        Part("relief", "What it gives", "", (Line("finding.a", gives, 0.1, "how sure: low", gives, ("two",)),)),
        Part(
            "taken",
            "What is taken",
            "As written.",
            (Line("taken.kratom", "Kratom: 3 g.", 0.1, box="Kratom: 3 g.", course=doses),),
        ),
        Part("course", "How it went", "Plain averages.", (Line("trend.pain", "Pain: 3.0 of late.", 0.2, course=pain),)),
        Part("warnings", "Warnings", "Rules.", warnings),
        references=(
            Reference("one", "First 2020, " + "A very long title indeed " * 9 + ", J Pain 1:2, doi:10.1/abc"),
            Reference("two", "Second 2021, A title, https://example.org/" + "x" * 90),
        ),
    )


def read(content: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(content))


def text(content: bytes) -> str:
    """All text in the order in which it stands in the file, spaces told apart no more than by one."""
    said = " ".join(page.extract_text() for page in read(content).pages)
    return re.sub(r"\s+", " ", said.replace("\u200b", "").replace("\u00ad", ""))


def by_poppler(content: bytes) -> str:
    """The same, as another program reads it; the test is skipped where it is absent."""
    program = shutil.which("pdftotext")
    if program is None:
        pytest.skip("pdftotext is absent (on Debian it comes with the package poppler-utils)")
    done = subprocess.run([program, "-", "-"], input=content, capture_output=True, check=True)
    return re.sub(r"\s+", " ", done.stdout.decode())


def tags(content: bytes) -> list[tuple[str, str]]:
    """Every tag in reading order with its text for those who cannot see."""
    found: list[tuple[str, str]] = []

    def walk(node: Any) -> None:
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            for each in node:
                walk(each)
        elif isinstance(node, dict):
            if "/S" in node:
                found.append((str(node["/S"]), str(node.get("/Alt", ""))))
            walk(node.get("/K", []))

    walk(read(content).trailer["/Root"]["/StructTreeRoot"])
    return found


def from_journal(journal: Journal) -> Letter:
    return letter(unweighed(journal, (), KNOWLEDGE, sha256=""), journal, KNOWLEDGE)


# two pages


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.slow) if name in SLOW else name
        for name in (*SLOW, "too-short-to-tell", "with-warnings")
    ],
)
def test_every_example_fits_on_two_pages_of_either_paper(root: Path, name: str) -> None:
    weighing = weigh(str(root / "examples" / f"{name}.jsonl"), draw=False, hand_over=True)
    assert weighing.letter is not None
    for paper in PAPERS:
        content = pdf(weighing.letter, paper)
        assert 1 <= len(read(content).pages) <= 2
        assert "Not a diagnosis" in text(content)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(journals())
def test_any_journal_fits_whatever_its_letters_and_figures(journal: Journal) -> None:
    for paper in PAPERS:
        assert len(read(pdf(from_journal(journal), paper)).pages) <= 2


def test_a_journal_of_everything_at_once_fits_and_keeps_what_is_most_pressing() -> None:
    when = START.astimezone()
    long = "W" * 400
    days = [when + timedelta(days=day) for day in range(60)]
    signs = ("seizure", "jaundice", "chest pain", "fainting", "confusion", "dark urine", "hair loss", "tiredness", long)
    records: list[Record] = [
        *(Dose(time=day, substance=name, amount=3, unit="g") for day in days for name in ("kratom", f"tea {day.day}", long)),
        *(Medicine(name=f"{name} {long}") for name in ("tramadol", "sertraline", "diazepam", "warfarin", *map(str, range(60)))),
        *(SideEffect(time=days[-1], effect=name, severity=3) for name in (*signs, *(f"oddity {n}" for n in range(90)))),
        *(Lab(time=days[-1], test=f"test {n}", value=9e300, unit="U/L", low=1, high=2) for n in range(60)),
        *(Rating(time=day, scale=f"scale {day.day} {long}", value=1e300) for day in days),
        *(Session(time=days[0], therapy=f"{n} {long}") for n in range(30)),
    ]
    whole = from_journal(Journal(None, tuple(records)))
    emergencies = [line for part in whole.parts for line in part.lines if line.text.startswith("Emergency:")]
    assert len(ids(whole)) > 300 and len(emergencies) >= 3
    for paper in PAPERS:
        content = pdf(whole, paper, name=long)
        assert len(read(content).pages) == 2
        said = text(content)
        assert all(line.text[:40] in said for line in emergencies)


def test_what_finds_no_room_is_what_ranks_last_and_is_counted() -> None:
    """Lines of one length whose rank runs against their order: those shown are the last ones, and those not shown are counted."""
    lines = tuple(Line(f"l.{n}", f"[{n:03}] " + "word " * 30, rank=400.0 - n) for n in range(120))
    said = text(pdf(made(Part("harms", "Unwanted effects", "", lines))))
    shown = [int(n) for n in re.findall(r"\[(\d{3})\]", said)]
    assert shown == list(range(120 - len(shown), 120)) and 30 < len(shown) < 120
    assert f"{120 - len(shown)} more in the full report." in said


def test_a_short_letter_is_set_larger_than_a_long_one() -> None:
    def size(content: bytes) -> float:
        found: list[float] = []
        read(content).pages[0].extract_text(
            visitor_text=lambda t, _, m, __, s: found.append(s * abs(m[3])) if "word" in t else None
        )
        return max(found)

    lines = [Line(f"l.{n}", "word " * 30, 1.0) for n in range(110)]
    short, long = (size(pdf(made(Part("harms", "h", "", tuple(lines[:many]))))) for many in (3, 110))
    assert short == pytest.approx(9.5) and long == pytest.approx(8.0)


# what it says


@pytest.mark.parametrize("reader", ["pypdf", "pdftotext"])
def test_the_box_comes_first_and_the_rest_in_order(reader: str) -> None:
    said = text(pdf(some())) if reader == "pypdf" else by_poppler(pdf(some()))
    order = [
        "For a clinician",
        "In short",
        "Emergency: Seizure.",
        "Kratom: 3 g.",
        "It helps by 1.7 points.",
        "How it went",
        "Sources",
        "What this page is",
    ]
    places = [said.index(each) for each in order]
    assert places == sorted(places)


def test_what_stands_in_the_box_in_full_is_not_said_twice_and_a_warning_is_said_in_full_below() -> None:
    said = text(pdf(some()))
    assert said.count("It helps by 1.7 points.") == 1
    assert said.count("Emergency: Seizure.") == 2 and said.count("It was seen.") == 2
    assert "1 more serious warning below." in said


def test_how_sure_and_the_sources_stand_beside_each_statement() -> None:
    said = text(pdf(some()))
    assert "Emergency: Seizure. It was seen. (rests on cases) [2]" in said
    assert "It helps by 1.7 points. (how sure: low) [1]" in said
    assert "Serious: Jaundice. It was seen. (rests on cases) [1][2]" in said


def test_a_source_is_one_short_line_with_its_place_unless_that_is_too_long_for_paper() -> None:
    said = text(pdf(some()))
    assert "[1] Second 2021, A title " in said and "example.org" not in said
    assert re.search(r"\[2\] First 2020, A very long .{,90}…, doi:10.1/abc", said)


def test_a_source_nobody_cites_is_not_listed() -> None:
    whole = without(some(), ["alert.a", "alert.b", "finding.a"])
    assert "Sources" not in text(pdf(whole))


def test_it_says_what_it_is_and_advises_nothing() -> None:
    said = text(pdf(made()))
    assert "This is not a diagnosis." in said and "advises no dose" in said and "Do not stop or cut down abruptly" in said
    assert "810 records of the person's own journal, 1 Sep 2025 to 27 Feb 2026." in said
    assert "Made with Steelyard 0.1.0, knowledge abc123." in said


def test_no_name_stands_in_it_unless_asked_for() -> None:
    assert "Name:" not in text(pdf(some()))
    assert "Name: Ada Ämpel. " in text(pdf(some(), name="  Ada \n Ämpel "))


def test_a_struck_line_is_nowhere_in_the_file_and_the_number_of_them_is_said() -> None:
    content = pdf(without(some(), ["alert.a", "taken.kratom", "trend.pain"]))
    said = text(content)
    assert not any(word in said for word in ("Seizure", "Kratom", "Pain"))
    assert [alt for tag, alt in tags(content) if tag == "/Figure"] == [], "charts go with their line"
    assert "The person left out 3 lines." in said
    assert "left out" not in text(pdf(some()))


def test_what_a_person_wrote_is_never_read_as_markup() -> None:
    hostile = '#panic("x") *bold* $1/0$ @ref <pages> \\ `raw` = heading #import "@preview/a:0.1.0": b'
    content = pdf(made(Part("harms", "h", "", (Line("l", hostile, 1.0),))), name="#h(1fr)")
    assert hostile.replace("`", "") in text(content).replace("`", "")
    assert "Name: #h(1fr)." in text(content)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Żółć Ångström ẞ?", "Żółć Ångström"),
        ("ναι да", "ναι да"),
        ("漢字 ok", "?? ok"),
        ("a\u0308\u202eb\x00c", "ä?b?c"),
        ("😀→", "??"),
    ],
)
def test_letters_the_fonts_lack_are_question_marks(written: str, shown: str) -> None:
    assert shown in text(pdf(made(Part("harms", "h", "", (Line("l", written, 1.0),)))))


# the charts


def test_a_chart_has_words_for_those_who_cannot_see_it_and_pain_comes_before_amounts() -> None:
    figures = [alt for tag, alt in tags(pdf(some())) if tag == "/Figure"]
    assert figures == [
        "Line from 1 Sep 2025 to 22 Sep 2025: first 6, last 3, lowest 3, highest 6, on an axis from 0 to 10.",
        "Bars from 1 Sep 2025 to 22 Sep 2025: first 4, last 0, lowest 0, highest 5.5, on an axis from 0 to 5.5.",
    ]


def test_a_line_is_broken_where_nothing_was_written_down() -> None:
    drawn = reported._panel(Course("pain", "2025-09-01", 7, (5.0, None, 10.0, 0.0), 0, 10))
    assert drawn["dots"] == [[0.125, 0.5], [0.625, 1.0], [0.875, 0.0]]
    assert drawn["strokes"] == [[0.625, 1.0, 0.875, 0.0]]


def test_bars_stand_on_zero_and_reach_the_greatest() -> None:
    drawn = reported._panel(Course("g a day", "2025-09-01", 7, (4.0, None, 2.0), 0, None, bars=True))
    assert [bar["height"] for bar in drawn["bars"]] == [1.0, 0.5]
    assert drawn["dots"] == drawn["strokes"] == []


def test_at_most_three_charts_are_drawn() -> None:
    course = Course("x", "2025-09-01", 1, (1.0, 2.0), 0, 10)
    lines = tuple(Line(f"l.{n}", "t", 1.0, course=course) for n in range(5))
    assert [tag for tag, _ in tags(pdf(made(Part("course", "c", "", lines))))].count("/Figure") == 3


# the file


@pytest.mark.parametrize(("paper", "size"), [("a4", (595.3, 841.9)), ("letter", (612.0, 792.0))])
def test_the_paper_is_the_one_asked_for(paper: Paper, size: tuple[float, float]) -> None:
    box = read(pdf(some(), paper)).pages[0].mediabox
    assert (float(box.width), float(box.height)) == pytest.approx(size, abs=0.1)


def test_it_is_tagged_and_says_its_title_and_language() -> None:
    file = read(pdf(some()))
    root = file.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and root["/Lang"] == "en"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert file.metadata is not None and file.metadata.title == "For a clinician: what one journal shows"
    assert b"pdfuaid:part" in root["/Metadata"].get_data(), "it claims PDF/UA-1, which the typesetter refuses to write otherwise"


def test_headings_come_in_order_and_every_part_has_one() -> None:
    found = [tag for tag, _ in tags(pdf(some())) if re.fullmatch(r"/H\d", tag)]
    below = ("In short", "How it went", "Warnings", "Sources", "What this page is")  # the other parts stand in the box as a whole
    assert found == ["/H1"] + ["/H2"] * len(below)


def test_all_lists_are_tagged_as_lists() -> None:
    found = [tag for tag, _ in tags(pdf(some()))]
    assert found.count("/LI") >= 8 and found.count("/LI") == found.count("/LBody")


def test_the_same_letter_gives_the_same_bytes_also_in_another_process() -> None:
    code = (
        "import sys, msgspec; from steelyard.findings.model import Letter; from steelyard.reports.letter import pdf;"
        "sys.stdout.buffer.write(pdf(msgspec.json.decode(sys.stdin.buffer.read(), type=Letter)))"
    )
    told = msgspec.json.encode(some())
    other = subprocess.run([sys.executable, "-c", code], input=told, capture_output=True, check=True, env={"PYTHONHASHSEED": "7"})
    assert other.stdout == pdf(some()) == pdf(some())


def test_nothing_in_it_tells_when_or_on_which_machine_it_was_made() -> None:
    content = pdf(some())
    assert b"CreationDate" not in content and b"ModDate" not in content and str(TEMPLATES).encode() not in content


def test_it_is_black_and_gray_on_white() -> None:
    colours = re.compile(rb"([\d.]+) ([\d.]+) ([\d.]+) (?:rg|RG|scn|SCN)\b")
    streams = b"".join(page.get_contents().get_data() for page in read(pdf(some())).pages)  # type: ignore[union-attr]
    assert re.search(rb"\b(?:g|scn)\b", streams), "something has a shade"
    assert all(len(set(found)) == 1 for found in colours.findall(streams))
    assert "rgb(" not in (TEMPLATES / "letter.typ").read_text(encoding="utf-8")


# fonts


def test_only_the_fonts_that_are_shipped_are_in_it() -> None:
    page = read(pdf(some())).pages[0]
    named = {str(font.get_object()["/BaseFont"]) for font in page["/Resources"]["/Font"].values()}  # type: ignore[index]
    assert {name.partition("+")[2] for name in named} == {"OpenSans", "OpenSans-Bold"}


def test_the_fonts_come_with_their_licence_and_are_small() -> None:
    assert "Apache License" in (FONTS / "LICENSE.txt").read_text(encoding="utf-8")
    assert sum(path.stat().st_size for path in FONTS.iterdir()) < 1_500_000


def test_every_letter_said_to_be_covered_is_in_both_fonts() -> None:
    ttlib = pytest.importorskip("fontTools.ttLib", reason="fontTools is not installed")
    for path in sorted(FONTS.glob("*.ttf")):
        held = set(ttlib.TTFont(path).getBestCmap())
        missing = [hex(code) for first, last in COVERED for code in range(first, last + 1) if code not in held]
        assert missing == [], path.name


def test_the_template_loads_nothing() -> None:
    template = (TEMPLATES / "letter.typ").read_text(encoding="utf-8")
    assert not re.search(r"#import|#include|\b(read|image|plugin)\(|@preview", template)
