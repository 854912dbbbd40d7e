"""One function on many things, in processes of their own. A process that dies costs the thing it was at, and nothing else."""

import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import TypeVar

from .weigher import end_with

Item = TypeVar("Item")
Result = TypeVar("Result")
AHEAD = 2  # things handed out for each process, so that none waits
RENEWED = 500  # things after which the processes are started anew, whatever they may have held on to


def cores() -> int:
    """How many processes can run at once here."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def each(
    function: Callable[[Item], Result], items: Sequence[Item], jobs: int, lost: Callable[[Item], Result]
) -> Iterator[tuple[Item, Result]]:
    """Every item with its result, in the order in which they are done.

    Args:
        function: of a module, so that another process can find it; jobs: how many processes; lost: the result for an item at which the
            process died.
    """
    waiting = deque(items)
    while waiting:
        portion = deque(waiting.popleft() for _ in range(min(RENEWED, len(waiting))))
        suspects: list[Item] = []
        yield from _in_pool(function, portion, min(jobs, len(portion)), suspects)
        for item in suspects:  # one of them ended the process: each by itself tells which
            again: list[Item] = []
            yield from _in_pool(function, deque([item]), 1, again)
            yield from ((one, lost(one)) for one in again)
        waiting.extendleft(reversed(portion))


def _in_pool(
    function: Callable[[Item], Result], waiting: "deque[Item]", jobs: int, suspects: list[Item]
) -> Iterator[tuple[Item, Result]]:
    """What is done until all is, or until a process dies: then `suspects` are those that were under way, and `waiting` the rest."""
    running: dict[Future[Result], Item] = {}
    pool = ProcessPoolExecutor(jobs, get_context("spawn"), _begin)
    try:
        while waiting or running:
            while waiting and len(running) < AHEAD * jobs:
                item = waiting[0]
                running[pool.submit(function, item)] = item
                waiting.popleft()
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                result = future.result()
                yield running.pop(future), result
    except BrokenProcessPool:
        suspects.extend(running.values())
    finally:
        pool.shutdown(cancel_futures=True)


def _begin() -> None:
    """Leave an interruption from the keyboard to the process that started this one, and end when that does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=end_with, args=(os.getppid(),), daemon=True).start()
