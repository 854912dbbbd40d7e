"""What is finished of a long run: it outlives an interruption, and a line that was cut off does not count."""

import stat
from contextlib import ExitStack
from pathlib import Path

from steelyard.actions.ledger import Done, Ledger

ONE, TWO = Done("one", [{"x": 1.5}, {"x": None}]), Done("two", trouble="it was empty")


def filled(path: Path) -> None:
    with ExitStack() as stack:
        ledger = Ledger(stack, path)
        ledger.add(ONE)
        ledger.add(TWO)


def test_a_later_run_finds_what_an_earlier_one_finished(tmp_path: Path) -> None:
    path = tmp_path / "ledger"
    filled(path)
    with ExitStack() as stack:
        ledger = Ledger(stack, path)
        assert set(ledger.at) == {"one", "two"} and ledger.trouble == {"two": "it was empty"}
        assert list(ledger.rows(["two", "one"])) == ONE.rows
        ledger.add(Done("three", [{"x": 3}]))
        assert list(ledger.rows(["three", "one"])) == [{"x": 3}, *ONE.rows]
        ledger.drop()
    assert not path.exists()


def test_a_line_that_was_cut_off_is_done_again(tmp_path: Path) -> None:
    path = tmp_path / "ledger"
    filled(path)
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        with ExitStack() as stack:
            ledger = Ledger(stack, path)
            assert set(ledger.at) == {
                name for name, end in (("one", whole.index(b"\n") + 1), ("two", len(whole))) if length >= end
            }
            for done in (ONE, TWO):
                if done.mark not in ledger.at:
                    ledger.add(done)
            assert list(ledger.rows(["one", "two"])) == ONE.rows


def test_only_its_owner_can_read_it(tmp_path: Path) -> None:
    filled(tmp_path / "ledger")
    assert stat.S_IMODE((tmp_path / "ledger").stat().st_mode) == 0o600


def test_without_a_path_it_lasts_as_long_as_the_run() -> None:
    with ExitStack() as stack:
        ledger = Ledger(stack, None)
        ledger.add(ONE)
        assert list(ledger.rows(["one"])) == ONE.rows
        ledger.drop()
