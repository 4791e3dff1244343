# SPDX-License-Identifier: Apache-2.0
"""The UI's API for logs, as docs/wire/ui-api.md has it."""
import json
import time

import pytest

from harness.cwlogs import Logs, now_ms


@pytest.fixture
def logs(server):
    yield Logs(server.url)
    server.check_alive()


@pytest.fixture
def group(dataset):
    return f"ui/{dataset}"


class Ui:
    def __init__(self, logs):
        self.session, self.base = logs.session, logs.url + "/ui/api/v1/logs/"

    def get(self, path, **parameters):
        answer = self.session.get(self.base + path, params=parameters, timeout=60)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path, status=200, **body):
        answer = self.session.post(self.base + path, json=body, timeout=60)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    def lines(self, group, **body):
        return self.post("events", groups=[group], **{"start_ms": 0, "end_ms": now_ms() + 60_000,
                                                      **body})


@pytest.fixture
def ui(logs):
    return Ui(logs)


def events_of(response):
    """(name, data) of each server-sent event."""
    name = None
    for line in response.iter_lines(decode_unicode=True):
        if line.startswith("event: "):
            name = line[7:]
        elif line.startswith("data: "):
            yield name, json.loads(line[6:])


def test_groups_and_streams(logs, ui, group):
    assert ui.post("groups", 201, name=group)["name"] == group
    logs.create_log_stream(logGroupName=group, logStreamName="a")
    logs.create_log_stream(logGroupName=group, logStreamName="b")
    now = now_ms()
    logs.put(group, [(now - 5, "x"), (now, "yy")], stream="b")
    ui.post("groups/retention", 204, group=group, days=7)
    found, = ui.get("groups", q=group.upper())["groups"]
    assert abs(found.pop("created_ms") - now) < 60_000
    assert found == {"name": group, "source": "cloudwatch", "streams": 2, "events": 2,
                     "stored_bytes": 3 + 2 * 26, "retention_days": 7, "first_event_ms": now - 5,
                     "last_event_ms": now, "metric_filters": 0, "subscription_filters": 0,
                     "tags": {}}
    streams = ui.get("streams", group=group)
    assert [(s["name"], s["events"]) for s in streams["streams"]] == [("b", 2), ("a", 0)]
    assert streams["total"] == 2
    assert logs.session.delete(ui.base + "groups", params={"group": group}).status_code == 204
    assert ui.get("groups", q=group)["groups"] == []


