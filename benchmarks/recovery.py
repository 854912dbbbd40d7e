"""Does each estimator bring back the truth? Bias and coverage on invented diaries, by what drives the doses and what goes wrong.

    python benchmarks/recovery.py [--cells TEXT] [--diaries N] [--jobs N]

Every diary's result is kept in `benchmarks/.recovery/` as soon as it is known, so an interrupted run goes on where it stopped. The summary
is `benchmarks/results/recovery.csv`. Bars: docs/explanation/why-the-dose-was-taken.md.
"""

import argparse
import csv
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(1, str(Path(__file__).parents[1]))

import numpy as np
from tests.families import invented_as

from diaries import make
from steelyard import __version__
from steelyard.findings.verdict import verdict
from steelyard.nof1 import contrasts
from steelyard.nof1.design import NotEnough, judge
from steelyard.nof1.ignorable import fit_ignorable
from steelyard.nof1.joint import fit_joint
from steelyard.nof1.model import Priors
from steelyard.nof1.plan import Plan
from steelyard.nof1.response import by_response

HERE = Path(__file__).parent
KEPT, SUMMARY = HERE / ".recovery", HERE / "results" / "recovery.csv"
PRIORS = Priors((4.0, 0.53))  # kratom's, from the knowledge base
WORTHWHILE = 1.0
DRIVERS = ("felt", "recorded", "random", "mixed")
VARIATIONS: dict[str, dict[str, Any]] = {
    "plain": {},
    "null": {"effect": 0.0},
    "rounded": {"integer": True},
    "times wrong by 30 min": {"time_error_min": 30.0},
    "circadian": {"circadian": 0.5, "circadian_dosing": True},
    "slow trend": {"trend": 1.5, "season": 0.7, "season_days": 120.0},
    "tolerance": {"tolerance": 0.5},
    "two-rate curve": {"curve": "two_compartment"},
    "varied truth": {"varied": True},
    "by the clock": {"clock_hours": (8.0, 14.0, 20.0)},
    "asked at each dose": {"rating_at_dose": True},
    "25 % of days silent": {"silent_days": 0.25},
    "15 % unlogged": {"unlogged": 0.15},
    "null, all at once": {
        "effect": 0.0, "integer": True, "trend": 1.5, "season": 0.7, "season_days": 120.0, "circadian": 0.5, "circadian_dosing": True,
    },
    "ordinal": {"family": "ordinal"},
    "binary": {"family": "binary"},
    "count": {"family": "count"},
    "levels off": {"saturation": 1.0, "readings": True},
    "rebound": {"rebound": 0.3, "readings": True},
    "all at once": {
        "integer": True, "trend": 1.5, "season": 0.7, "season_days": 120.0, "circadian": 0.5, "circadian_dosing": True,
        "curve": "two_compartment",
    },
}  # fmt: skip
FIELDS = (
    "driver", "variation", "days", "estimator", "diaries", "refused",
    "peak_bias", "peak_bias_se", "peak_coverage", "peak_width", "as_taken_bias", "as_taken_bias_se", "as_taken_coverage",
    "helps", "helps_a_little", "no_worthwhile_effect", "makes_worse", "not_settled", "cpu_ms", "version", "seeds", "commits",
)  # fmt: skip


def cells() -> Iterator[tuple[str, str, int]]:
    """Driver, variation, days: the hardest driver first, so that an interrupted run has shown what matters most.

    `averaged`, the readings of `steelyard.nof1.response` together, is asked where the truth is not in proportion to the exposure.
    """
    for variation in sorted(VARIATIONS, key=lambda v: "family" in VARIATIONS[v]):
        for driver in DRIVERS:
            yield driver, variation, 180
    for days in (60, 720):
        for driver in DRIVERS:
            yield driver, "plain", days


