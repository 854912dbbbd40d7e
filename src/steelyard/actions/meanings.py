"""What only the person can say about a file from elsewhere: what its columns or trackers mean, and whose entries are wanted."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from steelyard.exchange.foreign import OTHER_PERSON, LeftOut, Told
from steelyard.exchange.mapping import DoseColumn, SessionColumn
from steelyard.exchange.mapping import Mapping as Meaning
from steelyard.exchange.proposal import CLOCKS, FORMATS, Column, Proposal, propose
from steelyard.exchange.series import NO_MEANING
from steelyard.knowledge.load import load
from steelyard.records.model import Problem
from steelyard.records.problems import NAME_ASSUMED

from .fields import UNITS
from .formats import HEAD, recognised
from .forms import BadInputError

MOST_ASKED = 200
LARGEST_ASKED = 20_000_000  # bytes: the file travels with the question, since nothing of it is kept before it is answered
_SCALE = "scale:"


@dataclass(frozen=True)
class Question:
    """What has to be asked. `form` is the name of the format, empty for a table; `people` are those whose entries the file holds.

    `days` are the ways in which the times can be read, each with the first of them as read that way.
    """

    form: str
    columns: tuple[Column, ...] = ()
    people: tuple[str, ...] = ()
    days: tuple[tuple[str, str], ...] = ()
    proposal: Proposal | None = None


def question(content: bytes, name: str, person: str | None = None) -> Question | None:
    """What has to be asked about a file; `None` for a journal, and for exports that say everything themselves."""
    stream = io.BytesIO(content)
    foreign = recognised(stream, name)
    if foreign is None:
        proposal = propose(content[:HEAD], load().scales)
        return None if proposal is None else Question("", proposal.columns, (), _days(proposal), proposal)
    scales = load().scales
    guessed: dict[str, str] = {}
    people: dict[str, None] = {}
    for row in foreign.read(stream, Told(Meaning(person=person or None), scales)):
        if isinstance(row, Problem) and row.code == NAME_ASSUMED:
            guessed.setdefault(row.field, "")
        elif isinstance(row, LeftOut) and row.why == NO_MEANING:
            guessed.setdefault(row.what, "")
        elif isinstance(row, LeftOut) and row.why == OTHER_PERSON and person is None:
            people[row.what] = None
    columns = tuple(_tracker(each, scales) for each in list(guessed)[:MOST_ASKED])
    return Question(foreign.NAME, columns, tuple(people)) if columns or people else None


def meaning(asked: Question | None, told: Mapping[str, str], zone: str) -> Meaning:
    """The answers as a mapping, also where nothing had to be asked; refuses with BadInputError, by the name of the field.

    Args:
        told: `meaning-N` for column N (`time`, `clock`, `dose`, `session`, `context`, `scale:ID` or nothing), `substance-N`, `unit-N`,
            `therapy-N`, `time_format`, `clock` (time of day for entries with a day alone), `person`.
        zone: of times that carry none.
    """
    if asked is None:
        return Meaning(zone=zone, person=told.get("person") or None)
    faults: dict[str, str] = {}
    chosen = {index: told.get(f"meaning-{index}", "") for index in range(len(asked.columns))}
    names = {index: column.name for index, column in enumerate(asked.columns)}
    time = tuple(names[index] for what in ("time", "clock") for index, chose in chosen.items() if chose == what)
    if not asked.form and "time" not in chosen.values():
        faults["time"] = "field.missing"
    scales: dict[str, str] = {}
    doses, sessions = [], []
    for index, chose in chosen.items():
        if chose.startswith(_SCALE):
            scale = chose.removeprefix(_SCALE)
            if scale in scales or scale not in load().scales:
                faults[f"meaning-{index}"] = "scale.taken"
            scales[scale] = names[index]
        elif chose == "dose":
            substance, unit = told.get(f"substance-{index}", "").strip(), told.get(f"unit-{index}", "")
            if not substance or unit not in UNITS:
                faults[f"meaning-{index}"] = "field.missing"
            doses.append(DoseColumn(substance, names[index], unit))
        elif chose == "session":
            therapy = told.get(f"therapy-{index}", "").strip()
            if not therapy:
                faults[f"meaning-{index}"] = "field.missing"
            sessions.append(SessionColumn(therapy, names[index]))
    if faults:
        raise BadInputError(faults)
    written = asked.proposal
    return Meaning(
        time=time if written else (),
        time_format=_format(asked, told.get("time_format", "")) if written else (),
        clock=_clock(told.get("clock", "")),
        zone=zone,
        delimiter=written.delimiter if written else ",",
        decimal="," if written and written.decimal == "," else ".",
        encoding=written.encoding if written else "utf-8",
        person=told.get("person") or None,
        scales=dict(scales),
        dose=tuple(doses),
        session=tuple(sessions),
        context=tuple(names[index] for index, chose in chosen.items() if chose == "context"),
    )


def _tracker(name: str, scales: Mapping[str, object]) -> Column:
    scale = "_".join(name.casefold().replace("-", " ").split())
    return Column(name, (), True, "scale", scale) if scale in scales else Column(name, (), True)


def _days(proposal: Proposal) -> tuple[tuple[str, str], ...]:
    """All formats that read the samples of the time, with the first sample as it is read; none where it is ISO 8601 anyhow."""
    samples = next((column.samples for column in proposal.columns if column.guess == "time"), ())
    clock = next((column.samples[0] for column in proposal.columns if column.guess == "clock" and column.samples), "")
    if not proposal.time_format or not samples:
        return ()
    found = []
    for form in (*FORMATS, *(f"{day} {time}" for day in FORMATS if "%H" not in day and "%I" not in day for time in CLOCKS)):
        try:
            read = [datetime.strptime(f"{sample} {clock}".strip(), form) for sample in samples]
        except ValueError:
            continue
        found.append((form, read[0].isoformat(" ")))
    return tuple(sorted(found, key=lambda each: each[0] != proposal.time_format))


def _format(asked: Question, chosen: str) -> str | tuple[str, ...]:
    assert asked.proposal is not None
    return chosen if chosen in dict(asked.days) else asked.proposal.time_format or ()


def _clock(text: str) -> str | None:
    try:
        return datetime.strptime(text, "%H:%M").strftime("%H:%M")
    except ValueError:
        return None
