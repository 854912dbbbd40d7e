"""The command line. Everything heavy is imported inside the command that needs it, so that help comes at once."""

import argparse
import os
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from steelyard import __version__

# The linear algebra is many small systems: more threads make it up to six times slower. It must be said before numpy is loaded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

Command = Callable[[argparse.Namespace], int]
ANSWERED, NOTHING_READ, WRONG_USAGE = 0, 1, 2
LONG_S = 1.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status: 0 answered, 1 nothing could be read, 2 wrong usage."""
    options = parser().parse_args(arguments)
    command: Command = options.run
    try:
        return command(options)
    except _Unwritable as error:
        _say(str(error))
        return WRONG_USAGE
    except BrokenPipeError:
        sys.stderr.close()
        return ANSWERED
    except KeyboardInterrupt:
        return 130


def parser() -> argparse.ArgumentParser:
    """The commands and their options; `docs/reference/cli.md` describes each."""
    top = argparse.ArgumentParser(
        prog="steelyard", description="Weighs, for one person, what a treatment gives against what it costs."
    )
    top.add_argument("--version", action="version", version=f"steelyard {__version__}")
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    weigh = _command(commands, "weigh", _weigh, "answer what the treatment in a journal gives, and how sure that is")
    _source(weigh)
    weigh.add_argument("--substance", metavar="NAME", help="weigh this substance only")
    weigh.add_argument("--outcome", metavar="SCALE", help="weigh against this scale only")
    weigh.add_argument("--format", choices=("text", "json", "html"), default="text", help="text (default), json, or html")
    weigh.add_argument("--seed", type=_seed, default=0, metavar="N", help="seed of the computation (default 0)")
    bring = _command(commands, "import", _import, "make a journal of a CSV file, saying what was dropped and why")
    _source(bring)
    bring.add_argument("--from", dest="form", choices=("csv", "journal"), help="what the file is (default: csv with --mapping)")
    invent = _command(commands, "simulate", _simulate, "write an invented diary whose true answers are known")
    invent.add_argument("--days", type=int, default=180, metavar="N", help="how long (default 180)")
    invent.add_argument("--driver", choices=("felt", "recorded", "random", "mixed"), default="felt", help="why doses are taken")
    invent.add_argument("--effect", type=float, default=-1.0, metavar="B", help="points at the peak of 3 g (default -1.0)")
    invent.add_argument("--off-days", type=float, default=0.0, metavar="SHARE", help="share of days made dose-free by chance")
    invent.add_argument("--seed", type=_seed, default=0, metavar="N", help="seed of the diary (default 0)")
    invent.add_argument("--truth", metavar="PATH", help="write the true answers there, as JSON")
    check = _command(commands, "check", _check, "list the problems in a file and do nothing else")
    _source(check)
    facts = _command(commands, "facts", _facts, "show what is known, with grades and sources")
    facts.add_argument("subject", nargs="?", metavar="SUBSTANCE", help="one substance, scale or topic (default: all)")
    claims = _command(commands, "claims", _claims, "check which claims an article makes and what it leaves out")
    claims.add_argument("file", metavar="FILE", help="the article as plain English text in UTF-8, or - for standard input")
    serve = _command(commands, "serve", _serve, "open the journal app in the browser")
    serve.add_argument("--data", metavar="DIR", help="the folder the journal lies in (default: your own data folder)")
    serve.add_argument("--port", type=int, default=8317, metavar="N", help="where to listen (default 8317)")
    serve.add_argument(
        "--lan", nargs="?", const="", metavar="ADDRESS", help="answer paired browsers of the home network as well, by HTTPS"
    )
    serve.add_argument("--name", action="append", default=[], metavar="NAME", help="with --lan: one more host name or address")
    for one in (check, facts, claims):
        one.add_argument("--format", choices=("text", "json"), default="text", help="text (default) or json")
    for one in (weigh, bring, invent, check, facts, claims):
        one.add_argument("--out", default="-", metavar="PATH", help="where to write (default: standard output)")
    return top


def _command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, run: Command, says: str
) -> argparse.ArgumentParser:
    one = commands.add_parser(name, help=says, description=says[0].upper() + says[1:] + ".")
    one.set_defaults(run=run)
    return one


def _source(one: argparse.ArgumentParser) -> None:
    one.add_argument("file", metavar="FILE", help="a journal (.jsonl), - for standard input, or a CSV file with --mapping")
    one.add_argument("--mapping", metavar="TOML", help="what the columns of a CSV file mean")


def _seed(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError("expected a whole number, 0 or more")
    return int(text)


def _weigh(options: argparse.Namespace) -> int:
    from steelyard.actions.check import line  # noqa: PLC0415
    from steelyard.actions.weigh import render, weigh  # noqa: PLC0415

    weighing = weigh(
        options.file,
        mapping=options.mapping,
        substance=options.substance,
        outcome=options.outcome,
        seed=options.seed,
        draw=options.format == "html",
        latest=_latest(),
        progress=_Progress(),
    )
    summary = weighing.report.journal
    for problem in summary.problems:
        _say(line(problem))
    _write(options.out, render(weighing, options.format))
    return ANSWERED if summary.used else NOTHING_READ


def _import(options: argparse.Namespace) -> int:
    from steelyard.actions.import_ import import_  # noqa: PLC0415

    if options.form == "csv" and options.mapping is None:
        _say("a CSV file needs --mapping FILE.toml, which says what its columns mean")
        return WRONG_USAGE
    journal, problems, content = import_(options.file, options.mapping, _latest())
    for line in problems:
        _say(line)
    _say(f"read {journal.read:,}, used {journal.used:,}")
    if not journal.used:
        return NOTHING_READ
    _write(options.out, content)
    return ANSWERED


def _simulate(options: argparse.Namespace) -> int:
    from steelyard.actions.simulate import Plan, simulate_files  # noqa: PLC0415

    try:
        plan = Plan(
            days=options.days, driver=options.driver, effect=options.effect, random_off_days=options.off_days, seed=options.seed
        )
    except ValueError as error:
        _say(str(error))
        return WRONG_USAGE
    journal, truth = simulate_files(plan)
    _write(options.out, journal)
    if options.truth:
        _write(options.truth, truth)
    return ANSWERED


def _serve(options: argparse.Namespace) -> int:
    from steelyard.actions.serve import data_folder, serve  # noqa: PLC0415

    if options.name and options.lan is None:
        _say("--name only says something together with --lan")
        return WRONG_USAGE
    try:
        serve(data_folder(options.data), options.port, _say, options.lan, options.name)
    except ValueError as error:
        _say(str(error))
        return WRONG_USAGE
    return ANSWERED


def _check(options: argparse.Namespace) -> int:
    from steelyard.actions.check import check  # noqa: PLC0415

    content, used = check(options.file, options.mapping, _latest(), options.format)
    _write(options.out, content)
    return ANSWERED if used else NOTHING_READ


def _facts(options: argparse.Namespace) -> int:
    from steelyard.actions.facts import facts  # noqa: PLC0415

    content, found = facts(options.subject, options.format)
    if not found:
        _say(content.decode().rstrip())
        return WRONG_USAGE
    _write(options.out, content)
    return ANSWERED


def _claims(options: argparse.Namespace) -> int:
    from steelyard.actions.claims import UnreadableText, claims  # noqa: PLC0415

    try:
        content = claims(options.file, options.format)
    except UnreadableText as error:
        _say(str(error))
        return NOTHING_READ
    _write(options.out, content)
    return ANSWERED


def _latest() -> datetime:
    """Tomorrow: records later than that are in the future whatever the clocks of the devices say."""
    return datetime.now(UTC) + timedelta(days=1)


def _say(line: str) -> None:
    print(line, file=sys.stderr)


def _write(path: str, content: bytes) -> None:
    if path == "-":
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    else:
        try:
            Path(path).write_bytes(content)
        except OSError as error:
            raise _Unwritable(f"cannot write there ({error.strerror}); choose another --out") from error


class _Unwritable(Exception):
    """The place named for the answer cannot be written to."""


class _Progress:
    """Says on standard error what is being done, once the work has taken longer than a second."""

    def __init__(self) -> None:
        self._start = time.monotonic()

    def __call__(self, doing: str) -> None:
        if time.monotonic() - self._start > LONG_S:
            _say(f"... {doing}")
