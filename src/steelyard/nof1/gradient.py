"""Gradient of the joint model's Laplace value with respect to its hyperparameters.

Source: adjoint of the mode, as in Kristensen et al. (2016), doi 10.18637/jss.v070.i05.
"""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from .dosing import Decided, Dosing, decided
from .families import Ratings
from .latent import Path, ou_change, ou_path, solve_path
from .model import Columns
from .system import FELT, FIXED_FROM, GRAM, GRAM_SD, HALF_LIFE, SD, SLOW, TAIL, TAU, Mode, System, told

Array = NDArray[np.float64]
Nodes = NDArray[np.intp]


class Model(Protocol):
    """What the gradient asks of the joint model: its nodes by kind, its columns, and what moves with the hyperparameters."""

    rated: Nodes
    cells: Nodes
    doses: Nodes
    marks: Nodes
    driven: Nodes
    own: list[int]
    shared: int
    age: Array
    base: Array
    gap: Array
    response: Array
    fixed: Columns
    ratings: Ratings
    dosing: Dosing

    def exposure(self, psi: Array) -> Array:
        """Exposure at all nodes, `(n,)`."""

    def roughness(self, psi: Array, path: Path) -> Array:
        """Correction of the cells' expected doses, `(cells,)`."""


def gradient_at(model: Model, system: System, mode: Mode) -> Array:
    """Gradient of the Laplace value: explicit part, change of the determinant, and change of the mode through its adjoint."""
    psi, c, design, path = system.psi, system.c, system.columns, system.path
    u, theta, cov, q = mode.u, mode.found.mean[0], mode.found.cov[0], model.shared
    weight, cells, rated, marks = mode.weight, model.cells, model.rated, model.marks
    lifted, (own, away) = mode.solved.lifted[:-1, 0], told(system, mode)
    with_e = cov @ away  # cov(theta, e), (p, n)
    u_with_e = c * own - np.einsum("pn,pn->n", lifted, with_e)
    variance = c * u_with_e + np.einsum("pn,pn->n", design, with_e)
    # adjoint of the mode: half the change of log weights, carried back through the same system
    pull, said = np.zeros(len(c)), model.ratings.terms(mode.e[rated], psi[model.own])
    chosen = decided(mode.e[cells] + system.log_width, model.dosing.taken)
    pull[cells] = -0.5 * chosen.weight_slope * variance[cells]
    pull[rated] = -0.5 * said.weight_slope * variance[rated]
    s_theta = cov @ (away @ pull)
    s_u = solve_path(mode.solved, c * pull) - s_theta @ lifted
    s = c * s_u + s_theta @ design
    rest = _residual(model, mode.e, weight, said.slope, chosen)
    # path: expected u'dQu, and the adjoint's s'dQu
    spread = cov @ lifted
    same = u * u + own + np.einsum("pn,pn->n", lifted, spread) + 2 * s_u * u
    next_own = -mode.solved.lower[0, :-1] * own[1:]
    beside = (
        u[:-1] * u[1:] + next_own + np.einsum("pn,pn->n", lifted[:, :-1], spread[:, 1:]) + s_u[:-1] * u[1:] + s_u[1:] * u[:-1]
    )
    slope = np.zeros(len(psi))
    slope[SD] = float(path.diag[0] @ same + 2 * path.off[0, :-1] @ beside) - len(c)
    diag, off, logdet = ou_change(model.gap, np.exp(psi[TAU]), np.exp(psi[SD]))
    slope[TAU] = 0.5 * logdet - 0.5 * float(diag @ same) - float(off @ beside)
    waves = slice(FIXED_FROM + model.fixed.waves.start, FIXED_FROM + model.fixed.waves.stop)
    size = theta**2 + np.diagonal(cov) + 2 * s_theta * theta
    slope[SLOW] = float((system.precision * size)[waves].sum()) - (waves.stop - waves.start)
    slope[model.own] = said.own_log_lik + said.own_slope @ s[rated] - 0.5 * said.own_weight @ variance[rated]
    off_by = model.response[marks] - mode.e[marks]
    slope[GRAM_SD] = float((weight[marks] * (off_by**2 + variance[marks] - 2 * s[marks] * off_by)).sum()) - len(marks)
    # strengths: c and the shared columns move together
    for place, where in ((FELT, model.driven), (GRAM, marks)):
        shared = _shared(model, system, where)
        moved, s_moved = u[where] + theta[:q] @ shared, s_u[where] + s_theta[:q] @ shared
        joint = u_with_e[where] + np.einsum("pn,pn->n", shared, with_e[:q, where])
        slope[place] = _through(moved, s_moved, joint, rest[where], weight[where], pull[where], s[where])
    along = (rest + pull - weight * s)[cells]
    for place in (TAU, SD, FELT, *model.own):
        slope[place] += float(along @ _roughness_change(model, psi, place))
    for place, change in _exposure_changes(model, psi):
        moved, per_theta = c * change, np.array([np.ones_like(c), model.age])
        slope[place] = _through(
            moved * (theta[:2] @ per_theta), moved * (s_theta[:2] @ per_theta), moved * (with_e[:2] * per_theta).sum(0),
            rest, weight, pull, s,
        )  # fmt: skip
    return slope


def _shared(model: Model, system: System, where: NDArray[np.intp]) -> Array:
    """The outcome's columns at some nodes, before strengths: exposure and fixed, without the level."""
    columns_ = model.base[: model.shared, where].copy()
    columns_[0] = model.exposure(system.psi)[where]
    columns_[1] = columns_[0] * model.age[where]
    return columns_


def _residual(model: Model, e: Array, weight: Array, ratings: Array, chosen: Decided) -> Array:
    """Derivative of the log likelihood with respect to each predictor, `(n,)`; that of the ratings and of the cells is given."""
    rest = weight * (model.response - e)
    rest[model.rated] = ratings
    rest[model.cells] = chosen.slope
    rest[model.doses] = 1.0
    return np.asarray(rest)


def _roughness_change(model: Model, psi: Array, place: int) -> Array:
    """Derivative of `_roughness` with respect to one hyperparameter, by central differences."""
    step, pair = 1e-3, []
    for sign in (1, -1):
        at = psi.copy()
        at[place] += sign * step
        path = ou_path(model.gap, np.exp(at[TAU : TAU + 1]), np.exp(at[SD : SD + 1]))
        pair.append(model.roughness(at, path))
    return np.asarray((pair[0] - pair[1]) / (2 * step))


def _exposure_changes(model: Model, psi: Array) -> list[tuple[int, Array]]:
    """Derivatives of the exposure, `(n,)` each, with respect to its two hyperparameters, by central differences."""
    step, changes = 1e-3, []
    for place in (HALF_LIFE, TAIL):
        pair = []
        for sign in (1, -1):
            at = psi.copy()
            at[place] += sign * step
            pair.append(model.exposure(at))
        changes.append((place, (pair[0] - pair[1]) / (2 * step)))
    return changes


def _through(moved: Array, s_moved: Array, joint: Array, rest: Array, weight: Array, pull: Array, s: Array) -> float:
    """Gradient through predictors that change by `moved` at the mode: likelihood, determinant, and mode."""
    explicit = rest @ moved
    determinant = -(weight @ joint) + pull @ moved
    adjoint = s_moved @ rest - (weight * s) @ moved
    return float(explicit + determinant + adjoint)
