"""The same work on a cluster: any function of one diary, and the pooling of many, in portions that Spark hands out.

It needs the extra `spark` and Java. What runs elsewhere is this package itself, so every machine of the cluster has to have it.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np
from pyspark import SparkContext

from .lattice import Array, Estimate
from .pooling import People, Pooled, log_likelihood, pool, single
from .spark import session

Item = TypeVar("Item")
Result = TypeVar("Result")
PORTIONS = 8
AT_ONCE = 8  # items handed out together for each process of the cluster
MEMORY = "1g"


@contextmanager
def cluster(master: str) -> Iterator[SparkContext]:
    """Open Spark on this machine (`local[2]`) or on a cluster (`spark://HOST:PORT`), and stop it at the end."""
    with session(master, MEMORY) as opened:
        yield opened.sparkContext


def each(context: SparkContext, function: Callable[[Item], Result], items: Sequence[Item]) -> Iterator[Result]:
    """A function of each item, in the order of the items; it has to live in a module that every machine has.

    A portion at a time, so that what is finished can be kept before all is.
    """
    portion = AT_ONCE * context.defaultParallelism
    for first in range(0, len(items), portion):
        some = items[first : first + portion]
        yield from context.parallelize(some, len(some)).map(function).collect()


def pool_on(context: SparkContext, told: People, scale: float, portions: int = PORTIONS) -> tuple[Pooled, Estimate]:
    """As `pooling.pool_people`, and each person's own effect as `pooling.single`: sums over portions of the people."""
    ends = np.linspace(0, len(told.weight), min(portions, max(len(told.weight), 1)) + 1).astype(int)
    parts: list[Any] = [told.part(int(first), int(last)) for first, last in pairwise(ends)]
    spread_out = context.parallelize(parts, len(parts)).cache()

    def total(mean: Array, spread: Array) -> Array:
        return np.asarray(np.sum(spread_out.map(lambda part: log_likelihood(part, mean, spread)).collect(), axis=0))

    found = pool(total, scale)
    grid = found.coarse
    own = spread_out.map(lambda part: single(part, grid)).collect()
    spread_out.unpersist()
    return found, _together(own)


def _together(parts: Sequence[Estimate]) -> Estimate:
    value, low, high, sd = (np.concatenate([getattr(part, name) for part in parts]) for name in ("value", "low", "high", "sd"))
    return Estimate(value, low, high, sd)
