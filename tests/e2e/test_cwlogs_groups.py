# SPDX-License-Identifier: Apache-2.0
"""Groups, streams, their settings and what is kept beside them."""
import pytest

from harness.cwlogs import Logs, LogsError, now_ms
from harness.honeycomb import Api
from harness.server import Server


@pytest.fixture
def logs(server):
    yield Logs(server.url)
    server.check_alive()


@pytest.fixture
def group(dataset):
    return f"/group/{dataset}"


def refused(call, code, part=""):
    with pytest.raises(LogsError) as error:
        call()
    assert error.value.status == 400 and error.value.code == code
    assert part in error.value.message


def test_a_group_is_made_described_and_deleted(logs, group):
    logs.create_log_group(logGroupName=group, tags={"team": "web"})
    refused(lambda: logs.create_log_group(logGroupName=group), "ResourceAlreadyExistsException",
            "The specified log group already exists")
    described = logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]
    assert len(described) == 1
    arn = f"arn:aws:logs:eu-west-1:000000000000:log-group:{group}"
    assert abs(described[0].pop("creationTime") - now_ms()) < 60_000
    assert described[0] == {
        "logGroupName": group, "arn": arn + ":*", "logGroupArn": arn, "storedBytes": 0,
        "metricFilterCount": 0, "deletionProtectionEnabled": False, "logGroupClass": "STANDARD"}
    assert logs.list_tags_for_resource(resourceArn=arn) == {"tags": {"team": "web"}}
    logs.delete_log_group(logGroupName=group)
    refused(lambda: logs.delete_log_group(logGroupName=group), "ResourceNotFoundException",
            "The specified log group does not exist.")


@pytest.mark.parametrize("name,part", [
    ("", "Member must have length greater than or equal to 1"),
    ("x" * 513, "Member must have length less than or equal to 512"),
    ("a b", "Member must satisfy regular expression pattern"),
])
def test_bad_group_names_are_refused(logs, name, part):
    refused(lambda: logs.create_log_group(logGroupName=name), "InvalidParameterException", part)


def test_groups_are_paged_by_name(logs, group):
    for letter in "bca":
        logs.create_log_group(logGroupName=f"{group}/{letter}")
    first = logs.describe_log_groups(logGroupNamePrefix=group, limit=2)
    second = logs.describe_log_groups(logGroupNamePrefix=group, limit=2,
                                      nextToken=first["nextToken"])
    names = [each["logGroupName"] for each in first["logGroups"] + second["logGroups"]]
    assert names == [f"{group}/{letter}" for letter in "abc"]
    assert "nextToken" not in second
    refused(lambda: logs.describe_log_groups(limit=51), "InvalidParameterException",
            "Member must have value less than or equal to 50")
    assert logs.describe_log_groups(nextToken="zzz")["logGroups"] == []


def test_retention_is_applied_to_what_is_read_and_taken(logs, group):
    logs.make_stream(group)
    two_days = now_ms() - 2 * 86_400_000
    assert "rejectedLogEventsInfo" not in logs.put(group, ["old"], time_ms=two_days)
    logs.put(group, ["new"])
    assert logs.messages(group) == ["old", "new"]
    logs.put_retention_policy(logGroupName=group, retentionInDays=1)
    assert logs.messages(group) == ["new"]
    rejected = logs.put(group, ["older"], time_ms=two_days)["rejectedLogEventsInfo"]
    assert rejected == {"expiredLogEventEndIndex": 1}
    logs.delete_retention_policy(logGroupName=group)
    assert logs.messages(group) == ["old", "new"]
    refused(lambda: logs.put_retention_policy(logGroupName=group, retentionInDays=2),
            "InvalidParameterException", "retentionInDays")


def test_streams_by_name_and_by_last_event(logs, group):
    logs.create_log_group(logGroupName=group)
    now = now_ms()
    for name, age_ms in (("b", 1000), ("a", 3000), ("c", 2000)):
        logs.create_log_stream(logGroupName=group, logStreamName=name)
        logs.put(group, [(now - age_ms - 10, "one"), (now - age_ms, "two")], stream=name)
    refused(lambda: logs.create_log_stream(logGroupName=group, logStreamName="a"),
            "ResourceAlreadyExistsException", "The specified log stream already exists")
    by_name = logs.describe_log_streams(logGroupName=group)["logStreams"]
    assert [stream["logStreamName"] for stream in by_name] == ["a", "b", "c"]
    assert by_name[0]["firstEventTimestamp"] == now - 3010
    assert by_name[0]["lastEventTimestamp"] == now - 3000
    assert by_name[0]["arn"].endswith(f":log-group:{group}:log-stream:a")
    seen, token = [], {}
    while True:
        page = logs.describe_log_streams(logGroupName=group, orderBy="LastEventTime",
                                         descending=True, limit=1, **token)
        seen += [stream["logStreamName"] for stream in page["logStreams"]]
        if "nextToken" not in page:
            break
        token = {"nextToken": page["nextToken"]}
    assert seen == ["b", "c", "a"]
    refused(lambda: logs.describe_log_streams(logGroupName=group, logGroupIdentifier=group),
            "ValidationException", "mutually exclusive")


