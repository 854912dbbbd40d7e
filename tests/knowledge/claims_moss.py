"""An invented substance with claims, facts and law, small enough to check by eye."""

import json
from datetime import date
from pathlib import Path

from steelyard.knowledge.claims import Claims, load_claims
from steelyard.knowledge.model import Fact, Knowledge, Reference

ENGLISH = """[english]
denies = ["no", "not", "never", "without"]
affirms = ["not only", "no doubt"]
refutes = ["myth*", "no .. evidence"]
asks = ["whether", "not always"]
breaks = ["but", "while"]
joins = ["but also", "while tak*"]
pronouns = ["it", "its"]
empty = ["it is .. that"]
little = ["a", "the", "is", "and", "of", "can", "for", "that", "in", "it"]
"""
WORDS = """[concepts]
moss = ["moss", "bryum"]
stands_in = ["the herb"]
others = ["salt", "opioid*"]
bitter = ["bitter*"]
"""
CLAIMS = """[taste-bitter]
says = "Moss is bitter."
verdict = "supported"
grade = "B"
why = "People said so."
rows = ["XX01"]
patterns = ["moss & bitter"]
"""
OMISSIONS = """[fire]
title = "Fire"
why = "Moss burns."
rows = ["XX01"]
mentions = ["fire*", "burn* .. down"]
"""
ENTRY = {"id": "a2020", "type": "book", "title": "Invented", "author": [{"family": "A"}], "issued": {"date-parts": [[2020]]}}


def fact(name: str, row: str = "", **given: object) -> Fact:
    """A fact about moss, read in its table unless told otherwise."""
    fields = {"statement": "Invented.", "citation": "a2020", "grade": "B", "seen": "tab", "checked_on": date(2026, 3, 1)}
    return Fact(id=f"moss.{name}", subject="moss", name=name, row=row, **{**fields, **given})  # type: ignore[arg-type]


def knowledge(*facts: Fact) -> Knowledge:
    """The facts given, or one of row XX01, with the sources a2020 to c2022."""
    held = facts or (fact("taste", "XX01"),)
    sources = {f"{name}{year}": Reference(id=f"{name}{year}", type="book", author=(name.upper(),), issued=(year,), title="Invented")
               for name, year in (("a", 2020), ("b", 2021), ("c", 2022))}  # fmt: skip
    return Knowledge(version="v1", facts={each.id: each for each in held}, references=sources, scales={})


def folder(path: Path, **files: str) -> Path:
    """Write a data folder of claims about moss; `words=`, `claims=`, `omissions=` and `english=` replace what stands in them."""
    texts = {"words": WORDS, "claims": CLAIMS, "omissions": OMISSIONS, **files}
    place = path / "claims" / "moss"
    place.mkdir(parents=True)
    (path / "claims" / "english.toml").write_text(texts.pop("english", ENGLISH))
    for name, text in texts.items():
        (place / f"{name}.toml").write_text(text)
    (path / "references.json").write_text(json.dumps([ENTRY]))
    return path


def claims(path: Path, *facts: Fact, **files: str) -> Claims:
    """The claims about moss as loaded."""
    return load_claims(knowledge(*facts), folder(path, **files))
