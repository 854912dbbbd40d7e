"""StudyU: one participant of a trial, from each of the forms its results come in."""

import pytest

from steelyard.exchange import studyu
from steelyard.records.model import Assignment, Rating, Session

from .importing import INVENTED, Meaning, SessionColumn, brought, codes, left, zipped

ONE = Meaning(
    person="p-1", scales={"pain": "How bad was the pain?"}, session=SessionColumn("willow bark", "Take the willow bark")
)


def archive() -> bytes:
    tables = {f"{kind}.csv": (INVENTED / f"studyu_{kind}.csv").read_bytes() for kind in ("measurements", "interventions")}
    return zipped({"study_definition.json": b"{}", **tables})


@pytest.mark.parametrize("content", ["studyu_measurements.csv", archive()])
def test_answers_of_the_participant_named(content: bytes | str) -> None:
    journal, _, found = brought(studyu, content, ONE)
    assert [(rating.time.isoformat(), rating.value) for rating in journal.of(Rating)] == [
        ("2026-03-01T18:00:00+00:00", 6.0),
        ("2026-03-02T18:00:00+00:00", 4.0),
    ]
    assert left(found) == {"p-2": 1, "Did you sleep well?": 1}


def test_interventions_that_were_done() -> None:
    journal, _, _ = brought(studyu, archive(), ONE)
    assert [(one.therapy, one.time.isoformat()) for one in journal.of(Session)] == [("willow bark", "2026-03-01T09:00:00+00:00")]


def test_the_condition_of_a_period_is_not_taken_for_chance() -> None:
    assert brought(studyu, archive(), ONE)[0].of(Assignment) == []


def test_several_people_are_refused_until_one_is_named() -> None:
    journal, problems, found = brought(studyu, archive(), Meaning())
    assert journal.used == 0
    assert codes(problems) == [(0, "person.which")]
    assert left(found) == {"p-1": 3, "p-2": 1}
    assert codes(brought(studyu, archive(), Meaning(person="p-9"))[1]) == [(0, "person.which")]


def test_rows_of_progress() -> None:
    journal, _, found = brought(studyu, "studyu_progress.json", Meaning())
    assert [(rating.scale, rating.value) for rating in journal.of(Rating)] == [("pain", 6.0)]
    assert left(found) == {"slept": 1, "t1": 1}


def test_a_table_of_results_has_a_column_for_each_question() -> None:
    head = "completed_at,subject_id,study_id,intervention_id,task_id,result_type,result,pain\n"
    row = '2026-03-01T18:00:00Z,p,s,a,q,QuestionnaireState,"[{question: pain, response: 6}]",6\n'
    journal, _, found = brought(studyu, (head + row).encode(), Meaning())
    assert [rating.value for rating in journal.of(Rating)] == [6.0]
    assert found == []


@pytest.mark.parametrize("content", [b"{}", b"[]", b'{"results": 3}', b"participant_id\n", b"PK\x03\x04"])
def test_what_holds_no_results_is_said(content: bytes) -> None:
    journal, problems, _ = brought(studyu, content, Meaning())
    assert journal.read == 0
    assert len(problems) == 1


def test_it_is_known_by_its_content() -> None:
    for file in ("studyu_measurements.csv", "studyu_interventions.csv", "studyu_progress.json"):
        assert studyu.looks_like((INVENTED / file).read_bytes(), "x")
    assert studyu.looks_like(b"PK\x03\x04\nstudy_definition.json\nmeasurements.csv", "x")
    assert not studyu.looks_like(b"PK\x03\x04\nHabits.csv", "x")
    assert not studyu.looks_like(b"time,participant\n", "x")
