# SPDX-License-Identifier: Apache-2.0
"""The disk fills up: refuse, keep answering queries, go on when there is room again."""
import os
import random
import subprocess
import time

import grpc
import pytest

from harness import otlp
from harness.honeycomb import Api
from harness.server import Server

SMALL, ROOMY = "96m", "512m"
SPANS = 100
UNAVAILABLE = 14


def incompressible_spans():
    """About 400 KB that no compression makes small."""
    return otlp.traces("filling", [otlp.span(fields={"noise": random.randbytes(2000).hex()})
                                   for _ in range(SPANS)])


class SmallDisk:
    """A server whose data folder is a small file system of its own, in its own namespace."""

    def __init__(self, data):
        self.data = data
        data.mkdir()
        mount = f'mount -t tmpfs -o size={SMALL} tmpfs "$0" && exec "$@"'
        user = [] if os.geteuid() == 0 else ["--map-root-user"]
        self.server = Server(data, wrapper=["unshare", "--mount", "--propagation", "unchanged",
                                            *user, "sh", "-c", mount, str(data)])

    def make_room(self):
        user = [] if os.geteuid() == 0 else ["--user", "--preserve-credentials"]
        subprocess.run(["nsenter", "--target", str(self.server.pid), "--mount", *user,
                        "mount", "-o", f"remount,size={ROOMY}", str(self.data)], check=True)


@pytest.fixture
def disk(tmp_path):
    disk = SmallDisk(tmp_path / "data")
    with disk.server:
        yield disk


def fill(api):
    """Sends until the server refuses; returns the refusal and how many spans it took."""
    accepted = 0
    for _ in range(2000):
        answer = otlp.post(api, "traces", incompressible_spans())
        if answer.status_code != 200:
            return answer, accepted
        accepted += SPANS
    raise AssertionError("a small disk took everything")


def test_a_full_disk_refuses_goes_on_answering_and_recovers(disk):
    api = Api(disk.server.url)

    refusal, accepted = fill(api)

    assert refusal.status_code == 503, refusal.text
    assert int(refusal.headers["Retry-After"]) > 0
    assert otlp.read_status(refusal)[0] == UNAVAILABLE
    assert accepted > 0
    assert api.count("filling") == accepted
    assert api.get("/healthz").status_code == 200

    # A smaller request may still fit beside what did not.
    events = [{"data": {"noise": random.randbytes(20_000).hex()}} for _ in range(20)]
    assert 503 in {api.send_batch("events", events).status_code for _ in range(50)}
    with grpc.insecure_channel(disk.server.grpc_address) as channel:
        with pytest.raises(grpc.RpcError) as raised:
            for _ in range(50):
                channel.unary_unary(otlp.METHODS["traces"])(
                    otlp.as_protobuf("traces", incompressible_spans()), timeout=60)
    assert raised.value.code() == grpc.StatusCode.UNAVAILABLE

    before = api.count("filling")
    disk.make_room()
    give_up = time.monotonic() + 60
    while (answer := otlp.post(api, "traces", incompressible_spans())).status_code != 200:
        assert time.monotonic() < give_up, (answer.status_code, answer.content)
        time.sleep(0.2)

    assert api.count("filling") == before + SPANS
