# SPDX-License-Identifier: Apache-2.0
"""Log events: put, read either way, filtered, and seen by everything else."""
import gzip
import http.server
import json
import threading
import time

import pytest

from harness.cwlogs import Logs, LogsError, now_ms, read_frames
from harness.honeycomb import Api

TRACE_ID, SPAN_ID = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


@pytest.fixture
def logs(server):
    yield Logs(server.url)
    server.check_alive()


@pytest.fixture
def group(dataset):
    return f"/events/{dataset}"


def refused(call, code, part=""):
    with pytest.raises(LogsError) as error:
        call()
    assert error.value.status == 400 and error.value.code == code
    assert part in error.value.message


def test_put_answers_a_token_and_says_what_it_rejected(logs, group):
    logs.make_stream(group)
    now = now_ms()
    answer = logs.put(group, [(now, "a")])
    assert len(answer["nextSequenceToken"]) == 56 and "rejectedLogEventsInfo" not in answer
    day = 86_400_000
    rejected = logs.put(group, [(now - 30 * day, "old"), (now, "b"), (now + day, "new")])
    assert rejected["rejectedLogEventsInfo"] == {"tooOldLogEventEndIndex": 1,
                                                 "tooNewLogEventStartIndex": 2}
    assert logs.messages(group) == ["a", "b"]


def test_a_bad_request_stores_nothing(logs, group):
    logs.make_stream(group)
    now = now_ms()
    refused(lambda: logs.put(group, [(now, "a"), (now - 1, "b")]), "InvalidParameterException",
            "must be in chronological order")
    refused(lambda: logs.put(group, ["x" * 1_048_576]), "InvalidParameterException",
            "bytes exceeds limit of 1048576")
    refused(lambda: logs.put(group, ["a", ""]), "InvalidParameterException",
            "Member must have length greater than or equal to 1")
    refused(lambda: logs.put(group, [(now - 2 * 86_400_000, "a"), (now, "b")]),
            "InvalidParameterException", "cannot span more than 24 hours")
    refused(lambda: logs.put(group, ["a"] * 10_001), "InvalidParameterException", "10000")
    refused(lambda: logs.put(group, ["a"], stream="none"), "ResourceNotFoundException",
            "The specified log stream does not exist.")
    refused(lambda: logs.put("none", ["a"]), "ResourceNotFoundException",
            "The specified log group does not exist.")
    assert logs.messages(group) == []


def test_a_long_line_comes_back_whole(logs, group):
    logs.make_stream(group)
    line = "start " + "é\U0001f600\u2028<b>" * 60_000 + " end"
    logs.put(group, [line])
    assert logs.messages(group) == [line]


def test_bodies_may_be_packed(logs, group):
    logs.make_stream(group)
    body = json.dumps({"logGroupName": group, "logStreamName": "s",
                       "logEvents": [{"timestamp": now_ms(), "message": "packed"}]})
    answer = logs.post("PutLogEvents", gzip.compress(body.encode()),
                       headers={"Content-Encoding": "gzip"})
    assert answer.status_code == 200
    assert logs.messages(group) == ["packed"]


