"""Settings first: no table can be named without them."""

from collections.abc import Iterator

import pytest

from ..keeping import cheap_passphrases, configured

configured()


@pytest.fixture(autouse=True)
def _cheap() -> Iterator[None]:
    with cheap_passphrases():
        yield
