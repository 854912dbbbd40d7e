"""The command line. Everything heavy is imported inside the command that needs it, so that help comes at once."""

import argparse
import os
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from steelyard import __version__
from steelyard.cli import many

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
    weigh.add_argument(
        "--format",
        choices=("text", "json", "html", "pdf", "fhir"),
        default="text",
        help="text (default), json, html, pdf: a letter, or fhir: a bundle for a health record",
    )
    weigh.add_argument("--paper", choices=("a4", "letter"), help="size of the letter's two pages (default a4)")
    weigh.add_argument("--name", metavar="NAME", help="put this name on the letter or into the bundle (default: none)")
    weigh.add_argument("--strike", action="append", metavar="ID", help="leave this line out of the letter (`list`: say them all)")
    weigh.add_argument("--store", metavar="DIR", help="a folder of reports by many people, to stand beside (see signals)")
    weigh.add_argument("--seed", type=_seed, default=0, metavar="N", help="seed of the computation (default 0)")
    many.weigh_options(weigh)
    bring = _command(
        commands, "import", _import, "make a journal of another app's export or a CSV file, saying what was dropped and why"
    )
    _source(bring)
    bring.add_argument(
        "--from", dest="form", metavar="NAME", help="what the file is (default: told by its content; list: say all)"
    )
    bring.add_argument("--zone", metavar="ZONE", help="time zone of times that carry none, such as America/Chicago (default UTC)")
    bring.add_argument("--person", metavar="NAME", help="whose entries are wanted, where the file holds those of several people")
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
    reports = _reports(commands)
    together = _command(commands, "pool", _pool, "say what the people of many journals have in common, and how they differ")
    _app(commands)
    many.pool_options(together)
    events = _command(commands, "research", _research, "make one table of events of a folder of journals, under pseudonyms")
    many.research_options(events)
    for one in (check, facts, claims, together):
        one.add_argument("--format", choices=("text", "json"), default="text", help="text (default) or json")
    for one in (weigh, bring, invent, check, facts, claims, reports, together):
        one.add_argument("--out", default="-", metavar="PATH", help="where to write (default: standard output)")
    return top


