"""Photographs: kept without what the camera wrote, by place, beside one another; never scored."""

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from steelyard.journal.models import Picture
from steelyard.records.model import Photo


def picture(colour: str = "red", size: tuple[int, int] = (640, 480), kind: str = "JPEG") -> SimpleUploadedFile:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "A camera that tells"
    Image.new("RGB", size, colour).save(out, kind, exif=exif)
    return SimpleUploadedFile("IMG_1234 at home.jpg", out.getvalue())


def images(page: Any) -> list[str]:
    return re.findall(r'src="(/photos/[^"?]+)', page.content.decode())


def test_a_photo_is_kept_with_place_and_time_and_shown(berlin: Any, kept: Any) -> None:
    assert berlin.post("/photos/new", {"site": "parting", "file": picture(), "note": "dry"}).headers["Location"] == "/photos"
    (photo,) = kept(Photo)
    assert (photo.site, photo.note, photo.time.isoformat()) == ("parting", "dry", "2026-03-02T13:30:15+01:00")
    page = berlin.get("/photos")
    (address,) = images(page)
    answer = berlin.get(address)
    assert answer.headers["Content-Type"] == "image/jpeg" and answer.headers["Cache-Control"] == "no-store"
    shown = Image.open(io.BytesIO(answer.content))
    assert shown.size == (640, 480) and not shown.getexif()
    assert b"camera" not in answer.content and b"IMG_1234" not in page.content


def test_small_is_smaller(berlin: Any) -> None:
    berlin.post("/photos/new", {"site": "parting", "photo": picture()})
    (address,) = images(berlin.get("/photos"))
    assert Image.open(io.BytesIO(berlin.get(f"{address}?small").content)).size == (320, 240)


@pytest.mark.parametrize(
    "file",
    [None, SimpleUploadedFile("x.jpg", b"no picture"), SimpleUploadedFile("x.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>")],
)
def test_what_is_no_photo_is_not_kept_and_said(berlin: Any, kept: Any, file: Any) -> None:
    page = berlin.post("/photos/new", {"site": "parting", **({"file": file} if file else {})})
    assert page.status_code == 422 and b'id="wrong-photo"' in page.content
    assert kept(Photo) == [] and Picture.objects.count() == 0


def test_without_a_place_nothing_is_kept_the_image_neither(berlin: Any, kept: Any) -> None:
    page = berlin.post("/photos/new", {"file": picture()})
    assert page.status_code == 422 and b'id="wrong-site"' in page.content
    assert kept(Photo) == [] and Picture.objects.count() == 0


def test_the_last_photo_of_a_place_waits_to_be_laid_over_the_next(berlin: Any, clock: Any) -> None:
    berlin.post("/photos/new", {"site": "parting", "file": picture("red"), "time": "2026-01-01T10:00"})
    berlin.post("/photos/new", {"site": "parting", "file": picture("blue"), "time": "2026-02-01T10:00"})
    berlin.post("/photos/new", {"site_own": "left temple", "file": picture("green"), "time": "2026-03-01T10:00"})
    page = berlin.get("/photos/new").content.decode()
    lasts = dict(re.findall(r'value="([^"]+)" data-last="([^"]+)"', page))
    assert set(lasts) == {"left temple", "parting"}
    red, _, blue = Image.open(io.BytesIO(berlin.get(lasts["parting"]).content)).getpixel((5, 5))
    assert blue > 200 > red


def test_two_dates_beside_one_another(berlin: Any, kept: Any) -> None:
    for month in ("01", "02", "03"):
        berlin.post("/photos/new", {"site": "parting", "file": picture(), "time": f"2026-{month}-01T10:00"})
    page = berlin.get("/photos").content.decode()
    (link,) = re.findall(r'href="(/photos/beside[^"]+)"', page)
    assert "parting" not in link, "the place stands in no address"
    shown = berlin.get(link.replace("&amp;", "&")).content.decode()
    assert re.findall(r"<figcaption>(.*?)</figcaption>", shown) == ["1 January 2026, 10:00", "1 March 2026, 10:00"]
    assert shown.count("<option") == 6


def test_two_photos_that_are_not_there_are_not_found(berlin: Any) -> None:
    assert berlin.get("/photos/beside").status_code == 404
    assert berlin.get("/photos/nothing.jpg").status_code == 404


def test_the_day_is_that_of_the_place_not_of_utc(berlin: Any) -> None:
    berlin.post("/photos/new", {"site": "parting", "file": picture(), "time": "2026-03-01T00:30"})
    assert "1 March 2026" in berlin.get("/photos").content.decode()


def test_a_photo_is_undone_and_left_out_like_any_entry(berlin: Any, clock: Any, kept: Any) -> None:
    berlin.post("/photos/new", {"site": "parting", "file": picture()})
    id = kept(Photo)[0].id
    assert images(berlin.get(f"/entry/{id}")) != []
    clock.later(**{"minutes": timedelta(minutes=1) / timedelta(minutes=1)})
    berlin.post(
        "/undo",
        {"id": berlin.session["saved"]["ids"], "to": "photos"} if "saved" in berlin.session else {"id": id, "to": "photos"},
    )
    assert images(berlin.get("/photos")) == []
