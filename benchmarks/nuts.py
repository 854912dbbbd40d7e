"""Does the fast fit give the posterior that NUTS gives for the same model? Ten diaries, NumPyro as the judge.

`python benchmarks/nuts.py` (ten minutes on one core; `--diaries 1` for a taste) writes `benchmarks/results/nuts.csv`; with `--keep`
the figures of NUTS are taken from there and only the fast fit is run again, in seconds.

Bars: means within 0.1 posterior sd, sds within 10 %, with at least 2,000 effective draws of NUTS for each quantity. The fit with
`MANY` points stands beside the shipped one: it tells too few points apart from a wrong posterior.
"""

import argparse
import csv
import os
import time
from unittest.mock import patch

os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy as np

import _oracle
from diaries import PRIORS, make
from steelyard.nof1 import contrasts, ignorable
from steelyard.nof1.fit import Fit, Mixture
from steelyard.nof1.model import Diary
from steelyard.nof1.plan import Plan
from table import RESULTS, Row, show, write

DRIVERS = ("random", "recorded")
WARMUP, DRAWS, CHAINS = 300, 2500, 2
MANY = 4096
ENOUGH = 2000  # effective draws: the error of a mean is then 0.022 posterior sd, of an sd about 2 %
BAR = 0.1  # of a mean, in posterior sds; of an sd, as a share of it


def main() -> None:
    parser = argparse.ArgumentParser(description="Posterior of the rating model, fast fit against NUTS.")
    parser.add_argument("--diaries", type=int, default=5, help="of each driver (default 5)")
    parser.add_argument("--days", type=int, default=180, help="length of a diary (default 180; shorter ones are much quicker)")
    parser.add_argument("--keep", action="store_true", help="keep the figures of NUTS from the last run")
    options = parser.parse_args()
    plans = [Plan(driver=driver, seed=seed, days=options.days) for driver in DRIVERS for seed in range(options.diaries)]
    kept = _kept() if options.keep else {}
    rows: list[Row] = []
    for plan in plans:
        diary, _ = make(plan)
        rows += compare(plan, diary, kept.get((plan.driver, plan.seed, plan.days)) or judge(plan, diary))
        write("nuts", rows)
    show(rows, ("driver", "seed", "quantity", "effective", "difference", "sd_ratio", "many_difference", "many_sd_ratio", "met"))
    print(f"bars met: {sum(row['met'] is True for row in rows)} of {len(rows)}")
    print(
        f"Monte Carlo error of a difference {max(float(str(row['nuts_mean_error'])) for row in rows):.3f}, "
        f"of a ratio {max(float(str(row['nuts_sd_error'])) for row in rows):.3f}, at worst"
    )


def judge(plan: Plan, diary: Diary) -> dict[str, dict[str, float]]:
    """What NUTS says of each quantity: posterior mean and sd with their errors, how well the chains went, and how far the log density
    that was sampled is from that with the full covariance matrix, at worst, at ten of the draws."""
    data = _oracle.prepare(diary, PRIORS)
    began = time.process_time()
    draws = _oracle.sample(data, seed=plan.seed, warmup=WARMUP, draws=DRAWS, chains=CHAINS)
    took = time.process_time() - began
    some = [(draws.psi[0, i], draws.of["peak"][0, i]) for i in range(0, DRAWS, DRAWS // 10)]
    apart = max(abs(_oracle.sampled(data, psi, effect) - _oracle.dense(data, psi, effect)) for psi, effect in some)
    found = {name: _oracle.moments(values) for name, values in draws.of.items()}
    return {
        name: {
            "nuts_mean": of.mean,
            "nuts_sd": of.sd,
            "nuts_mean_error": of.mean_error,
            "nuts_sd_error": of.sd_error,
            "effective": round(of.effective),
            "rhat": of.rhat,
            "divergent": draws.divergent,
            "nuts_cpu_s": round(took),
            "from_dense": apart,
        }
        for name, of in found.items()
    }


def compare(plan: Plan, diary: Diary, nuts: dict[str, dict[str, float]]) -> list[Row]:
    """One row for each quantity of one diary; differences in posterior sds, sds as ratios, with the errors NUTS leaves on them."""
    fit = ignorable.fit_ignorable(diary, PRIORS)
    with patch.object(ignorable, "DRAWS", MANY):
        many = _moments(ignorable.fit_ignorable(diary, PRIORS))
    rows = []
    for quantity, (mean, sd) in _moments(fit).items():
        of = nuts[quantity]
        difference, ratio = (mean - of["nuts_mean"]) / of["nuts_sd"], sd / of["nuts_sd"]
        rows.append(
            {"driver": plan.driver, "seed": plan.seed, "days": plan.days, "ratings": len(diary.rating), "doses": len(diary.dose)}
            | {"quantity": quantity, "mean": mean, "sd": sd, "points": len(fit.points.weight)}
            | of
            | {
                "difference": round(difference, 3),
                "sd_ratio": round(ratio, 3),
                "many_points": MANY,
                "many_difference": round((many[quantity][0] - of["nuts_mean"]) / of["nuts_sd"], 3),
                "many_sd_ratio": round(many[quantity][1] / of["nuts_sd"], 3),
                "met": abs(difference) <= BAR and abs(ratio - 1) <= BAR and of["effective"] >= ENOUGH,
            }
        )
    return rows


def _moments(fit: Fit) -> dict[str, tuple[float, float]]:
    """Posterior mean and sd of the quantities that NUTS reports."""
    log_half_life = np.log(fit.half_life_h)
    of = {
        "peak": contrasts.peak(fit, 1.0),
        "log_half_life": Mixture(fit.points.weight, log_half_life, np.zeros_like(log_half_life)),
        "as_taken": contrasts.as_taken(fit),
    }
    return {name: (posterior.value, posterior.spread) for name, posterior in of.items()}


def _kept() -> dict[tuple[str, int, int], dict[str, dict[str, float]]]:
    """The figures of NUTS in the last results, by driver, seed and days, then by quantity."""
    whole = ("effective", "divergent", "nuts_cpu_s")
    names = ("nuts_mean", "nuts_sd", "nuts_mean_error", "nuts_sd_error", *whole, "rhat", "from_dense")
    kept: dict[tuple[str, int, int], dict[str, dict[str, float]]] = {}
    with (RESULTS / "nuts.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            of = {name: int(row[name]) if name in whole else float(row[name]) for name in names}
            kept.setdefault((row["driver"], int(row["seed"]), int(row["days"])), {})[row["quantity"]] = of
    return kept


if __name__ == "__main__":
    main()
