"""Modules and functions stay small enough to read."""

import ast
from typing import Any

MODULE_LIMIT = 400
FUNCTION_LIMIT = 60
LONG_FUNCTION = 50
LONG_SHARE = 0.04


def function_lengths(tree: ast.AST) -> dict[str, int]:
    """Lines from `def` to the last line of the body, by name and first line."""
    return {
        f"{node.name}:{node.lineno}": (node.end_lineno or node.lineno) - node.lineno + 1
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def over(lengths: dict[str, int], limit: int) -> dict[str, int]:
    return {name: length for name, length in lengths.items() if length > limit}


def test_no_module_is_too_long(sources: list[Any]) -> None:
    assert over({str(source.path): len(source.text.splitlines()) for source in sources}, MODULE_LIMIT) == {}


def test_no_function_is_too_long_and_few_are_long(sources: list[Any]) -> None:
    lengths = {f"{s.path}:{name}": n for s in sources for name, n in function_lengths(s.tree).items()}
    assert over(lengths, FUNCTION_LIMIT) == {}
    long = over(lengths, LONG_FUNCTION)
    assert len(long) <= LONG_SHARE * len(lengths), long


def test_a_long_function_is_caught() -> None:
    tree = ast.parse("def short():\n    pass\n\nclass C:\n    def long(self):\n" + "        pass\n" * 60)
    assert over(function_lengths(tree), FUNCTION_LIMIT) == {"long:5": 61}
