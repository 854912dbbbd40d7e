"""The clinical records in the zip of Apple Health: FHIR resources as clinics gave them, each in a file of its own.

Source: opendroid/hk, public/sampleexport.xml (the document type of a real export names `ClinicalRecord` and its attributes).
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import msgspec

from steelyard.exchange import fhir_in
from steelyard.exchange.archive import Archive
from steelyard.exchange.foreign import LeftOut, Tally, Told
from steelyard.records.model import Problem
from steelyard.records.validate import Row

WHAT = "clinical record"
_R4 = "4."
NOT_HERE = "its file is not here; the whole zip has it"
OLDER = "of another version of FHIR than 4"


class Named(NamedTuple):
    """A record as the export lists it: where its file lies in the zip, and the address it was fetched from."""

    line: int
    path: str
    url: str


class ClinicalRecords:
    """Collects what the export lists, and reads the files at the end."""

    def __init__(self) -> None:
        self._listed: list[Named] = []
        self._tally = Tally()

    def add(self, line: int, held: Mapping[str, str]) -> None:
        """Take one `ClinicalRecord`."""
        if held.get("fhirVersion", "").startswith(_R4):
            self._listed.append(Named(line, held.get("resourceFilePath", ""), held.get("sourceURL", "")))
        else:
            self._tally.leave(line, WHAT, OLDER)

    def rows(self, archive: Archive | None, folder: str, told: Told) -> Iterator[Row | LeftOut]:
        """The rows of the records whose files lie in the archive, below `folder`, and what was left out."""
        names = frozenset(archive.names) if archive else frozenset()
        here = []
        for one in self._listed:
            if folder + one.path.lstrip("/") in names:
                here.append(one)
            else:
                self._tally.leave(one.line, WHAT, NOT_HERE)
        if archive is not None and here:
            yield from fhir_in.resources(lambda: _entries(archive, folder, here), told)
        yield from self._tally.told()


def _entries(archive: Archive, folder: str, listed: list[Named]) -> Iterator[tuple[int, bytes] | Problem]:
    """The files as entries of a bundle, one after the other."""
    for line, path, url in listed:
        member = archive.open(folder + path.lstrip("/"))
        if isinstance(member, Problem):
            yield Problem(line, WHAT, member.code, member.message, member.action)
            continue
        content = member.read(fhir_in.LARGEST_RESOURCE + 1)
        yield line, b'{"fullUrl":' + msgspec.json.encode(url) + b',"resource":' + content + b"}"
