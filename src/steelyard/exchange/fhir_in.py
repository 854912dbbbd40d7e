"""FHIR R4 to rows for `records.validate`: a bundle, a resource, or bulk data with one resource on each line (NDJSON).

Only what lies in the file is looked at: no reference is ever followed out of it. A bundle is held as bytes and its resources are decoded one
at a time; lines are read as a stream, twice. A broken resource costs itself only.

Source: HL7, FHIR R4 (4.0.1), "JSON" and "ND-JSON".
"""

import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, BinaryIO

import msgspec

from steelyard.exchange import fhir_own
from steelyard.exchange.fhir_meaning import MEANING, NO_PLACE
from steelyard.exchange.fhir_model import Fields, Found, Head, own, target, words
from steelyard.exchange.foreign import Ids, LeftOut, Tally, Told, header
from steelyard.exchange.source import lines
from steelyard.records.model import Problem
from steelyard.records.time import parse
from steelyard.records.validate import Cells, Row

NAME = "fhir"
LAYOUT = ""
LARGEST, LARGEST_RESOURCE = 1 << 28, 1 << 20
_RESOURCE = re.compile(rb'"resourceType"\s*:\s*"[A-Z]')
FIRST_LINES = 3
_BOM = b"\xef\xbb\xbf"
_REFUSED = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ValueError)
# Made by this program besides those of other systems.
_OWN_KINDS = {*MEANING, "Medication", "QuestionnaireResponse", "Questionnaire", "CarePlan", "DetectedIssue", "RiskAssessment"}
_TIMES = ("time", "from", "to", "until")


# Numbered entries of a bundle, or problems met on the way; to be gone through more than once.
Entries = Callable[[], Iterator[tuple[int, bytes | msgspec.Raw] | Problem]]


class _Entry(msgspec.Struct, frozen=True):
    resource: msgspec.Raw = msgspec.Raw(b"null")
    fullUrl: str | None = None


class _Bundle(msgspec.Struct, frozen=True):
    resourceType: str
    entry: tuple[msgspec.Raw, ...] = ()


_found: msgspec.json.Decoder[Found] = msgspec.json.Decoder(Found)
_head: msgspec.json.Decoder[Head] = msgspec.json.Decoder(Head)
_entry: msgspec.json.Decoder[_Entry] = msgspec.json.Decoder(_Entry)


def looks_like(head: bytes, name: str) -> bool:
    """Whether a file begins as a JSON object with a FHIR resource in it."""
    return head.removeprefix(_BOM).lstrip().startswith(b"{") and _RESOURCE.search(head) is not None


def read(stream: BinaryIO, told: Told) -> Iterator[Row | LeftOut]:
    """The rows of a bundle, of a single resource, or of resources one on each line; line numbers count the entries of a bundle.

    Yields problems for what cannot be read at all (line 0) and, at the end, what was left out and why. Refuses a bundle of over 256 MiB
    and leaves out resources of over 1 MiB, resources about another person, and whatever is broken.
    """
    if _one_on_each_line(stream):
        yield from _Reading(lambda: _lines(stream), told).rows()
        return
    entries = _entries(stream.read(LARGEST + 1))
    if isinstance(entries, Problem):
        yield entries
        return
    yield from _Reading(lambda: enumerate(entries, start=1), told).rows()


def resources(entries: Entries, told: Told) -> Iterator[Row | LeftOut]:
    """The rows of resources that lie elsewhere than in one file, all about one person whatever their references say.

    What comes from several places may use one id twice, so a resource is known by its full address where it has one.
    """
    yield from _Reading(entries, told, one_person=True).rows()


def _one_on_each_line(stream: BinaryIO) -> bool:
    """Whether one of the first lines is a whole resource, and no bundle; the stream is left at its start."""
    first = [found[1] for found in islice(lines(stream), FIRST_LINES) if not isinstance(found, Problem)]
    stream.seek(0)
    return any(_kind(line.removeprefix(_BOM)) not in ("", "Bundle") for line in first)


def _kind(content: bytes) -> str:
    try:
        return _head.decode(content).resourceType
    except _REFUSED:
        return ""


def _lines(stream: BinaryIO) -> Iterator[tuple[int, bytes] | Problem]:
    """The lines as entries of a bundle, from the start."""
    stream.seek(0)
    for found in lines(stream):
        if isinstance(found, Problem):
            yield found
        elif content := found[1].removeprefix(_BOM).strip():
            yield found[0], b'{"resource":' + content + b"}"


def _entries(content: bytes) -> tuple[msgspec.Raw, ...] | Problem:
    if len(content) > LARGEST:
        return _refusal("fhir.too_large", f"the file is larger than {LARGEST >> 20} MiB")
    try:
        whole = msgspec.json.decode(content.removeprefix(_BOM), type=_Bundle)
    except RecursionError:
        return _refusal("fhir.too_deep", "the file is nested too deeply")
    except _REFUSED as error:
        return _refusal("fhir.unreadable", f"expected one FHIR resource in JSON: {error}")
    if whole.resourceType == "Bundle":
        return whole.entry
    return (msgspec.Raw(b'{"resource":' + content.removeprefix(_BOM) + b"}"),)


def _refusal(code: str, message: str) -> Problem:
    return Problem(0, "", code, message, "read nothing")


