"""The rating model once more, for NUTS: automatic differentiation, and nothing of the fast solver.

Two forms of it, held against each other at the draws: `dense` with the full covariance matrix of the ratings, as plain as can be, and
the one that is sampled, forty times quicker, where celerite2 solves for the Ornstein-Uhlenbeck path and noise. In both the effect is
explicit and the other coefficients, which have normal priors, are part of the covariance.

What is shared with the estimator is the statement of the model: the linear columns (level, daily rhythm, sessions, slow trend) and
the priors. Written anew: exposure (Bateman curves added dose by dose), likelihood, sampling.

Source: Hoffman & Gelman (2014), The No-U-Turn Sampler, as in NumPyro; Foreman-Mackey (2018), doi 10.3847/2515-5172/aaaf6c, as in celerite2.
"""

import os
from dataclasses import dataclass

os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ["JAX_ENABLE_X64"] = "True"
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"

import celerite2.jax
import jax
import jax.numpy as jnp
import numpy as np
import numpyro
import numpyro.distributions as dist
from numpyro.diagnostics import effective_sample_size, split_gelman_rubin
from numpyro.infer import MCMC, NUTS
from numpyro.infer.util import log_density
from scipy.stats import multivariate_normal, norm

from diaries import ABSORPTION_HALF_LIFE_H
from steelyard.nof1.model import Array, Diary, Priors, columns


@dataclass(frozen=True)
class Data:
    """One diary as the model sees it: what is known of psi `(5,)` and the effect, ratings and their times `(n,)`, hours since each dose
    `(n, m)` and doses `(m,)`, and columns `(n, q)` times their prior sds, those of the slow trend apart."""

    psi_mean: Array
    psi_sd: Array
    effect_sd: float
    y: Array
    time_h: Array
    since_h: Array
    dose: Array
    still: Array
    waves: Array


@dataclass(frozen=True)
class Draws:
    """Draws of each quantity `(chains, draws)`, and of the hyperparameters `(chains, draws, 5)`; how many were divergent."""

    of: dict[str, Array]
    psi: Array
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


def prepare(diary: Diary, priors: Priors) -> Data:
    """Put a diary into the form of this model."""
    linear = columns(diary, diary.rating_h, priors)
    scaled = (linear.fixed * linear.spread[:, None]).T
    mean, sd = priors.hyper(diary.points)
    return Data(
        psi_mean=mean,
        psi_sd=sd,
        effect_sd=priors.effect_sd * diary.points,
        y=diary.rating - diary.middle,
        time_h=diary.rating_h,
        since_h=diary.rating_h[:, None] - diary.dose_h,
        dose=diary.dose,
        still=np.delete(scaled, linear.waves, axis=1),
        waves=scaled[:, linear.waves],
    )


def sample(data: Data, *, seed: int, warmup: int, draws: int, chains: int) -> Draws:
    """Posterior draws of `peak` (of one reference dose), `log_half_life` and `as_taken`, by NUTS."""
    kernel = NUTS(_model, dense_mass=True, init_strategy=numpyro.infer.init_to_median)
    run = MCMC(kernel, num_warmup=warmup, num_samples=draws, num_chains=chains, chain_method="sequential", progress_bar=False)
    run.run(jax.random.PRNGKey(seed), data, extra_fields=("diverging",))
    found = {name: np.asarray(values) for name, values in run.get_samples(group_by_chain=True).items()}
    jax.clear_caches()  # what was compiled holds this diary's arrays and serves no other
    of = {"peak": found["effect"], "log_half_life": found["psi"][..., 3], "as_taken": found["as_taken"]}
    return Draws(of, found["psi"], int(np.sum(run.get_extra_fields()["diverging"])))


def sampled(data: Data, psi: Array, effect: float) -> float:
    """Log density of data, hyperparameters `(5,)` and effect, as the sampler has it."""
    return float(log_density(_model, (data,), {}, {"psi": jnp.asarray(psi), "effect": jnp.asarray(effect)})[0])


def dense(data: Data, psi: Array, effect: float) -> float:
    """The same with the full covariance matrix."""
    tau, sd, noise, half_life, slow = np.exp(psi)
    coefficients = np.hstack([data.still, slow * data.waves])
    apart = np.abs(data.time_h[:, None] - data.time_h)
    cov = sd**2 * np.exp(-apart / tau) + noise**2 * np.eye(len(data.y)) + coefficients @ coefficients.T
    mean = effect * np.asarray(_exposure(data.since_h, data.dose, half_life))
    prior = norm.logpdf(psi, data.psi_mean, data.psi_sd).sum() + norm.logpdf(effect, 0.0, data.effect_sd)
    return float(multivariate_normal.logpdf(data.y, mean, cov) + prior)


def moments(draws: Array) -> Moments:
    """Mean and sd of draws `(chains, draws)`; their errors, from the effective sizes of the draws and of their squares."""
    mean, sd = float(draws.mean()), float(draws.std())
    square = (draws - mean) ** 2
    effective = float(effective_sample_size(draws))
    of_square = float(effective_sample_size(square))
    # the variance is the mean of the squares; half its relative error is that of the sd
    sd_error = float(square.std() / np.sqrt(of_square) / sd**2 / 2)
    return Moments(mean, sd, effective, effective**-0.5, sd_error, float(split_gelman_rubin(draws)))


def _model(data: Data) -> None:
    psi = numpyro.sample("psi", dist.Normal(data.psi_mean, data.psi_sd).to_event(1))
    effect = numpyro.sample("effect", dist.Normal(0.0, data.effect_sd))
    tau, sd, noise, half_life, slow = jnp.exp(psi)
    x = _exposure(data.since_h, data.dose, half_life)
    numpyro.deterministic("as_taken", effect * x.mean())
    path = celerite2.jax.GaussianProcess(celerite2.jax.terms.RealTerm(a=sd**2, c=1 / tau))
    path.compute(data.time_h, diag=noise**2 * jnp.ones(len(data.y)))
    off = data.y - effect * x
    numpyro.factor("ratings", path.log_likelihood(off) + _of_coefficients(path, off, jnp.hstack([data.still, slow * data.waves])))


def _of_coefficients(path: celerite2.jax.GaussianProcess, off: Array, unit: Array) -> Array:
    """What coefficients with standard normal priors of columns `unit` `(n, q)` add to the log likelihood (matrix inversion lemma)."""
    solved = path.apply_inverse(unit)
    lower = jnp.linalg.cholesky(jnp.eye(unit.shape[1]) + unit.T @ solved)
    pull = jax.scipy.linalg.solve_triangular(lower, solved.T @ off, lower=True)
    return 0.5 * pull @ pull - jnp.log(jnp.diag(lower)).sum()


def _exposure(since_h: Array, dose: Array, half_life_h: Array) -> Array:
    """Bateman curves of all doses added up, 1 at the peak of one reference dose; `since_h` `(n, m)` from dose to rating."""
    ka, k = np.log(2) / ABSORPTION_HALF_LIFE_H, np.log(2) / half_life_h
    peak_h = jnp.log(ka / k) / (ka - k)
    top = jnp.exp(-k * peak_h) - jnp.exp(-ka * peak_h)
    after = jnp.maximum(since_h, 0.0)
    return (jnp.exp(-k * after) - jnp.exp(-ka * after)) @ dose / top
