"""Does the joint fit give the posterior that NUTS gives for the same joint model? Ten short diaries, NumPyro as the judge.

`python benchmarks/nuts_joint.py` (a quarter of an hour on one core) writes `benchmarks/results/nuts_joint.csv`, diary by diary. What NUTS
said of a diary is taken from there if the model's log density at one point (`density`) is still what it was, so that an interrupted run
goes on where it stopped, a changed fit is compared again in a minute, and a changed model is not compared with an old posterior.

Bars: means within 0.1 posterior sd, sds within 10 %. Two more fits stand beside the shipped one: with `MANY` points, which tells scatter from
a wrong posterior; and with as many and the oracle's cells in place of `roughness`, which tells Laplace's method from what corrects it.
"""

import argparse
import csv
import os
import time
from unittest.mock import patch

os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy as np

import _joint_oracle
import _oracle
from diaries import PRIORS, make
from steelyard.nof1 import contrasts, integrate, joint
from steelyard.nof1.fit import Fit
from steelyard.nof1.ignorable import fit_ignorable
from steelyard.nof1.model import Array, Diary
from steelyard.nof1.plan import Driver, Plan
from steelyard.nof1.system import FELT, HALF_LIFE, NOISE, SD
from table import RESULTS, Row, show, write

DRIVERS: tuple[Driver, ...] = ("felt", "recorded")
DAYS = 35
WARMUP, DRAWS, CHAINS = 150, 500, 2
MANY, ENOUGH_OF_MANY = 4096, 0.1  # points, and the share of them that must be effective
ENOUGH = 400  # effective draws at least, of each quantity
BAR = 0.1  # of a mean, in posterior sds; of an sd, as a share of it
WHOLE = ("effective", "divergent", "nuts_cpu_s")
OF_NUTS = ("nuts_mean", "nuts_sd", "nuts_mean_error", "nuts_sd_error", *WHOLE, "rhat", "density", "density_apart")

Figures = dict[str, dict[str, float]]


def main() -> None:
    parser = argparse.ArgumentParser(description="Posterior of the joint model, fast fit against NUTS.")
    parser.add_argument("--diaries", type=int, default=5, help="of each driver (default 5)")
    parser.add_argument(
        "--days", type=int, default=DAYS, help=f"length of a diary (default {DAYS}; NUTS takes much longer on long ones)"
    )
    options = parser.parse_args()
    plans = [Plan(driver=driver, seed=seed, days=options.days) for seed in range(options.diaries) for driver in DRIVERS]
    kept, last = _kept()
    rows: list[Row] = []
    for plan in plans:
        diary, _ = make(plan)
        fit, density = _fit(diary), _joint_oracle.mark(_joint_oracle.Averaged(diary, PRIORS))
        known = kept.get((plan.driver, plan.seed, plan.days))
        same = known is not None and np.isclose(known["peak"]["density"], density, rtol=1e-5)
        rows += compare(plan, diary, fit, known if known is not None and same else judge(plan, diary, fit.points.mode))
        last = [row for row in last if (row["driver"], row["seed"], row["days"]) != (plan.driver, str(plan.seed), str(plan.days))]
        write("nuts_joint", [*rows, *last])
    show(rows, ("driver", "seed", "quantity", "effective", "difference", "sd_ratio", "many_difference", "many_sd_ratio", "met"))
    for name in ("met", "many_met", "averaged_met"):
        print(f"{name}: {sum(row[name] is True for row in rows)} of {len(rows)}")
    print(
        f"Monte Carlo error of a difference {_worst(rows, 'nuts_mean_error'):.3f}, of a ratio {_worst(rows, 'nuts_sd_error'):.3f}, at worst"
    )


