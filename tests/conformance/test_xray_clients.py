# SPDX-License-Identifier: Apache-2.0
"""X-Ray's SDKs for Python and Node, boto3, the AWS SDK for JavaScript and the AWS command line."""
import json
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest
import requests

from harness import xray
from harness.honeycomb import Api
from harness.server import ROOT, Server, clean_environment, run_cli

HERE = Path(__file__).parent
VENV = ROOT / ".venv/xray/bin"
# Any keys will do on loopback; the SDKs refuse to go without.
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret",
               "AWS_DEFAULT_REGION": "eu-central-1", "AWS_REGION": "eu-central-1",
               "AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": "/nonexistent",
               "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent"}


def aws_environment(url, **more):
    return clean_environment({**CREDENTIALS, "AWS_ENDPOINT_URL_XRAY": url, **more})


def run(command, cwd=HERE, **options):
    ended = subprocess.run([str(part) for part in command], cwd=cwd, text=True,
                           capture_output=True, timeout=180, **options)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def boto3(url, *calls, **environment):
    """Answers of boto3 to (operation, parameters) pairs."""
    out = run([VENV / "python", HERE / "python/call_xray.py"], input=json.dumps(calls),
              env=aws_environment(url, **environment))
    return json.loads(out)


def javascript(url, *calls, **environment):
    out = run(["node", "call_xray.mjs"], cwd=HERE / "node", input=json.dumps(calls),
              env=aws_environment(url, **environment))
    return json.loads(out)


def aws(url, *arguments):
    return json.loads(run([VENV / "aws", "--endpoint-url", url, "--output", "json", "xray",
                           *arguments], env=aws_environment(url)) or "{}")


def answers_of(results):
    for result in results:
        assert "answer" in result, result
    return [result["answer"] for result in results]


class Backend:
    """The Flask app in a process of its own."""

    def __init__(self, server, log):
        with socket.socket() as sock:
            sock.bind(("127.0.0.1", 0))
            self.port = sock.getsockname()[1]
        self.log = log
        environment = clean_environment({"AWS_XRAY_DAEMON_ADDRESS": server.xray_address})
        with open(log, "w", encoding="utf-8") as out:
            self.process = subprocess.Popen(
                [str(VENV / "python"), str(HERE / "python/cruddur_xray.py"), str(self.port)],
                env=environment, stdout=out, stderr=out)
        self.session = requests.Session()
        self.session.trust_env = False

    def get(self, path, sampled=None):
        """Sends a request, with a decision and a trace of its own when told so; the trace id that
        the app answers with."""
        headers = {}
        if sampled:
            headers["X-Amzn-Trace-Id"] = f"Root={xray.new_trace_id()};Sampled=1"
        answer = self.session.get(f"http://127.0.0.1:{self.port}{path}", headers=headers,
                                  timeout=30)
        return answer.headers["X-Amzn-Trace-Id"].split(";")[0].removeprefix("Root=")

    def __enter__(self):
        give_up = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return self
            except OSError:
                assert self.process.poll() is None, Path(self.log).read_text(encoding="utf-8")
                assert time.monotonic() < give_up
                time.sleep(0.05)

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)


def is_sampled(trace_id):
    return trace_id != "1-00000000-000000000000000000000000"


def hex_of(trace_id):
    return trace_id[2:].replace("-", "")


def documents(url, trace_id, count=1):
    """The documents of a trace, once there are as many."""
    give_up = time.monotonic() + 30
    while True:
        answer, = answers_of(boto3(url, ["batch_get_traces", {"TraceIds": [trace_id]}]))
        found = [json.loads(segment["Document"]) for trace in answer["Traces"]
                 for segment in trace["Segments"]]
        if len(found) >= count or time.monotonic() > give_up:
            return found
        time.sleep(0.2)


RULES = [("always", "/api/activities/home", 1), ("never", "/api/activities/@*", 0)]


@pytest.fixture(scope="module")
def flask(tmp_path_factory):
    """The app, driven: the server, the app, and how many requests each rule saw."""
    folder = tmp_path_factory.mktemp("flask")
    with Server(folder / "data") as server:
        for priority, (name, path, rate) in enumerate(RULES, 1):
            boto3_rule = {"RuleName": name, "ResourceARN": "*", "Priority": priority,
                          "FixedRate": rate, "ReservoirSize": 0, "ServiceName": "backend-flask",
                          "ServiceType": "*", "Host": "*", "HTTPMethod": "*", "URLPath": path,
                          "Version": 1}
            xray.call(server.url, "/CreateSamplingRule", {"SamplingRule": boto3_rule})
        with Backend(server, folder / "app.log") as backend:
            yield server, backend


