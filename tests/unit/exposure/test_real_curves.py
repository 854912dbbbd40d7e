"""Curves fitted to measured concentrations bring back the estimates of the R package nlme.

Theophylline (12 people, swallowed) and indomethacin (6 people, into the blood) are the data sets Theoph and Indometh of R. The reference
estimates were measured with nlme 3.1.162 (`SSfol` and `SSbiexp`, diagonal random effects, maximum likelihood).
"""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import minimize

from steelyard.exposure.compartments import Compartments
from steelyard.exposure.curve import Doses, curve, gradient

Array = NDArray[np.float64]
Curves = Callable[[Array], tuple[Array, Array]]  # parameters (k, p) to concentrations (k, n) and derivatives (k, p, n)


@dataclass(frozen=True)
class Fit:
    """Estimates, their standard errors, spreads between persons, noise, and the log likelihood."""

    mean: Array
    error: Array
    spread: Array
    noise: float
    log_likelihood: float


def mixed(seen: Array, curves: Curves, spread_of: list[int], start: list[float]) -> Fit:
    """A nonlinear mixed model with normal noise and a normal spread between persons of some parameters, as nlme fits it.

    In turn: the best parameters and persons for given spreads; then the spreads, from the model made linear there. Spreads start at
    0.5, the noise at 0.3. Source: Lindstrom & Bates 1990 (Biometrics 46:673).
    """
    mean, own = np.array(start), np.zeros((len(seen), len(spread_of)))
    logs = np.log([*[0.5] * len(spread_of), 0.3])
    for _ in range(30):
        before = mean
        mean, own = _penalised(seen, curves, spread_of, mean, own, np.exp(logs[:-1] - logs[-1]))
        fitted, slope = curves(_each(mean, own, spread_of))
        z = slope[:, spread_of].transpose(0, 2, 1)
        target = seen - fitted + np.einsum("kpn,p->kn", slope, mean) + np.einsum("knp,kp->kn", z, own)
        linear = _Linear(target, slope.transpose(0, 2, 1), z)
        logs = minimize(lambda x, linear=linear: -linear.solve(x)[0], logs, method="BFGS", options={"gtol": 1e-4}).x
        log_likelihood, mean, covariance = linear.solve(logs)
        if np.abs(mean - before).max() < 1e-6:
            break
    return Fit(mean, np.sqrt(np.diag(covariance)), np.exp(logs[:-1]), float(np.exp(logs[-1])), log_likelihood)


def _each(mean: Array, own: Array, spread_of: list[int]) -> Array:
    every = np.tile(mean, (len(own), 1))
    every[:, spread_of] += own
    return every


def _penalised(seen: Array, curves: Curves, spread_of: list[int], mean: Array, own: Array, ratio: Array) -> tuple[Array, Array]:
    """Least squares of all parameters, with a penalty on what is each person's own, by steps of Gauss and Newton."""
    persons, p, q = len(seen), len(mean), len(spread_of)
    for _ in range(20):
        fitted, slope = curves(_each(mean, own, spread_of))
        design = np.zeros((seen.size + persons * q, p + persons * q))
        rest = np.concatenate([(seen - fitted).ravel(), (-own / ratio).ravel()])
        for i in range(persons):
            here, mine = slice(i * seen.shape[1], (i + 1) * seen.shape[1]), slice(p + i * q, p + (i + 1) * q)
            design[here, :p], design[here, mine] = slope[i].T, slope[i, spread_of].T
        design[seen.size :, p:] = np.diag(np.tile(1 / ratio, persons))
        step = np.linalg.lstsq(design, rest, rcond=None)[0]
        mean, own = mean + step[:p], own + step[p:].reshape(persons, q)
        if np.abs(step).max() < 1e-7:
            break
    return mean, own


