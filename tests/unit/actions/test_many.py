"""A folder of journals: one table, a bad journal costs itself only, and an interrupted run goes on."""

import json
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from steelyard.actions import many, workers
from steelyard.actions.import_ import import_
from steelyard.actions.ledger import Done
from steelyard.actions.many import UNFINISHED, Asked, How, answer, journals, rows_of, weigh_folder
from steelyard.actions.simulate import Plan, simulate_files
from steelyard.exchange.parquet import read_csv, read_parquet
from steelyard.findings.rows import columns

from ..exchange.importing import zipped_folder

ONE = '{"record": "rating", "time": "2026-03-01T08:10:00-06:00", "scale": "pain", "value": 6}\n'
DOSE = (
    '{"record": "dose", "time": "2026-03-01T09:10:00-06:00", "substance": "kratom", "amount": 3, "unit": "g", "note": "SECRET"}\n'
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three journals that are too short to tell, one that is none, and files that are no journals."""
    there = tmp_path / "people"
    (there / "more").mkdir(parents=True)
    for name in ("b.jsonl", "a.jsonl", "more/c.jsonl"):
        (there / name).write_text(ONE + DOSE)
    (there / "bad.jsonl").write_text("nonsense\n")
    (there / "read.me").write_text("no journal")
    (there / "results.parquet").write_text("no journal")
    (there / ".hidden").mkdir()
    (there / ".hidden" / "d.jsonl").write_text(ONE)
    return there


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Journals are weighed in this process, and listed."""
    asked: list[str] = []

    def each(function: Any, items: Any, _jobs: int, _lost: Any) -> Iterator[Any]:
        for item in items:
            asked.append(Path(item.path).name)
            yield item, function(item)

    monkeypatch.setattr(workers, "each", each)
    return asked


def test_journals_are_found_in_folders_and_in_order(folder: Path) -> None:
    assert [path.relative_to(folder).as_posix() for path in journals(folder)] == [
        "a.jsonl",
        "b.jsonl",
        "bad.jsonl",
        "more/c.jsonl",
    ]


@pytest.mark.parametrize("end", [".parquet", ".csv"])
def test_the_table_has_a_row_for_each_finding_and_a_bad_journal_costs_itself(
    end: str, folder: Path, here: list[str], tmp_path: Path
) -> None:
    out = str(tmp_path / f"results{end}")
    tally = weigh_folder(folder, out, Asked(), How())
    read = read_parquet if end == ".parquet" else read_csv
    rows = list(read(columns(), out))
    assert (tally.weighed, tally.rows) == (3, len(rows))
    assert [name for name, _ in tally.troubles] == ["bad.jsonl"] and "JSON" in tally.troubles[0][1]
    assert len({row["person"] for row in rows}) == 3
    assert {row["refused"] for row in rows} == {"too_few_ratings"}
    assert not Path(out + UNFINISHED).exists() and not Path(out + ".new").exists()
    assert stat.S_IMODE(Path(out).stat().st_mode) == 0o600
    assert b"SECRET" not in Path(out).read_bytes() and b"a.jsonl" not in Path(out).read_bytes()


def test_an_interrupted_run_goes_on_and_gives_the_same_table(folder: Path, here: list[str], tmp_path: Path) -> None:
    whole, broken = tmp_path / "whole.csv", tmp_path / "broken.csv"
    weigh_folder(folder, str(whole), Asked(), How())
    here.clear()

    def stop(done: int, _total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        weigh_folder(folder, str(broken), Asked(), How(progress=stop))
    assert here == ["a.jsonl", "b.jsonl"] and not broken.exists() and Path(f"{broken}{UNFINISHED}").exists()
    here.clear()
    tally = weigh_folder(folder, str(broken), Asked(), How())
    assert here == ["bad.jsonl", "c.jsonl"]
    assert broken.read_bytes() == whole.read_bytes() and len(tally.troubles) == 1


@pytest.mark.parametrize("changed", ["journal", "question", "key"])
def test_what_was_finished_counts_only_for_the_same_question(changed: str, folder: Path, here: list[str], tmp_path: Path) -> None:
    out, asked, how = str(tmp_path / "results.csv"), Asked(), How()

    def stop(done: int, total: int) -> None:
        if done == total:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        weigh_folder(folder, out, asked, replace(how, progress=stop))
    here.clear()
    if changed == "journal":
        (folder / "a.jsonl").write_text(ONE + DOSE + ONE.replace("08:10", "08:20"))
    asked = replace(asked, seed=1) if changed == "question" else asked
    how = replace(how, key=tmp_path / "another.key") if changed == "key" else how
    weigh_folder(folder, out, asked, how)
    assert here == (["a.jsonl"] if changed == "journal" else ["a.jsonl", "b.jsonl", "bad.jsonl", "c.jsonl"])


def test_people_keep_their_pseudonyms_while_the_key_is_the_same(folder: Path, here: list[str], tmp_path: Path) -> None:
    first, _ = rows_of(folder, Asked(), How())
    again, _ = rows_of(folder, Asked(), How())
    other, _ = rows_of(folder, Asked(), How(key=tmp_path / "another.key"))
    people = [{row["person"] for row in rows} for rows in (first, again, other)]
    assert people[0] == people[1] and not people[0] & people[2]


def test_progress_is_told_from_none_to_all(folder: Path, here: list[str]) -> None:
    told: list[tuple[int, int]] = []
    rows_of(folder, Asked(), How(progress=lambda done, total: told.append((done, total))))
    assert told == [(n, 4) for n in range(5)]


def test_whatever_breaks_is_told_by_kind_and_place_and_costs_that_journal_only(
    folder: Path, here: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = many.assemble

    def breaks(journal: Any, *args: Any, **more: Any) -> Any:
        if len(here) == 1:
            raise ValueError("SECRET of the journal")
        return real(journal, *args, **more)

    monkeypatch.setattr(many, "assemble", breaks)
    rows, tally = rows_of(folder, Asked(), How())
    assert len({row["person"] for row in rows}) == 2
    assert dict(tally.troubles)["a.jsonl"].startswith("it could not be weighed (ValueError")
    assert "SECRET" not in str(tally.troubles)


def test_what_is_handed_between_processes_survives_the_way(folder: Path, tmp_path: Path) -> None:
    """Two processes, really started, and one diary that is long enough to be told."""
    (folder / "told.jsonl").write_bytes(simulate_files(Plan(days=40, driver="random", effect=-1.5, seed=3))[0])
    out = tmp_path / "results.parquet"
    tally = weigh_folder(folder, str(out), Asked(substance="kratom"), How(2))
    rows = list(read_parquet(columns(), str(out)))
    assert tally.weighed == 4 and tally.rows == len(rows)
    (told,) = [row for row in rows if row["peak_alone_weight"]]
    assert told["mark"] and told["peak_value"] < 0 and len(told["peak_alone_mean"]) == len(told["peak_alone_sd"])


def test_an_answer_is_plain_data(folder: Path) -> None:
    done = answer(many.Task(str(folder / "a.jsonl"), "someone", "mark", Asked()))
    assert isinstance(done, Done) and json.loads(json.dumps(done.rows)) == done.rows


INVENTED = Path(__file__).parents[1] / "exchange/invented"


@pytest.fixture
def exports(folder: Path) -> Path:
    """Exports of other apps among the journals: under names that say nothing, packed, on lines, cut off, of several people, and a table."""
    for name in ("apple_health.xml", "medtimer.csv", "studyu_measurements.csv", "mpath.csv"):
        (folder / name).write_bytes((INVENTED / name).read_bytes())
    (folder / "more/Q.JSON").write_bytes((INVENTED / "kratomtracker.json").read_bytes())
    (folder / "more/z.zip").write_bytes(zipped_folder("loop"))
    (folder / "r.ndjson").write_text(RESOURCE)
    (folder / "s.json").write_bytes((INVENTED / "kratomtracker.json").read_bytes()[:40])
    (folder / "t.csv").write_text("when,pain\n2026-03-01 08:10,6\n")
    return folder


RESOURCE = (
    '{"resourceType": "Observation", "status": "final", "code": {"coding": [{"system": "http://loinc.org", "code": "72514-3"}]},'
    ' "effectiveDateTime": "2026-03-01T08:00:00Z", "valueQuantity": {"value": 4}}\n'
)


def test_exports_are_weighed_with_the_journals_and_each_costs_itself_only(exports: Path, here: list[str]) -> None:
    rows, tally = rows_of(exports, Asked(), How())
    people = {row["person"] for row in rows}
    assert tally.weighed == 3 + 5 == len(people)
    assert dict(tally.troubles) == {
        "bad.jsonl": 'expected one JSON object on the line, as in {"record": "dose", ...}',
        "mpath.csv": "no mapping says what this is",
        "s.json": "the line ends in the middle of a record",
        "studyu_measurements.csv": "the file holds entries of 2 people",
        "t.csv": "expected a journal or the export of an app that is known here, found a table",
    }


def test_what_was_assumed_of_exports_is_told_with_their_names(exports: Path, here: list[str]) -> None:
    """As `weigh FILE` says it; files alike are told together, and of journals nothing is assumed."""
    told = dict(rows_of(exports, Asked(), How())[1].assumed)
    assert told["read as medtimer"] == ("medtimer.csv",)
    assert told["times in this file are instants without a time zone; assumed UTC; `steelyard import --zone` names another"] == (
        "medtimer.csv",
    )
    assert told["the time has no offset; assumed UTC"] == ("more/Q.JSON", "more/z.zip")
    assert not any("a.jsonl" in names for names in told.values())


def test_an_interrupted_run_still_tells_what_was_assumed_before(exports: Path, here: list[str], tmp_path: Path) -> None:
    out = str(tmp_path / "results.csv")
    whole = weigh_folder(exports, str(tmp_path / "whole.csv"), Asked(), How())

    def stop(done: int, total: int) -> None:
        if done == total:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        weigh_folder(exports, out, Asked(), How(progress=stop))
    assert weigh_folder(exports, out, Asked(), How()) == whole and whole.assumed


def test_the_table_of_an_earlier_run_in_the_folder_is_no_journal(folder: Path, here: list[str]) -> None:
    out = str(folder / "results.csv")
    first = weigh_folder(folder, out, Asked(), How())
    assert weigh_folder(folder, out, Asked(), How()) == first
    assert Path(out) not in journals(folder, out) and Path(out) in journals(folder)


def test_an_export_gives_the_findings_of_the_journal_made_of_it(folder: Path, here: list[str], tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir()
    other.mkdir()
    (one / "x.csv").write_bytes((INVENTED / "kratomtracker.csv").read_bytes())
    (other / "x.jsonl").write_bytes(import_(str(INVENTED / "kratomtracker.csv"), None, None)[2])
    found = [rows_of(there, Asked(), How(key=tmp_path / "key"))[0] for there in (one, other)]
    told = [[{k: v for k, v in row.items() if k not in ("person", "mark", "read", "used")} for row in rows] for rows in found]
    assert told[0] == told[1] != []
