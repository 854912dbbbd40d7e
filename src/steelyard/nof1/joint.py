"""The joint estimator: ratings, dose times and amounts share one latent path, so that the reason for dosing is part of the model.

Observations are ratings, cells of time (what was expected of dosing in them), doses (what was expected at that moment), and logarithms of
amounts. Each sees the path and the coefficients through `e = c u + d . theta`; `c` is 1 for ratings, `felt` for cells and doses, `gram` for
amounts. How a rating follows from its `e` is its family's business. For given hyperparameters the mode is found by Newton's method and
everything but the hyperparameters is integrated out by Laplace's method.

Source: Rue, Martino & Chopin (2009), doi 10.1111/j.1467-9868.2008.00700.x, sec. 3; gradient of the Laplace approximation by the adjoint
of the mode, as in Kristensen et al. (2016), doi 10.18637/jss.v070.i05.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .dosing import Dosing, decided, dosing, no_dosing
from .families import ratings_of
from .fit import Fit, Smooth
from .gradient import gradient_at
from .integrate import integrate, within
from .latent import LOG_2PI, Path, coefficients, eliminate, ou_path, variance_given
from .model import Diary, Priors, columns
from .own_units import Told, draw
from .system import (
    CLOSEST_H,
    FELT,
    FIXED_FROM,
    GRAM,
    GRAM_SD,
    HALF_LIFE,
    HYPER,
    NOISE,
    SD,
    SLOW,
    TAU,
    Mode,
    Modes,
    System,
    told,
    two_rate,
)  # fmt: skip

Array = NDArray[np.float64]
TAIL_LOGIT = (-2.6, 1.2)  # prior of its weight: median 7 %, 95 % from 0.7 to 44 %
DRAWS, MORE_DRAWS = (
    64,
    160,
)  # ratings that say less leave a posterior that is less normal: more draws at once are cheaper than renewing
LEAST_ESS = 4.0  # effective draws; with fewer there is no answer, not even one with a warning
MOST_STEPS = 25
LONGEST_STEP = 4.0  # of the log rate in one Newton step
NEWTON_TOLERANCE = 0.1  # of the log rate at any cell, in the last step; the value is then off by a few hundredths at most
ALMOST_NONE = 1e-6  # weight of a dose: its log likelihood is linear, which no weight at all would say
OUT_OF_REACH = -1e9  # log posterior where the model cannot be computed
GRAM_RECORDED_SD = 0.2


class JointModel:
    """Ratings and dosing of one diary, to be evaluated at hyperparameter points of `HYPER` (logarithms; `tail` as a logit).

    `grid_h` `(g,)` are further times at which the course is wanted; `tested` `(e, n_ratings)` further columns of the ratings, given a
    wide prior, that ought to have no effect; without `with_dosing` the reason for each dose is left out of account. The place of `noise` is
    that of the family's first own hyperparameter (idle where it has none); further ones come last.
    """

    def __init__(
        self, diary: Diary, priors: Priors, grid_h: Array | None = None, tested: Array | None = None, with_dosing: bool = True
    ) -> None:
        self.diary = diary
        self.dosing = dosing(diary) if with_dosing else no_dosing()
        self.ratings = ratings_of(diary, priors)
        self.start, self.scale = _hyper_prior(diary, priors, self.ratings.prior)
        self.own = [NOISE, *range(len(HYPER), len(self.start))][: len(self.ratings.prior[0])]
        self._place(diary.rating_h, self.dosing, np.empty(0) if grid_h is None else grid_h)
        self._tested = np.empty((0, len(diary.rating))) if tested is None else tested
        self.fixed = columns(diary, self.times, priors)
        self._curve = diary.exposure(self.times)
        self.shared = FIXED_FROM + len(self.fixed.names)  # columns of the outcome, the effect first; the dosing's own come after
        self.age = (self.times - diary.rating_h.mean()) / (30 * 24.0)  # of the effect's drift, in 30 days from the middle
        self.base = self._columns()
        wide = np.full(len(self._tested), 10 * diary.points)
        amount = [GRAM_RECORDED_SD / diary.written, 2.0]
        effect = np.array([priors.effect_sd, priors.drift_sd]) * diary.points
        self._spread = np.concatenate([effect, self.fixed.spread, self.dosing.spread, amount, wide])
        self._expected = np.zeros(len(self._spread))
        self._expected[0] = priors.effect_mean * diary.points
        self.response = np.zeros(len(self.times))
        self.response[self.marks] = self.dosing.mark
        self._log_width = np.log(self.dosing.width_h)
        self.driven = np.concatenate([self.cells, self.doses])
        self._sought = (
            np.empty(0, np.intp) if self.ratings.quadratic else self.rated
        )  # ratings whose predictors Newton has to find
        rate = (len(self.doses) + self.dosing.taken.sum()) / max(self.dosing.width_h.sum(), 1.0)
        start = np.concatenate([np.full(len(self.driven), np.log(max(rate, 1e-9))), np.zeros(len(self._sought))])
        self._modes = Modes(start, self.scale)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the coefficients, the effect first; `recorded` is the dosing's slope on the last rating."""
        own = len(self.dosing.spread)
        return (
            "effect",
            "drift",
            *self.fixed.names,
            *("recorded", *("habit",) * (own - 1))[:own],
            "amount_recorded",
            "usual_amount",
            *("tested",) * len(self._tested),
        )

    def exposure(self, psi: Array) -> Array:
        """Exposure at all nodes, `(n,)`, at one point."""
        return two_rate(self._curve, self.diary.one_dose, psi)

    def evaluate(self, psi: Array) -> tuple[Array, Array, Array]:
        """As `RatingModel.evaluate`: log posterior `(k,)`, coefficients' means `(k, p)` and covariances `(k, p, p)`."""
        with np.errstate(over="ignore", invalid="ignore"):  # a point far out has no density, and says so
            found = [(mode.value, mode.found.mean, mode.found.cov) for mode in map(self._mode, map(self._system, psi))]
        value, mean, cov = zip(*found, strict=True)  # one mode at a time in memory: each holds all columns at all nodes
        return (
            np.array([v + self._log_prior(point) for v, point in zip(value, psi, strict=True)]),
            np.vstack(mean),
            np.vstack(cov),
        )

    def gradient(self, psi: Array) -> tuple[float, Array]:
        """Log posterior and its gradient `(9,)` at one point; later evaluations start from what the modes found so far lead to expect."""
        prior, back = self._log_prior(psi), -(psi - self.start) / self.scale**2
        with np.errstate(over="ignore", invalid="ignore"):
            system = self._system(psi)
            mode = self._mode(system)
            slope = gradient_at(self, system, mode) + back
        if not (np.isfinite(mode.value) and np.isfinite(slope).all()):
            return OUT_OF_REACH + prior, back  # a search that went astray is sent back towards the prior
        self._modes.note(psi, mode.value + prior, mode.e[np.concatenate([self.driven, self._sought])])
        return mode.value + prior, slope

    def smooth(self, psi: Array, blocks: Sequence[slice] = ()) -> Smooth:
        """The fitted course at one point, and how well each rating is told by all else.

        Args:
            psi: `(9,)`; blocks: runs of consecutive ratings of which to say what leaving them out together would do.
        """
        system = self._system(psi)
        mode = self._mode(system)
        theta, cov = mode.found.mean[0], mode.found.cov[0]
        path, away = told(system, mode)
        variance = system.c**2 * path + np.einsum("pn,pn->n", away, cov @ away)
        at, on, own = self.rated, self.grid, psi[self.own]
        weight, slope = mode.weight[at], self.ratings.terms(mode.e[at], own).slope
        # a rating and what it says about itself: with weights w, (V^-1 r)_i / (V^-1)_ii, with V the covariance of the (working) ratings
        alone = 1 - variance[at] * weight
        without = variance[at] / alone
        limits = mode.e[on] + 1.96 * np.outer([-1, 1], np.sqrt(variance[on]))
        tested = len(theta) - len(self._tested)
        return Smooth(
            course=self.ratings.mean(mode.e[on], own, np.zeros(len(on))),
            variance=variance[on],
            fitted=self.ratings.mean(mode.e[at], own, np.zeros(len(at))),
            left_out=slope / (alone * weight),
            left_out_sd=1 / np.sqrt(alone * weight),
            pull=cov[0] @ away[:, at] * weight,
            tested=theta[tested:],
            tested_sd=np.sqrt(np.diagonal(cov)[tested:]),
            band=np.array([self.ratings.mean(x, own, np.zeros(len(on))) for x in limits]),
            residual=self.ratings.residual(mode.e[at] - without * slope, own, without),
            moved=np.array([self._moved(at[b], weight[b], slope[b], path, away, mode) for b in blocks]),
        )

    def _moved(self, i: NDArray[np.intp], weight: Array, slope: Array, path: Array, away: Array, mode: Mode) -> float:
        """How far some consecutive ratings, at nodes `i`, move the effect: pull times (V^-1)_BB^-1 (V^-1 r)_B, as for one rating."""
        cov, lower = mode.found.cov[0], mode.solved.lower[0]
        ahead = np.log(np.maximum(-lower[i[0] : i[-1]], 1e-300))  # regression of each node of the path on the next
        carried = np.concatenate([[0.0], np.cumsum(ahead)])[i - i[0]]
        together = np.exp(-np.abs(np.subtract.outer(carried, carried))) * path[np.maximum.outer(i, i)]
        together += away[:, i].T @ cov @ away[:, i]
        error = np.linalg.solve(np.diag(weight) - weight[:, None] * together * weight, slope)
        return float((cov[0] @ away[:, i] * weight) @ error)

    def told(self, psi: Array) -> Told:
        """What the data tell of the ratings' predictors at one point."""
        system = self._system(psi)
        mode = self._mode(system)
        path, away = told(system, mode)
        at, found = self.rated, mode.found
        return Told(found.mean[0], found.cov[0], mode.e[at], away[:, at], path[at], self.exposure(psi)[at], psi[self.own])

    def _log_prior(self, psi: Array) -> float:
        return float(-0.5 * (((psi - self.start) / self.scale) ** 2).sum())

    def _place(self, rating_h: Array, cut: Dosing, grid_h: Array) -> None:
        """Lay ratings, cells, doses, marks and the grid out in one order of time."""
        parts = (rating_h, cut.cell_h, cut.dose_h, cut.mark_h, grid_h)
        times = np.concatenate(parts)
        order = np.argsort(times, kind="stable")
        place = np.argsort(order, kind="stable")
        self.times = times[order]
        self.rated, self.cells, self.doses, self.marks, self.grid = np.split(place, np.cumsum([len(p) for p in parts[:-1]]))
        self.gap = np.maximum(np.diff(self.times), CLOSEST_H)

    def _columns(self) -> Array:
        """All columns `(p, n)` before exposure and strengths are filled in; the level is not shared: dosing has its own intercept."""
        q, own = self.shared, len(self.dosing.cell_features)
        base = np.zeros((q + own + 2 + len(self._tested), len(self.times)))
        base[FIXED_FROM:q] = self.fixed.fixed
        base[FIXED_FROM] = 0.0
        base[FIXED_FROM, self.rated] = base[FIXED_FROM, self.grid] = 1.0
        base[q : q + own, self.cells] = self.dosing.cell_features
        base[q : q + own, self.doses] = self.dosing.dose_features
        base[q + own, self.marks] = self.dosing.mark_recorded
        base[q + own + 1, self.marks] = 1.0
        base[q + own + 2 :, self.rated] = self._tested
        return base

    def _system(self, psi: Array) -> System:
        c = np.ones(len(self.times))
        c[self.driven], c[self.marks] = psi[FELT], psi[GRAM]
        design = self.base.copy()
        design[0] = self.exposure(psi)
        design[1] = design[0] * self.age
        design[: self.shared] *= c
        spread = self._spread.copy()
        spread[FIXED_FROM:][self.fixed.waves] *= np.exp(psi[SLOW])
        path = ou_path(self.gap, np.exp(psi[TAU : TAU + 1]), np.exp(psi[SD : SD + 1]))
        return System(psi, path, c, design, 1 / spread**2, self._log_width + self.roughness(psi, path))

    def roughness(self, psi: Array, path: Path) -> Array:
        """What Laplace's method misses of the expected number of doses where the path is not well known, as a logarithm, `(cells,)`.

        With variance `v` of the log rate given the ratings, a cell expects `exp(v / 2)` times the rate at the mean; the curvature at the
        mode makes up `1 + v / 2` of it. Without the rest a rough enough path and a steep enough slope could explain any doses.
        """
        seen = np.zeros(len(self.times))
        seen[self.rated] = self.ratings.working(np.zeros(len(self.rated)), psi[self.own])[0]
        half = 0.5 * psi[FELT] ** 2 * variance_given(path, seen)[self.cells] * ~self.dosing.taken
        return np.asarray(np.minimum(half, 30.0) - np.log1p(half))

    def _mode(self, system: System) -> Mode:
        """Newton's method from the last good start; the log rates alone decide when it is done, as all else is Gaussian."""
        psi, own = system.psi, system.psi[self.own]
        weight, response = np.zeros(len(self.times)), self.response.copy()
        weight[self.marks] = np.exp(-2 * psi[GRAM_SD])
        rows = np.empty((len(system.columns) + 1, len(self.times)))
        weight[self.doses] = ALMOST_NONE
        cells, doses, sought = np.split(self._modes.expected(psi), [len(self.cells), len(self.driven)])
        weight[self.rated], response[self.rated] = self.ratings.working(sought, own)
        for _ in range(MOST_STEPS):
            said = decided(cells + system.log_width, self.dosing.taken)
            weight[self.cells] = np.maximum(said.weight, ALMOST_NONE)
            response[self.cells] = cells + said.slope / weight[self.cells]
            response[self.doses] = doses + 1.0 / ALMOST_NONE
            if len(sought):
                weight[self.rated], response[self.rated] = self.ratings.working(sought, own)
            root = np.sqrt(weight)
            np.multiply(system.columns, root, out=rows[:-1])
            np.multiply(response, root, out=rows[-1])
            solved = eliminate(system.path.diag, system.path.off, (system.c * root)[None], rows[:, None])
            found = coefficients(solved.gram, system.precision[None], self._expected)
            u = solved.lifted[-1, 0] - found.mean[0] @ solved.lifted[:-1, 0]
            e = system.c * u + found.mean[0] @ system.columns
            step, aside = e[self.cells] - cells, e[self._sought] - sought
            longest = max(float(np.abs(step).max(initial=0.0)), float(np.abs(aside).max(initial=0.0)))
            share = min(1.0, LONGEST_STEP / max(longest, 1e-12))
            cells, sought = cells + step * share, sought + aside * share
            doses = e[self.doses]
            if longest < NEWTON_TOLERANCE:
                break
        else:
            return Mode(e, weight, u, solved, found, -np.inf)  # no mode was found: nothing can be said of this point
        value = self._log_joint(system, e, u, found.mean[0])
        value += 0.5 * float(system.path.logdet[0] + np.log(system.precision).sum() - solved.logdet[0] - found.logdet[0])
        return Mode(e, weight.copy(), u, solved, found, value)

    def _log_joint(self, system: System, e: Array, u: Array, theta: Array) -> float:
        """Log density of the data and of path and coefficients, without the normalisers of the latter."""
        psi, off = system.psi, self.response - e
        value = float(e[self.doses].sum() + decided(e[self.cells] + system.log_width, self.dosing.taken).log_lik.sum())
        value += self.ratings.terms(e[self.rated], psi[self.own]).log_lik
        value -= 0.5 * float((off[self.marks] ** 2).sum()) * np.exp(-2 * psi[GRAM_SD]) + len(self.marks) * (
            psi[GRAM_SD] + LOG_2PI / 2
        )
        away = (theta - self._expected) ** 2 * system.precision
        return float(value) - 0.5 * float(system.path.quadratic(u[None])[0] + away.sum())