class _Reading:
    """One pass over the entries to know who is who, and one to read them."""

    def __init__(self, entries: Entries, told: Told, one_person: bool = False) -> None:
        self._entries = entries
        self._one_person = one_person
        self._told = told
        self._tally = Tally()
        self._ids = Ids(NAME)
        self._medications: dict[str, Found] = {}
        self._whose = ""
        self._person: Fields = {}
        self._parts: list[int] = []
        self._weighed = ""
        self._clock_only = False

    def rows(self) -> Iterator[Row | LeftOut]:
        """All rows, then what was left out."""
        self._look()
        for numbered in self._entries():
            if isinstance(numbered, Problem):
                yield numbered
                continue
            line, entry = numbered
            found = self._decoded(line, entry)
            if found is None:
                continue
            given = self._meaning(*found)
            if isinstance(given, str):
                name = words(found[0].code) if given == NO_PLACE else ""
                self._tally.leave(line, name or found[0].resourceType, given)
            elif given["record"] == "person":
                self._add_to_person(line, given)
            else:
                yield self._row(line, given)
        if self._person:
            yield self._row(self._parts[0], self._person)
            if len(self._parts) > 1:
                message = f"{len(self._parts):,} resources tell of the person"
                yield Problem(0, "", "fhir.person", message, "made one record of them")
        if self._clock_only or self._told.meaning.zone:
            yield header(self._told)
        yield from self._tally.told()

    def _look(self) -> None:
        """Whose bundle this is (the first patient in it, else the first that is spoken of), and what medications it describes."""
        spoken_of = ""
        for numbered in self._entries():
            if isinstance(numbered, Problem):
                continue
            try:
                one = _entry.decode(numbered[1])
                head = _head.decode(one.resource)
                if head.resourceType == "Medication" and len(one.resource) <= LARGEST_RESOURCE:
                    medication = _found.decode(one.resource)
                    self._medications |= {target(name): medication for name in (one.fullUrl, head.id) if name}
            except _REFUSED:
                continue
            if head.resourceType == "Patient":
                self._whose = self._whose or head.id or target(one.fullUrl)
            spoken_of = spoken_of or target(head.subject.reference or head.patient.reference)
        self._whose = self._whose or spoken_of

    def _decoded(self, line: int, entry: bytes | msgspec.Raw) -> tuple[Found, str] | None:
        """The resource with its full name, or `None` when it was left out."""
        try:
            one = _entry.decode(entry)
            head = _head.decode(one.resource)
        except _REFUSED as error:
            self._tally.leave(line, "entry", f"no readable resource: {_short(error)}")
            return None
        about = target(head.subject.reference or head.patient.reference)
        if head.resourceType == "Patient":
            about = head.id or target(one.fullUrl)
        if head.resourceType not in _OWN_KINDS:
            self._tally.leave(line, head.resourceType, "a kind of resource that a journal has no place for")
        elif about and about != self._whose and not self._one_person:
            self._tally.leave(line, head.resourceType, "about another person")
        elif len(one.resource) > LARGEST_RESOURCE:
            self._tally.leave(line, head.resourceType, "larger than 1 MiB")
        else:
            try:
                return _found.decode(one.resource), one.fullUrl or ""
            except _REFUSED as error:
                self._tally.leave(line, head.resourceType, f"broken: {_short(error)}")
        return None

    def _meaning(self, found: Found, url: str) -> Fields | str:
        mark = own(found)
        if mark is not None:
            given = fhir_own.record(found, mark, self._medications)
            return "worked out from other records, not written down" if given is None else given
        means = MEANING.get(found.resourceType)
        if means is None:
            return "a kind of resource that a journal has no place for"
        meaning = means(found, self._medications, self._told.codes)
        if isinstance(meaning, str) or meaning["record"] == "person":
            return meaning
        # A resource that comes twice is the same one told anew, so only what has no name of its own is numbered.
        name = (url or found.id) if self._one_person else (found.id or url)
        return {**meaning, "id": Ids(NAME).of(found.resourceType, name) if name else self._ids.of(found.resourceType, meaning)}

    def _add_to_person(self, line: int, part: Fields) -> None:
        time = part.pop("time", None)
        if "weight_kg" in part and time is not None:
            if time < self._weighed:
                self._tally.leave(line, "Observation", "an earlier body weight; a journal holds the latest")
                return
            if self._weighed:
                self._tally.leave(line, "Observation", "an earlier body weight; a journal holds the latest")
                self._parts.pop()
            self._weighed = time
        conditions = [*self._person.get("conditions", []), *part.get("conditions", [])]
        self._person |= {"id": f"{NAME}-person", **self._person, **part}
        if conditions:
            self._person["conditions"] = list(dict.fromkeys(conditions))
        self._parts.append(line)

    def _row(self, line: int, fields: Fields) -> Row:
        times: list[Any] = [parse(fields[name]) for name in _TIMES if isinstance(fields.get(name), str)]
        self._clock_only |= any(time is not None and getattr(time, "tzinfo", None) is None for time in times)
        return line, Cells(fields)


def _short(error: Exception) -> str:
    """What a decoder says of a fault: the type expected and the place, never the value."""
    return str(error) if isinstance(error, msgspec.MsgspecError) else "nested too deeply or not UTF-8"
