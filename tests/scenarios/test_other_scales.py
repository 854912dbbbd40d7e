"""Scales of a few levels, of yes or no, and counts: a journal in, an answer in the scale's own units or an honest refusal out."""

import json
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from steelyard.actions.weigh import render, weigh
from steelyard.findings.model import Finding, Weighing
from steelyard.nof1.model import Family
from steelyard.nof1.plan import Plan

from ..families import invented_as
from ..unit.findings.journals import Line, at, dose, rating

HEADACHE = {"record": "scale", "id": "headache", "family": "binary", "low": 0, "high": 1, "worse_is_up": True}
TICS = {"record": "scale", "id": "tics", "family": "count", "worse_is_up": True}
OWN = {"headache": [HEADACHE], "tics": [TICS]}
KINDS: dict[str, Family] = {"constipation": "ordinal", "tics": "count", "headache": "binary"}
UNITS = {"constipation": "points", "tics": "counts", "headache": "probability"}


def lines(scale: str, days: int = 120, effect: float = -1.8) -> tuple[list[Line], float]:
    """A journal of invented days on one of these scales, and the true change at the peak of its usual dose."""
    diary, truth = invented_as(KINDS[scale], Plan(days=days, driver="random", effect=effect, effect_half_life_h=5.0, seed=3))
    rated = [rating(h, float(v), scale) for h, v in zip(diary.rating_h, diary.rating, strict=True)]
    taken = [dose(h, round(3.0 * float(d), 3)) for h, d in zip(diary.dose_h, diary.dose, strict=True)]
    return [*OWN.get(scale, []), *rated, *taken], truth.peak


def told(given: list[Line], folder: Path) -> Weighing:
    file = folder / "journal.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in given), encoding="utf-8")
    return weigh(str(file))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("other_scales")


@cache
def weighed(scale: str, folder: Path) -> Weighing:
    return told(lines(scale)[0], folder)


def the_finding(scale: str, folder: Path) -> Finding:
    return own(weighed(scale, folder))


def own(weighing: Weighing) -> Finding:
    """The one finding from the person's own journal; what studies say stands beside it."""
    (finding,) = [finding for finding in weighing.report.findings if finding.level == "person"]
    return finding


@pytest.mark.parametrize("scale", KINDS)
def test_how_little_such_a_scale_tells_is_said(scale: str, folder: Path) -> None:
    finding = the_finding(scale, folder)
    assert finding.certainty in ("low", "very_low")
    assert any("held the truth less often" in why for why in finding.reasons)


@pytest.mark.parametrize("scale", KINDS)
def test_it_is_answered_in_the_scales_own_units(scale: str, folder: Path) -> None:
    finding = the_finding(scale, folder)
    assert finding.verdict != "not_enough_data"
    found = {each.name: each for each in finding.contrasts}
    assert [found[name].unit for name in ("peak", "as_taken", "duration")] == [UNITS[scale], UNITS[scale], "h"]
    assert found["tolerance"].unit == f"{UNITS[scale]} per 30 days"
    assert {each.unit for each in finding.estimators} == {UNITS[scale]}
    assert [each.name for each in finding.estimators] == ["raw", "ignorable", "joint"]


@pytest.mark.parametrize("scale", KINDS)
def test_the_truth_lies_within_twice_the_interval(scale: str, folder: Path) -> None:
    peak, true = the_finding(scale, folder).contrasts[0], lines(scale)[1]
    assert peak.value + 2 * (peak.low - peak.value) <= true <= peak.value + 2 * (peak.high - peak.value)
    assert peak.high < 0, "a strong effect of doses taken by chance is seen"


@pytest.mark.parametrize("scale", KINDS)
@pytest.mark.parametrize("format_", ["text", "html", "json"])
def test_every_report_can_show_it(scale: str, format_: str, folder: Path) -> None:
    said = render(weighed(scale, folder), format_)
    said = said.decode() if isinstance(said, bytes) else said
    if format_ == "text":
        spoken = {"headache": "percentage points", "tics": "counts", "constipation": "points"}[scale]
        assert spoken in said and "probability" not in said.replace("posterior probability", "")


@pytest.mark.parametrize("scale", KINDS)
def test_the_course_stays_within_the_scale(scale: str, folder: Path) -> None:
    (picture,) = weighed(scale, folder).pictures
    assert picture.unit == UNITS[scale]
    assert min(picture.path_low) >= 0
    assert scale == "tics" or max(picture.path_high) <= picture.high


def test_a_dozen_counts_are_refused_with_a_reason(folder: Path) -> None:
    """Hair is counted once a week: after three months nothing can be said, and what would be enough is."""
    rng = np.random.default_rng(1)
    given = [
        *(rating(24.0 * 7 * n + 9, float(rng.poisson(10)), "hair_shed_60s") for n in range(12)),
        *map(dose, range(8, 1900, 17)),
    ]
    finding = own(told(given, folder))
    assert (finding.id, finding.verdict) == ("person.harm.kratom.hair_shed_60s", "not_enough_data")
    assert finding.refused == "exposure_never_changed"
    assert "clinician" in finding.settle or "sensibly" in finding.settle


def test_a_scale_that_is_nearly_always_at_nothing_is_refused_with_a_reason(folder: Path) -> None:
    given = [*(rating(6.0 * n + 3, float(n % 20 == 0), "constipation") for n in range(150)), *map(dose, range(8, 900, 17))]
    finding = own(told(given, folder))
    assert (finding.verdict, finding.refused) == ("not_enough_data", "too_few_events")
    assert "8 ratings" in finding.answer or "Only 8" in finding.answer


def test_a_level_beyond_the_scale_costs_that_rating_only(folder: Path) -> None:
    given = [*lines("constipation", days=30)[0], {"record": "rating", "time": at(5), "scale": "constipation", "value": 7}]
    report = told(given, folder).report
    assert [p.line for p in report.journal.problems] == [len(given)]
