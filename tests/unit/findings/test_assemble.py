"""Every question that can be put to a journal is answered or refused, in a fixed order, with its sources."""

import random
from typing import get_args

import numpy as np
import pytest
from msgspec.structs import replace

from steelyard.findings import wording
from steelyard.findings.assemble import assemble
from steelyard.findings.diary import prepare
from steelyard.findings.model import Contrast, Finding, Weighing
from steelyard.findings.verdict import verdict
from steelyard.knowledge.lookup import effect_prior
from steelyard.nof1.design import NotEnough, Reason, judge
from steelyard.nof1.model import Priors
from steelyard.records.model import Assignment, Dose, Journal, Rating, Record, Scale, Session

from .journals import MIDNIGHT, Line, as_journal, dose, findings, invented, journal, knowledge, own, rating, ratings, weighed


def one(journal: Journal, **asked: str | int | None) -> Finding:
    weighing = assemble(journal, [], knowledge(), sha256="", **asked)  # type: ignore[arg-type]
    (finding,) = own(weighing)
    return finding


def contrast(finding: Finding, name: str) -> Contrast:
    return next(each for each in finding.contrasts if each.name == name)


def rated_as(journal: Journal, scale: Scale | str, value: tuple[float, float]) -> Journal:
    """The same diary on another scale: `value` is what a pain of 0 is called there, and what one point more adds."""
    name, (zero, step) = scale if isinstance(scale, str) else scale.id, value
    changed: list[Record] = [
        replace(r, scale=name, value=zero + step * r.value) if isinstance(r, Rating) else r for r in journal.records
    ]
    return as_journal(changed if isinstance(scale, str) else [scale, *changed])


@pytest.fixture(scope="module")
def diary() -> Journal:
    return invented()


@pytest.fixture(scope="module")
def weighing(diary: Journal) -> Weighing:
    return assemble(diary, [], knowledge(), sha256="abc")


@pytest.fixture(scope="module")
def answered(weighing: Weighing) -> Finding:
    (finding,) = own(weighing)
    assert finding.verdict != "not_enough_data"
    return finding


# --- which questions


MANY: list[Line] = [
    *[dose(8 + n, substance="Ibuprofen") for n in range(2)],
    *[dose(8 + n, substance="kratom") for n in range(3)],
    dose(30, substance="IBUPROFEN"),
    dose(31, substance="ibuprofen"),
    *[dose(8 + n, substance="aspirin") for n in range(3)],
    *[rating(9 + n, 5, "pain") for n in range(2)],
    *[rating(9 + n, 5, "mood") for n in range(3)],
    *[rating(9 + n, 5, "anxiety") for n in range(2)],
]


def test_every_substance_meets_every_scale_the_most_written_down_first_and_equals_by_name() -> None:
    assert [(f.subject.substance, f.subject.outcome) for f in findings(*MANY)] == [
        (substance, scale) for substance in ("ibuprofen", "aspirin", "kratom") for scale in ("mood", "anxiety", "pain")
    ]


def test_the_order_of_the_lines_does_not_matter() -> None:
    shuffled = random.Random(1).sample(MANY, len(MANY))
    assert findings(*shuffled) == findings(*MANY)


def test_ids_are_stable_names_of_their_questions() -> None:
    ids = [finding.id for finding in findings(*MANY)]
    assert len(set(ids)) == len(ids) == 9
    assert ids[0] == "person.relief.ibuprofen.mood"
    assert {finding.level for finding in findings(*MANY)} == {"person"}


@pytest.mark.parametrize("name", ["kratom", "Kratom", "KRATOM"])
def test_a_substance_can_be_asked_for_in_any_case(name: str) -> None:
    asked = findings(*MANY, substance=name)
    assert [f.id for f in asked] == [f"person.relief.kratom.{scale}" for scale in ("mood", "anxiety", "pain")]


def test_an_outcome_can_be_asked_for() -> None:
    assert [f.id for f in findings(*MANY, outcome="pain", substance="aspirin")] == ["person.relief.aspirin.pain"]
    assert {f.subject.outcome for f in findings(*MANY, outcome="anxiety")} == {"anxiety"}


