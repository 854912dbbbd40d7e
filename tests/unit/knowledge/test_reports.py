"""Names, groups, controls and published counts of reports: what is shipped holds together, and what does not is refused by name."""

import json
from math import isclose
from pathlib import Path

import pytest

from steelyard.knowledge.files import KnowledgeError
from steelyard.knowledge.load import load
from steelyard.knowledge.model import Knowledge
from steelyard.knowledge.reports import ReportKnowledge, report_knowledge
from steelyard.population.measures import table
from steelyard.population.names import Speller, Spelling, substances

NAMES = '[moss]\nwords = ["MOSS"]\ngrade = "convention"\nchecked_on = 2026-03-01\n'
EVENTS = '[rash]\ntitle = "a rash"\nasked = ["rash"]\nterms = ["RASH"]\nchecked_on = 2026-03-01\n'
CONTROLS = '[any]\nsubstances = ["moss"]\nterms = ["TOOTHACHE"]\nchecked_on = 2026-03-01\n'
PUBLISHED = """[moss_rash]
substance = "moss"
event = "rash"
source = "CAERS"
said = "Counted."
n = 3
n_drug = 10
n_event = 20
total = 100
first = 2004
last = 2025
population = "reports"
citation = "farquhar2026"
place = "table"
grade = "C"
seen = "tab"
checked_on = 2026-03-01
"""


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load()


@pytest.fixture(scope="module")
def shipped(knowledge: Knowledge) -> ReportKnowledge:
    return report_knowledge(knowledge)


def written(path: Path, **files: str) -> Path:
    (path / "reports").mkdir()
    texts = {"names": NAMES, "events": EVENTS, "controls": CONTROLS, "published": PUBLISHED} | files
    for name, text in texts.items():
        (path / "reports" / f"{name}.toml").write_text(text, encoding="utf-8")
    return path


def test_what_is_shipped_is_read_and_made_of_reports_that_can_be(shipped: ReportKnowledge) -> None:
    assert len(shipped.names) >= 10 and len(shipped.events) >= 15
    counted = [row for row in shipped.published if row.n is not None]
    assert len(counted) == 8
    for row in counted:
        assert row.n is not None and row.n_drug is not None and row.n_event is not None and row.total is not None
        table(row.n, row.n_drug, row.n_event, row.total)
        assert (row.n_drug, row.total) == (404, 48_840)


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("DEATH", 10.4391482391482),
        ("DEPENDENCE", 3.697542997543),
        ("ACCIDENTAL DEATH", 0.314332514332514),
        ("CONVULSION", 6.89049959049959),
    ],
)
def test_the_margin_worked_out_gives_the_published_expected_count(shipped: ReportKnowledge, term: str, expected: float) -> None:
    row = next(row for row in shipped.published if row.term == term and row.n is not None)
    assert row.n_event is not None and row.total is not None
    assert isclose(404 * row.n_event / row.total, expected, rel_tol=1e-12)


@pytest.mark.parametrize(
    "written_", ["KRATOM", "Herbals\\mitragynine", "Mitragyna speciosa", "Ketum tea", "RED BORNEO KRATOM 60 CAPSULES"]
)
def test_the_spellings_met_in_reports_are_kratom(shipped: ReportKnowledge, written_: str) -> None:
    speller = Speller([Spelling(each.substance, each.names, each.words) for each in shipped.names])
    assert substances(written_, "", speller) == ("kratom",)


@pytest.mark.parametrize(
    ("asked", "group"),
    [("hair loss", "hair_loss"), ("Alopecia", "hair_loss"), ("Skin  Darkening", "skin_darkening"), ("seizures", "seizure"),
     ("fit", "seizure"), ("hair_loss", "hair_loss"), ("CONVULSION", "seizure"), ("liver", "liver")],
)  # fmt: skip
def test_peoples_words_find_the_group(shipped: ReportKnowledge, asked: str, group: str) -> None:
    found = shipped.group(asked)
    assert found is not None and found.name == group


def test_words_that_no_group_has_find_none(shipped: ReportKnowledge) -> None:
    assert shipped.group("a good mood") is None
    assert shipped.substance("Ibuprofen") == "ibuprofen"
    assert shipped.substance(" KETUM ") == "kratom"


def test_no_word_asks_for_two_groups_and_no_control_is_in_a_group(shipped: ReportKnowledge) -> None:
    words = [word for each in shipped.events for word in (each.title, *each.asked)]
    assert sorted(set(words)) == sorted({*words}) and len(
        {word for each in shipped.events for word in {each.title, *each.asked}}
    ) == sum(len({each.title, *each.asked}) for each in shipped.events)
    assert not {t for each in shipped.controls for t in each.terms} & {t for each in shipped.events for t in each.terms}


def test_outcomes_of_groups_are_scales_or_laboratory_tests(shipped: ReportKnowledge, knowledge: Knowledge) -> None:
    laboratory = {"alt", "ast", "alp", "bilirubin", "testosterone"}
    assert {each for group in shipped.events for each in group.outcomes} <= set(knowledge.scales) | laboratory


def test_a_folder_of_ones_own_is_read(tmp_path: Path, knowledge: Knowledge) -> None:
    found = report_knowledge(knowledge, written(tmp_path))
    assert (found.substance("MOSS"), found.terms_unrelated("moss"), found.terms_unrelated("tea")) == ("moss", ("TOOTHACHE",), ())
    assert found.published[0].n == 3


@pytest.mark.parametrize(
    ("file", "text", "fault"),
    [
        ("names", NAMES.replace("MOSS", "moss"), "names.toml: moss: words: expected capitals"),
        ("names", NAMES.replace('"convention"', '"C"'), "names.toml: moss: citation: missing"),
        ("names", NAMES + 'colour = "green"\n', "names.toml: moss: colour: unknown field"),
        ("events", EVENTS.replace('title = "a rash"\n', ""), "events.toml: rash: title: missing"),
        ("published", PUBLISHED.replace('event = "rash"', 'event = "itch"'), "moss_rash: event: no group 'itch'"),
        ("published", PUBLISHED.replace("n_event = 20\n", ""), "moss_rash: n: a count needs"),
        ("published", PUBLISHED.replace("n = 3\n", "n = 30\n"), "moss_rash: n: more reports with both"),
        ("published", PUBLISHED.replace("farquhar2026", "nobody1900"), "moss_rash: citation: 'nobody1900'"),
        ("published", PUBLISHED.replace("last = 2025", "last = 2003"), "moss_rash: last: before the first year"),
        ("others", NAMES, "reports/others.toml: unknown file"),
    ],
)
def test_a_row_that_breaks_a_rule_is_refused_by_name(
    tmp_path: Path, knowledge: Knowledge, file: str, text: str, fault: str
) -> None:
    with pytest.raises(KnowledgeError) as refused:
        report_knowledge(knowledge, written(tmp_path, **{file: text}))
    assert fault in str(refused.value)


def test_every_source_is_in_the_references(shipped: ReportKnowledge, knowledge: Knowledge) -> None:
    cited = {row.citation for row in (*shipped.published, *shipped.names) if row.citation}
    assert json.dumps(sorted(cited - set(knowledge.references))) == "[]"
