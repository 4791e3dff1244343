# SPDX-License-Identifier: Apache-2.0
"""The X-Ray API as a client without an SDK sees it: shapes, errors, what is kept."""
import json
import time

import pytest

from harness import otlp, xray
from harness.server import Server


UNKNOWN = "1-581cf771-000000000000000000000000"


@pytest.fixture
def call(server):
    def done(path, body=None, status=200, url=None, **options):
        answer = xray.call(url or server.url, path, body, **options)
        assert answer.status_code == status, (path, answer.status_code, answer.text)
        return answer.json()
    return done


def documents_of(answer):
    trace, = answer["Traces"]
    return [json.loads(segment["Document"]) for segment in trace["Segments"]]


class TestTraces:
    def test_documents_come_back_as_they_were_sent(self, server, call):
        first = xray.segment("backend-flask", unknown={"kept": [1, None, "x"]},
                             subsegments=[xray.subsegment("mock-data")])
        second = xray.segment("other", trace_id=first["trace_id"], parent_id=first["id"])
        xray.put_segments(server.url, second, first)

        answer = call("/Traces", {"TraceIds": [first["trace_id"], UNKNOWN]})

        assert documents_of(answer) == [first, second]
        trace, = answer["Traces"]
        assert trace["Id"] == first["trace_id"]
        assert trace["LimitExceeded"] is False
        seconds = second["end_time"] - first["start_time"]
        assert trace["Duration"] == pytest.approx(seconds, abs=1e-5)
        assert [s["Id"] for s in trace["Segments"]] == [first["id"], second["id"]]
        assert answer["UnprocessedTraceIds"] == [UNKNOWN]

    def test_streamed_subsegments_are_joined_and_open_segments_replaced(self, server, call):
        whole = xray.segment("shop")
        opened = {k: v for k, v in whole.items() if k != "end_time"} | {"in_progress": True}
        apart = xray.subsegment("apart", type="subsegment", trace_id=whole["trace_id"],
                                parent_id=whole["id"])
        xray.put_segments(server.url, apart)
        xray.put_segments(server.url, opened)
        xray.put_segments(server.url, whole)

        document, = documents_of(call("/Traces", {"TraceIds": [whole["trace_id"]]}))

        joined = {k: v for k, v in apart.items() if k not in ("type", "trace_id", "parent_id")}
        assert document == whole | {"subsegments": [joined]}

    def test_an_otlp_trace_reads_as_segments(self, api, call, dataset):
        root = otlp.span("GET /cart", duration_ms=20, kind=2)
        child = otlp.span("select", duration_ms=5, kind=3, traceId=root["traceId"],
                          parentSpanId=root["spanId"])
        otlp.post(api, "traces", otlp.traces(dataset, [root, child]), otlp.JSON_TYPE)
        trace_id = f"1-{root['traceId'][:8]}-{root['traceId'][8:]}"

        document, inferred = documents_of(call("/Traces", {"TraceIds": [trace_id]}))

        assert document["name"] == dataset
        assert document["id"] == root["spanId"]
        assert document["trace_id"] == trace_id
        assert [s["id"] for s in document["subsegments"]] == [child["spanId"]]
        assert document["subsegments"][0]["namespace"] == "remote"
        assert inferred["inferred"] is True and inferred["parent_id"] == child["spanId"]

    def test_strict_mode_has_aws_limits(self, tmp_path, call):
        with Server(tmp_path / "data", "--xray-validation", "strict") as strict:
            many = call("/Traces", {"TraceIds": ["1-5759e988-bd862e3fe1be46a994272793"] * 6},
                        status=400, url=strict.url)
            assert many["Message"] == "Exceeding maximum query size: 5"


