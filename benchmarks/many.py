"""Many journals: how well pooling covers the truth, how long ten thousand diaries take, and how fast a folder is weighed.

`python benchmarks/many.py cohorts` (two minutes): invented cohorts, each diary by what it alone says, normal or skewed. Writes
`many_cohorts.csv`: how often 95 % intervals hold the mean of the people, the effect of each, and that of one more person.
`python benchmarks/many.py fits` (some minutes): the same with invented diaries that are really fitted, doses felt, recorded and random.
`python benchmarks/many.py pooled` (a minute): 10,000 diaries pooled here, and with `--spark` on a master and a worker of this computer.
`python benchmarks/many.py weighed --journals 1000` (half an hour): a folder of diaries of 180 days weighed on two cores. Linux only.

Bars: coverage of 90 % or more everywhere; memory at the end of a folder no more than 1.2 times that after its first fifth.
"""

import argparse
import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from diaries import PRIORS, make
from steelyard.actions.many import Asked, How, weigh_folder
from steelyard.actions.simulate import simulate_files
from steelyard.nof1.alone import of_effect
from steelyard.nof1.ignorable import fit_ignorable
from steelyard.nof1.joint import fit_joint
from steelyard.nof1.plan import Plan
from steelyard.population.lattice import Estimate
from steelyard.population.pooling import People, Pooled, people, pool_people, single
from table import show, write

ROOT = Path(__file__).resolve().parent.parent
SCALE, MEAN = 3.0, -1.0
KINDS = ((5, 0.6, True), (20, 0.0, True), (20, 0.6, True), (20, 0.6, False), (50, 0.6, True))  # people, spread, skewed
MB = 1e6
DRIVERS = ("felt", "recorded", "random")
FITTED = 20  # cohorts of diaries that are really fitted, at most
FLAT = 1.2  # times the memory after the first fifth


def main() -> None:
    parser = argparse.ArgumentParser(description="Many journals: coverage of pooling, time and memory.")
    parser.add_argument("what", choices=("cohorts", "fits", "pooled", "weighed"))
    parser.add_argument("--cohorts", type=int, default=200, help="of each kind (default 200; `fits`: 20 of 12 people)")
    parser.add_argument("--journals", type=int, default=60, help="of 180 days for `weighed` (default 60)")
    parser.add_argument("--diaries", type=int, default=10_000, help="for `pooled` (default 10,000)")
    parser.add_argument("--spark", action="store_true", help="`pooled` on Spark as well")
    asked = parser.parse_args()
    {"cohorts": cohorts, "fits": fits, "pooled": pooled, "weighed": weighed}[asked.what](asked)


def cohorts(asked: argparse.Namespace) -> None:
    rows = []
    for size, spread, skewed in KINDS:
        rng, began = np.random.default_rng([size, int(10 * spread), skewed]), time.process_time()
        held = [_cohort(rng, size, spread, skewed) for _ in range(asked.cohorts)]
        told = {"people": size, "spread": spread, "diaries": "skewed" if skewed else "normal", **_coverage(held, size)}
        rows.append({**told, "cpu_s_each": (time.process_time() - began) / asked.cohorts})
        show(rows[-1:], tuple(rows[0]))
    write("many_cohorts", rows)


def _cohort(rng: np.random.Generator, size: int, spread: float, skewed: bool) -> tuple[bool, int, bool, float]:
    """Whether the mean was held, how many people's own effects, whether one more person was, and how far the mean was off."""
    effect, one_more = rng.normal(MEAN, spread, size), rng.normal(MEAN, spread)
    sd = rng.uniform(0.15, 1.0, size)
    # what a diary says leans to one side where the effect is seen through a factor of which only likely values are known
    factor = np.exp(0.25 * rng.standard_normal((size, 6))) if skewed else np.ones((size, 1))
    seen = effect / factor[:, 0] + sd * rng.standard_normal(size)
    told = People(factor / factor.shape[1], seen[:, None] * factor, sd[:, None] * factor)
    return _held(told, effect, one_more)


def _held(told: People, effect: np.ndarray, one_more: float, mean: float = MEAN) -> tuple[bool, int, bool, float]:
    found = pool_people(told, SCALE)
    own = single(told, found.coarse)
    within = bool(found.mean.low <= mean <= found.mean.high), int(((own.low <= effect) & (effect <= own.high)).sum())
    return *within, bool(found.another.low <= one_more <= found.another.high), float(found.mean.value) - mean


def _coverage(held: list[tuple[bool, int, bool, float]], size: int) -> dict[str, object]:
    mean, own, more, off = (np.array(x, float) for x in zip(*held, strict=True))
    shares = mean.mean(), own.sum() / (size * len(held)), more.mean()
    return {
        "cohorts": len(held),
        "mean_held": float(shares[0]),
        "each_held": float(shares[1]),
        "one_more_held": float(shares[2]),
        "bias_of_mean": float(off.mean()),
        "met": all(share >= 0.9 for share in shares),
    }


