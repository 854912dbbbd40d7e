"""A certificate for the home network, made here: a browser on a phone keeps nothing offline without HTTPS, and no public authority
signs for a home computer's address.

There are two: an authority, which a phone is told to trust once, and the server's own, which it signs for a year. The authority says of
itself that it may speak only for addresses of home and private networks and for the names it was made for. Whoever reads its key could
pose as those, so that both keys are for this user alone.

Source: RFC 5280 (name constraints, 4.2.1.10), RFC 1918 and RFC 4193 (private addresses), RFC 6598 (shared addresses), RFC 6762 (`.local`).
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHORITY, AUTHORITY_KEY, OWN, OWN_KEY = "lan-authority.crt", "lan-authority.key", "lan.crt", "lan.key"
FILES = (AUTHORITY, AUTHORITY_KEY, OWN, OWN_KEY)
YEAR, AUTHORITY_LASTS, EARLY = timedelta(days=365), timedelta(days=3650), timedelta(days=30)
SLACK = timedelta(hours=1)  # between two clocks
CALLED = "Diary at home"  # a phone lists it under this name, and everybody in the same network can read it
NETWORKS = tuple(
    map(
        ip_network,
        (
            *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "127.0.0.0/8"),
            *("fc00::/7", "fe80::/10", "::1/128"),
        ),
    )
)
SUFFIXES = ("local", "localhost", "home.arpa")

Key = ec.EllipticCurvePrivateKey
Address = IPv4Address | IPv6Address


@dataclass(frozen=True)
class Pair:
    """A certificate and where it and its key lie; `print` and `authority_print` are SHA-256 fingerprints, of it and of who signed it."""

    certificate: Path
    key: Path
    print: str
    authority_print: str
    new_authority: bool


def ready(folder: Path, names: Sequence[str], now: datetime) -> Pair:
    """A certificate for these names and addresses, made or renewed where there is none that is good for another month.

    Args:
        folder: the data folder, where all four files are kept for this user alone; names: host names and IP addresses; now: the present.
    """
    authority, key, new = _authority(folder, names, now)
    own = _read(folder / OWN)
    good = own is not None and not new and names_in(own) >= set(names) and own.not_valid_after_utc - now > EARLY
    if own is None or not good or own.not_valid_before_utc > now:
        own_key = ec.generate_private_key(ec.SECP256R1())
        own = _signed(own_key, authority, key, names, now)
        keep_file(folder / OWN_KEY, _bytes(own_key))
        keep_file(folder / OWN, own.public_bytes(serialization.Encoding.PEM))
    return Pair(folder / OWN, folder / OWN_KEY, fingerprint(own), fingerprint(authority), new)


def authority(folder: Path) -> bytes:
    """The authority's certificate as phones take it (DER); refuses (LookupError) where none was made."""
    found = _read(folder / AUTHORITY)
    if found is None:
        raise LookupError("no certificate was made here")
    return found.public_bytes(serialization.Encoding.DER)


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 of a certificate, as browsers show it: pairs of hexadecimal digits."""
    return certificate.fingerprint(hashes.SHA256()).hex(":").upper()


def names_in(certificate: x509.Certificate) -> set[str]:
    """The host names and addresses a certificate is for."""
    held = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return {*held.get_values_for_type(x509.DNSName), *map(str, held.get_values_for_type(x509.IPAddress))}


def _authority(folder: Path, names: Sequence[str], now: datetime) -> tuple[x509.Certificate, Key, bool]:
    held, key_file = _read(folder / AUTHORITY), folder / AUTHORITY_KEY
    good = held is not None and held.not_valid_before_utc <= now and held.not_valid_after_utc - now > YEAR + EARLY
    if held is not None and good and key_file.exists() and _may_sign(held, names):
        key = serialization.load_pem_private_key(key_file.read_bytes(), None)
        if isinstance(key, Key) and key.public_key() == held.public_key():
            return held, key, False
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _called(f"{CALLED} (authority)")
    own = [x509.DNSName(name) for name in (*SUFFIXES, *(n for n in names if _address(n) is None and not _under(n, SUFFIXES)))]
    beyond = [
        x509.IPAddress(ip_network(name)) for name in names if (a := _address(name)) and not any(a in net for net in NETWORKS)
    ]
    may = x509.NameConstraints([*own, *map(x509.IPAddress, NETWORKS), *beyond], None)
    made = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - SLACK)
        .not_valid_after(now + AUTHORITY_LASTS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs=True), critical=True)
        .add_extension(may, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    keep_file(key_file, _bytes(key))
    keep_file(folder / AUTHORITY, made.public_bytes(serialization.Encoding.PEM))
    return made, key, True


def _signed(own: Key, authority: x509.Certificate, key: Key, names: Sequence[str], now: datetime) -> x509.Certificate:
    held = [x509.DNSName(name) if (address := _address(name)) is None else x509.IPAddress(address) for name in names]
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())
    return (
        x509.CertificateBuilder(authority.subject, _called(CALLED), own.public_key(), x509.random_serial_number())
        .not_valid_before(now - SLACK)
        .not_valid_after(now + YEAR)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(held), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(own.public_key()), critical=False)
        .add_extension(issuer, critical=False)
        .sign(key, hashes.SHA256())
    )


def _may_sign(authority: x509.Certificate, names: Sequence[str]) -> bool:
    may = authority.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees or []
    hosts = [str(one.value) for one in may if isinstance(one, x509.DNSName)]
    nets = [ip_network(str(one.value)) for one in may if isinstance(one, x509.IPAddress)]
    for name in names:
        address = _address(name)
        if not (_under(name, hosts) if address is None else any(address in net for net in nets)):
            return False
    return True


def _under(name: str, suffixes: Sequence[str]) -> bool:
    return any(name == suffix or name.endswith(f".{suffix}") for suffix in suffixes)


def _address(name: str) -> Address | None:
    try:
        return ip_address(name)
    except ValueError:
        return None


def _called(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _usage(signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs,
        key_cert_sign=signs,
        crl_sign=signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _bytes(key: Key) -> bytes:
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def _read(path: Path) -> x509.Certificate | None:
    return x509.load_pem_x509_certificate(path.read_bytes()) if path.exists() else None


def keep_file(path: Path, content: bytes) -> None:
    """Write a file for this user alone; whole, or not at all."""
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(descriptor)
    os.replace(part, path)
