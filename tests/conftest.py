# SPDX-License-Identifier: Apache-2.0
import itertools

import pytest

from harness.honeycomb import Api
from harness.server import Server

_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server that the tests of one file share; each test uses datasets of its own."""
    with Server(tmp_path_factory.mktemp("server") / "data") as running:
        yield running


@pytest.fixture
def api(server):
    yield Api(server.url)
    server.check_alive()


@pytest.fixture
def dataset():
    """A dataset name that no other test uses."""
    return f"dataset-{next(_numbers)}"