def judge(plan: Plan, diary: Diary, start: Array) -> Figures:
    """What NUTS says of each quantity: posterior mean and sd with their errors, how well the chains went, and how far the log density
    that was sampled is from that of the estimator's own terms, as a share of it, at worst, at ten points."""
    model = _joint_oracle.Averaged(diary, PRIORS)
    data = _joint_oracle.prepare(model, start)
    density, density_apart = _joint_oracle.mark(model), _joint_oracle.apart(model, data, plan.seed)
    began = time.process_time()
    draws = _joint_oracle.sample(data, seed=plan.seed, warmup=WARMUP, draws=DRAWS, chains=CHAINS)
    took = time.process_time() - began
    found = {name: _oracle.moments(values) for name, values in draws.of.items()}
    return {
        name: {
            "nuts_mean": of.mean,
            "nuts_sd": of.sd,
            "nuts_mean_error": of.mean_error,
            "nuts_sd_error": of.sd_error,
            "effective": round(of.effective),
            "divergent": draws.divergent,
            "nuts_cpu_s": round(took),
            "rhat": of.rhat,
            "density": density,
            "density_apart": density_apart,
        }
        for name, of in found.items()
    }


def compare(plan: Plan, diary: Diary, fit: Fit, nuts: Figures) -> list[Row]:
    """One row for each quantity of one diary; differences in posterior sds, sds as ratios, with the errors NUTS leaves on them."""
    with patch.object(joint, "DRAWS", MANY), patch.multiple(integrate, ENOUGH=ENOUGH_OF_MANY, PLENTY=np.inf):
        many = _fit(diary)
        with patch.object(joint, "JointModel", _joint_oracle.Averaged):
            averaged = _fit(diary)
    moments = {name: _moments(of) for name, of in (("", fit), ("many_", many), ("averaged_", averaged))}
    rows = []
    for quantity, of in nuts.items():
        mean, sd = moments[""][quantity]
        row: dict[str, object] = {"driver": plan.driver, "seed": plan.seed, "days": plan.days}
        row |= {"ratings": len(diary.rating), "doses": len(diary.dose), "quantity": quantity, "mean": mean, "sd": sd}
        row |= {"points": len(fit.points.weight), "many_points": len(many.points.weight)}
        row |= {"many_effective": round(many.points.ess), "averaged_effective": round(averaged.points.ess)} | of
        for name, figures in moments.items():
            difference, ratio = (figures[quantity][0] - of["nuts_mean"]) / of["nuts_sd"], figures[quantity][1] / of["nuts_sd"]
            met = abs(difference) <= BAR and abs(ratio - 1) <= BAR and of["effective"] >= ENOUGH
            row |= {f"{name}difference": round(difference, 3), f"{name}sd_ratio": round(ratio, 3), f"{name}met": met}
        rows.append(row)
    return rows


def _fit(diary: Diary) -> Fit:
    return joint.fit_joint(diary, PRIORS, near=fit_ignorable(diary, PRIORS).points.mode)


def _moments(fit: Fit) -> dict[str, tuple[float, float]]:
    """Posterior mean and sd of the quantities that NUTS reports."""
    found = {
        name: (of.value, of.spread) for name, of in (("peak", contrasts.peak(fit, 1.0)), ("as_taken", contrasts.as_taken(fit)))
    }
    for name, place in (("log_half_life", HALF_LIFE), ("felt", FELT), ("log_sd", SD), ("log_noise", NOISE)):
        values = fit.points.psi[:, place]
        middle = float(fit.points.average(values))
        found[name] = middle, float(np.sqrt(fit.points.average((values - middle) ** 2)))
    return found


def _kept() -> tuple[dict[tuple[str, int, int], Figures], list[Row]]:
    """The figures of NUTS in the last results, by driver, seed and days, then by quantity; and those results as they stand."""
    kept: dict[tuple[str, int, int], Figures] = {}
    path = RESULTS / "nuts_joint.csv"
    last: list[Row] = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines())) if path.exists() else []
    for row in last:
        of = {name: float(str(row[name])) for name in OF_NUTS} | {name: int(str(row[name])) for name in WHOLE}
        kept.setdefault((str(row["driver"]), int(str(row["seed"])), int(str(row["days"]))), {})[str(row["quantity"])] = of
    return kept, last


def _worst(rows: list[Row], name: str) -> float:
    return max(float(str(row[name])) for row in rows)


if __name__ == "__main__":
    main()
