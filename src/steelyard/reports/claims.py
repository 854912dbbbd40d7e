"""The claims of a text for a terminal: sentence by sentence, then what the text leaves out, then the sources."""

from collections import Counter
from itertools import groupby
from textwrap import wrap
from typing import cast, get_args

from steelyard.findings.claims import ClaimsReport, Made, Omitted, Source, Verdict
from steelyard.reports.words import count

Lines = list[str]

VERDICT: dict[Verdict, str] = {
    "supported": "supported",
    "partly": "partly supported",
    "no_evidence": "no evidence found",
    "contradicted": "contradicted",
    "depends_on_place": "depends on the place",
}
UNGRADED = "none"
SOURCES_SHOWN = 4
UNNAMED = "The text names no substance about which claims are held, so it was not checked for what it leaves out."
NOTHING = "No claim that is held here was recognised. That does not make the text right or wrong."
NOT_JUDGED = "Sentences in which nothing was recognised were not judged. A question counts as one of them."
CLOSING = (
    "This compares what a text says with what is published. It does not know you: it says nothing about your own case, diagnoses "
    "nothing and advises no dose. Do not stop or cut down abruptly because of it; talk with a clinician first."
)


def claims_text(report: ClaimsReport, width: int = 80) -> str:
    """Return the answer for a terminal `width` characters wide, ending in a line break."""
    blocks = [_summary(report, width)]
    first: dict[str, int] = {}
    for _, group in groupby(report.claims, key=lambda made: made.sentence):
        blocks.append(_sentence(list(group), first, width))
    blocks += [*_omissions(report, width), _grades(report, width), _references(report, width), wrap(CLOSING, width)]
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def _summary(report: ClaimsReport, width: int) -> Lines:
    found = Counter(made.verdict for made in report.claims)
    verdicts = cast("tuple[Verdict, ...]", get_args(Verdict))
    tally = ", ".join(f"{VERDICT[verdict]} {found[verdict]}" for verdict in verdicts if found[verdict])
    recognised = report.sentences - report.unrecognised
    title = "What the text claims"
    numbers = (
        f"{count(report.sentences, 'sentence')}: a known claim in {recognised:,}, none recognised in {report.unrecognised:,}."
    )
    told = f"{count(len(report.claims), 'claim')}: {tally}." if report.claims else NOTHING
    return [title, "=" * len(title), *(line for each in (numbers, told, NOT_JUDGED) for line in wrap(each, width))]


def _sentence(made: list[Made], first: dict[str, int], width: int) -> Lines:
    """One sentence and its claims; a claim met before only points back to the sentence that made it first."""
    number = made[0].sentence
    lines = wrap(f'{number}. "{made[0].text}"', width, subsequent_indent=" " * (len(str(number)) + 2))
    for each in made:
        verdict = VERDICT[each.verdict].upper()
        before = first.setdefault(each.claim, number)
        if before != number:
            lines += _paragraph(f"{verdict}: {each.says} See sentence {before}.", width, 2)
            continue
        lines += _paragraph(f"{verdict}: {each.says}", width, 2)
        lines += _paragraph(each.why, width, 4)
        lines += _paragraph(f"{_grade(each.grade)} {_sources(each.sources)}".rstrip(), width, 4)
    return lines


def _omissions(report: ClaimsReport, width: int) -> list[Lines]:
    if not report.substances:
        return [wrap(UNNAMED, width)]
    names = " and ".join(report.substances)
    if not report.omissions:
        return [wrap(f"What the text leaves out about {names}: none of the dangers looked for.", width)]
    title = f"What the text leaves out about {names}"
    return [[title, "-" * min(width, len(title))], *(_omission(each, width) for each in report.omissions)]


def _omission(each: Omitted, width: int) -> Lines:
    return [*_paragraph(f"{each.title}. {each.why}", width, 2, "- "), *_paragraph(_sources(each.sources), width, 4)]


def _grades(report: ClaimsReport, width: int) -> Lines:
    graded = {grade: meaning for grade, meaning in report.grades.items() if grade != UNGRADED}
    return [line for grade, meaning in graded.items() for line in _paragraph(f"Grade {grade}: {meaning}.", width, 0)]


def _references(report: ClaimsReport, width: int) -> Lines:
    if not report.references:
        return []
    texts = sorted((each.text for each in report.references), key=str.casefold)
    return ["Sources", *(line for text in texts for line in _paragraph(text, width, 2, "- "))]


def _grade(grade: str) -> str:
    return "Nothing to grade was found." if grade == UNGRADED else f"Grade {grade}."


def _sources(sources: tuple[Source, ...]) -> str:
    """Sources in short, the first few of them by name; nothing where there is none."""
    named = list(dict.fromkeys(f"{source.name}, {source.firmness}" for source in sources))
    more = f"; and {len(named) - SOURCES_SHOWN} more" if len(named) > SOURCES_SHOWN else ""
    return f"Sources: {'; '.join(named[:SOURCES_SHOWN])}{more}." if named else ""


def _paragraph(text: str, width: int, indent: int, mark: str = "") -> Lines:
    margin = " " * indent
    return wrap(text, width, initial_indent=margin + mark, subsequent_indent=margin + " " * len(mark))