def test_an_outcome_can_be_asked_for_in_any_case() -> None:
    assert findings(*MANY, outcome="PAIN") == findings(*MANY, outcome="pain")


def test_a_substance_that_is_not_there_gets_an_answer_that_says_so() -> None:
    (finding,) = findings(*MANY, substance="Turmeric", outcome="pain")
    assert finding.verdict == "not_enough_data"
    assert "no dose of turmeric" in finding.answer.casefold()


def test_an_outcome_that_is_not_there_gets_an_answer_that_says_so() -> None:
    (finding,) = findings(*MANY, substance="kratom", outcome="sleep_quality")
    assert finding.verdict == "not_enough_data"
    assert "no rating of sleep quality" in finding.answer


def test_a_scale_nobody_defined_is_no_crash() -> None:
    (finding,) = findings(*MANY, substance="kratom", outcome="stiffness")
    assert finding.verdict == "not_enough_data"
    assert "no rating of stiffness" in finding.answer


def test_asked_about_an_empty_journal_it_says_what_is_missing() -> None:
    (finding,) = findings(substance="kratom", outcome="pain")
    assert finding.verdict == "not_enough_data"
    assert finding.answer and finding.settle


def test_an_empty_journal_gives_an_empty_report_and_no_crash() -> None:
    report = weighed().report
    assert (report.findings, report.journal.from_, report.journal.to, report.journal.read) == ((), None, None, 0)


@pytest.mark.parametrize("lines", [ratings(range(8, 400, 6)), [dose(8), dose(20)]], ids=["no doses", "no ratings"])
def test_a_journal_that_lacks_one_half_is_told_so(lines: list[Line]) -> None:
    assert [finding.verdict for finding in findings(*lines)] == ["not_enough_data"]


def test_progress_names_each_question_before_it_is_weighed() -> None:
    said: list[str] = []
    weighed(*MANY, progress=said.append)
    assert len(said) == 9
    assert "ibuprofen" in said[0] and "mood" in said[0]


# --- refusals

EVERY_8_H = np.arange(8.0, 500.0, 8.0).tolist()
BY_CHANCE = np.sort(np.random.default_rng(5).uniform(0, 500, 60)).tolist()
RATED_BY_CHANCE = np.sort(np.random.default_rng(6).uniform(0, 500, 80)).tolist()
DAYS = range(40)
REFUSED: dict[Reason, list[Line]] = {
    "no_ratings": [dose(8)],
    "no_doses": ratings(EVERY_8_H),
    "too_few_ratings": [*ratings(EVERY_8_H[:5]), *map(dose, BY_CHANCE)],
    "too_few_days": [*ratings([8 + n for n in range(60)]), *map(dose, BY_CHANCE)],
    "ratings_do_not_vary": [*[rating(hour, 5) for hour in EVERY_8_H], *map(dose, BY_CHANCE)],
    "too_few_events": [*[rating(hour, int(n < 3), "constipation") for n, hour in enumerate(EVERY_8_H)], *map(dose, BY_CHANCE)],
    "dose_only_falls_with_time": [*ratings(RATED_BY_CHANCE), *[dose(8 + 24 * day, 5 - day / 10) for day in DAYS]],
    "dose_only_rises_with_time": [*ratings(RATED_BY_CHANCE), *[dose(8 + 24 * day, 1 + day / 10) for day in DAYS]],
    "too_few_doses": [*ratings(EVERY_8_H), *map(dose, BY_CHANCE[:3])],
    "ratings_only_after_doses": [*ratings(RATED_BY_CHANCE), *map(dose, np.arange(-10, 510, 3.0))],
    "no_variation_in_dosing": [*ratings(EVERY_8_H), *[dose(-300 - 5 * n) for n in range(20)]],
    "dosing_follows_the_clock": [
        *ratings([24 * day + hour for day in range(21) for hour in (9, 15, 21)]),
        *[dose(8 + 24 * day) for day in range(-3, 22)],
    ],
    "inseparable_cause": [
        *ratings(RATED_BY_CHANCE),
        *[dose(hour, substance=substance) for substance in ("kratom", "coffee") for hour in BY_CHANCE],
    ],
}


