"""The certificate for the home network, checked as a browser would check it."""

import ssl
import stat
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from steelyard.journal import certificate

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
NAMES = ("192.168.1.20", "127.0.0.1", "::1", "localhost", "attic", "attic.local")


def read(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def trusted(folder: Path, subject: x509.IPAddress | x509.DNSName, at: datetime = NOW) -> bool:
    """Whether somebody who trusts the authority takes the certificate for this subject, by another's implementation of the rules."""
    roots = Store([x509.load_der_x509_certificate(certificate.authority(folder))])
    check = PolicyBuilder().store(roots).time(at).build_server_verifier(subject)
    try:
        check.verify(read(folder / certificate.OWN), [])
    except VerificationError:
        return False
    return True


@pytest.mark.parametrize("name", NAMES)
def test_it_holds_for_each_of_its_names(tmp_path: Path, name: str) -> None:
    certificate.ready(tmp_path, NAMES, NOW)
    number = ":" in name or name[0].isdigit()
    assert trusted(tmp_path, x509.IPAddress(ip_address(name)) if number else x509.DNSName(name))


def test_it_holds_for_no_other_name_and_not_after_a_year(tmp_path: Path) -> None:
    certificate.ready(tmp_path, NAMES, NOW)
    own = x509.IPAddress(ip_address("192.168.1.20"))
    assert trusted(tmp_path, own, NOW + timedelta(days=364))
    assert not trusted(tmp_path, own, NOW + timedelta(days=366))
    assert not trusted(tmp_path, x509.IPAddress(ip_address("192.168.1.21")))
    assert not trusted(tmp_path, x509.DNSName("example.org"))


def test_it_is_for_servers_alone_and_signs_nothing(tmp_path: Path) -> None:
    made = certificate.ready(tmp_path, NAMES, NOW)
    held = read(made.certificate).extensions
    assert list(held.get_extension_for_class(x509.ExtendedKeyUsage).value) == [ExtendedKeyUsageOID.SERVER_AUTH]
    assert not held.get_extension_for_class(x509.BasicConstraints).value.ca
    assert certificate.names_in(read(made.certificate)) == set(NAMES)


def test_the_authority_says_that_it_speaks_for_home_networks_and_its_own_names_only(tmp_path: Path) -> None:
    certificate.ready(tmp_path, NAMES, NOW)
    held = x509.load_der_x509_certificate(certificate.authority(tmp_path)).extensions
    limits = held.get_extension_for_class(x509.NameConstraints)
    assert limits.critical
    permitted = limits.value.permitted_subtrees or []
    nets = [one.value for one in permitted if isinstance(one, x509.IPAddress)]
    assert not any(ip_address("8.8.8.8") in net for net in nets)
    assert not any(ip_address("2001:4860::1") in net for net in nets)
    assert {one.value for one in permitted if isinstance(one, x509.DNSName)} == {"local", "localhost", "home.arpa", "attic"}
    assert held.get_extension_for_class(x509.BasicConstraints).value.path_length == 0


def test_all_files_are_for_this_user_alone(tmp_path: Path) -> None:
    certificate.ready(tmp_path, NAMES, NOW)
    assert {path.name for path in tmp_path.iterdir()} == set(certificate.FILES)
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}


def test_it_is_left_alone_as_long_as_it_is_good(tmp_path: Path) -> None:
    first = certificate.ready(tmp_path, NAMES, NOW)
    again = certificate.ready(tmp_path, NAMES[:3], NOW + timedelta(days=300))
    assert (first.new_authority, again.new_authority) == (True, False)
    assert again.print == first.print


@pytest.mark.parametrize("change", ["month before the end", "another address", "another name"])
def test_it_is_renewed_by_the_same_authority(tmp_path: Path, change: str) -> None:
    first = certificate.ready(tmp_path, NAMES, NOW)
    names, now = {
        "month before the end": (NAMES, NOW + timedelta(days=340)),
        "another address": ((*NAMES, "10.0.0.7"), NOW),
        "another name": ((*NAMES, "den.local"), NOW),
    }[change]
    again = certificate.ready(tmp_path, names, now)
    assert again.print != first.print
    assert (again.new_authority, again.authority_print) == (False, first.authority_print)


def test_a_name_the_authority_may_not_speak_for_needs_another_authority(tmp_path: Path) -> None:
    first = certificate.ready(tmp_path, NAMES, NOW)
    again = certificate.ready(tmp_path, (*NAMES, "diary.example.org"), NOW)
    assert again.new_authority
    assert again.authority_print != first.authority_print
    assert trusted(tmp_path, x509.DNSName("diary.example.org"))
    assert not certificate.ready(tmp_path, (*NAMES, "diary.example.org"), NOW).new_authority


def test_what_was_made_while_the_clock_was_ahead_is_made_anew(tmp_path: Path) -> None:
    certificate.ready(tmp_path, NAMES, NOW + timedelta(days=90))
    assert certificate.ready(tmp_path, NAMES, NOW).new_authority
    assert trusted(tmp_path, x509.DNSName("attic"))


def test_a_lost_or_foreign_key_of_the_authority_is_noticed(tmp_path: Path) -> None:
    certificate.ready(tmp_path, NAMES, NOW)
    (tmp_path / certificate.AUTHORITY_KEY).write_bytes((tmp_path / certificate.OWN_KEY).read_bytes())
    assert certificate.ready(tmp_path, NAMES, NOW).new_authority
    (tmp_path / certificate.AUTHORITY_KEY).unlink()
    assert certificate.ready(tmp_path, NAMES, NOW).new_authority


def test_a_server_takes_the_pair_of_files_and_the_fingerprint_is_that_of_the_file(tmp_path: Path) -> None:
    made = certificate.ready(tmp_path, NAMES, NOW)
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(made.certificate, made.key)
    der = ssl.PEM_cert_to_DER_cert(made.certificate.read_text())
    assert made.print.replace(":", "").lower() == sha256(der).hexdigest()
    assert made.authority_print.replace(":", "").lower() == sha256(certificate.authority(tmp_path)).hexdigest()


def test_there_is_no_authority_before_one_was_made(tmp_path: Path) -> None:
    with pytest.raises(LookupError):
        certificate.authority(tmp_path)
