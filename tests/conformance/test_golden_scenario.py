# SPDX-License-Identifier: Apache-2.0
"""The tutorial's week end to end: an app with four SDKs, a load, and everything it caused counted
through the vendors' APIs, equal to what the client knows it sent."""
import json
import re
import time
from collections import Counter
from types import SimpleNamespace

import pytest

from harness import otlp, xray
from harness.cruddur import LOG_GROUP, SERVICE, FlaskTwin, run_load
from harness.cwlogs import Logs
from harness.honeycomb import Api
from harness.rollbar import Rollbar
from harness.server import Server

# http.route of each operation of the load.
ROUTES = {"home": "/api/activities/home", "profile": "/api/activities/@<string:handle>",
          "show": "/api/activities/<string:activity_uuid>", "create": "/api/activities",
          "reply": "/api/activities/<string:activity_uuid>/reply",
          "message_groups": "/api/message_groups", "messages": "/api/messages/@<string:handle>",
          "create_message": "/api/messages", "rollbar_test": "/rollbar/test"}
# Requests to this route come from the test: the X-Ray SDK asks for its rules by the way.
WARM_UP = "/api/activities/notifications"
UNSAMPLED = {"message_groups", "messages", "create_message"}
SHOW_ERROR = "NameError: name 'ShowActivity' is not defined"
REPLY_ERROR = "NameError: name 'user_sender_handle' is not defined"
OTLP, XRAY = ("meta.source", "=", "otlp"), ("meta.source", "=", "xray")
SERVER_SPANS = [OTLP, ("span.kind", "=", "server")]
# What the Rollbar SDK sends is traced too, as `requests` is instrumented.
ROLLBAR_CALLS = [OTLP, ("span.kind", "=", "client"), ("http.url", "ends-with", "/api/1/item/")]
REPORTS = 5 + 3 + 2  # Exceptions of two routes, and messages.


def create_rule(server, name, priority, path, rate):
    rule = {"RuleName": name, "ResourceARN": "*", "Priority": priority, "FixedRate": rate,
            "ReservoirSize": 0, "ServiceName": SERVICE, "ServiceType": "*", "Host": "*",
            "HTTPMethod": "*", "URLPath": path, "Version": 1}
    assert xray.call(server.url, "/CreateSamplingRule", {"SamplingRule": rule}).status_code == 200


def warm_up(app):
    """Asks until the app follows the rules; how many requests it took, and how many it traced."""
    sampled, give_up = [], time.monotonic() + 60
    while not (len(sampled) >= 5 and all(sampled[-5:])):
        assert time.monotonic() < give_up
        trace_id = app.get(WARM_UP).headers["X-Amzn-Trace-Id"]
        sampled.append("Root=1-00000000-" not in trace_id)
        time.sleep(0.05)
    return len(sampled), sum(sampled)


def wait_for_arrival(api, requests, segments, reports):
    """Until what the app's requests caused has been sent, but for log lines, which WatchTower keeps
    for a minute or until the app ends. A span ends after the client has its answer: an app that is
    stopped at once loses the last ones."""
    api.wait_for_count(SERVICE, requests, *SERVER_SPANS)
    api.wait_for_count(SERVICE, segments, XRAY, ("span.kind", "=", "server"))
    api.wait_for_count("rollbar", reports)
    api.wait_for_count(SERVICE, reports, *ROLLBAR_CALLS)


@pytest.fixture(scope="module")
def golden(tmp_path_factory):
    """Everything sent and stored: the server, the truth, and what the warm-up added to it."""
    folder, started = tmp_path_factory.mktemp("golden"), int(time.time())
    with Server(folder / "data") as server:
        create_rule(server, "Cruddur", 9000, "*", 1)
        create_rule(server, "quiet", 1, "/api/message*", 0)
        with FlaskTwin(server, folder / "log", CRUDDUR_SEED_BUGS="1") as app:
            warm, warm_sampled = warm_up(app)
            truth = run_load(app.url, "--scenario", "golden", "--list")
            segments = sum(o["xray_sampled"] for o in truth["operations"].values()) + warm_sampled
            api = Api(server.url)
            wait_for_arrival(api, truth["requests"] + warm, segments, REPORTS)
        yield SimpleNamespace(
            server=server, api=api, truth=truth, operations=truth["operations"], warm=warm,
            segments=segments,
            window={"StartTime": started - 5, "EndTime": int(time.time()) + 60})
        server.check_alive()


