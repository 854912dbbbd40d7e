"""No sentence the program can say advises a dose, praises a product, makes a diagnosis or urges anybody to stop."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from steelyard.findings.model import JournalSummary, Report, Weighing
from steelyard.reports.html import html
from steelyard.reports.text import text as terminal

FORBIDDEN = [
    r"\b(you (should|must|need to|ought to|could|can)|please|try to|we (recommend|advise|suggest)( that)?( you)?)( \w+)? "
    r"(take|taking|increase|increasing|raise|lower|reduce|double|halve|skip|switch|stop|quit)\b",
    r"\b(increase|raise|lower|reduce|double|halve) (your|the) (daily )?(dose|dosage|amount|intake)\b",
    r"\b(recommended|ideal|optimal|best|safe|correct|right) (\w+ )?(dose|dosage|amount)\b",
    r"\b(stop|quit) (taking|using)\b|\bstop (it )?(now|at once|immediately|today)\b",
    r"\b(cures?|miracle|wonder drug|safe and effective|completely safe|100 ?% safe|natural remedy)\b",
    r"\byou (have|suffer from|are) (an? )?(addict\w*|dependent|depression|disorder|disease)\b",
    r"\b(buy|order|shop|vendor discount|coupon)\b.{0,20}\b(kratom|product|here|now)\b",
]
DENIED = re.compile(r"\b(no|not|never|nor|nobody|without|cannot|neither)\b|n't\b", re.IGNORECASE)


def sentences(text: str) -> list[str]:
    return [" ".join(part.split()) for part in re.split(r"(?<=[.!?:;])\s+", text) if part.strip()]


def advice(text: str) -> list[str]:
    """Sentences that match a forbidden phrase and do not deny it ("never stop suddenly" is allowed)."""
    return [s for s in sentences(text) if any(re.search(p, s, re.IGNORECASE) for p in FORBIDDEN) and not DENIED.search(s)]


def spoken(tree: ast.AST) -> Iterator[str]:
    """String constants of a module that are not docstrings."""
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.value


def test_no_text_in_the_code_advises(sources: list[Any]) -> None:
    assert {str(s.path): found for s in sources for text in spoken(s.tree) if (found := advice(text))} == {}


def test_no_template_or_fact_advises(root: Path) -> None:
    files = [p for p in (root / "src/steelyard").rglob("*") if p.suffix in {".toml", ".html", ".txt", ".j2", ".md"}]
    assert {str(p.relative_to(root)): found for p in files if (found := advice(p.read_text(encoding="utf-8")))} == {}


@pytest.mark.parametrize("render", [terminal, html])
def test_every_answer_says_not_to_stop_abruptly_and_that_it_advises_no_dose(render: Callable[[Weighing], str]) -> None:
    empty = Weighing(Report(1, "0", "0", 0, JournalSummary("", None, None, 0, 0, ()), (), ()))
    said = " ".join(render(empty).split())
    assert "Do not stop or cut down abruptly" in said
    assert "advises no dose" in said


@pytest.mark.parametrize(
    "text",
    [
        "You should take 3 g in the morning.",
        "We recommend that you increase it slowly.",
        "Lower your dose.",
        "The optimal dose is 4 g.",
        "Stop taking it.",
        "A natural remedy for pain.",
        "You are dependent on it.",
        "It helps. You could halve it.",
    ],
)
def test_advice_is_caught(text: str) -> None:
    assert len(advice(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "This is not a recommended dose.",
        "Never stop taking it suddenly: ask a clinician first.",
        "Relief is greatest 1.5 h after a dose of 3 g, your usual amount.",
        "Keep writing down ratings at set times.",
    ],
)
def test_an_honest_sentence_passes(text: str) -> None:
    assert advice(text) == []