class TestFlask:
    def test_a_captured_function_is_a_subsegment(self, flask):
        server, backend = flask
        trace_id = backend.get("/api/activities/home", sampled=True)

        document, = documents(server.url, trace_id)

        assert document["name"] == "backend-flask"
        assert document["http"]["response"]["status"] == 200
        assert document["aws"]["xray"]["sdk"] == "X-Ray for Python"
        captured, = document["subsegments"]
        assert captured["name"] == "activities_home"
        assert captured["annotations"] == {"result_length": 3}

    def test_subsegments_metadata_and_user_are_columns(self, flask):
        server, backend = flask
        trace_id = backend.get("/api/activities/@andrewbrown", sampled=True)
        api, filters = Api(server.url), [("trace.trace_id", "=", hex_of(trace_id))]
        assert api.wait_for_count("backend-flask", 3, *filters) == 3

        rows = api.values("backend-flask", "name", "span.kind", "enduser.id", "http.status_code",
                          "metadata.namespace.key.results-size", filters=filters)
        by_name = {row["name"]: {k: v for k, v in row.items() if v is not None} for row in rows}
        assert by_name["backend-flask"]["enduser.id"] == "andrewbrown"
        assert by_name["backend-flask"]["http.status_code"] == 200
        assert by_name["activities_users"]["span.kind"] == "internal"
        assert by_name["mock-data"]["metadata.namespace.key.results-size"] == 1

    def test_an_exception_is_a_fault_with_its_cause(self, flask):
        server, backend = flask
        trace_id = backend.get("/api/activities/248959df", sampled=True)

        document, = documents(server.url, trace_id)

        assert document["fault"] is True
        api = Api(server.url)
        failed = [("trace.trace_id", "=", hex_of(trace_id)), ("exception.type", "=", "NameError")]
        assert api.count("backend-flask", *failed, ("aws.xray.fault", "=", True)) >= 1
        row = api.values("backend-flask", "exception.message", filters=failed)[0]
        assert "ShowActivity" in row["exception.message"]

    def test_calls_of_one_service_by_another_are_one_trace(self, flask):
        server, backend = flask
        trace_id = backend.get("/api/activities/search", sampled=True)

        first, second = documents(server.url, trace_id, count=2)

        call = first["subsegments"][0]
        assert call["namespace"] == "remote"
        assert second["parent_id"] == call["id"]

    def test_what_the_sdk_streams_apart_is_joined_again(self, flask):
        server, backend = flask
        trace_id = backend.get("/api/activities/many", sampled=True)
        api = Api(server.url)
        assert api.wait_for_count("xray", 31, ("trace.trace_id", "=", hex_of(trace_id))) >= 31

        document, = documents(server.url, trace_id)

        names = {subsegment["name"] for subsegment in document["subsegments"]}
        assert names == {f"step-{number}" for number in range(40)}

    def test_rules_are_followed_and_what_they_caught_is_counted(self, flask):
        server, backend = flask
        give_up = time.monotonic() + 60
        # Until the SDK has fetched the rules it samples one request a second.
        sampled, asked = 0, 0
        while sampled < 5 and time.monotonic() < give_up:
            asked += 1
            sampled = sampled + 1 if is_sampled(backend.get("/api/activities/home")) else 0
            time.sleep(0.05)
        assert sampled == 5

        always = [is_sampled(backend.get("/api/activities/home")) for _ in range(30)]
        never = [is_sampled(backend.get("/api/activities/@worf")) for _ in range(20)]

        assert (sum(always), sum(never)) == (30, 0)
        counted = {}
        while time.monotonic() < give_up and counted.get("never") != 20:
            shown = xray.call(server.url, "/SamplingStatisticSummaries").json()
            counted = {}
            for window in shown["SamplingStatisticSummaries"]:
                rule = window["RuleName"]
                counted[rule] = counted.get(rule, 0) + window["RequestCount"]
            time.sleep(0.2)
        assert counted["never"] == 20
        # Those the SDK decided before it had the rules count for none of them.
        assert 30 <= counted["always"] <= 30 + asked


