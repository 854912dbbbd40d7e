"""Fit the curve of mitragynine and 7-OH in blood to published medians, and write it down as what is assumed.

    .venv/bin/python scripts/fit_kratom_kinetics.py

Two compartments for mitragynine and one for 7-OH, which is made on the way in and from what is cleared. Nine numbers are fitted to
eight published medians of five people, so they are not identified: a weak pull towards round starting values chooses one curve among
many that fit. It shows a shape and is nobody's own curve. The facts are written to
src/steelyard/knowledge/data/substances/kratom/curve.toml, the same bytes every time.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from math import exp, log, sqrt
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

from steelyard.exposure.compartments import Compartments, Metabolite, rates
from steelyard.exposure.curve import curve, regular
from steelyard.knowledge.load import load
from steelyard.knowledge.model import STANDARD_ERRORS_IN_95_PERCENT, Knowledge

Array = NDArray[np.float64]

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "src" / "steelyard" / "knowledge" / "data" / "substances" / "kratom" / "curve.toml"
CHECKED = date(2026, 11, 22)

# The eight figures, in the order of `summaries`; the volume of the last phase is left out, as half-life and clearance imply it.
TARGETS = (
    "cmax_tea", "tmax_tea", "auc_tea", "terminal_half_life_tea",
    "cmax_seven_oh_tea", "tmax_seven_oh_tea", "auc_seven_oh_tea", "terminal_half_life_seven_oh_tea",
)  # fmt: skip
SHOWN = {
    "cmax_tea": "peak of mitragynine", "tmax_tea": "time of the peak of mitragynine", "auc_tea": "amount of mitragynine over time",
    "terminal_half_life_tea": "last half-life of mitragynine", "cmax_seven_oh_tea": "peak of 7-OH",
    "tmax_seven_oh_tea": "time of the peak of 7-OH", "auc_seven_oh_tea": "amount of 7-OH over time",
    "terminal_half_life_seven_oh_tea": "half-life of 7-OH from 6 to 24 h",
}  # fmt: skip
# Each number with its starting value, its unit and what it is.
NUMBERS = {
    "absorption": (0.35, "h", "half-life of absorption"),
    "lag": (0.25, "h", "time from swallowing until absorption begins"),
    "clearance": (233.0, "L/h", "apparent clearance of mitragynine"),
    "central": (1000.0, "L", "apparent volume of the first compartment"),
    "exchange": (200.0, "L/h", "apparent exchange between the two compartments"),
    "peripheral": (6000.0, "L", "apparent volume of the second compartment"),
    "metabolite_made": (0.4, "ratio", "7-OH made on the way in, for each unit of mitragynine that arrives"),
    "metabolite_clearance": (1100.0, "L/h", "apparent clearance of 7-OH"),
    "metabolite_volume": (2400.0, "L", "apparent volume of 7-OH"),
}
APPARENT = ("clearance", "central", "exchange", "peripheral")
PULL = 0.1  # a number that is 2.7 times its starting value costs as much as a figure missed by 10 %
STARTS, FAR = 6, 0.7  # searches, and how far their starts lie from the starting values, on the log scale
OWN_SPREAD = 0.3  # log-sd of each number between people, beside what they share: a choice, see `statements`
FIVE = 2 * 1.163  # standard deviations between the least and the greatest of five, on average
MINUTES_A_SAMPLE, EARLY_H, LATE_H = 3, 6.0, 24.0


@dataclass(frozen=True)
class Fitted:
    """The numbers in the order of `NUMBERS`; the curve's figures in the order of `TARGETS`; how many searches came to the same place."""

    numbers: Array
    figures: Array
    targets: Array
    agreed: int

    @property
    def misfit(self) -> Array:
        """By how much each figure is missed, in per cent."""
        return 100 * (self.figures / self.targets - 1)


def targets(knowledge: Knowledge) -> Array:
    """The published medians."""
    return np.array([knowledge.fact("kratom", name).value for name in TARGETS], float)


