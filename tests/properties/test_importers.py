"""What holds for every file whatever: reading it raises nothing, accounts for what it read, and says the same each time."""

import io
import zipfile
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steelyard.actions.formats import FORMATS, recognised
from steelyard.actions.read import journal_of, rows_of
from steelyard.exchange import jsonl
from steelyard.exchange.fhir_out import bundle
from steelyard.exchange.foreign import Told
from steelyard.exchange.mapping import Mapping
from steelyard.exchange.proposal import propose
from steelyard.records.model import Journal, Problem

from ..unit.exchange import fhir_cases

KNOWLEDGE, CODES = fhir_cases.KNOWLEDGE, fhir_cases.CODES
INVENTED = Path(__file__).parents[1] / "unit/exchange/invented"
TOLD = Told(Mapping(zone="Europe/Berlin", person="p-1", scales={"pain": "Pain"}), KNOWLEDGE.scales, CODES)
# Pieces that mean something to one reader or another.
PIECES = (
    *(
        b'"',
        b"'",
        b",",
        b";",
        b"\n",
        b"\r",
        b"\0",
        b"\x0b",
        b"<",
        b">",
        b"&",
        b"&lol;",
        b"]]>",
        b"<!--",
        b"<![CDATA[",
        b"<!DOCTYPE x [",
    ),
    *(
        b"{",
        b"}",
        b"[",
        b"]",
        b"null",
        b"true",
        b"NaN",
        b"-1",
        b"1e999",
        b"9" * 400,
        b"1970-01-01T00:00:00Z",
        b"9999-12-31T23:59:59Z",
    ),
    *(
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"\xf0\x9f\x92\x8a",
        b"\\ud800",
        b"=cmd|' /C calc'!A0",
        b"../../x",
        b"PK\x05\x06",
        b"0:99:99",
        b"#a((",
    ),
)


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return out.getvalue()


def zipped_folder(folder: Path) -> bytes:
    return zipped({path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*.csv"))})


def samples() -> dict[str, bytes]:
    """The invented exports, by file name."""
    files = {path.name: path.read_bytes() for path in sorted(INVENTED.glob("*.*")) if path.suffix != ".md"}
    own = bundle(fhir_cases.JOURNAL, fhir_cases.REPORT, CODES)
    health = zipped({"apple_health_export/export.xml": files["apple_health.xml"]})
    result = files["fhir_in.ndjson"].splitlines()[1]
    clinical = zipped(
        {
            "apple_health_export/export.xml": files["apple_health_sleep.xml"],
            "apple_health_export/clinical-records/Observation-1.json": result,
        }
    )
    packed = {"loop.zip": zipped_folder(INVENTED / "loop"), "apple_health.zip": health, "apple_health_clinical.zip": clinical}
    return {**files, **packed, "fhir_in_own.json": own}


SAMPLES = samples()


def read(form: ModuleType | None, content: bytes) -> tuple[Journal, list[Problem]]:
    return journal_of(rows_of(io.BytesIO(content), TOLD, form, table=False), KNOWLEDGE, None)


@st.composite
def damaged(draw: st.DrawFn, whole: bytes) -> bytes:
    """A file with up to four pieces cut out, doubled, put in or overwritten."""
    content = whole
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(content)))
        upto = min(at + draw(st.integers(0, 60)), len(content))
        piece = draw(st.one_of(st.sampled_from(PIECES), st.binary(max_size=20), st.just(content[at:upto] * 2), st.just(b"")))
        content = content[:at] + piece + content[upto:]
    return content


def holds(form: ModuleType | None, content: bytes) -> None:
    """The laws, for one file."""
    journal, problems = read(form, content)
    assert journal.used <= journal.read
    assert journal.used == journal.read or problems
    ids = [(type(record), record.id) for record in journal.records if record.id is not None]
    assert len(set(ids)) == len(ids)
    assert read(form, content) == (journal, problems)
    out = io.BytesIO()
    jsonl.write(journal, out)  # all that came in can be written


@pytest.mark.parametrize("name", SAMPLES)
def test_an_invented_export_is_recognised_and_keeps_the_laws(name: str) -> None:
    form = recognised(io.BytesIO(SAMPLES[name]), "file")
    assert form is not None
    assert name.startswith(form.__name__.rpartition(".")[2]), "the file of a reader is called like its samples"
    holds(form, SAMPLES[name])


@pytest.mark.parametrize("name", SAMPLES)
@settings(max_examples=40)
@given(data=st.data())
def test_a_damaged_export_breaks_no_reader(name: str, data: st.DataObject) -> None:
    holds(recognised(io.BytesIO(SAMPLES[name]), "file"), data.draw(damaged(SAMPLES[name])))


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: str(form.NAME))
@settings(max_examples=40)
@given(content=st.one_of(st.binary(max_size=200), st.lists(st.sampled_from(PIECES), max_size=30).map(b"".join)))
def test_no_bytes_whatever_break_a_reader(form: ModuleType, content: bytes) -> None:
    form.looks_like(content, "file")
    holds(form, content)


@given(content=st.one_of(st.binary(max_size=200), st.lists(st.sampled_from(PIECES), max_size=30).map(b"".join)))
def test_no_bytes_whatever_break_the_guessing(content: bytes) -> None:
    recognised(io.BytesIO(content), "file")
    propose(content, KNOWLEDGE.scales)
    holds(None, content)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_file_read_twice_over_adds_nothing(name: str) -> None:
    """Two exports, of which the second has all of the first: every record of the first is in the second, by its id."""
    form = recognised(io.BytesIO(SAMPLES[name]), "file")
    once, again = (read(form, SAMPLES[name])[0] for _ in range(2))
    assert {record.id for record in once.records} == {record.id for record in again.records}


@pytest.mark.parametrize("name", ["track_and_graph.csv", "kratomtracker.csv", "medtimer.csv", "daylio.csv", "nomie.csv"])
@given(data=st.data())
def test_a_part_of_an_export_has_the_ids_of_the_whole(name: str, data: st.DataObject) -> None:
    """Rows left out, as in an earlier export of the same app, change no id of the rows that are there."""
    form = recognised(io.BytesIO(SAMPLES[name]), "file")
    header, *rows = SAMPLES[name].splitlines(keepends=True)
    part = [row for row in rows if data.draw(st.booleans())]
    known = {record.id for record in read(form, SAMPLES[name])[0].records}
    assert {record.id for record in read(form, header + b"".join(part))[0].records} <= known


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("medtimer.json", b"1772349120", b"1e999"),
        ("medtimer.json", b"1772349120", b"9" * 400),
        ("nomie5.json", b"1772373600000", b"9" * 400),
        ("psychonautwiki.json", b"1772352600000", b"9" * 400),
        ("beiwe.csv", b"1772352000000", b"9" * 400),
        ("loop.zip", b"Habits.csv", b"\0abits.csv"),
    ],
)
def test_what_once_broke_a_reader_breaks_it_no_more(name: str, before: bytes, after: bytes) -> None:
    """Numbers beyond any calendar, and a member of a zip whose name ends before it begins."""
    assert before in SAMPLES[name]
    holds(recognised(io.BytesIO(SAMPLES[name]), "file"), SAMPLES[name].replace(before, after))
