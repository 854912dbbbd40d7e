import re

import pytest

from steelyard.safety.dependence import HELPS, SIGNS, WHERE, Watch, watch

from .diaries import Line, answers, dose, instruments, journal, knowledge, moment, rating, side_effect

VERDICTS = re.compile(
    r"\b(addict(ed)?|addiction(?! service)|dependent|dependence|disorder|abuse|you (are|have|suffer))\b", re.IGNORECASE
)


def watched(*lines: Line, now: float = 200, substance: str = "Kratom") -> Watch:
    return watch(journal(*lines), substance, knowledge().scales["pain"], knowledge(), instruments(), moment(now))


def heavy_use() -> list[Line]:
    """An invented person: more every week, from waking to night, worse and restless whenever it wears off."""
    lines = [answers(80, "sds", [3, 3, 3, 3, 3])]
    for day in range(84):
        lines += [rating(day, 6.5, 5), rating(day, 12, 5)]
        if day % 7 == 6:
            lines += [rating(day, 22, 9), side_effect(day, 21, "restlessness")]
            continue
        lines += [dose(day, hour, 1 + 0.1 * day) for hour in (2, 7, 11)[: 1 + day // 28]]
    return lines


def test_every_sign_is_told_whether_or_not_it_can_be_seen() -> None:
    for found in (watched(), watched(*heavy_use())):
        assert len(found.signs) == len(SIGNS) == 9
        assert len({sign.name for sign in found.signs}) == 9
        for sign in found.signs:
            assert sign.what.strip() and sign.title
            assert (sign.sure == "") == (sign.seen is None), sign.name


def test_an_empty_journal_shows_nothing_and_says_so() -> None:
    found = watched()
    assert [sign.seen for sign in found.signs] == [None] * 9
    assert "0 can be seen in this journal, 0 cannot, and for 9 it does not tell" in found.summary
    assert all(sign.missing for sign in found.signs)


def test_heavy_use_shows_signs_and_they_are_counted() -> None:
    found = watched(*heavy_use())
    seen = {sign.name for sign in found.signs if sign.seen}
    assert {"doses_rising", "amount_rising", "same_relief", "at_night", "complaints_in_breaks"} <= seen
    assert f"{len(seen)} can be seen" in found.summary
    assert (found.days, found.doses) == (84, 24 * 1 + 24 * 2 + 24 * 3)


def test_no_sign_is_called_a_diagnosis_and_none_is_more_than_moderately_sure() -> None:
    found = watched(*heavy_use())
    said = [found.summary, *found.helps, *found.where]
    said += [text for sign in found.signs for text in (sign.what, *sign.missing)]
    assert [text for text in said if VERDICTS.search(text)] == []
    assert {sign.sure for sign in found.signs} <= {"moderate", "low", "very low", ""}
    assert "not a diagnosis" in found.summary and "not a diagnosis" in found.helps[0]


def test_every_watch_warns_against_stopping_abruptly_and_says_where_to_go() -> None:
    for found in (watched(), watched(*heavy_use())):
        assert (found.helps, found.where) == (HELPS, WHERE)
        assert any("Never stop or cut down abruptly" in text for text in found.helps)
        assert any("clinician" in text for text in found.helps)
        assert any("emergency number" in text for text in found.where)
        assert not re.search(r"\d", " ".join(found.where))  # no line of one country
        assert "dependence.abrupt_stop" in found.facts


def test_what_is_known_of_the_substance_comes_with_it_and_is_held() -> None:
    found = watched(*heavy_use())
    assert {"kratom.frequency_over_amount", "kratom.dependence_treated"} <= set(found.facts)
    cited = {*found.facts, *(fact for sign in found.signs for fact in sign.facts)}
    assert cited <= set(knowledge().facts)


def test_of_an_unknown_substance_only_the_general_warning_is_known() -> None:
    assert watched(substance="leaf").facts == ("dependence.abrupt_stop",)


@pytest.mark.parametrize("name", ["Kratom", "kratom", "KRATOM"])
def test_the_name_may_be_in_any_case(name: str) -> None:
    assert watched(dose(0), substance=name).doses == 1


def test_what_comes_later_is_not_known_yet() -> None:
    early, late = watched(*heavy_use(), now=30), watched(*heavy_use())
    assert early.doses < late.doses
    assert early == watched(*[line for line in heavy_use() if line["time"] < moment(30).isoformat()], now=30)
