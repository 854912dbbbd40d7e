"""The clinician's letter as a PDF: at most two pages, tagged, the same bytes every time, set in the fonts beside this file."""

import json
import unicodedata
from bisect import bisect_left
from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import typst
from msgspec import structs

from steelyard.findings.model import Course, Letter, Line, Part
from steelyard.reports.words import capital, count, day

Paper = Literal["a4", "letter"]
HERE = Path(__file__).parent
TEMPLATES, FONTS = HERE / "templates", HERE / "fonts"
PAPER = {"a4": "a4", "letter": "us-letter"}
PAGES = 2
SIZES = (9.5, 9.0, 8.5, 8.0)  # points, the largest that takes everything; at the smallest, lines give way
MOST_LINES = 150  # more than two pages ever hold
PANELS = 3
LONGEST_WORD = 24  # letters, after which a word may be broken anywhere
LONGEST_NAME, LONGEST_SOURCE, LONGEST_LINK = 80, 110, 70
LINKS = ("http", "doi:")
EMERGENCY, SERIOUS = "Emergency:", "Serious:"  # how such lines begin
BREAK = "\u200b"
STANDARD: list[Any] = ["ua-1"]
BOX = {"warnings": "Warnings", "interactions": "Warnings", "taken": "Taken", "relief": "Relief"}
TITLE = "For a clinician: what one journal shows"
CLOSING = (
    "This is not a diagnosis. It was made by the person's own software from their own journal; no clinician has checked it.",
    "It advises no dose. Do not stop or cut down abruptly because of it.",
    "“How sure” is high, moderate, low or very low, as in the full report; without days decided by chance it is never above moderate.",
    "“You” in a sentence is the person whose journal it is.",
)
# What the fonts can show. A test holds it against the fonts themselves.
COVERED = (
    (0x20, 0x7E), (0xA0, 0xAC), (0xAE, 0x17F), (0x218, 0x21B), (0x38E, 0x3A1), (0x3A3, 0x3CE), (0x384, 0x38A), (0x38C, 0x38C),
    (0x400, 0x482), (0x48A, 0x513), (0x1E80, 0x1E85), (0x1EA0, 0x1EF9), (0x2013, 0x2015), (0x2018, 0x201E), (0x2020, 0x2022),
    (0x2026, 0x2026), (0x2030, 0x2030), (0x2032, 0x2033), (0x2039, 0x203A), (0x20AC, 0x20AC), (0x2116, 0x2116), (0x2122, 0x2122),
    (0x2212, 0x2212), (0x2248, 0x2248), (0x2260, 0x2260), (0x2264, 0x2265),
)  # fmt: skip


def pdf(letter: Letter, paper: Paper = "a4", name: str = "") -> bytes:
    """Return the letter as a PDF of at most two pages; what finds no room gives way by rank, and is counted.

    Args:
        letter: without what the person struck; paper: its size; name: of the person, only where they want it there.
    """
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
    by_rank = sorted((line.rank, place) for place, line in enumerate(_lines(letter)))

    def page(kept: int, size: float) -> typst.Compiler:
        told = _told(letter, {place for _, place in by_rank[:kept]}, paper, name) | {"size": size}
        inputs = {"letter": json.dumps(told)}
        return typst.Compiler(TEMPLATES / "letter.typ", TEMPLATES, fonts, ignore_system_fonts=True, sys_inputs=inputs)

    def too_long(kept: int, size: float = SIZES[-1]) -> bool:
        return int(page(kept, size).query("<pages>", field="value", one=True)) > PAGES

    whole = min(len(by_rank), MOST_LINES)
    size = next((size for size in SIZES if not too_long(whole, size)), SIZES[-1])
    kept = bisect_left(range(whole + 1), True, key=too_long) - 1 if size == SIZES[-1] else whole
    made = page(max(kept, 0), size).compile(format="pdf", pdf_standards=STANDARD)
    assert isinstance(made, bytes)
    return made


def _lines(letter: Letter) -> list[Line]:
    return [line for part in letter.parts for line in part.lines]


def _told(letter: Letter, shown: set[int], paper: Paper, name: str) -> dict[str, Any]:
    """What the template needs: every text as it is printed, sources numbered in the order in which they are met."""
    numbers: dict[str, int] = {}
    held = {reference.key: reference.text for reference in letter.references}

    def said(text: str, line: Line) -> dict[str, Any]:
        cited = [numbers.setdefault(key, len(numbers) + 1) for key in line.citations if key in held]
        return {"text": _shown(text), "sure": _shown(line.sure), "sources": cited, "pressing": text.startswith(EMERGENCY)}

    kept = {id(line) for place, line in enumerate(_lines(letter)) if place in shown}
    parts = [(part, [line for line in part.lines if id(line) in kept]) for part in letter.parts]
    box: dict[str, list[dict[str, Any]]] = {title: [] for title in BOX.values()}
    for part, lines in parts:
        for line in (line for line in lines if line.box and part.id in BOX):
            brief = line.box != line.text  # said in full, with its sources, further down
            box[BOX[part.id]].append(said(line.box, structs.replace(line, sure="", citations=()) if brief else line))
    told = [_part(part, lines, said) for part, lines in parts]
    courses = [
        line.course for _, lines in parts for line in lines if line.course and any(v is not None for v in line.course.values)
    ]
    return {
        "paper": PAPER[paper],
        "title": TITLE,
        "subtitle": _shown(_subtitle(letter, name)),
        "foot": _shown(f"From the person's own journal{_period(letter)}. Not a diagnosis."),
        "box": [{"title": title, "lines": lines, "more": _below(parts, title)} for title, lines in box.items() if lines],
        "panels": [_panel(course) for course in sorted(courses, key=lambda course: course.bars)[:PANELS]],
        "parts": [part for part in told if part["lines"] or part["more"]],
        "sources": [{"number": number, "text": _shown(_source(held[key]))} for key, number in numbers.items()],
        "closing": [_shown(sentence) for sentence in (*CLOSING, *_made(letter))],
    }


