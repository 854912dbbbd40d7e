"""Photographs: made small, without what the camera wrote into them; never scored.

A file that says it is an image and is none, or that would grow beyond reason when it is unpacked, is refused before it is unpacked.
"""

import io
import re
import struct
from collections.abc import Iterator
from datetime import datetime
from uuid import uuid4

from PIL import Image, ImageOps, UnidentifiedImageError

from .models import Picture

LARGEST_BYTES = 15_000_000
LARGEST_PIXELS = 60_000_000
SIDE, SMALL_SIDE = 2000, 320
KINDS = ("JPEG", "PNG", "WEBP")
# What the library says of files that are damaged, or made to do damage.
BROKEN = (
    *(UnidentifiedImageError, OSError, EOFError, SyntaxError, ValueError, KeyError, TypeError, struct.error),
    *(Image.DecompressionBombError, Image.DecompressionBombWarning),
)
NAME = re.compile(r"[0-9a-f-]{36}\.jpg", re.ASCII)


class NotAPhotoError(ValueError):
    """The file cannot be kept as a photograph; the message says why, and nothing about what it shows."""


def keep(content: bytes, now: datetime) -> str:
    """Keep a photograph and return the name to put into its `photo` record; refuses with NotAPhotoError."""
    image = opened(content)
    name = f"{uuid4()}.jpg"
    Picture.objects.create(file=name, image=_jpeg(image, SIDE), small=_jpeg(image, SMALL_SIDE), written=now)
    return name


def read(name: str, small: bool = False) -> bytes | None:
    """The JPEG kept under a name, or None."""
    row = Picture.objects.filter(file=name).only("small" if small else "image").first()
    return None if row is None else bytes(row.small if small else row.image)


def everything() -> Iterator[tuple[str, bytes]]:
    """All photographs by name, one after the other."""
    for name, image in Picture.objects.order_by("file").values_list("file", "image").iterator(chunk_size=20):
        yield name, bytes(image)


def put_back(name: str, content: bytes, now: datetime) -> bool:
    """Keep a photograph from a backup under its old name, unless there is one; False when it is no photograph of ours."""
    if not NAME.fullmatch(name):
        return False
    try:
        image = opened(content)
    except NotAPhotoError:
        return False
    bare = content.startswith(b"\xff\xd8") and not Image.open(io.BytesIO(content)).getexif()
    kept = {"image": content if bare else _jpeg(image, SIDE), "small": _jpeg(image, SMALL_SIDE), "written": now}
    Picture.objects.get_or_create(file=name, defaults=kept)
    return True


def opened(content: bytes) -> Image.Image:
    """The picture alone, upright: position, camera and date stay behind. Refuses with NotAPhotoError."""
    if len(content) > LARGEST_BYTES:
        raise NotAPhotoError(f"larger than {LARGEST_BYTES // 1_000_000} MB")
    try:
        image = Image.open(io.BytesIO(content), formats=KINDS)
        if image.width * image.height > LARGEST_PIXELS:
            raise NotAPhotoError(f"more than {LARGEST_PIXELS // 1_000_000} million points")
        image.draft("RGB", (SIDE, SIDE))  # a large JPEG is made smaller while it is unpacked, not afterwards
        upright = ImageOps.exif_transpose(image).convert("RGB")
    except NotAPhotoError:
        raise
    except BROKEN as error:
        raise NotAPhotoError("not a JPEG, PNG or WebP picture that can be read") from error
    bare = Image.new("RGB", upright.size)
    bare.paste(upright)
    return bare


def _jpeg(image: Image.Image, side: int) -> bytes:
    smaller = image.copy()
    smaller.thumbnail((side, side))
    out = io.BytesIO()
    smaller.save(out, "JPEG", quality=85)
    return out.getvalue()
