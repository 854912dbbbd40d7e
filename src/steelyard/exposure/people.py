"""People drawn from what is held about how a substance rises and falls in blood."""

import numpy as np
from numpy.typing import NDArray

from steelyard.knowledge.kinetics import BloodPrior, Spread

from .compartments import Compartments, Metabolite

Array = NDArray[np.float64]


def typical(prior: BloodPrior) -> Compartments:
    """Nobody in particular: every quantity at its median."""
    return _model({name: getattr(prior, name).median for name in _names(prior)})


def people(prior: BloodPrior, rng: np.random.Generator, draws: int) -> Compartments:
    """People as different as the prior says, `(draws,)`.

    Clearance, exchange and volumes are spread together by the share that arrives, and each by itself with what is left of its spread.
    """
    together = prior.shared.log_sd * rng.standard_normal(draws)
    drawn = {}
    for name in _names(prior):
        spread: Spread = getattr(prior, name)
        apparent = name in ("clearance", "central", "exchange", "peripheral")
        own = np.sqrt(max(spread.log_sd**2 - prior.shared.log_sd**2, 0.0)) if apparent else spread.log_sd
        drawn[name] = spread.median * np.exp(own * rng.standard_normal(draws) + (together if apparent else 0.0))
    return _model(drawn)


def _names(prior: BloodPrior) -> tuple[str, ...]:
    return tuple(name for name in vars(prior) if name not in ("shared", "citations"))


def _model(of: dict[str, Array]) -> Compartments:
    made = Metabolite(of["metabolite_made"], 1.0, of["metabolite_clearance"], of["metabolite_volume"])
    return Compartments(
        ka=np.log(2) / of["absorption"],
        clearance=of["clearance"],
        volume=of["central"],
        q2=of["exchange"],
        v2=of["peripheral"],
        lag_h=of["lag"],
        metabolite=made,
    )
