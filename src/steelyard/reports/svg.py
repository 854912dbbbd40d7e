"""A chart specification drawn as an inline SVG that stands on its own."""

import re
from itertools import count

from markupsafe import Markup, escape

from steelyard.reports.marks import Spec

GEOMETRY = re.compile(r'(?<= )(d|transform)="([^"]*)"')
LONG_NUMBER = re.compile(r"-?\d+\.\d{2,}")
MARKUP_FOR_MACHINES = re.compile(r' (?:aria-\w+|role|pointer-events)="[^"]*"')
OWN_ID = re.compile(r'(?<=id=")clip\d+|(?<=url\(#)clip\d+')


def svg(spec: Spec, prefix: str, described: str) -> Markup:
    """Return a chart as one `<svg>` element.

    `prefix` keeps its inner ids apart from other charts on the page; `described` says what the chart shows to those who
    cannot see it. The drawing carries one role and one label instead of one for each mark.
    """
    import vl_convert  # noqa: PLC0415  (half a second and 80 MB: only for those who ask for a page)

    drawn = MARKUP_FOR_MACHINES.sub("", vl_convert.vegalite_to_svg(spec))
    drawn = GEOMETRY.sub(lambda found: f'{found[1]}="{LONG_NUMBER.sub(_short, found[2])}"', drawn)
    drawn = _renamed(drawn, prefix)
    return Markup(drawn.replace("<svg ", f'<svg role="img" aria-label="{escape(described)}" ', 1))


def _short(number: re.Match[str]) -> str:
    return f"{float(number[0]):.1f}".removesuffix(".0")


def _renamed(drawn: str, prefix: str) -> str:
    # The renderer numbers its ids through the life of the process; the page must not depend on what was drawn before.
    names: dict[str, str] = {}
    numbers = count(1)
    return OWN_ID.sub(lambda found: names.setdefault(found[0], f"{prefix}-{next(numbers)}"), drawn)