def test_lines_are_read_both_ways(logs, ui, group):
    logs.make_stream(group)
    now = now_ms()
    logs.put(group, [(now + i // 3, f"line {i}") for i in range(50)])
    newest = ui.lines(group, limit=20)
    assert [line["message"] for line in newest["lines"]] == [f"line {i}" for i in range(30, 50)]
    older = ui.lines(group, limit=20, cursor=newest["older"])
    assert [line["message"] for line in older["lines"]] == [f"line {i}" for i in range(10, 30)]
    first = ui.lines(group, limit=20, cursor=older["older"])
    assert [line["message"] for line in first["lines"]] == [f"line {i}" for i in range(10)]
    assert first["older"] is None
    logs.put(group, [(now + 60, "later")])
    newer = ui.lines(group, order="oldest", cursor=newest["newer"])
    assert [line["message"] for line in newer["lines"]] == ["later"]
    again = ui.lines(group, order="oldest", cursor=newer["newer"])
    assert again["lines"] == [] and again["newer"] == newer["newer"] and again["complete"]


def test_lines_are_chosen_by_level_text_and_pattern(logs, ui, group):
    logs.make_stream(group)
    logs.put(group, ['{"level":"WARNING","user":{"id":"bob"}}', "ERROR timeout", "INFO fine"])
    message = [line["message"] for line in ui.lines(group, levels=["warn", "error"])["lines"]]
    assert len(message) == 2
    assert [line["message"] for line in ui.lines(group, text="imeou")["lines"]] == ["ERROR timeout"]
    line, = ui.lines(group, filter="{ $.user.id = bob }", fields=True)["lines"]
    assert line["fields"]["user.id"] == "bob" and line["level"] == "warn"
    bad = logs.session.post(ui.base + "events", json={
        "groups": [group], "start_ms": 0, "end_ms": 1, "filter": "{ $.a = "})
    assert bad.status_code == 400 and bad.json()["code"] == "bad_query"


def test_a_long_line_is_cut_in_lists_and_whole_by_itself(logs, ui, group):
    logs.make_stream(group)
    text = "é" * 5000
    logs.put(group, [text])
    line, = ui.lines(group)["lines"]
    assert (line["message"], line["cut"], line["bytes"]) == ("é" * 2048, True, 10_000)
    whole = ui.get("line", id=line["id"])
    assert whole["line"]["message"] == text and whole["document"]["body"] == text


def test_context_around_a_line(logs, ui, group):
    logs.make_stream(group)
    logs.create_log_stream(logGroupName=group, logStreamName="other")
    now = now_ms()
    logs.put(group, [(now, f"line {i}") for i in range(30)])
    logs.put(group, [(now, "not of this stream")], stream="other")
    line, = [each for each in ui.lines(group)["lines"] if each["message"] == "line 12"]
    around = ui.get("context", id=line["id"], before=3, after=2)
    assert [each["message"] for each in around["lines"]] == [f"line {i}" for i in range(9, 15)]
    assert around["index"] == 3
    older = ui.lines(group, streams=["s"], cursor=around["older"], limit=2)
    assert [each["message"] for each in older["lines"]] == ["line 7", "line 8"]
    newer = ui.lines(group, streams=["s"], order="oldest", cursor=around["newer"], limit=2)
    assert [each["message"] for each in newer["lines"]] == ["line 15", "line 16"]


def test_histogram_counts_by_level(logs, ui, group):
    logs.make_stream(group)
    start = now_ms() // 60_000 * 60_000 - 600_000
    logs.put(group, [(start + 1, "ERROR a"), (start + 2, "plain"), (start + 300_000, "INFO b")])
    seen = ui.post("histogram", groups=[group], start_ms=start, end_ms=start + 600_000, buckets=10)
    assert (seen["total"], seen["bucket_ms"], seen["start_ms"]) == (3, 60_000, start)
    assert [i for i, count in enumerate(seen["counts"]) if count] == [0, 5]
    assert seen["levels"]["error"][0] == 1 and seen["levels"]["info"][5] == 1


def test_live_tail(logs, ui, group):
    logs.make_stream(group)
    with logs.session.post(ui.base + "tail", json={"groups": [group], "filter": "ERROR"},
                           stream=True, timeout=60) as response:
        stream = events_of(response)
        assert next(stream)[0] == "start"
        logs.put(group, ["fine", "ERROR here"])
        update = next(data for name, data in stream if name == "lines" and data["lines"])
    line, = update["lines"]
    assert line["message"] == "ERROR here" and line["level"] == "error"
    assert update["sampled"] is False and update["shown"] == 1
    assert ui.get("line", id=line["id"])["line"]["message"] == "ERROR here"


def test_insights_run_and_are_kept(logs, ui, group):
    logs.make_stream(group)
    logs.put(group, ['{"route":"/a","ms":1}', '{"route":"/a","ms":3}', '{"route":"/b","ms":5}'])
    asked = {"groups": [group], "start_ms": now_ms() - 60_000, "end_ms": now_ms() + 60_000}
    made = ui.post("insights", 201, query="stats avg(ms) as mean by route | sort route", **asked)
    with logs.session.get(ui.base + f"insights/{made['id']}/stream", stream=True,
                          timeout=60) as response:
        name, done = list(events_of(response))[-1]
    assert name == "done" and done["state"] == "done"
    assert sorted(done["columns"]) == ["mean", "route"]
    at = done["columns"].index("route")
    assert [(row[at], float(row[1 - at])) for row in done["rows"]] == [("/a", 2.0), ("/b", 5.0)]
    assert done["ids"] == [None, None] and done["stats"]["records_matched"] == 3
    listed = ui.get("insights")["queries"]
    assert any(query["id"] == made["id"] for query in listed)

    lines = ui.post("insights", 201, query="fields @message | limit 1", **asked)
    while (view := ui.get(f"insights/{lines['id']}"))["state"] == "running":
        time.sleep(0.02)
    assert view["columns"] == ["@message"] and len(view["rows"][0]) == 1
    assert ui.get("line", id=view["ids"][0])["line"]["message"] == view["rows"][0][0]

    bad = logs.session.post(ui.base + "insights", json={**asked, "query": "stats nope("})
    assert bad.status_code == 400 and bad.json()["start"] <= bad.json()["end"]


def test_fields_and_their_values(logs, ui, group):
    logs.make_stream(group)
    logs.put(group, ['{"user":"bob"}', '{"user":"bob"}', '{"user":"amy"}', "plain"])
    fields = {each["name"]: each["percent"] for each in ui.get("fields", group=group)["fields"]}
    assert fields["@message"] == 100 and fields["user"] == 75
    values = ui.get("values", group=group, field="user")["values"]
    assert values == [{"value": "bob", "count": 2}, {"value": "amy", "count": 1}]
    names = [each["name"] for each in logs.get_log_group_fields(logGroupName=group)[
        "logGroupFields"]]
    assert "user" in names and "@timestamp" in names


def test_saved_queries(logs, ui):
    made = ui.post("saved", 201, name="slow", query="limit 5", groups=["g"])
    assert [q["name"] for q in ui.get("saved")["saved"]] == ["slow"]
    ui.post("saved", 201, id=made["id"], name="slower", query="limit 5", groups=[])
    assert [q["name"] for q in ui.get("saved")["saved"]] == ["slower"]
    assert logs.session.delete(ui.base + "saved/" + made["id"]).status_code == 204
    assert ui.get("saved")["saved"] == []


def test_otlp_logs_are_a_group(logs, ui, dataset):
    record = {"timeUnixNano": str(now_ms() * 1_000_000), "severityText": "ERROR",
              "severityNumber": 17, "body": {"stringValue": "over OTLP"}}
    request = {"resourceLogs": [{
        "resource": {"attributes": [{"key": "service.name", "value": {"stringValue": dataset}}]},
        "scopeLogs": [{"logRecords": [record]}]}]}
    answer = logs.session.post(logs.url + "/v1/logs", json=request)
    assert answer.status_code == 200, answer.text
    assert [g["source"] for g in ui.get("groups", q=dataset)["groups"]] == ["otlp"]
    line, = ui.lines(dataset)["lines"]
    assert (line["message"], line["level"], line["stream"]) == ("over OTLP", "error", "otlp")
    assert ui.get("line", id=line["id"])["line"]["message"] == "over OTLP"
    assert logs.messages(dataset, filterPattern="OTLP") == ["over OTLP"]
    page = logs.get_log_events(logGroupName=dataset, logStreamName="otlp", startFromHead=True)
    assert [event["message"] for event in page["events"]] == ["over OTLP"]
