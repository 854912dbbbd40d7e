"""Photographs of a body site, to be looked at beside one another; nothing measures or scores them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from steelyard.journal import photos, store
from steelyard.journal.photos import NotAPhotoError
from steelyard.records.model import Photo

from . import diary, forms

__all__ = ["SITES", "NotAPhotoError", "Shot", "add", "image", "shots", "sites"]

SITES = ("parting", "hairline", "scalp", "face", "neck", "hand", "forearm", "skin")


@dataclass(frozen=True)
class Shot:
    """One photograph: the id of its entry, the name of its image, where and when it was taken."""

    id: str
    file: str
    site: str
    time: datetime
    note: str | None


def shots() -> list[Shot]:
    """All photographs, latest first."""
    kept = [(one.id, one.record) for one in store.of(Photo)]
    taken = [Shot(id, r.file, r.site, r.time, r.note) for id, r in kept if isinstance(r, Photo)]
    return sorted(taken, key=lambda shot: shot.time, reverse=True)


def sites() -> dict[str, Shot | None]:
    """Every site there is to choose, those photographed first, with its latest photograph."""
    found: dict[str, Shot | None] = {}
    for shot in shots():
        found.setdefault(shot.site, shot)
    return found | {site: None for site in SITES if site not in found}


def add(content: bytes, told: Mapping[str, str], now: datetime) -> str:
    """Keep a photograph and return the id of its entry; refuses with BadInputError, or NotAPhotoError.

    Args:
        content: the file; told: `site` or `site_own`, `note`, `ago` or `time`; now: the present.
    """
    site = told.get("site_own", "").strip() or told.get("site", "").strip() or None
    fields: dict[str, Any] = {"record": "photo", "site": site, "note": told.get("note", "").strip() or None}
    fields["time"] = forms.moment(told, now, diary.zone())
    forms.checked({**fields, "file": "not kept yet"}, now)  # before any work is put into the image
    with transaction.atomic():
        record, _ = forms.checked({**fields, "file": photos.keep(content, now)}, now)
        return store.put([record], now)[0]


def image(file: str, small: bool) -> bytes | None:
    """The JPEG of that name, or None."""
    return photos.read(file, small)
