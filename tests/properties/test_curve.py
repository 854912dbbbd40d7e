"""What must hold for the concentration curve of any model and any log."""

from dataclasses import dataclass, replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from steelyard.exposure.compartments import Compartments, Metabolite, rates
from steelyard.exposure.curve import Doses, Regimen, What, curve

Array = NDArray[np.float64]
MINUTES = st.integers(-5000, 5000)
AMOUNTS = st.one_of(st.just(0.0), st.floats(1e-3, 100))
RATES = st.floats(0.01, 20)
KINDS: tuple[What, ...] = ("central", "metabolite", "effect")
anything = settings(deadline=None, max_examples=60)


@dataclass(frozen=True)
class Case:
    """A model, a log, and when the curve is wanted."""

    model: Compartments
    log: Doses
    samples: NDArray[np.int64]
    what: What

    def curve(self, **change: object) -> Array:
        """The curve with some fields of the log changed."""
        return curve(self.model, replace(self.log, **change), self.samples, self.what)  # type: ignore[arg-type]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    peripheral = draw(st.integers(0, 2))
    model = Compartments(
        draw(RATES),
        draw(st.floats(1, 500)),
        draw(st.floats(10, 2000)),
        draw(st.floats(1, 500)) if peripheral > 0 else 0.0,
        draw(st.floats(10, 9000)),
        draw(st.floats(1, 500)) if peripheral > 1 else 0.0,
        draw(st.floats(10, 9000)),
        draw(st.one_of(st.just(0.0), st.floats(0, 30))),
        draw(st.floats(0.01, 1)),
        Metabolite(draw(st.floats(0, 1)), draw(st.floats(0, 1)), draw(st.floats(1, 500)), draw(st.floats(10, 2000))),
        draw(RATES),
    )
    if draw(st.booleans()):  # rates that meet are where sums of exponentials break
        model = replace(model, ka=float(rates(model)[0][-1, 0]))
    count = draw(st.integers(0, 8))
    log = Doses(
        np.array(draw(st.lists(MINUTES, min_size=count, max_size=count)), np.int64),
        np.array(draw(st.lists(AMOUNTS, min_size=count, max_size=count))),
        np.array(draw(st.lists(st.sampled_from([0, 0, 1, 90, 2000]), min_size=count, max_size=count)), np.int64),
        np.array(draw(st.lists(st.booleans(), min_size=count, max_size=count)), bool),
    )
    return Case(model, log, np.array(draw(st.lists(MINUTES, min_size=1, max_size=8))), draw(st.sampled_from(KINDS)))


def part(log: Doses, chosen: NDArray[np.bool_]) -> Doses:
    return Doses(log.minute[chosen], log.amount[chosen], np.asarray(log.duration_min)[chosen], np.asarray(log.iv)[chosen])


def same(one: Array, other: Array) -> None:
    np.testing.assert_allclose(one, other, rtol=1e-11, atol=1e-290)


@anything
@given(cases())
def test_it_is_finite_and_not_negative(case: Case) -> None:
    got = case.curve()
    assert np.isfinite(got).all()
    assert (got >= 0).all()


@anything
@given(cases(), st.integers(0, 255))
def test_two_logs_add_up(case: Case, chosen: int) -> None:
    mine = (chosen >> np.arange(len(case.log.minute))) % 2 == 1
    parts = [curve(case.model, part(case.log, kept), case.samples, case.what) for kept in (mine, ~mine)]
    same(parts[0] + parts[1], case.curve())


@anything
@given(cases(), st.floats(0.01, 100))
def test_it_is_in_proportion_to_the_amounts(case: Case, factor: float) -> None:
    same(case.curve(amount=factor * case.log.amount), factor * case.curve())


@anything
@given(cases(), st.integers(-(10**7), 10**7))
def test_it_knows_no_origin_of_time(case: Case, minutes: int) -> None:
    moved = replace(case, samples=case.samples + minutes)
    np.testing.assert_array_equal(moved.curve(minute=case.log.minute + minutes), case.curve())


@anything
@given(cases(), st.integers(0, 99))
def test_order_does_not_matter(case: Case, seed: int) -> None:
    rng = np.random.default_rng(seed)
    order, asked = rng.permutation(len(case.log.minute)), rng.permutation(len(case.samples))
    mixed = replace(case, log=part(case.log, order), samples=case.samples[asked])  # type: ignore[arg-type]
    same(mixed.curve(), case.curve()[:, asked])


@anything
@given(cases(), MINUTES)
def test_what_is_taken_later_changes_nothing_before(case: Case, now: int) -> None:
    early = replace(case, samples=case.samples[case.samples <= now])
    same(replace(early, log=part(case.log, case.log.minute < now)).curve(), early.curve())


@anything
@given(cases(), st.integers(1, 3000))
def test_a_lag_in_whole_minutes_moves_swallowed_doses(case: Case, minutes: int) -> None:
    swallowed = replace(case, log=replace(case.log, iv=False))
    late = replace(swallowed, model=replace(case.model, lag_h=minutes / 60))
    at_once = replace(swallowed, model=replace(case.model, lag_h=0.0))
    # a lag of so many sixtieths of an hour is rounded, which counts where a dose has only begun to act
    np.testing.assert_allclose(late.curve(), at_once.curve(minute=case.log.minute + minutes), rtol=1e-8, atol=1e-12)


@anything
@given(cases(), st.integers(1, 3000), st.floats(0.1, 50))
def test_a_regimen_since_ever_looks_the_same_an_interval_later(case: Case, every: int, amount: float) -> None:
    none = Doses(np.array([], np.int64), np.array([]))
    past = [Regimen(amount, every, last_minute=10_000 + n * every) for n in (0, 1)]
    now, later = (curve(case.model, none, case.samples + n * every, case.what, past[n]) for n in (0, 1))
    np.testing.assert_allclose(later, now, rtol=1e-12)
    # and between two doses as much is cleared as is taken: the mean concentration is dose over clearance
    if case.what == "central":
        whole = np.arange(every)
        mean = curve(case.model, none, whole, past=replace(past[0], iv=True, duration_min=every)).mean()
        np.testing.assert_allclose(mean, amount / (every / 60) / float(np.asarray(case.model.clearance)), rtol=1e-9)
