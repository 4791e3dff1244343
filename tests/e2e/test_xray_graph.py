# SPDX-License-Identifier: Apache-2.0
"""The service graph, time series and the map: over X-Ray segments and OpenTelemetry spans."""
import time

import pytest

from harness import otlp, xray
from harness.honeycomb import Api
from harness.server import Server

LENGTHS = {1: 0.005, 2: 0.015, 3: 0.157, 4: 0.096}
CALLS = {3: (0.076, 0.049), 4: (0.044, 0.076)}


def worked_example(start):
    """The developer guide's example: one service, four requests, two of them with calls."""
    for number, length in LENGTHS.items():
        calls = []
        if number in CALLS:
            table_s, topic_s = CALLS[number]
            calls = [xray.subsegment("DynamoDB", start_time=start, end_time=start + table_s,
                                     namespace="aws", aws={"table_name": "scorekeep-user"}),
                     xray.subsegment("SNS", start_time=start, end_time=start + topic_s,
                                     namespace="aws", aws={"operation": "Publish"})]
        yield xray.segment("scorekeep", start_time=start, end_time=start + length,
                           trace_id=xray.new_trace_id(start), origin="AWS::EC2::Instance",
                           error=number == 2, subsegments=calls)


def browser_and_backend(start, lengths_s):
    """Requests of a page that a backend answers; gives spans of both services."""
    for front_s, back_s in lengths_s:
        trace, client, server = otlp.new_id(16), otlp.new_id(8), otlp.new_id(8)
        begin = int(start * 1e9)
        yield ("web", {"traceId": trace, "spanId": client, "name": "GET", "kind": 3,
                       "startTimeUnixNano": str(begin),
                       "endTimeUnixNano": str(begin + int(front_s * 1e9)),
                       "attributes": otlp.attributes({"url.full": "http://shop/api/cart"})})
        inside = begin + int((front_s - back_s) / 2 * 1e9)
        yield ("shop-backend", {"traceId": trace, "spanId": server, "parentSpanId": client,
                                "name": "GET /api/cart", "kind": 2,
                                "startTimeUnixNano": str(inside),
                                "endTimeUnixNano": str(inside + int(back_s * 1e9)),
                                "attributes": otlp.attributes({"http.route": "/api/cart",
                                                               "http.response.status_code": 200})})


@pytest.fixture(scope="module")
def start():
    return int(time.time()) - 120


@pytest.fixture(scope="module")
def server(tmp_path_factory, start):
    with Server(tmp_path_factory.mktemp("graph") / "data") as server:
        answer = xray.put_segments(server.url, *worked_example(start))
        assert answer.json() == {"UnprocessedTraceSegments": []}
        api = Api(server.url, headers={})
        for service, span in browser_and_backend(start + 30, [(0.25, 0.2), (0.05, 0.04)]):
            assert otlp.post(api, "traces", otlp.traces(service, [span])).status_code == 200
        yield server


@pytest.fixture
def api(server):
    yield Api(server.url, headers={})
    server.check_alive()


def ask(api, path, **members):
    answer = api.post(path, json=members)
    assert answer.status_code == 200, answer.text
    return answer.json()


def graph(api, start, **members):
    answer = ask(api, "/ServiceGraph", StartTime=start - 10, EndTime=start + 20, **members)
    return {(s["Name"], s["Type"]): s for s in answer["Services"]}


def histogram(entries):
    return {entry["Value"]: entry["Count"] for entry in entries}


def test_the_graph_is_the_guides_worked_example(api, start):
    services = graph(api, start)

    assert set(services) == {("scorekeep", "client"), ("scorekeep", "AWS::EC2::Instance"),
                             ("scorekeep-user", "AWS::DynamoDB::Table"), ("SNS", "AWS::SNS")}
    service = services["scorekeep", "AWS::EC2::Instance"]
    assert service["Root"] is True and service["State"] == "active"
    statistics = service["SummaryStatistics"]
    assert round(statistics.pop("TotalResponseTime"), 3) == 0.273
    assert statistics == {"OkCount": 3, "TotalCount": 4,
                          "ErrorStatistics": {"ThrottleCount": 0, "OtherCount": 1, "TotalCount": 1},
                          "FaultStatistics": {"OtherCount": 0, "TotalCount": 0}}
    values = {0.005: 1, 0.015: 1, 0.096: 1, 0.157: 1}
    assert histogram(service["ResponseTimeHistogram"]) == values
    client = services["scorekeep", "client"]
    assert client["State"] == "unknown" and "SummaryStatistics" not in client
    edge, = client["Edges"]
    assert edge["ReferenceId"] == service["ReferenceId"]
    assert edge["SummaryStatistics"]["TotalCount"] == 4
    assert histogram(edge["ResponseTimeHistogram"]) == values
    table = services["scorekeep-user", "AWS::DynamoDB::Table"]
    assert histogram(table["ResponseTimeHistogram"]) == {0.044: 1, 0.076: 1}
    assert round(table["SummaryStatistics"]["TotalResponseTime"], 3) == 0.12
    topic = services["SNS", "AWS::SNS"]
    assert round(topic["SummaryStatistics"]["TotalResponseTime"], 3) == 0.125
    assert {e["ReferenceId"] for e in service["Edges"]} == {table["ReferenceId"],
                                                            topic["ReferenceId"]}


