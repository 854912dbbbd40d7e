"""What must hold for the exposure of any diary of doses."""

from dataclasses import dataclass

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from steelyard.exposure.kinetics import effect_site, peak_time, unit_curve

Array = NDArray[np.float64]
HOURS = st.floats(0, 2000, allow_subnormal=False)
AMOUNTS = st.one_of(st.just(0.0), st.floats(1e-3, 20))
HALF_LIVES = st.floats(0.02, 100)
anything = settings(deadline=None, max_examples=80)


@dataclass(frozen=True)
class Case:
    """Doses, times at which the exposure is wanted, and half-lives."""

    dose_h: Array
    amount: Array
    times_h: Array
    absorption_h: float
    effect_h: Array

    def exposure(self, dose_h: Array | None = None, amount: Array | None = None, times_h: Array | None = None) -> Array:
        at = effect_site(self.dose_h if dose_h is None else dose_h, self.amount if amount is None else amount, self.absorption_h)
        return at(self.times_h if times_h is None else times_h)(self.effect_h)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    count = draw(st.integers(0, 12))
    dose_h = draw(st.lists(HOURS, min_size=count, max_size=count))
    amount = draw(st.lists(AMOUNTS, min_size=count, max_size=count))
    times_h = draw(st.lists(st.one_of(HOURS, *([st.sampled_from(dose_h)] if dose_h else [])), min_size=1, max_size=8))
    absorption_h = draw(HALF_LIVES)
    # half-lives near and at the absorption's are where the closed form is delicate
    effect_h = draw(st.lists(st.one_of(HALF_LIVES, st.just(absorption_h)), min_size=1, max_size=3))
    return Case(np.array(dose_h), np.array(amount), np.array(times_h), absorption_h, np.array(effect_h))


def same(one: Array, other: Array, scale: float = 1.0) -> None:
    np.testing.assert_allclose(one, other, rtol=1e-8, atol=1e-11 * scale)


@anything
@given(cases())
@example(Case(np.array([0.0, 0.0]), np.array([1.0, 1.0]), np.array([0.0, 1.0]), 0.5, np.array([0.5])))
def test_it_is_the_sum_of_what_each_dose_gives(case: Case) -> None:
    each = [
        a * unit_curve(case.times_h - t, case.absorption_h, case.effect_h) for t, a in zip(case.dose_h, case.amount, strict=True)
    ]
    total = np.sum(each, axis=0) if each else np.zeros((len(case.effect_h), len(case.times_h)))
    same(case.exposure(), total, scale=1 + case.amount.sum())


@anything
@given(cases(), st.floats(0.01, 100))
def test_it_is_in_proportion_to_the_amounts(case: Case, factor: float) -> None:
    same(case.exposure(amount=factor * case.amount), factor * case.exposure(), scale=1 + factor * case.amount.sum())


@anything
@given(cases(), st.integers(0, 4095))
def test_two_diaries_of_doses_add_up(case: Case, chosen: int) -> None:
    mine = (chosen >> np.arange(len(case.dose_h))) % 2 == 1
    parts = [case.exposure(case.dose_h[kept], case.amount[kept]) for kept in (mine, ~mine)]
    same(parts[0] + parts[1], case.exposure(), scale=1 + case.amount.sum())


@anything
@given(cases(), st.floats(-5000, 5000))
def test_it_knows_no_origin_of_time(case: Case, hours: float) -> None:
    shifted = case.exposure(case.dose_h + hours, times_h=case.times_h + hours)
    # the shift itself rounds the times to about 1e-12 hours, which matters at the steepest rise
    np.testing.assert_allclose(shifted, case.exposure(), rtol=1e-7, atol=1e-8 * (1 + case.amount.sum()))


@anything
@given(cases(), st.floats(0.1, 10))
def test_it_knows_no_unit_of_time(case: Case, factor: float) -> None:
    at = effect_site(factor * case.dose_h, case.amount, factor * case.absorption_h)
    slower = at(factor * case.times_h)(factor * case.effect_h)
    np.testing.assert_allclose(slower, case.exposure(), rtol=1e-7, atol=1e-8 * (1 + case.amount.sum()))


@anything
@given(cases(), st.integers(0, 99))
def test_order_does_not_matter(case: Case, seed: int) -> None:
    rng = np.random.default_rng(seed)
    doses, times = rng.permutation(len(case.dose_h)), rng.permutation(len(case.times_h))
    mixed = case.exposure(case.dose_h[doses], case.amount[doses], case.times_h[times])
    same(mixed, case.exposure()[:, times], scale=1 + case.amount.sum())


@anything
@given(cases())
def test_it_is_never_negative_nor_above_all_doses_at_their_peaks(case: Case) -> None:
    exposure = case.exposure()
    assert (exposure >= 0).all()
    assert (exposure <= case.amount.sum() * (1 + 1e-9)).all()


@anything
@given(cases(), HOURS)
def test_what_is_taken_later_changes_nothing_before(case: Case, now_h: float) -> None:
    early = case.times_h[case.times_h <= now_h]
    so_far = case.dose_h < now_h
    same(
        case.exposure(case.dose_h[so_far], case.amount[so_far], early), case.exposure(times_h=early), scale=1 + case.amount.sum()
    )


@anything
@given(cases())
def test_more_questions_do_not_change_the_answers(case: Case) -> None:
    more = np.concatenate([np.linspace(-10, 2100, 37), case.times_h])
    same(case.exposure(times_h=more)[:, 37:], case.exposure(), scale=1 + case.amount.sum())


@anything
@given(HALF_LIVES, HALF_LIVES)
def test_one_dose_peaks_at_one(absorption_h: float, effect_h: float) -> None:
    top = peak_time(absorption_h, effect_h)
    curve = unit_curve(top * np.array([0.9, 1.0, 1.1]), absorption_h, np.array([effect_h]))[0]
    assert abs(curve[1] - 1) < 1e-12
    assert max(curve[0], curve[2]) < 1


@anything
@given(HALF_LIVES, HALF_LIVES)
def test_absorption_and_loss_may_change_places(one_h: float, other_h: float) -> None:
    """The curve of a chain of two first-order steps does not tell which was the slower."""
    after = np.linspace(0, 200, 50)
    same(unit_curve(after, one_h, np.array([other_h])), unit_curve(after, other_h, np.array([one_h])))
