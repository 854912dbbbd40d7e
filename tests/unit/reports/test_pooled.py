"""The pooled answer in words: what was counted, the figures with their sign, and what it is not."""

from typing import Any

from msgspec import structs

from steelyard.findings.pooled import TOO_FEW, Person, PooledReport, Question, Range
from steelyard.reports.pooled import AT, text

ASKED = Question(
    substance="kratom",
    outcome="pain",
    contrast="peak",
    unit="points",
    worse_is_up=True,
    about="relief",
    people=58,
    could_not=3,
    twice=0,
    barred=0,
    mean=Range(-1.1, -1.3, -0.9),
    spread=Range(0.5, 0.3, 0.7),
    another=Range(-1.1, -2.1, -0.1),
    another_sd=0.5,
    each=(Person("a", Range(-2.0, -3.0, -1.0), Range(-1.6, -2.4, -0.9)),),
)


def said(**changed: Any) -> str:
    return text(PooledReport(1, "0", 60, (structs.replace(ASKED, **changed),)))


def test_figures_have_their_sign_as_measured_and_say_what_is_better() -> None:
    told = said()
    assert "-1.10 (-1.30 to -0.90) points (less is better)" in told
    assert "0.50 (0.30 to 0.70) points (standard deviation)" in told
    assert "-2.10 to -0.10 points" in told
    assert "move by up to 0.40" in told
    assert "more is better" in said(worse_is_up=False)


def test_everybody_is_accounted_for() -> None:
    told = " ".join(said(twice=1, barred=4, without_barred=Range(-1.0, -1.2, -0.8)).split())
    assert "58 diaries could tell; 3 could not; 1 left out: there twice; a failed check bars a verdict on 4." in told
    assert "without failed checks -1.00 (-1.20 to -0.80) points" in told
    assert "could not" not in said(could_not=0)


def test_too_few_people_get_no_figures() -> None:
    told = said(people=1, mean=None, spread=None, another=None, refused=TOO_FEW, each=())
    assert "1 diary could tell" in told and "Too few people" in told and "points" not in told


def test_each_contrast_has_words_and_the_answer_says_what_it_is_not() -> None:
    for contrast, words in AT.items():
        assert words.split()[0] in said(contrast=contrast)
    told = " ".join(said().split())
    assert "no promise for anybody else" in told and "advises no dose" in told
    assert "Nothing here can be pooled" in text(PooledReport(1, "0", 0, ()))


def test_nothing_written_by_others_steers_the_terminal() -> None:
    assert "\x1b" not in said(substance="kra\x1b[31mtom")
    assert all(len(line) <= 80 for line in said(twice=1, barred=4).splitlines())