def failed(golden):
    """Requests that met one of the tutorial's bugs, by operation."""
    return {name: o["statuses"]["500"] for name, o in golden.operations.items()
            if "500" in o["statuses"]}


def ask(golden, path, **members):
    answer = xray.call(golden.server.url, path, {**golden.window, **members})
    assert answer.status_code == 200, answer.text
    return answer.json()


def trace_ids(golden, *filters):
    rows = golden.api.values(SERVICE, "trace.trace_id", filters=filters)
    return {row["trace.trace_id"] for row in rows}


def summaries(golden, expression):
    """Ids of the traces that a filter expression finds, in OpenTelemetry's form."""
    found, token = set(), {}
    while True:
        page = ask(golden, "/TraceSummaries", FilterExpression=expression, **token)
        found |= {s["Id"][2:].replace("-", "") for s in page["TraceSummaries"]}
        if not page.get("NextToken"):
            return found
        token = {"NextToken": page["NextToken"]}


class TestTruth:
    def test_the_load_met_every_answer_it_has_to(self, golden):
        assert golden.truth["unanswered"] == 0
        assert golden.truth["statuses"] == {"200": 92, "422": 5, "500": 8}
        assert failed(golden) == {"show": 5, "reply": 3}


class TestHoneycomb:
    def test_every_route_has_as_many_spans_as_requests(self, golden):
        rows = golden.api.rows(SERVICE, {
            "calculations": [{"op": "COUNT"}, {"op": "P90", "column": "duration_ms"}],
            "breakdowns": ["http.route"],
            "filters": [dict(zip(("column", "op", "value"), f)) for f in SERVER_SPANS]})

        assert {row["http.route"]: row["COUNT"] for row in rows} == {
            WARM_UP: golden.warm,
            **{ROUTES[name]: o["requests"] for name, o in golden.operations.items()}}
        assert all(row["P90(duration_ms)"] > 0 for row in rows)

    def test_statuses_are_the_client_s(self, golden):
        rows = golden.api.values(SERVICE, "http.status_code", filters=SERVER_SPANS)

        expected = Counter({int(k): v for k, v in golden.truth["statuses"].items()})
        expected[200] += golden.warm
        assert {row["http.status_code"]: row["COUNT"] for row in rows} == expected

    def test_the_failures_are_name_errors(self, golden):
        rows = golden.api.values(SERVICE, "http.route", "exception.type", filters=[
            *SERVER_SPANS, ("error", "=", True)])

        assert {(row["http.route"], row["exception.type"]): row["COUNT"] for row in rows} == {
            (ROUTES[name], "NameError"): count for name, count in failed(golden).items()}

    def test_each_report_to_rollbar_is_a_span_too(self, golden):
        assert golden.api.count(SERVICE, *ROLLBAR_CALLS) == REPORTS

    def test_requests_that_came_in_a_trace_are_part_of_it(self, golden):
        parent = golden.truth["fixed_parent"]
        inside = [("trace.trace_id", "=", parent["trace_id"])]

        assert golden.api.count(SERVICE, *SERVER_SPANS, *inside, (
            "trace.parent_id", "=", parent["span_id"])) == parent["requests"] == 5
        assert golden.api.count(SERVICE, OTLP, *inside) == 2 * parent["requests"]

    def test_the_custom_span_has_its_attributes(self, golden):
        custom = [("name", "=", "home-activites-mock-data")]
        home = golden.operations["home"]

        assert golden.api.values(SERVICE, "app.result_length", filters=custom) == [
            {"app.result_length": 3, "COUNT": home["requests"]}]
        users = golden.api.values(SERVICE, "app.user_id", filters=custom)
        assert {row["app.user_id"]: row["COUNT"] for row in users} == home["users"]
        assert golden.api.count(SERVICE, *custom, ("app.now", "starts-with", "20")) \
            == home["requests"]

    def test_the_saved_queries_of_the_homework_answer(self, golden):
        saved = {s["name"]: s for s in golden.api.get("/ui/api/v1/saved").json()["saved"]}

        result = golden.api.run_query("__all__", saved["Latency by UserID"]["query"])
        counts = {row["data"]["app.user_id"]: row["data"]["COUNT"]
                  for row in result["data"]["results"]}
        assert counts == {**golden.operations["home"]["users"], "andrewbrown": golden.warm}
        assert all(row["data"]["P95(duration_ms)"] > 0 for row in result["data"]["results"])
        assert "Recent traces" in saved

    def test_recent_traces_are_all_there(self, golden):
        filters = [dict(zip(("column", "op", "value"), f)) for f in SERVER_SPANS]
        found = golden.api.post("/ui/api/v1/traces", json={
            "dataset": SERVICE, "start_ms": golden.window["StartTime"] * 1000,
            "end_ms": golden.window["EndTime"] * 1000, "filters": filters, "limit": 5}).json()

        # Those that came in one trace are one.
        in_one = golden.truth["fixed_parent"]["requests"]
        assert found["matched"] == golden.truth["requests"] + golden.warm - in_one + 1


