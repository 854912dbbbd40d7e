"""Slow outcomes: is the truth brought back, how often is harm seen where there is none, and does what is called enough keep its promise?

    python benchmarks/slow.py [PEOPLE] [recovery|enough]

People are invented with a lag of another shape than the estimator's and with counts drawn as counts (`nof1/slow_world.py`). Answers that
the program would refuse are counted as refused and left out of bias and coverage. Writes `results/slow.csv` and `results/slow_enough.csv`.
"""

import os
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).parent))

import numpy as np

from steelyard.findings.verdict import verdict_on_harm
from steelyard.nof1.slow import PATH_PRIOR, Lag, Noise, Own, SlowDiary, SlowFit, fit_slow
from steelyard.nof1.slow_design import enough, judge_slow, told_too_little
from steelyard.nof1.slow_world import SlowPlan, invent_slow
from table import show, write

HAIR, LIVER = Lag(30.4, 182.4), Lag(7.0, 60.0)
LEAST = 0.5  # of the mean: the smallest change worth noticing, as for hair and ALT
TYPICAL = {"count": 0.4, "lab": 0.24}
SPELLS: dict[str, Any] = {"path_sd": 0.2, "trend": 0.1, "season": 0.1}
ROWS: dict[str, dict[str, Any]] = {
    "no effect, in turns": {},
    "no effect, in turns, spells trend season": SPELLS,
    "no effect, long spells": {"path_sd": 0.3, "path_d": 120.0},
    "no effect, begins half way": {"pattern": "begins", **SPELLS},
    "no effect, pauses": {"pattern": "pauses", **SPELLS},
    "no effect, by chance": {"pattern": "by_chance", "turn_d": 120, **SPELLS},
    "no effect, one year": {"days": 365, "turn_d": 120, **SPELLS},
    "no effect, 3 hairs": {"mean": 3.0, **SPELLS},
    "half more, in turns": {"effect": 0.405},
    "half more, in turns, spells trend season": {"effect": 0.405, **SPELLS},
    "doubled, in turns, spells trend season": {"effect": 0.693, **SPELLS},
    "doubled, begins half way": {"effect": 0.693, "pattern": "begins", **SPELLS},
    "doubled, pauses": {"effect": 0.693, "pattern": "pauses", **SPELLS},
    "doubled, 3 hairs": {"effect": 0.693, "mean": 3.0, **SPELLS},
    "liver test, no effect": {
        "kind": "lab",
        "every_d": 30.4,
        "turn_d": 91,
        "mean": 25.0,
        "lag_range": (7.0, 60.0),
        "path_sd": 0.1,
    },
    "liver test, doubled": {
        **{"kind": "lab", "every_d": 30.4, "turn_d": 91, "mean": 25.0, "lag_range": (7.0, 60.0), "path_sd": 0.1},
        "effect": 0.693,
    },
}


def decided(fit: SlowFit, least: float) -> str:
    """The verdict where more is worse."""
    low, high = fit.own.effect(-least), fit.own.effect(least)
    effect = fit.effect
    return verdict_on_harm(1 - effect.below(0.0), effect.below(high) - effect.below(low), effect.below(low))


def weigh(diary: SlowDiary, lag: Lag, typical: float, least: float) -> tuple[str, SlowFit | None]:
    """The verdict, or the name of the refusal."""
    refused = judge_slow(diary, lag)
    fit = None if refused else fit_slow(diary, lag, typical)
    refused = refused or (told_too_little(fit) if fit else None)
    return (refused.reason, None) if refused or fit is None else (decided(fit, least), fit)


def one(plan: dict[str, Any], seed: int) -> dict[str, Any]:
    """One person weighed."""
    chosen = SlowPlan(seed=seed, **plan)
    diary, truth = invent_slow(chosen)
    verdict, fit = weigh(diary, LIVER if chosen.kind == "lab" else HAIR, TYPICAL[chosen.kind], LEAST * chosen.mean)
    if fit is None:
        return {"verdict": "refused"}
    value, low, high = (fit.effect.quantile(q) for q in (0.5, 0.025, 0.975))
    own = [fit.own.change(b) for b in (value, low, high)]
    return {
        "verdict": verdict,
        "off": value - chosen.effect,
        "covered": low <= chosen.effect <= high,
        "own_off": (own[0] - truth) / chosen.mean,
        "own_covered": own[1] <= truth <= own[2],
    }


