"""The page that asks what the columns of a table, or the trackers of an app, mean."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any, NamedTuple

from django.http import HttpRequest
from django.utils.translation import gettext as _

from steelyard.actions import diary, forms, keep, meanings
from steelyard.actions.fields import THERAPIES, UNITS

from . import words


class File(NamedTuple):
    """A file that was handed over, now or with the question before."""

    content: bytes
    name: str


def file(request: HttpRequest) -> File | None:
    """The file of a request; `None` where there is none."""
    given = request.FILES.get("file")
    if given is not None:
        return File(given.read(), given.name or "")
    try:
        content = base64.b64decode(request.POST.get("content", ""), validate=True)
    except binascii.Error:
        return None
    return File(content, request.POST.get("name", "")) if content else None


def open_questions(asked: meanings.Question, told: Mapping[str, str]) -> bool:
    """Whether something of this was not answered yet."""
    return ("person" not in told if asked.people else False) or ("answered" not in told if asked.columns else False)


def page(
    given: File, asked: meanings.Question, told: Mapping[str, str], faults: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """What the page shows; what was typed before stays."""
    scales = [(f"scale:{one}", words.name(one)) for one in forms.scales()]
    return {
        "content": base64.b64encode(given.content).decode(),
        "name": given.name,
        "asked": asked,
        "person": told.get("person"),
        "people": [(one, one or _("entries without a name")) for one in ("", *asked.people)] if asked.people else [],
        "columns": [
            _column(index, column, told, faults or {}, scales, table=not asked.form) for index, column in enumerate(asked.columns)
        ],
        "units": [(unit, words.name(unit)) for unit in UNITS],
        "therapies": [(one, words.name(one)) for one in THERAPIES],
        "faults": {field: words.fault(code) for field, code in (faults or {}).items()},
        "clock": told.get("clock", ""),
        "zone": diary.home(),
    }


def too_large() -> str:
    """Said of a file about which something would have to be asked."""
    return _("This file is too large to be asked about here. The command steelyard import can read it, with a mapping file.")


def _column(
    index: int, column: Any, told: Mapping[str, str], faults: Mapping[str, str], scales: list[tuple[str, str]], table: bool
) -> dict[str, Any]:
    guess = f"scale:{column.detail}" if column.guess == "scale" else column.guess
    chosen = told.get(f"meaning-{index}", guess)
    offered = [("", _("nothing: leave it out") if table else _("nothing that is known here"))]
    if table:
        offered += [("time", _("when it was")), ("clock", _("the time of day"))]
    offered += [
        ("dose", _("how much was taken")),
        ("session", _("minutes of a therapy")),
        ("context", _("something that happened")),
    ]
    offered += [(code, _("rating: %(scale)s") % {"scale": said}) for code, said in scales]
    fault = faults.get(f"meaning-{index}")
    return {
        "index": index,
        "name": column.name,
        "samples": column.samples,
        "choices": [(code, said, code == chosen) for code, said in offered],
        "substance": told.get(f"substance-{index}", keep.preference("usual_substance")),
        "unit": told.get(f"unit-{index}", column.detail if column.guess == "dose" else "g"),
        "therapy": told.get(f"therapy-{index}", ""),
        "fault": words.fault(fault) if fault else "",
        "open": bool(fault) or chosen in ("dose", "session"),
    }
