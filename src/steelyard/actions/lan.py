"""The app in the home network: its certificate, the codes that pair a browser, and which browsers are paired."""

import io
import json
import os
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from pathlib import Path

import segno

from steelyard.journal import certificate, paired

from . import address
from .vaults import vault

NETWORK = "STEELYARD_NETWORK"  # what the serving process tells the one that answers
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # none that is read as another
CODE_LENGTH = 8
CODE_LASTS_S = 600.0
EVERYWHERE = "0.0.0.0"
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True)
class Network:
    """How the app is reached from the home network: `names` are those in the certificate; fingerprints of it and of its authority."""

    address: str
    port: int
    names: tuple[str, ...]
    print: str
    authority_print: str
    code: str = ""

    @property
    def url(self) -> str:
        """Where a phone begins. What stands behind the # is never sent: the page reads it."""
        host = f"[{self.address}]" if ":" in self.address else self.address
        return f"https://{host}:{self.port}/pair" + (f"#{self.code}" if self.code else "")


class Codes:
    """Pairing codes that are good now. Each is good once, for ten minutes."""

    def __init__(self) -> None:
        self._until: dict[str, float] = {}

    def add(self, code: str, at: float) -> None:
        """Let a code be good from now on (`at`: seconds of the steady clock)."""
        self._until[code] = at + CODE_LASTS_S

    def use(self, code: str, at: float) -> bool:
        """Use a code up; False when it is not good."""
        until = self._until.pop(plain(code), None)
        return until is not None and at < until


CODES = Codes()


def set_up(folder: Path, chosen: str, port: int, more: Sequence[str], now: datetime) -> tuple[Network, certificate.Pair]:
    """Prepare to be reached from the home network.

    Args:
        folder: the data folder; chosen: the address to be reached at, or nothing for the one this computer has; more: further names.
    Refuses (ValueError) an address that is none, or is not this computer's, or where none was found, and what is no host name.
    """
    reached = address.own(chosen) if chosen else address.found()
    names = dict.fromkeys([reached, "127.0.0.1", "::1", "localhost", *address.names(), *map(_usual, more)])
    if wrong := [name for name in more if not _is_name(name)]:
        raise ValueError(f"{wrong[0]!r} is not a host name or an address")
    held = tuple(name for name in names if _is_name(name))
    made = certificate.ready(folder, held, now)
    return Network(reached, port, held, made.print, made.authority_print, new_code()), made


def new_code() -> str:
    """A code that nobody guesses in ten minutes."""
    return "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))


def plain(code: str) -> str:
    """A code as it was made, however it was typed."""
    return "".join(letter for letter in code.upper() if letter in LETTERS)


def spaced(code: str) -> str:
    """A code in two halves, easier to read."""
    return f"{code[:4]}-{code[4:]}"


def told(network: Network, new_authority: bool) -> list[str]:
    """How a phone is paired, as lines for a terminal."""
    out = io.StringIO()
    segno.make(network.url, error="m").terminal(out, compact=True, border=2)
    lines = [
        f"for a phone in the same network: {network.url.partition('#')[0]}",
        *out.getvalue().rstrip("\n").splitlines(),
        f"pairing code, once and for ten minutes: {spaced(network.code)}",
        f"certificate, SHA-256: {network.print}",
        f"its authority, SHA-256: {network.authority_print}",
    ]
    if new_authority:
        lines.append(
            "the authority is new: a phone that trusted another one has to trust this one instead (docs/how-to/phone.md)"
        )
    if ip_address(network.address).is_global:
        lines.append("beware: this is an address of the internet, not of a home network")
    return lines


def hand_over(network: Network) -> dict[str, str]:
    """What the process that answers needs to know, for its environment."""
    known = {"address": network.address, "port": network.port, "names": network.names}
    return {
        NETWORK: json.dumps({**known, "print": network.print, "authority_print": network.authority_print, "code": network.code})
    }


def network(environment: Mapping[str, str] = os.environ) -> Network | None:
    """How this process is reached from the home network; None where it is not."""
    told = environment.get(NETWORK)
    if not told:
        return None
    fields = json.loads(told)
    return Network(**{**fields, "names": tuple(fields["names"])})


def begin(at: float) -> None:
    """Let the code that the terminal shows be good from now on."""
    reached = network()
    if reached is not None and reached.code:
        CODES.add(reached.code, at)


def hosts(reached: Network) -> tuple[str, ...]:
    """The names under which the app may be asked, as they stand in a request."""
    return tuple(f"[{name}]" if ":" in name else name for name in reached.names)


def invite(at: float) -> tuple[Network, str]:
    """A new code for one more browser, with the picture that a phone reads, as an address of the data: kind; refuses with LookupError."""
    reached = network()
    if reached is None:
        raise LookupError("not reached from the home network")
    code = new_code()
    CODES.add(code, at)
    invited = Network(reached.address, reached.port, reached.names, reached.print, reached.authority_print, code)
    return invited, segno.make(invited.url, error="m").svg_data_uri(scale=6, border=4, light="white")


def pair(code: str, at: float) -> str | None:
    """Use a code up and pair a browser: returns the token for it to keep, or None when the code is not good."""
    if not CODES.use(code, at):
        return None
    return admit()


def admit() -> str:
    """Pair a browser; returns the token for it to keep."""
    token = secrets.token_urlsafe(32)
    paired.remember(vault().folder, token)
    return token


def knows(token: str) -> bool:
    """Whether a token is that of a paired browser."""
    return paired.knows(vault().folder, token)


def authority() -> bytes:
    """The certificate that a phone is told to trust; refuses (LookupError) where there is none."""
    return certificate.authority(vault().folder)


def _usual(name: str) -> str:
    try:
        return str(ip_address(name))
    except ValueError:
        return name.lower()


def _is_name(name: str) -> bool:
    """Whether it is an address, or a host name as RFC 1123 has them."""
    if ":" in _usual(name):
        return True
    return len(name) <= 253 and all(_LABEL.fullmatch(label) for label in name.split("."))