def _app(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    serve = _command(commands, "serve", _serve, "open the journal app in the browser")
    serve.add_argument("--data", metavar="DIR", help="the folder the journal lies in (default: your own data folder)")
    serve.add_argument("--port", type=int, default=8317, metavar="N", help="where to listen (default 8317)")
    serve.add_argument(
        "--lan", nargs="?", const="", metavar="ADDRESS", help="answer paired browsers of the home network as well, by HTTPS"
    )
    serve.add_argument("--name", action="append", default=[], metavar="NAME", help="with --lan: one more host name or address")


def _reports(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> argparse.ArgumentParser:
    one = _command(commands, "signals", _signals, "say what many people reported of a substance, against what would be expected")
    one.add_argument("substance", metavar="SUBSTANCE", help="a substance, medicine or product")
    one.add_argument(
        "--event", default="", metavar="WORDS", help="what is asked about, such as 'hair loss' (default: all events)"
    )
    one.add_argument("--with", dest="beside", default="", metavar="NAME", help="ask about it together with this other substance")
    one.add_argument("--store", metavar="DIR", help="a folder that keeps reports (default: only counts that others published)")
    one.add_argument("--load", nargs="+", default=[], metavar="FILE", help="read these files of reports into the store first")
    one.add_argument("--format", choices=("text", "json", "html"), default="text", help="text (default), json, or html")
    return one


def _command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, run: Command, says: str
) -> argparse.ArgumentParser:
    one = commands.add_parser(name, help=says, description=says[0].upper() + says[1:] + ".")
    one.set_defaults(run=run)
    return one


def _source(one: argparse.ArgumentParser) -> None:
    one.add_argument("file", metavar="FILE", help="a journal (.jsonl), another app's export, - for standard input, or a CSV file")
    one.add_argument("--mapping", metavar="TOML", help="what the columns of a CSV file, or the trackers of an app, mean")


def _seed(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError("expected a whole number, 0 or more")
    return int(text)


def _weigh(options: argparse.Namespace) -> int:
    from steelyard.actions.check import told  # noqa: PLC0415
    from steelyard.actions.weigh import render, strike, weigh  # noqa: PLC0415

    if Path(options.file).is_dir():
        return many.weigh_folder(options, _say, _latest())
    if options.jobs or options.spark or options.key:
        _say("--jobs, --spark and --key only say something where a folder of journals is weighed")
        return WRONG_USAGE
    as_letter = options.format == "pdf"
    wrong = _wrong_letter(options, as_letter) or (many.wrong_prior(options.prior) if options.prior else "")
    if wrong:
        _say(wrong)
        return WRONG_USAGE
    weighing = weigh(
        options.file,
        mapping=options.mapping,
        substance=options.substance,
        outcome=options.outcome,
        seed=options.seed,
        draw=options.format == "html",
        hand_over=options.format in ("pdf", "fhir"),
        prior=options.prior,
        store=options.store,
        latest=_latest(),
        progress=_Progress(),
    )
    summary = weighing.report.journal
    for line in told(summary.problems):
        _say(line)
    try:
        weighing = strike(weighing, options.strike) if options.strike else weighing
    except LookupError as error:
        _say(f"{error.args[0]}\nno letter was written; --strike leaves out the lines whose ids are given, from this list")
        return WRONG_USAGE
    _write(options.out, render(weighing, options.format, options.paper or "a4", options.name or ""))
    return ANSWERED if summary.used else NOTHING_READ


def _wrong_letter(options: argparse.Namespace, as_letter: bool) -> str:
    """What cannot be meant, or nothing."""
    if not as_letter and (options.paper or options.strike or (options.name and options.format != "fhir")):
        return "--paper, --name and --strike only say something together with --format pdf (--name with fhir as well)"
    if as_letter and options.out == "-" and sys.stdout.isatty():
        return "a PDF is nothing for a terminal; name a file, such as --out letter.pdf"
    return ""


def _import(options: argparse.Namespace) -> int:
    from steelyard.actions.import_ import forms, import_  # noqa: PLC0415

    if options.form is not None and options.form not in forms():
        _say(f"--from can be {', '.join(forms())}")
        return WRONG_USAGE
    if options.form == "csv" and options.mapping is None:
        _say("a CSV file needs --mapping FILE.toml, which says what its columns mean")
        return WRONG_USAGE
    try:
        journal, problems, content = import_(options.file, options.mapping, _latest(), options.form, options.zone, options.person)
    except ValueError as error:
        _say(f"--zone: {error}")
        return WRONG_USAGE
    for line in problems:
        _say(line)
    _say(f"read {journal.read:,}, used {journal.used:,}" + ("" if journal.used else ": no journal was written"))
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


def _signals(options: argparse.Namespace) -> int:
    from steelyard.actions.signals import UnreadableStore, ask, load_files  # noqa: PLC0415

    if options.load and not options.store:
        _say("--load needs --store DIR, the folder to keep the reports in")
        return WRONG_USAGE
    if options.beside and not options.event:
        _say("--with needs --event, the question to ask of the two together")
        return WRONG_USAGE
    read = 0
    try:
        if options.load:
            told, read = load_files(options.store, options.load, _Progress())
            for line in told:
                _say(line)
        content = ask(options.substance, options.event, options.store, options.beside, options.format, _Progress())
    except UnreadableStore as error:
        _say(str(error))
        return NOTHING_READ
    _write(options.out, content)
    return NOTHING_READ if options.load and not read else ANSWERED


def _pool(options: argparse.Namespace) -> int:
    return many.pool(options, _say, _write, _latest())


def _research(options: argparse.Namespace) -> int:
    return many.research(options, _say, _latest())


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
