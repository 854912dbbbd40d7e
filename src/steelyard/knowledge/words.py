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
    "derived": "a choice of this project, worked out from the facts it rests on",
    "convention": "a convention of this project, not evidence",
}

READ: dict[Seen, str] = {
    "full": "read in full",
    "tab": "read in the published table",
    "abs": "read in the abstract only",
    "sec": "known second-hand only",
}


def verified(fact: Fact) -> bool:
    """Tell whether a fact is evidence whose text or table was itself read; never so for grades S and U, or second-hand."""
    return fact.grade in ("A", "B", "C", "D", "E") and fact.seen in ("full", "tab")


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
    return f"{who} {reference.issued[0]}"


def cite(reference: Reference) -> str:
    """Return a reference as one line for a list of sources."""
    pages = ":".join(part for part in (reference.volume, reference.page) if part)
    found_in = f"{reference.container_title} {pages}".strip()
    doi = f"doi:{reference.DOI}" if reference.DOI else ""
    head = f"{', '.join(reference.author)} {reference.issued[0]}"
    return ", ".join(part for part in (head, reference.title, found_in, doi, reference.URL) if part)