def commit() -> str:
    """The commit that is run, `+` where the source differs from it; empty outside a repository."""
    asked = [["git", "rev-parse", "--short=10", "HEAD"], ["git", "status", "--porcelain", "--", "src", "benchmarks/recovery.py"]]
    done = [subprocess.run(a, cwd=HERE, capture_output=True, text=True, check=False).stdout.strip() for a in asked]
    return done[0] + ("+" if done[1] else "")


COMMIT = commit()


def plan_of(driver: str, variation: str, days: int, seed: int) -> Plan:
    """The plan of one diary; a `varied` truth draws effect, half-life, path and slopes anew for each."""
    options = {key: value for key, value in VARIATIONS[variation].items() if key not in ("family", "readings")}
    if options.pop("varied", False):
        rng = np.random.default_rng([seed, 99])
        options |= {
            "effect": float(rng.choice([0.0, -0.5, -1.0, -2.0])),
            "effect_half_life_h": float(rng.uniform(2, 10)),
            "ou_days": float(np.exp(rng.uniform(np.log(0.5), np.log(5)))),
            "dosing_slope": float(rng.uniform(0, 1)),
            "curve": str(rng.choice(["one_rate", "two_compartment"])),
        }
    return Plan(driver=driver, days=days, seed=seed, **options)  # type: ignore[arg-type]


def one(task: tuple[str, str, int, int]) -> dict[str, Any]:
    """All estimators on one diary."""
    import time

    driver, variation, days, seed = task
    plan, family = plan_of(driver, variation, days, seed), VARIATIONS[variation].get("family")
    diary, truth = invented_as(family, plan) if family else make(plan)
    worthwhile = WORTHWHILE * (1.0 if family in (None, "count") else (diary.high - diary.low) / 10)
    found: dict[str, Any] = {"seed": seed, "peak": truth.peak, "as_taken": truth.as_taken, "commit": COMMIT}
    if isinstance(judge(diary, PRIORS), NotEnough):
        return found | {"refused": True}
    begin = time.process_time()
    ignorable = fit_ignorable(diary, PRIORS)
    middle = time.process_time()
    try:
        joint = fit_joint(diary, PRIORS, near=ignorable.points.mode)
    except FloatingPointError:  # as the product does
        return found | {"refused": True}
    end = time.process_time()
    plain = contrasts.raw(diary, PRIORS.half_life_h[0], 1.0)
    if plain is not None:
        raw, taken = plain
        found["raw"] = {"peak": [raw.value, raw.low, raw.high], "as_taken": [taken, taken, taken], "ms": 0.0, "verdict": ""}
    fits = [
        ("ignorable", ignorable, contrasts.peak(ignorable, 1.0), middle - begin),
        ("joint", joint, contrasts.peak(joint, 1.0), end - middle),
    ]
    if VARIATIONS[variation].get("readings"):
        response = by_response(diary, PRIORS, joint)
        fits.append(("averaged", response.fit, response.relief(1.0), time.process_time() - end))
    for name, fit, peak, seconds in fits:
        taken_posterior = contrasts.as_taken(fit)
        found[name] = {
            "peak": _three(contrasts.interval(peak)),
            "as_taken": _three(contrasts.interval(taken_posterior)),
            "ms": 1000 * seconds,
            "verdict": verdict(peak.below(0.0), peak.below(-worthwhile)),
        }
    return found


def _three(interval: contrasts.Interval) -> list[float]:
    return [interval.value, interval.low, interval.high]


def run_cell(cell: tuple[str, str, int], diaries: int, pool: ProcessPoolExecutor) -> list[dict[str, Any]]:
    """Results of one cell, those kept and those still to be made."""
    driver, variation, days = cell
    path = KEPT / f"{driver}-{variation.replace(' ', '_').replace('%', 'pc')}-{days}.jsonl"
    known = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
    seen = {row["seed"] for row in known}
    todo = [(driver, variation, days, seed) for seed in range(diaries) if seed not in seen]
    with path.open("a") as file:
        for row in pool.map(one, todo, chunksize=4):
            known.append(row)
            file.write(json.dumps(row) + "\n")
            file.flush()
    return [row for row in known if row["seed"] < diaries]


