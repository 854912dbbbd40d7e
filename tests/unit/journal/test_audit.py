"""The list of what was done with the journal as a whole."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from steelyard.actions import bring, copies, devices, export, keep
from steelyard.journal import audit
from steelyard.records.model import Dose

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_the_latest_line_comes_first_and_no_more_than_asked_for(begun: Path) -> None:
    for minute in range(5):
        audit.note(f"thing {minute}", NOON + timedelta(days=30000, minutes=minute))

    assert [what for _, what in audit.lines(3)] == ["thing 4", "thing 3", "thing 2"]
    assert audit.lines(1)[0][0] == NOON + timedelta(days=30000, minutes=4)


def test_each_use_of_the_whole_journal_leaves_its_line_and_nothing_of_what_it_says(begun: Path) -> None:
    keep.log([Dose(time=NOON, substance="Zaubertrank", amount=7.125, unit="g")])
    export.journal_file()
    export.everything()
    bring.bring(b'{"record":"rating","time":"2026-03-01T09:00:00Z","scale":"pain","value":9}', keep.now())
    made = copies.make(keep.now())
    copies.read(made.name, keep.now())
    copies.drop_all(keep.now())
    devices.end_all_but("nobody", keep.now())
    keep.set_passphrase("four plain words here" if keep.encrypted() else "", "another passphrase")

    said = [what for _, what in audit.lines()]
    assert said == [
        "passphrase set", "all other browsers sent away", "backups erased", "backup downloaded", "backup made", "imported",
        "exported everything", "exported the journal file", "begun",
    ]  # fmt: skip
    assert not any(word in line for line in said for word in ("Zaubertrank", "7.125", "pain"))


def test_logging_leaves_no_line(begun: Path) -> None:
    before = audit.lines()
    keep.log([Dose(time=NOON, substance="kratom")])
    assert audit.lines() == before
