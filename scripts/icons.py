"""Draw the icons of the installed app: a steelyard, that is a beam with a short and a long arm. It says nothing about what it weighs.

.venv/bin/python scripts/icons.py
"""

from pathlib import Path

from PIL import Image, ImageDraw

PLACE = Path(__file__).resolve().parent.parent / "src/steelyard/web/static/icons"
GROUND, LINE = "#0b5f59", "#ffffff"
FINE = 4  # drawn so many times larger, so that edges come out smooth


def icon(side: int, inset: float) -> Image.Image:
    """The icon, `side` pixels wide; `inset`: the share of the side that is left empty around the drawing."""
    whole = side * FINE
    image = Image.new("RGB", (whole, whole), GROUND)
    pen = ImageDraw.Draw(image)

    def at(x: float, y: float) -> tuple[float, float]:
        return whole * (inset + x * (1 - 2 * inset)), whole * (inset + y * (1 - 2 * inset))

    def line(*ends: tuple[float, float], wide: float = 0.06) -> None:
        pen.line([at(*end) for end in ends], LINE, width=round(whole * (1 - 2 * inset) * wide), joint="curve")

    def disc(x: float, y: float, radius: float) -> None:
        pen.ellipse((*at(x - radius, y - radius), *at(x + radius, y + radius)), LINE)

    line((0.05, 0.38), (0.95, 0.38))
    line((0.32, 0.12), (0.32, 0.38))
    line((0.12, 0.38), (0.12, 0.62), wide=0.03)
    disc(0.12, 0.72, 0.12)
    line((0.74, 0.38), (0.74, 0.52), wide=0.03)
    disc(0.74, 0.58, 0.07)
    disc(0.32, 0.12, 0.06)
    return image.resize((side, side), Image.Resampling.LANCZOS)


if __name__ == "__main__":
    PLACE.mkdir(exist_ok=True)
    for name, side, inset in (("192", 192, 0.14), ("512", 512, 0.14), ("maskable", 512, 0.24), ("180", 180, 0.14)):
        icon(side, inset).quantize(32).save(PLACE / f"{name}.png", optimize=True)