def test_a_stream_is_read_both_ways_in_the_order_it_came(logs, group):
    logs.make_stream(group)
    now = now_ms()
    # Ties in time: only the order of arrival tells them apart.
    lines = [(now + i // 7, f"line {i}") for i in range(100)]
    for start in range(0, 100, 10):
        logs.put(group, lines[start:start + 10])
    wanted = [text for _, text in lines]

    def read(token=None, **members):
        return logs.get_log_events(logGroupName=group, logStreamName="s",
                                   **({"nextToken": token} if token else {}), **members)

    latest = read(limit=30)
    assert [e["message"] for e in latest["events"]] == wanted[70:]
    seen, page = [], read(startFromHead=True, limit=9)
    while page["events"]:
        seen += [e["message"] for e in page["events"]]
        page = read(page["nextForwardToken"], limit=9)
    assert seen == wanted
    end_token = page["nextForwardToken"]
    assert read(end_token, limit=9)["nextForwardToken"] == end_token
    logs.put(group, [(now + 50, "later")])
    assert [e["message"] for e in read(end_token)["events"]] == ["later"]
    seen, page = [], read(latest["nextBackwardToken"], limit=9)
    while page["events"]:
        seen = [e["message"] for e in page["events"]] + seen
        page = read(page["nextBackwardToken"], limit=9)
    assert seen == wanted[:70]
    refused(lambda: read("f/123"), "InvalidParameterException",
            "The specified nextToken is invalid.")
    window = read(startTime=now + 1, endTime=now + 2, startFromHead=True)
    assert [e["message"] for e in window["events"]] == wanted[7:14]


def test_filters_by_pattern_stream_and_time(logs, group):
    logs.make_stream(group, "web-1")
    logs.create_log_stream(logGroupName=group, logStreamName="job-1")
    now = now_ms()
    logs.put(group, [(now, "GET / 200"), (now + 1, "ERROR timeout"), (now + 2, '{"ms": 7}')],
             stream="web-1")
    logs.put(group, [(now + 3, "ERROR disk full")], stream="job-1")
    assert logs.messages(group, filterPattern="ERROR") == ["ERROR timeout", "ERROR disk full"]
    assert logs.messages(group, filterPattern="ERROR -disk") == ["ERROR timeout"]
    assert logs.messages(group, filterPattern="{ $.ms > 5 }") == ['{"ms": 7}']
    assert logs.messages(group, logStreamNames=["job-1"]) == ["ERROR disk full"]
    assert len(logs.messages(group, logStreamNamePrefix="web")) == 3
    assert logs.messages(group, startTime=now + 1, endTime=now + 1) == ["ERROR timeout"]
    assert logs.messages(group, startFromHead=False, startTime=now)[0] == "ERROR disk full"
    refused(lambda: logs.messages(group, logStreamNames=["a"], logStreamNamePrefix="b"),
            "InvalidParameterException")
    refused(lambda: logs.messages(group, filterPattern="{ $.a = "), "InvalidParameterException")
    page = logs.filter_log_events(logGroupName=group, limit=3)
    assert page["searchedLogStreams"] == []
    ids = [event["eventId"] for event in page["events"]]
    assert all(len(i) == 56 and i.isdigit() for i in ids) and ids == sorted(set(ids))
    assert logs.messages(group, limit=1) == logs.messages(group)


def test_json_fields_level_and_trace_become_columns(logs, group, server):
    logs.make_stream(group)
    logs.put(group, [
        json.dumps({"level": "warning", "user": {"id": "bob"}, "items": [{"n": 3}],
                    "trace_id": TRACE_ID, "span_id": SPAN_ID, "body": "mine"}),
        f"ERROR traceparent=00-{TRACE_ID}-{SPAN_ID}-01 failed",
        "[ERROR] Root=1-5759e988-bd862e3fe1be46a994272793 slow",
        "nothing special"])
    events = [event["data"] for event in Api(server.url).post("/ui/api/v1/events", json={
        "dataset": group, "start_ms": now_ms() - 60_000, "end_ms": now_ms() + 60_000,
    }).json()["events"]]
    by_body = {event["body"]: event for event in events}
    first = next(event for body, event in by_body.items() if body.startswith("{"))
    assert first["user.id"] == "bob" and first["items.0.n"] == 3 and first["json.body"] == "mine"
    assert first["severity"] == "warn" and first["trace.trace_id"] == TRACE_ID
    assert first["trace.parent_id"] == SPAN_ID and first["meta.source"] == "cloudwatch"
    second = next(event for body, event in by_body.items() if body.startswith("ERROR"))
    assert second["severity"] == "error" and second["trace.trace_id"] == TRACE_ID
    third = next(event for body, event in by_body.items() if body.startswith("["))
    assert third["trace.trace_id"] == "5759e988bd862e3fe1be46a994272793"
    assert "severity" not in by_body["nothing special"]


def test_lines_of_a_trace_are_related_to_it(logs, group, server):
    logs.make_stream(group)
    trace = "7" + TRACE_ID[1:]
    logs.put(group, [f"ERROR trace_id={trace} span_id={SPAN_ID} broke\nsecond line"])
    related = logs.session.get(f"{server.url}/ui/api/v1/trace/{trace}/related").json()["items"]
    assert [(item["kind"], item["level"], item["span_id"]) for item in related] == [
        ("log", "error", SPAN_ID)]
    assert related[0]["title"].endswith("broke")


def test_a_record_is_found_by_its_pointer(logs, group, server):
    logs.make_stream(group)
    logs.put(group, ['{"user":"bob","@odd":1}'])
    lines = logs.session.post(f"{server.url}/ui/api/v1/logs/events", json={
        "groups": [group], "start_ms": 0, "end_ms": now_ms() + 1000}).json()["lines"]
    record = logs.get_log_record(logRecordPointer=lines[0]["id"])["logRecord"]
    assert record["@message"] == '{"user":"bob","@odd":1}' and record["user"] == "bob"
    assert record["@logStream"] == "s" and record["@log"] == f"000000000000:{group}"
    assert record["@@odd"] == "1"
    refused(lambda: logs.get_log_record(logRecordPointer="x"), "InvalidParameterException")


def test_live_tail_shows_what_matches(logs, group):
    logs.make_stream(group, "web-1")
    logs.create_log_stream(logGroupName=group, logStreamName="job-1")
    arn = f"arn:aws:logs:eu-west-1:000000000000:log-group:{group}"
    response = logs.post("StartLiveTail", {"logGroupIdentifiers": [arn],
                                           "logEventFilterPattern": "ERROR",
                                           "logStreamNamePrefixes": ["web"]}, stream=True)
    assert response.headers["Content-Type"] == "application/vnd.amazon.eventstream"
    frames = read_frames(response.raw)
    kinds = [next(frames) for _ in range(2)]
    assert [headers[":event-type"] for headers, _ in kinds] == ["initial-response",
                                                                "sessionStart"]
    assert kinds[1][1]["logGroupIdentifiers"] == [arn]
    logs.put(group, ["ERROR one", "fine", "ERROR two"], stream="web-1")
    logs.put(group, ["ERROR elsewhere"], stream="job-1")
    found = []
    while len(found) < 2:
        headers, update = next(frames)
        assert headers[":event-type"] == "sessionUpdate"
        assert update["sessionMetadata"] == {"sampled": False}
        found += update["sessionResults"]
    assert [line["message"] for line in found] == ["ERROR one", "ERROR two"]
    assert found[0]["logGroupIdentifier"] == arn and found[0]["logStreamName"] == "web-1"
    response.close()
    refused(lambda: logs.start_live_tail(logGroupIdentifiers=[arn] * 11),
            "InvalidParameterException", "Member must have length less than or equal to 10")


def test_live_tail_samples_and_says_so(logs, group):
    logs.make_stream(group)
    response = logs.post("StartLiveTail", {"logGroupIdentifiers": [group]}, stream=True)
    frames = read_frames(response.raw)
    next(frames), next(frames)
    logs.put(group, [f"line {i}" for i in range(5000)])
    while True:
        update = next(frames)[1]
        if update["sessionResults"]:
            break
    assert update["sessionMetadata"] == {"sampled": True}
    assert len(update["sessionResults"]) <= 500
    response.close()


def test_order_within_a_stream_under_parallel_writers(logs, group, server):
    logs.make_stream(group)

    def write(name):
        own = Logs(server.url)
        for i in range(20):
            own.put(group, [f"{name} {i}"], time_ms=1_000 * (now_ms() // 1_000))

    writers = [threading.Thread(target=write, args=(name,)) for name in "abc"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    messages = logs.messages(group)
    assert len(messages) == 60
    for name in "abc":
        assert [m for m in messages if m.startswith(name)] == [f"{name} {i}" for i in range(20)]


class Hook(http.server.BaseHTTPRequestHandler):
    """Takes what a subscription is posted; refuses the first try."""
    received, tries = [], 0

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        Hook.tries += 1
        if Hook.tries > 1:
            Hook.received.append(json.loads(gzip.decompress(body)))
        self.send_response(503 if Hook.tries == 1 else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def wait_for(condition):
    give_up = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < give_up
        time.sleep(0.05)


def test_subscriptions_are_delivered_until_they_are_taken(logs, group):
    hook = http.server.HTTPServer(("127.0.0.1", 0), Hook)
    threading.Thread(target=hook.serve_forever, daemon=True).start()
    logs.make_stream(group)
    logs.put_subscription_filter(logGroupName=group, filterName="f", filterPattern="ERROR",
                                 destinationArn=f"http://127.0.0.1:{hook.server_port}/hook")
    logs.put(group, ["ERROR one", "fine", "ERROR two"])
    wait_for(lambda: Hook.received)
    hook.shutdown()
    message = Hook.received[0]
    assert message["messageType"] == "DATA_MESSAGE" and message["owner"] == "000000000000"
    assert (message["logGroup"], message["logStream"]) == (group, "s")
    assert message["subscriptionFilters"] == ["f"]
    assert [event["message"] for event in message["logEvents"]] == ["ERROR one", "ERROR two"]


def test_metric_filters_become_metrics(logs, group, server):
    logs.make_stream(group)
    namespace = group.strip("/").replace("/", "-") + "-metrics"
    logs.put_metric_filter(logGroupName=group, filterName="slow", filterPattern="{ $.ms > 5 }",
                           metricTransformations=[{"metricName": "latency", "metricValue": "$.ms",
                                                   "metricNamespace": namespace}])
    logs.put(group, ['{"ms": 4}', '{"ms": 6}', '{"ms": 7.5}'])
    api = Api(server.url)
    assert api.wait_for_count(namespace, 2) == 2
    totals, = api.rows(namespace, {"calculations": [{"op": "SUM", "column": "latency"}]})
    assert totals["SUM(latency)"] == 13.5


@pytest.mark.parametrize("path,body,messages", [
    ("/services/collector/event", '{"event":"a"}{"event":{"b":1}}',
     ['{"event":"a"}', '{"event":{"b":1}}']),
    ("/ingest/bulk", "one\n{\"two\": 2}\n", ["one", '{"two": 2}']),
    ("/ingest/json", '[{"a":1},7]', ['{"a":1}']),
])
def test_plain_http_endpoints(logs, group, path, body, messages):
    logs.make_stream(group)
    place = {"x-aws-log-group": group, "x-aws-log-stream": "s"}
    answer = logs.session.post(logs.url + path, data=body, headers=place)
    assert (answer.status_code, answer.text) == (200, "{}")
    assert logs.messages(group) == messages
    by_query = {"logGroup": group, "logStream": "s"}
    assert logs.session.post(logs.url + path, data=body, params=by_query).status_code == 200
    both = logs.session.post(logs.url + path, data=body, params=by_query, headers=place)
    assert both.status_code == 400
    assert logs.session.post(logs.url + path, data=body).status_code == 400
