# SPDX-License-Identifier: Apache-2.0
"""The Honeycomb events API: one event, batches, times, weights, refusals."""
import datetime
import gzip
import json
import time

import msgpack
import pytest
import zstandard

ACCEPTED = {"status": 202}


def window_around(moment):
    return {"start_time": int(moment) - 5, "end_time": int(moment) + 5}


def test_one_event_is_answered_with_200_and_nothing(api, dataset):
    answer = api.send_event(dataset, {"name": "deploy", "ok": True})

    assert (answer.status_code, answer.content) == (200, b"")
    row, = api.values(dataset, "name", "ok")
    assert (row["name"], row["ok"], row["COUNT"]) == ("deploy", True, 1)


def test_a_batch_is_answered_event_by_event_in_order(api, dataset):
    entries = [{"data": {"n": 1}}, {"data": {}}, {"data": {"n": 2}}, 7, {"no": "data"}]

    answer = api.send_batch(dataset, entries)

    assert answer.status_code == 200
    statuses = answer.json()
    assert [s["status"] for s in statuses] == [202, 400, 202, 400, 400]
    assert statuses[1]["error"] == "empty event data"
    # libhoney for JavaScript reads another name than the others.
    assert statuses[1]["err"] == statuses[1]["error"]
    assert api.count(dataset) == 2


def test_values_keep_their_types(api, dataset):
    fields = {"s": "x", "i": 9007199254740993, "f": 2.5, "t": True, "neg": -4, "none": None}

    api.send_event(dataset, fields)

    row, = api.values(dataset, "s", "i", "f", "t", "neg", "none")
    assert row["i"] == 9007199254740993
    assert (row["s"], row["f"], row["t"], row["neg"]) == ("x", 2.5, True, -4)
    assert row.get("none") is None
    types = {c["key_name"]: c["type"] for c in api.get(f"/1/columns/{dataset}").json()}
    assert {k: types[k] for k in "sift"} == {
        "s": "string", "i": "integer", "f": "float", "t": "boolean"}
    assert "none" not in types


@pytest.mark.parametrize("compress", [bytes, gzip.compress,
                                      lambda b: zstandard.ZstdCompressor().compress(b)],
                         ids=["identity", "gzip", "zstd"])
@pytest.mark.parametrize("media", ["application/json", "application/msgpack",
                                   "application/x-msgpack"])
def test_batches_in_every_encoding(api, dataset, media, compress, request):
    encoding = request.node.callspec.id.split("-")[-1]
    entries = [{"data": {"n": i, "name": "é"}, "samplerate": 2} for i in range(10)]
    body = compress((msgpack.packb(entries) if "msgpack" in media else
                     json.dumps(entries).encode()))
    headers = {"Content-Type": media}
    if encoding != "identity":
        headers["Content-Encoding"] = encoding

    answer = api.post(f"/1/batch/{dataset}", data=body, headers=headers)

    assert answer.status_code == 200, answer.text
    packed = "msgpack" in answer.headers["Content-Type"]
    statuses = msgpack.unpackb(answer.content) if packed else answer.json()
    assert [s["status"] for s in statuses] == [202] * 10
    row, = api.rows(dataset, {"calculations": [{"op": "COUNT"}, {"op": "SUM", "column": "n"}]})
    assert (row["COUNT"], row["SUM(n)"]) == (20, 90)


MOMENT = int(time.time()) - 3000
TIMES = {
    "rfc3339": lambda t: datetime.datetime.fromtimestamp(t, datetime.timezone.utc).isoformat(),
    "rfc3339 zulu, nanoseconds": lambda t: time.strftime("%Y-%m-%dT%H:%M:%S.123456789Z",
                                                         time.gmtime(t)),
    "rfc3339 offset": lambda t: datetime.datetime.fromtimestamp(
        t, datetime.timezone(datetime.timedelta(hours=-5, minutes=-30))).isoformat(),
    "seconds": str,
    "milliseconds": lambda t: str(t * 1000 + 7),
    "microseconds": lambda t: str(t * 10**6 + 7),
    "nanoseconds": lambda t: str(t * 10**9 + 7),
    "float seconds": lambda t: f"{t}.25",
}


@pytest.mark.parametrize("form", TIMES)
def test_every_form_of_time_is_read(api, dataset, form):
    text = TIMES[form](MOMENT)

    api.send_event(dataset, {"by": "header"}, X_Honeycomb_Event_Time=text)
    answer = api.send_batch(dataset, [{"time": text, "data": {"by": "batch"}}])

    assert answer.json() == [ACCEPTED]
    rows = api.rows(dataset, {"breakdowns": ["by"], **window_around(MOMENT)})
    assert sorted(row["by"] for row in rows) == ["batch", "header"]


