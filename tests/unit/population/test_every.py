"""All pairs a block at a time are all pairs at once."""

import numpy as np
import pytest

from steelyard.population import every, mixture
from steelyard.population.counting import count
from steelyard.population.measures import expected, ic, prr, ror, table
from steelyard.population.mixture import fit_prior, points
from steelyard.population.shrink import shrink

from .conftest import Caers


def test_blocks_have_the_measures_of_the_whole(caers: Caers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(every, "BLOCK", 5_000)
    counts = count(*caers.codes(1), *caers.codes(2), len(caers.reports))
    prior, given = every.prior_of(counts)
    blocks = list(every.every_pair(counts, prior, given))
    assert [len(each.drug) for each in blocks] == [5_000, 5_000, 5_000, 2_189]
    whole = table(counts.n, counts.n_drug[counts.drug], counts.n_event[counts.event], counts.total)
    for name, measure in (("prr", prr), ("ror", ror), ("ic", ic)):
        for end in ("value", "low", "high"):
            got = np.concatenate([getattr(getattr(each, name), end) for each in blocks])
            with np.errstate(invalid="ignore"):
                assert np.array_equal(got, getattr(measure(whole), end), equal_nan=True)
    eb = shrink(whole.n, expected(whole), prior)
    assert np.concatenate([each.eb.low for each in blocks]) == pytest.approx(eb.low, rel=1e-6)


def test_the_prior_of_blocks_is_squashed_and_hardly_another(caers: Caers, monkeypatch: pytest.MonkeyPatch) -> None:
    counts = count(*caers.codes(1), *caers.codes(2), len(caers.reports))
    whole, given = every.prior_of(counts)
    assert not whole.squashed and len(given.n) == 17_189
    monkeypatch.setattr(every, "BLOCK", 5_000)
    parts, squashed = every.prior_of(counts)
    assert parts.squashed and len(squashed.n) < 1_500
    assert (*parts.alpha, *parts.beta, parts.share) == pytest.approx((*whole.alpha, *whole.beta, whole.share), rel=2e-3)
    expect = counts.n_drug[counts.drug] * counts.n_event[counts.event] / counts.total
    direct = fit_prior(points(counts.n.astype(float), expect))
    assert direct.log_likelihood == pytest.approx(whole.log_likelihood, abs=1e-4)
    assert mixture.MANY > 17_189