def test_deleted_streams_and_groups_lose_their_events_for_good(logs, dataset, server):
    group = dataset
    logs.make_stream(group, "a")
    logs.create_log_stream(logGroupName=group, logStreamName="b")
    logs.put(group, ["first"], stream="a")
    logs.put(group, ["kept"], stream="b")
    api = Api(server.url)
    assert api.count(group) == 2
    logs.delete_log_stream(logGroupName=group, logStreamName="a")
    assert logs.messages(group) == ["kept"]
    left = api.values(group, "body")
    assert [row["body"] for row in left] == ["kept"], "gone for every reader"
    logs.create_log_stream(logGroupName=group, logStreamName="a")
    assert logs.get_log_events(logGroupName=group, logStreamName="a")["events"] == []
    logs.put(group, ["second"], stream="a")
    assert sorted(logs.messages(group)) == ["kept", "second"]
    logs.delete_log_group(logGroupName=group)
    logs.make_stream(group, "a")
    assert logs.messages(group) == []
    logs.put(group, ["third"], stream="a")
    assert logs.messages(group) == ["third"]


def test_all_of_it_survives_a_restart(tmp_path):
    with Server(tmp_path / "data") as server:
        logs = Logs(server.url)
        logs.make_stream("gone")
        logs.put("gone", ["hidden"])
        logs.delete_log_group(logGroupName="gone")
        logs.make_stream("gone")
        logs.make_stream("kept")
        logs.put("kept", ["one", "two"])
        before = logs.describe_log_streams(logGroupName="kept")
        bytes_before = logs.describe_log_groups()["logGroups"]
        server.stop()
        server.start()
        logs = Logs(server.url)
        assert logs.messages("gone") == []
        assert logs.describe_log_streams(logGroupName="kept") == before
        assert logs.describe_log_groups()["logGroups"] == bytes_before
        assert bytes_before[1]["storedBytes"] == 6 + 2 * 26
        logs.put("kept", ["three"])
        assert logs.messages("kept") == ["one", "two", "three"]


def test_metric_filters_are_kept_and_tested(logs, group):
    logs.create_log_group(logGroupName=group)
    transformation = {"metricName": "m", "metricNamespace": "n", "metricValue": "$.ms"}
    logs.put_metric_filter(logGroupName=group, filterName="f", filterPattern="{ $.ms > 5 }",
                           metricTransformations=[transformation])
    found = logs.describe_metric_filters(logGroupName=group)["metricFilters"]
    assert [(f["filterName"], f["metricTransformations"]) for f in found] == [
        ("f", [transformation])]
    assert logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"][0][
        "metricFilterCount"] == 1
    matches = logs.test_metric_filter(filterPattern="{ $.ms > 5 }",
                                      logEventMessages=['{"ms":4}', '{"ms":6}'])["matches"]
    assert matches == [{"eventNumber": 2, "eventMessage": '{"ms":6}',
                        "extractedValues": {"$.ms": "6"}}]
    refused(lambda: logs.put_metric_filter(
        logGroupName=group, filterName="f", filterPattern="{ $.ms > }",
        metricTransformations=[transformation]), "InvalidParameterException")
    refused(lambda: logs.put_metric_filter(
        logGroupName=group, filterName="f", filterPattern="",
        metricTransformations=[transformation, transformation]), "InvalidParameterException",
        "MetricTransformation(metricName=m, metricNamespace=n, metricValue=$.ms, "
        "defaultValue=null, unit=null, dimensions=null)")
    logs.delete_metric_filter(logGroupName=group, filterName="f")
    assert logs.describe_metric_filters(logGroupName=group)["metricFilters"] == []


def test_subscription_filters_are_two_a_group(logs, group):
    logs.create_log_group(logGroupName=group)
    for name in ("a", "b"):
        logs.put_subscription_filter(logGroupName=group, filterName=name, filterPattern="",
                                     destinationArn="http://127.0.0.1:9/hook")
    refused(lambda: logs.put_subscription_filter(
        logGroupName=group, filterName="c", filterPattern="",
        destinationArn="http://127.0.0.1:9/hook"), "LimitExceededException",
        "Resource limit exceeded.")
    refused(lambda: logs.put_subscription_filter(
        logGroupName=group, filterName="a", filterPattern="",
        destinationArn="arn:aws:kinesis:eu-west-1:1:stream/s"), "InvalidParameterException",
        "destinationArn for vendor kinesis cannot be used without roleArn")
    logs.delete_subscription_filter(logGroupName=group, filterName="a")
    names = logs.describe_subscription_filters(logGroupName=group)["subscriptionFilters"]
    assert [each["filterName"] for each in names] == ["b"]


def test_saved_queries(logs):
    made = logs.put_query_definition(name="by route", queryString="fields @message",
                                     logGroupNames=["g"])
    found = logs.describe_query_definitions(queryDefinitionNamePrefix="by ")["queryDefinitions"]
    assert [q["queryDefinitionId"] for q in found] == [made["queryDefinitionId"]]
    logs.put_query_definition(**made, name="by route", queryString="limit 1")
    found = logs.describe_query_definitions()["queryDefinitions"]
    assert [q["queryString"] for q in found] == ["limit 1"]
    assert logs.delete_query_definition(**made) == {"success": True}


def test_unknown_operations_and_bad_json_have_their_own_errors(logs):
    refused(lambda: logs.call("FlyToTheMoon"), "UnknownOperationException")
    assert logs.post("DescribeLogGroups", "{").json()["__type"] == "SerializationException"
    assert logs.post("DescribeLogGroups", {}, path="/any/path").status_code == 200


def test_caller_identity_for_handlers_that_tag(server):
    logs = Logs(server.url)
    answer = logs.session.post(server.url, data={"Action": "GetCallerIdentity",
                                                 "Version": "2011-06-15"})
    assert answer.status_code == 200
    assert "<Account>000000000000</Account>" in answer.text
