"""Ordered levels, yes or no, and counts: likelihoods against their textbook form and finite differences, then the whole estimator."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import kstest, nbinom, norm

from steelyard.nof1 import contrasts, joint
from steelyard.nof1.checks import run_checks
from steelyard.nof1.design import NotEnough, judge
from steelyard.nof1.dosing import dosing
from steelyard.nof1.families import FAR, LEAST_WEIGHT, Count, Gaussian, Ordinal, Ratings, ratings_of
from steelyard.nof1.fit import Fit
from steelyard.nof1.ignorable import fit_ignorable
from steelyard.nof1.joint import JointModel, fit_joint
from steelyard.nof1.model import Diary, Family
from steelyard.nof1.plan import Plan
from steelyard.nof1.system import FELT, GRAM, HYPER, NOISE

from ...diaries import PRIORS, handmade, invented
from ...families import CUTS, DISPERSION, Told, expected, invented_as

Array = NDArray[np.float64]
FAMILIES: tuple[Family, ...] = ("ordinal", "binary", "count")
E = np.linspace(-3, 3, 25)
OWN = {"ordinal": np.array([0.2, -0.5]), "binary": np.empty(0), "count": np.array([-1.1]), "bounded": np.array([-0.3])}
HIGH = {"ordinal": 3.0, "binary": 1.0, "count": 40.0, "bounded": 10.0}
HARD = Plan(days=90, driver="felt", effect=-1.8, effect_half_life_h=5.0, seed=0)


def of_kind(family: Family, rating: Array) -> Ratings:
    """Ratings of some family at hours that do not matter here."""
    given = handmade()
    diary = replace(given, rating_h=np.arange(len(rating), dtype=float), rating=np.asarray(rating, float), family=family)
    return ratings_of(replace(diary, low=0.0, high=HIGH[family]), PRIORS)


def some(family: Family) -> Ratings:
    """Every level, and both small and great counts, each met with predictors from far below to far above."""
    levels = {"ordinal": [0, 1, 2, 3], "binary": [0, 1], "count": [0, 1, 7, 25], "bounded": [0, 4.5, 10]}[family]
    return of_kind(family, np.resize(levels, len(E)))


def difference(f: Callable[[float], Array | float], step: float = 1e-5) -> Array:
    return np.asarray((np.asarray(f(step)) - np.asarray(f(-step))) / (2 * step))


# --- the likelihoods


@pytest.mark.parametrize("family", [*FAMILIES, "bounded"])
def test_slope_and_curvature_are_derivatives_of_the_log_likelihood(family: Family) -> None:
    """The log likelihood is a sum over ratings that do not know of each other, so one difference gives all of a row."""
    ratings, own = some(family), OWN[family]
    at = ratings.terms(E, own)
    for i in range(0, len(E), 3):
        unit = np.eye(len(E))[i]
        assert difference(lambda h: ratings.terms(E + h * unit, own).log_lik) == pytest.approx(at.slope[i], rel=1e-5, abs=1e-6)  # noqa: B023
    np.testing.assert_allclose(difference(lambda h: ratings.terms(E + h, own).slope), -at.weight, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(difference(lambda h: ratings.terms(E + h, own).weight), at.weight_slope, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("family", ["ordinal", "count", "bounded"])
def test_derivatives_by_the_own_hyperparameters(family: Family) -> None:
    ratings, own = some(family), OWN[family]
    at = ratings.terms(E, own)
    for j, unit in enumerate(np.eye(len(own))):
        for name, got in (("log_lik", at.own_log_lik[j]), ("slope", at.own_slope[j]), ("weight", at.own_weight[j])):
            wanted = difference(lambda h: getattr(ratings.terms(E, own + h * unit), name))  # noqa: B023
            np.testing.assert_allclose(got, wanted, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("family", [*FAMILIES, "bounded"])
def test_the_working_response_is_a_newton_step(family: Family) -> None:
    ratings, own = some(family), OWN[family]
    at, (weight, response) = ratings.terms(E, own), ratings.working(E, own)
    np.testing.assert_allclose(weight, at.weight)
    np.testing.assert_allclose(weight * (response - E), at.slope, atol=1e-10)
    assert (weight > 0).all()


def test_levels_have_the_mass_between_their_cutpoints() -> None:
    ratings, own = some("ordinal"), OWN["ordinal"]
    widths = np.exp(own)
    cuts = np.array([0.0, widths[0], widths.sum()])
    cuts -= cuts.mean()
    ends = np.concatenate([[-np.inf], cuts, [np.inf]])
    mass = [norm.cdf(ends[k + 1] - e) - norm.cdf(ends[k] - e) for k, e in zip(np.resize(range(4), len(E)), E, strict=True)]
    assert ratings.terms(E, own).log_lik == pytest.approx(np.log(mass).sum())


def test_two_levels_are_a_probit() -> None:
    yes = np.resize([0, 1], len(E))
    assert of_kind("binary", yes).terms(E, np.empty(0)).log_lik == pytest.approx(norm.logcdf(np.where(yes, E, -E)).sum())
    two = replace(handmade(), rating=np.resize([0.0, 1.0], 60), low=0.0, high=1.0)
    ordinal, binary = (ratings_of(replace(two, family=family), PRIORS) for family in ("ordinal", "binary"))  # type: ignore[arg-type]
    assert ordinal.terms(np.zeros(60), np.empty(0)).log_lik == binary.terms(np.zeros(60), np.empty(0)).log_lik


def test_counts_are_negative_binomial() -> None:
    ratings = some("count")
    assert isinstance(ratings, Count)
    size, mean = np.exp(1.1), np.exp(ratings.centre + E)
    assert ratings.terms(E, OWN["count"]).log_lik == pytest.approx(nbinom.logpmf(ratings.y, size, size / (size + mean)).sum())


@pytest.mark.parametrize("far", [-40.0, 40.0])
@pytest.mark.parametrize("family", FAMILIES)
def test_far_out_everything_stays_finite(family: Family, far: float) -> None:
    ratings = some(family)
    at = ratings.terms(np.full(len(E), far), OWN[family])
    assert np.isfinite(at.log_lik)
    for values in (
        at.slope,
        at.weight,
        at.weight_slope,
        at.own_slope,
        at.own_weight,
        *ratings.working(np.full(len(E), far), OWN[family]),
    ):
        assert np.isfinite(values).all()
    assert (at.weight >= LEAST_WEIGHT).all()


def test_many_levels_share_one_width_and_few_have_their_own() -> None:
    def widths(high: float) -> Array:
        ratings = ratings_of(replace(handmade(), family="ordinal", high=high, rating=np.resize([0.0, 1.0], 60)), PRIORS)
        assert isinstance(ratings, Ordinal)
        np.testing.assert_allclose(ratings.pattern.mean(0), 0, atol=1e-12)
        return ratings.prior[0]

    assert [len(widths(high)) for high in (1.0, 2.0, 3.0, 5.0, 6.0, 10.0)] == [0, 1, 2, 4, 1, 1]


def test_a_bounded_scale_stays_gaussian() -> None:
    ratings = ratings_of(handmade(), PRIORS)
    assert isinstance(ratings, Gaussian)
    wanted = norm.logpdf(handmade().rating, 5.0, 0.8).sum()
    assert ratings.terms(np.zeros(60), np.log([0.8])).log_lik == pytest.approx(wanted)


@pytest.mark.parametrize("family", [*FAMILIES, "bounded"])
def test_the_mean_is_that_of_draws(family: Family) -> None:
    """The expected rating of a predictor that is itself uncertain, by simulation from the family's own definition."""
    ratings, own = some(family), OWN[family]
    rng = np.random.default_rng(1)
    e = 0.4 + 0.7 * rng.standard_normal(400_000)
    if isinstance(ratings, Ordinal):
        cuts = ratings.pattern @ np.exp(own)
        said = ((e + rng.standard_normal(len(e)))[:, None] > cuts).sum(1)
    else:
        said = np.exp(ratings.centre + e) if isinstance(ratings, Count) else ratings.centre + e
    assert ratings.mean(np.array([0.4]), own, np.array([0.49]))[0] == pytest.approx(said.mean(), rel=0.01)