class TestGroups:
    def test_life_of_a_group(self, call):
        made = call("/CreateGroup", {
            "GroupName": "Cruddur", "FilterExpression": 'service("backend-flask")',
            "InsightsConfiguration": {"InsightsEnabled": True},
            "Tags": [{"Key": "team", "Value": "a"}]})["Group"]
        assert made["GroupARN"].startswith("arn:aws:xray:us-east-1:000000000000:group/Cruddur/")
        assert made["InsightsConfiguration"] == {"InsightsEnabled": True,
                                                 "NotificationsEnabled": False}

        assert call("/GetGroup", {"GroupARN": made["GroupARN"]})["Group"] == made
        changed = call("/UpdateGroup", {"GroupName": "Cruddur", "FilterExpression": "ok"})["Group"]
        assert changed["FilterExpression"] == "ok"
        assert changed["InsightsConfiguration"]["InsightsEnabled"] is True
        assert call("/ListTagsForResource", {"ResourceARN": made["GroupARN"]})["Tags"] == [
            {"Key": "team", "Value": "a"}]
        names = [g["GroupName"] for g in call("/Groups")["Groups"]]
        assert names == ["Default", "Cruddur"]

        assert call("/DeleteGroup", {"GroupName": "Cruddur"}) == {}
        assert call("/GetGroup", {"GroupName": "Cruddur"}, status=400)["Message"]

    def test_names_are_unique(self, call):
        call("/CreateGroup", {"GroupName": "once"})

        assert "exists" in call("/CreateGroup", {"GroupName": "once"}, status=400)["Message"]

    def test_groups_outlive_a_restart(self, tmp_path, call):
        with Server(tmp_path / "data") as server:
            call("/CreateGroup", {"GroupName": "kept"}, url=server.url)
            assert server.stop() == 0
            server.start()
            assert call("/GetGroup", {"GroupName": "kept"}, url=server.url)["Group"]


RULE = {"RuleName": "Cruddur", "ResourceARN": "*", "Priority": 9000, "FixedRate": 0.1,
        "ReservoirSize": 5, "ServiceName": "backend-flask", "ServiceType": "*", "Host": "*",
        "HTTPMethod": "*", "URLPath": "*", "Version": 1}