def fit_joint(diary: Diary, priors: Priors, seed: int = 0, near: Array | None = None, with_dosing: bool = True) -> Fit:
    """Posterior of the effect when the reason for each dose is part of the model; without `with_dosing`, when it is not.

    Args:
        diary, priors, seed: as for `fit_ignorable`; near: hyperparameters of the ratings alone, to start the search from.

    Raises:
        FloatingPointError: the posterior could not be found, or not be drawn from.
    """
    model = JointModel(diary, priors, with_dosing=with_dosing)
    start = model.start.copy()
    if near is not None:
        start[:FELT][: len(near)], start[len(HYPER) :] = near[:FELT], near[len(HYPER) :]
    draws = DRAWS if model.ratings.quadratic else MORE_DRAWS
    points = integrate(model.evaluate, within(start, model.start, model.scale, _guess(model)), draws, seed, model.gradient)
    if points.ess < LEAST_ESS:
        raise FloatingPointError("hardly more than one point stands for the whole posterior")
    seen, age = np.array([model.exposure(p)[model.rated] for p in points.psi]), model.age[model.rated]
    taken = np.zeros((len(seen), len(model.names)))
    taken[:, 0], taken[:, 1] = seen.mean(1), (seen * age).mean(1)
    drawn = None if model.ratings.quadratic else draw(model.ratings, model.told, points.psi, points.weight, age, seed)
    name = "joint" if with_dosing else "ignorable"
    return Fit(name, points, model.names, np.exp(points.psi[:, HALF_LIFE]), taken, drawn=drawn)


