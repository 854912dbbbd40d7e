"""Units of amounts taken and of laboratory results: common spellings to one code, and conversions that need no facts.

Only scale factors are converted (mg to g, ug/L to ng/mL). Grams to moles needs a molar mass and international units to grams a
standard; both are facts about a substance, so they are refused here.
"""

import re
from functools import cache

# Amounts: the unit written in journals -> other spellings (compared without case, spaces and full stops).
_AMOUNTS = {
    "g": ("gram", "grams", "gramme", "grammes", "gm", "gms"),
    "mg": ("milligram", "milligrams", "mgs"),
    "ug": ("microgram", "micrograms", "mcgs"),
    "kg": ("kilogram", "kilograms"),
    "mL": ("milliliter", "milliliters", "millilitre", "millilitres", "cc"),
    "L": ("liter", "liters", "litre", "litres"),
    "capsule": ("capsules", "cap", "caps"),
    "tablet": ("tablets", "tab", "tabs"),
    "drop": ("drops", "gtt"),
    "puff": ("puffs",),
    "patch": ("patches",),
    "teaspoon": ("teaspoons", "tsp"),
    "tablespoon": ("tablespoons", "tbsp"),
    "cup": ("cups",),
    "[IU]": ("iu", "internationalunit", "internationalunits"),
}
_GRAMS = {"kg": 1e3, "g": 1.0, "mg": 1e-3, "ug": 1e-6}
_COUNTED = ("capsule", "tablet")

_PREFIX = {"": 1.0, "k": 1e3, "d": 1e-1, "m": 1e-3, "u": 1e-6, "n": 1e-9, "p": 1e-12}
_BASE = {"g": "g", "mol": "mol", "iu": "[IU]", "u": "U", "unit": "U", "units": "U", "eq": "eq"}
_RATIO = re.compile(r"(k|m|u|n|p)??(g|mol|iu|units|unit|u|eq)/(d|m|u)?l")
# Results that are no amount per volume; UCUM code -> other spellings.
_OTHER_RESULTS = {
    "%": ("percent",),
    "1": ("ratio",),
    "fL": (),
    "pg": (),
    "mm/h": ("mm/hr",),
    "10*9/L": ("10^9/l", "x10^9/l", "10e9/l", "10*3/ul", "10^3/ul", "x10^3/ul", "10e3/ul"),  # the same number in either
    "10*12/L": ("10^12/l", "x10^12/l", "10e12/l", "10*6/ul", "10^6/ul", "x10^6/ul", "10e6/ul"),
    "mL/min": (),
    "mL/min/{1.73_m2}": ("ml/min/1.73m2", "ml/min/1.73m^2", "ml/min/1.73m²"),
    "mm[Hg]": ("mmhg",),
}


def _plain(text: str) -> str:
    """Without case, spaces, brackets and full stops at the end; both micro signs become `u`, `mcg` becomes `ug`."""
    folded = re.sub(r"[\s\[\]]|\.$", "", text.casefold())
    return folded.replace("μ", "u").replace("mcg", "ug")


def _spellings(table: dict[str, tuple[str, ...]]) -> dict[str, str]:
    return {_plain(spelling): code for code, others in table.items() for spelling in (code, *others)}


_AMOUNT_OF = _spellings(_AMOUNTS)
_RESULT_OF = _spellings(_OTHER_RESULTS)


@cache
def amount_unit(text: str) -> str | None:
    """The unit of an amount taken, as journals write it (`g`, `mg`, `ug`, `mL`, `capsule`, `tablet`...); `None` if unknown."""
    return _AMOUNT_OF.get(_plain(text))


def grams(amount: float, unit: str, grams_each: float | None = None) -> float | None:
    """An amount as grams; `grams_each` is the content of one capsule or tablet. `None` when the unit is no mass."""
    code = amount_unit(unit)
    if code in _COUNTED:
        return None if grams_each is None else amount * grams_each
    return amount * _GRAMS[code] if code in _GRAMS else None


def convert_mass(amount: float, unit: str, wanted: str) -> float | None:
    """An amount in another unit of mass; `None` unless both units are kg, g, mg or ug."""
    here, there = amount_unit(unit), amount_unit(wanted)
    if here not in _GRAMS or there not in _GRAMS:
        return None
    return amount * (_GRAMS[here] / _GRAMS[there])


@cache
def lab_unit(text: str) -> str | None:
    """The UCUM code of a laboratory unit, e.g. `mIU/L` -> `m[IU]/L`, `mcg/L` -> `ug/L`; `None` if unknown.

    `IU/L` and `U/L` stay apart: UCUM has no factor between international units and units of enzyme activity.
    """
    plain = _plain(text)
    parts = _RATIO.fullmatch(plain)
    if parts is None:
        return _RESULT_OF.get(plain)
    prefix, base, volume = parts.groups(default="")
    return f"{prefix}{_BASE[base]}/{volume}L"


def convert_lab(value: float, unit: str, wanted: str) -> float | None:
    """A laboratory value in another unit of the same kind (`g/dL` to `g/L`); `None` when that would need more than a factor."""
    here, there = _scaled(unit), _scaled(wanted)
    if here is None or there is None:
        same = lab_unit(unit)
        return value if same is not None and same == lab_unit(wanted) else None
    return value * (here[0] / there[0]) if here[1] == there[1] else None


def _scaled(unit: str) -> tuple[float, str] | None:
    parts = _RATIO.fullmatch(_plain(unit))
    if parts is None:
        return None
    prefix, base, volume = parts.groups(default="")
    return _PREFIX[prefix] / _PREFIX[volume], _BASE[base]