class TestSampling:
    @pytest.fixture
    def rule(self, call):
        made = call("/CreateSamplingRule", {"SamplingRule": RULE})["SamplingRuleRecord"]
        yield made["SamplingRule"]
        call("/DeleteSamplingRule", {"RuleARN": made["SamplingRule"]["RuleARN"]})

    def test_rules_have_every_member(self, call, rule):
        first, default = call("/GetSamplingRules")["SamplingRuleRecords"]

        assert first["SamplingRule"] == {**RULE, "Attributes": {}, "RuleARN": rule["RuleARN"]}
        assert rule["RuleARN"] == "arn:aws:xray:us-east-1:000000000000:sampling-rule/Cruddur"
        assert default["SamplingRule"]["RuleName"] == "Default"
        assert default["SamplingRule"]["Priority"] == 10000
        assert default["SamplingRule"]["FixedRate"] == 0.05
        assert default["CreatedAt"] == 0

    def test_updates_change_what_they_name(self, call, rule):
        changed = call("/UpdateSamplingRule", {
            "SamplingRuleUpdate": {"RuleName": "Cruddur", "FixedRate": 0.5}})

        assert changed["SamplingRuleRecord"]["SamplingRule"] == {
            **RULE, "FixedRate": 0.5, "Attributes": {}, "RuleARN": rule["RuleARN"]}

    @pytest.mark.parametrize("body", [
        {}, {"SamplingRule": {}}, {"SamplingRule": {**RULE, "Priority": 0}},
        {"SamplingRule": {**RULE, "RuleName": "Default"}}, {"SamplingRule": "x"}])
    def test_bad_rules_are_refused(self, server, body):
        answer = xray.call(server.url, "/CreateSamplingRule", body)

        assert answer.status_code == 400
        assert answer.headers["x-amzn-ErrorType"] == "InvalidRequestException"

    def statistics(self, client, rule="Cruddur", requests=100, sampled=3, borrowed=1):
        return {"RuleName": rule, "ClientID": client, "Timestamp": int(time.time()),
                "RequestCount": requests, "SampledCount": sampled, "BorrowCount": borrowed}

    def test_clients_share_a_reservoir(self, call, rule):
        def targets(client):
            answer = call("/SamplingTargets",
                          {"SamplingStatisticsDocuments": [self.statistics(client)]})
            target, = answer["SamplingTargetDocuments"]
            assert answer["UnprocessedStatistics"] == []
            assert answer["LastRuleModification"] > 0
            assert target["FixedRate"] == 0.1 and target["Interval"] == 10
            assert target["ReservoirQuotaTTL"] > time.time()
            return target["ReservoirQuota"]

        assert [targets("a"), targets("b")] == [5, 0]
        held = [targets("a"), targets("b")]
        assert sum(held) == 5 and min(held) == 2

    def test_statistics_of_a_rule_that_is_gone_come_back(self, call):
        answer = call("/SamplingTargets",
                      {"SamplingStatisticsDocuments": [self.statistics("a", rule="gone")]})

        assert answer["SamplingTargetDocuments"] == []
        assert answer["UnprocessedStatistics"][0]["RuleName"] == "gone"

    def test_what_was_reported_is_summed_up(self, call, rule):
        for client in "ab":
            call("/SamplingTargets", {"SamplingStatisticsDocuments": [self.statistics(client)]})

        summaries = [s for s in call("/SamplingStatisticSummaries")["SamplingStatisticSummaries"]
                     if s["RuleName"] == "Cruddur"]
        assert sum(s["RequestCount"] for s in summaries) == 200
        assert sum(s["SampledCount"] for s in summaries) == 6
        assert sum(s["BorrowCount"] for s in summaries) == 2

    def test_the_daemon_port_answers_unsigned(self, server, call, rule):
        daemon = f"http://{server.xray_address}"

        rules = call("/GetSamplingRules", url=daemon)["SamplingRuleRecords"]
        assert [r["SamplingRule"]["RuleName"] for r in rules] == ["Cruddur", "Default"]
        # Go's SDK asks this way, and some clients send nothing at all.
        assert call("/GetSamplingRules", {"NextToken": None}, url=daemon)
        assert xray.call(daemon, "/GetSamplingRules", data=b"").status_code == 200

    def test_the_screen_sees_counts_and_why_a_request_is_sampled(self, api, server, call, rule):
        xray.put_segments(server.url, xray.segment("4567-workspace.gitpod.io"))
        call("/SamplingTargets", {"SamplingStatisticsDocuments": [self.statistics("a")]})

        shown = api.get("/ui/api/v1/xray/sampling").json()
        first, default = shown["rules"]
        assert first["rule"]["RuleName"] == "Cruddur"
        assert first["total"]["matched"] == 100 and first["total"]["borrowed"] == 1
        assert first["clients"] == 1 and first["last_matched_ms"] > 0
        assert default["last_matched_ms"] is None
        assert "4567-workspace.gitpod.io" in [s["name"] for s in shown["seen_services"]]

        explained = api.post("/ui/api/v1/xray/sampling/explain", json={
            "service_name": "4567-workspace.gitpod.io", "url_path": "/api/health"}).json()
        assert explained["decision"] == "Default"
        asked = explained["asked"][0]
        assert asked["name"] == "Cruddur" and asked["matches"] is False
        assert [p["member"] for p in asked["patterns"] if not p["matches"]] == ["ServiceName"]


