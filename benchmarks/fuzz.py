"""Damaged and random files against every reader of foreign formats, for as long as one likes.

    python benchmarks/fuzz.py [--minutes 10] [--only NAME] [--seed 0]

The short form of this runs with the tests (`tests/properties/test_importers.py`). Here each reader gets `--minutes` of its own: invented
exports with pieces cut out, doubled, overwritten and put in, and now and then bytes of no sense at all; of an archive, the files in it
are damaged as well. Where atheris is installed (`uv sync --group fuzz`), files that reach new code are kept and damaged further. A case
fails when anything is raised, when entries are neither used nor told of, when two readings differ, or when it takes longer than 20
seconds. Of a failing case the bytes are written beside the results, so that it can become a test.
"""

import argparse
import contextlib
import csv
import io
import json
import multiprocessing
import random
import signal
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator, MutableSequence
from pathlib import Path
from types import FrameType, ModuleType

try:
    import atheris
except ImportError:
    atheris = None

with atheris.instrument_imports(include=["steelyard.exchange", "steelyard.actions"]) if atheris else contextlib.nullcontext():
    from steelyard.actions.formats import FORMATS, recognised
    from steelyard.actions.read import journal_of, rows_of
    from steelyard.exchange import jsonl
    from steelyard.exchange.foreign import Told
    from steelyard.exchange.mapping import Mapping
from table import RESULTS, show, write

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from tests.properties.test_importers import CODES, KNOWLEDGE, PIECES, SAMPLES  # the same samples and pieces as the tests

TOO_LONG_S, MOST_KEPT, MOST_BYTES = 20, 5, 1 << 16
COLUMNS = ["reader", "cases", "guided", "minutes", "failures", "slowest_ms"]
MEANINGS = (Mapping(), Mapping(zone="Europe/Berlin", clock="20:00", person="p-1", scales={"pain": "Pain"}, context="Walk"))
ODD = (
    None,
    True,
    0,
    -1,
    1e308,
    10**30,
    0.1,
    "",
    "x",
    "-1",
    "NaN",
    "1e999",
    "1970-01-01T00:00:00Z",
    "9999-12-31T23:59:59+14:00",
    "\ud800",
    [],
    {},
)
CASES, FAILURES, SLOWEST = range(3)  # places of the tally


def damaged(whole: bytes, chance: random.Random) -> bytes:
    """A file with some pieces cut out, doubled, put in or overwritten; one in twenty is bytes of no sense."""
    if chance.random() < 0.05:
        return chance.randbytes(chance.randrange(400))
    if whole[:2] == b"PK" and chance.random() < 0.7:
        with contextlib.suppress(Exception):  # no whole archive: its bytes are damaged instead
            return _damaged_inside(whole, chance)
    if whole[:1] in b"{[" and chance.random() < 0.6:
        with contextlib.suppress(ValueError, RecursionError):  # no whole document
            return _damaged_tree(whole, chance)
    content = whole
    for _ in range(chance.choice((1, 1, 2, 3, 5, 12))):
        at = chance.randrange(len(content) + 1)
        upto = min(at + chance.choice((0, 1, 1, 4, 40, 300)), len(content))
        held = content[at:upto]
        piece = chance.choice((chance.choice(PIECES), chance.randbytes(3), held * 2, held * 50, b"", held[::-1]))
        content = content[:at] + piece + content[upto:]
    return content


