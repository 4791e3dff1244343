# SPDX-License-Identifier: Apache-2.0
"""Clients of CloudWatch Logs, unmodified: WatchTower in a Flask app, boto3, AWS CLI, JavaScript."""
import json
import re
import subprocess
import threading
from pathlib import Path

import pytest

from harness.cwlogs import Logs, now_ms
from harness.server import ROOT, clean_environment

HERE = Path(__file__).parent
BIN = ROOT / ".venv/logs/bin"


@pytest.fixture
def logs(server):
    yield Logs(server.url)
    server.check_alive()


@pytest.fixture
def group(dataset):
    return f"/clients/{dataset}"


def environment(server):
    """What users set; nothing of the machine's own AWS configuration."""
    return clean_environment({
        "AWS_ENDPOINT_URL": server.url, "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "secret", "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_DISABLE_HOST_PREFIX_INJECTION": "true", "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null", "AWS_PAGER": ""})


def run(server, *command, cwd=None):
    ended = subprocess.run([str(part) for part in command], cwd=cwd, env=environment(server),
                           text=True, capture_output=True, timeout=180)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def test_the_tutorials_flask_app_logs_with_watchtower(server, logs, api, group):
    run(server, BIN / "python", HERE / "python/cruddur_logs.py", group)

    messages = logs.messages(group)
    assert messages[0] == "some message"
    line = re.compile(r"\[\d{4}-\w{3}-\d\d \d\d:\d\d\] 127\.0\.0\.1 GET http "
                      r"/api/activities/home\? 200 OK")
    assert sum(1 for message in messages if line.fullmatch(message)) == 3
    # Dictionaries arrive as JSON, and their fields become columns.
    users = api.values(group.replace("/", "-"), "user.id", filters=[("user.id", "exists")])
    assert {row["user.id"]: row["COUNT"] for row in users} == {"bob": 2, "andrew": 1}
    streams = logs.describe_log_streams(logGroupName=group)["logStreams"]
    assert len(streams) == 1 and "/__main__/" in streams[0]["logStreamName"]


def test_boto3_from_end_to_end(server, group):
    seen = json.loads(run(server, BIN / "python", HERE / "python/send_log_lines.py", group))

    assert seen["filtered"] == list(range(1, 12_000, 3))
    assert seen["streamed"] == list(range(25_000))
    assert seen["rows"] == [
        {"route": f"/r{i}", "lines": str(len(range(i, 25_000, 3))),
         "most": str(max(range(i, 25_000, 3)))} for i in range(3)]
    assert seen["refused"] == "The specified log group already exists"
    assert seen["tailed"] == ["tailed"] and seen["account"] == "000000000000"


def test_the_command_line_reads_filters_and_queries(server, logs, group):
    aws = BIN / "aws"
    run(server, aws, "logs", "create-log-group", "--log-group-name", group)
    run(server, aws, "logs", "create-log-stream", "--log-group-name", group,
        "--log-stream-name", "s")
    now = now_ms()
    logs.put(group, [(now, "GET / 200"), (now + 1, "ERROR timeout")])
    filtered = json.loads(run(server, aws, "logs", "filter-log-events", "--log-group-name", group,
                              "--filter-pattern", "ERROR"))
    assert [event["message"] for event in filtered["events"]] == ["ERROR timeout"]
    query = json.loads(run(
        server, aws, "logs", "start-query", "--log-group-name", group,
        "--start-time", str(now // 1000 - 60), "--end-time", str(now // 1000 + 60),
        "--query-string", "fields @message | sort @timestamp asc"))["queryId"]
    while True:
        answer = json.loads(run(server, aws, "logs", "get-query-results", "--query-id", query))
        if answer["status"] == "Complete":
            break
    assert [row[0]["value"] for row in answer["results"]] == ["GET / 200", "ERROR timeout"]


def tail(server, logs, group, *command):
    """Runs a command that follows the group until it has printed a line that came meanwhile."""
    follower = subprocess.Popen([str(part) for part in command], env=environment(server),
                                text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    done = threading.Event()

    def write():
        # Until the tail, which takes a while to start, has seen one.
        for i in range(600):
            if done.wait(0.2):
                return
            logs.put(group, [f"ERROR number {i}"])

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert any("ERROR number" in line for line in follower.stdout), follower.stderr.read()
    finally:
        done.set()
        writer.join()
        follower.kill()
        follower.communicate()


def test_the_command_line_tails(server, logs, group):
    logs.make_stream(group)
    arn = logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"][0]["logGroupArn"]
    tail(server, logs, group, BIN / "aws", "logs", "start-live-tail",
         "--log-group-identifiers", arn)


def test_version_2_of_the_command_line_tails_and_follows(server, logs, group):
    """Debian's: PyPI has version 1 alone, which has no `logs tail`."""
    logs.make_stream(group)
    logs.put(group, ["before"])
    aws = ["/usr/bin/aws", "--endpoint-url", server.url, "logs", "tail", group]
    assert "before" in run(server, *aws, "--format", "short")
    tail(server, logs, group, *aws, "--follow", "--format", "short", "--filter-pattern", "ERROR")


def test_the_javascript_sdk_from_end_to_end(server, group):
    seen = json.loads(run(server, "node", "logs.mjs", group, cwd=HERE / "node"))

    assert seen["filtered"] == ["ERROR timeout"]
    assert seen["rows"] == [[{"field": "n", "value": "2"}]]
    assert seen["error"] == {"name": "ResourceAlreadyExistsException",
                             "message": "The specified log group already exists"}
    assert seen["tailed"] == ["tailed"]
