"""The joint model once more, for NUTS: path, coefficients and hyperparameters are all sampled, and nothing is approximated.

What is shared with the estimator is the statement of the model: the moments at which anything happens, the cells and their widths, the
linear columns, the priors. Written anew: exposure (dose by dose), the path's law (step by step), the likelihood, sampling.

One thing is stated otherwise. With one rate for a whole cell, that in its middle, a path that forgets within the hour would say nothing
between doses and could explain any of them; where nothing corrects for it, such a path and a steep slope make a second mode, which NUTS
finds in some diaries. The estimator has its `roughness` against this. Here a cell has the rate that is to be expected on average over it
when the path in its middle is known, `averaged`; for a path that lasts much longer than a cell the two are one.

NUTS moves in coordinates in which path and coefficients are about standard normal whatever the hyperparameters are: shifted and scaled by
the normal posterior that there would be if each cell's Poisson term were a quadratic about the mode to be expected there. A change of
coordinates leaves the posterior as it is, as its determinant is taken into account; a poor one would only cost time. Without it about one
draw in twenty is effective, and one in ten divergent.

Source: Hoffman & Gelman (2014), The No-U-Turn Sampler, as in NumPyro; for such coordinates: Parno & Marzouk, Transport map accelerated Markov
chain Monte Carlo.
"""

from dataclasses import dataclass, replace

import _oracle  # first: it sets threads and precision before jax is loaded

# isort: split
import jax
import jax.numpy as jnp
import numpy as np
import numpyro
import numpyro.distributions as dist
from jax.scipy.linalg import solve_triangular
from numpyro.infer import MCMC, NUTS, init_to_value
from scipy.stats import norm

from diaries import ABSORPTION_HALF_LIFE_H
from steelyard.nof1.joint import JointModel
from steelyard.nof1.latent import Path
from steelyard.nof1.model import Array
from steelyard.nof1.system import (
    FELT,
    FIXED_FROM,
    GRAM,
    GRAM_SD,
    HALF_LIFE,
    NOISE,
    PEAK_GRID_H,
    SD,
    SLOW,
    TAIL,
    TAIL_TIMES,
    TAU,
    System,
)

STEP, FARTHEST = 0.3, 3.0  # of the hyperparameters, in prior spreads; of an expected log rate, from where it is at the start


@jax.tree_util.register_dataclass  # so that it can be an argument of what is compiled: constants would be folded, at great length
@dataclass(frozen=True)
class Data:
    """One diary as the model sees it, over moments `(n,)` in order of time.

    `rated`, `cells`, `doses`, `marks` say which moments are which, and `taken` in which cells something was taken; `y` holds ratings and
    logarithms of amounts, `log_width` the cells' widths, 0 elsewhere; `since_h` `(n, m)` from dose to moment, `dose` `(m,)`; `shared`
    `(q, n)` columns of the outcome besides effect and drift, `own` `(r, n)` those of dosing and amounts; `spread` `(2 + q + r,)` of all
    coefficients' priors, those of `waves` in units of their own size; `age` as the drift has it; `start` `(9,)` where to begin; `log_rate`
    `(n,)` of dosing in each cell at the mode there, and how it `moves` `(9, n)` with the hyperparameters; `averaged` 1, or 0 where the
    middle stands for the cell.
    """

    psi_mean: Array
    psi_sd: Array
    gap_h: Array
    rated: Array
    cells: Array
    doses: Array
    marks: Array
    y: Array
    log_width: Array
    since_h: Array
    dose: Array
    shared: Array
    own: Array
    spread: Array
    waves: Array
    age: Array
    start: Array
    log_rate: Array
    moves: Array
    taken: Array
    averaged: float = 1.0


class Plain(JointModel):
    """The estimator without its correction: the rate in the middle stands for the cell."""

    def roughness(self, psi: Array, path: Path) -> Array:
        """None."""
        return np.zeros(len(self.cells))


class Averaged(JointModel):
    """The estimator with the cells of this model: what it says is off by Laplace's method and its points alone."""

    gradient = None  # type: ignore[assignment]  # then the search takes differences

    def _system(self, psi: Array) -> System:
        system, c = super()._system(psi), np.ones(len(self.times))
        share, rise = cell_mean(self.dosing.width_h, psi)
        c[self.cells] = np.where(self.dosing.taken, 1.0, share)
        return replace(system, c=system.c * c, log_width=np.log(self.dosing.width_h) + np.where(self.dosing.taken, 0.0, rise))


