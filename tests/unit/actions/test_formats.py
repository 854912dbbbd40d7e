"""Every reader of a foreign format has the common shape, and a file goes to the reader it was made for."""

import inspect
import io
from pathlib import Path
from types import ModuleType

import pytest

from steelyard.actions.formats import FORMATS, named, names, recognised

JOURNAL = b'{"record": "dose", "time": "2026-03-01T08:10:00Z", "substance": "kratom", "amount": 3, "unit": "g"}\n'


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: str(form.NAME))
def test_each_reader_has_the_common_shape(form: ModuleType) -> None:
    assert form.NAME.lower() == form.NAME
    assert list(inspect.signature(form.looks_like).parameters) == ["head", "name"]
    assert list(inspect.signature(form.read).parameters) == ["stream", "told"]
    assert form.__doc__ and form.read.__doc__ and form.looks_like.__doc__


def test_every_reader_says_where_its_layout_comes_from() -> None:
    silent = [form.NAME for form in FORMATS if "Source:" not in (form.__doc__ or "") and form.NAME != "fhir"]
    assert silent == []


def test_names_are_unlike_each_other_and_lead_to_their_reader() -> None:
    assert len(set(names())) == len(FORMATS)
    assert [named(name) for name in names()] == list(FORMATS)
    assert named("no such form") is None


@pytest.mark.parametrize(
    "content", [b"", JOURNAL, b"when,pain\n2026-03-01,5\n", b"PK\x03\x04", bytes(100), b"\xff" * 100, b"{}", b"[]"]
)
def test_a_journal_and_what_is_unknown_belong_to_no_reader(content: bytes) -> None:
    stream = io.BytesIO(content)
    assert recognised(stream, "export.xml") is None
    assert stream.tell() == 0


def test_no_export_is_claimed_by_two_readers(root: Path) -> None:
    for path in (root / "tests/unit/exchange/invented").glob("*.*"):
        head = path.read_bytes()[: 1 << 16]
        claims = [form.NAME for form in FORMATS if form.looks_like(head, path.name)]
        assert len(claims) == (path.suffix != ".md"), (path.name, claims)
