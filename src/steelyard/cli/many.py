"""The commands for many journals: a folder to a table, a table to what people have in common, a folder to events for research."""

import argparse
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from steelyard.actions.many import Asked, How, Tally

Say = Callable[[str], None]
ANSWERED, NOTHING_READ, WRONG_USAGE = 0, 1, 2
WIDTH, NAMES_SHOWN = 30, 3
TABLES = (".parquet", ".csv")


def weigh_options(one: argparse.ArgumentParser) -> None:
    """What `weigh` takes for many journals."""
    one.add_argument(
        "--prior", metavar="FILE", help="lean on other people's diaries as well, by a file that `pool --prior-out` wrote"
    )
    _workers(one)


def pool_options(one: argparse.ArgumentParser) -> None:
    """What `pool` takes."""
    one.add_argument("file", metavar="SOURCE", help="a folder of journals, or the table that `weigh FOLDER` made of one")
    one.add_argument("--substance", metavar="NAME", help="pool this substance only")
    one.add_argument("--outcome", metavar="SCALE", help="pool against this scale only")
    one.add_argument("--prior-out", metavar="FILE", help="write what to expect of one more person, for `weigh --prior`")
    _workers(one)


def research_options(one: argparse.ArgumentParser) -> None:
    """What `research` takes."""
    one.add_argument("file", metavar="FOLDER", help="a folder of journals and exports")
    one.add_argument("--out", required=True, metavar="DIR", help="the folder for the table and the dictionary of its columns")
    says = "moved by weeks nobody is told (`shifted`, default), left out (`relative`), or as they are (`true`)"
    one.add_argument("--dates", choices=("shifted", "relative", "true"), default="shifted", help=says)
    one.add_argument("--free-text", action="store_true", help="keep what people wrote in their own words (default: left out)")
    _key(one)


def _workers(one: argparse.ArgumentParser) -> None:
    one.add_argument("--jobs", type=_jobs, metavar="N", help="how many journals of a folder at once (default: one for each core)")
    one.add_argument("--spark", metavar="MASTER", help="work on Spark instead, such as local[2] or spark://HOST:7077")
    _key(one)


def _key(one: argparse.ArgumentParser) -> None:
    one.add_argument("--key", metavar="FILE", help="the secret that makes the pseudonyms (default: people.key in the folder)")


