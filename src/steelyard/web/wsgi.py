"""The application the server loads. Where the data lie stands in the environment that `actions.serve` made."""

import os
from pathlib import Path

from steelyard.actions import lan, serve
from steelyard.web.settings import LOOPBACK, configure
from steelyard.web.settings import application as made


def _ready() -> None:
    from steelyard.actions.vaults import use  # noqa: PLC0415

    folder = Path(os.environ[serve.FOLDER])
    network = lan.network()
    hosts = LOOPBACK if network is None else lan.hosts(network)
    configure(folder, serve.database(use(folder)), hosts, secure=network is not None, also=serve.APPS)
    from steelyard.actions import housekeeping, keep  # noqa: PLC0415  # the tables can be named only now

    lan.begin(keep.steady())
    keep.resume()
    housekeeping.start()


_ready()
application = made()
