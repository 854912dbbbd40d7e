"""Zips from strangers: bombs, damage, names that lead elsewhere."""

import io
import struct
import zipfile
from typing import Any

import pytest

from steelyard.exchange import archive
from steelyard.exchange.archive import Archive, Member, listed, unpack
from steelyard.records.model import Problem

from .importing import zipped


def opened(content: bytes) -> Archive:
    found = unpack(io.BytesIO(content))
    assert isinstance(found, Archive)
    return found


def member(content: bytes, name: str = "a") -> Member:
    found = opened(content).open(name)
    assert isinstance(found, Member)
    return found


def refused(found: Any) -> str:
    assert isinstance(found, Problem)
    return found.code


def test_members_are_read_line_by_line_or_in_blocks() -> None:
    content = zipped({"a": b"one\ntwo\n"})
    found = member(content)
    assert [found.readline(), found.readline(2), found.read(10), found.readline()] == [b"one\n", b"tw", b"o\n", b""]
    assert list(found.problems()) == []


def test_names_are_listed_and_the_stream_left_at_its_start() -> None:
    stream = io.BytesIO(zipped({"a": b"1", "../b": b"2", "folder/": b""}))
    assert listed(stream) == ("a", "../b")
    assert stream.tell() == 0
    assert listed(io.BytesIO(b"PK\x03\x04 no zip")) == ()


def test_a_bomb_is_not_unpacked() -> None:
    assert refused(opened(zipped({"a": bytes(20 << 20)})).open("a")) == "zip.bomb"


def test_a_file_that_packs_well_and_is_small_is_no_bomb() -> None:
    assert len(member(zipped({"a": bytes(1 << 20)})).read()) == 1 << 20


def test_a_size_that_is_not_true_does_not_unpack_to_more() -> None:
    """The directory says 100 bytes where there are 20 MiB."""
    content = zipped({"a": bytes(20 << 20)})
    lying = content.replace(struct.pack("<I", 20 << 20), struct.pack("<I", 100))
    found = member(lying)
    assert len(found.read()) <= 100
    found.read()
    assert len(found.read()) == 0


def test_too_many_members_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MOST_MEMBERS", 2)
    assert refused(unpack(io.BytesIO(zipped({"a": b"", "b": b"", "c": b""})))) == "zip.bomb"


def test_damage_ends_a_member_early_and_is_told() -> None:
    text = bytes(range(256)) * 64
    content = bytearray(zipped({"a": text}))
    content[60:80] = b"\xff" * 20
    found = member(bytes(content))
    assert len(found.read()) < len(text)
    assert [problem.code for problem in found.problems()] == ["zip.damaged"]
    assert found.read() == found.readline() == b""


def test_what_is_encrypted_or_packed_unusually_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_LZMA) as held:
        held.writestr("a", b"x")
    assert refused(opened(out.getvalue()).open("a")) == "zip.method"
    plain = bytearray(zipped({"a": b"x"}))
    plain[plain.index(b"PK\x01\x02") + 8] |= 1
    assert refused(opened(bytes(plain)).open("a")) == "zip.encrypted"


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"not a zip", zipped({"a": b"x"})[:-30]])
def test_what_is_no_zip_is_said(content: bytes) -> None:
    assert refused(unpack(io.BytesIO(content))) == "zip.unreadable"


def test_a_member_that_is_not_there_is_said() -> None:
    assert refused(opened(zipped({"a": b"x"})).open("b")) == "zip.unreadable"