@pytest.fixture(scope="module")
def sent(server):
    """What the SDK for Node sent: the trace ids of its segments."""
    environment = clean_environment({"AWS_XRAY_DAEMON_ADDRESS": server.xray_address})
    return json.loads(run(["node", "send_xray.mjs", "node-shop"], cwd=HERE / "node",
                          env=environment))


class TestNode:
    def test_streamed_subsegments_come_back_in_one_document(self, server, sent):
        document, = documents(server.url, sent["many"])

        assert document["name"] == "node-shop"
        assert document["annotations"] == {"tier": "free"}
        assert {s["name"] for s in document["subsegments"]} == {f"step-{i}" for i in range(150)}

    def test_an_error_is_kept_with_its_frames(self, server, api, sent):
        document, inferred = documents(server.url, sent["failing"])

        assert (inferred["name"], inferred["inferred"]) == ("stock", True)
        assert document["fault"] is True
        failed = [("trace.trace_id", "=", hex_of(sent["failing"])),
                  ("exception.message", "=", "no such item"), ("duration_ms", "exists")]
        row, = api.values("node-shop", "exception.type", filters=failed + [
            ("name", "=", "stock")])
        assert row["exception.type"] == "TypeError"


RULE = {"RuleName": "Cruddur", "ResourceARN": "*", "Priority": 9000, "FixedRate": 0.1,
        "ReservoirSize": 5, "ServiceName": "backend-flask", "ServiceType": "*", "Host": "*",
        "HTTPMethod": "*", "URLPath": "*", "Version": 1}


def snake(operation):
    return "".join("_" + c.lower() if c.isupper() else c for c in operation).removeprefix("_")


def both_sdks():
    return pytest.mark.parametrize("call", [
        lambda url, *calls, **env: boto3(url, *[[snake(o), p] for o, p in calls], **env),
        javascript], ids=["boto3", "javascript"])