def cell_mean(width_h: Array, psi: Array) -> tuple[Array, Array]:
    """Share of the path in the middle of a cell that counts for the whole, and what the rest adds to the log rate, `(cells,)` each.

    At a distance where `phi` of the path is kept, `E exp(b u)` is `exp(b phi u_middle + b^2 sd^2 (1 - phi^2) / 2)`; `phi` and its square are
    averaged over the cell.
    """
    x = width_h / jnp.exp(psi[TAU])
    kept, of_square = -2 * jnp.expm1(-x / 2) / x, -jnp.expm1(-x) / x
    return kept, 0.5 * psi[FELT] ** 2 * jnp.exp(2 * psi[SD]) * (1 - of_square)


def prepare(model: JointModel, start: Array) -> Data:
    """Put the estimator's statement of a diary into the form of this model; `start` `(9,)` is a point of high posterior density."""
    n, ends = len(model.times), (model.rated, model.cells, model.doses, model.marks)
    kinds = np.zeros((4, n))
    for kind, at in zip(kinds, ends, strict=True):
        kind[at] = 1.0
    y, log_width = np.zeros((2, n))
    y[model.rated], y[model.marks] = model.ratings.y, model.dosing.mark
    log_width[model.cells] = np.log(model.dosing.width_h)
    taken = np.zeros(n)
    taken[model.cells] = model.dosing.taken
    log_rate = _log_rate(model, start)
    steps = np.diag(STEP * model.scale)
    moves = np.array([(_log_rate(model, start + s) - _log_rate(model, start - s)) / (2 * s.sum()) for s in steps])
    waves = np.zeros(len(model.names))
    waves[FIXED_FROM:][model.fixed.waves] = 1.0
    return Data(
        model.start, model.scale, model.gap, *kinds, y, log_width, model.times[:, None] - model.diary.dose_h, model.diary.dose,
        model.base[FIXED_FROM : model.shared], model.base[model.shared :], model._spread, waves, model.age, start, log_rate, moves, taken,
    )  # fmt: skip


def _log_rate(model: JointModel, psi: Array) -> Array:
    rate = np.zeros(len(model.times))
    rate[model.cells] = model._mode(model._system(psi)).e[model.cells]
    return rate


def sample(data: Data, *, seed: int, warmup: int, draws: int, chains: int) -> _oracle.Draws:
    """Posterior draws of `peak` (of one reference dose), `as_taken`, `log_half_life`, `felt`, path `sd` and `noise` (logarithms)."""
    kernel = NUTS(_model, dense_mass=[("psi",)], init_strategy=init_to_value(values={"psi": data.start}))
    with_args = {"chain_method": "sequential", "jit_model_args": True, "progress_bar": False}
    run = MCMC(kernel, num_warmup=warmup, num_samples=draws, num_chains=chains, **with_args)
    run.run(jax.random.PRNGKey(seed), data, extra_fields=("diverging",))
    found = {name: np.asarray(values) for name, values in run.get_samples(group_by_chain=True).items()}
    jax.clear_caches()  # what was compiled holds this diary's arrays and serves no other
    places = {"log_half_life": HALF_LIFE, "felt": FELT, "log_sd": SD, "log_noise": NOISE}
    of = {name: found[name] for name in ("peak", "as_taken")} | {name: found["psi"][..., at] for name, at in places.items()}
    return _oracle.Draws(of, found["psi"], int(np.sum(run.get_extra_fields()["diverging"])))


def apart(model: Plain | Averaged, data: Data, seed: int) -> float:
    """How far log densities here and in the estimator's own terms are apart, as a share of them, at worst, at ten points drawn from the
    prior of the hyperparameters and about the mode of the rest; in the sampler's coordinates, so that their determinant is checked too."""
    rng, worst = np.random.default_rng(seed), 0.0
    both = jax.jit(lambda psi, z: (_density(data, psi, z), *_placed(data, psi, z)[:3]))
    for _ in range(10):
        psi = data.psi_mean + data.psi_sd * rng.standard_normal(len(data.psi_mean))
        z = rng.standard_normal(len(data.spread) + len(data.y))
        here, u, theta, log_det = both(psi, z)
        there = density(model, psi, np.asarray(u), np.asarray(theta)) + float(log_det)
        worst = max(worst, abs(float(here) - there) / max(1.0, abs(there)))
    return worst