def _hyper_prior(diary: Diary, priors: Priors, own: tuple[Array, Array]) -> tuple[Array, Array]:
    """Normal priors of the hyperparameters: means and spreads, `(9 or more,)`; what the data do not speak of keeps its prior."""
    mean, spread = priors.hyper(diary.points)
    mean = np.concatenate([mean, [TAIL_LOGIT[0], 0.2 / diary.points, 0.0, np.log(0.3)], own[0][1:]])
    spread = np.concatenate([spread, [TAIL_LOGIT[1], 0.5 / diary.points, 0.15 / diary.points, 0.7], own[1][1:]])
    if len(own[0]):
        mean[NOISE], spread[NOISE] = own[0][0], own[1][0]
    return mean, spread


def _guess(model: JointModel) -> Array:
    """Usual posterior spreads: the scale of the search. What the data do not speak of keeps about its prior's."""
    points = model.diary.points
    usual = np.array([0.3, 0.1, 0.06, 0.3, 0.5, 1.0, 0.1 / points, 0.03 / points, 0.05])
    if not model.ratings.quadratic:
        usual = np.append(usual, np.zeros(len(model.scale) - len(usual)))
        usual[[TAU, SD, *model.own]] = 0.5, 0.3, *[0.15] * len(model.own)
    idle = [NOISE] * (NOISE not in model.own) + [FELT] * (not len(model.driven)) + [GRAM, GRAM_SD] * (not len(model.marks))
    usual[idle] = 0.6 * model.scale[idle]
    return usual
