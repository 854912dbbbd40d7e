"""Damaged and random files against every reader of foreign formats, for as long as one likes.

    python benchmarks/fuzz.py [--minutes 10] [--only NAME] [--seed 0]

The short form of this runs with the tests (`tests/properties/test_importers.py`). Here each reader gets `--minutes` of its own: invented
exports with pieces cut out, doubled, overwritten and put in, and now and then bytes of no sense at all. A case fails when anything is
raised, when entries are neither used nor told of, when two readings differ, or when it takes longer than 20 seconds. Of a failing case
the bytes are written beside the results, so that it can become a test.
"""

import argparse
import io
import random
import signal
import sys
import time
from pathlib import Path
from types import FrameType, ModuleType

from steelyard.actions.formats import FORMATS, recognised
from steelyard.actions.read import journal_of, rows_of
from steelyard.exchange import jsonl
from steelyard.exchange.foreign import Told
from steelyard.exchange.mapping import Mapping
from steelyard.knowledge.load import load
from table import RESULTS, show, write

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from tests.properties.test_importers import PIECES, SAMPLES  # the same samples and pieces as the tests

TOO_LONG_S, MOST_KEPT = 20, 5
COLUMNS = ["reader", "cases", "minutes", "failures", "slowest_ms"]
KNOWLEDGE = load()


def damaged(whole: bytes, chance: random.Random) -> bytes:
    """A file with some pieces cut out, doubled, put in or overwritten; one in twenty is bytes of no sense."""
    if chance.random() < 0.05:
        return chance.randbytes(chance.randrange(400))
    content = whole
    for _ in range(chance.choice((1, 1, 2, 3, 5, 12))):
        at = chance.randrange(len(content) + 1)
        upto = min(at + chance.choice((0, 1, 1, 4, 40, 300)), len(content))
        held = content[at:upto]
        piece = chance.choice((chance.choice(PIECES), chance.randbytes(3), held * 2, held * 50, b"", held[::-1]))
        content = content[:at] + piece + content[upto:]
    return content


def holds(form: ModuleType | None, content: bytes, told: Told) -> None:
    """The laws, for one file; raises where one does not hold."""
    readings = []
    for _ in range(2):
        journal, problems = journal_of(rows_of(io.BytesIO(content), told, form, table=False), KNOWLEDGE, None)
        assert journal.used <= journal.read
        assert journal.used == journal.read or problems
        readings.append((journal, problems))
    assert readings[0] == readings[1]
    jsonl.write(readings[0][0], io.BytesIO())


def run(form: ModuleType, minutes: float, seed: int) -> dict[str, object]:
    """Fuzz one reader; returns its line of the table."""
    chance = random.Random(f"{form.NAME} {seed}")
    samples = [content for content in SAMPLES.values() if recognised(io.BytesIO(content), "file") is form] or [b"{}"]
    meanings = (Mapping(), Mapping(zone="Europe/Berlin", clock="20:00", person="p-1", scales={"pain": "Pain"}, context="Walk"))
    end, cases, failures, slowest = time.monotonic() + 60 * minutes, 0, 0, 0.0
    while time.monotonic() < end:
        content = damaged(chance.choice(samples), chance)
        began = time.monotonic()
        signal.alarm(TOO_LONG_S)
        try:
            form.looks_like(content[: 1 << 16], "file")
            holds(form, content, Told(chance.choice(meanings), KNOWLEDGE.scales))
        except Exception as error:  # whatever it is, it is a failure
            failures += 1
            RESULTS.mkdir(exist_ok=True)
            path = RESULTS / f"fuzz-{form.NAME}-{failures}.bin"
            if failures <= MOST_KEPT:
                path.write_bytes(content)
                print(f"{form.NAME}: {type(error).__name__}: {error}; the file is {path.name}")
        finally:
            signal.alarm(0)
        cases += 1
        slowest = max(slowest, time.monotonic() - began)
    return {"reader": form.NAME, "cases": cases, "minutes": minutes, "failures": failures, "slowest_ms": 1000 * slowest}


def _stuck(number: int, frame: FrameType | None) -> None:
    raise TimeoutError(f"longer than {TOO_LONG_S} s")


def main() -> int:
    """Fuzz all readers, or one; returns the exit status."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--minutes", type=float, default=10.0, help="for each reader (default 10)")
    options.add_argument("--only", choices=[form.NAME for form in FORMATS], help="this reader alone")
    options.add_argument("--seed", type=int, default=0)
    chosen = options.parse_args()
    signal.signal(signal.SIGALRM, _stuck)
    rows = [run(form, chosen.minutes, chosen.seed) for form in FORMATS if chosen.only in (None, form.NAME)]
    show(rows, COLUMNS)
    if chosen.only is None:
        write("fuzz", rows)
    return any(row["failures"] for row in rows)


if __name__ == "__main__":
    sys.exit(main())