def mark(model: Averaged) -> float:
    """Log density at a point where every part of the model has a say: another value tells that this is another model, or another diary."""
    theta = 0.3 * model._spread
    return density(model, model.start + 0.3 * model.scale, np.sin(model.times / 24), theta)


def density(model: Plain | Averaged, psi: Array, u: Array, theta: Array) -> float:
    """Log density of data, path `(n,)`, coefficients `(p,)` and hyperparameters, put together from the estimator's terms."""
    system = model._system(psi)
    e = system.c * u + theta @ system.columns
    normaliser = 0.5 * float(system.path.logdet[0] + np.log(system.precision).sum() - (len(u) + len(theta)) * np.log(2 * np.pi))
    return model._log_joint(system, e, u, theta) + normaliser + float(norm.logpdf(psi, model.start, model.scale).sum())


def _model(data: Data) -> None:
    psi = numpyro.sample("psi", dist.Normal(data.psi_mean, data.psi_sd).to_event(1))
    z = numpyro.sample("z", dist.Normal(0.0, 1.0).expand([len(data.spread) + len(data.y)]).to_event(1))
    _, theta, _, x = _placed(data, psi, z)
    share = data.rated / data.rated.sum()
    numpyro.deterministic("peak", theta[0])
    numpyro.deterministic("as_taken", theta[0] * (share @ x) + theta[1] * (share @ (x * data.age)))
    known = dist.Normal(data.psi_mean, data.psi_sd).log_prob(psi).sum() + dist.Normal(0.0, 1.0).log_prob(z).sum()
    numpyro.factor("rest", _density(data, psi, z) - known)


def _density(data: Data, psi: Array, z: Array) -> Array:
    """Log density of data, hyperparameters and `z`: that of path and coefficients, with the determinant of the change."""
    u, theta, log_det, x = _placed(data, psi, z)
    tau, sd, noise, gram_sd = jnp.exp(psi[jnp.array([TAU, SD, NOISE, GRAM_SD])])
    kept = jnp.exp(-data.gap_h / tau)
    fresh = sd * jnp.sqrt(-jnp.expm1(-2 * data.gap_h / tau))
    c, columns, log_width = _seen(data, psi, x)
    e = c * u + theta @ columns
    value = dist.Normal(data.psi_mean, data.psi_sd).log_prob(psi).sum()
    value += dist.Normal(0.0, sd).log_prob(u[0]) + dist.Normal(kept * u[:-1], fresh).log_prob(u[1:]).sum()
    value += dist.Normal(0.0, _spread(data, psi)).log_prob(theta).sum()
    value += data.rated @ dist.Normal(e, noise).log_prob(data.y) + data.marks @ dist.Normal(e, gram_sd).log_prob(data.y)
    count = jnp.exp(jnp.where(data.cells > 0, e + log_width, 0.0))
    value += data.doses @ e + data.cells @ jnp.where(data.taken > 0, jnp.log(-jnp.expm1(-count)), -count)
    return value + log_det


def _placed(data: Data, psi: Array, z: Array) -> tuple[Array, Array, Array, Array]:
    """Path, coefficients, the log determinant of both by `z`, and exposure: `z` in place of standard normal numbers in a normal posterior.

    The log likelihood stands as `given e - weight e^2 / 2` at each moment; with `c`, columns `D` and the path's tridiagonal precision,
    path and coefficients have the precision matrix of blocks `Q + c w c`, `c w D'` and `D w D' + 1 / spread^2`.
    """
    x = _exposure(data, psi)
    c, columns, log_width = _seen(data, psi, x)
    sure = data.rated * jnp.exp(-2 * psi[NOISE]) + data.marks * jnp.exp(-2 * psi[GRAM_SD])
    log_rate = data.log_rate + FARTHEST * jnp.tanh((psi - data.start) @ data.moves / FARTHEST)
    rate = data.cells * jnp.exp(log_rate + log_width)
    weight, given = rate + sure, rate * (log_rate - 1.0) + data.doses + data.taken + sure * data.y
    diag, off = _precision(data, psi)
    pivot, lower = _factor(diag + c * c * weight, off)
    seen = jnp.vstack([c * weight * columns, c * given])
    lifted = _solve(pivot, lower, seen.T).T
    inner = jnp.diag(_spread(data, psi) ** -2) + (columns * weight) @ columns.T - seen[:-1] @ lifted[:-1].T
    root = jnp.linalg.cholesky(inner)
    q = len(data.spread)
    towards = solve_triangular(root, columns @ given - seen[:-1] @ lifted[-1], lower=True) + z[:q]
    theta = solve_triangular(root.T, towards, lower=False)
    u = lifted[-1] - theta @ lifted[:-1] + _back(lower, z[q:] / jnp.sqrt(pivot))
    return u, theta, -jnp.log(jnp.diag(root)).sum() - 0.5 * jnp.log(pivot).sum(), x


