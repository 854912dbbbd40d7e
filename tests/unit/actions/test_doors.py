"""Many inside, or one alone."""

import threading
import time
from collections.abc import Callable

import pytest

from steelyard.actions.doors import BusyError, Doors


def started(do: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=do)
    thread.start()
    return thread


def test_many_are_inside_at_once() -> None:
    doors, together = Doors(), threading.Barrier(3, timeout=10)

    def visit() -> None:
        with doors.inside():
            together.wait()

    for thread in [started(visit) for _ in range(3)]:
        thread.join()
    assert not together.broken


def test_who_wants_to_be_alone_waits_for_the_others_and_keeps_new_ones_out() -> None:
    doors, said, go = Doors(), [], threading.Event()

    def first() -> None:
        with doors.inside():
            said.append("first in")
            go.wait(10)
            said.append("first out")

    def alone() -> None:
        with doors.inside(), doors.alone():
            said.append("alone")
            time.sleep(0.05)
            said.append("no longer alone")

    def late() -> None:
        with doors.inside():
            said.append("late in")

    threads = [started(first)]
    while said != ["first in"]:
        time.sleep(0.001)
    threads.append(started(alone))
    time.sleep(0.05)
    threads.append(started(late))
    time.sleep(0.05)
    go.set()
    for thread in threads:
        thread.join()
    assert said == ["first in", "first out", "alone", "no longer alone", "late in"]


def test_who_is_inside_may_enter_again_while_somebody_waits() -> None:
    """A page that is being answered may call for more; it must not wait for one who waits for it."""
    doors, inside, waits = Doors(), threading.Event(), threading.Event()
    done = []

    def twice() -> None:
        with doors.inside():
            inside.set()
            waits.wait(10)
            time.sleep(0.05)
            with doors.inside():
                done.append("twice")

    thread = started(twice)
    inside.wait(10)
    waits.set()
    with doors.alone():
        done.append("alone")
    thread.join()
    assert done == ["twice", "alone"]


def test_one_who_is_alone_may_use_the_store() -> None:
    doors = Doors()
    with doors.alone(), doors.inside():
        pass


def test_two_cannot_both_want_to_be_alone() -> None:
    doors = Doors()
    with doors.alone(), pytest.raises(BusyError), doors.alone():
        pass


def test_patience_ends_and_everything_goes_on() -> None:
    doors, leave = Doors(), threading.Event()

    def stays() -> None:
        with doors.inside():
            leave.wait(10)

    thread = started(stays)
    time.sleep(0.02)
    with pytest.raises(BusyError), doors.alone(patience_s=0.05):
        pass
    with doors.inside():
        pass
    leave.set()
    thread.join()
    with doors.alone(patience_s=0.05):
        pass


def test_an_error_inside_opens_the_doors_again() -> None:
    doors = Doors()
    for enter in (doors.inside, doors.alone):
        with pytest.raises(ZeroDivisionError), enter():
            raise ZeroDivisionError
    with doors.alone(patience_s=0.05):
        pass
