"""Is the joint posterior calibrated? Simulation-based calibration: truths drawn from the priors, and their ranks among posterior draws.

`python benchmarks/sbc.py` (`--diaries 400 --jobs 2`) keeps the ranks of each diary under `benchmarks/.recovery/` as soon as they are known,
so that an interrupted run goes on where it stopped (`--anew` starts again), and writes `benchmarks/results/sbc.csv`, a line for each
quantity, and `sbc.svg`, their histograms. `--points 512` does the same with more points than the fit is shipped with, and adds its lines:
what is off with few points and not with many is their doing.

Where a truth is drawn from the prior that is handed to the fit, its rank among the draws is as likely to be any number as any other. Drawn
so are effect, half-life, weight of the slow part, time constant and sd of the path, noise, slopes of rate and amounts on what is felt,
level and session effect. The rest is as the project's simulator has it: waking hours, gaps, daily caps, amounts (sd 0.25 of the
logarithm, kept within bounds, written down in steps), no pull of the last rating; and it has no daily rhythm, slow change or drift of
the effect, so the priors say that these are next to nothing. Diaries that `judge` refuses are left out, which the ranks are indifferent
to, as it looks at the data alone.

Source: Talts, Betancourt, Simpson, Vehtari & Gelman (2018), Validating Bayesian inference algorithms with simulation-based calibration,
arXiv 1804.06788.
"""

import argparse
import json
import os
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import cache
from itertools import repeat
from pathlib import Path
from typing import Any
from unittest.mock import patch

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from scipy.stats import binom, chisquare

from diaries import ABSORPTION_HALF_LIFE_H, make
from steelyard.exposure.kinetics import effect_site, unit_curve
from steelyard.nof1 import contrasts, joint
from steelyard.nof1.design import NotEnough, judge
from steelyard.nof1.fit import Fit
from steelyard.nof1.ignorable import fit_ignorable
from steelyard.nof1.model import Array, Diary, Priors
from steelyard.nof1.plan import Plan
from steelyard.nof1.system import FELT, GRAM, HALF_LIFE, NOISE, SD, TAIL, TAIL_TIMES, TAU
from steelyard.reports.marks import BAND, MODEL, QUIET
from steelyard.reports.svg import svg
from table import RESULTS, Row, show, write

KEPT = Path(__file__).parent / ".recovery"
NONE = 0.01  # stands for a part that the simulator leaves out
PRIORS = Priors(
    half_life_h=(4.0, 0.4),
    tau_h=(36.0, 0.6),
    sd=(1.0, 0.3),
    noise=(0.7, 0.3),
    slow=(NONE, 0.1),
    effect_sd=1.0,
    drift_sd=NONE,
    session_sd=0.5,
    rhythm_sd=NONE,
)
LEVEL_SD = 5.0  # of the estimator's own prior, in tenths of the scale
DAYS = (60, 75, 90)
RANKS = 199  # draws to be ranked among
BINS = 20
PLACES = {"log_half_life": HALF_LIFE, "felt": FELT, "log_tau": TAU, "log_sd": SD, "log_noise": NOISE}
QUANTITIES = ("peak", "as_taken", *PLACES)


def main() -> None:
    parser = argparse.ArgumentParser(description="Ranks of drawn truths among draws of the joint posterior.")
    parser.add_argument("--diaries", type=int, default=400)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--points", type=int, default=joint.DRAWS, help=f"of the fit (default {joint.DRAWS}, as shipped)")
    parser.add_argument("--anew", action="store_true", help="forget the ranks of earlier runs with these points")
    options = parser.parse_args()
    KEPT.mkdir(exist_ok=True)
    path = KEPT / f"sbc-{options.points}.jsonl"
    if options.anew:
        path.unlink(missing_ok=True)
    todo = sorted(set(range(options.diaries)) - {row["seed"] for row in kept(path)})
    with path.open("a") as file, ProcessPoolExecutor(options.jobs) as pool:
        for row in pool.map(one, todo, repeat(options.points)):
            file.write(json.dumps(row) + "\n")
            file.flush()
    rows: list[Row] = []
    for points in sorted({joint.DRAWS, *(int(p.stem.removeprefix("sbc-")) for p in KEPT.glob("sbc-*.jsonl"))}):
        if found := kept(KEPT / f"sbc-{points}.jsonl"):
            rows += [{"points": points} | row for row in summary(found)]
    write("sbc", rows)
    (RESULTS / "sbc.svg").write_text(picture([row for row in rows if row["points"] == rows[0]["points"]]), encoding="utf-8")
    show(rows, ("points", "quantity", "diaries", "refused", "chi2_p", "mean", "mean_z", "spread_z", "inside_95", "said"))


