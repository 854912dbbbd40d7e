"""A file in another form becomes a journal that says the same."""

from pathlib import Path

import pytest

from steelyard.actions.import_ import forms, import_
from steelyard.actions.read import read
from steelyard.knowledge.load import load
from steelyard.records.model import Dose

TABLE = "when;pain;grams;walk\n01.03.2026 08:10;6,5;;\n01.03.2026 08:15;;3;20\n02.03.2026 09:00;sehr;;\n;4;;\n"
MAPPING = """
time = "when"
time_format = "%d.%m.%Y %H:%M"
zone = "Europe/Berlin"
delimiter = ";"
decimal = ","
scales = { pain = "pain" }
dose = { substance = "kratom", amount = "grams", unit = "g" }
session = { therapy = "exercise", minutes = "walk" }
"""


@pytest.fixture
def table(tmp_path: Path) -> tuple[str, str]:
    (tmp_path / "diary.csv").write_text(TABLE)
    (tmp_path / "diary.toml").write_text(MAPPING)
    return str(tmp_path / "diary.csv"), str(tmp_path / "diary.toml")


def test_what_is_written_reads_back_as_the_same_journal(table: tuple[str, str], tmp_path: Path) -> None:
    journal, _, content = import_(*table, None)
    written = tmp_path / "journal.jsonl"
    written.write_bytes(content)
    again = read(str(written), load())
    assert again.problems == ()
    assert [type(record) for record in again.journal.records] == [type(record) for record in journal.records]
    assert again.journal.used == journal.used == 4  # the journal record, a rating, a dose and a session


def test_what_was_dropped_is_said_with_line_and_column(table: tuple[str, str]) -> None:
    _, said, _ = import_(*table, None)
    assert any(each.startswith("line 4, pain:") and "sehr" in each for each in said)
    assert any(each.startswith("line 5, when:") for each in said)


def test_a_journal_is_tidied_into_one_whose_records_all_have_an_id(tmp_path: Path) -> None:
    file = tmp_path / "journal.jsonl"
    file.write_text(
        '{"record": "rating", "time": "2026-03-01T08:10:00-06:00", "scale": "pain", "value": "6", "weather": "rain"}\nnonsense\n'
    )
    journal, said, content = import_(str(file), None, None)
    assert journal.used == 1 and len(said) >= 2
    (line,) = content.decode().splitlines()
    assert '"id":' in line and '"weather":"rain"' in line, "a field this format does not know is kept"
    file.write_bytes(content)
    assert import_(str(file), None, None)[2] == content


INVENTED = Path(__file__).parents[1] / "exchange/invented"


def test_the_form_is_said_first_and_the_zone_and_person_can_be_told() -> None:
    journal, said, _ = import_(str(INVENTED / "psychonautwiki.json"), None, None, zone="Asia/Tokyo", person="Sam")
    assert said[0] == "read as psychonautwiki"
    assert [(dose.substance, dose.time.isoformat()) for dose in journal.of(Dose)] == [("Caffeine", "2026-03-01T23:10:00+09:00")]


def test_the_zone_told_goes_before_that_of_the_mapping(tmp_path: Path) -> None:
    mapping = tmp_path / "m.toml"
    mapping.write_text('zone = "UTC"\n')
    journal, _, _ = import_(str(INVENTED / "medtimer.json"), str(mapping), None, zone="Asia/Tokyo")
    assert journal.of(Dose)[0].time.isoformat() == "2026-03-01T16:12:00+09:00"


def test_a_zone_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="America/Chicago"):
        import_(str(INVENTED / "medtimer.json"), None, None, zone="Berlin")


def test_what_was_imported_imports_to_the_same_again(tmp_path: Path) -> None:
    """The journal that comes out is one: read again it is the same, and nothing is there twice."""
    for file in sorted(INVENTED.glob("*.*")):
        _, _, content = import_(str(file), None, None, zone="Europe/Berlin", person="p-1" if "studyu" in file.name else None)
        written = tmp_path / "journal.jsonl"
        written.write_bytes(content)
        assert import_(str(written), None, None)[2] == content, file.name


def test_all_forms_have_a_name() -> None:
    assert {"journal", "csv", "psychonautwiki", "apple-health", "m-path"} <= set(forms())
