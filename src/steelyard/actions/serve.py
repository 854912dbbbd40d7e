"""The app in the browser: where its data lie, its database, and the server."""

import os
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from steelyard.journal.vault import Vault

from .address import answers, free
from .vaults import hold

PORT, HERE = 8317, "127.0.0.1"
APPS = ("steelyard.journal",)
LOOK_S = 0.1
FOLDER, START_KEY = "STEELYARD_DATA", "STEELYARD_START_KEY"


def data_folder(chosen: str | None) -> Path:
    """The folder the journal lies in, made for this user alone: the one chosen, or `steelyard` where the system keeps such data."""
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    folder = Path(chosen) if chosen else Path(base) / "steelyard"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder.resolve()


def database(vault: Vault) -> dict[str, Any]:
    """Django's description of the store: what is acknowledged has reached the disk, and readers never wait for a writer."""
    pragmas = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=10000"
    return {
        "ENGINE": "steelyard.journal.backends.sqlcipher",
        "NAME": str(vault.store),
        "KEY": vault.key,
        "OPTIONS": {"init_command": pragmas, "transaction_mode": "IMMEDIATE"},
    }


def start_key() -> str:
    """What the first address must carry: known to whoever can read this process's terminal."""
    return os.environ.get(START_KEY, "")


def serve(folder: Path, port: int, say: Callable[[str], None], network: str | None = None, names: Sequence[str] = ()) -> None:
    """Run the app until it is interrupted: on this machine's own address, or by HTTPS in the home network as well.

    Args:
        folder: the data folder; port: where to listen; say: told the address to open, which lets one browser in, once it answers.
        network: this computer's address in the home network, or nothing for the one it has; None: not reached from there.
        names: further host names or addresses for the certificate.
    Refuses (ValueError) a network address that cannot be used, a folder that cannot be written to or is in use, a port that is taken.
    """
    from granian import Granian  # noqa: PLC0415  # only this command needs it
    from granian.constants import Interfaces  # noqa: PLC0415

    held = hold(folder)
    if not free(HERE, port):  # before an address with a key in it is shown that leads there
        raise ValueError(f"port {port} cannot be used; another program may have it. Choose another with --port")
    os.environ[START_KEY] = secrets.token_urlsafe(24)
    os.environ[FOLDER] = str(folder)
    address, shown = HERE, HERE
    https: dict[str, Path] = {}
    if network is None:
        lines = [f"open http://{HERE}:{port}/start?key={start_key()}"]
    else:
        from . import lan  # noqa: PLC0415  # only with --lan

        reached, made = lan.set_up(folder, network, port, names, datetime.now(UTC))
        os.environ.update(lan.hand_over(reached))
        address, shown = network or lan.EVERYWHERE, network or HERE
        https = {"ssl_cert": made.certificate, "ssl_key": made.key}
        lines = [f"on this computer, open https://{shown}:{port}/start?key={start_key()}", *lan.told(reached, made.new_authority)]
    threading.Thread(target=_tell, args=(shown, port, [*lines, "stop with Ctrl-C"], say), daemon=True).start()
    Granian(
        "steelyard.web.wsgi:application",
        address=address,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=4,
        workers_kill_timeout=2,  # seconds; it can miss a Ctrl-C, and what was acknowledged is on disk anyway
        log_enabled=False,
        log_access=False,
        websockets=False,
        ssl_cert=https.get("ssl_cert"),
        ssl_key=https.get("ssl_key"),
    ).serve()
    os.close(held)


def _tell(address: str, port: int, lines: Sequence[str], say: Callable[[str], None]) -> None:
    """Say how the app is reached, as soon as it is: an address that does not answer yet looks broken."""
    while not answers(address, port):
        time.sleep(LOOK_S)
    for line in lines:
        say(line)
