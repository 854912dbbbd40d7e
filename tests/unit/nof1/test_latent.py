"""The banded algebra of the latent path against dense linear algebra, written from the definitions."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import multivariate_normal

from steelyard.nof1.latent import Path, coefficients, eliminate, ou_path, path_variance

Array = NDArray[np.float64]
GAP_H = np.array([0.3, 5.0, 0.01, 40.0, 2.0, 300.0, 1.0])
TAU_H = np.array([3.0, 36.0, 400.0])
SD = np.array([0.4, 1.0, 2.5])
K, N, P = len(TAU_H), len(GAP_H) + 1, 3


def ou_covariance(gap_h: Array, tau_h: float, sd: float) -> Array:
    """The definition: covariance `sd^2 exp(-|t - s| / tau)`."""
    at = np.concatenate([[0.0], np.cumsum(gap_h)])
    return np.asarray(sd**2 * np.exp(-np.abs(np.subtract.outer(at, at)) / tau_h))


def dense(path: Path, point: int) -> Array:
    """The tridiagonal precision written out."""
    off = path.off[point, :-1]
    return np.diag(path.diag[point]) + np.diag(off, 1) + np.diag(off, -1)


def seen(seed: int = 0) -> tuple[Array, Array]:
    """Loadings `c` with 1, other numbers and 0 (a node nobody observed), and random rows that are 0 where `c` is."""
    rng = np.random.default_rng(seed)
    c = rng.uniform(0.3, 3.0, (K, N))
    c[:, 1] = 1.0
    c[:, [2, 5]] = 0.0
    rows = rng.normal(size=(P + 1, K, N)) * (c != 0)
    return c, rows


# --- the path


@pytest.mark.parametrize("point", range(K))
def test_the_precision_is_the_inverse_of_the_covariance(point: int) -> None:
    path = ou_path(GAP_H, TAU_H, SD)
    product = dense(path, point) @ ou_covariance(GAP_H, TAU_H[point], SD[point])
    np.testing.assert_allclose(product, np.eye(N), atol=1e-11)


def test_the_log_determinant_is_that_of_the_precision() -> None:
    path = ou_path(GAP_H, TAU_H, SD)
    wanted = [np.linalg.slogdet(ou_covariance(GAP_H, tau, sd))[1] for tau, sd in zip(TAU_H, SD, strict=True)]
    np.testing.assert_allclose(path.logdet, -np.array(wanted), rtol=1e-10)


def test_rows_can_be_laid_end_to_end() -> None:
    assert (ou_path(GAP_H, TAU_H, SD).off[:, -1] == 0).all()


def test_the_quadratic_form() -> None:
    path, u = ou_path(GAP_H, TAU_H, SD), np.random.default_rng(1).normal(size=(K, N))
    wanted = [v @ np.linalg.solve(ou_covariance(GAP_H, tau, sd), v) for v, tau, sd in zip(u, TAU_H, SD, strict=True)]
    np.testing.assert_allclose(path.quadratic(u), wanted, rtol=1e-9)


@pytest.mark.parametrize("share", [0.01, 0.5, 0.93])
@pytest.mark.parametrize("split", range(len(GAP_H)))
def test_a_node_nobody_observed_changes_nothing(split: int, share: float) -> None:
    whole = ou_path(GAP_H, TAU_H, SD)
    gap_h = np.insert(GAP_H, split, share * GAP_H[split])
    gap_h[split + 1] *= 1 - share
    parted = ou_path(gap_h, TAU_H, SD)
    c, rows = seen()
    before = eliminate(whole.diag, whole.off, c, rows)
    after = eliminate(parted.diag, parted.off, np.insert(c, split + 1, 0.0, axis=1), np.insert(rows, split + 1, 0.0, axis=2))
    np.testing.assert_allclose(after.gram, before.gram, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(np.delete(after.lifted, split + 1, axis=2), before.lifted, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(parted.logdet - after.logdet, whole.logdet - before.logdet, rtol=1e-9, atol=1e-9)


def test_two_moments_long_apart_know_nothing_of_each_other() -> None:
    path = ou_path(np.array([1e5]), np.array([36.0]), np.array([2.0]))
    np.testing.assert_allclose(dense(path, 0), np.eye(2) / 4, atol=1e-12)


def test_a_single_moment_has_the_stationary_spread() -> None:
    path = ou_path(np.empty(0), np.array([36.0]), np.array([2.0]))
    assert path.diag.tolist() == [[0.25]]
    assert path.logdet == pytest.approx(-2 * np.log(2.0))


# --- taking the path out


@pytest.mark.parametrize("point", range(K))
def test_elimination_is_generalised_least_squares(point: int) -> None:
    path = ou_path(GAP_H, TAU_H, SD)
    c, rows = seen()
    got = eliminate(path.diag, path.off, c, rows)
    loading = np.diag(c[point])
    covariance = loading @ ou_covariance(GAP_H, TAU_H[point], SD[point]) @ loading + np.eye(N)
    flat = rows[:, point]
    np.testing.assert_allclose(got.gram[point], flat @ np.linalg.solve(covariance, flat.T), rtol=1e-9, atol=1e-10)
    posterior = dense(path, point) + loading**2
    np.testing.assert_allclose(got.lifted[:, point].T, np.linalg.solve(posterior, loading @ flat.T), rtol=1e-9, atol=1e-10)
    assert got.logdet[point] == pytest.approx(np.linalg.slogdet(posterior)[1], rel=1e-10)
    np.testing.assert_allclose(path_variance(got.pivot[point], got.lower[point]), np.diag(np.linalg.inv(posterior)), rtol=1e-9)


def test_seeing_the_path_at_full_strength_is_a_loading_of_one() -> None:
    path, rows = ou_path(GAP_H, TAU_H, SD), np.random.default_rng(2).normal(size=(P + 1, K, N))
    kept = rows.copy()
    plain, ones = eliminate(path.diag, path.off, None, rows), eliminate(path.diag, path.off, np.ones((K, N)), rows)
    for name in ("lifted", "gram", "logdet", "pivot", "lower"):
        np.testing.assert_allclose(getattr(plain, name), getattr(ones, name), rtol=1e-12, atol=1e-12)
    np.testing.assert_array_equal(rows, kept)


def test_points_solved_together_do_not_touch() -> None:
    path = ou_path(GAP_H, TAU_H, SD)
    c, rows = seen()
    together = eliminate(path.diag, path.off, c, rows)
    for i in range(K):
        alone = eliminate(path.diag[i : i + 1], path.off[i : i + 1], c[i : i + 1], rows[:, i : i + 1])
        np.testing.assert_allclose(together.gram[i], alone.gram[0], rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(together.lifted[:, i], alone.lifted[:, 0], rtol=1e-12, atol=1e-12)


def test_says_so_when_there_is_no_such_precision() -> None:
    path = ou_path(GAP_H, TAU_H, SD)
    with pytest.raises(FloatingPointError, match="not positive definite"):
        eliminate(path.diag * 0.1, path.off * 5, np.zeros((K, N)), seen()[1])


# --- the coefficients


def test_coefficients_are_the_bayesian_regression() -> None:
    path = ou_path(GAP_H, TAU_H, SD)
    c, rows = seen()
    prior_sd = np.array([[3.0, 0.5, 2.0], [1.0, 1.0, 1.0], [10.0, 0.1, 5.0]])
    got = coefficients(eliminate(path.diag, path.off, c, rows).gram, 1 / prior_sd**2)
    for i in range(K):
        covariance = np.diag(c[i]) @ ou_covariance(GAP_H, TAU_H[i], SD[i]) @ np.diag(c[i]) + np.eye(N)
        design, y = rows[:-1, i].T, rows[-1, i]
        precision = design.T @ np.linalg.solve(covariance, design) + np.diag(prior_sd[i] ** -2.0)
        mean = np.linalg.solve(precision, design.T @ np.linalg.solve(covariance, y))
        np.testing.assert_allclose(got.mean[i], mean, rtol=1e-9)
        np.testing.assert_allclose(got.cov[i], np.linalg.inv(precision), rtol=1e-9, atol=1e-12)
        assert got.logdet[i] == pytest.approx(np.linalg.slogdet(precision)[1], rel=1e-10)
        # the least value, by putting the minimiser into the form that it minimises
        rest = y - design @ mean
        least = rest @ np.linalg.solve(covariance, rest) + (mean / prior_sd[i]) @ (mean / prior_sd[i])
        assert got.misfit[i] == pytest.approx(least, rel=1e-9)


def test_the_pieces_make_the_marginal_likelihood() -> None:
    path = ou_path(GAP_H, TAU_H, SD)
    rows = np.random.default_rng(3).normal(size=(P + 1, K, N))
    prior_sd = np.array([3.0, 0.5, 2.0])
    solved = eliminate(path.diag, path.off, None, rows)
    found = coefficients(solved.gram, np.repeat(prior_sd[None] ** -2.0, K, 0))
    got = (
        0.5 * (path.logdet - solved.logdet - 2 * np.log(prior_sd).sum() - found.logdet - found.misfit) - N * np.log(2 * np.pi) / 2
    )
    for i in range(K):
        design = rows[:-1, i].T
        covariance = ou_covariance(GAP_H, TAU_H[i], SD[i]) + np.eye(N) + design @ np.diag(prior_sd**2) @ design.T
        assert got[i] == pytest.approx(multivariate_normal.logpdf(rows[-1, i], cov=covariance), rel=1e-10)


def test_variance_of_a_path_of_one_node() -> None:
    np.testing.assert_allclose(path_variance(np.array([4.0]), np.zeros(1)), [0.25])