def summarise(name: str, rows: list[dict[str, Any]]) -> dict[str, object]:
    """Bias of the logarithm and, as a share of the mean, of the change itself; coverage of 95 % intervals; verdicts among the answered."""
    told = [row for row in rows if row["verdict"] != "refused"]
    line: dict[str, object] = {"people": name, "n": len(rows), "refused": len(rows) - len(told)}
    for key in ("off", "covered", "own_off", "own_covered"):
        line[key] = float(np.mean([row[key] for row in told])) if told else float("nan")
    line["off_se"] = float(np.std([row["off"] for row in told]) / max(len(told), 1) ** 0.5) if told else float("nan")
    for verdict in ("makes_worse", "no_worthwhile_effect", "helps", "helps_a_little", "not_settled"):
        line[verdict] = sum(row["verdict"] == verdict for row in rows) / len(rows)
    return line


def kept_promise(kind: str, total: float, people: int) -> dict[str, object]:
    """What is called enough for this noise, and the share of people invented elsewhere who then get an answer, without and with a change."""
    lag, every, mean = (HAIR, 7.0, 10.0) if kind == "count" else (LIVER, 30.4, 25.0)
    own = Own(True, mean, 0.5)
    found = enough(
        lag, Noise(total, np.array(PATH_PRIOR)), TYPICAL[kind], own.effect(-LEAST * mean), own.effect(LEAST * mean), every
    )
    line: dict[str, object] = {
        "outcome": kind,
        "noise": total,
        "weeks": found.weeks,
        "every_d": found.every_d,
        "promised": found.share,
    }
    if found.weeks is None:
        return line | {"settled_null": float("nan"), "settled_change": float("nan"), "n": 0}
    path = 0.4 * total
    single = (total**2 - path**2 - (1 / mean if kind == "count" else 0.0)) ** 0.5
    plan = {
        "kind": kind, "days": 7 * found.weeks, "every_d": found.every_d, "turn_d": 7 * found.turn_weeks, "mean": mean,
        "lag_range": (lag.low_d, lag.high_d), "scatter": single, "path_sd": path, "missing": 0.0,
    }  # fmt: skip
    for name, effect in (("settled_null", 0.0), ("settled_change", own.effect(LEAST * mean))):
        rows = [one({**plan, "effect": effect}, 10_000 + seed) for seed in range(people)]
        line[name] = sum(row["verdict"] not in ("refused", "not_settled") for row in rows) / people
    return line | {"n": people}


def recovery(people: int, pool: ProcessPoolExecutor) -> None:
    """Bias, coverage and verdicts, row by row."""
    lines = [summarise(name, list(pool.map(partial(one, plan), range(people), chunksize=10))) for name, plan in ROWS.items()]
    write("slow", lines)
    columns = ("people", "n", "refused", "off", "off_se", "covered", "own_off", "own_covered", "makes_worse", "not_settled")
    show(lines, columns)


def promises(people: int, pool: ProcessPoolExecutor) -> None:
    """What is called enough, and whether it is."""
    lines = list(pool.map(partial(_promise, people=people), (("count", 0.35), ("count", 0.4), ("lab", 0.15), ("lab", 0.24))))
    write("slow_enough", lines)
    show(lines, tuple(lines[0]))


def _promise(case: tuple[str, float], people: int) -> dict[str, object]:
    return kept_promise(*case, people)


def main() -> None:
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for part in (recovery, promises):
            if len(sys.argv) <= 2 or sys.argv[2] == {"recovery": "recovery", "promises": "enough"}[part.__name__]:
                part(people, pool)


if __name__ == "__main__":
    main()