def test_a_msgpack_timestamp_is_a_time(api, dataset):
    entries = [{"time": msgpack.Timestamp(MOMENT, 5), "data": {"n": 1}}]

    answer = api.post(f"/1/batch/{dataset}", data=msgpack.packb(entries),
                      headers={"Content-Type": "application/msgpack"})

    assert answer.status_code == 200, answer.text
    assert api.rows(dataset, window_around(MOMENT))[0]["COUNT"] == 1


def test_no_time_is_now(api, dataset):
    api.send_event(dataset, {"n": 1})

    assert api.rows(dataset, window_around(time.time()))[0]["COUNT"] == 1


def test_sample_rates_weigh(api, dataset):
    api.send_event(dataset, {"ms": 10}, X_Honeycomb_Samplerate="3")
    api.send_batch(dataset, [{"samplerate": 7, "data": {"ms": 20}}, {"data": {"ms": 30}}])

    row, = api.rows(dataset, {"calculations": [{"op": "COUNT"}, {"op": "SUM", "column": "ms"},
                                               {"op": "MAX", "column": "ms"}]})
    assert (row["COUNT"], row["SUM(ms)"], row["MAX(ms)"]) == (11, 30 + 140 + 30, 30)


def test_dataset_names_become_slugs(api):
    assert api.send_event("My Dataset!", {"n": 1}).status_code == 200

    found = api.get("/1/datasets/my-dataset-").json()
    assert (found["name"], found["slug"]) == ("My Dataset!", "my-dataset-")
    assert api.count("my-dataset-") == 1


def test_nested_objects_stay_text_until_the_dataset_expands_them(api, dataset):
    api.send_event(dataset, {"user": {"id": 7, "tags": ["a"]}})
    row, = api.values(dataset, "user")
    assert json.loads(row["user"]) == {"id": 7, "tags": ["a"]}

    put = api.session.put(api.url + f"/1/datasets/{dataset}", json={"expand_json_depth": 2},
                          timeout=10)
    assert put.status_code == 200, put.text
    api.send_event(dataset, {"user": {"id": 8}})

    assert api.count(dataset, ("user.id", "=", 8)) == 1


REFUSED = {
    "empty": (b"", "Request body should not be empty."),
    "cut short": (b'{"a":', "Request body is malformed and cannot be read."),
    "noise": (b"\xff\xfe", "Request body is malformed and cannot be read."),
}


@pytest.mark.parametrize("kind", REFUSED)
@pytest.mark.parametrize("path", ["events", "batch"])
def test_refusals_are_worded_as_clients_know_them(api, dataset, path, kind):
    body, message = REFUSED[kind]

    answer = api.post(f"/1/{path}/{dataset}", data=body,
                      headers={"Content-Type": "application/json"})

    assert answer.status_code == 400
    assert answer.json()["error"] == message
    assert not api.has_dataset(dataset)


def test_a_corrupt_gzip_body_is_refused(api, dataset):
    body = gzip.compress(b'[{"data":{"n":1}}]')[:-6]

    answer = api.post(f"/1/batch/{dataset}", data=body, headers={
        "Content-Type": "application/json", "Content-Encoding": "gzip"})

    assert answer.status_code == 400
    assert answer.json()["error"]


def test_too_many_fields_are_refused(api, dataset):
    answer = api.send_event(dataset, {f"f{i}": i for i in range(2001)})

    assert answer.status_code == 400
    assert answer.json()["error"] == "Event has too many columns."


def test_an_event_over_a_megabyte_fails_alone(api, dataset):
    big = {f"part{i}": "x" * 60_000 for i in range(20)}

    answer = api.send_batch(dataset, [{"data": {"n": 1}}, {"data": big}, {"data": {"n": 2}}])

    assert [s["status"] for s in answer.json()] == [202, 400, 202]
    assert api.count(dataset) == 2


@pytest.mark.parametrize("body", [b"[" * 100_000, b'[{"data":' + b'{"a":' * 100_000],
                         ids=["arrays", "objects"])
def test_deep_nesting_is_refused(api, dataset, body):
    answer = api.post(f"/1/batch/{dataset}", data=body,
                      headers={"Content-Type": "application/json"})

    assert answer.status_code == 400
    assert api.get("/healthz").status_code == 200


@pytest.mark.parametrize("body", [b"\xdd\xff\xff\xff\xff", b"\xdf\xff\xff\xff\xff",
                                  b"\x91" * 100_000, b"\xc6\xff\xff\xff\xffab"],
                         ids=["4 G entries", "4 G keys", "deep", "4 GiB blob"])
def test_lying_msgpack_is_refused(server, api, dataset, body):
    before = server.resident_bytes()

    answer = api.post(f"/1/batch/{dataset}", data=body,
                      headers={"Content-Type": "application/msgpack"})

    assert answer.status_code == 400
    assert server.resident_bytes() - before < 100_000_000