@both_sdks()
class TestSdks:
    def test_segments_go_in_and_come_out(self, server, call):
        document = xray.segment("sdk-shop")
        texts = [json.dumps(document), "{"]
        put, got = answers_of(call(
            server.url, ["PutTraceSegments", {"TraceSegmentDocuments": texts}],
            ["BatchGetTraces", {"TraceIds": [document["trace_id"]]}]))

        assert put["UnprocessedTraceSegments"] == [
            {"ErrorCode": "ParseError", "Message": "Invalid segment. ErrorCode: ParseError"}]
        assert json.loads(got["Traces"][0]["Segments"][0]["Document"]) == document

    def test_graphs_and_summaries_are_asked_by_time(self, server, call):
        document = xray.segment("sdk-graph", fault=True, annotations={"tier": "free", "age": 29})
        xray.put_segments(server.url, document)
        at = int(document["start_time"])
        span = {"StartTime": {"date": at - 600}, "EndTime": {"date": at + 600}}
        mine = {**span, "FilterExpression": 'service("sdk-graph") AND annotation.age = 29'}

        graph, of_trace, summaries, broken = call(
            server.url, ["GetServiceGraph", span],
            ["GetTraceGraph", {"TraceIds": [document["trace_id"]]}], ["GetTraceSummaries", mine],
            ["GetTraceSummaries", {**span, "FilterExpression": "annotation.age >"}])

        assert "sdk-graph" in {service["Name"] for service in graph["answer"]["Services"]}
        kinds = {service["Type"] for service in of_trace["answer"]["Services"]}
        assert "client" in kinds and len(kinds) == 2
        by_id = {s["Id"]: s for s in summaries["answer"]["TraceSummaries"]}
        found = by_id[document["trace_id"]]
        assert found["HasFault"] is True
        assert found["Annotations"]["tier"][0]["AnnotationValue"] == {"StringValue": "free"}
        assert broken["error"] == "InvalidRequestException"
        assert "at position 17" in broken["message"]

    def test_rules_and_targets(self, server, call):
        made, listed, targets, summaries, gone = answers_of(call(
            server.url, ["CreateSamplingRule", {"SamplingRule": RULE}], ["GetSamplingRules", {}],
            ["GetSamplingTargets", {"SamplingStatisticsDocuments": [
                {"RuleName": "Cruddur", "ClientID": "0" * 24, "Timestamp": {"date": 1_700_000_000},
                 "RequestCount": 9, "SampledCount": 2, "BorrowCount": 1}]}],
            ["GetSamplingStatisticSummaries", {}], ["DeleteSamplingRule", {"RuleName": "Cruddur"}]))

        arn = "arn:aws:xray:eu-central-1:000000000000:sampling-rule/Cruddur"
        assert made["SamplingRuleRecord"]["SamplingRule"]["RuleARN"] == arn
        assert [r["SamplingRule"]["RuleName"] for r in listed["SamplingRuleRecords"]] == [
            "Cruddur", "Default"]
        assert targets["SamplingTargetDocuments"][0]["ReservoirQuota"] == 5
        assert summaries["SamplingStatisticSummaries"][0]["RequestCount"] == 9
        assert gone["SamplingRuleRecord"]["SamplingRule"]["RuleName"] == "Cruddur"

    def test_groups_tags_and_settings(self, server, call):
        made, = answers_of(call(server.url, ["CreateGroup", {
            "GroupName": "sdk", "FilterExpression": "fault",
            "Tags": [{"Key": "team", "Value": "a"}]}]))
        arn = made["Group"]["GroupARN"]
        tags, groups, _, encryption, policies, indexing, destination = answers_of(call(
            server.url, ["ListTagsForResource", {"ResourceARN": arn}], ["GetGroups", {}],
            ["DeleteGroup", {"GroupARN": arn}], ["GetEncryptionConfig", {}],
            ["ListResourcePolicies", {}], ["GetIndexingRules", {}],
            ["GetTraceSegmentDestination", {}]))

        assert tags["Tags"] == [{"Key": "team", "Value": "a"}]
        assert [group["GroupName"] for group in groups["Groups"]] == ["Default", "sdk"]
        assert encryption["EncryptionConfig"]["Status"] == "ACTIVE"
        assert policies["ResourcePolicies"] == []
        assert indexing["IndexingRules"][0]["Name"] == "Default"
        assert destination["Destination"] == "XRay"

    def test_errors_have_their_names(self, server, call):
        reserved = {**RULE, "RuleName": "Default"}
        bad, gone = call(server.url, ["CreateSamplingRule", {"SamplingRule": reserved}],
                         ["TagResource", {"ResourceARN": "arn:none",
                                          "Tags": [{"Key": "a", "Value": "b"}]}])

        assert (bad["error"], bad["status"]) == ("InvalidRequestException", 400)
        assert "Default" in bad["message"]
        assert (gone["error"], gone["status"]) == ("ResourceNotFoundException", 404)


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    """A server on every address with an ingest key and a configuration key."""
    data = tmp_path_factory.mktemp("guarded") / "data"
    keys = [json.loads(run_cli("key", "create", kind, "--type", kind, "--data", data,
                               "--json").stdout) for kind in ("ingest", "configuration")]
    with Server(data, "--http", "0.0.0.0:0") as server:
        port = server.http_addresses[0].rsplit(":", 1)[1]
        yield f"http://127.0.0.1:{port}", *keys


def credentials(key):
    return {"AWS_ACCESS_KEY_ID": key["aws_access_key_id"],
            "AWS_SECRET_ACCESS_KEY": key["aws_secret_access_key"]}


@both_sdks()
class TestSignatures:
    def test_a_key_s_own_signature_is_good(self, guarded, call):
        url, _, key = guarded

        put, groups = answers_of(call(
            url, ["PutTraceSegments", {"TraceSegmentDocuments": [
                json.dumps(xray.segment("signed"))]}],
            ["GetGroups", {}], **credentials(key)))

        assert put["UnprocessedTraceSegments"] == []
        assert groups["Groups"][0]["GroupName"] == "Default"

    def test_an_ingest_key_may_send_only(self, guarded, call):
        url, key, _ = guarded

        put, rules, groups = call(url, ["PutTraceSegments", {"TraceSegmentDocuments": []}],
                                  ["GetSamplingRules", {}], ["GetGroups", {}], **credentials(key))

        assert "answer" in put and "answer" in rules
        assert (groups["error"], groups["status"]) == ("AccessDeniedException", 403)

    def test_a_wrong_secret_and_an_unknown_key_are_refused(self, guarded, call):
        url, _, key = guarded
        wrong, = call(url, ["GetGroups", {}], **{**credentials(key),
                                                 "AWS_SECRET_ACCESS_KEY": "wrong"})
        unknown, = call(url, ["GetGroups", {}], AWS_ACCESS_KEY_ID="AKIDNOBODY")

        assert (wrong["error"], wrong["status"]) == ("InvalidSignatureException", 403)
        assert (unknown["error"], unknown["status"]) == ("UnrecognizedClientException", 403)