@dataclass(frozen=True)
class _Linear:
    """A linear mixed model: `target (k, n)` from `x (k, n, p)` for all and `z (k, n, q)` for each."""

    target: Array
    x: Array
    z: Array

    def solve(self, logs: Array) -> tuple[float, Array, Array]:
        """Log likelihood, estimates and their covariance, for logarithms of spreads and noise."""
        spread, noise = np.exp(logs[:-1]), np.exp(logs[-1])
        scaled = self.z * spread
        covariance = scaled @ scaled.transpose(0, 2, 1) + noise**2 * np.eye(self.target.shape[1])
        weighted = np.linalg.solve(covariance, self.x)
        inner = np.linalg.inv(np.einsum("knp,knq->pq", self.x, weighted))
        mean = inner @ np.einsum("knp,kn->p", weighted, self.target)
        left = self.target - self.x @ mean
        square = np.einsum("kn,kn->", left, np.linalg.solve(covariance, left[:, :, None])[:, :, 0])
        size = np.linalg.slogdet(covariance)[1].sum() + self.target.size * np.log(2 * np.pi)
        return float(-0.5 * (square + size)), mean, inner


def rows(shared: Path, name: str) -> list[dict[str, str]]:
    with (shared / "data/real/pk" / name).open(encoding="utf-8", newline="") as file:
        return [{key.lower(): value for key, value in row.items()} for row in csv.DictReader(file)]


def columns(table: list[dict[str, str]], name: str) -> Array:
    people = sorted({row["subject"] for row in table}, key=int)
    return np.array([[float(row[name]) for row in table if row["subject"] == who] for who in people])


def test_theophylline(shared: Path) -> None:
    table = rows(shared, "theophylline_12_people.csv")
    times, dose = columns(table, "time"), columns(table, "dose")[:, :1]
    log, ticks = Doses(np.zeros((12, 1), np.int64), dose), np.round(times * 100).astype(np.int64)  # hundredths of an hour

    def curves(each: Array) -> tuple[Array, Array]:
        k, ka, clearance = np.exp(each.T)
        model = Compartments(ka * 0.6, clearance * 0.6, clearance / k)  # 60 hundredths are what the room takes for an hour
        by = gradient(model, log, ticks, ["ka", "clearance", "volume"])
        return curve(model, log, ticks), np.stack([-by[:, 2], by[:, 0], by[:, 1] + by[:, 2]], axis=1)

    found = mixed(columns(table, "conc"), curves, [1, 2], [-2.5, 0.5, -3.2])  # the spread of k is left out: nlme puts it at 0
    reference, errors = np.array([-2.4546, 0.4655, -3.2272]), np.array([0.052, 0.199, 0.060])
    assert (np.abs(found.mean - reference) < errors / 20).all()
    np.testing.assert_allclose(found.error, errors, rtol=0.05)
    np.testing.assert_allclose([*found.spread, found.noise], [0.644, 0.167, 0.709], rtol=0.01)
    assert found.log_likelihood == pytest.approx(-177.02, abs=0.02)


def test_indomethacin(shared: Path) -> None:
    table = rows(shared, "indomethacin_6_people.csv")
    minutes, log = np.round(columns(table, "time") * 60).astype(np.int64), Doses(np.array([0]), np.array([1.0]), iv=True)

    def concentration(each: Array) -> Array:
        first, fast, second, slow = each[:, 0], np.exp(each[:, 1]), each[:, 2], np.exp(each[:, 3])
        volume, k21 = 1 / (first + second), (first * slow + second * fast) / (first + second)
        k10 = fast * slow / k21
        q = (fast + slow - k21 - k10) * volume
        return curve(Compartments(None, k10 * volume, volume, q, q / k21), log, minutes)

    def curves(each: Array) -> tuple[Array, Array]:
        step = 1e-5 * np.eye(4)
        by = [(concentration(each + h) - concentration(each - h)) / 2e-5 for h in step]
        return concentration(each), np.stack(by, axis=1)

    found = mixed(columns(table, "conc"), curves, [0, 1, 2], [2.5, 0.7, 0.5, -1.3])
    assert (np.abs(found.mean - [2.828, 0.773, 0.461, -1.345]) < found.error / 20).all()
    assert found.log_likelihood == pytest.approx(54.59, abs=0.02)
