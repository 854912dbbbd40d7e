"""The same pooling, and any function of one diary, on Spark: here, and on a real master and worker."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from steelyard.population.pooling import People, pool_people, single

from ...spark import needed, standalone

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")]
SCALE = 3.0


@pytest.fixture(scope="module", params=["local[2]", "standalone"])
def context(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    needed()
    from steelyard.population.pooling_spark import cluster

    if request.param == "standalone":
        with standalone(tmp_path_factory.mktemp("spark")) as address, cluster(address) as found:
            yield found
    else:
        with cluster(request.param) as found:
            yield found


def told(n: int = 40) -> People:
    rng = np.random.default_rng(5)
    mean = rng.normal(-1.0, 0.6, n)[:, None] + rng.normal(0, 0.1, (n, 3))
    return People(np.full((n, 3), 1 / 3), mean, rng.uniform(0.2, 0.7, (n, 3)))


def test_spark_gives_what_one_machine_gives(context: Any) -> None:
    from steelyard.population.pooling_spark import pool_on

    people = told()
    here = pool_people(people, SCALE)
    found, own = pool_on(context, people, SCALE, portions=3)
    for name in ("mean", "spread", "another"):
        for end in ("value", "low", "high", "sd"):
            assert getattr(getattr(found, name), end) == pytest.approx(getattr(getattr(here, name), end), rel=1e-9)
    mine = single(people, here.coarse)
    np.testing.assert_allclose([own.value, own.low, own.high], [mine.value, mine.low, mine.high], rtol=1e-7)


def test_each_result_comes_in_the_order_of_its_item(context: Any) -> None:
    from steelyard.population.pooling_spark import AT_ONCE, each

    items = list(range(2 * AT_ONCE * context.defaultParallelism + 3))  # more than are handed out together
    assert list(each(context, abs, [-i for i in items])) == items
    assert list(each(context, abs, [])) == []
