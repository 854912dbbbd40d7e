"""Questionnaires: those that are offered, their questions as fields, and the answers typed into these."""

from collections.abc import Mapping, Sequence
from functools import cache

from steelyard.knowledge.instruments import Block, load_instruments
from steelyard.knowledge.load import load

from . import forms
from .fields import Field

INSTRUMENTS = ("pain_three", "phq9", "gad7", "sds")


def introduction(instrument: str) -> Block | None:
    """What stands before and after the questions of a questionnaire; None for one that is not offered."""
    return _blocks(instrument)[0] if instrument in INSTRUMENTS else None


def fields(instrument: str, count: int = 0) -> tuple[Field, ...]:
    """A field for each question: in its own words where the questionnaire is offered, else `count` of them by number."""
    asked = [(item, block) for block in _blocks(instrument) for item in block.items]
    if not asked:
        return tuple(Field(f"item{n}", "number", label=str(n + 1)) for n in range(count))
    return tuple(
        Field(f"item{n}", "scores", block.answers, tuple(range(block.highest + 1)), label=item)
        for n, (item, block) in enumerate(asked)
    )


def items(instrument: str, told: Mapping[str, str], before: Sequence[float | None] = ()) -> list[float | str | None]:
    """The answers in their order, None where a question was left open; refuses with BadInputError one that is not offered.

    Args:
        told: `item0` and on; before: what was answered earlier, which stays where a question was not asked.
    """
    asked = fields(instrument, len(before))
    earlier = [*before, *([None] * len(asked))]
    answers = [forms.number(told[field.name]) if field.name in told else earlier[n] for n, field in enumerate(asked)]
    pairs = zip(asked, answers, strict=True)
    faults = {field.name: "number.out_of_range" for field, answer in pairs if not _fits(answer, field.scores)}
    if faults:
        raise forms.BadInputError(faults)
    if all(answer is None for answer in answers):
        raise forms.BadInputError({"": "field.missing"})
    return answers


def _fits(answer: float | str | None, scores: tuple[int, ...]) -> bool:
    return answer is None or (not isinstance(answer, str) and (not scores or answer in scores))


def _blocks(instrument: str) -> tuple[Block, ...]:
    return _instruments().get(instrument, ())


@cache
def _instruments() -> dict[str, tuple[Block, ...]]:
    return {name: blocks for name, blocks in load_instruments(load()).items() if name in INSTRUMENTS}
