# SPDX-License-Identifier: Apache-2.0
"""A sender that puts values into field names: it gets slow answers, not wrong ones."""
import time

import pytest

from harness.honeycomb import Api

DATASET = "exploding"
EVENTS, KEYS_EACH = 60, 200  # 12,000 different keys; a dataset has 10,000 columns.


def key(event, number):
    return f"user.{event * KEYS_EACH + number}.seen"


@pytest.fixture(scope="module", autouse=True)
def flood(server):
    api = Api(server.url)
    for i in range(EVENTS):
        fields = {key(i, n): f"value {n % 3}" if n % 2 else n for n in range(KEYS_EACH)}
        answer = api.send_event(DATASET, {"name": f"event {i}", "n": i, **fields})
        assert answer.status_code == 200


def metrics(api):
    lines = api.get("/metrics").text.splitlines()
    return dict(line.split() for line in lines if not line.startswith("#"))


def test_a_field_beyond_the_limit_is_grouped_and_filtered_by_name(api):
    late = key(EVENTS - 1, 1)

    assert api.values(DATASET, late, filters=[(late, "exists")]) == [
        {late: "value 1", "COUNT": 1}]
    assert api.count(DATASET, (late, "=", "value 1")) == 1
    assert api.count(DATASET, (late, "does-not-exist")) == EVENTS - 1
    assert api.count(DATASET, (key(EVENTS - 1, 4), ">", 3)) == 1
    rows = api.rows(DATASET, {"calculations": [{"op": "SUM", "column": key(EVENTS - 2, 8)}]})
    assert rows[0][f"SUM({key(EVENTS - 2, 8)})"] == 8


def test_an_event_is_returned_with_every_field_it_came_with(api):
    now_ms = int(time.time() * 1000)
    answer = api.post("/ui/api/v1/events", json={
        "dataset": DATASET, "limit": 1, "columns": [],
        "start_ms": now_ms - 600_000, "end_ms": now_ms + 600_000,
        "filters": [{"column": "n", "op": "=", "value": EVENTS - 1}]}).json()

    data = answer["events"][0]["data"]
    assert {k for k in data if k.startswith("user.")} == {
        key(EVENTS - 1, n) for n in range(KEYS_EACH)}
    assert data[key(EVENTS - 1, 4)] == 4


def test_columns_stay_within_the_limit_and_the_offender_is_named(api):
    assert len(api.get(f"/1/columns/{DATASET}").json()) <= 10_010
    status = api.get("/ui/api/v1/status").json()
    family, = (f for f in status["key_explosions"] if f["dataset"] == DATASET)
    assert family["pattern"] == "user.#.seen"
    assert 9_900 < family["columns"] <= 10_000
    assert status["values_overflowed"] > 1_900
    assert int(metrics(api)["tracery_key_explosions"]) == 1
    assert int(metrics(api)["tracery_values_overflowed_total"]) == status["values_overflowed"]
