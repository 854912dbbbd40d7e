"""CPU time of a fit, beside peers on the same diaries in the same run; and how it grows with the length of the diary.

`python benchmarks/peers.py` (some minutes on one core) writes `benchmarks/results/peers.csv`. Doses follow the last recorded rating, so
every tool here can be right. Bars: a fit of 180 days in 15 ms; of ten years in no more than 1.3 times what linear growth gives.

What each tool does, all with the same columns for level, daily rhythm, sessions and slow trend:
- steelyard: everything unknown, effect half-life too; the whole of `fit_ignorable`, with its preparations;
- celerite2: Ornstein-Uhlenbeck path and noise, half-life and the rest put in at their maximum likelihood, then least squares;
- statsmodels: SARIMAX(1,0,0) with measurement error on a grid of one hour, mostly empty; it cannot estimate the half-life and is told
  the true one;
- NumPyro: NUTS on the model of `_oracle.py`, one chain of 300 + 800, with compiling, as each diary has its own shapes.
"""

import argparse
import os
import time
from collections.abc import Callable
from importlib.metadata import version
from statistics import median

os.environ["OPENBLAS_NUM_THREADS"] = "1"

import celerite2
import numpy as np
from scipy.optimize import minimize
from statsmodels.tsa.statespace.sarimax import SARIMAX

import _oracle
from diaries import PRIORS, make
from steelyard.nof1.ignorable import fit_ignorable
from steelyard.nof1.model import Array, Diary, columns
from steelyard.nof1.plan import Plan
from table import show, write

TRUE_HALF_LIFE_H = Plan().effect_half_life_h
LENGTHS = (180, 365, 730, 1825, 3650)
BAR_MS, BAR_GROWTH = 15.0, 1.3

Estimate = tuple[float, float, float, float]  # effect, its sd, lower and upper end of its 95 % interval


def steelyard(diary: Diary) -> Estimate:
    """The fit under test."""
    effect = fit_ignorable(diary, PRIORS).effect
    return effect.value, effect.spread, effect.quantile(0.025), effect.quantile(0.975)


def celerite(diary: Diary) -> Estimate:
    """Plug-in maximum likelihood, then generalised least squares."""
    fixed = columns(diary, diary.rating_h, PRIORS).fixed
    curve = diary.exposure(diary.rating_h)

    def solve(psi: Array) -> tuple[float, Array, Array]:
        tau, sd, noise, half_life = np.exp(psi)
        process = celerite2.GaussianProcess(celerite2.terms.RealTerm(a=sd**2, c=1 / tau))
        process.compute(diary.rating_h, diag=np.full(len(diary.rating), noise**2))
        design = np.vstack([curve(np.array([half_life])), fixed]).T
        weighted = process.apply_inverse(design)
        cov = np.linalg.inv(design.T @ weighted)
        theta = cov @ (weighted.T @ diary.rating)
        return process.log_likelihood(diary.rating - design @ theta), theta, cov

    start = np.log([36.0, 1.0, 0.7, 4.0])
    best = minimize(lambda psi: -solve(psi)[0], start, method="L-BFGS-B", bounds=[(m - 3, m + 3) for m in start])
    _, theta, cov = solve(best.x)
    return _normal(theta[0], cov[0, 0] ** 0.5)


def sarimax(diary: Diary) -> Estimate:
    """AR(1) with measurement error, one row an hour; two ratings in one hour are averaged."""
    hour = (diary.rating_h - diary.rating_h[0]).astype(int)
    count = np.bincount(hour)
    with np.errstate(invalid="ignore"):
        y = np.bincount(hour, diary.rating) / count
    grid = diary.rating_h[0] + np.arange(len(y)) + 0.5
    exog = np.vstack([diary.exposure(grid)(np.array([TRUE_HALF_LIFE_H])), columns(diary, grid, PRIORS).fixed]).T
    seen = count > 0
    theta = np.linalg.lstsq(exog[seen], y[seen], rcond=None)[0]
    left = float(np.var(y[seen] - exog[seen] @ theta))
    again = np.exp(-1 / 36)
    model = SARIMAX(y, exog, order=(1, 0, 0), measurement_error=True)
    start = [*theta, again, left / 2, left / 2 * (1 - again**2)]  # its own starting values fail on so empty a grid
    found = model.fit(start, disp=False, maxiter=200)
    return _normal(found.params[0], found.bse[0])


