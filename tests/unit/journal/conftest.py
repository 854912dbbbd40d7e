"""A fresh store for each test, on each of the databases it is promised for."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from ...keeping import PASSPHRASE, begin, change_database, cheap_passphrases, configured, turn_to
from ...postgres import server

configured()  # before any test here is imported: the tables cannot be named without settings


@pytest.fixture(autouse=True)
def _cheap() -> Iterator[None]:
    with cheap_passphrases():
        yield


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The data folder of this test, empty."""
    place = tmp_path / "data"
    place.mkdir(mode=0o700)
    turn_to(place)
    return place


@pytest.fixture(params=["", PASSPHRASE], ids=["plain", "encrypted"])
def begun(folder: Path, request: pytest.FixtureRequest) -> Path:
    """A data folder with an empty journal, once without and once with a passphrase."""
    return begin(folder, request.param)


@pytest.fixture(scope="session")
def postgres() -> Iterator[int]:
    """The port of a PostgreSQL server; the test is skipped where none is installed."""
    with ExitStack() as until:
        try:
            yield until.enter_context(server())
        except LookupError as error:
            pytest.skip(str(error))


@pytest.fixture(params=["sqlite", "sqlcipher", "postgresql"])
def engine(folder: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """An empty store on each database; gives its name."""
    from django.core.management import call_command
    from django.db import connections

    if request.param == "postgresql":
        port = request.getfixturevalue("postgres")
        place = {"NAME": "postgres", "USER": "postgres", "HOST": "127.0.0.1", "PORT": str(port)}
        change_database({"ENGINE": "django.db.backends.postgresql", **place})
        call_command("migrate", verbosity=0)
        call_command("flush", verbosity=0, interactive=False)
    else:
        begin(folder, PASSPHRASE if request.param == "sqlcipher" else "")
    yield request.param
    connections.close_all()
    turn_to(folder)
