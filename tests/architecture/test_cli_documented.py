"""docs/reference/cli.md has every command and option of the command line, and no other."""

import argparse
import re
from pathlib import Path

import pytest

from steelyard.cli.main import parser


def commands(top: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """The subcommands by name."""
    found: dict[str, argparse.ArgumentParser] = {}
    for action in top._actions:
        if isinstance(action, argparse._SubParsersAction):
            found |= action.choices
    return found


def options(command: argparse.ArgumentParser) -> set[str]:
    """Long options, `--help` and the short spellings left out."""
    return {text for action in command._actions for text in action.option_strings if text.startswith("--")} - {"--help"}


def documented(page: str) -> dict[str, set[str]]:
    """Command -> long options named in its section."""
    sections = re.split(r"^## steelyard (\w+)$", page, flags=re.MULTILINE)[1:]
    return {name: set(re.findall(r"`(--[a-z][a-z-]*)", body)) for name, body in zip(sections[::2], sections[1::2], strict=True)}


@pytest.fixture(scope="module")
def page(root: Path) -> dict[str, set[str]]:
    return documented((root / "docs/reference/cli.md").read_text(encoding="utf-8"))


def test_every_command_is_documented_and_every_documented_command_exists(page: dict[str, set[str]]) -> None:
    assert set(page) == set(commands(parser()))


def test_every_option_is_documented_and_every_documented_option_exists(page: dict[str, set[str]]) -> None:
    assert page == {name: options(command) for name, command in commands(parser()).items()}


def test_every_option_and_argument_explains_itself() -> None:
    silent = [
        f"{name} {action.dest}"
        for name, command in commands(parser()).items()
        for action in command._actions
        if not action.help or action.help == argparse.SUPPRESS
    ]
    assert silent == []


def test_an_undocumented_option_is_noticed() -> None:
    top = argparse.ArgumentParser()
    top.add_subparsers().add_parser("weigh").add_argument("--loud", "-l")
    assert {name: options(command) for name, command in commands(top).items()} == {"weigh": {"--loud"}}
    assert documented("## steelyard weigh\n\n`--out PATH`: where.\n\n## Exit status\n") == {"weigh": {"--out"}}
