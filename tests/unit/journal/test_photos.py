"""A photograph is kept as a picture and nothing else; what would do harm is refused before it is unpacked."""

import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from steelyard.journal.photos import LARGEST_BYTES, LARGEST_PIXELS, SIDE, NotAPhotoError, opened

ORIENTATION, MAKER, GPS = 0x0112, 0x010F, 0x8825


def encoded(image: Image.Image, kind: str = "JPEG", **more: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **more)
    return out.getvalue()


def png_of(width: int, height: int) -> bytes:
    """A PNG that says it has that size and holds next to nothing."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_position_camera_and_comment_stay_behind(kind: str) -> None:
    exif = Image.Exif()
    exif[MAKER] = "A camera that tells"
    exif.get_ifd(GPS)[1] = "N"
    content = encoded(Image.new("RGB", (40, 30), "red"), kind, exif=exif)
    assert b"A camera that tells" in content, "or this test shows nothing"
    bare = opened(content)
    assert (bare.info, dict(bare.getexif())) == ({}, {})
    assert b"A camera that tells" not in encoded(bare)


def test_a_photo_that_lies_on_its_side_is_set_upright() -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    assert opened(encoded(Image.new("RGB", (40, 30), "red"), exif=exif)).size == (30, 40)


def test_a_large_photo_is_not_unpacked_in_full() -> None:
    large = opened(encoded(Image.new("RGB", (6000, 4000), "red")))
    assert SIDE <= large.width < 6000


@pytest.mark.parametrize("content", [png_of(20_000, 20_000), png_of(LARGEST_PIXELS, 2), png_of(9000, 9000)])
def test_a_picture_that_grows_beyond_reason_is_refused(content: bytes) -> None:
    with pytest.raises(NotAPhotoError):
        opened(content)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no picture at all",
        b"\xff\xd8\xff\xe0 then nothing",
        b"GIF89a" + bytes(50),
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"%PDF-1.7",
        png_of(0, 0),
    ],
)
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(NotAPhotoError):
        opened(content)


def test_a_picture_in_a_format_that_is_not_expected_is_refused() -> None:
    for kind in ("GIF", "BMP", "TIFF"):
        with pytest.raises(NotAPhotoError):
            opened(encoded(Image.new("RGB", (10, 10)), kind))


def test_a_file_that_is_too_large_is_refused_unread() -> None:
    with pytest.raises(NotAPhotoError, match="15 MB"):
        opened(bytes(LARGEST_BYTES + 1))


def test_a_picture_that_was_cut_off_is_refused() -> None:
    whole = encoded(Image.effect_noise((400, 300), 90).convert("RGB"))
    with pytest.raises(NotAPhotoError):
        opened(whole[: len(whole) // 2])


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.filterwarnings("ignore:Corrupt EXIF data", "ignore:Tag data larger than file")
def test_damage_anywhere_is_refused_or_survived(kind: str, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    whole = encoded(Image.effect_noise((60, 40), 90).convert("RGB"), kind, exif=exif)
    for at in range(0, len(whole), max(1, len(whole) // 150)):
        broken = whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :]
        try:
            assert max(opened(broken).size) <= 100_000
        except NotAPhotoError:
            continue


def test_the_refusal_says_nothing_of_what_it_was_given() -> None:
    with pytest.raises(NotAPhotoError) as refused:
        opened(b"my secret rash")
    assert "rash" not in str(refused.value)