def nuts(diary: Diary) -> Estimate:
    """One short chain."""
    draws = _oracle.sample(_oracle.prepare(diary, PRIORS), seed=0, warmup=300, draws=800, chains=1).of["peak"]
    low, high = np.quantile(draws, [0.025, 0.975])
    return float(draws.mean()), float(draws.std()), float(low), float(high)


def _normal(mean: float, sd: float) -> Estimate:
    return mean, sd, mean - 1.96 * sd, mean + 1.96 * sd


# tool, package, repeats of each timing, diaries, note
TOOLS: tuple[tuple[Callable[[Diary], Estimate], str, int, int, str], ...] = (
    (steelyard, "steelyard", 5, 20, "half-life estimated, all uncertainty carried"),
    (celerite, "celerite2", 5, 20, "half-life and variances plugged in at maximum likelihood"),
    (sarimax, "statsmodels", 1, 10, "1 h grid; half-life given (the true one)"),
    (nuts, "numpyro", 1, 3, "1 chain, 300 + 800, with compiling; half-life estimated, all uncertainty carried"),
)


def main() -> None:
    parser = argparse.ArgumentParser(description="CPU time of a fit, beside peers, and its growth.")
    parser.add_argument("--diaries", type=int, default=20, help="at most so many for each tool (default 20)")
    most = parser.parse_args().diaries
    rows: list[dict[str, object]] = []
    for tool, package, repeats, diaries, note in TOOLS:
        tool(make(Plan(driver="recorded", days=30, seed=99))[0])  # the first call pays for imports and caches
        for seed in range(min(diaries, most)):
            rows.append(_row(tool, package, repeats, note, Plan(driver="recorded", seed=seed)))
            write("peers", rows)
    _show_tools(rows)
    growth = [
        _row(steelyard, "steelyard", 5, "growth", Plan(driver="recorded", days=d, seed=s)) for d in LENGTHS for s in range(5)
    ]
    write("peers", rows + growth)
    _show_growth(growth)


def _row(tool: Callable[[Diary], Estimate], package: str, repeats: int, note: str, plan: Plan) -> dict[str, object]:
    diary, truth = make(plan)
    took = []
    for _ in range(repeats):
        began = time.process_time()
        effect, sd, low, high = tool(diary)
        took.append(time.process_time() - began)
    assert truth.peak is not None
    return {
        "tool": package,
        "version": version(package),
        "driver": plan.driver,
        "seed": plan.seed,
        "days": plan.days,
        "ratings": len(diary.rating),
        "doses": len(diary.dose),
        "cpu_ms": round(median(took) * 1e3, 2),
        "estimate": effect,
        "sd": sd,
        "truth": truth.peak,
        "covers": low <= truth.peak <= high,
        "note": note,
    }


def _show_tools(rows: list[dict[str, object]]) -> None:
    table = []
    for package in dict.fromkeys(row["tool"] for row in rows):
        of = [row for row in rows if row["tool"] == package]
        off = [float(str(row["estimate"])) - float(str(row["truth"])) for row in of]
        table.append(
            {
                "tool": package,
                "diaries": len(of),
                "cpu_ms": round(median(float(str(row["cpu_ms"])) for row in of), 1),
                "bias": round(float(np.mean(off)), 3),
                "covers": round(float(np.mean([bool(row["covers"]) for row in of])), 2),
                "note": of[0]["note"],
            }
        )
    show(table, ("tool", "diaries", "cpu_ms", "bias", "covers", "note"))
    print(f"bar: steelyard <= {BAR_MS} ms\n")


def _show_growth(rows: list[dict[str, object]]) -> None:
    took = {d: median(float(str(row["cpu_ms"])) for row in rows if row["days"] == d) for d in LENGTHS}
    first = LENGTHS[0]
    table = [{"days": d, "cpu_ms": ms, "to_linear": round(ms / took[first] / (d / first), 2)} for d, ms in took.items()]
    show(table, ("days", "cpu_ms", "to_linear"))
    print(f"bar: <= {BAR_GROWTH} at {LENGTHS[-1]} days")


if __name__ == "__main__":
    main()