def _seen(data: Data, psi: Array, x: Array) -> tuple[Array, Array, Array]:
    """How strongly each moment sees the path, `(n,)`, the columns of all coefficients, `(p, n)`, and the log widths that cells count for."""
    c = data.rated + (data.cells + data.doses) * psi[FELT] + data.marks * psi[GRAM]
    columns = jnp.vstack([c * x, c * x * data.age, c * data.shared, data.own])
    share, rise = cell_mean(jnp.exp(data.log_width), psi)
    inside = data.averaged * data.cells * (1 - data.taken)
    return c * (1 + inside * (share - 1)), columns, data.log_width + inside * rise


def _spread(data: Data, psi: Array) -> Array:
    return data.spread * jnp.where(data.waves > 0, jnp.exp(psi[SLOW]), 1.0)


def _exposure(data: Data, psi: Array) -> Array:
    """Curves of all doses added up, fast and slow part, 1 at the peak of one reference dose (on the estimator's own grid of hours)."""
    slow = np.log(2) / jnp.exp(psi[HALF_LIFE]) / TAIL_TIMES
    tail = jax.nn.sigmoid(psi[TAIL])
    absorbed = np.log(2) / ABSORPTION_HALF_LIFE_H

    def curve(after: Array) -> Array:
        left = jnp.exp(-slow * after)
        gone = jnp.exp(-absorbed * after)
        return (1 - tail) * (left**TAIL_TIMES - gone) / _top(absorbed, slow * TAIL_TIMES) + tail * (left - gone) / _top(
            absorbed, slow
        )

    return curve(jnp.maximum(data.since_h, 0.0)) @ data.dose / curve(jnp.asarray(PEAK_GRID_H)).max()


def _top(fast: float, slow: Array) -> Array:
    peak_h = jnp.log(fast / slow) / (fast - slow)
    return jnp.exp(-slow * peak_h) - jnp.exp(-fast * peak_h)


def _precision(data: Data, psi: Array) -> tuple[Array, Array]:
    """Precision of the path: diagonal `(n,)`, off-diagonal `(n - 1,)`."""
    kept = jnp.exp(-data.gap_h / jnp.exp(psi[TAU]))
    fresh = -jnp.expm1(-2 * data.gap_h / jnp.exp(psi[TAU]))
    after, before = jnp.pad(1 / fresh, (1, 0), constant_values=1.0), jnp.pad(kept**2 / fresh, (0, 1))
    return (after + before) * jnp.exp(-2 * psi[SD]), -kept / fresh * jnp.exp(-2 * psi[SD])


def _factor(diag: Array, off: Array) -> tuple[Array, Array]:
    """Pivots `(n,)` and multipliers `(n - 1,)` of a tridiagonal matrix `L diag(pivot) L'`."""

    def step(pivot: Array, at: tuple[Array, Array]) -> tuple[Array, Array]:
        following = at[0] - at[1] ** 2 / pivot
        return following, following

    pivot = jnp.append(diag[0], jax.lax.scan(step, diag[0], (diag[1:], off))[1])
    return pivot, off / pivot[:-1]


def _solve(pivot: Array, lower: Array, right: Array) -> Array:
    """The factored matrix applied backwards to `(n, k)` right-hand sides."""

    def step(above: Array, at: tuple[Array, Array]) -> tuple[Array, Array]:
        here = at[1] - at[0] * above
        return here, here

    down = jax.lax.scan(step, jnp.zeros_like(right[0]), (jnp.pad(lower, (1, 0)), right))[1]
    return _back(lower, down / pivot[:, None])


def _back(lower: Array, right: Array) -> Array:
    """`L'` applied backwards to right-hand sides `(n,)` or `(n, k)`."""

    def step(below: Array, at: tuple[Array, Array]) -> tuple[Array, Array]:
        here = at[1] - at[0] * below
        return here, here

    return jax.lax.scan(step, jnp.zeros_like(right[0]), (jnp.pad(lower, (0, 1)), right), reverse=True)[1]