@pytest.mark.parametrize("family", FAMILIES)
def test_residuals_are_standard_normal_where_the_model_is_true(family: Family) -> None:
    rng = np.random.default_rng(2)
    centre, spread, n = rng.normal(0, 0.5, 3000), 0.6, 3000
    e = centre + spread * rng.standard_normal(n)
    if family == "count":
        rating = rng.poisson(8 * np.exp(e) * rng.gamma(1 / DISPERSION, DISPERSION, n)).astype(float)
        own, shift = np.log([DISPERSION]), 0.0
    else:
        cuts = np.zeros(1) if family == "binary" else CUTS - CUTS.mean()
        rating, shift = ((e + rng.standard_normal(n))[:, None] > cuts).sum(1).astype(float), 0.0
        own = np.log(np.diff(cuts))
    ratings = of_kind(family, rating)
    shift = np.log(8) - ratings.centre if isinstance(ratings, Count) else 0.0
    assert kstest(ratings.residual(centre + shift, own, np.full(n, spread**2)), "norm").pvalue > 0.01


def test_ends_of_the_scale_are_further_off_than_any_predictor() -> None:
    assert FAR > 100


# --- Laplace's value and its gradient


@pytest.mark.parametrize("with_dosing", [True, False])
@pytest.mark.parametrize("family", [*FAMILIES, "bounded"])
def test_the_gradient_is_that_of_the_value(family: Family, with_dosing: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(joint, "NEWTON_TOLERANCE", 1e-9)
    plan = Plan(days=35, driver="felt", seed=3)
    diary = invented(plan)[0] if family == "bounded" else invented_as(family, plan)[0]
    model = JointModel(diary, PRIORS, with_dosing=with_dosing)
    psi = model.start + 0.3 * model.scale * np.random.default_rng(1).standard_normal(len(model.start))
    gradient = model.gradient(psi)[1]
    steps = 1e-4 * np.eye(len(psi))
    wanted = [(model.gradient(psi + h)[0] - model.gradient(psi - h)[0]) / 2e-4 for h in steps]
    np.testing.assert_allclose(gradient, wanted, atol=2e-4, rtol=1e-5)


def test_laplace_agrees_with_quadrature_on_a_diary_of_one_unknown() -> None:
    """All path, rhythm and effect held at nothing: what is left is a probit with an unknown level, which quadrature can integrate."""
    diary = replace(handmade(), rating=np.resize([0.0, 1.0, 1.0], 60), low=0.0, high=1.0, family="binary")
    priors = replace(PRIORS, effect_sd=1e-6, drift_sd=1e-6, session_sd=1e-6, rhythm_sd=1e-6)
    model = JointModel(diary, priors, with_dosing=False)
    psi = model.start.copy()
    psi[joint.SD], psi[joint.SLOW] = np.log(1e-5), np.log(1e-5)
    level = np.linspace(-8, 8, 20001)
    log_lik = 40 * norm.logcdf(level) + 20 * norm.logcdf(-level) + norm.logpdf(level, 0, 2.5)
    exact = np.log(np.exp(log_lik).sum() * (level[1] - level[0]))
    value = model.evaluate(psi[None])[0][0] + 0.5 * (((psi - model.start) / model.scale) ** 2).sum()
    assert value == pytest.approx(exact, abs=0.02)


def test_places_of_the_hyperparameters() -> None:
    sizes = {"ordinal": (len(HYPER) + 1, [NOISE, len(HYPER)]), "binary": (len(HYPER), []), "count": (len(HYPER), [NOISE])}
    for family, (size, own) in sizes.items():
        model = JointModel(invented_as(family, Plan(days=35, seed=1))[0], PRIORS)  # type: ignore[arg-type]
        assert (len(model.start), model.own) == (size, own)


def test_without_dosing_nothing_is_told_by_the_doses() -> None:
    model = JointModel(invented_as("binary", Plan(days=35, driver="felt", seed=1))[0], PRIORS, with_dosing=False)
    assert len(model.doses) == len(model.cells) == len(model.marks) == 0
    assert "recorded" not in model.names and len(model.names) == len(model.evaluate(model.start[None])[1][0])
    gradient = model.gradient(model.start)[1]
    np.testing.assert_allclose(gradient[[FELT, GRAM]], 0, atol=1e-12)


def test_cells_cover_each_hour_at_most_once() -> None:
    diary = invented_as("ordinal", Plan(days=35, driver="felt", seed=1))[0]
    cut = dosing(diary)
    ends, starts = cut.cell_h + cut.width_h / 2, cut.cell_h - cut.width_h / 2
    assert (cut.width_h > 0).all() and (starts[1:] - ends[:-1] > -1e-9).all()
    assert not ((starts[:, None] < cut.dose_h - 1e-9) & (cut.dose_h + 1e-9 < ends[:, None])).any()  # a dose ends a cell


# --- the whole estimator


@cache
def fitted(family: Family) -> tuple[Diary, Told, Fit, Fit]:
    diary, truth = invented_as(family, HARD)
    ignorable = fit_ignorable(diary, PRIORS)
    return diary, truth, ignorable, fit_joint(diary, PRIORS, near=ignorable.points.mode)


@pytest.mark.parametrize("family", FAMILIES)
def test_the_truth_lies_in_reach_of_the_joint_answer(family: Family) -> None:
    _, truth, _, fit = fitted(family)
    for got, true in ((contrasts.peak(fit, 1.0), truth.peak), (contrasts.as_taken(fit), truth.as_taken)):
        assert abs(got.value - true) < 3 * got.spread


@pytest.mark.parametrize("family", FAMILIES)
def test_the_reason_for_dosing_draws_the_ignorable_answer_towards_harm(family: Family) -> None:
    _, _, ignorable, fit = fitted(family)
    assert contrasts.peak(ignorable, 1.0).value > contrasts.peak(fit, 1.0).value
    assert (ignorable.name, fit.name) == ("ignorable", "joint")


@pytest.mark.parametrize("family", FAMILIES)
def test_the_same_seed_gives_the_same_answer(family: Family) -> None:
    diary, _, ignorable, _ = fitted(family)
    again = fit_ignorable(diary, PRIORS)
    assert contrasts.interval(contrasts.peak(again, 1.0)) == contrasts.interval(contrasts.peak(ignorable, 1.0))


@pytest.mark.parametrize("family", FAMILIES)
def test_contrasts_are_in_the_scales_own_units(family: Family) -> None:
    """Against an average over every draw done here, of the family's own mean at predictors with and without the effect."""
    _, _, _, fit = fitted(family)
    drawn = fit.drawn
    assert drawn is not None
    without = drawn.e - drawn.exposure * (drawn.theta[:, :1] + drawn.theta[:, 1:2] * drawn.age)

    def mean(e: Array) -> Array:
        return np.array([drawn.ratings.mean(e[i], drawn.own[i], drawn.variance[i]).mean() for i in range(len(e))])

    change = mean(without + drawn.theta[:, :1]) - mean(without)
    got = contrasts.peak(fit, 1.0)
    assert got.value == pytest.approx(drawn.weight @ change)
    assert got.spread == pytest.approx(np.sqrt(drawn.weight @ (change - got.value) ** 2))
    assert contrasts.as_taken(fit).value == pytest.approx(drawn.weight @ (mean(drawn.e) - mean(without)))
    assert contrasts.peak(fit, 0.0).value == pytest.approx(0.0)


@pytest.mark.parametrize("family", FAMILIES)
def test_the_curve_of_relief_starts_at_nothing_and_tops_at_the_peak(family: Family) -> None:
    diary, _, _, fit = fitted(family)
    mean, low, high = contrasts.relief_curve(fit, diary, 1.0, np.arange(0, 24, 0.25))
    assert mean[0] == pytest.approx(0.0, abs=1e-9)
    assert mean.min() == pytest.approx(contrasts.peak(fit, 1.0).value, rel=0.1)
    assert (low <= mean).all() and (mean <= high).all()


def test_a_chance_never_changes_by_more_than_there_is_of_it() -> None:
    _, _, _, fit = fitted("binary")
    assert -1 < contrasts.peak(fit, 50.0).quantile(0.025) < contrasts.peak(fit, 50.0).value < 0


@pytest.mark.parametrize("family", FAMILIES)
def test_variance_of_uncertain_doses_widens_the_answer(family: Family) -> None:
    _, _, _, fit = fitted(family)
    wider = replace(fit, extra_variance=4 * fit.effect.spread**2)
    assert contrasts.peak(wider, 1.0).spread > 1.5 * contrasts.peak(fit, 1.0).spread


@pytest.mark.parametrize("family", FAMILIES)
def test_checks_run_and_pass_where_the_model_is_true(family: Family) -> None:
    diary, _, _, fit = fitted(family)
    outcomes = {c.name: c for c in run_checks(fit, diary, PRIORS)}
    for name in ("lead", "predictive", "neighbours", "influence", "integration"):
        assert outcomes[name].passed, name


@pytest.mark.parametrize("family", FAMILIES)
def test_the_course_is_drawn_within_the_scale(family: Family) -> None:
    diary, _, _, fit = fitted(family)
    smooth = JointModel(diary, PRIORS, grid_h=np.linspace(0, 2000, 50)).smooth(fit.points.mode)
    assert (smooth.band[0] <= smooth.course).all() and (smooth.course <= smooth.band[1]).all()
    assert smooth.band[0].min() >= 0
    assert family == "count" or smooth.band[1].max() <= diary.high


# --- what these data can tell


@pytest.mark.parametrize(("family", "many"), [("binary", 9), ("ordinal", 9), ("count", 9)])
def test_too_few_ratings_other_than_the_usual_one_are_refused(family: Family, many: int) -> None:
    rating = np.zeros(60)
    rating[:many] = 1.0
    diary = replace(handmade(), rating=rating, family=family, high=HIGH[family])
    refused = judge(diary, PRIORS)
    assert isinstance(refused, NotEnough)
    assert (refused.reason, refused.have, refused.need) == ("too_few_events", 9, 10)
    rating[many] = 1.0
    enough = judge(replace(diary, rating=rating), PRIORS)
    assert not isinstance(enough, NotEnough) or enough.reason != "too_few_events"


def test_a_bounded_scale_may_be_mostly_zero() -> None:
    refused = judge(replace(handmade(), rating=np.append(np.zeros(59), 3.0)), PRIORS)
    assert not isinstance(refused, NotEnough) or refused.reason != "too_few_events"


def test_expected_ratings_of_the_generator_are_those_it_draws() -> None:
    """The yardstick of this file, measured: the truth in own units is the mean of what the generator would write down."""
    from ...families import drawn

    rng = np.random.default_rng(3)
    for family in FAMILIES:
        latent = np.full(200_000, 0.3)
        assert drawn(family, latent, rng.standard_normal(len(latent))).mean() == pytest.approx(
            expected(family, latent[:1])[0], rel=0.01
        )
