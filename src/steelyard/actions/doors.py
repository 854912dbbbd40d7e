"""Many may use the store at once; whoever exchanges the file beneath it, or erases it, must be alone with it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

PATIENCE_S = 20.0


class BusyError(RuntimeError):
    """Others did not let go of the store in time."""


class Doors:
    """Counts who is inside. One thread may be inside several times over."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._inside: dict[int, int] = {}
        self._alone: int | None = None

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Use the store beside others; waits while somebody is alone with it."""
        me = threading.get_ident()
        with self._changed:
            self._changed.wait_for(lambda: self._alone in (None, me) or me in self._inside)
            self._inside[me] = self._inside.get(me, 0) + 1
        try:
            yield
        finally:
            with self._changed:
                self._inside[me] -= 1
                if not self._inside[me]:
                    del self._inside[me]
                self._changed.notify_all()

    @contextmanager
    def alone(self, patience_s: float = PATIENCE_S) -> Iterator[None]:
        """Have the store to oneself; refuses with BusyError when others stay in it, or when another wants the same."""
        me = threading.get_ident()
        with self._changed:
            if self._alone is not None:
                raise BusyError("somebody else is exchanging the journal")
            self._alone = me
            if not self._changed.wait_for(lambda: not self._inside.keys() - {me}, patience_s):
                self._alone = None
                self._changed.notify_all()
                raise BusyError("the journal is in use")
        try:
            yield
        finally:
            with self._changed:
                self._alone = None
                self._changed.notify_all()


DOORS = Doors()
