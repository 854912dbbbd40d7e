"""The level of studies: what they say to the questions of this journal, and whether the person's own data say something else."""

from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from steelyard.knowledge.literature import Studied, asked, literature
from steelyard.knowledge.model import Knowledge
from steelyard.knowledge.words import firmness

from .model import Finding, Subject, Verdict

IN_WORDS: dict[Verdict, str] = {
    "helps": "it helps",
    "helps_a_little": "it helps a little",
    "no_worthwhile_effect": "no effect worth having",
    "makes_worse": "it does harm",
    "not_settled": "not settled",
    "not_enough_data": "not studied enough to say",
}
HARM_IN_WORDS: dict[Verdict, str] = {
    "helps": "the contrary of harm",
    "helps_a_little": "rather the contrary of harm",
    "no_worthwhile_effect": "no change worth noticing",
    "makes_worse": "it goes with harm",
    "not_settled": "not settled",
    "not_enough_data": "not studied enough to say",
}
NOT_ENOUGH = "not enough data yet"
SAYS = {"helps": 1, "helps_a_little": 1, "no_worthwhile_effect": 0, "makes_worse": -1}


def studied(findings: Sequence[Finding], taken: Iterable[str], knowledge: Knowledge) -> tuple[Finding, ...]:
    """What studies say about each question that was put to the journal, and about the harms of all that is `taken`."""
    rows = literature(knowledge)
    wanted = {(f.subject.substance.casefold(), f.subject.outcome.casefold()) for f in findings}
    names = {name.casefold() for name in taken}
    chosen = [
        row
        for row in rows
        if any((row.treatment, outcome) in wanted for outcome in row.outcomes) or (row.always and row.treatment in names)
    ]
    return tuple(_finding(row, knowledge) for row in chosen)


def beside(finding: Finding, knowledge: Knowledge) -> Finding:
    """A finding of the person's own with what studies say to the same question, in one sentence."""
    rows = list(asked(literature(knowledge), finding.subject.substance, finding.subject.outcome))
    return replace(finding, beside=" ".join(_sentences(rows, finding))) if rows else finding


def _sentences(rows: Sequence[Studied], finding: Finding) -> Iterator[str]:
    own = NOT_ENOUGH if finding.verdict == "not_enough_data" else _words(finding.about)[finding.verdict]
    for row in rows:
        yield f"Studies: {_words(row.about)[row.verdict]} (certainty {row.certainty.replace('_', ' ')}); your own data: {own}."
        theirs, yours = SAYS.get(row.verdict), SAYS.get(finding.verdict)
        if theirs is not None and yours is not None and theirs != yours:
            yield "The two differ: studies speak of many people on average, your diary of you alone, and either can be wrong."


def _words(about: str) -> dict[Verdict, str]:
    return HARM_IN_WORDS if about == "harm" else IN_WORDS


def _finding(row: Studied, knowledge: Knowledge) -> Finding:
    facts = [knowledge.facts[id] for id in row.facts]
    return Finding(
        id=f"literature.{row.about}.{row.treatment}.{row.name}",
        level="literature",
        question=row.question,
        answer=row.said,
        verdict=row.verdict,
        certainty=row.certainty,
        reasons=tuple(f"{fact.statement} ({firmness(fact)})" for fact in facts),
        subject=Subject(row.treatment, row.outcomes[0]),
        about=row.about,
        citations=tuple(dict.fromkeys(key for fact in facts for key in knowledge.citations(fact))),
    )
