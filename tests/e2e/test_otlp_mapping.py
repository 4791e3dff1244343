# SPDX-License-Identifier: Apache-2.0
"""What a span, span event, link, log record and metric point become: Honeycomb's own names."""
import json

import pytest

from harness import otlp
from harness.otlp import JSON_TYPE, PROTOBUF_TYPE

PARENT = "00f067aa0ba902b7"


@pytest.fixture(params=[PROTOBUF_TYPE, JSON_TYPE], ids=["protobuf", "json"])
def send(request, api, dataset):
    """Sends a request in both encodings; the events must be the same."""
    def sent(signal, body):
        answer = otlp.post(api, signal, body, request.param, **{"x-honeycomb-dataset": dataset})
        assert answer.status_code == 200, answer.text
    return sent


def only(rows):
    row, = rows
    return {k: v for k, v in row.items() if k != "COUNT" and v is not None}


def test_a_span_becomes_an_event(api, dataset, send):
    span = otlp.span("GET /cart", duration_ms=2.5, parentSpanId=PARENT, kind=3, traceState="a=b",
                     status={"code": 2, "message": "no stock"})
    send("traces", otlp.traces(dataset, [span], scope={"name": "shop", "version": "1.2"},
                               resource={"host.name": "web-1"}))

    fields = only(api.values(
        dataset, "trace.trace_id", "trace.span_id", "trace.parent_id", "trace.trace_state",
        "name", "type", "span.kind", "duration_ms", "status_code", "status_message", "error",
        "span.num_events", "span.num_links", "meta.signal_type", "library.name",
        "library.version", "host.name", "service.name"))
    assert fields == {
        "trace.trace_id": span["traceId"], "trace.span_id": span["spanId"],
        "trace.parent_id": PARENT, "trace.trace_state": "a=b", "name": "GET /cart",
        "type": "client", "span.kind": "client", "duration_ms": 2.5, "status_code": 2,
        "status_message": "no stock", "error": True, "span.num_events": 0, "span.num_links": 0,
        "meta.signal_type": "trace", "library.name": "shop", "library.version": "1.2",
        "host.name": "web-1", "service.name": dataset}


def test_what_is_not_there_is_absent(api, dataset, send):
    send("traces", otlp.traces(dataset, [otlp.span()]))

    fields = only(api.values(dataset, "trace.parent_id", "error", "status_message",
                             "trace.trace_state", "status_code"))
    assert fields == {"status_code": 0}


@pytest.mark.parametrize("kind,name", enumerate(
    ["unspecified", "internal", "server", "client", "producer", "consumer"]))
def test_kinds_have_names(api, dataset, send, kind, name):
    send("traces", otlp.traces(dataset, [otlp.span(kind=kind)]))

    assert only(api.values(dataset, "type", "span.kind")) == {"type": name, "span.kind": name}


def test_every_kind_of_value(api, dataset, send):
    fields = {"s": "x", "i": -5, "big": 2**53 + 1, "f": 1.25, "yes": True,
              "list": [1, "a", False], "map": {"k": {"deep": 1}, "n": 2}}
    send("traces", otlp.traces(dataset, [otlp.span(fields=fields)]))

    row = only(api.values(dataset, "s", "i", "big", "f", "yes", "list", "map.k.deep", "map.n"))
    assert json.loads(row.pop("list")) == [1, "a", False]
    assert row == {"s": "x", "i": -5, "big": 2**53 + 1, "f": 1.25, "yes": True,
                   "map.k.deep": 1, "map.n": 2}


def test_the_nearest_value_wins_a_name_clash(api, dataset, send):
    span = otlp.span(fields={"who": "span", "name": "by attribute"})
    send("traces", otlp.traces(
        dataset, [span], scope={"name": "s", "attributes": otlp.attributes(
            {"who": "scope", "where": "scope"})}, resource={"who": "resource",
                                                            "where": "resource"}))

    assert only(api.values(dataset, "who", "where", "name")) == {
        "who": "span", "where": "scope", "name": "by attribute"}