def test_opentelemetry_spans_are_in_the_same_graph(api, start):
    answer = ask(api, "/ServiceGraph", StartTime=start - 10, EndTime=start + 60)

    names = {(s["Name"], s["Type"]) for s in answer["Services"]}
    assert {("web", ""), ("shop-backend", ""), ("scorekeep", "AWS::EC2::Instance")} <= names


def test_the_graph_of_one_trace(api, start):
    summaries = ask(api, "/TraceSummaries", StartTime=start - 10, EndTime=start + 20,
                    FilterExpression="responsetime > 0.1")["TraceSummaries"]

    services = ask(api, "/TraceGraph", TraceIds=[summaries[0]["Id"]])["Services"]

    assert len(services) == 4
    assert sum(s["SummaryStatistics"]["TotalCount"] for s in services
               if s["Type"] == "AWS::EC2::Instance") == 1


def test_time_series_of_clients_services_and_edges(api, start):
    window = {"StartTime": start - 10, "EndTime": start + 20, "Period": 60}

    clients = ask(api, "/TimeSeriesServiceStatistics", **window)
    service = ask(api, "/TimeSeriesServiceStatistics", **window,
                  EntitySelectorExpression='id(name: "SNS", type: "AWS::SNS")')
    edge = ask(api, "/TimeSeriesServiceStatistics", **window,
               EntitySelectorExpression='edge("scorekeep", "scorekeep-user")')

    point, = clients["TimeSeriesServiceStatistics"]
    assert point["Timestamp"] % 60 == 0
    assert point["EdgeSummaryStatistics"]["TotalCount"] == 4
    point, = service["TimeSeriesServiceStatistics"]
    assert point["ServiceSummaryStatistics"]["TotalCount"] == 2
    point, = edge["TimeSeriesServiceStatistics"]
    assert histogram(point["ResponseTimeHistogram"]) == {0.044: 1, 0.076: 1}


@pytest.mark.parametrize("path, members, message", [
    ("/ServiceGraph", {"StartTime": 1}, "Value null at 'endTime'"),
    ("/ServiceGraph", {"StartTime": 2, "EndTime": 1}, "StartTime is after EndTime"),
    ("/ServiceGraph", {"StartTime": 1, "EndTime": 2, "GroupName": "none"}, "Group not found: none"),
    ("/TraceGraph", {}, "Value null at 'traceIds'"),
    ("/TimeSeriesServiceStatistics",
     {"StartTime": 1, "EndTime": 2, "EntitySelectorExpression": "fault"},
     "expected service(...), edge(...) or id(...) at position 1")])
def test_bad_requests_are_refused_in_awss_form(api, path, members, message):
    answer = api.post(path, json=members)

    assert answer.status_code == 400
    assert answer.headers["x-amzn-ErrorType"] == "InvalidRequestException"
    assert message in answer.json()["Message"]


def ui_window(start, length_s=60):
    return {"start_ms": (start - 10) * 1000, "end_ms": (start + length_s) * 1000}


def test_the_map_shows_front_to_back_network_latency(api, start):
    shown = ask(api, "/ui/api/v1/map", **ui_window(start))

    nodes = {n["name"]: n for n in shown["nodes"] if n["kind"] == "service"}
    edge, = [e for e in shown["edges"] if e["from"] == nodes["web"]["id"]]
    assert edge["to"] == nodes["shop-backend"]["id"]
    assert edge["network"]["count"] == 2
    assert abs(edge["network"]["p95_ms"] - 50) <= 1
    assert abs(edge["p95_ms"] - 250) <= 1
    assert nodes["shop-backend"]["total"] == 2


def test_the_maps_filters_select_the_traces_behind_nodes_and_edges(api, start):
    shown = ask(api, "/ui/api/v1/map", **ui_window(start))
    table, = [n for n in shown["nodes"] if n["name"] == "scorekeep-user"]
    edge, = [e for e in shown["edges"] if e["to"] == table["id"]]
    assert table["kind"] == "inferred"

    for expression in (table["filter"], edge["filter"]):
        listed = ask(api, "/ui/api/v1/traces", **ui_window(start), expression=expression)
        assert listed["matched"] == 2
        assert {t["root_service"] for t in listed["traces"]} == {"scorekeep"}
    slow = ask(api, "/ui/api/v1/map", **ui_window(start),
               filter=edge["filter"] + " { responsetime >= 0.07 }")
    assert slow["traces"] == 1


def test_series_and_operations_of_a_node(api, start):
    shown = ask(api, "/ui/api/v1/map/series", **ui_window(start), entity='service("shop-backend")')

    assert sum(shown["total"]) == 2 and len(shown["total"]) == len(shown["times_ms"])
    operation, = shown["operations"]
    assert (operation["name"], operation["total"], operation["ok"]) == ("/api/cart", 2, 2)


def test_a_wrong_expression_is_told_where(api, start):
    answer = api.post("/ui/api/v1/map", json={**ui_window(start), "filter": "fault AND late"})
    checked = ask(api, "/ui/api/v1/filter/check", filter="fault AND late")

    assert answer.status_code == 400
    assert answer.json()["field"] == "filter" and answer.json()["code"] == "bad_query"
    assert checked["ok"] is False and checked["position"] == 11
    assert checked["message"].endswith("at position 11")
    assert ask(api, "/ui/api/v1/filter/check", filter='service("a")') == {"ok": True}
