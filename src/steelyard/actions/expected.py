"""The file that says what other people's diaries lead to expect of one more person: written from a pooled answer, read by `weigh --prior`."""

from math import isfinite
from pathlib import Path

import msgspec

from steelyard.findings.model import Expected
from steelyard.findings.pooled import PooledReport, expectation
from steelyard.reports.json import to_json

FORMAT = 1


class UnusableExpectation(Exception):
    """Why what is expected cannot be written or read, in plain words."""


def expected_of(report: PooledReport) -> bytes:
    """What to expect of one more person, as the file that `weigh --prior` reads.

    Refuses with UnusableExpectation unless one substance and one outcome are left, and could be pooled.
    """
    found = [one for question in report.questions if (one := expectation(question)) is not None]
    if len(found) != 1:
        raise UnusableExpectation(
            f"expected one substance and one outcome to be left, found {len(found)}; choose with --substance and --outcome"
        )
    return to_json(found[0]).encode()


def read_expected(path: str) -> Expected:
    """What to expect, from a file that `expected_of` made; refuses with UnusableExpectation."""
    try:
        found = msgspec.json.decode(Path(path).read_bytes(), type=Expected)
    except OSError as error:
        raise UnusableExpectation(f"the file cannot be read ({error.strerror})") from None
    except msgspec.MsgspecError as error:
        raise UnusableExpectation(f"the file is not what `steelyard pool --prior-out` writes: {error}") from None
    if found.format != FORMAT:
        raise UnusableExpectation(f"expected format {FORMAT}, found {found.format}")
    if not (found.sd > 0 and isfinite(found.mean) and isfinite(found.sd)):
        raise UnusableExpectation("expected a finite mean and a spread above 0")
    return found