def test_a_span_that_ends_before_it_starts_is_marked(api, dataset, send):
    span = otlp.span()
    span["endTimeUnixNano"] = str(int(span["startTimeUnixNano"]) - 1)
    send("traces", otlp.traces(dataset, [span]))

    assert only(api.values(dataset, "duration_ms", "meta.invalid_duration")) == {
        "duration_ms": 0, "meta.invalid_duration": True}


def test_a_span_event_and_a_link_are_events_of_their_own(api, dataset, send):
    span = otlp.span("work", status={"code": 2})
    span["events"] = [{"timeUnixNano": str(int(span["startTimeUnixNano"]) + 1_500_000),
                       "name": "retry", "attributes": otlp.attributes({"attempt": 2})}]
    span["links"] = [{"traceId": "ab" * 16, "spanId": "cd" * 8,
                      "attributes": otlp.attributes({"why": "batch"})}]
    send("traces", otlp.traces(dataset, [span]))

    event = only(api.values(
        dataset, "trace.trace_id", "trace.parent_id", "trace.span_id", "name", "parent_name",
        "attempt", "error", "meta.time_since_span_start_ms", "meta.signal_type",
        filters=[("meta.annotation_type", "=", "span_event")]))
    link = only(api.values(
        dataset, "trace.trace_id", "trace.parent_id", "trace.link.trace_id",
        "trace.link.span_id", "parent_name", "why",
        filters=[("meta.annotation_type", "=", "link")]))
    assert event == {
        "trace.trace_id": span["traceId"], "trace.parent_id": span["spanId"], "name": "retry",
        "parent_name": "work", "attempt": 2, "error": True,
        "meta.time_since_span_start_ms": 1.5, "meta.signal_type": "trace"}
    assert link == {
        "trace.trace_id": span["traceId"], "trace.parent_id": span["spanId"],
        "trace.link.trace_id": "ab" * 16, "trace.link.span_id": "cd" * 8,
        "parent_name": "work", "why": "batch"}
    assert only(api.values(dataset, "span.num_events", "span.num_links", filters=[
        ("duration_ms", "exists")])) == {"span.num_events": 1, "span.num_links": 1}


def test_an_exception_event_is_copied_to_its_span(api, dataset, send):
    span = otlp.span(fields={"exception.type": "Mine"})
    span["events"] = [
        {"timeUnixNano": span["endTimeUnixNano"], "name": "exception",
         "attributes": otlp.attributes({"exception.type": t, "exception.message": t + "!"})}
        for t in ("First", "Second")]
    send("traces", otlp.traces(dataset, [span]))

    assert only(api.values(dataset, "exception.type", "exception.message", filters=[
        ("duration_ms", "exists")])) == {"exception.type": "Mine", "exception.message": "First!"}


@pytest.mark.parametrize("scope,known", [
    ("opentelemetry.instrumentation.flask", True), ("@opentelemetry/instrumentation-http", True),
    ("io.opentelemetry.tomcat", True), ("my.own", None)])
def test_known_libraries_are_marked(api, dataset, send, scope, known):
    send("traces", otlp.traces(dataset, [otlp.span()], scope={"name": scope}))

    fields = only(api.values(dataset, "telemetry.instrumentation_library"))
    assert fields.get("telemetry.instrumentation_library") is known


@pytest.mark.parametrize("rate,weight", [(10, 10), ("4", 4), (0, 1), ("often", 1), (2.5, 3)])
def test_a_sample_rate_attribute_is_the_weight_and_no_field(api, dataset, send, rate, weight):
    send("traces", otlp.traces(dataset, [otlp.span(fields={"sampleRate": rate, "n": 1})]))

    row, = api.rows(dataset, {"calculations": [{"op": "COUNT"}], "breakdowns": ["n"]})
    assert row["COUNT"] == weight
    names = {c["key_name"] for c in api.get(f"/1/columns/{dataset}").json()}
    assert "sampleRate" not in names


