"""Files of reports as they come: both eras of the FDA's quarters, the layouts of CAERS, plain tables, and whatever is wrong with them."""

import zipfile
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pyarrow", reason="the extra `population` is not installed")

from steelyard.population import faers as fda
from steelyard.population import spreadsheets
from steelyard.population.rows import Reading, UnreadableReports, day, sexes, years

from .files import faers, plain


def read(module: Any, path: Path) -> tuple[dict[str, list[dict[str, Any]]], Reading]:
    """All rows by table, and what happened."""
    reading = Reading(path.stem)
    found: dict[str, list[dict[str, Any]]] = {"reports": [], "drugs": [], "events": [], "deleted": []}
    for name, batch in module.read(path, reading):
        found[name] += batch.to_pylist()
    return found, reading


def test_a_quarter_of_the_new_era_is_read_end_to_end(reports_folder: Path) -> None:
    found, reading = read(fda, reports_folder / "faers_ascii_2017q2.zip")
    assert [len(found[each]) for each in ("reports", "drugs", "events", "deleted")] == [100, 328, 286, 0]
    assert reading.skipped == 0
    assert found["reports"][1] == {
        "report": "111440772", "case": "11144077", "version": 2, "received": 20170417, "event_date": 0, "sex": "M", "age": 40.0,
        "country": "US",
    }  # fmt: skip
    assert found["drugs"][0] == {"report": "109792364", "name": "RISPERDAL", "ingredient": "RISPERIDONE", "role": "PS"}
    assert found["events"][2] == {"report": "109792364", "term": "GYNAECOMASTIA"}


def test_a_quarter_of_the_old_era_is_read_end_to_end(reports_folder: Path) -> None:
    found, reading = read(fda, reports_folder / "aers_ascii_2004q1.zip")
    assert [len(found[each]) for each in ("reports", "drugs", "events", "deleted")] == [100, 386, 416, 0]
    assert reading.skipped == 0
    assert found["reports"][2] == {
        "report": "4265584", "case": "4057482", "version": 0, "received": 20040107, "event_date": 20031029, "sex": "F", "age": 44.0,
        "country": "",
    }  # fmt: skip
    assert found["drugs"][1] == {"report": "4263742", "name": "ALCOHOL", "ingredient": "", "role": "SS"}
    assert found["events"][0] == {"report": "4263742", "term": "DIARRHOEA"}


def test_the_raw_layout_of_caers_is_read_end_to_end(reports_folder: Path) -> None:
    found, reading = read(spreadsheets, reports_folder / "caers_raw_layout.csv")
    assert (reading.source, reading.skipped) == ("CAERS", 0)
    assert len(found["reports"]) == len(found["drugs"]) == 117
    assert found["drugs"][0]["name"] == "GREAT VALUE VANILLA WAFERS"
    assert [each["term"] for each in found["events"][:2]] == ["VOMITING", "GASTRITIS"]
    assert found["reports"][0]["sex"] == "M"


def test_rows_of_the_old_era_that_end_in_one_sign_more_than_their_head_are_read(tmp_path: Path) -> None:
    """In the FDA's own files of that time the head has no last `$` and the rows do."""
    path = tmp_path / "old.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("ascii/DEMO08Q1.TXT", "ISR$CASE$FDA_DT$GNDR_COD\r\n1$10$20080101$F$\r\n")
        archive.writestr("ascii/DRUG08Q1.TXT", "ISR$DRUG_SEQ$ROLE_COD$DRUGNAME\r\n1$5$PS$KRATOM$\r\n")
        archive.writestr("ascii/REAC08Q1.TXT", "ISR$PT\r\n1$ALOPECIA$\r\n")
    found, reading = read(fda, path)
    assert (len(found["reports"]), reading.skipped) == (1, 0)
    assert found["reports"][0]["sex"] == "F"
    assert found["events"] == [{"report": "1", "term": "ALOPECIA"}]


def test_the_newer_layout_of_caers_has_roles_dates_and_units(tmp_path: Path) -> None:
    path = plain(
        tmp_path / "caers.csv",
        [
            (7, "2/24/2017", "1/3/2017", "SUSPECT", '"KRATOM, RED"', 30, "month(s)", "Female", '"Alopecia, Rash"'),
            (7, "2/24/2017", "1/3/2017", "CONCOMITANT", "TEA", 30, "month(s)", "Female", '"Alopecia, Rash"'),
        ],
        "Report ID,Date FDA First Received Report,Date Event,Product Type,Product,Patient Age,Age Units,Sex,Case MedDRA Preferred Terms",
    )
    found, _ = read(spreadsheets, path)
    assert [each["role"] for each in found["drugs"]] == ["PS", "C"]
    assert found["drugs"][0]["name"] == "KRATOM, RED"
    report = found["reports"][0]
    assert (report["received"], report["event_date"], report["sex"], report["age"]) == (
        20170224,
        20170103,
        "F",
        pytest.approx(2.5),
    )
    assert [each["term"] for each in found["events"]] == ["ALOPECIA", "RASH"] * 2


