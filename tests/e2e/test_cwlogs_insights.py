# SPDX-License-Identifier: Apache-2.0
"""Queries of Logs Insights over several groups, tables and deletions, asked over the wire."""
import time

import pytest

from harness.cwlogs import Logs, LogsError, now_ms

TABLE = "code,meaning\n200,fine\n500,broken\n"


@pytest.fixture
def logs(server):
    yield Logs(server.url)
    server.check_alive()


@pytest.fixture
def group(dataset):
    return f"/insights/{dataset}"


def ask(logs, query, *groups):
    """Rows as dicts, without pointers, once the query is complete."""
    second = now_ms() // 1000
    asked = {"logGroupNames": list(groups)} if groups else {}
    started = logs.start_query(startTime=second - 600, endTime=second + 600, queryString=query,
                               **asked)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        answer = logs.get_query_results(**started)
        if answer["status"] not in ("Scheduled", "Running"):
            break
        time.sleep(0.01)
    assert answer["status"] == "Complete", answer
    return [{cell["field"]: cell["value"] for cell in row if cell["field"] != "@ptr"}
            for row in answer["results"]]


def test_joins_and_queries_inside_read_other_groups(logs, group):
    api, jobs = group + "/api", group + "/jobs"
    logs.make_stream(api)
    logs.make_stream(jobs)
    logs.put(api, ['{"id":"a","status":200}', '{"id":"b","status":500}', '{"id":"c"}'])
    logs.put(jobs, ['{"job":"a","took":7}', '{"job":"b","took":9}'])
    rows = ask(logs, f"""filter ispresent(id)
        | join type=left left=api right=job where api.id=job.job (SOURCE "{jobs}")
        | display api.id, job.took | sort api.id""", api)
    assert rows == [{"api.id": "a", "job.took": "7"}, {"api.id": "b", "job.took": "9"},
                    {"api.id": "c"}]
    rows = ask(logs, f"""filter id in (SOURCE "{jobs}" | filter took > 8 | display job)
        | display id""", api)
    assert rows == [{"id": "b"}]
    with pytest.raises(LogsError) as error:
        ask(logs, f'filter id in (SOURCE "{group}/none" | display job)', api)
    assert error.value.code == "MalformedQueryException"


def test_a_source_in_the_text_sees_no_deleted_stream(logs, group):
    logs.make_stream(group, "old")
    logs.make_stream(group + "2", "s")
    logs.put(group, ["gone"], stream="old")
    logs.delete_log_stream(logGroupName=group, logStreamName="old")
    logs.create_log_stream(logGroupName=group, logStreamName="new")
    logs.put(group, ["here"], stream="new")
    logs.put(group + "2", ["there"])
    for query in (f'SOURCE "{group}" | display @message',
                  f'filter @message in (SOURCE "{group}" | display @message) | display @message'):
        groups = [] if query.startswith("SOURCE") else [group]
        assert ask(logs, query, *groups) == [{"@message": "here"}]


def test_lookup_tables_are_kept_and_looked_up(logs, group, dataset):
    name = dataset.replace("-", "_")
    logs.make_stream(group)
    logs.put(group, ['{"status":200}', '{"status":500}', '{"status":404}'])
    made = logs.create_lookup_table(lookupTableName=name, tableBody=TABLE, description="codes")
    arn = made["lookupTableArn"]
    assert arn.endswith(":lookup-table:" + name)
    with pytest.raises(LogsError) as error:
        logs.create_lookup_table(lookupTableName=name, tableBody=TABLE)
    assert error.value.code == "ResourceAlreadyExistsException"
    found, = logs.describe_lookup_tables(lookupTableNamePrefix=name)["lookupTables"]
    assert found["tableFields"] == ["code", "meaning"] and found["recordsCount"] == 2
    assert logs.get_lookup_table(lookupTableArn=arn)["tableBody"] == TABLE
    query = f"lookup {name} code as status OUTPUT meaning | sort status | display status, meaning"
    assert ask(logs, query, group) == [{"status": "200", "meaning": "fine"}, {"status": "404"},
                                       {"status": "500", "meaning": "broken"}]
    second = now_ms() // 1000
    started = logs.start_query(startTime=second - 600, endTime=second + 600, logGroupName=group,
                               queryString="stats count(*) as n by status as code")
    while logs.get_query_results(**started)["status"] != "Complete":
        time.sleep(0.01)
    logs.update_lookup_table(lookupTableArn=arn, **started)
    assert logs.get_lookup_table(lookupTableArn=arn)["tableBody"] == "code,n\n200,1\n404,1\n500,1\n"
    with pytest.raises(LogsError) as error:
        logs.update_lookup_table(lookupTableArn=arn, tableBody="a,b\n1")
    assert error.value.code == "ValidationException"
    logs.delete_lookup_table(lookupTableArn=arn)
    with pytest.raises(LogsError) as error:
        logs.get_lookup_table(lookupTableArn=arn)
    assert error.value.code == "ResourceNotFoundException"
