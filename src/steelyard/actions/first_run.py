"""The first questions, and a look around in an invented journal."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import available_timezones

from steelyard.findings.invented import Plan, simulate
from steelyard.journal import store
from steelyard.records.model import JournalHeader, instant
from steelyard.records.units import amount_unit

from . import answers, diary, forms, letter, visit

BEGUN = "begun"
TOUR_DAYS = 60
QUIET = timedelta(hours=1)  # before the tour begins nothing is written down in it
TOUR_SEED = 7


def begun() -> bool:
    """Whether the first questions were answered or passed over."""
    return store.preference(BEGUN) == "1"


def zones() -> list[str]:
    """All zones there are to choose from, in order of name."""
    return sorted(
        name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "SystemV/", "posix", "right"))
    )


def scales() -> list[str]:
    """The scales a person may be asked about with every dose."""
    asked = [diary.asked(name) for name in forms.scales()]
    return [one.scale for one in asked if len(one.scores) > 5]


def pass_over() -> None:
    """Go on without an answer to any question."""
    store.prefer(BEGUN, "1")


def answer(told: Mapping[str, str], now: datetime) -> None:
    """Keep what is usually taken, what is rated, and the home zone; refuses with BadInputError.

    Args:
        told: `substance`, `amount`, `unit`, each may be empty; `scale`; `zone`, an IANA name.
    """
    substance, unit = told.get("substance", "").strip(), told.get("unit", "").strip()
    amount = forms.number(told.get("amount", ""))
    faults = {}
    if isinstance(amount, str) or (amount is not None and amount < 0):
        faults["amount"] = "field.wrong_type"
    if unit and amount_unit(unit) is None:
        faults["unit"] = "unit.unknown"
    if told.get("scale") not in scales():
        faults["scale"] = "scale.unknown"
    if told.get("zone") not in (*zones(), "UTC"):
        faults["zone"] = "zone.unknown"
    if faults:
        raise forms.BadInputError(faults)
    diary.set_home(told["zone"], now)
    store.prefer("main_scale", told["scale"])
    store.prefer("usual_substance", substance)
    store.prefer("usual_amount", "" if amount is None else f"{amount:g}")
    store.prefer("usual_unit", unit)
    store.prefer(BEGUN, "1")


def begin_tour(now: datetime) -> None:
    """Show an invented journal of the last two months instead of the real one, until `end_tour`."""
    plan = Plan(days=TOUR_DAYS + 1, rating_at_dose=True, integer=True, seed=TOUR_SEED)
    records, _ = simulate(plan, now - timedelta(days=TOUR_DAYS), diary.zone().key)
    until = now - QUIET  # so that a dose tried out in it is asked about like any other
    past = [r for r in records if isinstance(r, JournalHeader) or ((time := instant(r)) is not None and time <= until)]
    store.begin_tour(past, now)


def end_tour() -> int:
    """Erase the invented journal and all that was tried out in it; returns how many entries went."""
    answers.forget_tour()
    visit.forget_tour()
    letter.forget_tour()
    return store.end_tour()


def touring() -> bool:
    """Whether the invented journal is shown."""
    return store.touring()
