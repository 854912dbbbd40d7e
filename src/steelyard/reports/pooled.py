"""The pooled answer for a terminal, in plain ASCII."""

from textwrap import wrap

from steelyard.findings.pooled import FEWEST, PooledReport, Question, Range
from steelyard.reports import words
from steelyard.reports.clean import printable

AT = {
    "peak": "change at the peak of the usual dose of each",
    "as_taken": "mean change from the doses as taken, against none",
    "after_session": "change just after a session",
    "sustained": "change from the usual amount of each, taken for long",
}
CLOSING = (
    "This describes the people whose journals these are: people who keep one, which most do not. It is no promise for anybody else. It "
    "adds up what each diary says; a fault that all diaries share is not averaged away. It diagnoses nothing and advises no dose."
)
NOTHING = "Nothing here can be pooled: no journal could tell."


def text(report: PooledReport, width: int = 80) -> str:
    """The answer, ending in a line break; sign as measured."""
    clean = printable(report)
    blocks = [_question(question, width) for question in clean.questions] or [[NOTHING]]
    blocks.append(wrap(CLOSING, width))
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def _question(question: Question, width: int) -> list[str]:
    head = f"{words.capital(question.substance)} and {words.name(question.outcome)}: {AT[question.contrast]}"
    lines = [*wrap(head, width), "=" * min(width, len(head)), *wrap(_counted(question), width)]
    if question.mean is None or question.spread is None or question.another is None:
        told = f"Too few people to say what they have in common: at least {FEWEST} are needed."
        return [*lines, *wrap(told, width)]
    better = "less is better" if question.worse_is_up else "more is better"
    lines += [
        _line("on average", question.mean, f"{question.unit} ({better})"),
        _line("people differ by about", question.spread, f"{question.unit} (standard deviation)", sign=""),
        f"  {'one more such person':<24}{question.another.low:+.2f} to {question.another.high:+.2f} {question.unit}",
    ]
    if question.without_barred is not None:
        lines.append(_line("without failed checks", question.without_barred, question.unit))
    shift = [abs(one.pooled.value - one.alone.value) for one in question.each]
    told = f"Beside the others, single answers move by up to {max(shift):.2f}; each of them is in the JSON."
    return [*lines, *wrap(told, width)]


def _counted(question: Question) -> str:
    told = ["1 diary could tell" if question.people == 1 else f"{question.people} diaries could tell"]
    if question.could_not:
        told.append(f"{question.could_not} could not")
    if question.twice:
        told.append(f"{question.twice} left out: there twice")
    if question.barred:
        told.append(f"a failed check bars a verdict on {question.barred}")
    return "; ".join(told) + "."


def _line(label: str, told: Range, unit: str, sign: str = "+") -> str:
    return f"  {label:<24}{told.value:{sign}.2f} ({told.low:{sign}.2f} to {told.high:{sign}.2f}) {unit}"
