"""Ids: made of the content, never colliding; later records replace earlier ones; withdrawals withdraw."""

from datetime import UTC, datetime, timedelta

from steelyard.records.identity import Withdrawal, resolve, with_ids
from steelyard.records.model import Dose, Journal, JournalHeader, Rating, Record
from steelyard.records.problems import Problems

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def dose(amount: float, id: str | None = None, **fields: object) -> Dose:
    return Dose(id=id, time=NOON, substance="kratom", amount=amount, unit="g", **fields)  # type: ignore[arg-type]


def resolved(*records: Record | Withdrawal | None) -> tuple[list[Record | Withdrawal | None], list[tuple[int, str]]]:
    found, problems = list(records), Problems()
    resolve(found, range(1, len(found) + 1), problems)
    return found, [(problem.line, problem.code) for problem in problems.listed()]


def test_a_later_record_replaces_an_earlier_one_of_the_same_id() -> None:
    assert resolved(dose(2, "a"), dose(3, "b"), dose(4, "a")) == ([None, dose(3, "b"), dose(4, "a")], [(3, "id.duplicate")])


def test_three_of_one_id_leave_the_last() -> None:
    assert resolved(dose(1, "a"), dose(2, "a"), dose(3, "a"))[0] == [None, None, dose(3, "a")]


def test_records_without_an_id_never_replace_each_other() -> None:
    assert resolved(dose(2), dose(2), None) == ([dose(2), dose(2), None], [])


def test_ids_are_unique_within_a_kind() -> None:
    """Programs that number every table from 1 must not have a rating swallow a dose."""
    rating = Rating(id="1", time=NOON, scale="pain", value=3)
    assert resolved(dose(2, "1"), rating) == ([dose(2, "1"), rating], [])


def test_a_withdrawal_marks_what_stands_before_it() -> None:
    assert resolved(dose(2, "a"), Withdrawal(Dose, "a")) == ([dose(2, "a", deleted=True), None], [])


def test_a_withdrawal_of_nothing_is_said() -> None:
    expected: list[tuple[int, str]] = [(1, "id.nothing_to_withdraw")]
    assert resolved(Withdrawal(Dose, "a")) == ([None], expected)
    assert resolved(Withdrawal(Rating, "a"), dose(2, "a")) == ([None, dose(2, "a")], expected)


def test_a_record_may_come_back_after_its_withdrawal() -> None:
    found, _ = resolved(dose(2, "a"), Withdrawal(Dose, "a"), dose(3, "a"))
    assert found == [None, None, dose(3, "a")]


def test_every_record_gets_an_id_and_those_that_have_one_keep_it() -> None:
    named = with_ids(Journal(JournalHeader(format=1), (dose(2), dose(3, "mine"))))
    assert named.header is not None
    assert named.header.id
    assert {record.id for record in named.records} >= {"mine"}
    assert all(record.id for record in named.records)


def test_an_id_depends_on_the_content_only() -> None:
    alone = with_ids(Journal(None, (dose(2),))).records[0]
    among = with_ids(Journal(None, (dose(9), dose(2), Rating(time=NOON, scale="pain", value=1)))).records
    assert alone in among
    later = with_ids(Journal(None, (Dose(time=NOON + timedelta(minutes=1), substance="kratom", amount=2, unit="g"),)))
    assert later.records[0].id != alone.id


def test_records_that_say_the_same_get_different_ids() -> None:
    """Two equal doses are two doses; with one id the second would replace the first when read again."""
    ids = {record.id for record in with_ids(Journal(None, (dose(2), dose(2), dose(2)))).records}
    assert len(ids) == 3


def test_a_made_id_never_takes_one_that_is_in_use() -> None:
    made = with_ids(Journal(None, (dose(2),))).records[0].id
    again = with_ids(Journal(None, (dose(2), dose(7, made))))
    assert len({record.id for record in again.records}) == 2


def test_naming_twice_changes_nothing() -> None:
    once = with_ids(Journal(None, (dose(2), dose(2), dose(3))))
    assert with_ids(once) == once