def _damaged_inside(whole: bytes, chance: random.Random) -> bytes:
    """The same archive with one of its files damaged."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as held, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        hit = chance.choice(held.namelist())
        for name in held.namelist():
            content = held.read(name)
            archive.writestr(zipfile.ZipInfo(name), damaged(content, chance) if name == hit else content)
    return out.getvalue()


def _damaged_tree(whole: bytes, chance: random.Random) -> bytes:
    """The same document with some of its values taken out, doubled, exchanged for others of it or put in."""
    document = json.loads(whole)
    for _ in range(chance.choice((1, 1, 2, 4))):
        parents = [one for one in _within(document) if isinstance(one, dict | list) and one]
        if not parents:
            break
        parent = chance.choice(parents)
        at = chance.choice(list(parent) if isinstance(parent, dict) else range(len(parent)))
        value = chance.choice((*ODD, *ODD, chance.choice(list(_within(document))), [parent[at]] * 2, {"value": parent[at]}, ...))
        if value is ...:
            del parent[at]
        else:
            parent[at] = json.loads(json.dumps(value))  # a copy: the tree holds no circle
    return json.dumps(document).encode()


def _within(value: object) -> Iterator[object]:
    """A value and all that is in it."""
    yield value
    if isinstance(value, dict | list):
        for one in list(value.values()) if isinstance(value, dict) else value:
            yield from _within(one)


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


def case(form: ModuleType, content: bytes, meaning: Mapping, tally: MutableSequence[float]) -> None:
    """Try one file and count it; what goes wrong is written down."""
    began = time.monotonic()
    signal.alarm(TOO_LONG_S)
    try:
        form.looks_like(content[: 1 << 16], "file")
        holds(form, content, Told(meaning, KNOWLEDGE.scales, CODES))
    except Exception as error:  # whatever it is, it is a failure
        tally[FAILURES] += 1
        if tally[FAILURES] <= MOST_KEPT:
            RESULTS.mkdir(exist_ok=True)
            path = RESULTS / f"fuzz-{form.NAME}-{tally[FAILURES]:.0f}.bin"
            path.write_bytes(content)
            print(f"{form.NAME}: {type(error).__name__}: {error}; the file is {path.name}", flush=True)
    finally:
        signal.alarm(0)
    tally[CASES] += 1
    tally[SLOWEST] = max(tally[SLOWEST], time.monotonic() - began)


def blindly(form: ModuleType, samples: list[bytes], minutes: float, seed: int, tally: MutableSequence[float]) -> None:
    """Damage the samples again and again."""
    chance, end = random.Random(f"{form.NAME} {seed}"), time.monotonic() + 60 * minutes
    while time.monotonic() < end:
        case(form, damaged(chance.choice(samples), chance), chance.choice(MEANINGS), tally)


def guided(form: ModuleType, samples: list[bytes], minutes: float, seed: int, tally: MutableSequence[float]) -> None:
    """The same, led on by what reaches new code. Ends the process: it is to be called in one of its own."""

    def mutate(content: bytes, most: int, seed: int) -> bytes:
        chance = random.Random(seed)
        return (damaged(content, chance) if chance.random() < 0.7 else bytes(atheris.Mutate(content, most)))[:most]

    with tempfile.TemporaryDirectory() as corpus:
        for number, content in enumerate(samples):
            (Path(corpus) / str(number)).write_bytes(content)
        given = [f"-max_total_time={60 * minutes:.0f}", f"-seed={seed + 1}", f"-max_len={MOST_BYTES}", "-rss_limit_mb=4096"]
        tried = lambda content: case(form, content, MEANINGS[len(content) % 2], tally)  # noqa: E731
        atheris.Setup(["fuzz", *given, "-verbosity=0", "-print_final_stats=0", corpus], tried, custom_mutator=mutate)
        atheris.Fuzz()


def run(form: ModuleType, minutes: float, seed: int) -> dict[str, object]:
    """Fuzz one reader; returns its line of the table."""
    samples = [content for content in SAMPLES.values() if recognised(io.BytesIO(content), "file") is form] or [b"{}"]
    way: Callable[..., None] = guided if atheris else blindly
    fork = multiprocessing.get_context("fork")
    tally = fork.Array("d", 3, lock=False)
    child = fork.Process(target=way, args=(form, samples, minutes, seed, tally))
    child.start()
    child.join()
    failures = int(tally[FAILURES]) + (child.exitcode != 0)
    cases, slowest = int(tally[CASES]), 1000 * tally[SLOWEST]
    return {
        "reader": form.NAME,
        "cases": cases,
        "guided": bool(atheris),
        "minutes": minutes,
        "failures": failures,
        "slowest_ms": slowest,
    }


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
    rows = _earlier()
    for form in FORMATS:
        if chosen.only in (None, form.NAME):
            rows[form.NAME] = run(form, chosen.minutes, chosen.seed)
            write("fuzz", [rows[form.NAME] for form in FORMATS if form.NAME in rows])
    show(list(rows.values()), COLUMNS)
    return any(int(str(row["failures"])) for row in rows.values())


def _earlier() -> dict[str, dict[str, object]]:
    """What the readers that are not tried now were found to do before, by their names."""
    path = RESULTS / "fuzz.csv"
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {row["reader"]: {name: row[name] for name in COLUMNS} for row in csv.DictReader(file)}


if __name__ == "__main__":
    sys.exit(main())