@pytest.mark.parametrize("state,weight", [("ot=th:c", 4), ("ot=th:8", 2), ("ot=th:0", 1)])
def test_a_sampling_threshold_is_the_weight(api, dataset, send, state, weight):
    send("traces", otlp.traces(dataset, [otlp.span(traceState=state)]))

    assert api.rows(dataset, {})[0]["COUNT"] == weight


def test_a_service_without_a_name_has_a_dataset(api, send):
    before = api.count("unknown_service")

    send("traces", {"resourceSpans": [{"scopeSpans": [{"spans": [otlp.span()]}]}]})
    send("traces", otlp.traces("unknown_service:node", [otlp.span()]))
    send("traces", otlp.traces("  ", [otlp.span()]))

    assert api.count("unknown_service") == before + 3


def test_a_log_record_becomes_an_event(api, dataset, send):
    record = otlp.log_record("disk is full", {"disk": "sda"}, severityNumber=18,
                             severityText="ERROR", traceId="ab" * 16, spanId="cd" * 8)
    send("logs", otlp.logs(dataset, [record]))

    assert only(api.values(
        dataset, "body", "severity", "severity_code", "severity_text", "disk",
        "meta.signal_type", "trace.trace_id", "trace.parent_id", "meta.annotation_type")) == {
        "body": "disk is full", "severity": "error", "severity_code": 18,
        "severity_text": "ERROR", "disk": "sda", "meta.signal_type": "log",
        "trace.trace_id": "ab" * 16, "trace.parent_id": "cd" * 8,
        "meta.annotation_type": "span_event"}


def test_a_structured_log_body_is_flattened_and_kept(api, dataset, send):
    send("logs", otlp.logs(dataset, [otlp.log_record({"user": {"id": 7}, "ok": True})]))

    fields = only(api.values(dataset, "body", "body.user.id", "body.ok", "meta.annotation_type"))
    assert json.loads(fields.pop("body")) == {"user": {"id": 7}, "ok": True}
    assert fields == {"body.user.id": 7, "body.ok": True}


def test_a_log_record_without_a_time_takes_the_time_it_was_seen(api, dataset, send):
    record = otlp.log_record()
    record["observedTimeUnixNano"] = record.pop("timeUnixNano")
    send("logs", otlp.logs(dataset, [record]))

    assert api.count(dataset) == 1


def test_metric_points_of_one_second_and_place_are_one_event(api, dataset, send):
    moment = str(otlp.now_ns() // 10**9 * 10**9)
    def point(value, **fields):
        return {"timeUnixNano": moment, "asDouble": value, "attributes": otlp.attributes(fields)}
    send("metrics", otlp.metrics(dataset, [
        {"name": "cpu", "gauge": {"dataPoints": [point(0.5, core="0"), point(0.7, core="1")]}},
        {"name": "load", "gauge": {"dataPoints": [point(3.5, core="0")]}},
        {"name": "latency", "histogram": {"aggregationTemporality": 2, "dataPoints": [
            {"timeUnixNano": moment, "count": "4", "sum": 10.0, "bucketCounts": ["1", "3"],
             "explicitBounds": [2.0], "attributes": otlp.attributes({"core": "0"})}]}}]))

    assert api.count(dataset) == 2
    assert only(api.values(dataset, "cpu", "load", "latency.count", "latency.sum", "latency.avg",
                           "meta.signal_type", filters=[("core", "=", "0")])) == {
        "cpu": 0.5, "load": 3.5, "latency.count": 4, "latency.sum": 10, "latency.avg": 2.5,
        "meta.signal_type": "metric"}


def test_the_same_span_sent_again_is_kept_once(api, dataset, send):
    request = otlp.traces(dataset, [otlp.span("retried") for _ in range(5)])

    send("traces", request)
    send("traces", request)

    assert api.count(dataset) == 5
