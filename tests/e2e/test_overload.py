# SPDX-License-Identifier: Apache-2.0
"""More than it can hold: it says so, and its memory stays where it was told to."""
import collections
import threading

from harness import otlp
from harness.honeycomb import Api
from harness.server import Server

MEMORY = 256 * 1024 * 1024
THREADS, REQUESTS, SPANS = 4, 100, 500


def test_a_small_memory_budget_bounds_the_process_and_loses_nothing(tmp_path):
    template = otlp.as_protobuf("traces", otlp.traces("flood", [
        otlp.span(f"operation {i}", fields={"i": i, "text": f"{i:064d}", "mark": "REQUEST8"})
        | {"traceId": b"REQUEST8".hex() + i.to_bytes(8, "big").hex()} for i in range(SPANS)]))
    statuses, peak, lock = collections.Counter(), [0], threading.Lock()

    with Server(tmp_path / "data", "--memory", str(MEMORY)) as server:
        def flood(number):
            api = Api(server.url)
            for i in range(REQUESTS):
                body = template.replace(b"REQUEST8", f"{number * REQUESTS + i:08d}".encode())
                answer = api.post("/v1/traces", data=body,
                                  headers={"Content-Type": otlp.PROTOBUF_TYPE})
                if answer.status_code != 200:
                    assert answer.headers["Retry-After"]
                with lock:
                    statuses[answer.status_code] += 1
                    peak[0] = max(peak[0], server.resident_bytes())

        threads = [threading.Thread(target=flood, args=(n,)) for n in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert sum(statuses.values()) == THREADS * REQUESTS
        assert set(statuses) <= {200, 429, 503}
        assert statuses[200] > 0
        assert Api(server.url).count("flood") == statuses[200] * SPANS
    print(f"answers {dict(statuses)}, at most {peak[0] >> 20} MiB resident")
    # The budget is for data; code, threads and allocator have room beside it.
    assert peak[0] < MEMORY * 2