class TestXRay:
    def test_the_rules_decided_what_was_sampled(self, golden):
        sampled = {name: o["xray_sampled"] for name, o in golden.operations.items()}
        assert sampled == {name: 0 if name in UNSAMPLED else o["requests"]
                           for name, o in golden.operations.items()}
        assert golden.api.count(SERVICE, XRAY, ("span.kind", "=", "server")) == golden.segments

    def test_a_group_s_filter_finds_every_trace(self, golden):
        made = xray.call(golden.server.url, "/CreateGroup", {
            "GroupName": "Cruddur", "FilterExpression": f'service("{SERVICE}")'}).json()["Group"]

        ids = trace_ids(golden, XRAY)
        assert len(ids) == golden.segments
        assert ids <= summaries(golden, made["FilterExpression"])
        faults = summaries(golden, f'service("{SERVICE}") {{fault}}')
        assert len(ids & faults) == sum(failed(golden).values())
        errors = summaries(golden, f'service("{SERVICE}") {{error}}')
        assert len(ids & errors) == golden.truth["statuses"]["422"]

    def test_the_service_is_one_node_of_the_graph(self, golden):
        nodes = ask(golden, "/ServiceGraph")["Services"]

        node, = [n for n in nodes if n["Name"] == SERVICE and n.get("Type") != "client"]
        # The graph is of both tracing systems, and each saw each failure under an id of its own.
        faults = node["SummaryStatistics"]["FaultStatistics"]["TotalCount"]
        assert faults == 2 * sum(failed(golden).values())

    def test_documents_have_the_captured_functions_and_what_was_put_on_them(self, golden):
        captured, _ = self.documents_of(golden, "activities_users")

        inner, = captured["subsegments"]
        assert inner["name"] == "mock-data" and inner["annotations"] == {"handle": "andrewbrown"}
        assert inner["metadata"]["namespace"]["key"]["results-size"] == 1

    def test_a_fault_has_its_cause(self, golden):
        captured, segment = self.documents_of(golden, "activities_show")

        assert segment["fault"] is True and segment["http"]["response"]["status"] == 500
        cause, = captured["cause"]["exceptions"]
        assert (cause["type"], cause["message"]) == (
            "NameError", "name 'ShowActivity' is not defined")
        assert cause["stack"][-1]["label"] == "show"

    @staticmethod
    def documents_of(golden, function):
        """A subsegment of that name, and its segment."""
        first = sorted(trace_ids(golden, XRAY, ("name", "=", function)))[0]
        trace, = xray.call(golden.server.url, "/Traces", {
            "TraceIds": [f"1-{first[:8]}-{first[8:]}"]}).json()["Traces"]
        segment = json.loads(trace["Segments"][0]["Document"])
        assert segment["name"] == SERVICE
        return segment["subsegments"][0], segment


class TestRollbar:
    def test_messages_and_exceptions_are_items_with_exact_counts(self, golden):
        items = [i for i in Rollbar(golden.server.url).items() if i["framework"] == "flask"]

        counts = failed(golden)
        assert {i["title"]: (i["level"], i["total_occurrences"]) for i in items} == {
            "Hello World!": ("warning", golden.operations["rollbar_test"]["requests"]),
            SHOW_ERROR: ("error", counts["show"]), REPLY_ERROR: ("error", counts["reply"])}
        assert len(items) == 3

    def test_an_occurrence_has_its_frames_request_and_context(self, golden):
        client = Rollbar(golden.server.url)
        item, = [i for i in client.items()
                 if i["title"] == SHOW_ERROR and i["framework"] == "flask"]
        data = client.result("GET", f"/instance/{item['last_occurrence_id']}")["data"]

        frame = data["body"]["trace"]["frames"][-1]
        assert (frame["method"], frame["locals"]["activity_uuid"]) == ("show", "home2")
        assert data["request"]["url"].endswith("/api/activities/home2")
        assert (data["framework"], data["context"]) == ("flask", ROUTES["show"])


