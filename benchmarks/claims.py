"""How well claims are recognised: precision and recall on invented sentences, half of which were kept out while patterns were tuned."""

import argparse
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from time import process_time
from typing import Any

from steelyard.findings.claims import check_text
from steelyard.findings.recognise import Recogniser
from steelyard.findings.sentences import sentences, words
from steelyard.knowledge.claims import Claims, load_claims
from steelyard.knowledge.load import load
from table import show, write

HERE = Path(__file__).resolve().parent
SENTENCES = HERE / "claims_sentences.toml"
ARTICLES = HERE.parent / "examples" / "articles"
HALVES = ("tuned on", "kept out")
MANY = 10_000  # sentences to time


@dataclass(frozen=True)
class Example:
    """A text, the claims it makes, and those that may be read into it or not; `half` is 0 for what may be looked at, 1 for the rest."""

    text: str
    makes: frozenset[str]
    may_make: frozenset[str]
    related: bool
    half: int


def examples(table: dict[str, Any]) -> Iterator[Example]:
    """The sentences of the file: of each list every other one is kept out."""
    for claim, entry in table.items():
        for place, given in enumerate(entry["texts"]):
            text, *others = [given] if isinstance(given, str) else given
            makes = {claim, *(other for other in others if other[0] != "?")} - {"unrelated"}
            may = frozenset(other[1:] for other in others if other[0] == "?")
            yield Example(text, frozenset(makes), may, claim != "unrelated", place % 2)


def recognised(text: str, recognisers: list[Recogniser]) -> set[str]:
    """The claims recognised in a short text."""
    found = [(words(sentence.text), sentence.fresh) for sentence in sentences(text)]
    return {hit.claim.id for recogniser in recognisers for hits in recogniser.read(found).hits for hit in hits}


def score(given: list[Example], recognisers: list[Recogniser], half: int) -> dict[str, object]:
    """Precision and recall over one half, and how many of its unrelated sentences raised a false alarm."""
    chosen = [example for example in given if example.half == half]
    found = [recognised(example.text, recognisers) for example in chosen]
    right = sum(len(got & example.makes) for got, example in zip(found, chosen, strict=True))
    false = sum(len(got - example.makes - example.may_make) for got, example in zip(found, chosen, strict=True))
    missed = sum(len(example.makes - got) for got, example in zip(found, chosen, strict=True))
    alarms = sum(bool(got) for got, example in zip(found, chosen, strict=True) if not example.related)
    return {
        "half": HALVES[half],
        "sentences": len(chosen),
        "unrelated": sum(not example.related for example in chosen),
        "right": right,
        "false": false,
        "missed": missed,
        "precision": right / (right + false),
        "recall": right / (right + missed),
        "unrelated_with_false_alarm": alarms,
        "sentences_sha256": digest(chosen),
    }


def digest(chosen: list[Example]) -> str:
    """A fingerprint of one half, so that a change of it shows in the results."""
    lines = (f"{example.text}|{sorted(example.makes)}|{sorted(example.may_make)}" for example in chosen)
    return sha256("\n".join(lines).encode()).hexdigest()[:12]


def speed(claims: Claims) -> dict[str, object]:
    """CPU seconds to check an article of many sentences: the example articles over and over."""
    knowledge = load()
    article = "\n\n".join(path.read_text(encoding="utf-8") for path in sorted(ARTICLES.glob("*.txt")))
    long = "\n\n".join([article] * (MANY // len(sentences(article)) + 1))
    start = process_time()
    report = check_text(long, claims, knowledge)
    return {"sentences": report.sentences, "claims": len(report.claims), "seconds": process_time() - start}


def main() -> None:
    """Measure, write the table, and with --misses list what went wrong in the half that may be looked at."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--misses", action="store_true", help="list the misses of the half that may be looked at")
    options = parser.parse_args()
    claims = load_claims(load())
    recognisers = [Recogniser(subject, claims.language) for subject in claims.subjects]
    given = list(examples(tomllib.loads(SENTENCES.read_text(encoding="utf-8"))))
    if options.misses:
        for example in (example for example in given if example.half == 0):
            got = recognised(example.text, recognisers)
            if example.makes - got or got - example.makes - example.may_make:
                print(f"{example.text}\n    expected {sorted(example.makes)}, recognised {sorted(got)}")
        return
    rows = [score(given, recognisers, half) for half in (0, 1)]
    timed = speed(claims)
    write("claims", [{**row, "cpu_seconds_for_10000": round(timed["seconds"] * MANY / timed["sentences"], 2)} for row in rows])
    show(
        rows, ["half", "sentences", "unrelated", "right", "false", "missed", "precision", "recall", "unrelated_with_false_alarm"]
    )
    print(f"{timed['sentences']:,} sentences with {timed['claims']:,} claims in {timed['seconds']:.1f} s")


if __name__ == "__main__":
    main()
