"""What kratom and 7-OH may do with the medicines in the journal, and which of these could not be checked."""

from collections.abc import Iterable, Iterator

from steelyard.knowledge.hazards import Hazard
from steelyard.knowledge.medicines import Reading
from steelyard.safety.model import Alert, Case, Used, alert, listed

LONGEST_SHOWN = 60


def interactions(case: Case) -> Iterator[Alert]:
    """Yield one warning for each kind of interaction between a substance in use and the medicines in use now."""
    used = [each for each in case.used if each.during(case.now)]
    for substance in filter(case.in_use, case.hazards.substances):
        for row in case.hazards.of(substance):
            concerned = [each for each in used if _concerns(row, each)]
            if concerned:
                yield _warned(case, row, substance, concerned)


def past_interactions(case: Case) -> Iterator[Alert]:
    """Yield one note for each substance that was taken together with medicines it can influence, now no longer so."""
    for substance in case.hazards.substances:
        times = [dose.time for dose in case.taken if dose.substance == substance]
        rows = list(case.hazards.of(substance))
        both_now = case.in_use(substance)
        over = [
            each
            for each in case.used
            if not (both_now and each.during(case.now))
            and any(map(each.during, times))
            and any(_concerns(row, each) for row in rows)
        ]
        if over:
            says = {"substance": case.hazards.substances[substance].shown, "medicines": _names(over)}
            yield alert(case, case.hazards.rows["past.interaction"], id_=substance, says=says, more=_misread(over))


def unchecked(case: Case) -> Iterator[Alert]:
    """Yield what no rule looked at: medicines by names nobody knows, and medicines beside substances without rules."""
    used = [each for each in case.used if each.during(case.now)]
    present = [case.hazards.substances[key].shown for key in case.hazards.substances if case.in_use(key)]
    unknown = [each.reading for each in used if not each.reading.medicines]
    if present and unknown:
        says = {"medicines": listed(reading.written[:LONGEST_SHOWN] for reading in unknown), "substance": listed(present)}
        guesses = " ".join(_guess(reading) for reading in unknown if reading.perhaps)
        yield alert(case, case.hazards.rows["unchecked.medicines"], says=says, more=guesses)
    alone = dict.fromkeys(dose.substance for dose in case.taken if case.in_use(dose.substance))
    if alone and not present and any(not each.logged for each in used):
        yield alert(case, case.hazards.rows["unchecked.substances"], says={"substances": listed(alone)})


def _concerns(row: Hazard, used: Used) -> bool:
    """Whether a row is about a medicine; single doses of what makes sleepy are left to the rule that looks at the hours."""
    if row.dose_by_dose and used.logged:
        return False
    return not used.classes.isdisjoint(row.classes) or not set(used.reading.medicines).isdisjoint(row.medicines)


def _warned(case: Case, row: Hazard, substance: str, used: list[Used]) -> Alert:
    says = {"substance": case.hazards.substances[substance].shown, "medicines": _names(used)}
    kinds = {name for each in used for name in each.classes}
    sources = [key for name in row.classes if name in kinds for key in case.hazards.medicines.classes[name].citations]
    return alert(case, row, says=says, more=_misread(used), citations=sources)


def _names(used: Iterable[Used]) -> str:
    return listed(_name(each.reading) for each in used)


def _name(reading: Reading) -> str:
    """The medicine by the name used here, with the brand it was written as."""
    name = " with ".join(medicine.replace("-", " ") for medicine in reading.medicines)
    return name if reading.name.casefold() == name else f"{name} ({reading.name})"


def _misread(used: Iterable[Used]) -> str:
    """Which names were read as others, so that a wrong guess can be seen."""
    read = {
        f"“{each.reading.written[:LONGEST_SHOWN]}” was read as {each.reading.name}." for each in used if not each.reading.exact
    }
    return " ".join(sorted(read))


def _guess(reading: Reading) -> str:
    return f"“{reading.written[:LONGEST_SHOWN]}” could mean {' or '.join(reading.perhaps)}."