class TestCloudWatchLogs:
    LINE = re.compile(r"\[\d{4}-\w{3}-\d\d \d\d:\d\d\] 127\.0\.0\.1 (GET|POST) http (\S+) (\d{3}) "
                      r"[A-Z ]+")

    def test_each_request_is_a_line_of_one_stream_in_order(self, golden):
        logs = Logs(golden.server.url)
        assert len(logs.describe_log_streams(logGroupName=LOG_GROUP)["logStreams"]) == 1

        messages = logs.messages(LOG_GROUP)
        lines = [self.LINE.fullmatch(m).groups() for m in messages if m.startswith("[")]
        asked = [(method, path if "?" in path else f"{path}?", str(status))
                 for _, method, path, status in golden.truth["list"]]
        assert lines == [("GET", f"{WARM_UP}?", "200")] * golden.warm + asked
        others = Counter(m for m in messages if not m.startswith("["))
        assert others == {"some message": 1, "Hello Cloudwatch! from  /api/activities/home":
                          golden.operations["home"]["requests"]}

    def test_insights_counts_by_status(self, golden):
        logs = Logs(golden.server.url)
        query = logs.start_query(
            logGroupName=LOG_GROUP, startTime=golden.window["StartTime"],
            endTime=golden.window["EndTime"],
            queryString=r"parse @message /http \S+ (?<status>\d{3}) / | filter ispresent(status) "
                        "| stats count(*) as lines by status")["queryId"]
        give_up = time.monotonic() + 60
        while (answer := logs.get_query_results(queryId=query))["status"] != "Complete":
            assert answer["status"] in ("Scheduled", "Running") and time.monotonic() < give_up
            time.sleep(0.05)

        rows = [{cell["field"]: cell["value"] for cell in row} for row in answer["results"]]
        expected = Counter(golden.truth["statuses"])
        expected["200"] += golden.warm
        assert {row["status"]: int(row["lines"]) for row in rows} == expected


@pytest.fixture(scope="module")
def one(tmp_path_factory):
    """A request of the caller's trace in both systems, which fails, and what belongs to it."""
    folder, trace_id = tmp_path_factory.mktemp("one"), otlp.new_id(16)
    xray_id = xray.new_trace_id()
    with Server(folder / "data") as server:
        with FlaskTwin(server, folder / "log", CRUDDUR_SEED_BUGS="1",
                       OTEL_PYTHON_LOG_CORRELATION="true") as app:
            app.get("/api/activities/home2", headers={
                "traceparent": f"00-{trace_id}-{otlp.new_id(8)}-01",
                "X-Amzn-Trace-Id": f"Root={xray_id};Sampled=1"})
            api = Api(server.url)
            wait_for_arrival(api, requests=1, segments=1, reports=1)
        related = api.get(f"/ui/api/v1/trace/{trace_id}/related").json()
        yield SimpleNamespace(api=api, trace=trace_id, segment=xray_id[2:].replace("-", ""),
                              related=related)


class TestOneRequest:
    """Of its four records each leads to the others."""

    def related(self, one, kind):
        return [item for item in one.related["items"] if item["kind"] == kind]

    def test_the_trace_leads_to_the_segment_and_back(self, one):
        same, = one.related["same_requests"]
        assert (same["source"], same["other_trace_id"]) == ("xray", one.segment)
        back = one.api.get(f"/ui/api/v1/trace/{one.segment}/related").json()["same_requests"]
        assert [(s["source"], s["other_trace_id"]) for s in back] == [("otlp", one.trace)]

    def test_the_trace_leads_to_the_occurrence_and_back(self, one):
        found = [i for i in self.related(one, "rollbar") if i["dataset"] == "rollbar"]
        assert [item["title"] for item in found] == [SHOW_ERROR]
        item = found[0]
        occurrence = one.api.get(
            f"/ui/api/v1/errors/{item['item_id']}/occurrences/{item['occurrence_id']}").json()
        assert occurrence["trace_id"] == one.trace

    def test_the_trace_leads_to_its_log_line_and_back(self, one):
        line, = self.related(one, "log")
        assert "/api/activities/home2? 500 INTERNAL SERVER ERROR" in line["title"]
        assert line["line"]["trace_id"] == one.trace
