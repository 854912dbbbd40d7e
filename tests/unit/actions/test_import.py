"""A file in another form becomes a journal that says the same."""

from pathlib import Path

import pytest

from steelyard.actions.import_ import forms, import_
from steelyard.actions.read import read
from steelyard.knowledge.load import load
from steelyard.records.model import Dose, Rating

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
    assert journal.used == 3  # a rating, a dose and a session; the zone comes from the mapping
    assert again.journal.used == 4  # with the journal record, which now stands in the file


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


def test_problems_of_one_kind_are_one_line_and_the_last_says_where_all_are() -> None:
    _, said, _ = import_(str(INVENTED / "nomie5.json"), None, None)
    assert (
        "4 entries (1 kratom, 1 work, 1 walk and 1 more kind): nothing says what this is; "
        "kept as notes, of which the statistics make nothing; a mapping can say it"
    ) in said
    assert "steelyard check lists each of these by itself" in said


def test_where_the_layout_was_taken_from_is_said_once_and_only_where_no_real_file_was_tried() -> None:
    said = import_(str(INVENTED / "daylio.csv"), None, None)[1]
    assert [line for line in said if "layout" in line] == [
        "the layout of daylio files was taken from programs by others that read such files, and not tried on a real export; "
        "see whether all came in as it should"
    ]
    for tried in ("apple_health.xml", "fhir_in.json"):
        assert not any("layout" in line for line in import_(str(INVENTED / tried), None, None)[1])


def test_the_way_to_say_what_an_export_does_not_is_shown() -> None:
    said = import_(str(INVENTED / "mpath.csv"), None, None)[1]
    assert 'scales.pain = "pain_slider"' in said[-2] and "--mapping" in said[-2] and "csv-mapping.md" in said[-1]
    known = import_(str(INVENTED / "nomie6.json"), None, None)[1]
    assert not any("csv-mapping" in line for line in known), "pain is the only tracker, and was taken for a rating of pain"
    clocks = import_(str(INVENTED / "kratomtracker.csv"), None, None)[1]
    assert clocks[-1].startswith("--zone says")
    assert not any(
        "--zone says" in line for line in import_(str(INVENTED / "kratomtracker.csv"), None, None, zone="Asia/Tokyo")[1]
    )


def test_the_line_shown_works(tmp_path: Path) -> None:
    """Whatever a tracker is called: what the report shows goes into a file as it stands."""
    export = tmp_path / "export.csv"
    export.write_text('FeatureName,Timestamp,Value,Label,Note\n"How ""bad"", really?\\",2026-03-01T08:00:00+01:00,6,,\n')
    hint = import_(str(export), None, None)[1][-2]
    mapping = tmp_path / "m.toml"
    mapping.write_text(hint.partition("the line ")[2].rpartition(" says so")[0] + "\n")
    assert [rating.value for rating in import_(str(export), str(mapping), None)[0].of(Rating)] == [6.0]


def test_nothing_used_counts_as_nothing_though_a_zone_was_assumed() -> None:
    """m-Path: the answers need a mapping, and the zone is not one of them."""
    journal, _, _ = import_(str(INVENTED / "mpath.csv"), None, None)
    assert (journal.read, journal.used) == (5, 0)


def test_an_export_after_a_later_one_adds_nothing_in_one_journal(tmp_path: Path) -> None:
    """Both written one after the other into one file: as many records as the later one has."""
    for file in sorted(INVENTED.glob("*.*")):
        _, _, content = import_(str(file), None, None, zone="Europe/Berlin", person="p-1" if "studyu" in file.name else None)
        twice = tmp_path / "twice.jsonl"
        twice.write_bytes(content + content)
        assert import_(str(twice), None, None)[2] == content, file.name
