# SPDX-License-Identifier: Apache-2.0
"""GetTraceSummaries: what a summary tells, filters, pages and ranges."""
import json
import time

import pytest

from harness import otlp, xray
from harness.honeycomb import Api
from harness.server import Server

MANY = 1203


@pytest.fixture(scope="module")
def start():
    return int(time.time()) - 300


def shop_request(start):
    call = xray.subsegment("db@host", start_time=start + 0.1, end_time=start + 0.9, fault=True,
                           namespace="remote", sql={"url": "postgresql://host/db"},
                           cause={"working_directory": "/app", "exceptions": [
                               {"id": xray.new_id(), "type": "Timeout", "message": "too slow"}]})
    return xray.segment(
        "shop", start_time=start, end_time=start + 1, trace_id=xray.new_trace_id(start),
        fault=True, user="alice",
        origin="AWS::EC2::Instance", resource_arn="arn:aws:ec2:::instance/i-1",
        aws={"ec2": {"instance_id": "i-1", "availability_zone": "eu-west-1a"}},
        annotations={"age": 29, "tier": "free", "vip": True},
        http={"request": {"method": "GET", "url": "http://shop/cart", "client_ip": "10.0.0.1",
                          "user_agent": "curl"}, "response": {"status": 500}},
        subsegments=[call])


@pytest.fixture(scope="module")
def server(tmp_path_factory, start):
    with Server(tmp_path_factory.mktemp("summaries") / "data") as server:
        documents = [shop_request(start)]
        documents += [xray.segment("busy", start_time=start + 20 + i / 100,
                                   end_time=start + 20.5 + i / 100,
                                   trace_id=xray.new_trace_id(start + 20 + i / 100),
                                   annotations={"number": i}) for i in range(MANY)]
        for first in range(0, len(documents), 400):
            answer = xray.put_segments(server.url, *documents[first:first + 400])
            assert answer.json() == {"UnprocessedTraceSegments": []}
        yield server


@pytest.fixture
def api(server):
    yield Api(server.url, headers={})
    server.check_alive()


def page(api, start, end, expression="", **members):
    answer = api.post("/TraceSummaries", json={"StartTime": start, "EndTime": end,
                                               "FilterExpression": expression, **members})
    assert answer.status_code == 200, answer.text
    return answer.json()


def summaries(api, start, end, expression="", **members):
    found, token = [], None
    while True:
        answer = page(api, start, end, expression, **members,
                      **({"NextToken": token} if token else {}))
        found += answer["TraceSummaries"]
        if "NextToken" not in answer:
            return found
        assert answer["NextToken"] != token
        token = answer["NextToken"]


def test_a_summary_tells_everything_of_its_trace(api, start):
    summary, = summaries(api, start - 5, start + 10)

    node = {"Name": "shop", "Names": ["shop"], "Type": "AWS::EC2::Instance"}
    database = {"Name": "db@host", "Names": ["db@host"], "Type": "Database::SQL"}
    assert summary["Id"].startswith("1-") and len(summary["Id"]) == 35
    assert (summary["StartTime"], summary["Duration"], summary["ResponseTime"]) == (start, 1, 1)
    flags = ["HasFault", "HasError", "HasThrottle", "IsPartial"]
    assert [summary[flag] for flag in flags] == [True, False, False, False]
    assert summary["Http"] == {"HttpURL": "http://shop/cart", "HttpStatus": 500,
                               "HttpMethod": "GET", "UserAgent": "curl", "ClientIp": "10.0.0.1"}
    assert summary["Annotations"] == {
        "age": [{"AnnotationValue": {"NumberValue": 29}, "ServiceIds": [node]}],
        "tier": [{"AnnotationValue": {"StringValue": "free"}, "ServiceIds": [node]}],
        "vip": [{"AnnotationValue": {"BooleanValue": True}, "ServiceIds": [node]}]}
    assert summary["Users"] == [{"UserName": "alice", "ServiceIds": [node]}]
    assert summary["EntryPoint"] == node
    assert sorted(summary["ServiceIds"], key=str) == sorted([node, database], key=str)
    assert summary["ResourceARNs"] == [{"ARN": "arn:aws:ec2:::instance/i-1"}]
    assert summary["InstanceIds"] == [{"Id": "i-1"}]
    assert summary["AvailabilityZones"] == [{"Name": "eu-west-1a"}]
    cause, = summary["FaultRootCauses"]
    assert cause["ClientImpacting"] is True
    assert [s["Name"] for s in cause["Services"]] == ["shop", "db@host"]
    assert [e["Name"] for e in cause["Services"][0]["EntityPath"]] == ["shop", "db@host"]
    assert cause["Services"][0]["EntityPath"][1]["Exceptions"] == [
        {"Name": "Timeout", "Message": "too slow"}]
    slow, = summary["ResponseTimeRootCauses"]
    assert [e["Coverage"] for e in slow["Services"][0]["EntityPath"]] == [1, 0.8]
    assert summary["ErrorRootCauses"] == []


def test_pages_hold_every_trace_once_newest_first(api, start):
    found = summaries(api, start + 15, start + 100, 'service("busy")')

    assert len(found) == MANY == len({s["Id"] for s in found})
    times = [s["StartTime"] for s in found]
    assert times == sorted(times, reverse=True)


@pytest.mark.parametrize("expression, count", [
    ("annotation.number >= 1200", 3), ("annotation.number = 7 OR annotation.number = 8", 2),
    ("annotation.number", MANY), ("!annotation.number", 1), ("fault", 1),
    ('service("shop") { fault } AND user = "alice"', 1), ("annotation.tier = free", 1),
    ('edge("shop", "db@host") { fault AND responsetime > 0.5 }', 1),
    ("rootcause.responsetime.entity { last AND coverage > 0.7 } AND http.status = 500", 1),
    ('group.name = "Default" AND annotation.vip', 1), ("responsetime > 5", 0)])