def dose(knowledge: Knowledge) -> float:
    """The dose of the tea study in nmol: the table's own clearance times its area, so that no molar mass is needed."""
    return float((knowledge.fact("kratom", "clearance_tea").value or 0) * (knowledge.fact("kratom", "auc_tea").value or 0))


def model(numbers: Array) -> Compartments:
    """Compartments of `(9, k)` numbers."""
    absorption, lag, clearance, central, exchange, peripheral, made, cleared, volume = numbers
    return Compartments(
        ka=np.log(2) / absorption,
        clearance=clearance,
        volume=central,
        q2=exchange,
        v2=peripheral,
        lag_h=lag,
        metabolite=Metabolite(made, np.ones_like(made), cleared, volume),
    )


def summaries(numbers: Array, amount: float) -> Array:
    """The eight figures of curves, `(8, k)`, read off as the study did.

    7-OH has no last phase of its own: it follows mitragynine. Its published half-life is taken as the slope from 6 to 24 h, and its area
    as that to 24 h and what this slope adds; the sampling of the study was not seen, so this is our reading.
    """
    body, minute = model(numbers), np.arange(0, LATE_H * 60 + 1, MINUTES_A_SAMPLE, dtype=np.int64)
    once, hours = regular(amount, 1, 1), minute / 60
    parent, child = (curve(body, once, minute, what) for what in ("central", "metabolite"))  # type: ignore[arg-type]
    late = hours >= EARLY_H
    away = hours[late] - hours[late].mean()
    rate = -(np.log(child[:, late]) @ away) / (away @ away)
    area = np.trapezoid(child, hours, axis=1) + child[:, -1] / rate
    return np.array(
        [*_peak(parent, hours), amount / numbers[2], log(2) / rates(body)[0][-1], *_peak(child, hours), area, log(2) / rate]
    )


def _peak(curves: Array, hours: Array) -> tuple[Array, Array]:
    """Height and time of the peak, by a parabola through the greatest sample and its neighbours."""
    at = np.clip(curves.argmax(1), 1, curves.shape[1] - 2)
    before, top, after = (curves[np.arange(len(curves)), at + step] for step in (-1, 0, 1))
    bend = before - 2 * top + after
    shift = np.where(bend < 0, 0.5 * (before - after) / np.where(bend < 0, bend, -1.0), 0.0)
    return top - 0.25 * (before - after) * shift, hours[at] + shift * (hours[1] - hours[0])


def fit(knowledge: Knowledge) -> Fitted:
    """The curve that misses the figures least, from several starts."""
    wanted, amount, start = targets(knowledge), dose(knowledge), np.log([each[0] for each in NUMBERS.values()])

    def missed(logs: Array) -> Array:
        """All misses of columns of logs, `(17, k)`."""
        return np.concatenate([np.log(summaries(np.exp(logs), amount) / wanted[:, None]), PULL * (logs - start[:, None])])

    def slope(at: Array) -> Array:
        step = 1e-5 * np.eye(len(at))
        moved = missed(np.concatenate([at[:, None] + step, at[:, None] - step], axis=1))
        return np.asarray((moved[:, : len(at)] - moved[:, len(at) :]) / 2e-5)

    rng = np.random.default_rng(0)
    begun = [start, *(start + FAR * rng.standard_normal((STARTS - 1, len(start))))]
    found = [least_squares(lambda at: missed(at[:, None])[:, 0], each, slope, xtol=1e-12, ftol=1e-12) for each in begun]
    best = min(found, key=lambda each: each.cost)
    agreed = sum(each.cost < 1.01 * best.cost for each in found)
    numbers = np.array([float(f"{each:.4g}") for each in np.exp(best.x)])
    return Fitted(numbers, summaries(numbers[:, None], amount)[:, 0], wanted, agreed)


