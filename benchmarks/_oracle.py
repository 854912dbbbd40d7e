"""The rating model once more, for NUTS: dense covariance, automatic differentiation, nothing of the fast solver.

What is shared with the estimator is the statement of the model: the linear columns (level, daily rhythm, sessions, slow trend)
and the priors. Written anew: the exposure (Bateman curves added dose by dose), the covariance of the ratings (a full matrix), the
likelihood, and of course the sampling. The effect is sampled; the other coefficients have normal priors and are part of the
covariance.

Source: Hoffman & Gelman (2014), The No-U-Turn Sampler, as implemented in NumPyro.
"""

import os
from dataclasses import dataclass

os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"

import jax
import jax.numpy as jnp
import numpy as np
import numpyro
import numpyro.distributions as dist
from numpyro.diagnostics import effective_sample_size, split_gelman_rubin
from numpyro.infer import MCMC, NUTS

from diaries import ABSORPTION_HALF_LIFE_H
from steelyard.nof1.model import Array, Diary, Priors, columns

jax.config.update("jax_enable_x64", True)


@dataclass(frozen=True)
class Draws:
    """Draws `(chains, draws)` of each quantity, and how many of them were divergent."""

    of: dict[str, Array]
    divergent: int


@dataclass(frozen=True)
class Moments:
    """Posterior mean and sd of one quantity with their Monte Carlo errors (in posterior sds, and as a share of the sd)."""

    mean: float
    sd: float
    effective: float
    mean_error: float
    sd_error: float
    rhat: float


def sample(diary: Diary, priors: Priors, *, seed: int, warmup: int, draws: int, chains: int) -> Draws:
    """Posterior draws of `peak` (of one reference dose), `log_half_life` and `as_taken`, by NUTS."""
    kernel = NUTS(_model, dense_mass=True, init_strategy=numpyro.infer.init_to_median)
    run = MCMC(kernel, num_warmup=warmup, num_samples=draws, num_chains=chains, chain_method="sequential", progress_bar=False)
    run.run(jax.random.PRNGKey(seed), **_data(diary, priors), extra_fields=("diverging",))
    found = run.get_samples(group_by_chain=True)
    quantities = {
        "peak": found["effect"],
        "log_half_life": found["psi"][..., 3],
        "as_taken": found["as_taken"],
    }
    divergent = int(np.sum(run.get_extra_fields()["diverging"]))
    return Draws({name: np.asarray(values) for name, values in quantities.items()}, divergent)


def moments(draws: Array) -> Moments:
    """Mean and sd of draws `(chains, draws)`; their errors, from the effective sizes of the draws and of their squares."""
    mean, sd = float(draws.mean()), float(draws.std())
    square = (draws - mean) ** 2
    effective = float(effective_sample_size(draws))
    of_square = float(effective_sample_size(square))
    # the variance is the mean of the squares; half its relative error is that of the sd
    sd_error = float(square.std() / np.sqrt(of_square) / sd**2 / 2)
    return Moments(mean, sd, effective, effective**-0.5, sd_error, float(split_gelman_rubin(draws)))


def log_posterior(diary: Diary, priors: Priors, psi: Array, effect: float) -> float:
    """Unnormalised log posterior of the hyperparameters `(5,)` and the effect, the other coefficients integrated out."""
    at = {"psi": jnp.asarray(psi), "effect": jnp.asarray(effect)}
    return float(numpyro.infer.util.log_density(_model, (), _data(diary, priors), at)[0])


def _data(diary: Diary, priors: Priors) -> dict[str, Array]:
    linear = columns(diary, diary.rating_h, priors)
    is_wave = np.arange(len(linear.names)) >= linear.waves.start
    mean, spread = priors.hyper(diary.points)
    return {
        "mean": mean,
        "spread": spread,
        "effect_sd": np.array(priors.effect_sd * diary.points),
        "y": diary.rating - diary.middle,
        "apart": np.abs(diary.rating_h[:, None] - diary.rating_h),
        "since": diary.rating_h[:, None] - diary.dose_h,
        "dose": diary.dose,
        "still": (linear.fixed[~is_wave].T * linear.spread[~is_wave]),
        "waves": linear.fixed[is_wave].T * linear.spread[is_wave],
    }


def _model(
    mean: Array,
    spread: Array,
    effect_sd: Array,
    y: Array,
    apart: Array,
    since: Array,
    dose: Array,
    still: Array,
    waves: Array,
) -> None:
    psi = numpyro.sample("psi", dist.Normal(mean, spread).to_event(1))
    effect = numpyro.sample("effect", dist.Normal(0.0, effect_sd))
    tau, sd, noise, half_life, slow = jnp.exp(psi)
    x = _exposure(since, dose, half_life)
    numpyro.deterministic("as_taken", effect * x.mean())
    trend = slow * waves
    cov = sd**2 * jnp.exp(-apart / tau) + noise**2 * jnp.eye(len(y)) + still @ still.T + trend @ trend.T
    numpyro.factor("ratings", _log_normal(cov, y - effect * x))


@jax.custom_vjp
def _log_normal(cov: Array, y: Array) -> Array:
    """Log density of `y` under a normal of mean 0."""
    return _log_normal_forward(cov, y)[0]


def _log_normal_forward(cov: Array, y: Array) -> tuple[Array, tuple[Array, Array]]:
    lower = jnp.linalg.cholesky(cov)
    solved = jax.scipy.linalg.cho_solve((lower, True), y)
    value = -0.5 * (y @ solved + len(y) * jnp.log(2 * jnp.pi)) - jnp.log(jnp.diag(lower)).sum()
    return value, (lower, solved)


def _log_normal_backward(kept: tuple[Array, Array], g: Array) -> tuple[Array, Array]:
    """Derivatives from the inverse itself: half the time of going backwards through the Cholesky factor."""
    lower, solved = kept
    inverse = jax.scipy.linalg.cho_solve((lower, True), jnp.eye(len(solved)))
    return g * 0.5 * (jnp.outer(solved, solved) - inverse), -g * solved


_log_normal.defvjp(_log_normal_forward, _log_normal_backward)


def _exposure(since: Array, dose: Array, half_life: Array) -> Array:
    """Bateman curves of all doses added up, 1 at the peak of one reference dose; `since` `(n, m)` hours from dose to rating."""
    ka, k = np.log(2) / ABSORPTION_HALF_LIFE_H, np.log(2) / half_life
    peak_h = jnp.log(ka / k) / (ka - k)
    top = jnp.exp(-k * peak_h) - jnp.exp(-ka * peak_h)
    after = jnp.maximum(since, 0.0)
    return (jnp.exp(-k * after) - jnp.exp(-ka * after)) @ dose / top
