"""What is known, with grades and sources."""

from steelyard.knowledge.load import load
from steelyard.knowledge.model import Fact, Knowledge
from steelyard.knowledge.words import cite, firmness
from steelyard.reports.json import to_json


def facts(subject: str | None, form: str) -> tuple[bytes, bool]:
    """Facts on one subject (a substance, scale or topic) or on all, as `text` or `json`; False when nothing is held on it."""
    knowledge = load()
    wanted = None if subject is None else subject.strip().casefold()
    found = [f for f in knowledge.facts.values() if wanted in (None, f.subject)]
    if not found:
        held = ", ".join(sorted({f.subject for f in knowledge.facts.values()}))
        return f"nothing is held on {subject!r}; held: {held}\n".encode(), False
    if form == "json":
        answer = {"format": 1, "knowledge": knowledge.version, "facts": found}
        return to_json(answer).encode(), True
    return "\n".join(_lines(fact, knowledge) for fact in found).encode(), True


def _lines(fact: Fact, knowledge: Knowledge) -> str:
    figure = "" if fact.value is None else f"  {fact.value:g} {fact.unit}"
    if fact.low is not None and fact.high is not None:
        figure += f" ({fact.low:g} to {fact.high:g})" if figure else f"  {fact.low:g} to {fact.high:g} {fact.unit}"
    source = cite(knowledge.references[fact.citation]) if fact.citation else "; ".join(fact.rests_on)
    rows = [f"{fact.id}{figure}", f"  {fact.statement}", f"  {firmness(fact)}"]
    if source:
        rows.append(f"  {'source' if fact.citation else 'rests on'}: {source}")
    return "\n".join(rows) + "\n"
