"""The store: nothing is loaded twice, nothing is half loaded, and what was written is what is read."""

import json
from pathlib import Path

import pytest

pytest.importorskip("pyarrow", reason="the extra `population` is not installed")

from steelyard.population.rows import UnreadableReports
from steelyard.population.store import MANIFEST, damaged, load, loads

from .files import faers, plain


def content(store: Path) -> dict[str, bytes]:
    return {str(each.relative_to(store)): each.read_bytes() for each in sorted(store.rglob("*")) if each.is_file()}


def quarter(path: Path, drug: str = "KRATOM") -> Path:
    return faers(path, ["11$1$1$$20240101$$$F$US"], [f"11$1$1$PS${drug}$"], ["11$1$Nausea$"])


def test_a_file_is_kept_with_its_checksums_and_numbers_of_rows(tmp_path: Path) -> None:
    done = load(tmp_path / "store", quarter(tmp_path / "q.zip"))
    assert not done.before
    assert (done.load.source, done.load.rows) == ("FAERS", {"reports": 1, "drugs": 1, "events": 1, "deleted": 0})
    assert loads(tmp_path / "store") == (done.load,)
    assert set(done.load.tables) == {"reports.parquet", "drugs.parquet", "events.parquet", "deleted.parquet"}
    assert damaged(tmp_path / "store", done.load) == ()


def test_loading_a_quarter_twice_does_nothing_and_says_so_even_under_another_name(tmp_path: Path) -> None:
    store = tmp_path / "store"
    load(store, quarter(tmp_path / "q.zip"))
    before = content(store)
    again = tmp_path / "again.zip"
    again.write_bytes((tmp_path / "q.zip").read_bytes())
    done = load(store, again)
    assert done.before and done.load.name == "q.zip"
    assert content(store) == before


@pytest.mark.parametrize("broken", [b"no zip at all", b""])
def test_a_file_that_cannot_be_read_leaves_the_store_as_it_was(tmp_path: Path, broken: bytes) -> None:
    store = tmp_path / "store"
    load(store, quarter(tmp_path / "q.zip"))
    before = content(store)
    (tmp_path / "bad.zip").write_bytes(broken)
    with pytest.raises(UnreadableReports):
        load(store, tmp_path / "bad.zip")
    assert content(store) == before


def test_a_file_that_breaks_off_in_its_last_table_leaves_no_trace(tmp_path: Path, reports_folder: Path) -> None:
    """The tables before it were written already, into a folder that never got its name."""
    store, whole = tmp_path / "store", (reports_folder / "faers_ascii_2017q2.zip").read_bytes()
    at = whole.index(b"REAC17Q2") + 60
    (tmp_path / "bad.zip").write_bytes(whole[:at] + bytes(30) + whole[at + 30 :])
    with pytest.raises(UnreadableReports, match="damaged or cut short"):
        load(store, tmp_path / "bad.zip")
    assert content(store) == {}
    assert list((store / "loads").iterdir()) == []


def test_a_load_that_was_interrupted_is_taken_up_afresh(tmp_path: Path) -> None:
    store, file = tmp_path / "store", quarter(tmp_path / "q.zip")
    done = load(tmp_path / "other", file).load
    part = store / "loads" / f".{done.folder.removeprefix('loads/')}.part"
    part.mkdir(parents=True)
    (part / "reports.parquet").write_bytes(b"half")
    assert load(store, file).load == done
    assert not part.exists()


def test_no_file_and_no_reports_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableReports, match="found none of that name"):
        load(tmp_path / "store", tmp_path / "nothing.zip")
    with pytest.raises(UnreadableReports, match="at least one report"):
        load(tmp_path / "store", plain(tmp_path / "empty.csv", []))
    assert loads(tmp_path / "store") == ()


def test_a_table_that_was_changed_or_lost_is_named(tmp_path: Path) -> None:
    store = tmp_path / "store"
    done = load(store, quarter(tmp_path / "q.zip")).load
    (store / done.folder / "drugs.parquet").write_bytes(b"other")
    (store / done.folder / "events.parquet").unlink()
    assert damaged(store, done) == (f"{done.folder}/drugs.parquet", f"{done.folder}/events.parquet")


def test_loading_the_file_again_mends_what_was_changed_or_lost(tmp_path: Path) -> None:
    store, file = tmp_path / "store", quarter(tmp_path / "q.zip")
    load(store, quarter(tmp_path / "other.zip", "TEA"))
    done = load(store, file).load
    before = content(store)
    (store / done.folder / "events.parquet").unlink()
    again = load(store, file)
    assert not again.before and again.load == done
    assert content(store) == before


@pytest.mark.parametrize("written", ["{", "[]", '{"format": 2, "loads": []}', '{"format": 1, "loads": [{"name": "q"}]}'])
def test_a_list_that_is_none_is_refused(tmp_path: Path, written: str) -> None:
    (tmp_path / MANIFEST).write_text(written)
    with pytest.raises(UnreadableReports, match=r"manifest\.json"):
        loads(tmp_path)


def test_a_list_never_names_a_place_outside_the_store(tmp_path: Path) -> None:
    """The folder of a load is made from its checksum, so a list written by somebody else cannot point elsewhere by a path."""
    store = tmp_path / "store"
    load(store, quarter(tmp_path / "q.zip"))
    listed = json.loads((store / MANIFEST).read_text())
    assert listed["loads"][0]["name"] == "q.zip"
    assert "folder" not in listed["loads"][0]
