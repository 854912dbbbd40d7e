"""Curves against sums of exponentials in 120 digits, and the cases in which other programs went wrong."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from steelyard.exposure import curve as room
from steelyard.exposure.compartments import Compartments, Metabolite, rates
from steelyard.exposure.curve import Doses, Regimen, curve, regular

from ...exact_kinetics import exact

Array = NDArray[np.float64]
BAR = 1e-11
KINDS = ("central", "metabolite", "effect")
MADE = Metabolite(presystemic=0.4, formed=0.8, clearance=900.0, volume=2000.0)
ONE = Compartments(ka=1.2, clearance=230.0, volume=900.0, lag_h=0.4, available=0.7, metabolite=MADE, ke0=0.8)
TWO = replace(ONE, q2=300.0, v2=8000.0)
THREE = replace(TWO, q3=40.0, v3=20000.0)
GAPS = [0.0, 1e-12, 1e-10, 1e-8, 1e-6, 1e-4, 1e-2]


def off(
    model: Compartments, doses: Doses, samples: NDArray[np.int64], what: str = "central", past: Regimen | None = None
) -> float:
    """The greatest relative difference from 120 digits; where those say 0, so must the curve."""
    got, want = curve(model, doses, samples, what, past)[0], exact(model, doses, samples, what, past)  # type: ignore[arg-type]
    assert [value == 0 for value in got] == [value == 0 for value in want]
    return max((float(abs(g - w) / w) for g, w in zip(got, want, strict=True) if w), default=0.0)


def log_of(seed: int, mixed: bool = False, doses: int = 8, samples: int = 6) -> tuple[Doses, NDArray[np.int64]]:
    rng = np.random.default_rng(seed)
    slow = rng.choice([0, 0, 45, 600], doses) if mixed else 0
    log = Doses(rng.integers(0, 3000, doses), rng.uniform(1, 60, doses), slow, rng.random(doses) < 0.3 if mixed else False)
    return log, rng.integers(0, 5000, samples)


def at_rate(model: Compartments, ka: float, ke0: float | None = None, made: float | None = None) -> Compartments:
    """The same with these rates of absorption, of the effect site and of the metabolite."""
    assert model.metabolite is not None and model.ke0 is not None
    volume = float(model.metabolite.volume)
    own = model.metabolite if made is None else replace(model.metabolite, clearance=made * volume)
    return replace(model, ka=ka, ke0=model.ke0 if ke0 is None else ke0, metabolite=own)


# --- accuracy


@pytest.mark.parametrize("what", KINDS)
@pytest.mark.parametrize("model", [ONE, TWO, THREE], ids=["one", "two", "three"])
@pytest.mark.parametrize("seed", range(4))
def test_random_logs_of_pills_infusions_and_slow_release(seed: int, model: Compartments, what: str) -> None:
    log, samples = log_of(seed, mixed=True)
    assert off(model, log, samples, what) <= BAR


@pytest.mark.parametrize("seed", range(12))
def test_random_models(seed: int) -> None:
    rng = np.random.default_rng(100 + seed)

    def near(value: float) -> float:
        return float(value * np.exp(1.2 * rng.standard_normal()))

    made = Metabolite(near(0.4), near(0.8), near(900.0), near(2000.0))
    model = Compartments(
        near(1.2), near(230), near(900), near(300), near(8000), near(40), near(20000), near(0.4), 0.6, made, near(0.8)
    )
    log, samples = log_of(seed, mixed=True)
    assert max(off(model, log, samples, what) for what in KINDS) <= BAR


@pytest.mark.parametrize("gap", GAPS)
@pytest.mark.parametrize("mode", [0, 1, 2])
def test_absorption_as_fast_as_a_compartment_empties(mode: int, gap: float) -> None:
    rate = float(rates(THREE)[0][mode, 0])
    log, samples = log_of(mode)
    for sign in (-1, 1):
        model = replace(THREE, ka=rate * (1 + sign * gap))
        assert max(off(model, log, samples, what) for what in KINDS) <= BAR


@pytest.mark.parametrize("gap", GAPS)
def test_effect_site_and_metabolite_as_fast_as_the_rest(gap: float) -> None:
    slow = float(rates(TWO)[0][1, 0])
    log, samples = log_of(3, mixed=True)
    model = at_rate(TWO, ka=slow * (1 + gap), ke0=slow * (1 - gap), made=slow)
    assert max(off(model, log, samples, what) for what in KINDS) <= BAR  # three rates meet
    model = at_rate(TWO, ka=1.2, ke0=1.2 * (1 + gap), made=1.2 * (1 - gap))
    assert max(off(model, log, samples, what) for what in KINDS) <= BAR


def test_two_peripheral_compartments_that_are_the_same() -> None:
    twins = replace(TWO, q3=TWO.q2, v3=TWO.v2)
    one = replace(TWO, q2=2 * float(TWO.q2), v2=2 * float(TWO.v2))
    log, samples = log_of(5)
    assert off(twins, log, samples) <= BAR
    np.testing.assert_allclose(curve(twins, log, samples), curve(one, log, samples), rtol=1e-13)


@pytest.mark.parametrize("factor", [1e-6, 1e-3, 1e3, 1e6])
@pytest.mark.parametrize("name", ["q2", "v2", "clearance", "volume", "ka"])
def test_numbers_far_from_the_usual(name: str, factor: float) -> None:
    model = replace(TWO, **{name: float(getattr(TWO, name)) * factor})
    log, samples = log_of(6)
    got, want = curve(model, log, samples)[0], exact(model, log, samples)
    seen = [(g, w) for g, w in zip(got, want, strict=True) if w > 1e-280]  # below, a double has fewer digits
    assert seen
    assert max(float(abs(g - w) / w) for g, w in seen) <= BAR


def test_a_log_of_five_years() -> None:
    rng = np.random.default_rng(9)
    log = Doses(np.sort(rng.integers(0, 5 * 525_600, 1800)), rng.uniform(20, 60, 1800))
    samples = np.array([1, 525_600, 2_000_001, 5 * 525_600 - 7])
    assert off(TWO, log, samples) <= BAR


# --- named cases


def test_lag_after_the_first_dose() -> None:
    samples = np.array([0, 24, 25, 60])
    assert off(TWO, Doses(np.array([0]), np.array([40.0])), samples) <= BAR
    assert curve(TWO, Doses(np.array([0]), np.array([40.0])), samples)[0, :2].tolist() == [0.0, 0.0]  # the lag is 24 minutes


@pytest.mark.parametrize("lag_h", [1.0, 1.5, 6.0, 47.99])
def test_lag_beyond_the_next_dose(lag_h: float) -> None:
    log = Doses(np.array([0, 60, 61, 500]), np.array([40.0, 20.0, 10.0, 5.0]))
    samples = np.array([59, 60, 61, 90, 120, 121, 359, 361, 860, 3000, 4000])
    assert off(replace(TWO, lag_h=lag_h), log, samples) <= BAR


def test_steady_state_with_a_lag() -> None:
    log = Doses(np.array([1000, 1400]), np.array([40.0, 20.0]))
    samples = np.array([-2000, 999, 1000, 1024, 1025, 1100, 3000])
    for past in (Regimen(30.0, 480), Regimen(30.0, 480, iv=True), Regimen(30.0, 481, last_minute=900)):
        for lag_h in (0.0, 0.4, 11.3):
            assert max(off(replace(TWO, lag_h=lag_h), log, samples, what, past) for what in KINDS) <= BAR


@pytest.mark.parametrize("duration", [1, 60, 479, 480])
def test_steady_state_of_slow_doses(duration: int) -> None:
    log, samples = Doses(np.array([1000]), np.array([40.0])), np.array([700, 1000, 1001, 1400, 2500])
    for iv in (False, True):
        assert off(TWO, log, samples, "metabolite", Regimen(30.0, 480, duration, iv)) <= BAR


def test_steady_state_of_what_hardly_leaves() -> None:
    """A dose every other minute, of something with a half-life of years."""
    lasting = replace(ONE, clearance=0.004)
    log, samples = Doses(np.array([10]), np.array([3.0])), np.array([-3, 10, 11, 90])
    assert off(lasting, log, samples, past=Regimen(0.01, 2)) <= BAR


def test_what_an_earlier_dose_left_is_not_forgotten() -> None:
    first, second = Doses(np.array([0]), np.array([40.0])), Doses(np.array([600]), np.array([20.0]))
    both = Doses(np.array([0, 600]), np.array([40.0, 20.0]))
    samples = np.array([599, 600, 601, 700, 2000])
    together = curve(TWO, first, samples) + curve(TWO, second, samples)
    np.testing.assert_allclose(curve(TWO, both, samples), together, rtol=1e-14)
    assert curve(TWO, both, samples)[0, 1] > 0  # no drop to zero at a dose


def test_doses_of_nothing_change_nothing() -> None:
    log, samples = log_of(1)
    padded = Doses(np.append(log.minute, [2999, 2999]), np.append(log.amount, [0.0, 0.0]))
    np.testing.assert_allclose(curve(TWO, padded, samples), curve(TWO, log, samples), rtol=1e-14)
    assert not curve(TWO, replace(log, amount=np.zeros(8)), samples).any()


def test_a_dose_at_the_minute_of_a_sample_adds_nothing_yet() -> None:
    log, earlier = Doses(np.array([0, 300]), np.array([40.0, 20.0]), iv=True), Doses(np.array([0]), np.array([40.0]), iv=True)
    at = np.array([300])
    np.testing.assert_allclose(curve(TWO, log, at), curve(TWO, earlier, at), rtol=1e-15)
    jump = curve(TWO, log, at + 1) - curve(TWO, earlier, at + 1)
    assert jump[0, 0] == pytest.approx(20 / 900, rel=0.02)  # amount over volume, a minute later


def test_nothing_before_the_first_dose() -> None:
    assert curve(TWO, Doses(np.array([100]), np.array([1.0])), np.array([-500, 99, 100])).tolist() == [[0.0, 0.0, 0.0]]


def test_nothing_flows_on_after_the_last_slow_dose() -> None:
    log = Doses(np.array([0, 7, 11]), np.array([1 / 3, 1e6, 1 / 7]), duration_min=np.array([61, 43, 97]), iv=True)
    assert off(replace(ONE, clearance=5000.0), log, np.array([30, 100, 108, 600, 4000])) <= BAR


# --- many at once


def people(count: int) -> Compartments:
    rng = np.random.default_rng(4)

    def near(value: float) -> Array:
        return np.asarray(value * np.exp(0.5 * rng.standard_normal(count)))

    made = Metabolite(near(0.4), near(0.8), near(900.0), near(2000.0))
    return Compartments(near(1.2), near(230), near(900), near(300), near(8000), lag_h=near(0.4), metabolite=made, ke0=near(0.8))


def person(model: Compartments, i: int) -> Compartments:
    made = model.metabolite
    assert made is not None
    alone = Metabolite(*(float(np.asarray(getattr(made, n))[i]) for n in ("presystemic", "formed", "clearance", "volume")))
    return Compartments(
        **{n: float(np.asarray(getattr(model, n))[i]) for n in ("ka", "clearance", "volume", "q2", "v2", "lag_h", "ke0")},
        metabolite=alone,
    )


@pytest.mark.parametrize("cells", [1, 40, 1 << 15])
@pytest.mark.parametrize("own_samples", [False, True])
@pytest.mark.parametrize("own_log", [False, True])
def test_many_persons_are_the_same_as_one_by_one(
    own_log: bool, own_samples: bool, cells: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "CELLS", cells)
    rng, model = np.random.default_rng(2), people(7)
    minute, amount = rng.integers(0, 3000, (7, 9)), rng.uniform(1, 60, (7, 9))
    samples = rng.integers(0, 5000, (7, 5))
    slow, iv = np.array([0, 0, 45, 0, 600, 0, 0, 30, 0]), np.arange(9) % 4 == 0
    log = Doses(minute if own_log else minute[0], amount, slow, iv)
    past = Regimen(rng.uniform(1, 9, 7), 700)
    for what in KINDS:
        got = curve(model, log, samples if own_samples else samples[0], what, past)  # type: ignore[arg-type]
        for i in range(7):
            mine = Doses(minute[i if own_log else 0], amount[i], slow, iv)
            each = curve(person(model, i), mine, samples[i if own_samples else 0], what, replace(past, amount=past.amount[i]))  # type: ignore
            np.testing.assert_allclose(got[i], each[0], rtol=1e-13)


def test_amounts_may_be_drawn_for_one_person() -> None:
    log, samples = log_of(1)
    draws = np.random.default_rng(1).uniform(1, 9, (5, 8))
    got = curve(TWO, Doses(log.minute, draws), samples)
    want = np.vstack([curve(TWO, Doses(log.minute, row), samples) for row in draws])
    np.testing.assert_allclose(got, want, rtol=1e-14)


def test_samples_may_be_for_each_of_many_under_one_model_and_log() -> None:
    log, _ = log_of(4, mixed=True)
    samples = np.random.default_rng(5).integers(-10, 5000, (6, 9))
    want = np.vstack([curve(TWO, log, row) for row in samples])
    np.testing.assert_allclose(curve(TWO, log, samples), want, rtol=1e-14)


def test_logs_may_be_for_each_of_many_under_one_model_and_samples() -> None:
    rng, (_, samples) = np.random.default_rng(6), log_of(4)
    minute, amount = rng.integers(0, 3000, (6, 4)), np.array([3.0, 0.0, 5.0, 1.0])
    want = np.vstack([curve(TWO, Doses(row, amount), samples) for row in minute])
    np.testing.assert_allclose(curve(TWO, Doses(minute, amount), samples), want, rtol=1e-14)


def test_persons_with_and_without_a_peripheral_compartment() -> None:
    log, samples = log_of(2)
    mixed = replace(THREE, q2=np.array([0.0, 300.0, 0.0]), q3=np.array([0.0, 0.0, 40.0]))
    apart = [ONE, TWO, replace(ONE, q2=40.0, v2=20000.0)]
    want = np.vstack([curve(model, log, samples, "effect") for model in apart])
    np.testing.assert_allclose(curve(mixed, log, samples, "effect"), want, rtol=1e-13)
    assert np.isfinite(curve(mixed, log, samples, past=Regimen(3.0, 500))).all()


def test_no_doses_and_no_samples() -> None:
    none = Doses(np.array([], int), np.array([]))
    assert curve(TWO, none, np.arange(3)).tolist() == [[0.0, 0.0, 0.0]]
    assert curve(people(4), log_of(1)[0], np.array([], int)).shape == (4, 0)
    only_past = curve(ONE, none, np.array([100]), past=Regimen(5.0, 60, last_minute=0))
    assert only_past[0, 0] == pytest.approx(float(exact(ONE, none, [100], past=Regimen(5.0, 60, last_minute=0))[0]), rel=BAR)


def test_what_is_given_is_not_changed() -> None:
    log, samples = log_of(3)
    kept = log.minute.copy(), log.amount.copy(), samples.copy()
    curve(TWO, log, samples)
    for now, before in zip((log.minute, log.amount, samples), kept, strict=True):
        np.testing.assert_array_equal(now, before)


def test_a_regimen_written_out() -> None:
    assert regular(2.0, 480, 3, 60).minute.tolist() == [60, 540, 1020]
    assert regular(2.0, 480, 3).amount.tolist() == [2.0, 2.0, 2.0]


# --- refusals

GOOD = Doses(np.array([0, 60]), np.array([1.0, 2.0]))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"minute": np.array([0.5, 1.0])}, "whole minutes"),
        ({"minute": np.array([0, 1 << 41])}, "whole minutes"),
        ({"minute": np.zeros((1, 2, 2), int)}, "shape"),
        ({"minute": np.array([0, 60, 120])}, "the same doses"),
        ({"amount": np.array([1.0, np.nan])}, "finite"),
        ({"amount": np.array([1.0, -2.0])}, "not negative"),
        ({"duration_min": np.array([1, 2, 3])}, "each of the 2 doses"),
        ({"duration_min": -5}, "durations must not be negative"),
        ({"duration_min": 1.5}, "whole minutes"),
        ({"iv": np.array([True])}, "each of the 2 doses"),
    ],
)
def test_refuses_what_is_no_log(change: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        curve(TWO, replace(GOOD, **change), np.array([100]))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("past", "said"),
    [
        (Regimen(1.0, 0), "interval"),
        (Regimen(1.0, 60, duration_min=61), "no longer"),
        (Regimen(-1.0, 60), "not negative"),
        (Regimen(1.0, 60, last_minute=1), "before the first logged dose"),
    ],
)
def test_refuses_an_impossible_past(past: Regimen, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        curve(TWO, GOOD, np.array([100]), past=past)


def test_refuses_what_the_model_does_not_have() -> None:
    bare = Compartments(ka=None, clearance=1.0, volume=1.0)
    with pytest.raises(ValueError, match="no ka"):
        curve(bare, GOOD, np.array([100]))
    with pytest.raises(ValueError, match="ke0"):
        curve(bare, replace(GOOD, iv=True), np.array([100]), "effect")
    with pytest.raises(ValueError, match="metabolite"):
        curve(bare, replace(GOOD, iv=True), np.array([100]), "metabolite")
    with pytest.raises(ValueError, match="'blood'"):
        curve(bare, replace(GOOD, iv=True), np.array([100]), "blood")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="last_minute"):
        curve(TWO, Doses(np.array([], int), np.array([])), np.array([1]), past=Regimen(1.0, 60))
    with pytest.raises(ValueError, match="model for 4, samples for 3"):
        curve(people(4), GOOD, np.zeros((3, 2), int))
