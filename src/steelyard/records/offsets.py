"""Whether a journal was kept in more than one zone: someone travelled, or a device wrote universal time."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from steelyard.records.model import Dose, Rating
from steelyard.records.problems import Note, Notes

# Clocks that go forward in spring and back in autumn differ by this much without anyone having travelled.
_KINDS = (Dose, Rating)
_SEASON = timedelta(hours=1)


def zone_change(records: Iterable[tuple[int, object]], where: ZoneInfo | None) -> tuple[int, Notes]:
    """The first line whose offset is foreign to the journal, with a note that counts them all; `(0, ())` when there is none.

    `records` are pairs of line number and anything, of which doses and ratings are looked at. An offset is foreign when the
    journal's zone `where` did not have it at that time or, without a zone, when it is over an hour from the commonest one.
    """
    first: dict[tzinfo | None, tuple[int, datetime]] = {}
    runs: Counter[tzinfo | None] = Counter()
    last, run = None, 0
    for line, record in records:
        if isinstance(record, _KINDS):
            run += 1
            offset = record.time.tzinfo
            if offset is not last:
                runs[last] += run - 1
                first.setdefault(offset, (line, record.time))
                last, run = offset, 1
    runs[last] += run
    count = +runs
    if not count:
        return 0, ()
    usual = _offset(first[count.most_common(1)[0][0]][1])
    foreign = {offset: line for offset, (line, time) in first.items() if _is_foreign(time, where, usual)}
    if not foreign:
        return 0, ()
    found = ", ".join(f"{first[offset][1].isoformat()[-6:]}: {count[offset]:,}" for offset in foreign)
    than = "the commonest" if where is None else f"that of {where.key}"
    message = f"doses and ratings carry an offset other than {than} ({found})"
    return min(foreign.values()), (Note("time", "time.zone_change", message, "kept each time with its own offset"),)


def _offset(time: datetime) -> timedelta:
    return time.utcoffset() or timedelta(0)


def _is_foreign(time: datetime, where: ZoneInfo | None, usual: timedelta) -> bool:
    if where is not None:
        return _offset(time.astimezone(where)) != _offset(time)
    return abs(_offset(time) - usual) > _SEASON
