"""What reports say in sentences: never a risk, and "no report" never of what nobody looked for."""

import re
import sys
from pathlib import Path

import pytest

from steelyard.findings import signals as signals_module
from steelyard.findings.model import Finding, Subject
from steelyard.findings.population import reported
from steelyard.findings.signals import load_reports, signals
from steelyard.findings.signals_wording import LIMITS
from steelyard.knowledge.load import load
from steelyard.knowledge.model import Knowledge
from steelyard.knowledge.reports import report_knowledge

from ..population.files import plain

RISK = re.compile(r"\b(risk|rate|causes?|caused|safe|danger\w*|likely to|chance of)\b", re.IGNORECASE)


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load()


def own(reports: int = 300) -> list[tuple[object, ...]]:
    """Of 30 reports on kratom 15 have alopecia, of 270 others 30; nausea is reported as often of both."""
    rows: list[tuple[object, ...]] = []
    for at in range(reports):
        drug, turn = ("Kratom", at // 10) if at % 10 == 0 else (("Tea", "Milk", "Juice")[at % 3], at)
        event = "ALOPECIA" if turn % (2 if drug == "Kratom" else 10) == 1 else ("NAUSEA" if turn % 3 else "RASH")
        rows.append((at, drug, event))
    return rows


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("ibis", reason="the extra `population` is not installed")
    place = tmp_path_factory.mktemp("reports")
    told, read = load_reports(place / "store", [plain(place / "own.csv", own())])
    assert (read, told) == (1, ("own.csv: own, 300 rows of reports, 300 of drugs, 300 of events.",))
    return place / "store"


pytestmark = pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")  # ibis calls what duckdb has renamed


def test_published_counts_answer_without_a_store_and_without_the_extra(knowledge: Knowledge) -> None:
    report = signals("Kratom", "death", knowledge)
    death = report.signals[0]
    assert (report.substance, report.event, death.status) == ("kratom", "death", "more")
    assert death.said[0] == (
        "178 of 404 reports on kratom have death; by chance 10.4 would, as 1,262 of all 48,840 reports have it."
    )
    assert {each.name: each.value for each in death.measures} == pytest.approx({"ic": 4.02835175998715, "prr": 19.6869131562603})
    assert {each.key for each in report.references} == {"farquhar2026", "li2023faers"}


def test_a_published_ratio_without_counts_is_shown_as_that(knowledge: Knowledge) -> None:
    report = signals("kratom", "death", knowledge)
    row = next(each for each in report.signals if each.source == "FAERS")
    assert (row.status, row.counts) == ("published", None)
    assert (row.measures[0].value, row.measures[0].low) == (63.0, None)
    assert row.said[-1].endswith("Read in the abstract only.")


def test_what_the_published_tables_were_not_read_for_was_not_looked_for(knowledge: Knowledge) -> None:
    report = signals("kratom", "hair loss", knowledge)
    assert report.signals == ()
    assert report.notes == (
        "The published tables held here (2004 to 2025) were not read for hair loss: not looked for is not the same as no report.",
    )
    assert "no answer" in signals("ibuprofen", "death", knowledge).notes[0]


def test_every_answer_has_the_same_limits(knowledge: Knowledge, store: Path) -> None:
    for report in (
        signals("kratom", "", knowledge),
        signals("nothing", "rash", knowledge),
        signals("tea", "rash", knowledge, store),
    ):
        assert report.limits == LIMITS
    assert (
        "Reports are selected" in LIMITS[0] and "no risk" in LIMITS[1] and "does not show that one caused the other" in LIMITS[2]
    )


def test_a_store_answers_with_every_measure_and_every_way(knowledge: Knowledge, store: Path) -> None:
    signal = signals("kratom", "hair loss", knowledge, store).signals[0]
    assert (signal.source, signal.status) == ("own", "more")
    assert signal.counts is not None
    assert (signal.counts.both, signal.counts.substance, signal.counts.event, signal.counts.all) == (15, 30, 45, 300)
    assert signal.counts.expected == pytest.approx(4.5)
    assert {each.name for each in signal.measures} >= {"ic", "prr", "ror"}
    assert signal.said[1].startswith("It is reported more often than expected in this collection")
    assert signal.said[2] == (
        "With 3 events to look at here, chance alone would make at least one stand out this much with a probability below 0.0001. That "
        "matters if the event was picked because it stands out."
    )
    assert "the question gets the same answer" in signal.said[3]
    assert signal.said[4] == "There are too few reports of unrelated events to say how far off such counts are here."


def test_the_kinds_of_silence_are_told_apart(knowledge: Knowledge, store: Path) -> None:
    said = {
        asked: signals(asked[0], asked[1], knowledge, store).signals[0]
        for asked in (("kratom", "skin darkening"), ("valerian", "hair loss"), ("kratom", "nausea"))
    }
    assert [each.status for each in said.values()] == ["not_looked_for", "not_named", "cannot_tell"]
    assert said["kratom", "skin darkening"].said[0] == (
        "Not looked for: none of 300 reports has any of these words, whatever was taken. So it says nothing that 30 on kratom do not have them."
    )
    assert said["valerian", "hair loss"].said[0].startswith("None of 300 reports suspects valerian. That is no answer")
    assert said["kratom", "nausea"].said[1] == "That cannot be told apart from chance with these counts."


def test_what_stands_out_by_chance_among_many_events_is_said_to(knowledge: Knowledge, tmp_path: Path, store: Path) -> None:
    """4 of 40 where 0.4 are expected, and 200 events of one report each beside it: one of so many is easily as high."""
    rows = [(at, "KRATOM" if at < 4 or at >= 364 else "TEA", "ALOPECIA" if at < 4 else f"EVENT {at}") for at in range(400)]
    load_reports(tmp_path / "s", [plain(tmp_path / "many.csv", rows)])
    signal = signals("kratom", "hair loss", knowledge, tmp_path / "s").signals[0]
    test = signal.among_all
    assert signal.status == "more" and test is not None
    assert test.events == 397
    assert (
        f"With 397 events to look at here, chance alone would make at least one stand out this much with probability {test.chance:.2g}."
        in (signal.said[2])
    )
    assert signals("kratom", "", knowledge, tmp_path / "s").signals[0].among_all == test


def test_what_does_not_stand_out_has_no_word_on_chance_among_many(knowledge: Knowledge, store: Path) -> None:
    signal = signals("kratom", "nausea", knowledge, store).signals[0]
    assert signal.among_all is not None and signal.among_all.chance > 0.05
    assert not any("to look at here" in said for said in signal.said)


def test_less_often_than_expected_is_never_called_safe(knowledge: Knowledge, tmp_path: Path, store: Path) -> None:
    rows = [(at, "MILK" if at < 200 else "TEA", "ALOPECIA" if at == 0 or at > 320 else "RASH") for at in range(400)]
    load_reports(tmp_path / "s", [plain(tmp_path / "milk.csv", rows)])
    signal = signals("milk", "hair loss", knowledge, tmp_path / "s").signals[0]
    assert signal.status == "fewer"
    assert signal.said[1] == "It is reported less often than expected. That does not show that it is safe, or that it protects."


def test_no_report_of_both_is_told_with_how_many_chance_would_give(knowledge: Knowledge, tmp_path: Path, store: Path) -> None:
    rows = [*own(), ("x1", "COFFEE", "RASH"), ("x2", "COFFEE", "RASH")]
    load_reports(tmp_path / "s", [plain(tmp_path / "more.csv", rows)])
    signal = signals("coffee", "hair loss", knowledge, tmp_path / "s").signals[0]
    assert signal.status == "no_report"
    assert signal.said[0] == (
        "No report of both: of 302 reports, 2 suspect coffee and 45 have hair loss. By chance 0.3 would have both."
    )


def test_no_sentence_speaks_of_a_risk_a_cause_or_safety_but_to_deny_it(knowledge: Knowledge, store: Path) -> None:
    questions = [
        ("kratom", ""),
        ("kratom", "hair loss"),
        ("kratom", "skin darkening"),
        ("tea", "hair loss"),
        ("valerian", "death"),
    ]
    for substance, event in questions:
        report = signals(substance, event, knowledge, store)
        for sentence in (*report.notes, *(said for each in report.signals for said in each.said)):
            if RISK.search(sentence):
                assert re.search(r"\b(not|no|never)\b", sentence), sentence


def test_without_an_event_the_ones_that_stand_out_come_first(knowledge: Knowledge, store: Path) -> None:
    report = signals("kratom", "", knowledge, store)
    assert report.question == "What is reported of kratom?"
    assert (report.signals[0].event, report.signals[0].status) == ("alopecia", "more")
    assert signals("valerian", "", knowledge, store).signals[0].status == "not_named"


def test_a_bad_file_costs_only_itself(tmp_path: Path, store: Path) -> None:
    (tmp_path / "bad.zip").write_bytes(b"PK\x03\x04 nothing")
    good = plain(tmp_path / "good.csv", own(40))
    told, read = load_reports(tmp_path / "s", [tmp_path / "bad.zip", good, good])
    assert read == 2
    assert told[0].startswith("bad.zip: expected a whole zip of a quarter")
    assert told[1].startswith("good.csv: good, 40 rows")
    assert told[2] == "good.csv: was loaded before (good.csv); nothing was done."


def test_without_the_extra_the_published_counts_answer_and_the_way_to_add_it_is_said(
    knowledge: Knowledge, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signals_module, "find_spec", lambda name: None if name == "duckdb" else object())
    report = signals("kratom", "death", knowledge, store)
    assert report.notes == (
        "The store was not read: duckdb not installed; `sh run signals` adds it, or: pip install 'steelyard[population]'.",
    )
    assert {each.source for each in report.signals} == {"CAERS", "FAERS"}


def test_a_store_that_cannot_be_read_costs_no_answer(knowledge: Knowledge, tmp_path: Path, store: Path) -> None:
    (tmp_path / "manifest.json").write_text("{")
    report = signals("kratom", "death", knowledge, tmp_path)
    assert report.notes[0].startswith("The store cannot be read: manifest.json: not the list of a store")
    assert report.signals[0].status == "more"


def test_a_finding_settles_nothing_is_never_sure_and_says_why(knowledge: Knowledge) -> None:
    (finding,) = reported((), ["kratom"], knowledge)
    assert (finding.id, finding.level, finding.about) == ("population.kratom.all", "population", "harm")
    assert (finding.verdict, finding.certainty) == ("not_settled", "very_low")
    assert set(LIMITS) <= set(finding.reasons)
    assert "show no risk" in finding.answer
    assert finding.citations == ("farquhar2026", "li2023faers")
    death = next(each for each in finding.contrasts if each.name == "death: prr")
    assert (death.value, death.unit) == (pytest.approx(19.687, abs=1e-3), "ratio")


def test_a_store_that_does_not_know_the_substance_is_no_count_of_it(knowledge: Knowledge, store: Path) -> None:
    hair = next(each for each in report_knowledge(knowledge).events if each.title == "hair loss")
    asked = Finding("f", "person", "?", "", "not_settled", "low", (), Subject("valerian", hair.outcomes[0]))
    (finding,) = reported((asked,), ["valerian"], knowledge, store)
    assert (finding.verdict, finding.contrasts) == ("not_enough_data", ())
    assert finding.answer.startswith("No count that could tell is held here")


def test_what_nothing_is_held_about_gets_no_finding_without_a_store(knowledge: Knowledge) -> None:
    assert reported((), ["ibuprofen", "physiotherapy"], knowledge) == ()


def test_published_counts_need_neither_duckdb_nor_arrow() -> None:
    import subprocess

    code = (
        "import sys; from steelyard.findings.signals import signals; from steelyard.knowledge.load import load;"
        "assert signals('kratom', 'death', load()).signals; print([m for m in ('duckdb', 'ibis', 'pyarrow', 'pandas') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