class TestOpenTelemetrySampler:
    def test_rules_quotas_and_counts_are_those_of_the_x_ray_api(self, tmp_path):
        rules = {"always": ("/home", 1, 0), "never": ("/health", 0, 0), "quota": ("/cart", 0, 5)}
        with Server(tmp_path / "data") as server:
            for priority, (name, (path, rate, reservoir)) in enumerate(rules.items(), 1):
                xray.call(server.url, "/CreateSamplingRule", {"SamplingRule": {
                    **RULE, "RuleName": name, "Priority": priority, "FixedRate": rate,
                    "ReservoirSize": reservoir, "ServiceName": "otel-shop", "URLPath": path}})
            out = json.loads(run(
                ["node", "sample_xray.mjs", f"http://{server.xray_address}",
                 json.dumps([["/home", 30], ["/health", 20], ["/cart", 10]]), "/cart", "50"],
                cwd=HERE / "node", env=clean_environment({
                    "OTEL_SERVICE_NAME": "otel-shop", "OTEL_EXPORTER_OTLP_ENDPOINT": server.url})))

            home, health, cart = out["sampled"]
            assert (home, health) == (30, 0)
            # Until its targets come the sampler borrows one a second, then it has the whole quota.
            assert cart < 10
            assert 5 <= out["last"] < 50
            assert Api(server.url).count("otel-shop") == home + cart + out["last"]
            shown = xray.call(server.url, "/SamplingStatisticSummaries").json()
            counted = {window["RuleName"]: (window["RequestCount"], window["SampledCount"])
                       for window in shown["SamplingStatisticSummaries"]}
            assert (counted["always"], counted["never"]) == ((30, 30), (20, 0))


class TestCommandLine:
    def test_the_tutorial_s_commands(self, server, tmp_path):
        group = aws(server.url, "create-group", "--group-name", "Cruddur",
                    "--filter-expression", 'service("backend-flask")')["Group"]
        assert group["FilterExpression"] == 'service("backend-flask")'

        rule = tmp_path / "xray.json"
        rule.write_text(json.dumps({"SamplingRule": RULE}))
        made = aws(server.url, "create-sampling-rule", "--cli-input-json", f"file://{rule}")
        assert made["SamplingRuleRecord"]["SamplingRule"]["FixedRate"] == 0.1

        call = xray.subsegment("DynamoDB", namespace="aws", aws={"table_name": "activities"})
        document = xray.segment("backend-flask", subsegments=[call], annotations={"handle": "bob"},
                                origin="AWS::EC2::Instance")
        xray.put_segments(server.url, document)
        got = aws(server.url, "batch-get-traces", "--trace-ids", document["trace_id"])
        segment, inferred = [json.loads(s["Document"]) for s in got["Traces"][0]["Segments"]]
        assert segment == document
        assert inferred["origin"] == "AWS::DynamoDB::Table"

        # The command line sends whole seconds.
        start = int(document["start_time"])
        last_minutes = ["--start-time", str(start - 600), "--end-time", str(start + 600)]
        graph = aws(server.url, "get-service-graph", *last_minutes, "--group-name", "Cruddur")
        nodes = {(service["Name"], service["Type"]): service for service in graph["Services"]}
        assert {("backend-flask", "client"), ("backend-flask", "AWS::EC2::Instance"),
                ("activities", "AWS::DynamoDB::Table")} <= nodes.keys()
        assert nodes["activities", "AWS::DynamoDB::Table"]["SummaryStatistics"]["TotalCount"] == 1

        summary, = aws(server.url, "get-trace-summaries", *last_minutes, "--filter-expression",
                       'service("backend-flask") AND annotation.handle = "bob"')["TraceSummaries"]
        assert summary["Id"] == document["trace_id"]
        assert summary["Annotations"]["handle"][0]["AnnotationValue"] == {"StringValue": "bob"}
        aws(server.url, "delete-group", "--group-name", "Cruddur")
        aws(server.url, "delete-sampling-rule", "--rule-name", "Cruddur")