def fits(asked: argparse.Namespace) -> None:
    """Cohorts of diaries that are really fitted; effects are drawn, and read off, at the peak of 3 g."""
    size, several, rows = 12, min(asked.cohorts, FITTED), []
    for driver in DRIVERS:
        rng, held, began = np.random.default_rng(DRIVERS.index(driver)), [], time.process_time()
        for number in range(several):
            effect = rng.normal(MEAN, 0.6, size + 1)
            said = [_fitted(driver, float(b), 1000 * number + person) for person, b in enumerate(effect[:-1])]
            held.append(_held(people(said), effect[:-1], float(effect[-1])))
        rows.append({"driver": driver, "people": size, "days": 60, **_coverage(held, size), "cpu_s": time.process_time() - began})
    write("many_fits", rows)
    show(rows, tuple(rows[0]))


def _fitted(driver: str, effect: float, seed: int) -> tuple[list[float], list[float], list[float]]:
    """What one invented diary alone says of the effect of 3 g."""
    diary, truth = make(Plan(days=60, driver=driver, effect=effect, baseline=6.0, seed=seed))  # type: ignore[arg-type]
    fit = fit_joint(diary, PRIORS, near=fit_ignorable(diary, PRIORS).points.mode)
    alone = of_effect(fit, fit.peak_parts(), diary, PRIORS)
    share = effect / (truth.peak or effect)  # of 3 g to the person's own usual dose
    return alone.weight.tolist(), (share * alone.mean).tolist(), (share * alone.sd).tolist()


def pooled(asked: argparse.Namespace) -> None:
    rng, n = np.random.default_rng(0), asked.diaries
    effect = rng.normal(MEAN, 0.7, n)
    sd = rng.uniform(0.15, 1.0, (n, 1))
    told = People(
        np.full((n, 8), 1 / 8),
        (effect + sd[:, 0] * rng.standard_normal(n))[:, None] + 0.1 * rng.standard_normal((n, 8)),
        sd * np.ones(8),
    )
    rows = []
    began, used = time.perf_counter(), time.process_time()
    found = pool_people(told, SCALE)
    own = single(told, found.coarse)
    rows.append(_pooled("here", n, found, own, effect, time.perf_counter() - began, time.process_time() - used))
    if asked.spark:
        rows += _pooled_on_spark(told, effect)
    write("many_pooled", rows)
    show(rows, tuple(rows[0]))


def _pooled_on_spark(told: People, effect: np.ndarray) -> list[dict[str, object]]:
    sys.path.insert(0, str(ROOT))
    from tests.spark import needed, standalone

    from steelyard.population.pooling_spark import cluster, pool_on

    needed()
    with tempfile.TemporaryDirectory() as folder, standalone(Path(folder)) as address, cluster(address) as context:
        pool_on(context, told.part(0, 50), SCALE)  # the processes of the cluster are started, as for any later work
        began, used = time.perf_counter(), time.process_time()
        found, own = pool_on(context, told, SCALE)
        return [
            _pooled(
                "spark, 1 worker of 2 cores",
                len(effect),
                found,
                own,
                effect,
                time.perf_counter() - began,
                time.process_time() - used,
            )
        ]


def _pooled(where: str, n: int, found: Pooled, own: Estimate, effect: np.ndarray, wall: float, cpu: float) -> dict[str, object]:
    return {
        "where": where,
        "diaries": n,
        "wall_s": wall,
        "cpu_s": cpu,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / MB,
        "mean": float(found.mean.value),
        "mean_sd": float(found.mean.sd),
        "spread": float(found.spread.value),
        "each_held": float(((own.low <= effect) & (effect <= own.high)).mean()),
    }


def weighed(asked: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "journals"
        folder.mkdir()
        rng = np.random.default_rng(1)
        for number in range(asked.journals):
            plan = Plan(driver=DRIVERS[number % 3], effect=float(rng.normal(MEAN, 0.6)), seed=number)  # type: ignore[arg-type]
            (folder / f"{number:05}.jsonl").write_bytes(simulate_files(plan)[0])
        memory: list[float] = []
        began = time.perf_counter()
        how = How(2, progress=lambda done, total: memory.append(_resident_mb()))
        tally = weigh_folder(folder, str(Path(name) / "results.parquet"), Asked(substance="kratom"), how)
        wall = time.perf_counter() - began
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
    early = float(np.median(memory[len(memory) // 5 : 2 * len(memory) // 5]))
    late = float(np.median(memory[-max(len(memory) // 5, 1) - 1 : -1]))
    rows = [
        {
            "journals": tally.weighed,
            "days": 180,
            "jobs": 2,
            "rows": tally.rows,
            "wall_s": wall,
            "per_second": tally.weighed / wall,
            "cpu_s_each": (used.ru_utime + used.ru_stime) / tally.weighed,
            "early_mb": early,
            "late_mb": late,
            "most_mb": max(memory),
            "met": late <= FLAT * early,
        }
    ]
    write("many_weighed", rows)
    show(rows, tuple(rows[0]))


def _resident_mb() -> float:
    """Memory of this process and of those it started, by what Linux says of each."""
    mine, total = os.getpid(), 0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            told = dict(line.split(":\t", 1) for line in status.read_text().splitlines() if ":\t" in line)
        except OSError:  # it has ended meanwhile
            continue
        if mine in (int(told["Pid"]), int(told["PPid"])):
            total += int(told.get("VmRSS", "0 kB").split()[0]) * 1024
    return total / MB


if __name__ == "__main__":
    main()
