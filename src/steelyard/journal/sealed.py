"""What a browser writes down while the journal is out of reach: sealed for the store, so that the browser cannot read it back.

Each entry is sealed on its own: an ephemeral key and the store's public key agree on a secret (ECDH on P-256), HKDF with SHA-256 makes an
AES-256-GCM key of it, and the entry's id is authenticated along with the content. The private key lies in the store and is as well
protected as the store is.

Source: NIST SP 800-56A (ECDH), RFC 5869 (HKDF), NIST SP 800-38D (GCM); all three as browsers offer them in the Web Cryptography API.
"""

import base64
import binascii
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from .models import Preference

KEY = "queue_key"
PURPOSE = b"steelyard queue 1"


class UnreadableError(ValueError):
    """This was not sealed for this store, or it was changed on the way."""


@dataclass(frozen=True)
class Sealed:
    """One sealed entry. `sender` is the ephemeral public key, `nonce` twelve bytes, all of them in base64; `id` is authenticated."""

    id: str
    sender: str
    nonce: str
    content: str


def public_key() -> str:
    """The key to seal with: an uncompressed point of P-256 in base64. It is made when it is first asked for."""
    point = _private().public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    return base64.b64encode(point).decode()


def name_of(public: str) -> str:
    """A short name of a public key, by which a browser sees that the journal now has another one."""
    return sha256(public.encode()).hexdigest()[:16]


def opened(entry: Sealed) -> bytes:
    """What was sealed; refuses with UnreadableError."""
    try:
        point, nonce, content = (base64.b64decode(text, validate=True) for text in (entry.sender, entry.nonce, entry.content))
        sender = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        secret = _private().exchange(ec.ECDH(), sender)
        key = HKDF(algorithm=hashes.SHA256(), length=32, salt=point, info=PURPOSE).derive(secret)
        return AESGCM(key).decrypt(nonce, content, entry.id.encode())
    except (binascii.Error, InvalidTag, ValueError) as error:
        raise UnreadableError("not sealed for this journal") from error


def _private() -> ec.EllipticCurvePrivateKey:
    row = Preference.objects.filter(name=KEY).first()
    if row is None:
        made = ec.generate_private_key(ec.SECP256R1()).private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        # two browsers that ask at once must be told the same key
        row, _ = Preference.objects.get_or_create(name=KEY, defaults={"value": base64.b64encode(made).decode()})
    key = serialization.load_der_private_key(base64.b64decode(row.value), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("the key for the queue is of another kind")
    return key
