"""What can be told from 133 people's headache diaries, one yes or no a day? How long each takes, how many are refused, and why.

    python benchmarks/headaches.py [FILE]

The diaries say for each day whether there was a headache and whether preventive medication was none, reduced or continuing. They hold no
clock times and no amounts. So a headache is put at 20:00 of its day, and medication is taken as a daily state: one dose at 08:00 on every
day from the first written down to the last, as long as the state is the same on both sides of a gap, none where it is `none`. A state that
never changes within a person cannot tell anything about that person, and the program has to say so. No row of any person is written to
`benchmarks/results/headaches.csv`, only counts.
"""

import csv
import os
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).parent))

import numpy as np

from steelyard.exposure.kinetics import effect_site, unit_curve
from steelyard.knowledge.load import load
from steelyard.knowledge.lookup import effect_prior
from steelyard.nof1 import contrasts
from steelyard.nof1.design import NotEnough, judge
from steelyard.nof1.ignorable import fit_ignorable
from steelyard.nof1.joint import fit_joint
from steelyard.nof1.model import Array, Diary, Priors
from table import show, write

DIARIES = Path(__file__).parents[2] / "shared" / "data" / "real" / "diaries" / "headache_logs_133_people.csv"
PRIOR = effect_prior(load(), "preventive medication")  # of which nothing is held: the wide default
PRIORS = Priors((PRIOR.median_h, PRIOR.log_sd))
RATED_H, TAKEN_H = 20.0, 8.0
SHARE = {"none": 0.0, "reduced": 0.5, "continuing": 1.0}  # of the usual amount; `reduced` is not said by how much
Row = dict[str, str]


def people(path: Path) -> list[list[Row]]:
    """The days of each person, in order."""
    kept: dict[str, list[Row]] = defaultdict(list)
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            kept[row["id"]].append(row)
    return [sorted(days, key=lambda row: int(row["time"])) for days in kept.values()]


def diary_of(days: list[Row]) -> Diary:
    """One person's diary, hours from the midnight before the first day."""
    number = np.array([int(row["time"]) for row in days])
    state = np.array([SHARE[row["medication"]] for row in days])
    every, after = np.arange(number[0], number[-1] + 1), np.searchsorted(number, np.arange(number[0], number[-1] + 1))
    before = np.maximum(np.searchsorted(number, every, side="right") - 1, 0)
    held = (state[before] == state[after]) & (state[after] > 0)
    dose_h, dose = (every[held] - number[0]) * 24 + TAKEN_H, state[after][held]
    dose = dose / np.median(dose) if len(dose) else dose

    def one_dose(after_h: Array, half_life_h: Array) -> Array:
        return unit_curve(after_h, PRIOR.absorption_h, half_life_h)

    return Diary(
        rating_h=(number - number[0]) * 24 + RATED_H,
        rating=np.array([float(row["headache"] == "yes") for row in days]),
        low=0.0,
        high=1.0,
        worse_is_up=True,
        dose_h=dose_h,
        dose=dose,
        exposure=effect_site(dose_h, dose, PRIOR.absorption_h),
        one_dose=one_dose,
        family="binary",
    )


def weighed(diary: Diary) -> str:
    """The reason for a refusal, or that there is an answer."""
    design = judge(diary, PRIORS)
    if isinstance(design, NotEnough):
        return design.reason
    joint = fit_joint(diary, PRIORS, near=fit_ignorable(diary, PRIORS).points.mode)
    contrasts.interval(contrasts.peak(joint, 1.0))
    return "answered"


def main() -> None:
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else DIARIES
    if not path.exists():
        sys.exit("the headache diaries are not part of this project; give their file as the argument")
    outcomes: Counter[str] = Counter()
    took: dict[str, list[float]] = defaultdict(list)
    for days in people(path):
        begun = time.process_time()
        outcome = weighed(diary_of(days))
        outcomes[outcome] += 1
        took[outcome].append(1000 * (time.process_time() - begun))
    total = sum(outcomes.values())
    rows = [
        {"outcome": name, "diaries": many, "of": total, "cpu_ms_mean": float(np.mean(took[name])), "cpu_ms_most": max(took[name])}
        for name, many in outcomes.most_common()
    ]
    write("headaches", rows)
    show(rows, ("outcome", "diaries", "cpu_ms_mean", "cpu_ms_most"))


if __name__ == "__main__":
    main()
