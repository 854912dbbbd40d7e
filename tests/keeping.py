"""A store for tests. Django is set up once in a process; after that every test turns it to a folder of its own."""

import base64
import hashlib
import hmac
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import pyrage
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from steelyard.actions.vaults import vault

START_KEY = "the-key-in-the-terminal"
PASSPHRASE = "four plain words here"
_BEGUN: dict[str, Path] = {}
CHEAP = 2**4  # rounds of key derivation: nobody guesses passphrases in a test


def configured() -> None:
    """Set Django up, unless it is."""
    # the driver of the browser leaves an event loop running in this thread, in which Django would refuse to work
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    from django.conf import settings

    if settings.configured:
        return
    from steelyard.actions import serve
    from steelyard.actions.vaults import use
    from steelyard.web.settings import configure

    folder = Path(tempfile.mkdtemp(prefix="steelyard-tests-"))
    configure(folder, serve.database(use(folder)), also=serve.APPS)


def turn_to(folder: Path) -> None:
    """Let this process keep the store in another folder."""
    configured()
    from django.db import connections

    from steelyard.actions import serve
    from steelyard.actions.vaults import HERE, use

    change_database(serve.database(use(folder)))
    HERE.asked, HERE.trouble = 0.0, ""
    connections.close_all()


def begin(folder: Path, passphrase: str = "") -> Path:
    """Begin a journal in an empty folder and open it. Making the tables takes a while, so that it is done once and then copied."""
    from steelyard.actions import keep

    made = _BEGUN.get(passphrase)
    if made is None:
        made = Path(tempfile.mkdtemp(prefix="steelyard-tests-")) / "begun"
        made.mkdir()
        turn_to(made)
        keep.begin(passphrase)
        keep.lock()
        _BEGUN[passphrase] = made
    shutil.copytree(made, folder, dirs_exist_ok=True)
    turn_to(folder)
    if passphrase:
        vault().open(passphrase)
    return folder


def visitor(**headers: str) -> Any:
    """A browser as Django's test client, not let in yet."""
    from django.test import Client

    return Client(headers={"host": "127.0.0.1", "user-agent": "Mozilla/5.0 (X11; Linux) Firefox/140.0", **headers})


def let_in(folder: Path, passphrase: str = "") -> Any:
    """A journal begun in a folder, and a browser that may see it."""
    from steelyard.actions import keep

    begin(folder, passphrase)
    keep.prefer("begun", "1")  # the first questions were passed over
    client = visitor()
    if passphrase:
        client.post("/unlock", {"passphrase": passphrase})
    else:
        client.get("/start", {"key": START_KEY})
    return client


def change_database(database: dict[str, Any]) -> None:
    """Let Django talk to another database from now on."""
    from django.db import connections

    connections["default"].close()
    del connections["default"]
    connections.databases["default"] = database
    connections.configure_settings(connections.databases)


@contextmanager
def cheap_passphrases() -> Iterator[None]:
    """Derive keys quickly; what is derived is otherwise the same."""
    from steelyard.journal import vault

    with (
        mock.patch.object(vault, "COST", CHEAP),
        mock.patch.object(pyrage.passphrase, "encrypt", cheaply_sealed, create=True),
        mock.patch.dict(os.environ, {"STEELYARD_START_KEY": START_KEY}),
    ):
        yield


def cheaply_sealed(content: bytes, passphrase: str) -> bytes:
    """What age makes of up to 64 KiB with a passphrase, written from the specification and with the least work for guessers.

    Source: C2SP, "age-encryption.org/v1", scrypt recipient stanza, header MAC, payload.
    """
    file_key, salt, nonce = secrets.token_bytes(16), secrets.token_bytes(16), secrets.token_bytes(16)
    wrap = Scrypt(salt=b"age-encryption.org/v1/scrypt" + salt, length=32, n=2, r=8, p=1).derive(passphrase.encode())
    body = ChaCha20Poly1305(wrap).encrypt(bytes(12), file_key, None)
    header = b"age-encryption.org/v1\n-> scrypt " + _bare(salt) + b" 1\n" + _bare(body) + b"\n---"
    mac = hmac.digest(_derived(file_key, b"", b"header"), header, hashlib.sha256)
    chunk = ChaCha20Poly1305(_derived(file_key, nonce, b"payload")).encrypt(bytes(11) + b"\x01", content, None)
    return header + b" " + _bare(mac) + b"\n" + nonce + chunk


def _bare(content: bytes) -> bytes:
    return base64.b64encode(content).rstrip(b"=")


def _derived(key: bytes, salt: bytes, info: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=info).derive(key)