class TestSettings:
    def test_encryption_is_kept_and_shown(self, call):
        assert call("/EncryptionConfig")["EncryptionConfig"] == {"Type": "NONE", "Status": "ACTIVE"}
        put = call("/PutEncryptionConfig", {"Type": "KMS", "KeyId": "alias/x"})["EncryptionConfig"]
        assert put == {"Type": "KMS", "KeyId": "alias/x", "Status": "UPDATING"}
        assert call("/EncryptionConfig")["EncryptionConfig"]["Status"] == "ACTIVE"
        call("/PutEncryptionConfig", {"Type": "KMS"}, status=400)
        call("/PutEncryptionConfig", {"Type": "NONE"})

    def test_policies_have_revisions(self, server, call):
        document = '{"Version":"2012-10-17","Statement":[]}'
        body = {"PolicyName": "p", "PolicyDocument": document, "PolicyRevisionId": "0"}
        first = call("/PutResourcePolicy", body)["ResourcePolicy"]
        assert (first["PolicyRevisionId"], first["PolicyDocument"]) == ("1", document)

        again = xray.call(server.url, "/PutResourcePolicy", body)
        assert again.headers["x-amzn-ErrorType"] == "InvalidPolicyRevisionIdException"
        call("/PutResourcePolicy", {**body, "PolicyRevisionId": "1"})
        assert len(call("/ListResourcePolicies")["ResourcePolicies"]) == 1
        bad = xray.call(server.url, "/PutResourcePolicy", {**body, "PolicyDocument": "{"})
        assert bad.headers["x-amzn-ErrorType"] == "MalformedPolicyDocumentException"
        assert call("/DeleteResourcePolicy", {"PolicyName": "p"}) == {}
        assert call("/ListResourcePolicies")["ResourcePolicies"] == []

    def test_tags_are_of_what_there_is(self, server, call):
        arn = "arn:aws:xray:us-east-1:000000000000:group/Default"
        call("/TagResource", {"ResourceARN": arn, "Tags": [{"Key": "a", "Value": "1"},
                                                           {"Key": "b", "Value": "2"}]})
        call("/UntagResource", {"ResourceARN": arn, "TagKeys": ["a"]})
        assert call("/ListTagsForResource", {"ResourceARN": arn})["Tags"] == [
            {"Key": "b", "Value": "2"}]

        nowhere = xray.call(server.url, "/TagResource", {"ResourceARN": "arn:x", "Tags": []})
        assert nowhere.status_code == 404
        assert nowhere.headers["x-amzn-ErrorType"] == "ResourceNotFoundException"
        assert nowhere.json()["ResourceName"] == "arn:x"

    def test_indexing_and_destination(self, call):
        rule, = call("/GetIndexingRules")["IndexingRules"]
        assert rule["Name"] == "Default"
        changed = call("/UpdateIndexingRule", {
            "Name": "Default", "Rule": {"Probabilistic": {"DesiredSamplingPercentage": 5}}})
        assert changed["IndexingRule"]["Rule"]["Probabilistic"]["DesiredSamplingPercentage"] == 5
        assert call("/GetTraceSegmentDestination") == {"Destination": "XRay", "Status": "ACTIVE"}
        changed = call("/UpdateTraceSegmentDestination", {"Destination": "XRay"})
        assert changed["Status"] == "PENDING"

    def test_telemetry_and_refusals_stand_on_the_doctor_page(self, api, server, call):
        xray.put_segments(server.url, '{"id":"abc"}')
        record = {"Timestamp": time.time(), "SegmentsReceivedCount": 7, "SegmentsSentCount": 6,
                  "BackendConnectionErrors": {"TimeoutCount": 1, "OtherCount": 2}}
        for _ in range(2):
            call("/TelemetryRecords", {"TelemetryRecords": [record], "Hostname": "web-1",
                                       "EC2InstanceId": "", "ResourceARN": ""})

        doctor = api.get("/ui/api/v1/xray/doctor").json()
        daemon, = doctor["daemons"]
        assert (daemon["hostname"], daemon["received"], daemon["connection_errors"]) == (
            "web-1", 14, 6)
        assert doctor["listening"] == [server.xray_address]
        assert {"reason": "InvalidId", "count": 1} in doctor["rejected"]
        assert doctor["recent_rejections"][0]["document"] == '{"id":"abc"}'


class TestWhoMayAsk:
    def test_a_page_of_another_origin_may_change_nothing(self, server):
        answer = xray.call(server.url, "/CreateGroup", {"GroupName": "evil"},
                           headers={"Origin": "http://evil.example"})

        assert answer.status_code == 403
        assert answer.headers["x-amzn-ErrorType"] == "AccessDeniedException"

    def test_unknown_operations_are_told_in_aws_words(self, server):
        answer = xray.call(server.url, "/NoSuchOperation", headers={
            "Authorization": "AWS4-HMAC-SHA256 Credential=A/20260101/us-east-1/xray/aws4_request, "
                             "SignedHeaders=host, Signature=00"})

        assert answer.status_code == 404
        assert answer.headers["x-amzn-ErrorType"] == "UnknownOperationException"