def kept(path: Path) -> list[dict[str, Any]]:
    """What is known of the ranks: of each diary its seed and its ranks, or none where it was refused."""
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def one(seed: int, points: int = joint.DRAWS) -> dict[str, Any]:
    """Ranks of the truth of one diary, by quantity, or none where it is refused."""
    diary, truth = invented(seed)
    if isinstance(judge(diary, PRIORS), NotEnough):
        return {"seed": seed, "ranks": None}
    with patch.object(joint, "DRAWS", points):
        fit = joint.fit_joint(diary, PRIORS, near=fit_ignorable(diary, PRIORS).points.mode)
    drawn = posterior(fit, np.random.default_rng([seed, 2]))
    return {"seed": seed, "ranks": {name: int((drawn[name] < truth[name]).sum()) for name in QUANTITIES}}


def invented(seed: int) -> tuple[Diary, dict[str, float]]:
    """A diary whose truth was drawn from the priors, in doses of the plan's reference dose, of which the prior of the effect speaks."""
    rng = np.random.default_rng([seed, 1])
    middle, mean, sd = prior()
    psi = mean + sd * rng.standard_normal(len(mean))
    effect, session, level = rng.standard_normal(3) * [PRIORS.effect_sd, PRIORS.session_sd, LEVEL_SD]
    plan = Plan(
        days=int(rng.choice(DAYS)),
        driver="felt",
        effect=effect,
        curve="two_compartment",
        effect_half_life_h=float(np.exp(psi[HALF_LIFE])),
        slow_half_life_h=float(TAIL_TIMES * np.exp(psi[HALF_LIFE])),
        slow_share=_share(psi),
        baseline=middle + level,
        ou_days=float(np.exp(psi[TAU]) / 24),
        ou_sd=float(np.exp(psi[SD])),
        noise_sd=float(np.exp(psi[NOISE])),
        dosing_slope=float(psi[FELT]),
        gram_slope=float(psi[GRAM]),
        therapy_effect=session,
        seed=seed,
    )
    diary, truth = make(plan)
    assert truth.own_dose is not None and truth.as_taken is not None
    dose = diary.dose * truth.own_dose / plan.reference_dose
    diary = replace(diary, dose=dose, exposure=effect_site(diary.dose_h, dose, ABSORPTION_HALF_LIFE_H))
    return diary, {"peak": effect, "as_taken": truth.as_taken} | {name: float(psi[at]) for name, at in PLACES.items()}


@cache
def prior() -> tuple[float, Array, Array]:
    """Middle of the scale, and means and spreads of the hyperparameters as the fit has them, which are the same for every diary."""
    blank, _ = make(Plan(days=7))
    model = joint.JointModel(blank, PRIORS)
    return blank.middle, model.start, model.scale


def _share(psi: Array) -> float:
    """The simulator's share of the slow part: of exponentials, where the estimator weighs curves that each peak at 1."""
    half_lives = np.exp(psi[HALF_LIFE]) * np.array([1.0, TAIL_TIMES])
    hours = np.array([40.0 * ABSORPTION_HALF_LIFE_H])  # by then all is absorbed: what is left of one exponential, by its peak
    tops = 0.5 ** (hours / half_lives) / unit_curve(hours, ABSORPTION_HALF_LIFE_H, half_lives)[:, 0]
    fast, slow = np.array([1.0, np.exp(psi[TAIL])]) / tops
    return float(slow / (fast + slow))


