"""Does the fast fit give the posterior that NUTS gives for the same model? Ten diaries of 180 days, NumPyro as the judge.

`python benchmarks/nuts.py` (about an hour on one core; `--diaries 1` for a taste) writes `benchmarks/results/nuts.csv`.
Bars: means within 0.1 posterior sd, sds within 10 %, with at least 2,000 effective draws of NUTS for each quantity. The fit with
`MANY` points stands beside the shipped one: it tells too few points apart from a wrong posterior.
"""

import argparse
import os
import time

os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy as np

import _oracle
from diaries import PRIORS, make
from steelyard.nof1 import contrasts
from steelyard.nof1.fit import Fit, Mixture
from steelyard.nof1.ignorable import GUESS, RatingModel, fit_ignorable
from steelyard.nof1.integrate import integrate
from steelyard.nof1.model import Diary
from steelyard.nof1.plan import Plan
from table import show, write

WARMUP, DRAWS, CHAINS = 250, 1250, 2
MANY = 4096
ENOUGH = 2000  # effective draws: the error of a mean is then 0.022 posterior sd, of an sd about 2 %
BAR = 0.1  # of a mean, in posterior sds; of an sd, as a share of it


def main() -> None:
    parser = argparse.ArgumentParser(description="Posterior of the rating model, fast fit against NUTS.")
    parser.add_argument("--diaries", type=int, default=5, help="of each driver (default 5)")
    each = parser.parse_args().diaries
    rows: list[dict[str, object]] = []
    for driver in ("random", "recorded"):
        for seed in range(each):
            rows += compare(Plan(driver=driver, seed=seed))
            write("nuts", rows)
    show(rows, ("driver", "seed", "quantity", "effective", "difference", "sd_ratio", "many_difference", "many_sd_ratio", "met"))
    print(f"bars met: {sum(bool(row['met']) for row in rows)} of {len(rows)}")


def compare(plan: Plan) -> list[dict[str, object]]:
    """One row for each quantity of one diary."""
    diary, _ = make(plan)
    began = time.process_time()
    draws = _oracle.sample(diary, PRIORS, seed=plan.seed, warmup=WARMUP, draws=DRAWS, chains=CHAINS)
    nuts_s = time.process_time() - began
    fit = fit_ignorable(diary, PRIORS)
    ours, many = moments(fit), moments(with_points(diary, MANY))
    rows: list[dict[str, object]] = []
    for name, values in draws.of.items():
        nuts = _oracle.moments(values)
        difference, ratio = (ours[name][0] - nuts.mean) / nuts.sd, ours[name][1] / nuts.sd
        met = abs(difference) <= BAR and abs(ratio - 1) <= BAR and nuts.effective >= ENOUGH
        rows.append(
            {
                "driver": plan.driver,
                "seed": plan.seed,
                "days": plan.days,
                "ratings": len(diary.rating),
                "doses": len(diary.dose),
                "quantity": name,
                "mean": ours[name][0],
                "sd": ours[name][1],
                "points": len(fit.points.weight),
                "nuts_mean": nuts.mean,
                "nuts_sd": nuts.sd,
                "effective": round(nuts.effective),
                "rhat": nuts.rhat,
                "divergent": draws.divergent,
                "nuts_cpu_s": round(nuts_s),
                "difference": round(difference, 3),
                "difference_error": round(nuts.mean_error, 3),
                "sd_ratio": round(ratio, 3),
                "sd_ratio_error": round(nuts.sd_error * ratio, 3),
                "many_points": MANY,
                "many_difference": round((many[name][0] - nuts.mean) / nuts.sd, 3),
                "many_sd_ratio": round(many[name][1] / nuts.sd, 3),
                "met": met,
            }
        )
    return rows


def moments(fit: Fit) -> dict[str, tuple[float, float]]:
    """Posterior mean and sd of the quantities that NUTS reports."""
    log_half_life = np.log(fit.half_life_h)
    of = {
        "peak": contrasts.peak(fit, 1.0),
        "log_half_life": Mixture(fit.points.weight, log_half_life, np.zeros_like(log_half_life)),
        "as_taken": contrasts.as_taken(fit),
    }
    return {name: (posterior.value, posterior.spread) for name, posterior in of.items()}


def with_points(diary: Diary, count: int) -> Fit:
    """The ignorable fit with `count` points instead of the shipped number."""
    model = RatingModel(diary, PRIORS)
    points = integrate(model.evaluate, model.start, GUESS, count, seed=1)
    half_life = np.exp(points.psi[:, 3])
    return Fit("ignorable", points, model.names, half_life, diary.exposure(diary.rating_h)(half_life).mean(1))


if __name__ == "__main__":
    main()
