"""The application the server loads. Where the data lie stands in the environment that `actions.serve` made."""

import os
from pathlib import Path

from steelyard.actions import serve
from steelyard.web.settings import application as made
from steelyard.web.settings import configure


def _ready() -> None:
    from steelyard.actions.vaults import use  # noqa: PLC0415

    folder = Path(os.environ[serve.FOLDER])
    configure(folder, serve.database(use(folder)), also=serve.APPS)
    from steelyard.actions import housekeeping, keep  # noqa: PLC0415  # the tables can be named only now

    keep.resume()
    housekeeping.start()


_ready()
application = made()
