"""The estimator that takes the reason for each dose as ignorable: right when doses are random or follow what was written down."""

import numpy as np
from numpy.typing import NDArray

from .fit import Fit
from .integrate import integrate, within
from .joint import fit_joint
from .latent import LOG_2PI, Coefficients, coefficients, eliminate, ou_change, ou_path, path_variance
from .model import Diary, Priors, columns

Array = NDArray[np.float64]
CHUNK = 16  # points per solve: few enough that the rows stay in cache
DRAWS = 48
HALF_LIFE_STEP = 1e-4  # of its logarithm, in differences
GUESS = np.array([0.3, 0.1, 0.06, 0.3, 0.5])  # usual posterior spreads of the hyperparameters: the scale of the search
CLOSEST_H = 1 / 120  # two ratings in one minute are taken as half a minute apart


class RatingModel:
    """The rating model of one diary, to be evaluated at hyperparameter points `(k, 5)`, the logarithms of `model.HYPER`.

    Rows of the design are the exposure, the fixed columns, and last the rating; only the exposure changes from point to point.
    """

    def __init__(self, diary: Diary, priors: Priors) -> None:
        self.diary = diary
        self.start, self.scale = priors.hyper(diary.points)
        self._columns = columns(diary, diary.rating_h, priors)
        self._spread = np.concatenate([[priors.effect_sd * diary.points], self._columns.spread])
        self._expected = np.zeros(len(self._spread))
        self._expected[0] = priors.effect_mean * diary.points
        self._curve = diary.exposure(diary.rating_h)
        self._gap = np.maximum(np.diff(diary.rating_h), CLOSEST_H)
        self._rows = np.empty((len(self._spread) + 1, CHUNK, len(diary.rating)))
        self._rows[1:-1] = self._columns.fixed[:, None, :]
        self._rows[-1] = diary.rating - diary.middle

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the coefficients, the effect first."""
        return "effect", *self._columns.names

    def precision(self, psi: Array) -> Array:
        """Prior precision of the coefficients, `(k, p)`."""
        spread = np.repeat(self._spread[None], len(psi), 0)
        spread[:, 1:][:, self._columns.waves] *= np.exp(psi[:, 4:5])
        return np.asarray(1 / spread**2)

    def evaluate(self, psi: Array) -> tuple[Array, Array, Array]:
        """Log marginal posterior of the hyperparameters `(k,)` up to a constant, path and coefficients integrated out exactly; means
        `(k, p)` and covariances `(k, p, p)` of the coefficients."""
        parts = [self._at(psi[i : i + CHUNK]) for i in range(0, len(psi), CHUNK)]
        values, found = zip(*parts, strict=True)
        return np.concatenate(values), np.concatenate([c.mean for c in found]), np.concatenate([c.cov for c in found])

    def _at(self, psi: Array) -> tuple[Array, Coefficients]:
        tau, sd, noise, half_life, _ = np.exp(psi).T
        n = len(self.diary.rating)
        path = ou_path(self._gap, tau, sd / noise)
        rows = self._rows[:, : len(psi)]
        rows[0] = self._curve(half_life)
        solved = eliminate(path.diag, path.off, None, rows)
        precision = self.precision(psi)
        found = coefficients(solved.gram / noise[:, None, None] ** 2, precision, self._expected)
        value = 0.5 * (path.logdet - solved.logdet + np.log(precision).sum(1) - found.logdet - found.misfit)
        value -= n * (np.log(noise) + LOG_2PI / 2) + 0.5 * (((psi - self.start) / self.scale) ** 2).sum(1)
        return value, found

    def gradient(self, psi: Array) -> tuple[float, Array]:
        """Log posterior and its gradient `(5,)` at one point: the expected gradient of the joint density, given the ratings.

        Source: Fisher's identity.
        """
        tau, sd, noise, half_life, _ = np.exp(psi)
        rows, gap, n = self._rows[:, :1], self._gap, len(self.diary.rating)
        x, x_up = self._curve(half_life * np.exp([0.0, HALF_LIFE_STEP]))
        rows[0] = x
        path = ou_path(gap, np.array([tau]), np.array([sd / noise]))
        solved = eliminate(path.diag, path.off, None, rows)
        precision = self.precision(psi[None])
        found = coefficients(solved.gram / noise**2, precision, self._expected)
        value = 0.5 * (path.logdet - solved.logdet + np.log(precision).sum(1) - found.logdet - found.misfit)[0]
        value -= n * (np.log(noise) + LOG_2PI / 2) + 0.5 * (((psi - self.start) / self.scale) ** 2).sum()
        # mean and covariance of coefficients, path and errors, in units of the noise
        theta, cov = found.mean[0] / noise, found.cov[0] / noise**2
        lifted, away = solved.lifted[:-1, 0], rows[:-1, 0] - solved.lifted[:-1, 0]
        u = solved.lifted[-1, 0] / noise - theta @ lifted
        error = rows[-1, 0] / noise - u - theta @ rows[:-1, 0]
        own, spread, with_e = path_variance(solved.pivot[0], solved.lower[0]), cov @ lifted, cov @ away
        same = u * u + own + (lifted * spread).sum(0)
        beside = u[:-1] * u[1:] - solved.lower[0, :-1] * own[1:] + (lifted[:, :-1] * spread[:, 1:]).sum(0)
        diag, off, logdet = ou_change(gap, tau, sd / noise)
        waves = slice(1 + self._columns.waves.start, 1 + self._columns.waves.stop)
        of_waves = (precision[0] * (found.mean[0] ** 2 + np.diagonal(found.cov[0])))[waves]
        slope = np.array(
            [
                0.5 * (logdet - diag @ same) - off @ beside,
                path.diag[0] @ same + 2 * path.off[0, :-1] @ beside - n,
                error @ error + own.sum() + (away * with_e).sum() - n,
                (x_up - x) @ (error * theta[0] - with_e[0]) / HALF_LIFE_STEP,
                of_waves.sum() - len(of_waves),
            ]
        )
        return float(value), slope - (psi - self.start) / self.scale**2


def fit_ignorable(diary: Diary, priors: Priors, seed: int = 0) -> Fit:
    """Posterior of the effect when the reason for each dose is left out of account.

    Args:
        diary: as judged fit by `design.judge`; priors: as in `model.Priors`; seed: shifts the quasi-random points.

    Families other than `bounded` take the joint model with its dosing left out.

    Source: Gaussian state space with regression, path and coefficients marginalised exactly (Rue & Held 2005, ch. 2).
    """
    if diary.family != "bounded":
        return fit_joint(diary, priors, seed, with_dosing=False)
    model = RatingModel(diary, priors)
    points = integrate(model.evaluate, within(model.start, model.start, model.scale, GUESS), DRAWS, seed, model.gradient)
    half_life = np.exp(points.psi[:, 3])
    taken = np.zeros((len(half_life), len(model.names)))
    taken[:, 0] = diary.exposure(diary.rating_h)(half_life).mean(1)
    return Fit("ignorable", points, model.names, half_life, taken)
