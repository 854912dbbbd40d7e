"""`steelyard import` with files of other apps: what is said, what is written, and with which exit status."""

import json
from pathlib import Path

import pytest

from steelyard.cli.main import main

INVENTED = Path(__file__).parents[1] / "exchange/invented"


def test_the_journal_goes_where_it_was_told_and_the_report_to_standard_error(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    out = tmp_path / "journal.jsonl"
    status = main(["import", str(INVENTED / "apple_health.xml"), "--out", str(out)])
    said = capsys.readouterr()
    assert (status, said.out) == (0, "")
    assert said.err.splitlines()[0] == "read as apple-health"
    assert said.err.splitlines()[-1] == "read 16, used 9"
    assert "3 entries (2 step count, 1 correlation), first on line 25: nothing here reads this kind; left out" in said.err
    assert len(out.read_bytes().splitlines()) == 9


def test_zone_and_person_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", str(INVENTED / "psychonautwiki.json"), "--zone", "Asia/Tokyo", "--person", "sam"]) == 0
    (dose,) = [record for record in map(json.loads, capsys.readouterr().out.splitlines()) if record["record"] == "dose"]
    assert (dose["substance"], dose["time"]) == ("Caffeine", "2026-03-01T23:10:00+09:00")


@pytest.mark.parametrize(
    ("options", "said"),
    [(["--from", "list"], "psychonautwiki"), (["--from", "csv"], "--mapping"), (["--zone", "Berlin"], "America/Chicago")],
)
def test_wrong_usage_says_what_would_be_right(options: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", str(INVENTED / "medtimer.csv"), *options]) == 2
    told = capsys.readouterr()
    assert said in told.err
    assert told.out == ""


def test_a_form_that_does_not_fit_reads_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", str(INVENTED / "medtimer.csv"), "--from", "apple-health"]) == 1
    assert "HealthData" in capsys.readouterr().err


def test_an_export_is_checked_and_weighed_without_being_imported_first(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(INVENTED / "kratomtracker.json")]) == 0
    assert "1970-01-01" in capsys.readouterr().out
    assert main(["weigh", str(INVENTED / "kratomtracker.json"), "--substance", "kratom"]) == 0
    assert capsys.readouterr().out


def test_where_nothing_can_be_used_no_journal_is_written_and_that_is_said(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    out = tmp_path / "journal.jsonl"
    assert main(["import", str(INVENTED / "mpath.csv"), "--out", str(out)]) == 1
    assert capsys.readouterr().err.splitlines()[-1] == "read 5, used 0: no journal was written"
    assert not out.exists()


def test_weighing_an_export_tells_its_problems_by_kind(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["weigh", str(INVENTED / "apple_health.xml")]) == 0
    said = capsys.readouterr()
    assert "3 entries (2 step count, 1 correlation), first on line 25: nothing here reads this kind; left out" in said.err
    assert "steelyard check lists each of these by itself" in said.err
    assert "nothing here reads this kind; left out" in " ".join(said.out.split())


def test_check_lists_each(capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", str(INVENTED / "apple_health.xml")])
    said = capsys.readouterr().out
    assert "line 25, step count: 2 entries" in said and "line 28, correlation: 1 entry" in said
