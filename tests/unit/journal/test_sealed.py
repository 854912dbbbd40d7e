"""What a browser seals, the store opens; anybody else, and a changed entry, is refused."""

import base64
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from steelyard.journal import sealed, store
from steelyard.journal.sealed import Sealed, UnreadableError

ID = "0b8aae4c-22d7-4a48-a74b-f31503a431a2"
SAID = b'{"form":"note","told":{"note":"hard night"}}'


def seal(content: bytes, public: str, id: str = ID) -> Sealed:
    """Seal as the script in the browser does, written from the description in `journal.sealed`."""
    curve = ec.SECP256R1()
    once = ec.generate_private_key(curve)
    sender = once.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    journal = ec.EllipticCurvePublicKey.from_encoded_point(curve, base64.b64decode(public))
    secret = once.exchange(ec.ECDH(), journal)
    key = HKDF(algorithm=hashes.SHA256(), length=32, salt=sender, info=b"steelyard queue 1").derive(secret)
    content = AESGCM(key).encrypt(b"twelve bytes", content, id.encode())
    return Sealed(id, *(base64.b64encode(part).decode() for part in (sender, b"twelve bytes", content)))


def test_what_was_sealed_for_the_store_is_opened(begun: Path) -> None:
    assert sealed.opened(seal(SAID, sealed.public_key())) == SAID


def test_the_key_stays_the_same_and_is_a_point_of_the_curve(begun: Path) -> None:
    first = sealed.public_key()
    assert sealed.public_key() == first
    assert len(base64.b64decode(first)) == 65
    assert base64.b64decode(first)[0] == 4  # uncompressed, as the Web Cryptography API imports it


def test_the_private_key_is_kept_in_the_store_and_nowhere_beside_it(begun: Path) -> None:
    sealed.public_key()
    private = base64.b64decode(store.preference(sealed.KEY))
    assert isinstance(serialization.load_der_private_key(private, None), ec.EllipticCurvePrivateKey)
    files = [path for path in begun.rglob("*") if path.is_file() and path.name not in ("journal.db", "journal.db-wal")]
    assert not any(store.preference(sealed.KEY).encode() in path.read_bytes() for path in files)


@pytest.mark.parametrize(
    "change",
    [
        {"id": ID.replace("0b", "0c")},
        {"nonce": base64.b64encode(b"twelve bytez").decode()},
        {"nonce": "AAAA"},
        {"content": base64.b64encode(bytes(64)).decode()},
        {"content": ""},
        {"content": "not base64!"},
        {"sender": base64.b64encode(b"\x04" + bytes(64)).decode()},  # no point of the curve
        {"sender": ""},
    ],
)
def test_an_entry_that_was_changed_is_refused(begun: Path, change: dict[str, str]) -> None:
    with pytest.raises(UnreadableError):
        sealed.opened(replace(seal(SAID, sealed.public_key()), **change))


def test_an_entry_for_another_store_is_refused(begun: Path) -> None:
    other = ec.generate_private_key(ec.SECP256R1()).public_key()
    point = other.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    with pytest.raises(UnreadableError):
        sealed.opened(seal(SAID, base64.b64encode(point).decode()))


def test_another_key_has_another_name() -> None:
    assert sealed.name_of("a") != sealed.name_of("b")
    assert sealed.name_of("a") == sealed.name_of("a")
