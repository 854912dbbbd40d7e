"""Studies beside the person's own data: both are said, neither is changed by the other."""

import pytest
from msgspec.structs import replace

from steelyard.findings.literature import beside, studied
from steelyard.findings.model import Finding, Subject, Verdict
from steelyard.knowledge.load import load

KNOWLEDGE = load()
OWN = Finding(
    id="person.relief.kratom.pain",
    level="person",
    question="Does kratom change pain for this person?",
    answer="It helps.",
    verdict="helps",
    certainty="moderate",
    reasons=(),
    subject=Subject("kratom", "pain"),
)


def about(substance: str, outcome: str, verdict: Verdict = "helps") -> Finding:
    return replace(OWN, subject=Subject(substance, outcome), verdict=verdict)


def test_what_was_asked_of_the_journal_is_asked_of_the_studies() -> None:
    ids = [finding.id for finding in studied([about("Kratom", "sleep_quality")], [], KNOWLEDGE)]
    assert ids == ["literature.relief.kratom.sleep"]


def test_harms_of_what_is_taken_are_told_even_when_nobody_rated_them() -> None:
    ids = {finding.id for finding in studied([], ["Kratom"], KNOWLEDGE)}
    assert ids == {f"literature.harm.kratom.{harm}" for harm in ("hair", "skin", "liver", "dependence")}
    assert studied([], ["water"], KNOWLEDGE) == ()


def test_every_statement_carries_its_source_and_how_it_was_read() -> None:
    (finding,) = studied([about("kratom", "ferritin")], [], KNOWLEDGE)
    assert finding.level == "literature" and finding.citations and set(finding.citations) <= set(KNOWLEDGE.references)
    assert all("(read in" in reason or "(known" in reason or "(looked for" in reason for reason in finding.reasons)


def test_studies_stand_beside_and_change_nothing_else() -> None:
    told = beside(OWN, KNOWLEDGE)
    assert told.beside == "Studies: not settled (certainty very low); your own data: it helps."
    assert replace(told, beside="") == OWN
    assert beside(about("sugar", "pain"), KNOWLEDGE).beside == ""


@pytest.mark.parametrize(
    ("verdict", "differ"),
    [("helps", False), ("no_worthwhile_effect", True), ("makes_worse", True), ("not_settled", False), ("not_enough_data", False)],
)
def test_only_answers_that_exclude_each_other_are_said_to_differ(verdict: Verdict, differ: bool) -> None:
    told = beside(about("physiotherapy", "pain", verdict), KNOWLEDGE).beside
    assert told.startswith("Studies: it helps a little") and ("The two differ" in told) == differ
