"""How firm a fact is and where it was read, in words for a reader."""

from steelyard.knowledge.model import Fact, Grade, Reference, Seen

GRADES: dict[Grade, str] = {
    "A": "controlled studies in people that agree with each other, or the legal text itself",
    "B": "one controlled study in people, or a large systematic collection of data",
    "C": "observation of people without control: surveys, diaries, poison centres",
    "D": "reports of single cases",
    "E": "animals or laboratory dishes",
    "S": "a secondary page, not a study",
    "U": "recalled and never checked",
    "none": "looked for and not found",
    "derived": "a choice of this project, worked out from the facts it rests on",
    "convention": "a convention of this project, not evidence",
}

READ: dict[Seen, str] = {
    "full": "read in full",
    "tab": "read in the published table",
    "abs": "read in the abstract only",
    "sec": "known second-hand only",
}


NAMED_AUTHORS = 6  # of more, the first three are named


def verified(fact: Fact) -> bool:
    """Tell whether a fact is evidence whose text or table was itself read.

    Never so for grades S and U, for what is known second-hand, and for a figure marked as not used.
    """
    return fact.grade in ("A", "B", "C", "D", "E") and fact.seen in ("full", "tab") and not fact.not_used


def firmness(fact: Fact) -> str:
    """Return in a few words how firm a fact is, to stand beside it wherever it is shown."""
    if fact.seen is None or fact.grade in ("S", "U"):
        return GRADES[fact.grade]
    return READ[fact.seen]


def cite_short(reference: Reference) -> str:
    """Return a reference as used in running text: `Farrar 2001`, `Huestis et al. 2024`."""
    match reference.author:
        case (one,):
            who = one
        case (one, two):
            who = f"{one} and {two}"
        case _:
            who = f"{reference.author[0]} et al."
    return f"{who} {_year(reference)}"


def cite(reference: Reference) -> str:
    """Return a reference as one line for a list of sources; of many authors only the first three."""
    pages = ":".join(part for part in (reference.volume, reference.page) if part)
    found_in = f"{reference.container_title} {pages}".strip()
    doi = f"doi:{reference.DOI}" if reference.DOI else ""
    named = reference.author if len(reference.author) <= NAMED_AUTHORS else (*reference.author[:3], "et al.")
    head = f"{', '.join(named)} {_year(reference)}"
    return ", ".join(part for part in (head, reference.title, found_in, doi, reference.URL) if part)


def _year(reference: Reference) -> str:
    return str(reference.issued[0]) if reference.issued else "(no date)"
