"""What tests may ask of the machine, and an honest list of the tests that could not run on it."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # many small systems: more threads only wait for one another

import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

settings.register_profile("here", parent=settings(), deadline=None)  # a busy machine is no fault of what is tested
settings.load_profile("here")

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def root() -> Path:
    """The top of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data sets beside the repository; the test is skipped where it is absent."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("../shared is absent: it holds data sets by other people, which this repository does not carry")
    return folder


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A running Chromium (a playwright `Browser`); the test is skipped where none is installed."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("Chromium is not installed")
    from playwright._impl._driver import compute_driver_executable
    from playwright.sync_api import sync_playwright

    driver = compute_driver_executable()[0]
    if subprocess.run([driver, "--version"], capture_output=True, check=False).returncode != 0:
        pytest.skip("the browser driver does not start (on Debian it needs the package libatomic1)")
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield chromium
        chromium.close()


def reason_of(report: Any) -> str:
    """Why a test was skipped, in its own words."""
    text = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return text.removeprefix("Skipped: ")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Name every skipped test under its reason, so that nobody believes it ran."""
    by_reason: dict[str, set[str]] = defaultdict(set)
    for report in terminalreporter.stats.get("skipped", []):
        by_reason[reason_of(report)].add(report.nodeid)
    if by_reason:
        terminalreporter.section("not run on this machine")
    for reason in sorted(by_reason):
        terminalreporter.write_line(reason)
        for test in sorted(by_reason[reason]):
            terminalreporter.write_line(f"    {test}")
