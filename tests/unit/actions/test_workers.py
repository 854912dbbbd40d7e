"""Work in processes of their own: every item once, and a process that dies costs its own item only."""

import pytest

from steelyard.actions import workers

# Another process has to find the function: `eval` is there everywhere, and its items can do anything.
DEADLY = "__import__('os').kill(__import__('os').getpid(), 9)"


def lost(item: str) -> str:
    return f"lost: {item}"


def test_every_item_comes_back_once_with_its_result() -> None:
    found = sorted(workers.each(eval, [f"2 * {n}" for n in range(12)], 2, lost), key=lambda pair: pair[1])
    assert found == [(f"2 * {n}", 2 * n) for n in range(12)]
    assert list(workers.each(eval, [], 2, lost)) == []


def test_processes_are_renewed_and_nothing_is_lost_between(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "RENEWED", 3)
    ids = {result for _, result in workers.each(eval, [f"({n}, __import__('os').getpid())" for n in range(7)], 1, lost)}
    assert {n for n, _ in ids} == set(range(7))
    assert len({process for _, process in ids}) == 3


def test_a_process_that_dies_costs_its_own_item_only() -> None:
    items = [*(f"{n}" for n in range(4)), DEADLY, *(f"{n}" for n in range(4, 9))]
    found = dict(workers.each(eval, items, 2, lost))
    assert found == {DEADLY: f"lost: {DEADLY}", **{f"{n}": n for n in range(9)}}


def test_there_is_at_least_one_core() -> None:
    assert workers.cores() >= 1