def test_filters_select(api, start, expression, count):
    assert len(summaries(api, start - 5, start + 100, expression)) == count


def test_ranges_go_by_id_by_event_and_by_the_end_of_segments(api, start):
    def names(first, last, kind):
        found = summaries(api, first, last, 'service("shop")', TimeRangeType=kind)
        return [s["EntryPoint"]["Name"] for s in found]

    assert names(start, start + 0.5, "TraceId") == ["shop"]
    assert names(start + 0.5, start + 0.7, "TraceId") == []
    assert names(start + 0.5, start + 0.7, "Event") == ["shop"]
    assert names(start + 0.5, start + 0.7, "Service") == []
    assert names(start + 0.7, start + 1.5, "Service") == ["shop"]
    event = page(api, start + 0.5, start + 2, 'service("shop")', TimeRangeType="Event")
    assert event["TraceSummaries"][0]["MatchedEventTime"] == start + 1


def test_a_fixed_rate_keeps_the_same_traces_each_time(api, start):
    def sampled(rate):
        found = summaries(api, start + 15, start + 100,
                          SamplingStrategy={"Name": "FixedRate", "Value": rate})
        return {s["Id"] for s in found}

    tenth, half = sampled(0.1), sampled(0.5)

    assert sampled(0.5) == half and tenth < half
    assert 0.35 * MANY < len(half) < 0.65 * MANY


def test_an_opentelemetry_trace_has_a_summary(api, start):
    trace = otlp.new_id(16)
    span = {"traceId": trace, "spanId": otlp.new_id(8), "name": "GET /x", "kind": 2,
            "startTimeUnixNano": str((start + 200) * 10**9),
            "endTimeUnixNano": str((start + 201) * 10**9),
            "attributes": otlp.attributes({"http.response.status_code": 404, "app.plan": "pro",
                                           "http.request.method": "GET", "url.path": "/x",
                                           "server.address": "shop", "url.scheme": "https"})}
    assert otlp.post(api, "traces", otlp.traces("orders", [span])).status_code == 200

    summary, = summaries(api, start + 190, start + 210, 'annotation.app.plan = "pro" AND error')

    assert summary["Id"] == f"1-{trace[:8]}-{trace[8:]}"
    assert summary["Http"] == {"HttpURL": "https://shop/x", "HttpStatus": 404, "HttpMethod": "GET"}
    assert summary["EntryPoint"]["Name"] == "orders" and summary["HasError"] is True
    assert list(summary["Annotations"]) == ["app.plan"]


def test_bad_requests_are_refused(api, start):
    for members, message in [
            ({"FilterExpression": "late > 1"}, "unknown keyword 'late' at position 1"),
            ({"NextToken": "x"}, "Invalid NextToken"),
            ({"TimeRangeType": "Noon"}, "Invalid TimeRangeType: Noon"),
            ({"SamplingStrategy": {"Name": "Odd"}}, "Invalid SamplingStrategy: Odd")]:
        answer = api.post("/TraceSummaries",
                          json={"StartTime": start, "EndTime": start + 1, **members})
        assert answer.status_code == 400 and message in answer.json()["Message"], answer.text


def test_there_are_no_insights(api, start):
    window = {"StartTime": start, "EndTime": start + 60}
    insight = "12345678-1234-1234-1234-123456789012"

    assert api.post("/InsightSummaries", json={**window, "GroupName": "Default"}).json() == {
        "InsightSummaries": []}
    assert api.post("/InsightEvents", json={"InsightId": insight}).json() == {"InsightEvents": []}
    assert api.post("/Insight", json={"InsightId": insight}).status_code == 400
    impact = api.post("/InsightImpactGraph", json={**window, "InsightId": insight}).json()
    assert impact["InsightId"] == insight and impact["Services"] == []


def test_a_retrieval_gives_documents_page_by_page(api, start):
    ids = [s["Id"] for s in summaries(api, start + 15, start + 100)[:7]]
    begun = api.post("/StartTraceRetrieval",
                     json={"TraceIds": ids, "StartTime": start, "EndTime": start + 100}).json()
    token = begun["RetrievalToken"]

    def listed(**members):
        return api.post("/ListRetrievedTraces", json={"RetrievalToken": token, **members}).json()

    first = listed()
    second = listed(NextToken=first["NextToken"])
    assert first["RetrievalStatus"] == "COMPLETE" and first["TraceFormat"] == "XRAY"
    assert [t["Id"] for t in first["Traces"] + second["Traces"]] == ids
    assert json.loads(first["Traces"][0]["Spans"][0]["Document"])["name"] == "busy"
    assert "NextToken" not in second
    span = json.loads(listed(TraceFormat="OTEL")["Traces"][0]["Spans"][0]["Document"])
    assert span["resource"]["attributes"]["service.name"] == "busy" and span["kind"] == "SERVER"
    graph = api.post("/GetRetrievedTracesGraph", json={"RetrievalToken": token}).json()
    assert {s["Service"]["Name"] for s in graph["Services"]} == {"busy"}
    assert api.post("/CancelTraceRetrieval", json={"RetrievalToken": token}).json() == {}
    assert listed() == {"RetrievalStatus": "CANCELLED", "TraceFormat": "XRAY", "Traces": []}
    missing = api.post("/ListRetrievedTraces", json={"RetrievalToken": "none"})
    assert missing.status_code == 404
    assert missing.headers["x-amzn-ErrorType"] == "ResourceNotFoundException"
