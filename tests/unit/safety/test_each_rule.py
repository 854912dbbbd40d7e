"""Every rule earns its place: a named journal raises its warning, and taking the rule out silences it.

SAFETY.md names the test of each hazard; the parameters here are the rules of `steelyard.safety.check.RULES`.
"""

from collections.abc import Callable

import pytest

from steelyard.records.model import Record
from steelyard.safety import check as checks
from steelyard.safety.check import RULES, Rule

from .test_doses import broken, weeks
from .warned import EXTRACT, LEAF, ago, daily, dose, effect, lab, medicine, person, phq9, warned

Journal = list[Record]
BY_RULE: dict[str, tuple[str, Callable[[], Journal]]] = {
    "signs": ("red_flags.jaundice", lambda: [effect("jaundice")]),
    "answers": ("red_flags.suicidal_thoughts.item", lambda: [phq9(1)]),
    "people": ("people.pregnant", lambda: [person(pregnant=True), dose()]),
    "interactions": ("kratom.depressants", lambda: [dose(), medicine("diazepam")]),
    "past_interactions": ("past.interaction.kratom", lambda: [*daily(60, 40), medicine("diazepam", to=ago(45))]),
    "unchecked": ("unchecked.medicines", lambda: [dose(), medicine("Examplamid")]),
    "together": ("doses.together.alcohol-kratom", lambda: [dose(), dose("beer", hours=3)]),
    "after_break": ("doses.after_break.kratom", lambda: [*broken(7, 3.0)]),
    "steep_rise": ("doses.steep_rise.kratom", lambda: [*weeks(1, 2, 2, 2, 2, 4)]),
    "stronger_product": (
        "doses.stronger_product",
        lambda: [LEAF, EXTRACT, dose(product="leaf", days=2), dose(product="extract")],
    ),
    "seven_oh": ("doses.seven_oh", lambda: [dose("7-OH")]),
    "out_of_range": ("labs.severe_liver.liver", lambda: [lab("ALT", 400, 40), lab("bilirubin", 5, 1, unit="mg/dL")]),
    "unreadable": ("labs.unreadable", lambda: [lab("troponin", 5, unit="ng/L")]),
    "liver_pattern": ("labs.pattern", lambda: [lab("ALT", 80, 40), lab("ALP", 260, 130)]),
    "worth_asking_for": ("labs.window", lambda: [*daily(30, 0)]),
}
NAMES = [rule.__name__ for rule in RULES]


def test_every_rule_has_its_journal_and_no_name_is_left_over() -> None:
    assert sorted(NAMES) == sorted(BY_RULE)


@pytest.mark.parametrize("rule", RULES, ids=NAMES)
def test_a_warning_vanishes_with_its_rule(rule: Rule, monkeypatch: pytest.MonkeyPatch) -> None:
    alert, journal = BY_RULE[rule.__name__]
    assert alert in warned(*journal())
    monkeypatch.setattr(checks, "RULES", tuple(other for other in RULES if other is not rule))
    assert alert not in warned(*journal())


@pytest.mark.parametrize("rule", RULES, ids=NAMES)
def test_a_rule_stands_alone(rule: Rule, monkeypatch: pytest.MonkeyPatch) -> None:
    """What one rule says needs no other."""
    alert, journal = BY_RULE[rule.__name__]
    monkeypatch.setattr(checks, "RULES", (rule,))
    assert alert in warned(*journal())


@pytest.mark.parametrize("rule", RULES, ids=NAMES)
def test_an_empty_journal_raises_nothing(rule: Rule, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "RULES", (rule,))
    assert warned() == {}