def posterior(fit: Fit, rng: np.random.Generator) -> dict[str, Array]:
    """Draws `(RANKS,)` of each quantity from the fit's weighted points and the normals at them."""
    at = rng.choice(len(fit.points.weight), RANKS, p=fit.points.weight)
    mixtures = {"peak": contrasts.peak(fit, 1.0), "as_taken": contrasts.as_taken(fit)}
    drawn = {name: of.mean[at] + of.sd[at] * rng.standard_normal(RANKS) for name, of in mixtures.items()}
    return drawn | {name: fit.points.psi[at, place] for name, place in PLACES.items()}


def summary(known: list[dict[str, Any]]) -> list[Row]:
    """A line for each quantity: its histogram, and tests that it is flat, centred and neither too wide nor too narrow."""
    used = [row["ranks"] for row in known if row["ranks"] is not None]
    rows: list[Row] = []
    for name in QUANTITIES:
        ranks = np.array([ranks[name] for ranks in used])
        counts = np.histogram(ranks, BINS, (0, RANKS + 1))[0]
        place = (ranks + 0.5) / (RANKS + 1)
        n = len(place)
        mean_z = (place.mean() - 0.5) / np.sqrt(1 / 12 / n)
        spread_z = (((place - 0.5) ** 2).mean() - 1 / 12) / np.sqrt(1 / 180 / n)  # variance of (U - 1/2)^2 is 1/180
        row: dict[str, object] = {"quantity": name, "diaries": n, "refused": len(known) - n}
        row |= {"chi2_p": float(chisquare(counts).pvalue), "mean": float(place.mean())}
        row |= {"mean_z": float(mean_z), "spread_z": float(spread_z), "inside_95": float((abs(place - 0.5) < 0.475).mean())}
        row |= {"said": _said(mean_z, spread_z)} | {f"bin_{i + 1}": int(count) for i, count in enumerate(counts)}
        rows.append(row)
    return rows


def picture(rows: list[Row]) -> str:
    """The histograms, with the band in which 95 of 100 bars would be if ranks were flat."""
    expected = binom(int(str(rows[0]["diaries"])), 1 / BINS)
    low, high = (float(expected.ppf(p)) for p in (0.025, 0.975))
    bars = [
        {"quantity": str(row["quantity"]).replace("_", " "), "bin": i, "count": row[f"bin_{i + 1}"]}
        for row in rows
        for i in range(BINS)
    ]
    x = {"field": "bin", "type": "ordinal", "axis": {"labels": False, "ticks": False, "title": "rank of the truth"}}
    y = {"type": "quantitative", "title": "diaries"}
    band = {"mark": {"type": "rect", "color": BAND}, "encoding": {"y": y | {"datum": low}, "y2": {"datum": high}}}
    histogram = {"mark": {"type": "bar", "color": MODEL, "opacity": 0.8}, "encoding": {"x": x, "y": y | {"field": "count"}}}
    chart = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "background": "white",
        "data": {"values": bars},
        "facet": {
            "field": "quantity",
            "type": "nominal",
            "sort": None,
            "title": None,
            "header": {"labelColor": QUIET, "labelFontSize": 14},
        },
        "columns": 4,
        "spec": {"layer": [band, histogram], "width": 180, "height": 90},
    }
    return str(
        svg(chart, "sbc", "Histograms of the ranks of drawn truths among draws of the posterior; flat where it is calibrated.")
    )


def _said(mean_z: float, spread_z: float) -> str:
    """What departs from flat by more than three standard errors, in words."""
    where = "" if abs(mean_z) < 3 else "posterior too low" if mean_z > 0 else "posterior too high"
    width = "" if abs(spread_z) < 3 else "posterior too narrow" if spread_z > 0 else "posterior too wide"
    return "; ".join(filter(None, (where, width))) or "nothing beyond chance"


if __name__ == "__main__":
    main()
