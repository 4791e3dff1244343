# SPDX-License-Identifier: Apache-2.0
"""libhoney, unmodified, from npm and from PyPI."""
import datetime
import json
import subprocess
from pathlib import Path

import libhoney
import pytest
from libhoney.transmission import Transmission

from harness.server import clean_environment

HERE = Path(__file__).parent / "node"


def assert_all_there(api, dataset, how_many):
    assert api.count(dataset) == how_many
    rows = api.values(dataset, "name", "retry")
    assert {(r["name"], r["retry"]): r["COUNT"] for r in rows} == {
        ("checkout", True): how_many / 2, ("checkout", False): how_many / 2}
    total, = api.rows(dataset, {"calculations": [{"op": "SUM", "column": "duration_ms"}]})
    assert total["SUM(duration_ms)"] == sum(i + 0.5 for i in range(how_many))


def test_libhoney_js_is_told_202_for_each_event(server, api, dataset):
    ended = subprocess.run(["node", "send_libhoney.mjs", server.url, dataset, "500"], cwd=HERE,
                           text=True, capture_output=True, timeout=120, env=clean_environment())

    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout) == {"202": 500}
    assert_all_there(api, dataset, 500)


@pytest.mark.parametrize("gzip_enabled", [True, False])
def test_libhoney_py_is_told_202_for_each_event(server, api, dataset, gzip_enabled):
    transmission = Transmission(gzip_enabled=gzip_enabled, block_on_send=True,
                                block_on_response=True)
    client = libhoney.Client(writekey="any-key-will-do", dataset=dataset, api_host=server.url,
                             transmission_impl=transmission)
    for i in range(500):
        event = client.new_event()
        event.add({"name": "checkout", "duration_ms": i + 0.5, "user": f"user-{i % 7}",
                   "retry": i % 2 == 0})
        event.created_at = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)
        event.send()
    client.close()

    answers = []
    responses = client.responses()
    while not responses.empty():
        answers.append(responses.get())
    assert [a["status_code"] for a in answers if a] == [202] * 500, answers[:3]
    assert_all_there(api, dataset, 500)


def test_a_sample_rate_weighs_the_count(server, api, dataset):
    client = libhoney.Client(writekey="any-key-will-do", dataset=dataset, api_host=server.url)
    for i in range(40):
        event = client.new_event()
        event.sample_rate = 5
        event.add({"n": i})
        event.send_presampled()
    client.close()

    assert api.count(dataset) == 40
    rows = api.rows(dataset, {"calculations": [{"op": "COUNT"}, {"op": "SUM", "column": "n"}]})
    assert (rows[0]["COUNT"], rows[0]["SUM(n)"]) == (200, 5 * sum(range(40)))