def shared_spread(knowledge: Knowledge) -> float:
    """Log-sd of what spreads clearance and volumes together: what the range of clearance in five people leaves beside its own spread.

    Their half-lives, the ratio of volume to clearance, differ far less than their clearances, so most of that spread is shared.
    """
    fact = knowledge.fact("kratom", "clearance_tea")
    return sqrt((log((fact.high or 1) / (fact.low or 1)) / FIVE) ** 2 - OWN_SPREAD**2)


def written(fitted: Fitted, shared: float) -> str:
    """The file of facts."""
    rests = '["kratom.two_compartments", ' + ", ".join(f'"kratom.{name}"' for name in (*TARGETS, "clearance_tea")) + "]"
    lines = [
        "# Kratom: the curve in blood that this project draws, fitted to the medians of five people. It is nobody's own.",
        "# Written by scripts/fit_kratom_kinetics.py; change that, not this.",
        "",
    ]
    for name, value, low, high, unit, said in statements(fitted, shared):
        lines += [f"[curve_{name}]", 'kind = "prior"', f'statement = "{said}"', f"value = {value}"]
        lines += [f"low = {low}", f"high = {high}"] if low else []
        lines += [f'unit = "{unit}"', 'grade = "derived"', f"checked_on = {CHECKED}", f"rests_on = {rests}", ""]
    return "\n".join(lines)


def statements(fitted: Fitted, shared: float) -> Iterator[tuple[str, str, str, str, str, str]]:
    """Name, value, ends of the range, unit and words of each fact."""
    for (name, (_, unit, what)), value in zip(NUMBERS.items(), fitted.numbers, strict=True):
        wide = exp(STANDARD_ERRORS_IN_95_PERCENT / 2 * sqrt(OWN_SPREAD**2 + (shared**2 if name in APPARENT else 0.0)))
        said = f"The {what}, fitted together with eight others to eight medians of five people. An illustration, and nobody's own figure."
        yield name, _plain(value), _plain(value / wide), _plain(value * wide), unit, said
    wide = exp(STANDARD_ERRORS_IN_95_PERCENT / 2 * shared)
    yield (
        "shared", "1.0", _plain(1 / wide), _plain(wide), "ratio",
        "How much of what is swallowed arrives, against the middle person. It spreads clearance and volumes together, as half-lives of the "
        "five people differed far less than their clearances. Beside it every number is given a spread of its own, with a log-sd of "
        f"{OWN_SPREAD}: more than their half-lives showed, as five people are few and the numbers are not identified.",
    )  # fmt: skip
    for name, missed in zip(TARGETS, fitted.misfit, strict=True):
        said = f"By how much the fitted curve misses the published median: {SHOWN[name]}."
        yield f"misfit_{name.removesuffix('_tea')}", f"{missed:.1f}", "", "", "%", said
    worst = float(np.sqrt((np.log(fitted.figures / fitted.targets) ** 2).mean()) * 100)
    yield (
        "misfit",
        f"{worst:.1f}",
        "",
        "",
        "%",
        "By how much the fitted curve misses the eight published medians: root mean square.",
    )


def _plain(value: float) -> str:
    """Four significant digits, and no exponent."""
    return f"{float(f'{value:.4g}'):g}"


def main() -> None:
    """Fit, print the misfit, write the file."""
    knowledge = load()
    fitted = fit(knowledge)
    print(f"{fitted.agreed} of {STARTS} searches came to the same place")
    for name, value in zip(NUMBERS, fitted.numbers, strict=True):
        print(f"  {name:22} {value:10.4g} {NUMBERS[name][1]}")
    for name, wanted, got, missed in zip(TARGETS, fitted.targets, fitted.figures, fitted.misfit, strict=True):
        print(f"  {name:34} published {wanted:8.4g}  curve {got:8.4g}  {missed:+6.1f} %")
    FILE.write_text(written(fitted, shared_spread(knowledge)), encoding="utf-8")


if __name__ == "__main__":
    main()
