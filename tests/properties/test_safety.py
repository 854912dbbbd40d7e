"""Warnings of any journal whatever: never an accident, always in order, and never fewer for knowing more of a danger."""

from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from steelyard.knowledge.hazards import load_hazards
from steelyard.knowledge.load import load
from steelyard.knowledge.medicines import read_name
from steelyard.records.model import Dose, Journal, Medicine, SideEffect
from steelyard.safety.check import check
from steelyard.safety.model import MOST_SEVERE_FIRST

from .journals import instants, journals

KNOWLEDGE, HAZARDS = load(), load_hazards()
MEDICINES = HAZARDS.medicines
known_names = st.sampled_from(sorted(MEDICINES.spelled.values()))
texts = st.text(max_size=40)
few = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@few
@given(journals(), instants)
def test_no_journal_breaks_a_rule_and_the_order_holds(journal: Journal, now: datetime) -> None:
    found = check(journal, KNOWLEDGE, now, HAZARDS)
    ranks = [(MOST_SEVERE_FIRST.index(each.severity), each.id) for each in found]
    assert ranks == sorted(ranks) and len(set(ranks)) == len(ranks)
    for each in found:
        assert each.title and each.why and each.do
        assert set(each.citations) <= set(KNOWLEDGE.references)


@few
@given(texts, instants)
def test_any_text_for_a_medicine_is_read_or_said_to_be_unchecked(name: str, now: datetime) -> None:
    if not name:
        return
    readings = read_name(MEDICINES, name)
    assert readings
    journal = Journal(None, (Dose(time=now, substance="kratom", amount=2.0, unit="g"), Medicine(name=name)))
    found = {each.id for each in check(journal, KNOWLEDGE, now, HAZARDS)}
    assert ("unchecked.medicines" in found) == any(not reading.medicines for reading in readings)


@few
@given(known_names, st.sampled_from(["{}", " {} 50 mg ", "{} hydrochloride tablets", "{}, 2 x daily"]))
def test_a_known_name_is_read_exactly_with_anything_usual_beside_it(name: str, frame: str) -> None:
    meant = set(read_name(MEDICINES, name)[0].medicines)
    read = {medicine for reading in read_name(MEDICINES, frame.format(name).upper()) for medicine in reading.medicines}
    assert meant <= read
    assert all(reading.exact for reading in read_name(MEDICINES, frame.format(name)) if reading.medicines)


@few
@given(known_names, st.integers(0, 40), st.sampled_from("abcdefghijklmnopqrstuvwxyz"))
def test_a_wrong_letter_is_never_taken_silently(name: str, place: int, letter: str) -> None:
    at = place % len(name)
    wrong = name[:at] + letter + name[at + 1 :]
    for reading in read_name(MEDICINES, wrong):
        if reading.medicines and not reading.exact:
            assert reading.written != reading.name


@few
@given(journals(), instants, st.sampled_from(["jaundice", "seizure", "chest pain", "suicidal thoughts"]))
def test_a_sign_of_danger_is_told_whatever_else_the_journal_holds(journal: Journal, now: datetime, sign: str) -> None:
    with_sign = Journal(None, (*journal.records, SideEffect(time=now - timedelta(hours=1), effect=sign, severity=2)))
    raised = {each.id for each in check(with_sign, KNOWLEDGE, now, HAZARDS)}
    assert raised & {"red_flags.jaundice", "red_flags.seizure", "red_flags.chest_pain", "red_flags.suicidal_thoughts"}


@few
@given(
    st.lists(st.tuples(st.integers(0, 20_000), st.sampled_from(["kratom", "beer", "7-OH", "diazepam"])), max_size=20), instants
)
def test_taken_together_is_the_same_however_the_pairs_are_found(doses: list[tuple[int, str]], now: datetime) -> None:
    """Against the plain way: every pair of doses, compared."""
    taken = [Dose(time=now - timedelta(minutes=minutes), substance=name) for minutes, name in doses]
    names = {"kratom": "kratom", "beer": "alcohol", "7-OH": "7-hydroxymitragynine", "diazepam": "diazepam"}
    plain = {
        "-".join(sorted((names[one.substance], names[other.substance])))
        for one in taken
        for other in taken
        if one.substance != other.substance and abs(one.time - other.time) <= timedelta(hours=12)
    }
    found = check(Journal(None, tuple(taken)), KNOWLEDGE, now, HAZARDS)
    assert {each.id.rpartition(".")[2] for each in found if ".together." in each.id} == plain