def test_every_reason_for_a_refusal_is_tried_here() -> None:
    assert {*REFUSED, "computation_failed"} == set(get_args(Reason))


def test_a_fit_that_breaks_down_costs_its_answer_and_no_warning(diary: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise np.linalg.LinAlgError("not positive definite")

    monkeypatch.setattr("steelyard.findings.person.fit_joint", broken)
    told = assemble(diary, [], knowledge(), sha256="")
    (finding,) = own(told)
    assert (finding.verdict, finding.refused, finding.contrasts) == ("not_enough_data", "computation_failed", ())
    assert told.report.alerts, "a failed fit cannot silence a warning"
    assert finding.data is not None and finding.data.ratings > 0


def test_ratings_in_a_fixed_pattern_are_answered_or_refused() -> None:
    """They make some directions of the model look exactly known."""
    days = range(45)
    lines = [*[rating(24 * d + h, 3 + (h == 9)) for d in days for h in (9, 15, 21)], *[dose(24 * d + 8 + d % 3) for d in days]]
    (finding,) = findings(*lines, substance="kratom", outcome="pain")
    assert finding.verdict in ("not_enough_data", "not_settled", "no_worthwhile_effect", "makes_worse", "helps_a_little", "helps")


@pytest.mark.parametrize("reason", REFUSED)
def test_a_refusal_says_why_and_what_would_be_enough(reason: Reason) -> None:
    given = journal(*REFUSED[reason])
    scale = "constipation" if reason == "too_few_events" else "pain"
    prior = effect_prior(knowledge(), "kratom")
    prepared = prepare(given, "kratom", knowledge().scales[scale], lambda name: effect_prior(knowledge(), name), 0)
    why = judge(prepared.diary, Priors((prior.median_h, prior.log_sd)))
    assert isinstance(why, NotEnough) and why.reason == reason
    finding = one(given, substance="kratom", outcome=scale)
    said, enough = wording.refusal(why, "kratom", scale)
    assert finding.verdict == "not_enough_data"
    assert finding.certainty == "very_low"
    assert said in finding.answer and finding.settle == enough
    assert said.endswith(".") and enough.endswith(".")
    assert finding.contrasts == (), "no figure that looks like an answer"
    assert not any(estimator.headline for estimator in finding.estimators)
    assert finding.refused == reason, "its name, for scripts"
    assert reason not in " ".join([finding.answer, finding.settle, *finding.reasons]), "and no name of code for people"
    assert finding.data is not None
    doses = [each for each in given.of(Dose) if each.substance == "kratom"]
    assert (finding.data.doses, finding.data.ratings) == (len(doses), len(given.of(Rating)))


@pytest.mark.parametrize(("scale", "many"), [("constipation", 40), ("hair_shed_60s", 12)])
def test_a_scale_of_another_kind_is_answered_or_refused_with_dignity(scale: str, many: int) -> None:
    by_chance = np.random.default_rng(3)
    levels = [rating(hour, int(by_chance.integers(4)), scale) for hour in EVERY_8_H[:many]]
    (finding,) = findings(*levels, *[dose(hour) for hour in BY_CHANCE if hour < 320])
    assert finding.subject.outcome == scale
    assert len(finding.answer.split()) > 5 and finding.answer.endswith(".")
    assert finding.data is not None and finding.data.ratings == len(levels)
    if finding.verdict == "not_enough_data":
        assert finding.contrasts == () and finding.certainty == "very_low"


# --- answers


def test_contrasts_are_in_order_and_their_intervals_hold_them(answered: Finding) -> None:
    assert [(each.name, each.unit) for each in answered.contrasts if "of_size" not in each.name] == [
        ("peak", "points"),
        ("as_taken", "points"),
        ("duration", "h"),
        ("worn_off", "h"),
        ("tolerance", "points per 30 days"),
    ]
    assert all(each.low < each.value < each.high for each in answered.contrasts)


def test_the_sign_is_as_measured_and_a_strong_treatment_is_seen(answered: Finding) -> None:
    """The diary was made with -1.8 points at the peak of the usual dose, which here is the reference dose of 3 g."""
    peak = contrast(answered, "peak")
    assert peak.dose is not None and (peak.dose.amount, peak.dose.unit) == (3.0, "g")
    assert abs(peak.value - -1.8) < peak.high - peak.low
    assert peak.high < 0 and contrast(answered, "as_taken").value < 0
    assert answered.verdict in ("helps", "helps_a_little")


def test_worthwhile_relief_is_never_likelier_than_relief(answered: Finding) -> None:
    peak = contrast(answered, "peak")
    assert peak.p_relief is not None and peak.p_worthwhile is not None
    assert 0 <= peak.p_worthwhile <= peak.p_relief <= 1


@pytest.mark.parametrize("effect", [-1.0, -0.2])
def test_the_chances_are_those_of_the_interval_that_is_shown(effect: float) -> None:
    """A limit that the interval leaves out on one side has at most 2.5 % of the posterior on its other side, and only then."""
    peak = contrast(one(invented(effect=effect)), "peak")
    for limit, chance in ((0.0, peak.p_relief), (-1.0, peak.p_worthwhile)):
        assert chance is not None
        assert (chance > 0.975) == (peak.high < limit)
        assert (chance < 0.025) == (peak.low > limit)


def test_the_verdict_is_the_rule_applied_to_what_is_shown(answered: Finding) -> None:
    peak = contrast(answered, "peak")
    assert peak.p_relief is not None and peak.p_worthwhile is not None
    assert answered.verdict in (verdict(peak.p_relief, peak.p_worthwhile), "not_settled")


def test_estimators_stand_side_by_side_and_one_of_them_is_the_answer(answered: Finding) -> None:
    assert [each.name for each in answered.estimators] == ["raw", "ignorable", "joint"]
    assert all(each.assumes.endswith(".") for each in answered.estimators)
    (headline,) = [each for each in answered.estimators if each.headline]
    peak = contrast(answered, "peak")
    assert (headline.value, headline.low, headline.high) == (peak.value, peak.low, peak.high)
    assert headline.name == "joint"


def test_without_chance_the_answer_says_that_chance_did_not_decide(answered: Finding) -> None:
    assert answered.certainty != "high"
    assert any("chance" in reason for reason in answered.reasons)


def test_a_short_diary_never_gets_more_than_low(answered: Finding) -> None:
    assert answered.data is not None and answered.data.days < 90
    assert answered.certainty in ("low", "very_low")


def test_every_check_tells_what_it_found(answered: Finding) -> None:
    names = [check.name for check in answered.checks]
    assert set(names) <= set(wording.CHECK.values()) and len(names) >= 6
    assert len(set(names)) == len(names)
    assert all(check.detail.endswith(".") for check in answered.checks)


def test_what_the_answer_rests_on_is_counted(diary: Journal, answered: Finding) -> None:
    rated, taken = diary.of(Rating), diary.of(Dose)
    assert answered.data is not None
    assert (answered.data.ratings, answered.data.doses) == (len(rated), len(taken))
    assert abs(answered.data.days - (rated[-1].time - rated[0].time).days) <= 1


def test_every_citation_is_spelled_out_and_every_reference_is_a_known_source(weighing: Weighing, answered: Finding) -> None:
    keys = [reference.key for reference in weighing.report.references]
    assert answered.citations and set(answered.citations) <= set(keys)
    assert keys == sorted(set(keys)) and set(keys) <= set(knowledge().references)
    assert all(reference.text for reference in weighing.report.references)


def test_the_one_trial_of_such_apps_is_always_cited() -> None:
    trial = {key for fact in knowledge().facts.values() if fact.subject == "n_of_1_apps" for key in knowledge().citations(fact)}
    assert trial and trial <= {reference.key for reference in weighed().report.references}


def test_an_unknown_substance_is_weighed_on_wider_assumptions_without_sources_for_it(diary: Journal, answered: Finding) -> None:
    renamed = as_journal(replace(r, substance="leaf x") if isinstance(r, Dose) else r for r in diary.records)
    finding = one(renamed)
    assert finding.id == "person.relief.leaf x.pain"
    known = effect_prior(knowledge(), "kratom").citations
    assert known and not set(known) & set(finding.citations)
    assert contrast(finding, "peak").value == pytest.approx(contrast(answered, "peak").value, rel=0.25)


# --- the same diary on other scales


def test_a_scale_ten_times_as_long_gives_ten_times_the_points_and_the_same_answer(diary: Journal, answered: Finding) -> None:
    """A journal's own scale gets the rule for any scale, a tenth of its range: what 1 point of 10 is for pain."""
    own = Scale(id="ache", family="bounded", low=0, high=100, worse_is_up=True)
    finding = one(rated_as(diary, own, (0, 10)))
    pain, ache = contrast(answered, "peak"), contrast(finding, "peak")
    assert finding.id == "person.relief.kratom.ache"
    assert (ache.value, ache.low, ache.high) == pytest.approx((10 * pain.value, 10 * pain.low, 10 * pain.high), rel=0.05)
    assert (ache.p_relief, ache.p_worthwhile) == pytest.approx((pain.p_relief, pain.p_worthwhile), abs=0.01)
    assert finding.worthwhile is not None and finding.worthwhile.value == 10.0
    assert contrast(finding, "duration").value == pytest.approx(contrast(answered, "duration").value, rel=0.05)
    assert finding.verdict == answered.verdict


def test_a_scale_that_starts_elsewhere_changes_nothing(diary: Journal, answered: Finding) -> None:
    own = Scale(id="ache", family="bounded", low=-5, high=5, worse_is_up=True)
    finding = one(rated_as(diary, own, (-5, 1)))
    assert contrast(finding, "peak").value == pytest.approx(contrast(answered, "peak").value, rel=0.05)
    assert finding.verdict == answered.verdict


def test_where_more_is_better_a_rise_is_relief(diary: Journal, answered: Finding) -> None:
    """Mood written as ten minus the pain: the same relief, with the other sign."""
    finding = one(rated_as(diary, "mood", (10, -1)))
    pain, mood = contrast(answered, "peak"), contrast(finding, "peak")
    assert finding.subject.worse_is_up is False
    assert (mood.value, mood.low, mood.high) == pytest.approx((-pain.value, -pain.high, -pain.low), rel=0.05)
    assert (mood.p_relief, mood.p_worthwhile) == pytest.approx((pain.p_relief, pain.p_worthwhile), abs=0.01)
    assert finding.verdict == answered.verdict
    assert "better" in finding.answer and "worse" not in finding.answer


def test_relief_of_pain_written_on_the_mood_scale_is_harm(diary: Journal) -> None:
    finding = one(rated_as(diary, "mood", (0, 1)))
    peak = contrast(finding, "peak")
    assert peak.high < 0 and peak.p_relief is not None and peak.p_relief < 0.05
    assert finding.verdict in ("makes_worse", "not_settled")
    assert "worse" in finding.answer


def test_a_dose_written_in_milligrams_gives_the_same_relief(diary: Journal, answered: Finding) -> None:
    changed = as_journal(
        replace(r, amount=1000 * (r.amount or 0), unit="mg") if isinstance(r, Dose) else r for r in diary.records
    )
    peak = contrast(one(changed), "peak")
    assert peak.dose is not None and (peak.dose.amount, peak.dose.unit) == (3000.0, "mg")
    assert peak.value == pytest.approx(contrast(answered, "peak").value)


def test_unknown_amounts_lower_nothing_to_zero_and_are_named(diary: Journal, answered: Finding) -> None:
    doses = diary.of(Dose)
    forgotten = {each.id for each in doses[::10]}
    changed = as_journal(replace(r, amount=None) if r.id in forgotten else r for r in diary.records)
    finding = one(changed)
    assert contrast(finding, "peak").value == pytest.approx(contrast(answered, "peak").value, rel=0.25)
    assert any(str(len(forgotten)) in reason and "unknown" in reason for reason in finding.reasons)


def test_where_chance_decided_the_answer_rests_on_chance() -> None:
    given = invented(days=160, random_off_days=0.5, driver="felt")
    assert given.of(Assignment)
    finding = one(given)
    (headline,) = [each for each in finding.estimators if each.headline]
    assert headline.name == "randomised"
    assert {"ignorable", "joint"} <= {each.name for each in finding.estimators}, "shown beside the joint answer"
    peak = contrast(finding, "peak")
    assert (headline.value, headline.low, headline.high) == (peak.value, peak.low, peak.high)
    assert not any("not decided by chance" in reason for reason in finding.reasons)


def test_a_therapy_gets_an_answer_of_its_own_from_the_same_diary() -> None:
    """Physiotherapy once a week: what changes just after a session, here for the worse while the doses help."""
    given = invented(days=60, therapy_effect=1.5)
    report = assemble(given, [], knowledge(), sha256="").report
    assert [f.id for f in report.findings if f.level == "person"] == [
        "person.relief.kratom.pain",
        "person.relief.physiotherapy.pain",
    ]
    therapy = report.findings[1]
    (change,) = therapy.contrasts
    assert change.dose is None and change.low < change.value < change.high
    assert abs(change.value - 1.5) < change.high - change.low
    assert therapy.certainty != "high" and any("chance" in reason for reason in therapy.reasons)
    assert therapy.data is not None and therapy.data.sessions == len(given.of(Session))


def test_what_drove_the_doses_is_told_where_it_is_known() -> None:
    """These doses followed the pain felt, 0.6 in the log of the rate for each point."""
    driver = one(invented(days=100, driver="felt", effect=-1.0)).dosing_driver
    assert driver is not None and driver.unit == "log rate per point"
    assert driver.low < driver.felt < driver.high
    assert driver.low > 0 and abs(driver.felt - 0.6) < driver.high - driver.low
    assert driver.words.endswith(".")


# --- what the report says of the journal


def test_the_summary_tells_what_was_read() -> None:
    bad = rating(12, 60)
    report = weighed(rating(10, 5), dose(8), bad, rating(40, 6), rating(900, 6, deleted=True)).report
    assert (report.journal.read, report.journal.used) == (5, 3)
    assert report.journal.from_ == MIDNIGHT.replace(hour=8).isoformat()
    assert report.journal.to == "2026-01-06T16:00:00-06:00"
    assert [(problem.line, problem.code) for problem in report.journal.problems] == [(3, "rating.off_scale")]
    assert all(problem.message and problem.action for problem in report.journal.problems)


def test_the_report_carries_what_it_was_made_with(weighing: Weighing) -> None:
    report = weighing.report
    assert (report.format, report.seed, report.knowledge) == (1, 0, knowledge().version)
    assert report.journal.sha256 == "abc"


def test_shuffled_records_give_the_same_report(diary: Journal, weighing: Weighing) -> None:
    shuffled = random.Random(2).sample(diary.records, len(diary.records))
    again = assemble(Journal(None, tuple(shuffled), diary.read, diary.used), [], knowledge(), sha256="abc")
    assert again == weighing


def test_the_seed_moves_the_computation_and_not_the_answer(diary: Journal, answered: Finding) -> None:
    finding = one(diary, seed=11)
    mine, other = contrast(answered, "peak"), contrast(finding, "peak")
    assert other.value == pytest.approx(mine.value, abs=0.1 * (mine.high - mine.low))
    assert finding.verdict == answered.verdict


# --- how long it is there


def test_how_long_it_is_there_stands_first_and_rests_on_the_fit(weighing: Weighing, answered: Finding) -> None:
    first = weighing.report.sections[0]
    assert first.id == "exposure.kratom"
    worn_off = contrast(answered, "worn_off")
    (measure,) = first.points[0].measures
    assert measure.value == pytest.approx(worn_off.value, rel=0.02)
    assert contrast(answered, "duration").value < worn_off.value, "a half is left before a fifth is"
    keys = {reference.key for reference in weighing.report.references}
    assert {key for point in first.points for key in point.citations} <= keys


def test_the_series_behind_its_charts_are_made_only_when_asked_for(weighing: Weighing) -> None:
    assert [each.section for each in weighing.levels] == ["exposure.kratom"]
    assert weighed(dose(1), rating(2, 3), draw=False).levels == ()


def test_a_journal_that_cannot_be_fitted_gets_what_is_assumed_and_is_told_so() -> None:
    (section,) = (each for each in weighed(dose(1), dose(30), rating(2, 3)).report.sections if each.id == "exposure.kratom")
    assert "could not be fitted" in " ".join(section.points[0].said)
