"""Foreign files as the program reads them: invented exports from the folder beside this file, and small ones made in a test."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from steelyard.exchange.foreign import LeftOut, Told
from steelyard.exchange.mapping import DoseColumn, SessionColumn
from steelyard.exchange.mapping import Mapping as Meaning
from steelyard.records.model import Journal, Problem, Scale
from steelyard.records.validate import validate

INVENTED = Path(__file__).parent / "invented"
PAIN = Scale(id="pain", family="bounded", low=0, high=10, worse_is_up=True)
SCALES = {"pain": PAIN}
BERLIN = Meaning(zone="Europe/Berlin")
__all__ = ["BERLIN", "INVENTED", "SCALES", "DoseColumn", "Meaning", "SessionColumn", "Told", "brought", "codes", "left", "zipped"]


def brought(form: ModuleType, content: bytes | str, meaning: Meaning = BERLIN) -> tuple[Journal, list[Problem], list[LeftOut]]:
    """The journal of a file, the problems met, and what was left out; `content` may be the name of an invented export."""
    held = (INVENTED / content).read_bytes() if isinstance(content, str) else content
    rows: list[Any] = list(form.read(io.BytesIO(held), Told(meaning, SCALES)))
    journal, problems = validate([row for row in rows if not isinstance(row, LeftOut)], SCALES, None)
    return journal, problems, [row for row in rows if isinstance(row, LeftOut)]


def codes(problems: list[Problem]) -> list[tuple[int, str]]:
    """Line and code of each problem, without those that only say which zone was assumed."""
    quiet = ("time.zone_assumed", "time.missing_offset", "time.zone_change", "line.bom", "name.assumed")
    return [(problem.line, problem.code) for problem in problems if problem.code not in quiet]


def left(found: list[LeftOut]) -> dict[str, int]:
    """How many entries were left out, by what they are."""
    counts: dict[str, int] = {}
    for one in found:
        counts[one.what] = counts.get(one.what, 0) + one.count
    return counts


def zipped(members: Mapping[str, bytes]) -> bytes:
    """A zip of these members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def zipped_folder(folder: str) -> bytes:
    """A zip of an invented folder."""
    top = INVENTED / folder
    return zipped({path.relative_to(top).as_posix(): path.read_bytes() for path in sorted(top.rglob("*.csv"))})
