"""Dangers in the dose log itself: mixtures within hours, amounts after a break, steep rises, and other products."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import fmean, median

from steelyard.safety.model import Alert, Case, Taken, alert, day, listed
from steelyard.safety.taken import KRATOM, SEVEN_OH

WEEK = timedelta(weeks=1)
WEEKS_BEFORE = 4
ALCOHOL = "alcohol"


def together(case: Case) -> Iterator[Alert]:
    """Yield a warning for each pair of sedating substances whose doses stand within hours of each other."""
    window = timedelta(hours=case.number("taken_together"))
    days: dict[tuple[str, str], list[datetime]] = defaultdict(list)
    near: list[Taken] = []
    for dose in case.taken:
        if not _sedating(case, dose):
            continue
        near = [*(other for other in near if dose.time - other.time <= window), dose]
        for other in {each.substance for each in near} - {dose.substance}:
            days[min(dose.substance, other), max(dose.substance, other)].append(dose.time)
    for pair, times in sorted(days.items()):
        past = times[-1] < case.now - case.days("recent")
        number = len({time.date() for time in times})
        says = {
            "substances": listed(_shown(case, name) for name in pair),
            "days": f"{number} day" + ("" if number == 1 else "s"),
            "last": day(times[-1]),
        }
        yield alert(case, case.hazards.rows["past.together" if past else "doses.together"], id_="-".join(pair), says=says)


def after_break(case: Case) -> Iterator[Alert]:
    """Yield a warning where regular use began again after a break with the usual amount, or with an unknown one."""
    for substance, doses in _by_substance(case).items():
        if not _tolerance(case, doses[0]):
            continue
        for last, first in reversed(list(pairwise(doses))):
            if first.time < case.now - case.days("recent"):
                break
            gap = first.time - last.time
            if gap >= case.days("long_break") and _usual_or_unknown(case, doses, last.time, first):
                says = {"substance": _shown(case, substance), "gap": f"{gap.days} days", "last": day(first.time)}
                yield alert(case, case.hazards.rows["doses.after_break"], id_=substance, says=says)
                break  # the latest return says it for all


def steep_rise(case: Case) -> Iterator[Alert]:
    """Yield a warning where the week up to now holds far more of something sedating than the weeks before."""
    for substance, doses in _by_substance(case).items():
        ratio = weekly_rises(case, doses).get(0)
        if ratio is not None and _tolerance(case, doses[0]):
            says = {"substance": _shown(case, substance), "ratio": f"{ratio:.1f}", "last": day(case.now)}
            yield alert(case, case.hazards.rows["doses.steep_rise"], id_=substance, says=says)


def stronger_product(case: Case) -> Iterator[Alert]:
    """Yield a warning where an extract was recently taken for the first time after leaf."""
    switch = first_stronger(case)
    if switch is not None and switch[1].time >= case.now - case.days("recent"):
        before, after = switch
        says = {"before": before.kind, "after": after.kind, "last": day(after.time)}
        yield alert(case, case.hazards.rows["doses.stronger_product"], says=says)


def seven_oh(case: Case) -> Iterator[Alert]:
    """Yield a warning while 7-OH is in use: that it is another substance, and so all the more where it lately followed kratom."""
    if not case.in_use(SEVEN_OH):
        return
    first = next(dose for dose in case.taken if dose.substance == SEVEN_OH)
    after_kratom = any(dose.substance == KRATOM and dose.time < first.time for dose in case.taken)
    lately = first.time >= case.now - case.days("recent")
    row = "to_seven_oh" if after_kratom and lately else "seven_oh"
    yield alert(case, case.hazards.rows[f"doses.{row}"], says={"last": day(first.time)})


def weekly_rises(case: Case, doses: list[Taken]) -> dict[int, float]:
    """Return, for each week before now (0 is the last) with a steep rise, its amount over the mean of the four weeks before it.

    An unknown amount counts as the person's median. Weeks without a dose may not have been written down, so nothing is
    compared with them; neither with weeks from before the first dose.
    """
    known = [dose.grams for dose in doses if dose.grams is not None]
    usual = median(known) if known else 1.0
    weeks: dict[int, float] = defaultdict(float)
    for dose in doses:
        weeks[int((case.now - dose.time) / WEEK)] += usual if dose.grams is None else dose.grams
    whole = int((case.now - doses[0].time) / WEEK)
    rises = {}
    for week in range(whole - WEEKS_BEFORE):
        before = [weeks.get(week + back, 0.0) for back in range(1, WEEKS_BEFORE + 1)]
        if all(before) and weeks.get(week, 0.0) >= case.number("steep_rise") * fmean(before):
            rises[week] = weeks[week] / fmean(before)
    return rises


def first_stronger(case: Case) -> tuple[Taken, Taken] | None:
    """Return the last dose of kratom leaf before an extract was taken for the first time, and that dose; None without such a change."""
    kinds = case.hazards.substances[KRATOM]
    leaf: Taken | None = None
    for dose in case.taken:
        if dose.substance == KRATOM and dose.kind in kinds.strong:
            return None if leaf is None else (leaf, dose)
        if dose.substance == KRATOM and dose.kind in kinds.leaf:
            leaf = dose
    return None


def _usual_or_unknown(case: Case, doses: list[Taken], last: datetime, first: Taken) -> bool:
    """Whether use was regular up to a break, and the first dose after it no smaller than usual as far as is known."""
    before = [dose for dose in doses if last - WEEKS_BEFORE * WEEK <= dose.time <= last]
    if len(before) < WEEKS_BEFORE * case.number("regular_use"):
        return False
    usual = [dose.grams for dose in before if dose.grams is not None]
    return first.grams is None or not usual or first.grams >= median(usual)


def _by_substance(case: Case) -> dict[str, list[Taken]]:
    found: dict[str, list[Taken]] = defaultdict(list)
    for dose in case.taken:
        found[dose.substance].append(dose)
    return found


def _sedating(case: Case, dose: Taken) -> bool:
    return dose.substance in case.hazards.substances or not dose.classes.isdisjoint(_depressants(case))


def _tolerance(case: Case, dose: Taken) -> bool:
    """Whether tolerance to it matters here: everything sedating but alcohol, which is drunk and not dosed."""
    return _sedating(case, dose) and ALCOHOL not in dose.classes


def _depressants(case: Case) -> tuple[str, ...]:
    return case.hazards.rows[f"{KRATOM}.depressants"].classes


def _shown(case: Case, name: str) -> str:
    known = case.hazards.substances.get(name)
    return known.shown if known else name.replace("-", " ")
