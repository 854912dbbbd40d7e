"""The forms, as data: which fields each kind of entry has, what is offered in them, and what has to be there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "when", "instant", "day", "last_day", "text", "long", "number", "scores", "pick", "select", "yes_no", "check", "product"
]

UNITS = ("g", "mg", "ug", "capsule", "tablet", "mL", "drop", "teaspoon", "tablespoon", "cup", "puff", "patch", "[IU]")
PRODUCT_KINDS = ("leaf_powder", "capsule", "tea", "extract", "isolate", "tablet", "drink", "gum")
THERAPIES = ("physiotherapy", "exercise", "walking", "cbt", "mindfulness", "massage", "acupuncture", "tens", "heat", "rest")
EFFECTS = (
    *("nausea", "vomiting", "constipation", "diarrhoea", "loss of appetite", "dry mouth", "dizziness", "drowsiness", "headache"),
    *("sweating", "itching", "trembling", "racing heart", "trouble sleeping", "irritability", "low mood", "fatigue", "hair loss"),
    *("skin darkening", "dark urine", "yellow eyes", "breathlessness", "confusion", "fainting", "seizure"),
)
TESTS = (
    *("alt", "ast", "alp", "bilirubin", "ggt", "ferritin", "vitamin_b12", "vitamin_d", "tsh", "testosterone", "prolactin"),
    *("cortisol", "haemoglobin", "creatinine", "glucose"),
)
CONTEXTS = (
    *("sun_exposure", "illness", "fever", "surgery", "injury", "stress", "bereavement", "short_sleep", "night_shift", "menses"),
    *("diet_change", "fasting", "alcohol", "contraceptive_change", "childbirth", "tight_hairstyle"),
)
SEVERITIES = (0, 1, 2, 3)


@dataclass(frozen=True)
class Field:
    """One field of a form, under its name in the journal file. `choices` are offered, or are the words for `scores`; a `pick` takes own
    words as well.

    `label` is what it asks, where that is not told by its name: the question of a questionnaire.
    """

    name: str
    kind: Kind
    choices: tuple[str, ...] = ()
    scores: tuple[int, ...] = ()
    needed: bool = False
    label: str = ""


WHEN = Field("time", "when", needed=True)
NOTE = Field("note", "long")
FIELDS: Mapping[str, tuple[Field, ...]] = {
    "dose": (
        WHEN,
        Field("substance", "pick", needed=True),
        Field("amount", "number"),
        Field("unit", "select", UNITS),
        Field("product", "product"),
        Field("with_food", "yes_no"),
        NOTE,
    ),
    "rating": (WHEN, Field("value", "scores", needed=True)),
    "session": (WHEN, Field("therapy", "pick", THERAPIES, needed=True), Field("minutes", "number")),
    "side_effect": (
        WHEN,
        Field("effect", "pick", EFFECTS, needed=True),
        Field("severity", "scores", scores=SEVERITIES),
        Field("until", "instant"),
    ),
    "lab": (
        WHEN,
        Field("test", "pick", TESTS, needed=True),
        Field("value", "number", needed=True),
        Field("unit", "text", needed=True),
        Field("low", "number"),
        Field("high", "number"),
    ),
    "medicine": (
        Field("name", "text", needed=True),
        Field("from", "day"),
        Field("to", "last_day"),
        Field("dose", "text"),
        NOTE,
    ),
    "context": (WHEN, Field("kind", "pick", CONTEXTS, needed=True), Field("value", "text"), Field("unit", "text")),
    "product": (
        Field("substance", "pick", needed=True),
        Field("label", "text"),
        Field("kind", "select", PRODUCT_KINDS),
        Field("unit_g", "number"),
        Field("mitragynine_mg_per_g", "number"),
        Field("hydroxymitragynine_mg_per_g", "number"),
        Field("lot", "text"),
    ),
    "photo": (WHEN, Field("site", "text", needed=True), NOTE),
}