def summarise(cell: tuple[str, str, int], rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One line for each estimator: bias with its Monte Carlo error, coverage, verdicts."""
    driver, variation, days = cell
    used = [row for row in rows if not row.get("refused")]
    lines = []
    for name in ("raw", "ignorable", "joint", "averaged"):
        have = [row for row in used if name in row]
        if not have:
            continue
        line: dict[str, Any] = {"driver": driver, "variation": variation, "days": days, "estimator": name, "diaries": len(have)}
        line |= {"refused": len(rows) - len(used), "version": __version__}
        line |= {"seeds": f"0-{max(r['seed'] for r in rows)}", "commits": " ".join(sorted({r["commit"] for r in rows}))}
        for contrast in ("peak", "as_taken"):
            value, low, high = np.array([row[name][contrast] for row in have]).T
            truth = np.array([row[contrast] for row in have])
            line[f"{contrast}_bias"] = round(float((value - truth).mean()), 4)
            line[f"{contrast}_bias_se"] = round(float((value - truth).std(ddof=1) / len(have) ** 0.5), 4)
            if not (name == "raw" and contrast == "as_taken"):
                line[f"{contrast}_coverage"] = round(float(((low <= truth) & (truth <= high)).mean()), 4)
            if contrast == "peak":
                line["peak_width"] = round(float((high - low).mean()), 3)
        if name != "raw":
            verdicts = [row[name]["verdict"] for row in have]
            for v in ("helps", "helps_a_little", "no_worthwhile_effect", "makes_worse", "not_settled"):
                line[v] = round(verdicts.count(v) / len(verdicts), 4)
            line["cpu_ms"] = round(float(np.median([row[name]["ms"] for row in have])), 1)
        lines.append(line)
    return lines


def main() -> None:
    """Run the cells whose name contains `--cells`, then write the summary of all that is known."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--cells", default="", help="only cells whose 'driver variation days' contains this")
    options.add_argument("--diaries", type=int, default=200)
    options.add_argument("--jobs", type=int, default=os.cpu_count())
    chosen = options.parse_args()
    KEPT.mkdir(exist_ok=True)
    SUMMARY.parent.mkdir(exist_ok=True)
    lines: list[dict[str, Any]] = []
    with ProcessPoolExecutor(chosen.jobs) as pool:
        for cell in cells():
            wanted = chosen.diaries if chosen.cells in " ".join(map(str, cell)) else 0
            rows = run_cell(cell, wanted, pool) if wanted else _kept(cell)
            if len(rows) > 1:
                lines += summarise(cell, rows)
                _show(lines[-2:])
                _write(lines)


def _kept(cell: tuple[str, str, int]) -> list[dict[str, Any]]:
    driver, variation, days = cell
    path = KEPT / f"{driver}-{variation.replace(' ', '_').replace('%', 'pc')}-{days}.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def _show(lines: list[dict[str, Any]]) -> None:
    for at in lines:
        print(
            f"{at['driver']:9}{at['variation']:22}{at['days']:4} {at['estimator']:10} n={at['diaries']:3} "
            f"peak {at['peak_bias']:+.3f} ({at['peak_bias_se']:.3f}) / {at['peak_coverage']:.3f}   "
            f"as taken {at['as_taken_bias']:+.3f} ({at['as_taken_bias_se']:.3f}) / {at['as_taken_coverage']:.3f}   "
            f"helps {at['helps']:.3f} worse {at['makes_worse']:.3f}  {at['cpu_ms']:.0f} ms",
            flush=True,
        )


def _write(lines: list[dict[str, Any]]) -> None:
    with SUMMARY.open("w", newline="") as file:
        out = csv.DictWriter(file, FIELDS)
        out.writeheader()
        out.writerows(lines)


if __name__ == "__main__":
    main()
