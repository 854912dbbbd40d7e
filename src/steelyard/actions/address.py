"""This computer's own address in the network it is in. The system is asked; nothing is sent anywhere."""

import platform
import socket
from ipaddress import ip_address

NOWHERE = ("192.0.2.1", 9)  # kept for examples (RFC 5737): the system says from which address it would be reached


def found() -> str:
    """The address under which others in the network reach this computer; refuses (ValueError) where there is none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(NOWHERE)  # a datagram socket only looks up the way
            own = str(probe.getsockname()[0])
        except OSError:
            own = ""
    if not own or ip_address(own).is_loopback:
        raise ValueError("this computer has no address in a network; name one: --lan ADDRESS")
    return own


def own(chosen: str) -> str:
    """The address that was chosen, in its usual spelling; refuses (ValueError) what is none, or is not this computer's."""
    try:
        address = ip_address(chosen)
    except ValueError as error:
        raise ValueError(f"--lan expects an IP address of this computer, not {chosen!r}") from error
    if address.is_unspecified:
        raise ValueError("name one address of this computer, or leave it out")
    with socket.socket(socket.AF_INET6 if address.version == 6 else socket.AF_INET, socket.SOCK_STREAM) as probe:
        try:
            probe.bind((str(address), 0))
        except OSError as error:
            raise ValueError(f"{address} is not an address of this computer") from error
    return str(address)


def names() -> tuple[str, ...]:
    """The names of this computer: its own, and the one under which phones find it in a home network (RFC 6762)."""
    host = platform.node().lower()
    return (host, f"{host.partition('.')[0]}.local")


def free(address: str, port: int) -> bool:
    """Whether a port of an address of this computer can be listened on."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port that was given up a moment ago is free
        try:
            probe.bind((address, port))
        except (OSError, OverflowError):
            return False
    return True


def answers(address: str, port: int) -> bool:
    """Whether something listens on a port of an address of this computer."""
    try:
        socket.create_connection((address, port), timeout=1).close()
    except OSError:
        return False
    return True
