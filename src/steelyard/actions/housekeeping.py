"""What is done while nobody asks: the journal is locked after a pause, and a backup is made once a day."""

import threading
import time
from datetime import datetime

from django.db import connections

from . import copies, keep
from .doors import DOORS
from .vaults import HERE

EVERY_S = 20.0


def start() -> None:
    """Keep house from now on, in a thread of its own, as long as the process lives."""
    threading.Thread(target=_forever, name="housekeeping", daemon=True).start()


def tick(at: float, now: datetime) -> None:
    """One round; `at` in seconds of the steady clock."""
    if not keep.exists() or keep.locked():
        return
    try:
        with DOORS.inside():
            keep.lock_if_idle(at, asked=False)
            if not keep.locked() and copies.due(now):
                copies.make(now)
        HERE.trouble = ""
    except Exception as error:  # whatever hinders a backup must not end the rounds; the page says so
        HERE.trouble = type(error).__name__
    finally:
        connections.close_all()


def trouble() -> str:
    """What hindered the last round, by the name of its kind; empty where nothing did."""
    return HERE.trouble


def _forever() -> None:
    while True:
        time.sleep(EVERY_S)
        tick(keep.steady(), keep.now())