def _part(part: Part, lines: list[Line], said: Callable[[str, Line], dict[str, Any]]) -> dict[str, Any]:
    below = [said(line.text, line) for line in lines if line.box != line.text]
    more = len(part.lines) - len(lines)
    return {"title": _shown(part.title), "lead": _shown(part.lead) if below else "", "lines": below, "more": more}


def _below(parts: list[tuple[Part, list[Line]]], title: str) -> str:
    """How many pressing warnings the box has no room for."""
    boxed = [line for part, _ in parts for line in part.lines if BOX.get(part.id) == title]
    more = sum(line.text.startswith((EMERGENCY, SERIOUS)) and not line.box for line in boxed)
    return f"{count(more, 'more serious warning')} below." if more else ""


def _subtitle(letter: Letter, name: str) -> str:
    who = f"Name: {' '.join(name.split())[:LONGEST_NAME]}. " if name.strip() else ""
    return f"{who}{count(letter.used, 'record')} of the person's own journal{_period(letter)}."


def _period(letter: Letter) -> str:
    return f", {day(letter.from_)} to {day(letter.to)}" if letter.from_ and letter.to else ""


def _made(letter: Letter) -> tuple[str, ...]:
    left_out = (f"The person left out {count(letter.struck, 'line')}.",) if letter.struck else ()
    return (*left_out, f"Made with Steelyard {letter.steelyard}, knowledge {letter.knowledge}.")


def _source(text: str) -> str:
    """A source in one short line: what it is, and where to find it unless that is too long for paper."""
    *what, last = text.split(", ")
    found = last if last.startswith(LINKS) else ""
    said = ", ".join(what) if found else text
    said = said if len(said) <= LONGEST_SOURCE else f"{said[:LONGEST_SOURCE].rpartition(' ')[0]}…"
    return f"{said}, {found}" if found and len(found) <= LONGEST_LINK else said


def _shown(text: str) -> str:
    """A text of letters the fonts have, with `?` for others, in which a word of any length finds a place to break."""
    plain = "".join(letter if _covered(letter) else "?" for letter in " ".join(unicodedata.normalize("NFC", text).split()))
    return " ".join(word if word.startswith(LINKS) else BREAK.join(_pieces(word)) for word in plain.split(" "))


def _pieces(word: str) -> list[str]:
    return [word[start : start + LONGEST_WORD] for start in range(0, len(word), LONGEST_WORD)]


def _covered(letter: str) -> bool:
    return any(first <= ord(letter) <= last for first, last in COVERED)


def _panel(course: Course) -> dict[str, Any]:
    """A course as shares of a drawing that is 1 wide and 1 high, and in words for those who cannot see it."""
    held = [value for value in course.values if value is not None]
    low, high = _ends(course, held)
    size, total = (high - low) or 1.0, len(course.values)
    height = [None if value is None else min(max((value - low) / size, 0.0), 1.0) for value in course.values]
    at = [(place + 0.5) / total for place in range(total)]
    points = [(x, y) for x, y in zip(at, height, strict=True) if y is not None]
    joined = [[x, y, x2, y2] for (x, y), (x2, y2) in pairwise(zip(at, height, strict=True)) if y is not None and y2 is not None]
    first = date.fromisoformat(course.start)
    last = first + timedelta(days=course.step_days * (total - 1))
    step = {1: "day", 7: "week"}.get(course.step_days, f"{course.step_days // 7} weeks")
    return {
        "title": _shown(capital(f"{course.title}: mean of each {step}")),
        "alt": _shown(
            f"{'Bars' if course.bars else 'Line'} from {day(first)} to {day(last)}: first {_number(held[0])}, last {_number(held[-1])}, "
            f"lowest {_number(min(held))}, highest {_number(max(held))}, on an axis from {_number(low)} to {_number(high)}."
        ),
        "low": _number(low),
        "high": _number(high),
        "from": _shown(day(first)),
        "to": _shown(day(last)),
        "bars": [{"left": x - 0.35 / total, "width": 0.7 / total, "height": y} for x, y in points] if course.bars else [],
        "strokes": [] if course.bars else joined,
        "dots": [] if course.bars else [list(point) for point in points],
    }


def _number(size: float) -> str:
    return f"{size:.1f}".removesuffix(".0") if abs(size) < 99.5 else f"{size:.0f}" if abs(size) < 1e6 else f"{size:.3g}"


def _ends(course: Course, held: list[float]) -> tuple[float, float]:
    """The ends of the scale; a scale without an end is drawn from zero to the greatest value."""
    low = course.low if course.low is not None else min([0.0, *held])
    return low, course.high if course.high is not None else max([low, *held])