def test_names_in_latin_1_keep_their_letters_in_either_kind_of_file(tmp_path: Path) -> None:
    quarter = faers(tmp_path / "q.zip", ["11$1$1$$20240101$$$F$US"], ["11$1$1$PS$CAFÉ SÜSS$"], ["11$1$Nausea$"])
    found, _ = read(fda, quarter)
    assert found["drugs"][0]["name"] == "CAFÉ SÜSS"
    for encoding in ("utf-8", "latin-1"):
        table = tmp_path / f"{encoding}.csv"
        table.write_bytes("report,drug,event\n1,CAFÉ SÜSS,Übelkeit\n".encode(encoding))
        found, _ = read(spreadsheets, table)
        assert (found["drugs"][0]["name"], found["events"][0]["term"]) == ("CAFÉ SÜSS", "ÜBELKEIT")


def test_lines_with_too_few_fields_are_left_out_and_counted(tmp_path: Path) -> None:
    quarter = faers(
        tmp_path / "q.zip", ["11$1$1$$20240101$$$F$US", "broken", "12$2$1$$20240101$$$F$US"], ["11$1$1$PS$A$"], ["11$1$Nausea$"]
    )
    found, reading = read(fda, quarter)
    assert [each["report"] for each in found["reports"]] == ["11", "12"]
    assert reading.skipped == 1
    assert reading.first == ["DEMO, line 3: expected 9 fields, found 1; left the line out"]


def test_withdrawn_cases_are_read_whatever_their_list_is_called(tmp_path: Path) -> None:
    quarter = faers(tmp_path / "q.zip", ["11$1$1$$20240101$$$F$US"], ["11$1$1$PS$A$"], ["11$1$Nausea$"], ["caseid", "17", "18$"])
    found, _ = read(fda, quarter)
    assert [each["case"] for each in found["deleted"]] == ["17", "18"]


@pytest.mark.parametrize("cut", [60, 400])
def test_a_zip_cut_short_is_refused(reports_folder: Path, tmp_path: Path, cut: int) -> None:
    path = tmp_path / "cut.zip"
    path.write_bytes((reports_folder / "faers_ascii_2017q2.zip").read_bytes()[:-cut])
    with pytest.raises(UnreadableReports, match="damaged or cut short"):
        read(fda, path)


def test_a_zip_with_a_damaged_table_is_refused(reports_folder: Path, tmp_path: Path) -> None:
    content = bytearray((reports_folder / "faers_ascii_2017q2.zip").read_bytes())
    content[2_000:2_040] = bytes(40)
    path = tmp_path / "damaged.zip"
    path.write_bytes(bytes(content))
    with pytest.raises(UnreadableReports, match="damaged or cut short"):
        read(fda, path)


def test_a_quarter_without_its_tables_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "q.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("ascii/DEMO24Q1.txt", "primaryid$caseid\r\n")
    with pytest.raises(UnreadableReports, match="DRUG, REAC missing"):
        read(fda, path)


def test_another_sign_between_the_fields_is_refused(tmp_path: Path) -> None:
    quarter = faers(tmp_path / "q.zip", [], [], [], DEMO="primaryid,caseid,sex\r\n1,1,F\r\n")
    with pytest.raises(UnreadableReports, match=r"DEMO: expected columns parted by \$ with primaryid, caseid"):
        read(fda, quarter)
    table = tmp_path / "t.csv"
    table.write_text("report;drug;event\n1;KRATOM;ALOPECIA\n")
    with pytest.raises(UnreadableReports, match="parted by commas"):
        read(spreadsheets, table)


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("")
    with pytest.raises(UnreadableReports, match="0 column"):
        read(spreadsheets, tmp_path / "t.csv")


def test_dates_ages_and_sexes_are_read_or_left_unknown() -> None:
    import pyarrow as pa

    dates = pa.array(["20170224", "201702", "2017", "2/24/2017", "2017-02-24", "", "soon", "12/1/1999"])
    assert day(dates).to_pylist() == [20170224, 20170200, 20170000, 20170224, 20170224, 0, 0, 19991201]
    ages = pa.array(["4", "42", "18", "26", "365.25", "8766", "42", "130", "-3", "old", ""])
    units = pa.array(["DEC", "YR", "MON", "WK", "DY", "HR", "Not Available", "YR", "YR", "YR", "YR"])
    found = years(ages, units).to_pylist()
    assert found[:6] == pytest.approx([40, 42, 1.5, 26 * 7 / 365.25, 1, 1], rel=1e-5)
    assert found[6:] == [None] * 5
    assert sexes(pa.array(["F", "female", "M", "Male", "UNK", "", "NS"])).to_pylist() == ["F", "F", "M", "M", "", "", ""]
