# SPDX-License-Identifier: Apache-2.0
"""Killed in full load, twenty times: what was acknowledged is there, once."""
import collections
import http.client
import itertools
import random
import subprocess
import threading
import time

import grpc

from harness import otlp
from harness.honeycomb import Api
from harness.server import Server, clean_environment

ROUNDS = 20
SPANS_IN_BATCH = 100
MARK = b"BATCHID8"  # Replaced by eight digits: lengths stay, so the protobuf around it holds.


def batch_template():
    """A request of spans whose trace ids and `batch` field hold the mark."""
    spans = []
    for i in range(SPANS_IN_BATCH):
        span = otlp.span(f"operation {i % 7}", fields={
            "batch": MARK.decode(), "i": i, "app.user_id": f"user-{i % 13}",
            "http.route": "/api/activities/home", "noise": random.randbytes(16).hex()})
        span["traceId"] = MARK.hex() + i.to_bytes(8, "big").hex()
        spans.append(span)
    return otlp.as_protobuf("traces", otlp.traces("load", spans))


class Load:
    """Clients that send numbered batches until the server goes, and note what it acknowledged."""

    def __init__(self, server, numbers):
        self.server, self.numbers, self.template = server, numbers, batch_template()
        self.acknowledged, self.sent = set(), set()
        self.threads = [threading.Thread(target=self._run, args=(client,))
                        for client in (self._http, self._http, self._grpc)]

    def _run(self, client):
        try:
            client()
        except (OSError, http.client.HTTPException, grpc.RpcError):
            pass  # It was killed: what was not answered may be there or not.

    def _next_batch(self):
        number = f"{next(self.numbers):08d}"
        self.sent.add(number)
        return number, self.template.replace(MARK, number.encode())

    def _http(self):
        connection = http.client.HTTPConnection(*self.server.host_port, timeout=30)
        while True:
            number, body = self._next_batch()
            connection.request("POST", "/v1/traces", body, {"Content-Type": otlp.PROTOBUF_TYPE})
            answer = connection.getresponse()
            assert answer.read() == b"" and answer.status == 200
            self.acknowledged.add(number)

    def _grpc(self):
        with grpc.insecure_channel(self.server.grpc_address) as channel:
            export = channel.unary_unary(otlp.METHODS["traces"])
            while True:
                number, body = self._next_batch()
                export(body, timeout=30)
                self.acknowledged.add(number)

    def run_for(self, seconds):
        for thread in self.threads:
            thread.start()
        time.sleep(seconds)
        self.server.kill()
        for thread in self.threads:
            thread.join(60)
            assert not thread.is_alive()


def stored_batches(api, first, last):
    """How many spans there are of each batch from first to last."""
    counts = collections.Counter()
    for thousand in range(first // 1000, last // 1000 + 1):
        rows = api.rows("load", {
            "breakdowns": ["batch"], "limit": 1000, "filters": [
                {"column": "batch", "op": "starts-with", "value": f"{thousand:05d}"}]})
        counts.update({row["batch"]: row["COUNT"] for row in rows
                       if first <= int(row["batch"]) <= last})
    return counts


def check(counts, acknowledged, sent):
    wrong = {n: counts[n] for n in acknowledged if counts[n] != SPANS_IN_BATCH}
    assert not wrong, f"{len(wrong)} of {len(acknowledged)} acknowledged batches: {wrong}"
    torn = {n: c for n, c in counts.items() if c != SPANS_IN_BATCH}
    assert not torn, f"requests stored in part or twice: {torn}"
    assert set(counts) <= sent


def test_everything_acknowledged_survives_twenty_kills(tmp_path):
    data, numbers = tmp_path / "data", itertools.count(1)
    acknowledged, sent, ready_after = set(), set(), []
    for _ in range(ROUNDS):
        with Server(data) as server:
            load = Load(server, numbers)
            load.run_for(random.uniform(0.3, 1.2))
        with Server(data) as server:
            ready_after.append(server.ready_after_s)
            mine = sorted(map(int, load.sent))
            check(stored_batches(Api(server.url), mine[0], mine[-1]), load.acknowledged,
                  load.sent)
            server.kill()
        acknowledged |= load.acknowledged
        sent |= load.sent

    with Server(data) as server:
        ready_after.append(server.ready_after_s)
        check(stored_batches(Api(server.url), 1, len(sent)), acknowledged, sent)
    spans = len(acknowledged) * SPANS_IN_BATCH
    print(f"{spans} spans acknowledged; ready again after at most {max(ready_after):.2f} s")
    assert len(acknowledged) > ROUNDS


def test_a_kill_between_two_starts_loses_nothing(tmp_path):
    """Replay itself is killed: a log that is being read must not be harmed."""
    data = tmp_path / "data"
    with Server(data) as server:
        api = Api(server.url)
        for _ in range(200):
            otlp.post(api, "traces", otlp.sample("traces", "kept", 50))
        server.kill()
    for delay in (0.0, 0.01, 0.03, 0.1):
        starting = subprocess.Popen(Server(data).command, env=clean_environment(),
                                    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(delay)
        starting.kill()
        starting.wait()

    with Server(data) as server:
        assert Api(server.url).count("kept") == 10_000