def _jobs(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError("expected a whole number, 1 or more")
    return int(text)


def weigh_folder(options: argparse.Namespace, say: Say, latest: datetime) -> int:
    """`steelyard weigh FOLDER`."""
    from steelyard.actions import many  # noqa: PLC0415

    if options.format != "text" or options.mapping:
        say("a folder is answered by a table, without --format or --mapping; name it, such as --out results.parquet")
        return WRONG_USAGE
    if options.out != "-" and not options.out.endswith(TABLES):
        say("the table has to end in .parquet or .csv, such as --out results.parquet; without --out it is CSV on standard output")
        return WRONG_USAGE
    return _tried(
        lambda: _told(many.weigh_folder(Path(options.file), options.out, _asked(options, latest), _how(options)), say), say
    )


def pool(options: argparse.Namespace, say: Say, write: Callable[[str, bytes], None], latest: datetime) -> int:
    """`steelyard pool`."""
    from steelyard.actions import pool as action  # noqa: PLC0415
    from steelyard.actions.expected import expected_of  # noqa: PLC0415

    def run() -> int:
        answer = action.pool(Path(options.file), _asked(options, latest), _how(options))
        status = ANSWERED if answer.tally is None else _told(answer.tally, say)
        if status == ANSWERED and options.prior_out:
            write(options.prior_out, expected_of(answer.report))
        if status == ANSWERED:
            write(options.out, action.render(answer.report, options.format))
        return status

    return _tried(run, say)


def research(options: argparse.Namespace, say: Say, latest: datetime) -> int:
    """`steelyard research`."""
    from steelyard.actions.research import Wanted, research  # noqa: PLC0415

    wanted, key = Wanted(options.free_text, options.dates), None if options.key is None else Path(options.key)
    return _tried(lambda: _told(research(Path(options.file), Path(options.out), wanted, key, Bar(), latest), say), say)


def wrong_prior(path: str) -> str:
    """What is wrong with the file of `--prior`, or nothing."""
    from steelyard.actions.expected import UnusableExpectation, read_expected  # noqa: PLC0415

    try:
        read_expected(path)
    except UnusableExpectation as error:
        return f"--prior: {error}"
    return ""


def _asked(options: argparse.Namespace, latest: datetime) -> "Asked":
    from steelyard.actions.expected import read_expected  # noqa: PLC0415
    from steelyard.actions.many import Asked  # noqa: PLC0415

    prior, seed = getattr(options, "prior", None), getattr(options, "seed", 0)
    expected = None if prior is None else read_expected(prior)
    return Asked(options.substance, options.outcome, seed, latest, expected)


def _how(options: argparse.Namespace) -> "How":
    from steelyard.actions.many import How  # noqa: PLC0415
    from steelyard.actions.workers import cores  # noqa: PLC0415

    return How(options.jobs or cores(), options.spark, None if options.key is None else Path(options.key), Bar())


def _tried(run: Callable[[], int], say: Say) -> int:
    """The exit status; what cannot be done is said in a line."""
    from steelyard.actions.expected import UnusableExpectation  # noqa: PLC0415
    from steelyard.actions.pool import UnreadableTable  # noqa: PLC0415
    from steelyard.actions.pseudonyms import UnusableKey  # noqa: PLC0415

    try:
        return run()
    except (UnusableKey, UnusableExpectation, UnreadableTable) as error:
        say(str(error))
    except OSError as error:
        say(f"cannot write there ({error.strerror}); choose another --out")
    except ModuleNotFoundError as error:
        say(
            f"this needs {error.name}, which is not installed: `sh run` in place of `steelyard` adds it, or: "
            "pip install 'steelyard[population]' (`[spark]` for --spark)"
        )
    return WRONG_USAGE


def _told(tally: "Tally", say: Say) -> int:
    """Say what came of a folder; returns the exit status."""
    for said, names in tally.assumed:
        shown = ", ".join(names[:NAMES_SHOWN]) + (f" and {len(names) - NAMES_SHOWN:,} more" if len(names) > NAMES_SHOWN else "")
        say(f"{shown}: {said}")
    for name, reason in tally.troubles:
        say(f"{name}: {reason}; left out")
    if not tally.weighed and not tally.troubles:
        from steelyard.actions.many import ENDS  # noqa: PLC0415

        say(f"the directory holds no journal and no export: nothing in it ends in {', '.join(ENDS[:-1])} or {ENDS[-1]}")
    else:
        say(f"{tally.weighed:,} journals, {tally.rows:,} rows, {len(tally.troubles):,} left out")
    return ANSWERED if tally.weighed else NOTHING_READ


class Bar:
    """How far it is, as one line on standard error that is written over; where nobody watches, a line for every tenth."""

    def __init__(self) -> None:
        self._start, self._before, self._tenth = time.monotonic(), -1, -1

    def __call__(self, done: int, total: int) -> None:
        if self._before < 0:
            self._before = done  # what an earlier run had finished says nothing about how fast this one is
        tenth = 10 * done // max(total, 1)
        if sys.stderr.isatty():
            full = WIDTH * done // max(total, 1)
            end = "\n" if done == total else ""
            print(f"\r[{'#' * full:{WIDTH}}] {self._words(done, total):50}", end=end, file=sys.stderr, flush=True)
        elif tenth > self._tenth:
            print(f"... {self._words(done, total)}", file=sys.stderr)
        self._tenth = tenth

    def _words(self, done: int, total: int) -> str:
        told, fresh = f"{done:,} of {total:,} journals", done - self._before
        if fresh <= 0 or done == total:
            return told
        left = (time.monotonic() - self._start) / fresh * (total - done)
        return f"{told}, about {left:.0f} s left" if left < 100 else f"{told}, about {left / 60:.0f} min left"
