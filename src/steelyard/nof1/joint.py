"""The joint estimator: ratings, dose times and amounts share one latent path, so that the reason for dosing is part of the model."""

import numpy as np
from numpy.typing import NDArray

from .dosing import dosing
from .fit import Fit
from .integrate import integrate
from .latent import LOG_2PI, Coefficients, Eliminated, coefficients, eliminate, ou_path
from .model import Diary, Priors, columns

Array = NDArray[np.float64]
HYPER = ("tau", "sd", "noise", "half_life", "slow", "tail", "felt", "gram", "gram_sd")
TAIL_TIMES = 3.0
DRAWS = 64
CLOSEST_H = 1 / 120
NORMALISER_H = np.concatenate([np.arange(0.1, 4, 0.1), np.arange(4, 12, 0.5)])


class JointModel:
    def __init__(self, diary: Diary, priors: Priors) -> None:
        self.diary = diary
        d = dosing(diary)
        self.dosing = d
        start, scale = priors.hyper(diary.points)
        self.start = np.concatenate([start, [np.log(0.12 / 0.88), 0.2 / diary.points, 0.0, np.log(0.3)]])
        self.scale = np.concatenate([scale, [1.0, 0.5 / diary.points, 0.15 / diary.points, 0.7]])
        if not len(d.mark):
            self.scale[7:] = 0.05
        times = np.concatenate([diary.rating_h, d.time_h, d.mark_h])
        order = np.argsort(times, kind="stable")
        place = np.argsort(order, kind="stable")
        n, c, g = len(diary.rating_h), len(d.time_h), len(d.mark_h)
        self.rated, self.cells, self.marks = place[:n], place[n : n + c], place[n + c :]
        self.times = times[order]
        self.gap = np.maximum(np.diff(self.times), CLOSEST_H)
        cols = columns(diary, self.times, priors)
        self.cols = cols
        self.curve = diary.exposure(self.times)
        f = len(d.features)
        q = 1 + len(cols.names)
        self.q, self.p = q, q + f + 1
        N = len(times)
        self.base = np.zeros((self.p + 1, N))
        self.base[1:q] = cols.fixed
        self.base[1, self.cells] = 0.0  # the level is part of the dosing's own intercept
        self.base[1, self.marks] = 0.0
        self.base[q : q + f, self.cells] = d.features
        self.base[q + f, self.marks] = 1.0
        self.spread = np.concatenate([[priors.effect_sd * diary.points], cols.spread, d.spread, [2.0]])
        self.y = diary.rating - diary.middle
        self.guess = np.array([0.3, 0.1, 0.06, 0.3, 0.5, 0.8, 0.1 / diary.points, 0.03 / diary.points, 0.05])
        self.warm: Array | None = None
        self.calls = self.iterations = 0

    def exposure(self, half_life: float, tail: float) -> Array:
        pair = np.array([half_life, TAIL_TIMES * half_life])
        w = np.array([1 - tail, tail])
        return (w @ self.curve(pair)) / (w @ self.diary.one_dose(NORMALISER_H, pair)).max()

    def at(self, psi: Array, iterations: int = 12) -> tuple[float, Coefficients, Eliminated, Array]:
        tau, sd, noise, half_life, slow = np.exp(psi[:5])
        tail = 1 / (1 + np.exp(-psi[5]))
        felt, gram, gram_sd = psi[6], psi[7], np.exp(psi[8])
        N, q = len(self.times), self.q
        c = np.ones(N)
        c[self.cells] = felt
        c[self.marks] = gram
        rows = self.base.copy()
        rows[0] = self.exposure(half_life, tail)
        rows[:q] *= c
        spread = self.spread.copy()
        spread[1:q][self.cols.waves] *= slow
        precision = 1 / spread**2
        path = ou_path(self.gap, np.array([tau]), np.array([sd]))
        root = np.empty(N)
        root[self.rated] = 1 / noise
        root[self.marks] = 1 / gram_sd
        response = np.zeros(N)
        response[self.rated] = self.y
        response[self.marks] = self.dosing.mark
        count, log_width = self.dosing.count, self.dosing.log_width
        predictor = self.warm[1] if self.warm is not None else np.full(len(count), np.log(count.sum() / np.exp(log_width).sum()))
        last = -np.inf
        self.calls += 1
        for step in range(iterations):
            self.iterations += 1
            rate = np.exp(np.minimum(predictor + log_width, 20))
            root[self.cells] = np.sqrt(rate)
            response[self.cells] = predictor + (count - rate) / rate
            rows[-1] = response
            solved = eliminate(path.diag, path.off, (c * root)[None], (rows * root)[:, None])
            found = coefficients(solved.gram, precision[None])
            theta = found.mean[0]
            u = solved.lifted[-1, 0] - theta @ solved.lifted[:-1, 0]
            e = c * u + theta @ rows[:-1]
            new = e[self.cells]
            change = np.abs(new - predictor).max()
            if change > 3:  # a long step: hold it back
                new = predictor + (new - predictor) * 3 / change
            predictor = new
            if change < 0.02:
                break
        rate = np.exp(predictor + log_width)
        self.last = (psi, predictor)
        value = (count * (predictor + log_width) - rate).sum()
        value -= 0.5 * ((self.y - e[self.rated]) ** 2).sum() / noise**2 + len(self.y) * (np.log(noise) + LOG_2PI / 2)
        value -= 0.5 * ((self.dosing.mark - e[self.marks]) ** 2).sum() / gram_sd**2 + len(self.marks) * (
            np.log(gram_sd) + LOG_2PI / 2
        )
        value -= 0.5 * (path.quadratic(u[None])[0] + (theta**2 * precision).sum())
        value += 0.5 * (path.logdet[0] + np.log(precision).sum() - solved.logdet[0] - found.logdet[0])
        return float(value), found, solved, e

    def log_posterior(self, psi: Array) -> Array:
        out = np.empty(len(psi))
        for i, point in enumerate(psi):
            out[i] = self.at(point)[0] - 0.5 * (((point - self.start) / self.scale) ** 2).sum()
            if i == 0:
                self.warm = self.last
        return out


def fit_joint(diary: Diary, priors: Priors, seed: int = 0, start: Array | None = None):
    model = JointModel(diary, priors)
    begin = model.start.copy()
    if start is not None:
        begin[:5] = start[:5]
    points = integrate(model.log_posterior, begin, model.guess, DRAWS, seed)
    found = [model.at(p)[1] for p in points.psi]
    mean, cov = np.concatenate([f.mean for f in found]), np.concatenate([f.cov for f in found])
    half_life = np.exp(points.psi[:, 3])
    taken = np.array([model.exposure(np.exp(p[3]), 1 / (1 + np.exp(-p[5])))[model.rated].mean() for p in points.psi])
    names = ("effect", *model.cols.names, "recorded")
    return Fit("joint", points, names, mean, cov, half_life, taken), model
